// Copies in every arrangement and with every link: legal, feasible, as many as asked for, and bound
// together as the link says.
#include "ssagen/repeat.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "ir/cfg.h"
#include "ir/feasible.h"
#include "ir/text.h"
#include "ir/validate.h"

namespace regproof {
namespace {

Program read_program(const char* text) {
  FunctionReader reader("pattern", text);
  auto read = reader.next();
  EXPECT_TRUE(read && *read);
  return {(*read)->machine, std::move((*read)->function)};
}

constexpr const char* kPattern = R"(
machine {
  int p0i..p3i |
  float |
  vector |
}
function "pattern" {
  block0():
    op def v0i reg, def v1i any
    branch -> block1(v0i), block2()
  block1(v2i):
    op use v1i reg, use v2i reg ; clobber p3i
    branch -> block3()
  block2():
    branch -> block3()
  block3():
    ret use v0i any
}
)";

constexpr const char* kRecipe = R"(
machine {
  int p0i..p3i |
}
function "recipe" {
  recipe v1i = (p9i, v0i) cost 4 clobbers p2i reuse 1
  block0():
    op def v0i reg
    branch -> block1()
  block1():
    op def v1i any, use v0i reg
    ret use v1i any
}
)";

std::string text_of(const Program& program) {
  std::string text;
  print_function(program.function.view(), text);
  return text;
}

// Blocks that read v1, or a copy of it, before or without defining it: by whose copy it is.
std::size_t reads_of(const Program& program, std::uint32_t value) {
  FunctionView function = program.function.view();
  std::size_t reads = 0;
  for (const Operand& op : function.operand_array) {
    reads += !op.is_pin() && op.is_use() && op.vreg() == VReg(value) ? 1 : 0;
  }
  return reads;
}

TEST(Repeat, IsLegalAndFeasibleInEveryWay) {
  for (const Profile& profile : all_profiles()) {
    if (profile.name == "large") continue;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      Program pattern = generate(seed, profile.knobs);
      for (In arrangement : kArrangements) {
        for (Link link : kLinks) {
          for (std::uint32_t times : {1u, 2u, 5u}) {
            Program program = repeat(pattern, arrangement, link, times);
            FunctionView function = program.function.view();
            EXPECT_EQ(program.machine, pattern.machine);
            ASSERT_TRUE(validate(function, program.machine).empty())
                << profile.name << " " << name_of(arrangement) << " " << name_of(link);
            EXPECT_FALSE(find_infeasible(function, program.machine));
            EXPECT_GE(function.inst_count(), pattern.function.view().inst_count() * times);
          }
        }
      }
    }
  }
}

TEST(Repeat, ArrangesTheCopies) {
  Program pattern = read_program(kPattern);
  for (In arrangement : kArrangements) {
    Program program = repeat(pattern, arrangement, Link::None, 4);
    FunctionView function = program.function.view();
    Cfg cfg = analyze_cfg(function);
    std::uint32_t deepest = 0;
    std::size_t widest = 0;
    for (Block b : function.blocks()) {
      deepest = std::max(deepest, cfg.loop_depth(b));
      widest = std::max<std::size_t>(widest, function.successors(b).size());
      EXPECT_TRUE(cfg.is_reachable(b)) << text_of(program);
    }
    EXPECT_EQ(deepest, arrangement == In::Nest ? 4u : 0u) << name_of(arrangement);
    EXPECT_EQ(widest, arrangement == In::Switch ? 3u : 2u) << name_of(arrangement);
  }
}

// The pattern reads its v1 once. Its copies are numbered 3 apart.
TEST(Repeat, LinksTheCopies) {
  Program pattern = read_program(kPattern);
  for (In arrangement : {In::Sequence, In::Nest}) {
    EXPECT_EQ(reads_of(repeat(pattern, arrangement, Link::None, 4), 1), 1u);
    EXPECT_EQ(reads_of(repeat(pattern, arrangement, Link::None, 4), 4), 1u);
    EXPECT_EQ(reads_of(repeat(pattern, arrangement, Link::First, 4), 1), 4u);
    EXPECT_EQ(reads_of(repeat(pattern, arrangement, Link::First, 4), 4), 0u);
    EXPECT_EQ(reads_of(repeat(pattern, arrangement, Link::Last, 4), 1), 2u);
    EXPECT_EQ(reads_of(repeat(pattern, arrangement, Link::Last, 4), 4), 1u);
    EXPECT_EQ(reads_of(repeat(pattern, arrangement, Link::Alive, 4), 1), 2u);
    EXPECT_EQ(reads_of(repeat(pattern, arrangement, Link::Alive, 4), 10), 2u);
  }
  EXPECT_EQ(reads_of(repeat(pattern, In::Switch, Link::First, 4), 1), 4u);
  EXPECT_EQ(reads_of(repeat(pattern, In::Switch, Link::Alive, 4), 1), 2u);
}

TEST(Repeat, IsTheSameEveryTime) {
  Program pattern = read_program(kPattern);
  EXPECT_EQ(text_of(repeat(pattern, In::Nest, Link::Last, 3)),
            text_of(repeat(pattern, In::Nest, Link::Last, 3)));
}

// Each copy has its own, from what it reads itself.
TEST(Repeat, CopiesHaveRecipes) {
  Program pattern = read_program(kRecipe);
  for (Link link : {Link::None, Link::First, Link::Last, Link::Alive}) {
    Program program = repeat(pattern, In::Sequence, link, 3);
    FunctionView function = program.function.view();
    EXPECT_TRUE(validate(function, program.machine).empty());
    ASSERT_EQ(function.recipes.size(), 3u) << text_of(program);
    std::set<VReg> inputs;
    for (const Recipe& recipe : function.recipes) {
      EXPECT_EQ(recipe.input_count, 2u);
      EXPECT_EQ(recipe.cost, 4u);
      EXPECT_EQ(recipe.reuse, 1u);
      EXPECT_EQ(function.reg_set(recipe.clobbers).size(), 1u);
      inputs.insert(function.inputs(recipe)[1].vreg());
    }
    EXPECT_EQ(inputs.size(), link == Link::First ? 1u : link == Link::Last ? 2u : 3u);
  }
}

}  // namespace
}  // namespace regproof
