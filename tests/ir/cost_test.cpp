// The ruler: kinds, weights by depth, and what is left out.
#include "ir/cost.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <utility>

#include "ir/builder.h"

namespace regproof {
namespace {

constexpr PReg kP0 = make_preg(RegClass::Int, 0);
constexpr PReg kP1 = make_preg(RegClass::Int, 1);
constexpr PReg kArgument = make_preg(RegClass::Int, 32);  // a fixed_stack register

Machine machine() {
  Machine m;
  m.preferred.add(kP0);
  m.preferred.add(kP1);
  m.fixed_stack.add(kArgument);
  return m;
}

// `depth` natural loops, each in the one before. Block b, from 1 to `depth`, heads a loop that b - 1
// others hold; each block has one instruction, so that its number is the block's.
Function nest(std::uint32_t depth) {
  FunctionBuilder b("nest");
  b.begin_block();
  b.branch({}, {{Block(1), {}}});
  for (std::uint32_t i = 1; i <= depth; ++i) {
    b.begin_block({}, 1000);  // stated frequencies do not count
    b.branch({}, {{Block(i + 1), {}}});
  }
  for (std::uint32_t i = depth; i >= 1; --i) {
    b.begin_block();
    Block here(static_cast<std::uint32_t>(b.block_count() - 1));
    b.branch({}, {{Block(i), {}}, {here.next(), {}}});
  }
  b.begin_block();
  b.ret({});
  return *std::move(b).finish();
}

Cost cost(const Function& function, std::initializer_list<Edit> edits) {
  Output output;
  output.spillslots = 3;
  output.edits = edits;
  return cost_of(function.view(), machine(), analyze_cfg(function.view()), output);
}

ProgPoint before(std::uint32_t inst) {
  return ProgPoint::before(Inst(inst));
}

TEST(Cost, NothingCostsNothing) {
  Cost c = cost(nest(0), {});
  EXPECT_EQ(c.moves + c.loads + c.stores + c.remats, 0u);
  EXPECT_EQ(c.spillslots, 3u);
  EXPECT_EQ(c.weighted_moves, 0);
  EXPECT_EQ(c.weighted_cost, 0);
}

TEST(Cost, Kinds) {
  Location p0 = Location::reg(kP0), p1 = Location::reg(kP1), argument = Location::reg(kArgument);
  Location slot = Location::stack(SpillSlot(0));
  struct Case {
    Edit edit;
    std::uint64_t Cost::*counter;
    double weight;
  };
  const Case cases[] = {
      {Edit::move(before(0), p0, p1), &Cost::moves, 0.2},
      {Edit::move(before(0), slot, p1), &Cost::loads, 4},
      {Edit::move(before(0), argument, p1), &Cost::loads, 4},
      {Edit::move(before(0), p0, slot), &Cost::stores, 1},
      {Edit::move(before(0), p0, argument), &Cost::stores, 1},
      {Edit::recompute(before(0), VReg(0), VReg(0), p1), &Cost::remats, 0.2},
      // Not legal, and counted as what it begins with.
      {Edit::move(before(0), slot, argument), &Cost::loads, 4},
  };
  for (const Case& one : cases) {
    Cost c = cost(nest(0), {one.edit});
    EXPECT_EQ(c.*one.counter, 1u);
    EXPECT_EQ(c.moves + c.loads + c.stores + c.remats, 1u);
    EXPECT_DOUBLE_EQ(c.weighted_moves, 1);
    EXPECT_DOUBLE_EQ(c.weighted_cost, one.weight);
  }
}

TEST(Cost, ARecipeSaysHowDearItIs) {
  FunctionBuilder b("recipe");
  VReg v = b.vreg(RegClass::Int), w = b.vreg(RegClass::Int);
  b.recipe(w, {Operand::use(v, Constraint::Reg)}, 3);
  b.begin_block();
  b.op({Operand::def(v)});
  b.ret({Operand::use(v), Operand::def(w)});
  Function function = *std::move(b).finish();
  Location p1 = Location::reg(kP1);
  std::vector<PReg> inputs = {kP0};
  Cost dear = cost(function, {Edit::recompute(before(1), w, w, inputs, p1)});
  EXPECT_EQ(dear.remats, 1u);
  EXPECT_DOUBLE_EQ(dear.weighted_moves, 1);
  EXPECT_DOUBLE_EQ(dear.weighted_cost, 0.6);
  // What has no recipe costs a move, whatever it stands for.
  EXPECT_DOUBLE_EQ(cost(function, {Edit::recompute(before(1), v, w, p1)}).weighted_cost, 0.2);
  EXPECT_DOUBLE_EQ(cost(function, {Edit::recompute(before(1), w, v, inputs, p1)}).weighted_cost,
                   0.6);
}

TEST(Cost, TenToTheDepthSixAtMost) {
  Function function = nest(8);
  Location p0 = Location::reg(kP0), slot = Location::stack(SpillSlot(0));
  for (std::uint32_t depth = 0; depth <= 8; ++depth) {
    for (ProgPoint point : {before(depth), ProgPoint::after(Inst(depth))}) {
      Cost c = cost(function, {Edit::move(point, p0, slot)});
      EXPECT_DOUBLE_EQ(c.weighted_moves, std::pow(10, depth < 6 ? depth : 6));
      EXPECT_DOUBLE_EQ(c.weighted_cost, std::pow(10, depth < 6 ? depth : 6));
    }
  }
}

TEST(Cost, AnIrreducibleLoopDoesNotCount) {
  FunctionBuilder b("irreducible");
  b.begin_block();
  b.branch({}, {{Block(1), {}}, {Block(2), {}}});
  b.begin_block();
  b.branch({}, {{Block(2), {}}});
  b.begin_block();
  b.branch({}, {{Block(1), {}}});
  Function function = *std::move(b).finish();
  Location p0 = Location::reg(kP0), p1 = Location::reg(kP1);
  EXPECT_DOUBLE_EQ(cost(function, {Edit::move(before(1), p0, p1)}).weighted_moves, 1);
}

TEST(Cost, WhatLiesBeyondTheFunctionIsNotCounted) {
  Location p0 = Location::reg(kP0), p1 = Location::reg(kP1);
  Cost c = cost(nest(0), {Edit::move(before(2), p0, p1), Edit::move(before(1000000), p0, p1)});
  EXPECT_EQ(c.moves, 0u);
  EXPECT_EQ(cost(nest(0), {Edit::move(before(1), p0, p1)}).moves, 1u);
}

TEST(Cost, RegistersThatDoNotExistAreNoMemory) {
  Location p0 = Location::reg(kP0), strange = Location::reg(PReg(60000));
  EXPECT_EQ(cost(nest(0), {Edit::move(before(0), strange, p0)}).moves, 1u);
}

TEST(Cost, Adds) {
  Location p0 = Location::reg(kP0), p1 = Location::reg(kP1), slot = Location::stack(SpillSlot(0));
  Edit all[] = {Edit::move(before(0), p0, p1), Edit::move(before(1), p0, slot),
                Edit::move(before(1), slot, p1), Edit::recompute(before(1), VReg(0), VReg(0), p1)};
  Function function = nest(1);
  Cost sum;
  for (const Edit& edit : all) sum += cost(function, {edit});
  Cost whole = cost(function, {all[0], all[1], all[2], all[3]});
  EXPECT_EQ(sum.moves, whole.moves);
  EXPECT_EQ(sum.loads, whole.loads);
  EXPECT_EQ(sum.stores, whole.stores);
  EXPECT_EQ(sum.remats, whole.remats);
  EXPECT_EQ(sum.spillslots, 4 * whole.spillslots);
  EXPECT_DOUBLE_EQ(sum.weighted_moves, whole.weighted_moves);
  EXPECT_DOUBLE_EQ(sum.weighted_cost, whole.weighted_cost);
}

}  // namespace
}  // namespace regproof
