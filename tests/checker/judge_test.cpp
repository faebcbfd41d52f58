// The door: both judges run, refusals are weighed, every kind has its own name.
#include "checker/judge.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/checker/judging.h"

namespace regproof {
namespace {

using testing::expect_finding;
using testing::read_case;
using Kind = FindingKind;

constexpr const char* kFeasible = "block0():\n op def v0i reg\n ret use v0i reg\n";
// Two values in one register at one phase.
constexpr const char* kInfeasible =
    "block0():\n op def v0i reg, def v1i reg\n"
    " ret use v0i in(p0i), use v1i in(p0i)\n";

class Scripted : public Allocator {
 public:
  explicit Scripted(const Result<Output, AllocError>& answer) : answer_(answer) {}
  const char* name() const override { return "scripted"; }
  Result<Output, AllocError> allocate(const FunctionView&, const Machine&) override {
    return answer_;
  }

 private:
  const Result<Output, AllocError>& answer_;
};

Verdict judge_script(const testing::Case& c, const Result<Output, AllocError>& answer) {
  Scripted allocator(answer);
  return judge_allocator(c.function.view(), c.machine, allocator);
}

AllocError refusal() {
  return {AllocError::Kind::Impossible, "no register is left", Inst(1), {0}};
}

TEST(Judge, GoodAnswer) {
  testing::Case c = read_case(kFeasible, "inst0: p0i\n inst1: p0i\n");
  EXPECT_TRUE(judge_script(c, c.output).proven());
}

TEST(Judge, FindingsOfBothTheCheaperFirst) {
  testing::Case c = read_case(kFeasible, "inst0: p0i\n inst1: p6i\n");
  Verdict verdict = judge_script(c, c.output);
  ASSERT_EQ(verdict.findings.size(), 2u) << testing::listing(verdict);
  EXPECT_EQ(verdict.findings[0].kind, Kind::NotAllocatable);
  EXPECT_EQ(verdict.findings[1].kind, Kind::UndefinedValue);
}

TEST(Judge, RefusalOfAFeasibleProgram) {
  testing::Case c = read_case(kFeasible, "");
  Verdict verdict = judge_script(c, refusal());
  expect_finding(verdict, {Kind::RefusedFeasible, 1}, {"feasible", "no register is left"});
  EXPECT_EQ(verdict.findings.size(), 1u);
}

TEST(Judge, RefusalOfAnInfeasibleProgram) {
  testing::Case c = read_case(kInfeasible, "");
  EXPECT_TRUE(judge_script(c, refusal()).proven());
}

TEST(Judge, AnswerToAnInfeasibleProgram) {
  testing::Case c = read_case(kInfeasible, "inst0: p0i, p1i\n inst1: p0i, p1i\n");
  Verdict verdict = judge_script(c, c.output);
  expect_finding(verdict, {Kind::AcceptedInfeasible, 1}, {"no answer", "inst1"});
  expect_finding(verdict, {Kind::NotInSet, 1, 1}, {"p1i"});
}

// Where nobody knows, a refusal is not right, a later instruction that is proven infeasible settles
// it, and an answer proves itself.
TEST(Judge, UndecidedIsNotProven) {
  // Infeasible, and shown to be only by trying.
  constexpr const char* kHard =
      " op use v2i in(p0i p5i), use@late v0i in(p1i p4i), use v1i in(p2i p5i),"
      " use v1i in(p0i p5i), use v0i in(p0i p3i), use v2i in(p2i p3i), use@late v2i in(p3i p5i)\n";
  std::string body = "block0():\n op def v0i any, def v1i any, def v2i any\n";
  constexpr FeasibilityOptions kNoSearch{0};
  testing::Case c = read_case(body + kHard + " ret\n", "");
  FunctionView function = c.function.view();
  for (auto kind : {AllocError::Kind::Impossible, AllocError::Kind::Undecided}) {
    AllocError error = refusal();
    error.kind = kind;
    EXPECT_TRUE(judge_answer(function, c.machine, error).proven());
    Verdict verdict = judge_answer(function, c.machine, error, kNoSearch);
    expect_finding(verdict, {Kind::FeasibilityUndecided, 1}, {"nobody knows", "inst1"});
    EXPECT_EQ(verdict.findings.size(), 1u);
    testing::Case feasible = read_case(kFeasible, "");
    expect_finding(judge_answer(feasible.function.view(), feasible.machine, error, kNoSearch),
                   {Kind::RefusedFeasible, 1}, {});
  }
  testing::Case settled =
      read_case(body + kHard + " op use v0i in(p0i), use v1i in(p0i)\n ret\n", "");
  EXPECT_TRUE(
      judge_answer(settled.function.view(), settled.machine, refusal(), kNoSearch).proven());

  Verdict answered = judge_answer(function, c.machine, c.output, kNoSearch);
  EXPECT_FALSE(answered.has(Kind::AcceptedInfeasible));
  EXPECT_TRUE(judge_answer(function, c.machine, c.output).has(Kind::AcceptedInfeasible));
}

TEST(Judge, AnyOtherErrorIsAFailure) {
  for (const char* body : {kFeasible, kInfeasible}) {
    testing::Case c = read_case(body, "");
    for (auto [kind, word] : {std::pair{AllocError::Kind::InvalidProgram, "invalid program"},
                              std::pair{AllocError::Kind::TooLarge, "too large"},
                              std::pair{AllocError::Kind::OutOfMemory, "out of memory"},
                              std::pair{AllocError::Kind::Internal, "internal error"}}) {
      AllocError error{kind, "the queue is empty", Inst::none(), {}};
      Verdict verdict = judge_script(c, error);
      expect_finding(verdict, {Kind::AllocatorFailed}, {word, "the queue is empty"});
      EXPECT_EQ(verdict.findings.size(), 1u);
    }
  }
}

TEST(Judge, UnreadableListsStopTheSymbolicJudgeOnly) {
  testing::Case c =
      read_case(kFeasible, "inst0: p0i\n before inst1: move p6i -> p0i\n inst1: p0i\n");
  c.output.first_location.clear();
  Verdict verdict = judge_script(c, c.output);
  expect_finding(verdict, {Kind::ListLength}, {"2 instructions"});
  expect_finding(verdict, {Kind::EditIllegalPlace, 1}, {"p6i"});
  EXPECT_EQ(verdict.findings.size(), 2u);
}

// Answers of any bits: no crash, no end-less run, findings within the limits.
TEST(Judge, Garbage) {
  testing::Case c = read_case(
      "rematerializable v0i\n debug v0i inst1..inst5 = 1\n debug v1f inst2..inst4 = 1\n"
      " block0():\n op def v0i any, def v1f any\n branch -> block1(v0i)\n"
      " block1(v2i):\n op use v0i reg, use v1f any, def v3i reuse(0) ; clobber p0i\n"
      " op pin p63i, use v2i limit(2), use@late v3i any\n branch -> block2(), block3()\n"
      " block2():\n branch -> block1(v3i)\n block3():\n ret use v3i stack\n",
      "");
  std::uint64_t state = 1;
  auto random = [&](std::uint32_t bound) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::uint32_t>(state >> 33) % bound;
  };
  auto number = [&] {
    constexpr std::uint32_t kNumbers[] = {
        0, 1, 2, 3, 15, 63, 64, 191, 192, 0x10000, 0x3fffffff, 0x40000000, 0x7fffffff, 0xffffffff};
    return kNumbers[random(std::size(kNumbers))] + random(3);
  };
  auto location = [&] {
    switch (random(4)) {
      case 0:
        return Location::none();
      case 1:
        return Location::reg(PReg(static_cast<std::uint16_t>(number())));
      case 2:
        return Location::reg(PReg(static_cast<std::uint16_t>(random(4))));
      default:
        return Location::stack(SpillSlot(number()));
    }
  };
  auto point = [&] { return ProgPoint::from_bits(random(4) == 0 ? number() : random(16)); };
  for (int trial = 0; trial < 20000; ++trial) {
    Output output;
    output.spillslots = number();
    std::uint32_t length = 0;
    for (std::size_t i = 0; i <= c.function.view().inst_count(); ++i) {
      output.first_location.push_back(random(50) == 0 ? number() : length);
      length += random(4);
    }
    for (std::uint32_t i = 0; i < length; ++i) output.locations.push_back(location());
    for (std::uint32_t i = random(8); i > 0; --i) {
      output.edits.push_back(
          random(2) == 0 ? Edit::move(point(), location(), location())
                         : Edit::recompute(point(), VReg(random(5)), VReg(number()), location()));
    }
    for (std::uint32_t i = random(5); i > 0; --i) {
      output.debug_locations.push_back({random(3), point(), point(), location()});
    }
    Verdict verdict = judge_output(c.function.view(), c.machine, output);
    EXPECT_FALSE(verdict.proven());
    EXPECT_LE(verdict.findings.size(), 2000u);
    for (const Finding& finding : verdict.findings) EXPECT_FALSE(finding.message.empty());
  }
}

TEST(Judge, EveryKindHasANameOfItsOwn) {
  std::set<std::string> names;
  for (int kind = 0; kind <= static_cast<int>(Kind::InterpreterMismatch); ++kind) {
    std::string name = name_of(static_cast<Kind>(kind));
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string::npos) << name;
  }
  EXPECT_STREQ(name_of(Kind::WrongValue), "wrong-value");
  EXPECT_EQ(names.count("unknown"), 0u);
}

}  // namespace
}  // namespace regproof
