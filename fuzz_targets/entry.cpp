// What a fuzzing engine calls: one property, named at compile time by REGPROOF_TARGET. Compiled
// once per target, as an object file of that executable: engines refer to the entry weakly, so one
// in a static library would be left out without a word.
//
// A failure is printed and ends the process, which the engine takes for a crash and keeps the
// input. With REGPROOF_PROGRESS=SECONDS in the environment it also prints a line of progress that
// often, since libFuzzer is silent as long as it finds nothing new.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "fuzz_targets/property.h"

namespace {

using Clock = std::chrono::steady_clock;

// Counts executions and says so from time to time.
class Progress {
 public:
  Progress() {
    const char* seconds = std::getenv("REGPROOF_PROGRESS");
    if (seconds != nullptr) interval_ = std::chrono::seconds(std::atoi(seconds));
  }

  void count_one() {
    ++executions_;
    if (interval_ == interval_.zero()) return;
    Clock::time_point now = Clock::now();
    if (now < next_) return;
    next_ = now + interval_;
    std::fprintf(stderr, "progress: %llu executions\n", executions_);
  }

 private:
  unsigned long long executions_ = 0;
  std::chrono::seconds interval_{0};
  Clock::time_point next_ = Clock::now();
};

const regproof::Target& target_of_this_program() {
  const regproof::Target* target = regproof::find_target(REGPROOF_TARGET);
  if (target == nullptr) {
    std::fprintf(stderr, "there is no target named %s\n", REGPROOF_TARGET);
    std::abort();
  }
  return *target;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const regproof::Target& target = target_of_this_program();
  static Progress progress;
  progress.count_one();
  if (std::optional<regproof::Failure> failure = target.property({data, size})) {
    std::fprintf(stderr, "\n%s: broken: %s\n%s", REGPROOF_TARGET,
                 std::string(target.promise).c_str(), failure->message.c_str());
    std::abort();
  }
  return 0;
}
