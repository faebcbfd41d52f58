// The reference allocator: answers to programs of every construct are proven by both judges and run
// alike; its refusals are right; its labels cover what its own rule promises; real problems.
#include "checker/reference.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <filesystem>

#include "checker/interpreter.h"
#include "ir/builder.h"
#include "ir/feasible.h"
#include "ir/names.h"
#include "tests/checker/programs.h"

namespace regproof {
namespace {

using testing::Sample;

constexpr std::uint32_t kPaths = 60;
constexpr std::uint32_t kSteps = 200;

TEST(Reference, AnswersToEveryConstructAreProven) {
  std::vector<Sample> samples = testing::all_samples();
  ASSERT_GE(samples.size(), 50u);
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.function.name);
    FunctionView function = sample.function.view();
    auto answer = ReferenceAllocator().allocate(function, sample.machine);
    ASSERT_TRUE(answer.ok()) << answer.error().message;
    Verdict verdict = judge_output(function, sample.machine, *answer);
    EXPECT_TRUE(verdict.proven()) << verdict.findings[0].message << "\n"
                                  << testing::print(sample, *answer);
    for (const Finding& finding : interpret(function, sample.machine, *answer, kPaths, kSteps)) {
      ADD_FAILURE() << finding.message << "\n" << testing::print(sample, *answer);
    }
  }
}

TEST(Reference, AnswersTwiceTheSame) {
  ReferenceAllocator used;
  for (const Sample& sample : testing::all_samples()) {
    auto first = used.allocate(sample.function.view(), sample.machine);
    auto again = ReferenceAllocator().allocate(sample.function.view(), sample.machine);
    ASSERT_TRUE(first.ok() && again.ok());
    EXPECT_EQ(*first, *again) << sample.function.name;
  }
}

TEST(Reference, EditsAreSortedAndNeverBehindATerminator) {
  for (const Sample& sample : testing::all_samples()) {
    SCOPED_TRACE(sample.function.name);
    auto answer = ReferenceAllocator().allocate(sample.function.view(), sample.machine);
    ASSERT_TRUE(answer.ok());
    ProgPoint last = ProgPoint::from_bits(0);
    for (const Edit& edit : answer->edits) {
      EXPECT_GE(edit.point, last);
      last = edit.point;
      EXPECT_FALSE(edit.point.is_after() &&
                   sample.function.view().is_terminator(edit.point.inst()));
      EXPECT_FALSE(edit.from.is_memory(sample.machine) && edit.to.is_memory(sample.machine));
    }
  }
}

// The places are the feasibility test's choice, so the answer's exact text is pinned only where
// there is no choice.
TEST(Reference, EveryValueLivesInItsSlot) {
  Sample sample = testing::read_sample(std::string(testing::kWideLast) + R"(
function "f" {
  block0():
    op def v0i fixed(p1i), def v1f fixed(p2f), def v2i fixed(p33i)
    branch -> block1(v0i)
  block1(v3i):
    ret use v3i stack, use v1f any, use v2i fixed(p32i)
})");
  auto answer = ReferenceAllocator().allocate(sample.function.view(), sample.machine);
  ASSERT_TRUE(answer.ok());
  std::string text;
  print_allocation(sample.function.view(), *answer, text);
  // Units: v0i 0, v1f 2..3, v2i 4, v3i 5, incoming v3i 6; named by the last.
  Output expected = testing::read_answer(sample, R"(
  spillslots 7
  inst0: p1i, p2f, p33i
  after inst0: move p1i -> stack0
  after inst0: move p2f -> stack3
  after inst0: move p33i -> p0i
  after inst0: move p0i -> stack4
  before inst1: move stack0 -> p0i
  before inst1: move p0i -> stack6
  before inst2: move stack6 -> p0i
  before inst2: move p0i -> stack5
  before inst2: move stack4 -> p0i
  before inst2: move p0i -> p32i
  inst2: stack5, stack3, p32i)");
  EXPECT_EQ(*answer, expected) << text;
}

TEST(Reference, LabelsHoldFromTheStoreOnWhereTheDefinitionDominates) {
  Sample sample = testing::read_sample(std::string(testing::kNarrow) + R"(
function "f" {
  debug v0i inst0..inst5 = 9
  debug v1i inst0..inst5 = 2
  debug v2i inst3..inst5 = 5
  block0():
    op def v0i reg
    branch use v0i reg, def v1i reg -> block1(), block2()
  block1():
    ret use v1i any
  block2():
    op def v2i reg
    ret use v2i any
})");
  auto answer = ReferenceAllocator().allocate(sample.function.view(), sample.machine);
  ASSERT_TRUE(answer.ok());
  auto slot = [](std::uint32_t n) { return Location::stack(SpillSlot(n)); };
  std::vector<DebugLocation> expected = {
      {2, ProgPoint::before(Inst(2)), ProgPoint::before(Inst(5)), slot(1)},
      {5, ProgPoint::after(Inst(3)), ProgPoint::before(Inst(5)), slot(2)},
      {9, ProgPoint::after(Inst(0)), ProgPoint::before(Inst(5)), slot(0)}};
  EXPECT_EQ(answer->debug_locations, expected);
  EXPECT_TRUE(judge_output(sample.function.view(), sample.machine, *answer).proven());
}

TEST(Reference, RefusesTheImpossibleAndNamesIt) {
  Sample sample = testing::read_sample(std::string(testing::kNarrow) + R"(
function "crowded" {
  block0():
    op def v0f any, def v1f any, def v2f any, def v3f any, def v4i any
    op use v0f reg, use v4i reg, use v1f reg, use v2f reg, use v3f reg
    op use v0f reg, use v4i reg, use v1f reg, use v2f reg, use@late v3f reg, def v5f fixed(p1f), def v6f reg
    ret
})");
  auto answer = ReferenceAllocator().allocate(sample.function.view(), sample.machine);
  ASSERT_TRUE(answer.ok());

  sample = testing::read_sample(std::string(testing::kNarrow) + R"(
function "impossible" {
  block0():
    op def v0i any, def v1i any, def v2i any
    op use v0i fixed(p1i), use v2i reg, use v1i fixed(p1i)
    ret
})");
  auto refusal = ReferenceAllocator().allocate(sample.function.view(), sample.machine);
  ASSERT_FALSE(refusal.ok());
  EXPECT_EQ(refusal.error().kind, AllocError::Kind::Impossible);
  EXPECT_EQ(refusal.error().inst, Inst(1));
  EXPECT_EQ(refusal.error().operands, (std::vector<std::uint32_t>{0, 2}));
  EXPECT_FALSE(refusal.error().message.empty());
  ReferenceAllocator reference;
  EXPECT_TRUE(judge_allocator(sample.function.view(), sample.machine, reference).proven());
}

TEST(Reference, RefusesAFrameBeyondTheLimit) {
  Machine machine;
  machine.preferred.add(make_preg(RegClass::Int, 0));
  machine.slot_size[0] = kMaxSpillSlots / 4;
  FunctionBuilder builder("wide");
  builder.begin_block();
  for (int i = 0; i < 5; ++i) builder.op({Operand::def(builder.vreg(RegClass::Int))});
  builder.ret({});
  auto function = std::move(builder).finish();
  ASSERT_TRUE(function.ok());
  auto refusal = ReferenceAllocator().allocate(function->view(), machine);
  ASSERT_FALSE(refusal.ok());
  EXPECT_EQ(refusal.error().kind, AllocError::Kind::TooLarge);
}

// One long block, and a long chain of blocks: an answer in time that grows with the program.
TEST(Reference, IsLinear) {
  Machine machine;
  for (unsigned n = 0; n < 4; ++n) machine.preferred.add(make_preg(RegClass::Int, n));
  auto seconds = [&](std::uint32_t count) {
    FunctionBuilder builder("long");
    builder.begin_block();
    VReg last = builder.vreg(RegClass::Int);
    builder.op({Operand::def(last, Constraint::Reg)});
    for (std::uint32_t i = 0; i < count; ++i) {
      VReg next = builder.vreg(RegClass::Int);
      builder.op({Operand::use(last, Constraint::Reg), Operand::def(next, Constraint::Reuse, 0)});
      last = next;
      if (i % 4 != 3) continue;
      VReg param = builder.vreg(RegClass::Int);
      Block next_block(static_cast<std::uint32_t>(builder.block_count()));
      FunctionBuilder::Target target{next_block, {last}};
      builder.branch({}, std::span(&target, 1));
      builder.begin_block({param});
      last = param;
    }
    builder.ret({Operand::use(last)});
    auto function = std::move(builder).finish();
    EXPECT_TRUE(function.ok());
    auto start = std::chrono::steady_clock::now();
    auto answer = ReferenceAllocator().allocate(function->view(), machine);
    std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    EXPECT_TRUE(answer.ok());
    return spent.count();
  };
  double small = seconds(20000), large = seconds(320000);
  std::printf("20,000 instructions: %.4f s; 320,000: %.4f s\n", small, large);
  EXPECT_LT(large, 16 * small * 8 + 0.5);
}

// Real problems, where they lie beside the checkout.
TEST(Reference, RealProblemsAreProven) {
  namespace fs = std::filesystem;
  fs::path root = fs::path(REGPROOF_SOURCE_DIR) / "../shared/problems";
  std::vector<fs::path> files;
  for (const fs::path& folder : {root, root / "llvm"}) {
    if (!fs::is_directory(folder)) continue;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".func") files.push_back(entry.path());
    }
  }
  if (files.empty()) GTEST_SKIP() << "no real problems beside the checkout";
  std::sort(files.begin(), files.end());
  using Clock = std::chrono::steady_clock;
  std::chrono::duration<double> allocating{}, judging{}, running{};
  std::size_t functions = 0, instructions = 0, edits = 0, dropped = 0;
  for (const fs::path& file : files) {
    std::string text = testing::read_file(file);
    for (const Sample& sample : testing::read_samples(text, file.filename().string(), dropped)) {
      SCOPED_TRACE(file.filename().string() + " " + sample.function.name);
      FunctionView function = sample.function.view();
      auto start = Clock::now();
      auto answer = ReferenceAllocator().allocate(function, sample.machine);
      auto allocated = Clock::now();
      ASSERT_TRUE(answer.ok()) << answer.error().message;
      Verdict verdict = judge_output(function, sample.machine, *answer);
      auto judged = Clock::now();
      EXPECT_TRUE(verdict.proven()) << verdict.findings[0].message;
      for (const Finding& finding : interpret(function, sample.machine, *answer, 4, 2000)) {
        ADD_FAILURE() << finding.message;
      }
      running += Clock::now() - judged;
      allocating += allocated - start;
      judging += judged - allocated;
      functions += 1;
      instructions += function.inst_count();
      edits += answer->edits.size();
    }
  }
  std::printf(
      "%zu functions, %zu instructions, %zu edits (%zu void labels left out): allocated in %.2f s, "
      "judged in %.2f s, "
      "4 paths of each run in %.2f s\n",
      functions, instructions, edits, dropped, allocating.count(), judging.count(),
      running.count());
  EXPECT_GT(functions, 1000u);
}

}  // namespace
}  // namespace regproof
