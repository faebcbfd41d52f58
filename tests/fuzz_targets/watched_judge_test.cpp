// Allocators that answer rightly and wrongly, and such that crash, end the process or hang: what is said of each, and by
// a parent that lives on.
#include "fuzz_targets/watched_judge.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

#include "fuzz_targets/ion_allocator.h"
#include "ssagen/ssagen.h"

namespace regproof {
namespace {

class Odd : public Allocator {
 public:
  enum class Way { Right, Empty, Trap, End, Hang };
  explicit Odd(Way way) : way_(way) {}

  const char* name() const override { return "odd"; }
  Result<Output, AllocError> allocate(const FunctionView& function,
                                      const Machine& machine) override {
    if (way_ == Way::Trap) std::abort();
    if (way_ == Way::End) std::_Exit(0);
    if (way_ == Way::Hang) std::this_thread::sleep_for(std::chrono::hours(1));
    if (way_ == Way::Empty) return Output();
    return IonAllocator().allocate(function, machine);
  }

 private:
  Way way_;
};

WatchedJudge::Outcome judged(Odd::Way way) {
  Program program = generate(7, find_profile("default")->knobs);
  Odd odd(way);
  std::chrono::milliseconds limit(way == Odd::Way::Hang ? 100 : 60000);
  return WatchedJudge(odd).judge(program.function.view(), program.machine, limit, true);
}

TEST(WatchedJudge, SaysHowItEnds) {
  EXPECT_TRUE(judged(Odd::Way::Right).good());
  EXPECT_EQ(judged(Odd::Way::Trap).name(), "ended by signal 6");
  EXPECT_EQ(judged(Odd::Way::End).name(), "ended with status 0");
  WatchedJudge::Outcome hang = judged(Odd::Way::Hang);
  EXPECT_TRUE(hang.hangs);
  EXPECT_EQ(hang.crash.rfind("still running", 0), 0u) << hang.crash;
  WatchedJudge::Outcome wrong = judged(Odd::Way::Empty);
  ASSERT_FALSE(wrong.good());
  EXPECT_TRUE(wrong.crash.empty());
}

TEST(WatchedJudge, HangsAreAlikeHoweverLongTheyWereWaitedFor) {
  WatchedJudge::Outcome hang = judged(Odd::Way::Hang), longer = hang;
  longer.crash = "still running after 60 seconds";
  EXPECT_TRUE(hang.fails_like(longer));
  EXPECT_FALSE(judged(Odd::Way::Trap).fails_like(hang));
  EXPECT_FALSE(hang.fails_like(judged(Odd::Way::Trap)));
}

TEST(WatchedJudge, ComparesFailures) {
  WatchedJudge::Outcome trap = judged(Odd::Way::Trap), wrong = judged(Odd::Way::Empty);
  WatchedJudge::Outcome end = judged(Odd::Way::End), right = judged(Odd::Way::Right);
  for (const auto* failing : {&trap, &wrong, &end}) {
    for (const auto* other : {&trap, &wrong, &end, &right}) {
      EXPECT_EQ(other->fails_like(*failing), other == failing);
    }
  }
}

}  // namespace
}  // namespace regproof
