// Functions as the builder makes them: the arrays, the numbers, and every misuse it reports.
#include "ir/builder.h"

#include <gtest/gtest.h>

namespace regproof {
namespace {

using Operands = std::initializer_list<Operand>;
using Targets = std::initializer_list<FunctionBuilder::Target>;

template <class T>
std::vector<T> list(std::span<const T> items) {
  return {items.begin(), items.end()};
}

Function finish(FunctionBuilder& builder) {
  auto built = std::move(builder).finish();
  EXPECT_TRUE(built.ok()) << (built.ok() ? "" : built.error().message);
  return built.ok() ? *std::move(built) : Function();
}

std::string misuse(FunctionBuilder& builder) {
  auto built = std::move(builder).finish();
  return built.ok() ? "" : built.error().message;
}

TEST(Builder, TheExampleOfTheHeader) {
  FunctionBuilder b("twice");
  VReg x = b.vreg(RegClass::Int), y = b.vreg(RegClass::Int);
  b.begin_block();
  EXPECT_EQ(b.op({Operand::def(x, Constraint::Reg)}), Inst(0));
  EXPECT_EQ(b.op({Operand::use(x, Constraint::Reg), Operand::def(y, Constraint::Reuse, 0)}),
            Inst(1));
  b.ret({Operand::use(y, Constraint::Fixed, make_preg(RegClass::Int, 0).value())});
  Function function = finish(b);
  FunctionView f = function.view();
  EXPECT_EQ(f.name, "twice");
  EXPECT_EQ(f.block_count(), 1u);
  EXPECT_EQ(f.inst_count(), 3u);
  EXPECT_EQ(f.edge_count(), 0u);
  EXPECT_EQ(f.vreg_count(), 2u);
  EXPECT_EQ(f.operands(Inst(1))[1], Operand::def(y, Constraint::Reuse, 0));
  EXPECT_EQ(f.kind(Inst(2)), InstKind::Ret);
  EXPECT_EQ(f.terminator(Block(0)), Inst(2));
}

TEST(Builder, GraphWithEdgesForthAndBack) {
  FunctionBuilder b("graph");
  VReg v = b.vreg(RegClass::Int), w = b.vreg(RegClass::Float), x = b.vreg(RegClass::Int);
  EXPECT_EQ(b.begin_block(), Block(0));
  b.branch(Operands{}, Targets{{Block(1), {v, w}}});
  EXPECT_EQ(b.begin_block({x}), Block(1));
  b.op(Operands{});
  b.branch({Operand::use(x)}, {{Block(2), {}}, {Block(3), {v}}, {Block(9), {}}});
  b.begin_block(std::span<const VReg>(), 8.5);
  b.branch(Operands{}, Targets{{Block(1), {x, w}}});
  b.begin_block({v, w});
  b.ret(Operands{});
  Function function = finish(b);
  FunctionView f = function.view();
  ASSERT_EQ(f.edge_count(), 5u);
  EXPECT_EQ(f.successors(Block(0)).size(), 1u);
  EXPECT_EQ(f.successors(Block(1)).size(), 3u);
  EXPECT_EQ(f.successors(Block(1)).front(), Edge(1));
  EXPECT_TRUE(f.successors(Block(3)).empty());
  EXPECT_EQ(f.source(Edge(2)), Block(1));
  EXPECT_EQ(f.target(Edge(2)), Block(3));
  EXPECT_EQ(list(f.arguments(Edge(0))), (std::vector<VReg>{v, w}));
  EXPECT_TRUE(f.arguments(Edge(1)).empty());
  EXPECT_EQ(list(f.arguments(Edge(2))), (std::vector<VReg>{v}));
  EXPECT_EQ(list(f.arguments(Edge(4))), (std::vector<VReg>{x, w}));
  // By target; an edge to a block that is not there is in no list.
  EXPECT_TRUE(f.predecessors(Block(0)).empty());
  EXPECT_EQ(list(f.predecessors(Block(1))), (std::vector<Edge>{Edge(0), Edge(4)}));
  EXPECT_EQ(list(f.predecessors(Block(2))), (std::vector<Edge>{Edge(1)}));
  EXPECT_EQ(list(f.predecessors(Block(3))), (std::vector<Edge>{Edge(2)}));
  EXPECT_EQ(f.target(Edge(3)), Block(9));
  EXPECT_EQ(list(f.params(Block(1))), (std::vector<VReg>{x}));
  EXPECT_TRUE(f.params(Block(2)).empty());
  EXPECT_EQ(list(f.params(Block(3))), (std::vector<VReg>{v, w}));
  EXPECT_EQ(f.frequency(Block(1)), 0);
  EXPECT_EQ(f.frequency(Block(2)), 8.5);
  EXPECT_EQ(f.insts(Block(1)).size(), 2u);
  EXPECT_EQ(f.block_of(Inst(2)), Block(1));
}

TEST(Builder, EqualSetsHaveOneNumber) {
  FunctionBuilder b("sets");
  RegSet some, other;
  some.add(make_preg(RegClass::Int, 3));
  other.add(make_preg(RegClass::Vector, 3));
  EXPECT_EQ(b.intern(RegSet()), RegSetId(0));
  RegSetId first = b.intern(some);
  EXPECT_NE(b.intern(other), first);
  EXPECT_EQ(b.intern(some), first);
  b.begin_block();
  b.op(Operands{}, some);
  b.op(Operands{});
  b.branch(Operands{}, Targets{}, other);
  b.begin_block();
  b.ret(Operands{}, some);
  Function function = finish(b);
  FunctionView f = function.view();
  EXPECT_EQ(f.reg_sets.size(), 3u);
  EXPECT_EQ(f.clobbers(Inst(0)), some);
  EXPECT_TRUE(f.clobbers(Inst(1)).empty());
  EXPECT_EQ(f.clobbers(Inst(2)), other);
  EXPECT_EQ(f.clobbers(Inst(3)), some);
}

TEST(Builder, ManySetsKeepApart) {
  FunctionBuilder b("sets");
  std::vector<RegSetId> ids;
  auto set_of = [](std::uint64_t n) {
    RegSet set;
    set.set_bits(RegClass::Float, n);
    return set;
  };
  for (std::uint64_t n = 1; n <= 5000; ++n) ids.push_back(b.intern(set_of(n)));
  for (std::uint64_t n = 1; n <= 5000; ++n) EXPECT_EQ(b.intern(set_of(n)), ids[n - 1]);
  b.begin_block();
  b.ret(Operands{});
  Function function = finish(b);
  ASSERT_EQ(function.reg_sets.size(), 5001u);
  EXPECT_EQ(function.reg_sets[ids[41].value()], set_of(42));
}

TEST(Builder, NumbersOfTheClientMayHaveGaps) {
  FunctionBuilder b("gaps");
  b.declare(VReg(7), RegClass::Float);
  b.declare(VReg(7), RegClass::Float);
  EXPECT_EQ(b.vreg(RegClass::Vector), VReg(8));
  EXPECT_EQ(b.vreg_class(VReg(7)), RegClass::Float);
  EXPECT_EQ(b.vreg_class(VReg(3)), RegClass::None);
  EXPECT_EQ(b.vreg_class(VReg(9)), RegClass::None);
  EXPECT_EQ(b.vreg_class(VReg::none()), RegClass::None);
  b.begin_block();
  b.ret(Operands{});
  Function function = finish(b);
  EXPECT_EQ(function.view().vreg_count(), 9u);
  EXPECT_EQ(function.view().vreg_class(VReg(3)), RegClass::None);
  EXPECT_EQ(function.view().vreg_class(VReg(8)), RegClass::Vector);
}

TEST(Builder, WhatStandsBesideTheCode) {
  FunctionBuilder b("beside");
  VReg v = b.vreg(RegClass::Int), w = b.vreg(RegClass::Int);
  b.rematerializable(w);
  b.rematerializable(v);
  b.rematerializable(w);
  b.debug_label({w, Inst(0), Inst(1), 9});
  b.debug_label({v, Inst(0), Inst(1), 3});
  b.allow_multiple_defs();
  b.begin_block();
  b.ret(Operands{});
  Function function = finish(b);
  EXPECT_EQ(function.rematerializable, (std::vector<VReg>{v, w}));
  ASSERT_EQ(function.debug_labels.size(), 2u);
  EXPECT_EQ(function.debug_labels[0].label, 9u);
  EXPECT_TRUE(function.view().is_rematerializable(w));
  EXPECT_TRUE(function.multiple_defs);
}

// However they were stated: by value, each with its inputs behind those of the one before.
TEST(Builder, RecipesStandInTheOrderOfTheirValues) {
  FunctionBuilder b("recipes");
  VReg v = b.vreg(RegClass::Int), w = b.vreg(RegClass::Int), x = b.vreg(RegClass::Float);
  Operand pin = Operand::pin(make_preg(RegClass::Vector, 63));
  RegSet set;
  set.add(make_preg(RegClass::Int, 3));
  b.recipe(x, {Operand::use(w, Constraint::Reg), pin}, 255, set, 1);
  b.recipe(v, Operands{});
  b.recipe(w, {pin, Operand::use(v, Constraint::Reg)}, 7);
  b.begin_block();
  b.ret(Operands{}, set);
  Function function = finish(b);
  FunctionView f = function.view();
  ASSERT_EQ(f.recipes.size(), 3u);
  EXPECT_EQ(f.recipes[0].value, v);
  EXPECT_TRUE(f.inputs(f.recipes[0]).empty());
  EXPECT_EQ(f.recipes[0].cost, 1u);
  EXPECT_FALSE(f.recipes[0].has_reuse());
  EXPECT_EQ(f.recipes[0].clobbers, RegSetId(0));
  EXPECT_EQ(f.recipes[1].value, w);
  EXPECT_EQ(list(f.inputs(f.recipes[1])),
            (std::vector<Operand>{pin, Operand::use(v, Constraint::Reg)}));
  EXPECT_EQ(f.recipes[1].cost, 7u);
  EXPECT_EQ(f.recipes[2].value, x);
  EXPECT_EQ(list(f.inputs(f.recipes[2])),
            (std::vector<Operand>{Operand::use(w, Constraint::Reg), pin}));
  EXPECT_EQ(f.recipes[2].cost, 255u);
  EXPECT_EQ(f.recipes[2].reuse, 1u);
  EXPECT_EQ(f.reg_set(f.recipes[2].clobbers), set);
  EXPECT_EQ(f.reg_sets.size(), 2u);
  EXPECT_EQ(f.recipe_inputs.size(), 4u);
}

TEST(Misuse, Recipes) {
  auto with = [](VReg value, std::vector<Operand> inputs, std::uint32_t cost) {
    FunctionBuilder b("recipe");
    b.begin_block();
    b.ret(Operands{});
    b.recipe(value, inputs, cost);
    return misuse(b);
  };
  Operand use = Operand::use(VReg(0), Constraint::Reg), pin = Operand::pin(PReg(kRegCount - 1));
  EXPECT_EQ(with(VReg(3), {use, pin, use, pin}, 255), "");
  EXPECT_EQ(with(VReg::none(), {}, 1), "a recipe has no value");
  EXPECT_EQ(with(VReg(3), {use, pin, use, pin, use}, 1),
            "the recipe of v3 has 5 inputs, expected at most 4");
  EXPECT_EQ(with(VReg(3), {}, 0), "the recipe of v3 costs 0 moves, expected 1 to 255");
  EXPECT_EQ(with(VReg(3), {}, 256), "the recipe of v3 costs 256 moves, expected 1 to 255");
  for (Operand wrong :
       {Operand::use(VReg(0)), Operand::late_use(VReg(0), Constraint::Reg),
        Operand::def(VReg(0), Constraint::Reg), Operand::use(VReg(0), Constraint::Reg, 1),
        Operand::pin(PReg(kRegCount)), Operand::pin(PReg::none()),
        Operand::late_use(VReg::none(), Constraint::Pin, 9)}) {
    EXPECT_EQ(with(VReg(3), {use, wrong}, 1),
              "input 1 of the recipe of v3: expected Operand::use(v, Constraint::Reg) or "
              "Operand::pin(reg)");
  }
  FunctionBuilder twice("twice");
  twice.begin_block();
  twice.ret(Operands{});
  for (VReg v : {VReg(4), VReg(2), VReg(4)}) twice.recipe(v, Operands{});
  EXPECT_EQ(misuse(twice), "v4 has two recipes");
}

TEST(Misuse, Blocks) {
  FunctionBuilder none("none");
  EXPECT_EQ(misuse(none), "the function has no block");
  FunctionBuilder open("open");
  open.begin_block();
  open.op(Operands{});
  EXPECT_EQ(misuse(open), "block0 does not end in a branch or ret");
  FunctionBuilder next("next");
  next.begin_block();
  next.ret(Operands{});
  next.begin_block();
  next.begin_block();
  next.ret(Operands{});
  EXPECT_EQ(misuse(next), "block1 does not end in a branch or ret");
}

TEST(Misuse, InstructionsOutsideOfBlocks) {
  const std::string where = " stands outside a block, or behind its block's terminator";
  FunctionBuilder outside("outside");
  outside.op(Operands{});
  outside.begin_block();
  outside.ret(Operands{});
  EXPECT_EQ(misuse(outside), "inst0" + where);
  FunctionBuilder behind("behind");
  behind.begin_block();
  behind.ret(Operands{});
  behind.ret(Operands{});
  EXPECT_EQ(misuse(behind), "inst1" + where);
  FunctionBuilder branch("branch");
  branch.begin_block();
  branch.branch(Operands{}, Targets{{Block(0), {}}});
  branch.branch(Operands{}, Targets{{Block(0), {}}});
  EXPECT_EQ(misuse(branch), "inst1" + where);
}

TEST(Misuse, Values) {
  FunctionBuilder classes("classes");
  classes.declare(VReg(3), RegClass::Int);
  classes.declare(VReg(3), RegClass::Float);
  EXPECT_EQ(misuse(classes), "v3 is declared as int and as float");
  FunctionBuilder highest("highest");
  highest.declare(VReg(kMaxVRegs - 1), RegClass::Int);
  highest.begin_block();
  highest.ret(Operands{});
  EXPECT_EQ(misuse(highest), "");
  FunctionBuilder beyond("beyond");
  beyond.declare(VReg(kMaxVRegs), RegClass::Int);
  EXPECT_EQ(misuse(beyond), "v16777216 is beyond the limit of 16777216 virtual registers");
  FunctionBuilder no_number("none");
  no_number.declare(VReg::none(), RegClass::Int);
  EXPECT_EQ(misuse(no_number), "v4294967295 is beyond the limit of 16777216 virtual registers");
}

TEST(Misuse, Operands) {
  std::vector<Operand> many(kMaxOperandsOfInst, Operand::pin(make_preg(RegClass::Int, 0)));
  FunctionBuilder most("most");
  most.begin_block();
  most.ret(many);
  EXPECT_EQ(misuse(most), "");
  many.push_back(many[0]);
  FunctionBuilder beyond("beyond");
  beyond.begin_block();
  beyond.op(Operands{});
  beyond.ret(many);
  EXPECT_EQ(misuse(beyond), "inst1 has too many operands");
}

TEST(Misuse, PayloadsThatNameNothing) {
  auto with = [](Operand operand) {
    FunctionBuilder b("payload");
    RegSet set;
    set.add(make_preg(RegClass::Int, 1));
    b.intern(set);
    b.begin_block();
    b.ret({operand});
    return misuse(b);
  };
  const std::string error =
      "inst0 has an operand with a register or register set that does not exist";
  EXPECT_EQ(with(Operand::use(VReg(0), Constraint::In, 1)), "");
  EXPECT_EQ(with(Operand::use(VReg(0), Constraint::In, 2)), error);
  EXPECT_EQ(with(Operand::use(VReg(0), Constraint::Fixed, kRegCount - 1)), "");
  EXPECT_EQ(with(Operand::use(VReg(0), Constraint::Fixed, kRegCount)), error);
  EXPECT_EQ(with(Operand::pin(PReg::none())), error);
  EXPECT_EQ(with(Operand::use(VReg(0), Constraint::Limit, 100000)), "");
}

TEST(Misuse, TheFirstIsReported) {
  FunctionBuilder b("first");
  b.op(Operands{});
  b.declare(VReg(kMaxVRegs), RegClass::Int);
  b.begin_block();
  EXPECT_EQ(misuse(b), "inst0 stands outside a block, or behind its block's terminator");
}

}  // namespace
}  // namespace regproof
