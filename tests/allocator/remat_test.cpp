// Values that can be computed again: each part of it on the smallest program that shows it, and who may be
// computed for whom against brute force, exhaustively.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "allocator/engine.h"
#include "allocator/recipes.h"
#include "allocator/tuning.h"
#include "checker/recipes.h"
#include "ir/builder.h"
#include "ir/cost.h"
#include "ssagen/ssagen.h"
#include "tests/allocator/judged.h"

namespace regproof {
namespace {

using testing::Sample;

constexpr const char* kMachine = R"(
machine {
  int    p0i..p3i |
  float  |
  vector |
  fixed_stack p32i
}
)";
constexpr const char* kStrikeAll = "; clobber p0i..p3i\n";

Sample sample_of(const std::string& body) {
  return testing::read_sample(std::string(kMachine) + "function \"f\" {\n" + body + "}\n");
}

struct Answered {
  Output output;
  Cost cost;
  AllocatorStats stats;
};

// Proven by all judges, with what it costs.
Answered answer_to(const Sample& sample, bool rematerialize = true) {
  AllocatorOptions options;
  options.rematerialize = rematerialize;
  AllocatorContext context;
  FunctionView function = sample.function.view();
  auto answer = allocate(function, sample.machine, options, context);
  EXPECT_EQ(testing::faults_of(sample, answer), "");
  if (!answer) return {};
  Cost cost = cost_of(function, sample.machine, analyze_cfg(function), *answer);
  return {*answer, cost, context.stats()};
}

// A register is lost, and the value is wanted in one: nowhere in between, no slot, no store.
TEST(Remat, ASpilledValueNeedsNoSlotAndIsComputedInsteadOfLoaded) {
  Sample sample =
      sample_of(std::string("  rematerializable v0i\n  block0():\n    op def v0i reg\n    op ") +
                kStrikeAll + "    ret use v0i reg\n");
  Answered with = answer_to(sample), without = answer_to(sample, false);
  EXPECT_EQ(with.cost.remats, 1u);
  EXPECT_EQ(with.cost.loads + with.cost.stores + with.cost.spillslots, 0u);
  EXPECT_EQ(without.cost.remats, 0u);
  EXPECT_EQ(without.cost.loads, 1u);
  EXPECT_EQ(without.cost.spillslots, 1u);
}

TEST(Remat, AFixedResultThatGoesNowhereIsNotMoved) {
  Sample sample = sample_of(
      std::string("  rematerializable v0i\n  block0():\n    op def v0i fixed(p0i)\n    op ") +
      kStrikeAll + "    ret use v0i fixed(p1i)\n");
  Answered with = answer_to(sample);
  ASSERT_EQ(with.output.edits.size(), 1u);
  EXPECT_EQ(with.output.edits[0].kind, EditKind::Remat);
}

TEST(Remat, AnArgumentNeedsNoPlaceAtTheBranch) {
  Sample sample = sample_of(std::string("  rematerializable v0i\n"
                                        "  block0():\n    op def v0i reg, def v1i reg\n    op ") +
                            kStrikeAll +
                            "    branch -> block1(), block2()\n"
                            "  block1():\n    branch -> block3(v0i)\n"
                            "  block2():\n    branch -> block3(v1i)\n"
                            "  block3(v2i):\n    ret use v2i reg\n");
  Answered with = answer_to(sample);
  EXPECT_EQ(with.cost.remats, 1u);
  EXPECT_EQ(with.cost.stores, 1u);  // of v1i
}

TEST(Remat, DefinitionsWeighNothingAndUsesWhatTheRecipeCosts) {
  Sample sample = sample_of(
      "  rematerializable v0i\n  recipe v2i = () cost 6\n  block0():\n    op def v0i reg, def v1i "
      "reg, def v2i reg\n"
      "    ret use v0i reg, use v1i reg, use v2i reg\n");
  Engine engine;
  AllocatorOptions options;
  FunctionView function = sample.function.view();
  regproof::Run run(function, sample.machine, options, engine);
  for (const Phase& phase : phases()) {
    phase.run(run);
    if (std::string(phase.name) == "liveness") break;
  }
  auto costs = [&](VReg v) {
    std::vector<float> all;
    for (const Reference& ref : engine.liveness.references_of(v)) {
      all.push_back(cost_in_memory(run.facts, ref));
    }
    return all;
  };
  EXPECT_EQ(costs(VReg(0)), (std::vector<float>{0, tuning::kUseCost * tuning::kRematCost}));
  EXPECT_EQ(costs(VReg(1)), (std::vector<float>{tuning::kDefCost, tuning::kUseCost}));
  EXPECT_EQ(costs(VReg(2)), (std::vector<float>{0, tuning::kUseCost * (6 * tuning::kRematCost)}));
}

// The marked value gives way, whoever was first.
TEST(Remat, ItIsEvictedAheadOfOthers) {
  Sample sample = testing::read_sample(R"(
machine {
  int p0i p1i |
  float |
  vector |
}
function "f" {
  rematerializable v0i
  block0():
    op def v0i reg
    op def v1i reg
    op use v0i reg
    op def v2i reg
    op use v1i reg, use v2i reg
    op use v1i reg, use v2i reg
    ret use v0i reg
}
)");
  Answered with = answer_to(sample);
  EXPECT_EQ(with.cost.remats, 1u);
  EXPECT_EQ(with.cost.loads + with.cost.stores, 0u);
}

// A parameter that may be one or the other value has no recipe: it keeps its memory, the marked argument
// needs none.
TEST(Remat, AMergeWithAnotherValueLosesTheMark) {
  Sample sample = sample_of(std::string("  rematerializable v0i\n"
                                        "  block0():\n    op def v0i reg, def v1i reg\n"
                                        "    branch -> block1(), block2()\n"
                                        "  block1():\n    branch -> block3(v0i)\n"
                                        "  block2():\n    branch -> block3(v1i)\n"
                                        "  block3(v2i):\n    op ") +
                            kStrikeAll + "    ret use v2i reg\n");
  Answered with = answer_to(sample);
  EXPECT_EQ(with.cost.remats, 0u);
  EXPECT_GE(with.cost.stores, 1u);
  EXPECT_EQ(with.cost.loads, 1u);
}

TEST(Remat, AStackUseIsServedFromMemoryAndOthersAreComputed) {
  Sample sample =
      sample_of(std::string("  rematerializable v0i\n  block0():\n    op def v0i reg\n    op ") +
                kStrikeAll + "    op use v0i stack\n    op use v0i fixed(p32i)\n    op " +
                kStrikeAll + "    ret use v0i reg\n");
  Answered with = answer_to(sample);
  EXPECT_EQ(with.cost.spillslots, 1u);
  EXPECT_EQ(with.cost.loads, 0u);
  EXPECT_GE(with.cost.remats, 1u);
}

TEST(Remat, AUseThatAcceptsMemoryTakesARegisterWhereOneIsFree) {
  Sample sample =
      sample_of(std::string("  rematerializable v0i\n  block0():\n    op def v0i reg\n    op ") +
                kStrikeAll + "    op use v0i any\n    op " + kStrikeAll + "    ret use v0i any\n");
  Answered with = answer_to(sample);
  EXPECT_EQ(with.cost.spillslots, 0u);
  EXPECT_EQ(with.cost.remats, 2u);
}

// A label is not said to be where its value is not.
// The parameters are more than registers are; each is read once, where memory would do.
TEST(Remat, AParameterReadOnceIsComputedThere) {
  std::string params, arguments, uses;
  for (int k = 1; k <= 9; ++k) {
    std::string name = "v" + std::to_string(k) + "i", comma = k > 1 ? ", " : "";
    params += comma + name;
    arguments += comma + "v0i";
    uses += "    op use " + name + " any\n";
  }
  Sample sample =
      sample_of("  rematerializable v0i\n  block0():\n    op def v0i any\n    branch -> block1(" +
                arguments + ")\n  block1(" + params + "):\n" + uses + "    ret\n");
  Answered with = answer_to(sample);
  EXPECT_EQ(with.cost.loads + with.cost.stores, 0u);
  EXPECT_EQ(answer_to(sample, false).cost.stores, 5u);
}

// Nine must stand in memory, every other by the one recipe or by the other, and no register is free at the edge: each
// is computed once.
TEST(Remat, WhatFillsSeveralSlotsIsComputedOnce) {
  std::string params, arguments, uses;
  for (int k = 1; k <= 9; ++k) {
    std::string name = "v" + std::to_string(k) + "i", comma = k > 1 ? ", " : "";
    params += comma + name;
    arguments += comma + (k % 2 == 0 ? "v0i" : "v20i");
    uses += comma + "use " + name + " stack";
  }
  std::string others, others_used;
  for (int k = 0; k < 4; ++k) {
    std::string name = "v" + std::to_string(10 + k) + "i", reg = "p" + std::to_string(k) + "i";
    others += ", def " + name + " fixed(" + reg + ")";
    others_used += ", use " + name + " fixed(" + reg + ")";
  }
  Sample sample = sample_of(
      "  rematerializable v0i v20i\n  block0():\n    op def v0i any, def v20i any\n    op " +
      others.substr(2) + "\n    branch -> block1(" + arguments + ")\n  block1(" + params +
      "):\n    op " + others_used.substr(2) + "\n    op " + uses + "\n    ret\n");
  Answered with = answer_to(sample);
  EXPECT_EQ(with.cost.remats, 2u);
}

TEST(Remat, WhereAValueIsNowhereItsLabelHasNoPlace) {
  Sample sample =
      sample_of(std::string("  rematerializable v0i\n  debug v0i inst0..inst4 = 7\n"
                            "  block0():\n    op def v0i reg\n    op ") +
                kStrikeAll + "    op def v1i stack\n    op use v1i stack\n    ret use v0i reg\n");
  Answered with = answer_to(sample);
  EXPECT_FALSE(with.output.debug_locations.empty());
  for (const DebugLocation& l : with.output.debug_locations) EXPECT_TRUE(l.location.is_reg());
}

// The same register is asked for twice, and what is in it has not changed.
TEST(Remat, WhatARegisterHoldsIsNotComputedAgain) {
  std::uint64_t with = 0, without = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Program program = generate(seed, find_profile("remat")->knobs);
    program.function.recipes.clear();  // for these the same pass computes instead of loading
    for (bool redundant : {true, false}) {
      Engine engine;
      AllocatorOptions options;
      FunctionView function = program.function.view();
      regproof::Run run(function, program.machine, options, engine);
      for (const Phase& phase : phases()) {
        if (redundant || std::string(phase.name) != "redundant") phase.run(run);
      }
      for (const Edit& e : run.output.edits) {
        (redundant ? with : without) += e.kind == EditKind::Remat;
      }
    }
  }
  EXPECT_GT(with, 200u);
  EXPECT_LT(with + 20, without);
}

TEST(Remat, ThroughAMergeOfOneRecipe) {
  Sample sample = sample_of(std::string("  rematerializable v0i\n"
                                        "  block0():\n    op def v0i reg\n"
                                        "    branch -> block1(), block2()\n"
                                        "  block1():\n    branch -> block3(v0i)\n"
                                        "  block2():\n    branch -> block3(v0i)\n"
                                        "  block3(v1i):\n    op ") +
                            kStrikeAll +
                            "    branch -> block4(), block5()\n"
                            "  block4():\n    branch -> block3(v1i)\n"
                            "  block5():\n    ret use v1i reg\n");
  Answered with = answer_to(sample);
  EXPECT_EQ(with.cost.loads + with.cost.stores, 0u);
  ASSERT_EQ(with.cost.remats, 1u);
  const Edit& edit = with.output.edits.back();
  EXPECT_EQ(edit.remat, VReg(0));
  EXPECT_EQ(edit.remat_as, VReg(1));
}

// --- who may be computed for whom ---------------------------------------------------------------------

// Three parameters of two edges each; every argument is one of two marked values, one that is not, or one of
// the parameters. SSA's dominance is no concern of the derivation.
constexpr std::uint32_t kParams = 3, kSources = 6, kArguments = 6;
using Choice = std::array<std::uint32_t, kArguments>;  // vregs: 0 and 1 are marked, 2 is not

Function program_of(const Choice& choice) {
  FunctionBuilder b("f");
  std::vector<VReg> v;
  for (std::uint32_t k = 0; k < kSources; ++k) v.push_back(b.vreg(RegClass::Int));
  std::vector<FunctionBuilder::Target> arms;
  for (std::uint32_t a = 0; a < kArguments; ++a) arms.push_back({Block(1 + a), {}});
  b.begin_block();
  b.op({Operand::def(v[0], Constraint::Any), Operand::def(v[1], Constraint::Any),
        Operand::def(v[2], Constraint::Any)});
  b.branch({}, arms);
  for (std::uint32_t a = 0; a < kArguments; ++a) {
    b.begin_block();
    b.branch({}, {{Block(1 + kArguments + a / 2), {v[choice[a]]}}});
  }
  for (std::uint32_t p = 0; p < kParams; ++p) {
    b.begin_block({v[3 + p]});
    b.ret({});
  }
  b.rematerializable(v[0]);
  b.rematerializable(v[1]);
  Result<Function, BuildError> built = std::move(b).finish();
  EXPECT_TRUE(built.ok());
  return *std::move(built);
}

// Whether each parameter gets its value from somewhere: in a program in SSA form it does.
bool each_has_a_source(const Choice& choice) {
  std::array<bool, kSources> fed{true, true, true};
  for (std::uint32_t round = 0; round < kParams; ++round) {
    for (std::uint32_t a = 0; a < kArguments; ++a) {
      if (fed[choice[a]]) fed[3 + a / 2] = true;
    }
  }
  return fed[3] && fed[4] && fed[5];
}

// For each recipe the largest set of parameters that no argument contradicts, by taking away until none
// does.
std::array<VReg, kSources> by_brute_force(const Choice& choice) {
  std::array<VReg, kSources> recipe{};
  recipe[0] = VReg(0), recipe[1] = VReg(1);
  for (std::uint32_t r : {0u, 1u}) {
    std::array<bool, kSources> in{};
    in[r] = in[3] = in[4] = in[5] = true;
    for (bool changed = true; changed;) {
      changed = false;
      for (std::uint32_t a = 0; a < kArguments; ++a) {
        if (in[3 + a / 2] && !in[choice[a]]) changed = true, in[3 + a / 2] = false;
      }
    }
    for (std::uint32_t p = 3; p < kSources; ++p) {
      if (in[p]) recipe[p] = VReg(r);
    }
  }
  return recipe;
}

// False behind the last one.
bool next(Choice& choice) {
  std::size_t digit = 0;
  while (digit < kArguments && ++choice[digit] == kSources) choice[digit++] = 0;
  return digit < kArguments;
}

TEST(RecipesOfBothSides, EqualBruteForceOnAllSmallPrograms) {
  std::size_t programs = 0, with_recipe = 0;
  bool more = true;
  for (Choice choice{}; more; more = next(choice)) {
    if (!each_has_a_source(choice)) continue;
    Function program = program_of(choice);
    FunctionView function = program.view();
    Recipes theirs(function, reachable_blocks(function));
    RecipeMap ours;
    ours.derive(function, analyze_cfg(function));
    std::array<VReg, kSources> wanted = by_brute_force(choice);
    for (std::uint32_t v = 0; v < kSources; ++v) {
      ASSERT_EQ(ours.of(VReg(v)), wanted[v]) << "allocator, program " << programs;
      ASSERT_EQ(theirs.recipe_of(VReg(v)), wanted[v]) << "checker, program " << programs;
    }
    for (std::uint32_t p = 3; p < kSources; ++p) with_recipe += wanted[p].valid();
    ++programs;
  }
  EXPECT_EQ(programs, 41634u);
  EXPECT_GT(with_recipe, 5000u);
}

}  // namespace
}  // namespace regproof
