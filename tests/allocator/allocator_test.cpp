// The engine at its door: answers that the judges prove, with and without registers to spare;
// refusals that name what competes; the same bytes whatever ran before; statistics that make sense;
// every seed, and real problems where they are there.
#include "allocator/allocator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/work.h"
#include "ir/builder.h"
#include "ssagen/ssagen.h"
#include "tests/allocator/judged.h"

namespace regproof {
namespace {

using testing::allocate_fresh;
using testing::faults_of;
using testing::Sample;

constexpr std::string_view kFour = R"(
machine {
  int    p0i..p2i | p3i
  float  |
  vector |
  fixed_stack p32i
}
)";

Sample with_four(const std::string& body) {
  return testing::read_sample(std::string(kFour) + "function \"f\" {\n" + body + "}\n");
}

TEST(Allocator, AnswersToEveryConstructAreProven) {
  for (const Sample& sample : testing::all_samples()) {
    EXPECT_EQ(faults_of(sample, allocate_fresh(sample)), "");
  }
}

// One instruction's operands; they use v0i and define v1i.
constexpr const char* kOperands[] = {
    "use v0i any",
    "use v0i reg",
    "use v0i stack",
    "use v0i fixed(p1i)",
    "use v0i fixed(p32i)",
    "use v0i limit(2)",
    "use v0i limit(1)",
    "use v0i in(p3i)",
    "use v0i in(p0i p2i)",
    "use v0i fixed(p0i), use v0i fixed(p1i), use v0i fixed(p32i), use v0i stack, use v0i any",
    "pin p60i, use v0i reg",
    "use@late v0i any",
    "use@late v0i reg",
    "use@late v0i stack",
    "use@late v0i fixed(p1i)",
    "use@late v0i limit(2)",
    "use@late v0i in(p3i)",
    "use v0i reg, use@late v0i fixed(p1i)",
    "def v1i any",
    "def v1i reg",
    "def v1i stack",
    "def v1i fixed(p1i)",
    "def v1i fixed(p32i)",
    "def v1i limit(1)",
    "def v1i in(p3i)",
    "def@early v1i any",
    "def@early v1i reg",
    "def@early v1i stack",
    "def@early v1i fixed(p1i)",
    "def@early v1i limit(2)",
    "use v0i fixed(p1i), def v1i fixed(p1i)",
    "use v0i reg, def v1i reuse(0)",
    "use v0i limit(1), def v1i reuse(0)",
    "def v1i reuse(1), use v0i fixed(p1i)",
    "use v0i reg, use v0i reg, def v1i reuse(0), def v2i reuse(1)"};

// The instruction, and `others` values that want a register before and behind it.
Sample program_with(const std::string& operands, const std::string& clobbers, int others) {
  std::string defs, uses;
  for (int k = 10; k < 10 + others; ++k) {
    defs += "  op def v" + std::to_string(k) + "i reg\n";
    uses += "  op use v" + std::to_string(k) + "i reg\n";
  }
  if (operands.find("v1i") != std::string::npos) uses += "  op use v1i reg\n";
  return with_four(" block0():\n  op def v0i reg\n" + defs + "  op " + operands + clobbers + "\n" +
                   uses + "  ret use v0i any\n");
}

TEST(Allocator, EveryConstraintUnderAnyPressure) {
  std::size_t feasible = 0;
  for (const char* operands : kOperands) {
    for (const char* clobbers : {"", " ; clobber p0i p2i", " ; clobber p0i..p3i"}) {
      for (int others = 0; others <= 6; ++others) {
        Sample sample = program_with(operands, clobbers, others);
        auto answer = allocate_fresh(sample);
        ASSERT_EQ(faults_of(sample, answer), "");
        EXPECT_TRUE(answer.ok() || *clobbers != '\0') << operands;
        feasible += answer.ok();
      }
    }
  }
  EXPECT_GE(feasible, std::size(kOperands) * 7 * 3 / 2);
}

// ---- refusals

struct Impossible {
  const char* inst;
  std::vector<std::uint32_t> operands;
  std::vector<const char*> parts;  // of the message
};

TEST(Allocator, RefusesTheImpossibleAndNamesWhatCompetes) {
  const std::vector<Impossible> cases = {
      {"op use v0i fixed(p1i), use v2i reg, use v1i fixed(p1i)", {0, 2}, {"p1i"}},
      {"op use v0i reg, use v1i reg, use v2i reg, use v3i reg, use v4i reg",
       {0, 1, 2, 3, 4},
       {"p0i..p3i"}},
      {"op use v0i any, use@late v1i reg, def v9i limit(1) ; clobber p1i..p3i", {1, 2}, {"p0i"}},
      {"op def v9i reg ; clobber p0i..p3i", {0}, {"p0i..p3i"}},
      {"op use v0i in(p2i), use v1i in(p2i p3i), use v2i in(p3i)", {0, 1, 2}, {"p2i", "p3i"}}};
  for (const Impossible& c : cases) {
    Sample sample = with_four(
        " block0():\n  op def v0i any, def v1i any, def v2i any, def v3i any, def v4i any\n  " +
        std::string(c.inst) + "\n  ret\n");
    auto answer = allocate_fresh(sample);
    ASSERT_FALSE(answer.ok()) << c.inst;
    EXPECT_EQ(answer.error().kind, AllocError::Kind::Impossible);
    EXPECT_EQ(answer.error().inst, Inst(1));
    EXPECT_EQ(answer.error().operands, c.operands) << answer.error().message;
    for (const char* part : c.parts) {
      EXPECT_NE(answer.error().message.find(part), std::string::npos) << answer.error().message;
    }
    EXPECT_NE(answer.error().message.find("inst1"), std::string::npos) << answer.error().message;
    EXPECT_EQ(faults_of(sample, answer), "");
  }
}

// A context that refused a program is as good as a fresh one.
TEST(Allocator, GoesOnAfterARefusal) {
  Sample impossible = with_four(" block0():\n  op def v0i reg ; clobber p0i..p3i\n  ret\n");
  AllocatorContext context;
  for (const Sample& sample : testing::all_samples()) {
    EXPECT_FALSE(allocate(impossible.function.view(), impossible.machine, {}, context).ok());
    EXPECT_EQ(context.stats(), AllocatorStats());
    auto answer = allocate(sample.function.view(), sample.machine, {}, context);
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(*answer, *allocate_fresh(sample));
  }
}

using AllocatorDeathTest = ::testing::Test;

TEST(AllocatorDeathTest, IllegalProgramsAreRefusedWhereChecked) {
  if (!kChecked) GTEST_SKIP() << "invariants are off in this build";
  Sample sample = with_four(" block0():\n  op def v0i reg\n  ret use v0i reg\n");
  sample.function.operands[0] = Operand::def(VReg(0), Constraint::Fixed, 63);
  EXPECT_DEATH((void)allocate_fresh(sample), "not legal");
}

// ---- the same bytes

TEST(Allocator, AUsedContextAnswersLikeAFreshOne) {
  AllocatorContext used;
  std::vector<Sample> samples = testing::all_samples();
  for (int round = 0; round < 2; ++round) {
    for (const Sample& sample : samples) {
      auto answer = allocate(sample.function.view(), sample.machine, {}, used);
      auto fresh = allocate_fresh(sample);
      ASSERT_TRUE(answer.ok() && fresh.ok());
      EXPECT_EQ(*answer, *fresh) << sample.function.name;
    }
    std::reverse(samples.begin(), samples.end());
  }
}

TEST(Allocator, AMovedContextKeepsItsStatistics) {
  Sample sample = testing::all_samples().at(1);
  AllocatorContext first;
  ASSERT_TRUE(allocate(sample.function.view(), sample.machine, {}, first).ok());
  std::uint64_t steps = first.stats().steps;
  EXPECT_GT(steps, 0u);
  AllocatorContext second(std::move(first));
  EXPECT_EQ(second.stats().steps, steps);
  EXPECT_TRUE(allocate(sample.function.view(), sample.machine, {}, second).ok());
}

TEST(Allocator, AnswersDoNotDependOnTheName) {
  for (Sample& sample : testing::all_samples()) {
    auto answer = allocate_fresh(sample);
    sample.function.name = "another name, long enough to be elsewhere in memory";
    auto again = allocate_fresh(sample);
    ASSERT_TRUE(answer.ok() && again.ok());
    EXPECT_EQ(*answer, *again);
  }
}

// ---- budget and statistics

TEST(Allocator, ProvenUnderAnyBudget) {
  std::vector<Sample> samples = testing::all_samples();
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Program program = generate(seed, Knobs());
    samples.push_back({program.machine, std::move(program.function)});
  }
  for (std::uint32_t budget : {0u, 1u, 2u, 1000u}) {
    AllocatorOptions options;
    options.budget_per_operand = budget;
    for (const Sample& sample : samples) {
      ASSERT_EQ(faults_of(sample, allocate_fresh(sample, options), 2), "") << budget;
    }
  }
}

TEST(Allocator, StatisticsAreOfTheLastProgram) {
  Sample empty = with_four(" block0():\n  ret\n");
  std::string defs, uses;
  for (int k = 0; k < 9; ++k) {
    defs += "  op def v" + std::to_string(k) + "i reg\n";
    uses += "  op use v" + std::to_string(k) + "i reg\n";
  }
  Sample crowded = with_four(" block0():\n" + defs + uses + "  ret\n");
  AllocatorContext context;
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(allocate(empty.function.view(), empty.machine, {}, context).ok());
    EXPECT_EQ(context.stats().bundles, 0u);
    EXPECT_EQ(context.stats().steps, 0u);
    auto answer = allocate(crowded.function.view(), crowded.machine, {}, context);
    ASSERT_TRUE(answer.ok());
    const AllocatorStats& stats = context.stats();
    EXPECT_GE(stats.bundles, 9u);
    EXPECT_GE(stats.steps, 9u);
    EXPECT_GE(stats.splits, 5u);  // of nine values that want four registers
    EXPECT_LE(stats.evictions + stats.splits, stats.steps);
    EXPECT_EQ(stats.merges, 0u);
    EXPECT_GE(stats.spill_sets, 5u);
    EXPECT_GE(stats.spillslots, 5u);
    EXPECT_EQ(stats.spillslots, answer->spillslots);
    EXPECT_EQ(stats.moves + stats.loads + stats.stores, answer->edits.size());
  }
}

TEST(Allocator, MergesAreCounted) {
  Sample sample = with_four(
      " block0():\n  op def v0i reg\n  op use v0i reg, def v1i reuse(0)\n  branch -> block1(v1i)\n"
      " block1(v2i):\n  ret use v2i reg\n");
  AllocatorContext context;
  auto answer = allocate(sample.function.view(), sample.machine, {}, context);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(context.stats().merges, 2u);
  EXPECT_TRUE(answer->edits.empty());
}

// ---- files

struct Totals {
  std::size_t functions = 0;
  std::size_t insts = 0;
  std::size_t wrong = 0;
  double seconds = 0;
};

void prove_file(const std::filesystem::path& file, AllocatorContext& context, Totals& totals) {
  for (const Sample& sample : testing::samples_in(file)) {
    auto start = std::chrono::steady_clock::now();
    auto answer = allocate(sample.function.view(), sample.machine, {}, context);
    std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    totals.seconds += took.count();
    ++totals.functions;
    totals.insts += sample.function.view().inst_count();
    std::string faults = faults_of(sample, answer, 1);
    if (faults.empty() || ++totals.wrong > 3) continue;
    ADD_FAILURE() << file << ", " << sample.function.name << ": " << faults.substr(0, 4000);
  }
}

// The copies around an instruction run in parallel: what it clobbers or wants for other operands is
// no obstacle for a result that is copied away, nor for a value that is copied in and dies.
TEST(Allocator, CopiedValuesShareTheRegistersOfTheirInstruction) {
  Sample result = with_four(
      " block0():\n"
      "  op def v0i fixed(p0i) ; clobber p1i..p3i\n"
      "  op def v1i fixed(p0i)\n"
      "  ret use v1i fixed(p0i), use v0i fixed(p1i)\n");
  Sample argument = with_four(
      " block0():\n"
      "  op def v0i fixed(p0i), def v1i fixed(p1i), def v2i fixed(p2i), def v3i fixed(p3i)\n"
      "  op use v0i fixed(p1i), use v1i fixed(p32i), use v2i reg, use v3i reg\n"
      "  ret use v2i reg, use v3i reg\n");
  for (const Sample* at : {&result, &argument}) {
    const Sample& sample = *at;
    AllocatorContext context;
    auto answer = allocate(sample.function.view(), sample.machine, {}, context);
    EXPECT_EQ(faults_of(sample, answer), "");
    EXPECT_EQ(context.stats().spillslots, 0u) << testing::program_text(sample);
  }
}

// No register lasts, and memory would do for all: it is written by the definition itself, and no store is needed.
TEST(Allocator, WhatMemoryWouldDoForLivesThere) {
  testing::Sample sample = testing::read_sample(R"(
machine {
  int p0i p1i |
  float |
  vector |
}
function "f" {
  block0():
    op def v0i any
    op use v0i any
    op ; clobber p0i p1i
    op use v0i any
    op use v0i any
    ret
})");
  Result<Output, AllocError> answer = testing::allocate_fresh(sample);
  EXPECT_EQ(testing::faults_of(sample, answer), "");
  EXPECT_TRUE(answer && answer->edits.empty());
}

TEST(Allocator, EverySeedIsProven) {
  AllocatorContext context;
  Totals totals;
  for (const auto& file : testing::programs_in(REGPROOF_SOURCE_DIR "/corpus/seeds")) {
    prove_file(file, context, totals);
  }
  EXPECT_GE(totals.functions, 12u);
  EXPECT_EQ(totals.wrong, 0u);
}

TEST(Allocator, RealProblemsAreProven) {
  std::filesystem::path folder = REGPROOF_SOURCE_DIR "/../shared/problems";
  if (!std::filesystem::is_directory(folder)) {
    GTEST_SKIP() << "there is no folder ../shared/problems beside the checkout";
  }
  AllocatorContext context;
  Totals totals;
  for (const auto& sub : {folder, folder / "llvm"}) {
    for (const auto& file : testing::programs_in(sub)) prove_file(file, context, totals);
  }
  EXPECT_EQ(totals.wrong, 0u);
  std::printf("%zu functions, %zu instructions, allocated in %.2f s: %.0f instructions/s\n",
              totals.functions, totals.insts, totals.seconds,
              static_cast<double>(totals.insts) / totals.seconds);
}

// More values in memory cross one edge than the slots' conflicts are noted for.
TEST(Allocator, CrowdedEdgesAreProven) {
  constexpr unsigned kValues = 700;
  auto list = [&](auto&& number) {
    std::string text;
    for (unsigned i = 0; i < kValues; ++i) {
      text += (i > 0 ? ", v" : "v") + std::to_string(number(i)) + "i";
    }
    return text;
  };
  std::string body = "block0():\n";
  for (unsigned i = 0; i < kValues; ++i) body += "op def v" + std::to_string(i) + "i reg\n";
  body += "branch -> block1(" + list([](unsigned i) { return i; }) + ")\n";
  body += "block1(" + list([](unsigned i) { return kValues + i; }) + "):\n";
  body += "branch use v700i reg -> block2(), block3()\nblock2():\n";
  body += "branch -> block1(" + list([](unsigned i) { return kValues + (i * 3 + 1) % kValues; });
  body += ")\nblock3():\n";
  for (unsigned i = 0; i < kValues; ++i) {
    body += "op use v" + std::to_string(kValues + i) + "i reg\n";
  }
  Sample sample = with_four(body + "ret\n");
  EXPECT_EQ(faults_of(sample, allocate_fresh(sample)), "");
}

// Loops in sequence, each of which turns many parameters in memory: none lives in the next one.
std::string turning_loops(unsigned loops) {
  constexpr unsigned kValues = 300;
  unsigned next = 0;
  auto list = [&](unsigned first, unsigned turn, const std::string& before,
                  const std::string& after) {
    std::string text;
    for (unsigned i = 0; i < kValues; ++i) {
      text += (i > 0 ? ", " : "") + before + "v" + std::to_string(first + (i + turn) % kValues) +
              "i" + after;
    }
    return text;
  };
  std::string body = "block0():\n";
  for (unsigned l = 0; l < loops; ++l) {
    unsigned values = next, params = next + kValues, head = 1 + 3 * l;
    next += 2 * kValues;
    auto block = [&](unsigned k) { return "block" + std::to_string(head + k); };
    body += "op " + list(values, 0, "def ", " any") + "\nbranch -> " + block(0) + "(" +
            list(values, 0, "", "") + ")\n" + block(0) + "(" + list(params, 0, "", "") +
            "):\nbranch -> " + block(1) + "(), " + block(2) + "()\n" + block(1) +
            "():\nbranch -> " + block(0) + "(" + list(params, 1, "", "") + ")\n" + block(2) +
            "():\nop " + list(params, 0, "use ", " any") + "\n";
  }
  return body + "ret\n";
}

TEST(Allocator, CrowdedEdgesShareSlotsWithOtherEdges) {
  Sample one = with_four(turning_loops(1)), five = with_four(turning_loops(5));
  Result<Output, AllocError> a = allocate_fresh(one), b = allocate_fresh(five);
  EXPECT_EQ(faults_of(one, a), "");
  EXPECT_EQ(faults_of(five, b), "");
  EXPECT_EQ(a->spillslots, b->spillslots);
}

// Loops in one another, with blocks that belong to none between their headers: each loop is as many stretches of
// the layout as there are loops in it.
std::string torn_nest(unsigned depth) {
  auto block = [](unsigned k) { return "block" + std::to_string(k); };
  std::string body = "block0():\nop def v0i any\nbranch -> " + block(1) + "()\n";
  for (unsigned d = 0; d < depth; ++d) {
    unsigned next = d + 1 < depth ? 2 * d + 3 : 2 * depth + 1;
    body += block(2 * d + 1) + "():\nop use v0i any\nbranch -> " + block(next) + "()\n";
    body += block(2 * d + 2) + "():\nret use v0i reg\n";
  }
  for (unsigned d = depth; d-- > 0;) {
    unsigned latch = 2 * depth + 1 + 3 * (depth - 1 - d);
    std::string out = block(latch + 2), back = block(latch + 1);
    body += block(latch) + "():\nbranch -> " + back + "(), " + out + "()\n";
    body += back + "():\nbranch -> " + block(2 * d + 1) + "()\n";
    body +=
        out + "():\n" + (d > 0 ? "branch -> " + block(latch + 3) + "()\n" : "ret use v0i reg\n");
  }
  return body;
}

TEST(Allocator, TornNestsAreNotWalkedLevelByLevel) {
  auto work = [](unsigned depth) {
    Sample sample = with_four(torn_nest(depth));
    std::uint64_t before = work_done;
    Result<Output, AllocError> answer = allocate_fresh(sample);
    std::uint64_t steps = work_done - before;
    EXPECT_EQ(faults_of(sample, answer, 2), "");
    return static_cast<double>(steps);
  };
  EXPECT_LT(work(400), 3 * work(200));
}

}  // namespace
}  // namespace regproof
