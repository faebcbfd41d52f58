// Operands, points and the view: what is packed comes out again, and ranges are the right ones.
#include "ir/function.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "ir/builder.h"

namespace regproof {
namespace {

TEST(Operand, EveryFieldRoundTrips) {
  for (OperandKind kind : {OperandKind::Use, OperandKind::Def}) {
    for (OperandPos pos : {OperandPos::Early, OperandPos::Late}) {
      for (int constraint = 0; constraint < 8; ++constraint) {
        for (std::uint32_t payload : {0u, 1u, 191u, 65536u, (1u << 27) - 1}) {
          Constraint c = static_cast<Constraint>(constraint);
          Operand op = Operand::make(kind, pos, VReg(kMaxVRegs - 1), c, payload);
          EXPECT_EQ(op.kind(), kind);
          EXPECT_EQ(op.pos(), pos);
          EXPECT_EQ(op.constraint(), c);
          EXPECT_EQ(op.payload(), payload);
          EXPECT_EQ(op.vreg(), VReg(kMaxVRegs - 1));
        }
      }
    }
  }
}

TEST(Operand, Positions) {
  EXPECT_TRUE(Operand::use(VReg(0)).is_use() && Operand::use(VReg(0)).is_early());
  EXPECT_TRUE(Operand::late_use(VReg(0)).is_use() && Operand::late_use(VReg(0)).is_late());
  EXPECT_TRUE(Operand::def(VReg(0)).is_def() && Operand::def(VReg(0)).is_late());
  EXPECT_TRUE(Operand::early_def(VReg(0)).is_def() && Operand::early_def(VReg(0)).is_early());
  Operand pin = Operand::pin(make_preg(RegClass::Vector, 63));
  EXPECT_TRUE(pin.is_pin());
  EXPECT_FALSE(pin.vreg().valid());
  EXPECT_EQ(pin.preg(), make_preg(RegClass::Vector, 63));
}

TEST(InstRecord, RoundTrips) {
  for (InstKind kind : {InstKind::Op, InstKind::Branch, InstKind::Ret}) {
    InstRecord record = InstRecord::make(7, kind, RegSetId(kMaxRegSets - 1));
    EXPECT_EQ(record.kind(), kind);
    EXPECT_EQ(record.clobbers(), RegSetId(kMaxRegSets - 1));
    EXPECT_EQ(record.is_terminator(), kind != InstKind::Op);
  }
}

TEST(ProgPoint, OrderAndNeighbours) {
  ProgPoint before = ProgPoint::before(Inst(3)), after = ProgPoint::after(Inst(3));
  EXPECT_LT(before, after);
  EXPECT_EQ(before.next(), after);
  EXPECT_EQ(after.next(), ProgPoint::before(Inst(4)));
  EXPECT_EQ(after.inst(), Inst(3));
  EXPECT_TRUE(after.is_after());
  EXPECT_FALSE(before.is_after());
  EXPECT_EQ(ProgPoint::from_bits(after.bits()), after);
  // The largest instruction's points fit.
  EXPECT_EQ(ProgPoint::after(Inst(kMaxInsts - 1)).inst(), Inst(kMaxInsts - 1));
}

// block0 branches to block1 and block2, which pass x and y to block3.
Function diamond(unsigned clobber, bool shuffle_sets) {
  FunctionBuilder b("diamond");
  VReg x = b.vreg(RegClass::Int), y = b.vreg(RegClass::Int), z = b.vreg(RegClass::Int);
  RegSet set, other;
  set.add(make_preg(RegClass::Int, 1));
  other.add(make_preg(RegClass::Int, clobber));
  if (shuffle_sets) b.intern(other);
  RegSetId in = b.intern(set);
  b.rematerializable(y);
  b.rematerializable(x);
  b.rematerializable(y);
  b.recipe(z, {Operand::pin(make_preg(RegClass::Int, 9))}, 3, other);
  b.begin_block();
  b.op({Operand::def(x), Operand::def(y, Constraint::In, in.value())}, other);
  b.branch({}, {{Block(1), {}}, {Block(2), {}}});
  b.begin_block();
  b.branch({}, {{Block(3), {x}}});
  b.begin_block({}, 0.5);
  b.branch({}, {{Block(3), {y}}});
  b.begin_block({z});
  b.ret({Operand::use(z)});
  return *std::move(b).finish();
}

TEST(FunctionView, RangesOfEveryRecord) {
  Function function = diamond(5, false);
  FunctionView f = function.view();
  EXPECT_EQ(f.block_count(), 4u);
  EXPECT_EQ(f.inst_count(), 5u);
  EXPECT_EQ(f.edge_count(), 4u);
  EXPECT_EQ(f.insts(Block(0)).size(), 2u);
  EXPECT_EQ(f.terminator(Block(0)), Inst(1));
  EXPECT_EQ(f.successors(Block(0)).size(), 2u);
  EXPECT_EQ(f.target(f.successors(Block(1)).front()), Block(3));
  EXPECT_EQ(f.source(f.successors(Block(1)).front()), Block(1));
  ASSERT_EQ(f.predecessors(Block(3)).size(), 2u);
  EXPECT_EQ(f.source(f.predecessors(Block(3))[0]), Block(1));
  EXPECT_EQ(f.source(f.predecessors(Block(3))[1]), Block(2));
  EXPECT_EQ(f.predecessors(Block(0)).size(), 0u);
  EXPECT_EQ(f.params(Block(3)).size(), 1u);
  EXPECT_EQ(f.params(Block(2)).size(), 0u);
  EXPECT_EQ(f.arguments(f.predecessors(Block(3))[1])[0], VReg(1));
  EXPECT_EQ(f.operands(Inst(0)).size(), 2u);
  EXPECT_EQ(f.operands(Inst(1)).size(), 0u);
  EXPECT_TRUE(f.clobbers(Inst(0)).contains(make_preg(RegClass::Int, 5)));
  EXPECT_TRUE(f.clobbers(Inst(1)).empty());
  EXPECT_EQ(f.frequency(Block(2)), 0.5);
  EXPECT_EQ(f.frequency(Block(1)), 0);
  EXPECT_EQ(f.vreg_class(VReg(2)), RegClass::Int);
  EXPECT_EQ(f.vreg_class(VReg(3)), RegClass::None);
  EXPECT_EQ(f.vreg_class(VReg::none()), RegClass::None);
  EXPECT_EQ(function.rematerializable, (std::vector<VReg>{VReg(0), VReg(1)}));
  EXPECT_TRUE(f.is_rematerializable(VReg(1)));
  EXPECT_FALSE(f.is_rematerializable(VReg(2)));
  ASSERT_NE(f.find_recipe(VReg(2)), nullptr);
  EXPECT_EQ(f.find_recipe(VReg(2))->cost, 3u);
  EXPECT_EQ(f.inputs(f.recipes[0]).size(), 1u);
  EXPECT_EQ(f.find_recipe(VReg(1)), nullptr);
  EXPECT_EQ(f.find_recipe(VReg(3)), nullptr);
  EXPECT_EQ(f.find_recipe(VReg::none()), nullptr);
}

TEST(FunctionView, BlockOfEveryInstruction) {
  Function function = diamond(5, false);
  FunctionView f = function.view();
  for (Block block : f.blocks()) {
    for (Inst inst : f.insts(block)) EXPECT_EQ(f.block_of(inst), block);
  }
}

TEST(SameProgram, ComparesSetsByContent) {
  EXPECT_TRUE(same_program(diamond(5, false).view(), diamond(5, false).view()));
  EXPECT_TRUE(same_program(diamond(5, false).view(), diamond(5, true).view()));
  EXPECT_FALSE(same_program(diamond(5, false).view(), diamond(6, false).view()));
}

TEST(SameProgram, SeesEveryDifference) {
  const Function original = diamond(5, false);
  auto differs = [&](auto change) {
    Function changed = original;
    change(changed);
    EXPECT_FALSE(same_program(original.view(), changed.view()));
    EXPECT_FALSE(same_program(changed.view(), original.view()));
  };
  differs([](Function& f) { f.name = "other"; });
  differs([](Function& f) { f.multiple_defs = true; });
  differs([](Function& f) { f.vreg_classes[2] = RegClass::Float; });
  differs([](Function& f) { f.rematerializable.pop_back(); });
  differs([](Function& f) { f.recipes.pop_back(); });
  differs([](Function& f) { f.recipes[0].value = VReg(1); });
  differs([](Function& f) { f.recipes[0].cost = 4; });
  differs([](Function& f) { f.recipes[0].reuse = 0; });
  differs([](Function& f) { f.recipes[0].clobbers = RegSetId(0); });
  differs([](Function& f) { f.recipes[0].input_count = 0; });
  differs([](Function& f) { f.recipe_inputs[0] = Operand::pin(make_preg(RegClass::Int, 10)); });
  differs([](Function& f) { f.debug_labels.push_back({VReg(0), Inst(0), Inst(1), 2}); });
  differs([](Function& f) { f.block_records[1].frequency = 2; });
  differs([](Function& f) { f.params[0] = VReg(1); });
  differs([](Function& f) { f.arguments[1] = VReg(0); });
  differs([](Function& f) { std::swap(f.edge_records[0].to, f.edge_records[1].to); });
  differs([](Function& f) { f.operands[0] = Operand::early_def(VReg(0)); });
  differs([](Function& f) { f.operands[1] = Operand::def(VReg(1), Constraint::In, 0); });
  differs([](Function& f) {
    f.inst_records[4] =
        InstRecord::make(f.inst_records[4].first_operand, InstKind::Op, RegSetId(0));
  });
}

}  // namespace
}  // namespace regproof
