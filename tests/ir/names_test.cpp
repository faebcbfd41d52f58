// How single things are written. Every name that the text formats know reads back as itself.
#include "ir/names.h"

#include <gtest/gtest.h>

#include "ir/builder.h"

namespace regproof {
namespace {

constexpr PReg pi(unsigned n) {
  return make_preg(RegClass::Int, n);
}
constexpr PReg pf(unsigned n) {
  return make_preg(RegClass::Float, n);
}
constexpr PReg pv(unsigned n) {
  return make_preg(RegClass::Vector, n);
}

RegSet range(PReg first, PReg last) {
  RegSet set;
  for (PReg reg = first; reg <= last; reg = reg.next()) set.add(reg);
  return set;
}

// A function with v0i, v1f, v2v and v4i; v3 is a gap. One set: p0i p1i p5i..p7i.
Function values() {
  FunctionBuilder builder("values");
  builder.declare(VReg(0), RegClass::Int);
  builder.declare(VReg(1), RegClass::Float);
  builder.declare(VReg(2), RegClass::Vector);
  builder.declare(VReg(4), RegClass::Int);
  RegSet set = range(pi(0), pi(1)) | range(pi(5), pi(7));
  EXPECT_EQ(builder.intern(set), RegSetId(1));
  builder.begin_block();
  builder.ret(std::initializer_list<Operand>{});
  auto built = std::move(builder).finish();
  EXPECT_TRUE(built.ok());
  return *std::move(built);
}

TEST(Names, Registers) {
  EXPECT_EQ(to_string(pi(0)), "p0i");
  EXPECT_EQ(to_string(pi(63)), "p63i");
  EXPECT_EQ(to_string(pf(0)), "p0f");
  EXPECT_EQ(to_string(pf(17)), "p17f");
  EXPECT_EQ(to_string(pv(63)), "p63v");
  EXPECT_EQ(to_string(PReg::none()), "no register");
  EXPECT_EQ(to_string(PReg(kRegCount)), "no register");
}

TEST(Names, Places) {
  EXPECT_EQ(to_string(Location::none()), "none");
  EXPECT_EQ(to_string(Location::reg(pv(2))), "p2v");
  EXPECT_EQ(to_string(Location::stack(SpillSlot(0))), "stack0");
  EXPECT_EQ(to_string(Location::stack(SpillSlot(kMaxSpillSlots - 1))), "stack268435455");
}

TEST(Names, BlocksInstructionsPoints) {
  EXPECT_EQ(to_string(Block(4)), "block4");
  EXPECT_EQ(to_string(Inst(17)), "inst17");
  EXPECT_EQ(to_string(ProgPoint::before(Inst(17))), "before inst17");
  EXPECT_EQ(to_string(ProgPoint::after(Inst(0))), "after inst0");
  EXPECT_EQ(to_string(ProgPoint::after(Inst(3)).next()), "before inst4");
}

TEST(Names, Sets) {
  EXPECT_EQ(to_string(RegSet()), "");
  EXPECT_EQ(to_string(range(pi(3), pi(3))), "p3i");
  EXPECT_EQ(to_string(range(pi(3), pi(4))), "p3i p4i");
  EXPECT_EQ(to_string(range(pi(3), pi(5))), "p3i..p5i");
  EXPECT_EQ(to_string(range(pi(0), pi(63))), "p0i..p63i");
  // A run ends with its class.
  EXPECT_EQ(to_string(range(pi(62), pf(1))), "p62i p63i p0f p1f");
  EXPECT_EQ(to_string(range(pi(0), pv(63))), "p0i..p63i p0f..p63f p0v..p63v");
  EXPECT_EQ(to_string(range(pi(0), pi(3)) | range(pf(5), pf(5)) | range(pf(7), pf(9)) |
                      range(pv(1), pv(2))),
            "p0i..p3i p5f p7f..p9f p1v p2v");
}

TEST(Names, Values) {
  Function function = values();
  FunctionView view = function.view();
  EXPECT_EQ(to_string(VReg(0), view), "v0i");
  EXPECT_EQ(to_string(VReg(1), view), "v1f");
  EXPECT_EQ(to_string(VReg(2), view), "v2v");
  EXPECT_EQ(to_string(VReg(3), view), "v3");
  EXPECT_EQ(to_string(VReg(5), view), "v5");
  EXPECT_EQ(to_string(VReg(16777215), view), "v16777215");
  EXPECT_EQ(to_string(VReg::none(), view), "no value");
}

TEST(Names, Operands) {
  Function function = values();
  FunctionView view = function.view();
  auto text = [&](Operand operand) { return to_string(operand, view); };
  EXPECT_EQ(text(Operand::use(VReg(0))), "use v0i any");
  EXPECT_EQ(text(Operand::late_use(VReg(1), Constraint::Reg)), "use@late v1f reg");
  EXPECT_EQ(text(Operand::def(VReg(2), Constraint::Stack)), "def v2v stack");
  EXPECT_EQ(text(Operand::early_def(VReg(4), Constraint::Fixed, pi(3).value())),
            "def@early v4i fixed(p3i)");
  EXPECT_EQ(text(Operand::def(VReg(0), Constraint::Reuse, 12)), "def v0i reuse(12)");
  EXPECT_EQ(text(Operand::use(VReg(0), Constraint::Limit, 64)), "use v0i limit(64)");
  EXPECT_EQ(text(Operand::use(VReg(0), Constraint::In, 1)), "use v0i in(p0i p1i p5i..p7i)");
  EXPECT_EQ(text(Operand::use(VReg(0), Constraint::In, 0)), "use v0i in()");
  EXPECT_EQ(text(Operand::use(VReg(0), Constraint::In, 2)), "use v0i in(?)");
  EXPECT_EQ(text(Operand::pin(pf(63))), "pin p63f");
  EXPECT_EQ(text(Operand::use(VReg::none(), Constraint::Reg)), "use no value reg");
}

TEST(Names, Edits) {
  Function function = values();
  FunctionView view = function.view();
  ProgPoint at = ProgPoint::before(Inst(0));
  EXPECT_EQ(to_string(Edit::move(at, Location::reg(pi(0)), Location::stack(SpillSlot(4))), view),
            "move p0i -> stack4");
  EXPECT_EQ(to_string(Edit::move(at, Location::none(), Location::none()), view),
            "move none -> none");
  EXPECT_EQ(to_string(Edit::recompute(at, VReg(0), VReg(0), Location::reg(pi(2))), view),
            "remat v0i -> p2i");
  EXPECT_EQ(to_string(Edit::recompute(at, VReg(0), VReg(4), Location::reg(pi(2))), view),
            "remat v0i as v4i -> p2i");
  std::vector<PReg> inputs = {pi(3), pf(63)};
  Edit whole = Edit::recompute(at, VReg(0), VReg(4), inputs, Location::reg(pi(2)));
  EXPECT_EQ(to_string(whole, view), "remat v0i(p3i, p63f) as v4i -> p2i");
  EXPECT_EQ(inputs_text(whole), "(p3i, p63f)");
  EXPECT_EQ(inputs_text(Edit::recompute(at, VReg(0), VReg(0), Location::none())), "");
}

}  // namespace
}  // namespace regproof
