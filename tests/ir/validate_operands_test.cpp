// The validator: for every rule of operands the smallest programs that break it, and nothing else,
// with the
// place that is reported; beside them legal programs that nearly do.
#include "tests/ir/validate_programs.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace regproof {
namespace {

TEST(ValidateOperands, ReuseNotLateDef) {
  Prepared use;
  expect_operand(use,
                 {Operand::use(use.a, Constraint::Reg), Operand::use(use.a, Constraint::Reuse, 0)},
                 Rule::ReuseNotLateDef, 1);
  Prepared early;
  VReg v = early.i();
  expect_operand(
      early, {Operand::early_def(v, Constraint::Reuse, 1), Operand::use(early.a, Constraint::Reg)},
      Rule::ReuseNotLateDef, 0);
}

TEST(ValidateOperands, ReuseIndexMissing) {
  for (std::uint32_t index : {2u, 3u, 0x7ffffffu}) {
    Prepared p;
    VReg v = p.i();
    expect_operand(p, {reuse_def(v, index), Operand::use(p.a, Constraint::Reg)},
                   Rule::ReuseIndexMissing, 0);
  }
}

TEST(ValidateOperands, ReuseOfWrongOperand) {
  auto wrong = [](auto input_of) {
    Prepared p;
    VReg v = p.i(), other = p.i();
    expect_operand(p, {reuse_def(v, 1), input_of(p, other)}, Rule::ReuseOfWrongOperand, 0);
  };
  wrong([](Prepared& p, VReg) { return Operand::use(p.a, Constraint::Any); });
  wrong([](Prepared& p, VReg) { return Operand::use(p.a, Constraint::Stack); });
  wrong([](Prepared& p, VReg) { return fixed_use(p.a, pi(32)); });
  wrong([](Prepared& p, VReg) { return Operand::late_use(p.a, Constraint::Reg); });
  wrong([](Prepared&, VReg other) { return Operand::def(other, Constraint::Reg); });
  wrong([](Prepared&, VReg other) { return Operand::early_def(other, Constraint::Reg); });
  wrong([](Prepared&, VReg) { return Operand::pin(pi(60)); });

  Prepared itself;
  VReg v = itself.i();
  expect_operand(itself, {reuse_def(v, 0)}, Rule::ReuseOfWrongOperand, 0);
  Prepared chain;
  v = chain.i();
  VReg w = chain.i();
  expect_operand(chain, {reuse_def(v, 1), reuse_def(w, 2), Operand::use(chain.a, Constraint::Reg)},
                 Rule::ReuseOfWrongOperand, 0);
}

TEST(ValidateOperands, ReuseClass) {
  Prepared p;
  VReg v = p.i();
  expect_operand(p, {reuse_def(v, 1), Operand::use(p.b, Constraint::Reg)}, Rule::ReuseClass, 0);
}

TEST(ValidateOperands, ReuseOfEveryRegisterConstraint) {
  Prepared p;
  VReg v = p.i(), w = p.i(), x = p.i(), y = p.i();
  RegSetId set = p.intern(set_of({pi(0), pi(4)}));
  expect_operands(p,
                  {Operand::use(p.a, Constraint::Reg), Operand::use(p.a, Constraint::Limit, 3),
                   Operand::use(p.a, Constraint::In, set.value()), fixed_use(p.a, pi(5)),
                   reuse_def(v, 0), reuse_def(w, 1), reuse_def(x, 2), reuse_def(y, 3)},
                  {});
}

TEST(ValidateOperands, ConstraintClass) {
  Prepared fixed;
  expect_operand(fixed, {fixed_use(fixed.a, pf(0))}, Rule::ConstraintClass, 0);
  Prepared in;
  RegSetId mixed = in.intern(set_of({pi(0), pf(0)}));
  expect_operand(in, {Operand::use(in.a, Constraint::In, mixed.value())}, Rule::ConstraintClass, 0);
}

TEST(ValidateOperands, FixedNotAllocatable) {
  // Neither the scratch register nor one that the machine does not name.
  for (std::uint32_t reg : {15u, 63u}) {
    Prepared p;
    expect_operand(p, {Operand::use(p.a, Constraint::Fixed, reg)}, Rule::FixedNotAllocatable, 0);
  }
  Prepared legal;
  expect_operands(legal,
                  {fixed_use(legal.a, pi(0)), fixed_use(legal.a, pi(5)), fixed_use(legal.a, pi(32)),
                   fixed_use(legal.b, pf(1))},
                  {});
}

TEST(ValidateOperands, InNotAllocatable) {
  for (PReg reg : {pi(15), pi(32), pi(63)}) {
    Prepared p;
    RegSetId set = p.intern(set_of({pi(0), reg}));
    expect_operand(p, {Operand::use(p.a), Operand::use(p.a, Constraint::In, set.value())},
                   Rule::InNotAllocatable, 1);
  }
}

TEST(ValidateOperands, InEmpty) {
  Prepared p;
  expect_operand(p, {Operand::use(p.a, Constraint::In, 0)}, Rule::InEmpty, 0);
}

TEST(ValidateOperands, LimitRange) {
  for (std::uint32_t limit : {0u, 65u, 0x7ffffffu}) {
    Prepared p;
    expect_operand(p, {Operand::use(p.a, Constraint::Limit, limit)}, Rule::LimitRange, 0);
  }
  Prepared legal;
  expect_operands(
      legal,
      {Operand::use(legal.a, Constraint::Limit, 1), Operand::use(legal.a, Constraint::Limit, 64)},
      {});
}

TEST(ValidateOperands, PinAllocatable) {
  for (PReg reg : {pi(0), pi(5), pf(1)}) {
    Prepared p;
    expect_operand(p, {Operand::pin(reg)}, Rule::PinAllocatable, 0);
  }
  Prepared legal;
  expect_operands(legal,
                  {Operand::pin(pi(63)), Operand::pin(pi(15)), Operand::pin(pi(32)),
                   Operand::pin(make_preg(RegClass::Vector, 0))},
                  {});
}

// The builder refuses such numbers, so a finished program is damaged. The low 16 bits of 65536 are
// those of p0i.
TEST(ValidateOperands, RegistersThatDoNotExist) {
  for (std::uint32_t reg : {192u, 65535u, 65536u, 0x7ffffffu}) {
    Prepared p;
    Inst ret = p.ret({Operand::use(p.a)});
    Function f = p.done();
    f.operands[2] = Operand::use(p.a, Constraint::Fixed, reg);
    expect(f, {{Rule::FixedNotAllocatable, Block(0), ret, 0}});
    f.operands[2] = Operand::use(VReg::none(), Constraint::Pin, reg);
    expect(f, {{Rule::PinAllocatable, Block(0), ret, 0}});
  }
}

TEST(ValidateOperands, PinHasVReg) {
  Prepared p;
  expect_operand(p, {Operand::use(p.a, Constraint::Pin, 63)}, Rule::PinHasVReg, 0);
}

// Feasibility is asked elsewhere: these are legal programs, possible or not.
TEST(ValidateOperands, ClobbersAndConflictsAreLegal) {
  Prepared p;
  VReg v = p.i();
  p.op({fixed_use(p.a, pi(0)), fixed_use(p.a, pi(1)), Operand::use(p.a, Constraint::Any)},
       set_of({pi(0), pi(15), pi(32), pi(63), make_preg(RegClass::Vector, 5)}));
  p.op({fixed_def(v, pi(0)), Operand::late_use(p.a, Constraint::Fixed, pi(0).value())},
       set_of({pi(0)}));
  p.ret({});
  expect_legal(p);
}

}  // namespace
}  // namespace regproof
