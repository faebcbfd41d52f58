// A value that was divided gets its register back once others have left theirs; what has none to get
// keeps its pieces. Nothing is made worse.
#include "allocator/second_chance.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "allocator/engine.h"
#include "ssagen/ssagen.h"
#include "tests/allocator/judged.h"

namespace regproof {
namespace {

struct Allocated {
  Output output;
  AllocatorStats stats;
};

Allocated allocate_phases(const FunctionView& function, const Machine& machine,
                          bool second_chance) {
  Engine engine;
  AllocatorOptions options;
  Run run(function, machine, options, engine);
  for (const Phase& phase : phases()) {
    if (second_chance || std::string_view(phase.name) != "second chance") phase.run(run);
  }
  EXPECT_FALSE(run.error);
  return {run.output, engine.stats};
}

// v2i, which its fixed places and the clobbers hem in, is divided before the registers are settled.
constexpr std::string_view kProgram = R"(
machine {
  int p0i p1i p3i | p2i
  float p1f p2f |
  vector |
  fixed_stack p61f p62f p62i
}
function "f" {
  block0():
    op def v0i fixed(p3i), def v1i reg, def v2i fixed(p62i)
    op def v3f any, use v1i reg, def v4i reg, use v1i reg, use v2i limit(1) ; clobber p2i p2f p2v
    ret use@late v3f fixed(p61f), use v3f fixed(p62f), use v0i fixed(p62i)
}
)";

TEST(SecondChance, WhatWasDividedGetsARegisterThatOthersLeft) {
  testing::Sample sample = testing::read_sample(std::string(kProgram));
  FunctionView function = sample.function.view();
  Allocated with = allocate_phases(function, sample.machine, true);
  Allocated without = allocate_phases(function, sample.machine, false);
  EXPECT_GT(with.stats.second_chances, 0u);
  EXPECT_EQ(without.stats.second_chances, 0u);
  EXPECT_LT(with.output.edits.size(), without.output.edits.size());
  EXPECT_EQ(testing::faults_of(sample, with.output), "");
  EXPECT_EQ(testing::faults_of(sample, without.output), "");
}

// Over many programs: there are chances, and together they save loads and stores.
TEST(SecondChance, SavesLoadsAndStores) {
  std::uint64_t chances = 0, with_memory = 0, without_memory = 0;
  auto in_memory = [](const Allocated& a, const Machine& machine) {
    std::uint64_t count = 0;
    for (const Edit& edit : a.output.edits) {
      count += edit.from.is_memory(machine) || edit.to.is_memory(machine);
    }
    return count;
  };
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Program program = generate(seed, all_profiles().front().knobs);
    FunctionView function = program.function.view();
    Allocated with = allocate_phases(function, program.machine, true);
    Allocated without = allocate_phases(function, program.machine, false);
    chances += with.stats.second_chances;
    with_memory += in_memory(with, program.machine);
    without_memory += in_memory(without, program.machine);
  }
  EXPECT_GT(chances, 100u);
  EXPECT_LT(with_memory, without_memory);
}

}  // namespace
}  // namespace regproof
