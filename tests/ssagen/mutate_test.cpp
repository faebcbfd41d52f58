// Every mutation does something, keeps programs legal and feasible, and the whole is total and
// deterministic.
#include "ssagen/mutate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ir/feasible.h"
#include "ir/text.h"
#include "ir/validate.h"
#include "ssagen/knobs.h"
#include "ssagen/mutations.h"
#include "ssagen/ssagen.h"
#include "ssagen/tokens.h"

namespace regproof {
namespace {

using Bytes = std::vector<std::uint8_t>;

void expect_good(const Program& program) {
  FunctionView function = program.function.view();
  for (const Violation& violation : validate(function, program.machine)) {
    ADD_FAILURE() << violation.message;
  }
  FeasibilitySolver solver(program.machine);
  EXPECT_FALSE(find_infeasible(function, solver).has_value());
}

Bytes random_input(std::uint64_t seed) {
  Choices choices = Choices::from_seed(seed);
  Bytes bytes(choices.below(1200));
  for (std::uint8_t& byte : bytes) byte = choices.byte();
  return bytes;
}

// A program of a profile that has what the mutation looks for, most of the time.
Program fitting(const Mutation& mutation, std::uint64_t seed) {
  bool recipes = mutation.name.find("recipe") != std::string_view::npos;
  return generate(seed, recipes ? find_profile("remat")->knobs : all_profiles()[seed % 15].knobs);
}

// On its own, from programs of all profiles.
TEST(Mutate, EachMutationChangesLegalProgramsToLegalOnes) {
  for (const Mutation& mutation : all_mutations()) {
    SCOPED_TRACE(std::string(mutation.name));
    int applied = 0, changed = 0;
    for (std::uint64_t seed = 0; seed < 40 && !::testing::Test::HasFailure(); ++seed) {
      SCOPED_TRACE(seed);
      Program before = fitting(mutation, seed);
      Sketch sketch = sketch_of(before.function.view(), before.machine);
      Choices choices = Choices::from_seed(seed * 31 + 1);
      if (!mutation.apply(sketch, choices)) continue;
      ++applied;
      Program after = finish(sketch, true);
      expect_good(after);
      changed += after.machine != before.machine ||
                 !same_program(after.function.view(), before.function.view());
    }
    EXPECT_GE(applied, 10);
    EXPECT_GE(changed, 5);
  }
}

// The most operands that an instruction may have, in all instructions: none may get one more.
TEST(Mutate, AFullInstructionGetsNoOperandMore) {
  Sketch full;
  full.machine.preferred.set_bits(RegClass::Int, 0xf);
  VReg v = new_value(full, RegClass::Int);
  SketchInst inst = jump_to(1);
  inst.operands.assign(kMaxOperandsOfInst, SketchOperand{Operand::use(v), RegSet()});
  inst.targets[0].arguments.push_back(v);
  full.blocks.resize(2);
  full.blocks[0].insts.push_back(inst);
  full.blocks[1].params.push_back(new_value(full, RegClass::Int));
  inst.targets[0] = {1, {v}};
  full.blocks[1].insts.push_back(inst);
  for (const Mutation& mutation : all_mutations()) {
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      Sketch sketch = full;
      Choices choices = Choices::from_seed(seed);
      mutation.apply(sketch, choices);
      for (const SketchBlock& block : sketch.blocks) {
        for (const SketchInst& after : block.insts) {
          EXPECT_LE(after.operands.size(), kMaxOperandsOfInst) << mutation.name;
        }
      }
    }
  }
}

Program program_of(const char* text) {
  FunctionReader reader("program", text);
  auto read = reader.next();
  EXPECT_TRUE(read && *read);
  return {(*read)->machine, std::move((*read)->function)};
}

// A copy of an instruction computes copies; each can be computed again as its original can.
TEST(Mutate, CopiesOfInstructionsHaveRecipes) {
  Program program = program_of(R"(machine {
  int p0i..p3i |
}
function "f" {
  recipe v1i = (v0i, p9i) cost 2 clobbers p3i reuse 0
  block0():
    op def v0i any
    op use v0i any, def v1i any
    ret
}
)");
  Sketch sketch = sketch_of(program.function.view(), program.machine);
  std::vector<SketchInst>& insts = sketch.blocks[0].insts;
  insts.insert(insts.begin() + 2, copy_of(sketch, insts[1]));
  Program after = finish(sketch, true);
  expect_good(after);
  FunctionView function = after.function.view();
  ASSERT_EQ(function.recipes.size(), 2u);
  auto first = function.inputs(function.recipes[0]), second = function.inputs(function.recipes[1]);
  EXPECT_TRUE(std::equal(first.begin(), first.end(), second.begin(), second.end()));
  EXPECT_EQ(function.recipes[1].cost, 2u);
  EXPECT_EQ(function.recipes[1].reuse, 0u);
}

TEST(Mutate, CrossingsBringRecipes) {
  constexpr std::size_t kMost = 1 << 16;
  int more = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Program one = generate(seed, find_profile("tiny")->knobs);
    Program other = generate(seed, find_profile("remat")->knobs);
    ASSERT_TRUE(one.function.recipes.empty());
    Bytes crossed = cross(encode(one.function.view(), one.machine),
                          encode(other.function.view(), other.machine), seed, kMost);
    more += decode(crossed).function.recipes.empty() ? 0 : 1;
  }
  EXPECT_GE(more, 8);
}

// Numbers along a line of crossings stay in proportion to the values.
TEST(Mutate, CrossingsLeaveFewGaps) {
  Program program = generate(1, find_profile("default")->knobs);
  Bytes input = encode(program.function.view(), program.machine);
  for (std::uint64_t step = 0; step < 500; ++step) {
    // Of the other form, so that the two are crossed as programs, and of many blocks.
    Choices choices = Choices::from_seed(step);
    Bytes other(300, kNewestVersion);
    for (std::size_t k = 1; k < other.size(); ++k) other[k] = choices.byte();
    Bytes next = cross(input, other, step, 1 << 20);
    if (decode(next).function.view().inst_count() < 4000) input = next;
    if (step % 25 != 24) continue;
    Program crossed = decode(input);
    std::size_t defs = crossed.function.params.size();
    for (const Operand& op : crossed.function.operands) defs += op.is_def() ? 1 : 0;
    EXPECT_LE(crossed.function.view().vreg_count(), 2 * defs + 64) << step;
  }
}

TEST(Mutate, NamesAndSentencesAreDistinct) {
  std::set<std::string_view> names, sentences;
  for (const Mutation& mutation : all_mutations()) {
    EXPECT_TRUE(names.insert(mutation.name).second) << mutation.name;
    EXPECT_TRUE(sentences.insert(mutation.sentence).second) << mutation.name;
  }
}

TEST(Mutate, AnyBytesHaveASuccessorThatFits) {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    for (std::size_t max_size : {std::size_t{1}, std::size_t{40}, std::size_t{4096}}) {
      Bytes input = random_input(seed), other = random_input(seed + 1000);
      for (Reading reading : {Reading::Feasible, Reading::Unloosened}) {
        EXPECT_LE(mutate(input, seed, max_size, reading).size(), max_size);
        EXPECT_LE(cross(input, other, seed, max_size, reading).size(), max_size);
      }
    }
  }
  EXPECT_LE(mutate({}, 7, 100).size(), 100u);
  EXPECT_LE(cross({}, {}, 7, 100).size(), 100u);
}

// An engine may give up where it gets none.
TEST(Mutate, ASuccessorHasBytes) {
  Bytes empty, one = {0x81};
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    for (const Bytes& input : {empty, one}) {
      for (const Bytes& other : {empty, one}) {
        ASSERT_FALSE(mutate(input, seed, 16).empty());
        ASSERT_FALSE(cross(input, other, seed, 16).empty());
      }
    }
  }
}

TEST(Mutate, SameSeedSameSuccessorOtherSeedsOthers) {
  Bytes input = random_input(3);
  std::set<Bytes> successors;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Bytes once = mutate(input, seed, 4096);
    EXPECT_EQ(once, mutate(input, seed, 4096));
    successors.insert(once);
  }
  EXPECT_GE(successors.size(), 40u);
}

// A successor of a program is that program but for a few places.
TEST(Mutate, MostOfTheProgramStays) {
  Program program = generate(11, find_profile("default")->knobs);
  Bytes input = encode(program.function.view(), program.machine);
  std::size_t insts = program.function.view().inst_count(), near = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    std::size_t after = decode(mutate(input, seed, 1 << 16)).function.view().inst_count();
    near += after + 20 > insts && after < insts + 60;
  }
  EXPECT_GE(near, 85u);
}

// Long lines of descent neither die nor grow without end.
TEST(Mutate, ALineOfDescentStaysLegal) {
  Bytes input;
  for (std::uint64_t step = 0; step < 300; ++step) {
    input =
        step % 10 == 9 ? cross(input, random_input(step), step, 2048) : mutate(input, step, 2048);
    if (step % 20 == 0) expect_good(decode(input));
  }
  EXPECT_GT(decode(input).function.view().inst_count(), 20u);
}

}  // namespace
}  // namespace regproof
