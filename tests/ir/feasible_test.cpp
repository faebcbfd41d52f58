// ir/feasible, one hand-written case for each sentence of the rules, both outcomes where there are
// two. Sweeps against brute force are in feasible_sweep_test.cpp.
#include "ir/feasible.h"

#include <gtest/gtest.h>

#include <vector>

#include "ir/builder.h"
#include "ir/names.h"
#include "tests/ir/feasible_brute.h"

namespace regproof {
namespace {

PReg p(unsigned number) {
  return make_preg(RegClass::Int, number);
}
PReg f(unsigned number) {
  return make_preg(RegClass::Float, number);
}

RegSet regs(std::initializer_list<PReg> list) {
  RegSet set;
  for (PReg reg : list) set.add(reg);
  return set;
}

// Registers 0 to `count` - 1 of int, p8 scratch, p9 fixed_stack, p10 none of these; p0f alone.
Machine machine_of(unsigned count) {
  Machine machine;
  for (unsigned i = 0; i < count; ++i) machine.preferred.add(p(i));
  machine.fixed_stack.add(p(9));
  machine.scratch[0] = p(8);
  machine.preferred.add(f(0));
  return machine;
}

struct Verdict {
  bool feasible = false;
  std::vector<PReg> places;
  Infeasibility why;
};

class Feasible : public testing::Test {
 protected:
  Feasible() : builder("case") {
    for (int i = 0; i < 8; ++i) v.push_back(builder.vreg(RegClass::Int));
    for (int i = 0; i < 4; ++i) w.push_back(builder.vreg(RegClass::Float));
  }

  // Asks all three questions and holds the answers against each other and the literal rules.
  Verdict solve(unsigned registers, std::initializer_list<Operand> operands,
                const RegSet& clobbers = {}) {
    Machine machine = machine_of(registers);
    FunctionBuilder copy = builder;
    copy.begin_block();
    copy.op(operands, clobbers);
    copy.ret({});
    auto function = std::move(copy).finish();
    EXPECT_TRUE(function.ok());
    FunctionView view = function->view();
    FeasibilitySolver solver(machine);
    Verdict out;
    out.feasible = solver.feasible(view, Inst(0));
    test::LiteralRules rules(view, machine, Inst(0));
    EXPECT_EQ(out.feasible, rules.satisfiable());
    EXPECT_EQ(out.feasible, solver.assign(view, Inst(0), out.places));
    EXPECT_EQ(out.feasible, !find_infeasible(view, machine).has_value());
    if (out.feasible) {
      EXPECT_TRUE(rules.obeyed_by(test::as_places(view, Inst(0), out.places)));
    } else {
      out.why = solver.explain(view, Inst(0));
      EXPECT_TRUE(out.why.proven);
    }
    return out;
  }
  bool good(unsigned registers, std::initializer_list<Operand> operands,
            const RegSet& clobbers = {}) {
    return solve(registers, operands, clobbers).feasible;
  }
  Operand in(Operand op, std::initializer_list<PReg> list) {
    return Operand::make(op.kind(), op.pos(), op.vreg(), Constraint::In,
                         builder.intern(regs(list)).value());
  }
  static Operand use(VReg x, PReg reg) { return Operand::use(x, Constraint::Fixed, reg.value()); }
  static Operand late_use(VReg x, PReg reg) {
    return Operand::late_use(x, Constraint::Fixed, reg.value());
  }
  static Operand def(VReg x, PReg reg) { return Operand::def(x, Constraint::Fixed, reg.value()); }
  static Operand early_def(VReg x, PReg reg) {
    return Operand::early_def(x, Constraint::Fixed, reg.value());
  }
  static Operand reuse(VReg x, std::uint32_t k) { return Operand::def(x, Constraint::Reuse, k); }
  static constexpr Constraint R = Constraint::Reg;

  FunctionBuilder builder;
  std::vector<VReg> v, w;
};

TEST_F(Feasible, PhasesMeetAsTheRulesSay) {
  EXPECT_TRUE(good(1, {Operand::use(v[0], R), Operand::def(v[1], R)}));
  EXPECT_FALSE(good(1, {Operand::use(v[0], R), Operand::early_def(v[1], R)}));
  EXPECT_FALSE(good(1, {Operand::late_use(v[0], R), Operand::def(v[1], R)}));
  EXPECT_FALSE(good(1, {Operand::use(v[0], R), Operand::late_use(v[1], R)}));
  EXPECT_FALSE(good(1, {Operand::def(v[0], R), Operand::early_def(v[1], R)}));
  EXPECT_FALSE(good(1, {Operand::use(v[0], R), Operand::use(v[1], R)}));
  EXPECT_TRUE(good(2, {Operand::use(v[0], R), Operand::use(v[1], R)}));
  EXPECT_FALSE(good(1, {Operand::def(v[0], R), Operand::def(v[1], R)}));
}

TEST_F(Feasible, UsesOfOneVRegMayShareOrNot) {
  EXPECT_TRUE(good(1, {Operand::use(v[0], R), use(v[0], p(0))}));
  EXPECT_TRUE(good(1, {Operand::use(v[0], R), Operand::late_use(v[0], R)}));
  EXPECT_TRUE(good(2, {use(v[0], p(0)), use(v[0], p(1))}));
  EXPECT_FALSE(good(2, {use(v[0], p(0)), use(v[0], p(1)), Operand::use(v[1], R)}));
  EXPECT_TRUE(good(3, {use(v[0], p(0)), use(v[0], p(1)), Operand::use(v[1], R)}));
  // Sharing in the one register that both allow is the only way here.
  Operand a = in(Operand::use(v[0]), {p(0), p(1)}), b = in(Operand::use(v[0]), {p(1), p(2)});
  EXPECT_TRUE(good(3, {a, b, Operand::use(v[1], R), Operand::use(v[2], R)}));
  EXPECT_FALSE(good(3, {a, b, use(v[1], p(1)), Operand::use(v[2], R)}));
  EXPECT_EQ(solve(3, {a, b}).places, (std::vector<PReg>{p(1), p(1)}));
}

TEST_F(Feasible, ReuseHoldsItsInputEarlyAndItselfLate) {
  EXPECT_TRUE(good(1, {reuse(v[1], 1), Operand::use(v[0], R)}));
  EXPECT_TRUE(good(1, {reuse(v[1], 1), Operand::use(v[0], R), Operand::use(v[0], R)}));
  EXPECT_FALSE(good(1, {reuse(v[1], 1), Operand::use(v[0], R), Operand::late_use(v[0], R)}));
  EXPECT_TRUE(good(2, {reuse(v[1], 1), Operand::use(v[0], R), Operand::late_use(v[0], R)}));
  EXPECT_FALSE(good(1, {reuse(v[1], 1), Operand::use(v[0], R), Operand::def(v[2], R)}));
  EXPECT_FALSE(good(1, {reuse(v[1], 1), Operand::use(v[0], R), Operand::use(v[2], R)}));
  EXPECT_FALSE(good(3, {reuse(v[1], 1), use(v[0], p(0))}, regs({p(0)})));
  // Several reuses: of two inputs, of two uses of one vreg, of one input.
  Operand x = Operand::use(v[0], R), y = Operand::use(v[1], R);
  EXPECT_TRUE(good(2, {reuse(v[2], 2), reuse(v[3], 3), x, y}));
  EXPECT_FALSE(good(1, {reuse(v[2], 2), reuse(v[3], 3), x, y}));
  EXPECT_TRUE(good(2, {reuse(v[2], 2), reuse(v[3], 3), x, x}));
  EXPECT_FALSE(good(1, {reuse(v[2], 2), reuse(v[3], 3), x, x}));
  EXPECT_FALSE(good(5, {reuse(v[2], 2), reuse(v[3], 2), x}));
}

TEST_F(Feasible, ClobbersAreHeldLate) {
  EXPECT_TRUE(good(1, {Operand::use(v[0], R)}, regs({p(0)})));
  EXPECT_FALSE(good(1, {Operand::def(v[0], R)}, regs({p(0)})));
  EXPECT_FALSE(good(1, {Operand::early_def(v[0], R)}, regs({p(0)})));
  EXPECT_FALSE(good(1, {Operand::late_use(v[0], R)}, regs({p(0)})));
  EXPECT_TRUE(good(2, {Operand::def(v[0], R)}, regs({p(0)})));
  EXPECT_FALSE(good(1, {late_use(v[0], p(9))}, regs({p(9)})));
}

TEST_F(Feasible, MemoryIsUnlimited) {
  EXPECT_TRUE(good(1,
                   {Operand::use(v[0]), Operand::use(v[1]), Operand::def(v[2]),
                    Operand::late_use(v[3], Constraint::Stack), use(v[4], p(0))},
                   regs({p(0), p(9)})));
  EXPECT_TRUE(good(0, {Operand::def(v[0], Constraint::Stack), Operand::early_def(v[1])}));
}

TEST_F(Feasible, FixedStackRegistersArePlaces) {
  EXPECT_TRUE(good(0, {use(v[0], p(9)), def(v[1], p(9)), Operand::use(v[2], Constraint::Stack)}));
  EXPECT_FALSE(good(3, {use(v[0], p(9)), use(v[1], p(9))}));
  EXPECT_FALSE(good(3, {use(v[0], p(9)), early_def(v[1], p(9))}));
  EXPECT_EQ(solve(3, {use(v[0], p(9))}).places, std::vector<PReg>{p(9)});
  EXPECT_FALSE(good(0, {Operand::use(v[0], R)})) << "p9 is no register that a `reg` could have";
}

TEST_F(Feasible, ScratchAndOthersAreNeverGiven) {
  EXPECT_FALSE(good(0, {Operand::use(v[0], R)}));
  EXPECT_FALSE(good(1, {use(v[0], p(8))}));
  EXPECT_FALSE(good(1, {in(Operand::use(v[0]), {p(8), p(10)})}));
  auto pinned = solve(1, {Operand::pin(p(10)), Operand::use(v[0], R)});
  EXPECT_EQ(pinned.places, (std::vector<PReg>{p(10), p(0)}));
}

TEST_F(Feasible, LimitAndIn) {
  EXPECT_TRUE(good(
      3, {Operand::use(v[0], Constraint::Limit, 1), Operand::use(v[1], Constraint::Limit, 2)}));
  EXPECT_FALSE(good(3, {Operand::use(v[0], Constraint::Limit, 1), use(v[1], p(0))}));
  EXPECT_TRUE(good(3, {Operand::use(v[0], Constraint::Limit, 64)}));
  EXPECT_FALSE(good(3, {in(Operand::use(v[0]), {p(1)}), in(Operand::use(v[1]), {p(1)})}));
  // FX-12: one vreg fixed beyond the limit that another use of it has.
  EXPECT_TRUE(good(3, {use(v[0], p(2)), Operand::use(v[0], Constraint::Limit, 2)}));
}

TEST_F(Feasible, SeveralDefsAreOne) {
  builder.allow_multiple_defs();
  EXPECT_TRUE(good(1, {Operand::def(v[0], R), Operand::def(v[0], R)}));
  EXPECT_TRUE(good(2, {Operand::def(v[0], R), Operand::early_def(v[0], R)}));
  EXPECT_FALSE(
      good(1, {Operand::def(v[0], R), Operand::early_def(v[0], R), Operand::use(v[1], R)}));
  EXPECT_FALSE(good(2, {def(v[0], p(0)), def(v[0], p(1))}));
  EXPECT_EQ(solve(2, {Operand::def(v[0]), def(v[0], p(1))}).places,
            (std::vector<PReg>{p(1), p(1)}));
  EXPECT_FALSE(good(2, {Operand::def(v[0], Constraint::Stack), Operand::def(v[0], R)}));
  EXPECT_TRUE(good(2, {Operand::def(v[0], Constraint::Stack), def(v[0], p(9))}));
  EXPECT_FALSE(good(2, {Operand::def(v[0]), Operand::def(v[0], R)}, regs({p(0), p(1)})));
  EXPECT_TRUE(good(2, {reuse(v[1], 2), def(v[1], p(1)), Operand::use(v[0], R)}));
  EXPECT_FALSE(
      good(2, {reuse(v[1], 2), reuse(v[1], 3), Operand::use(v[0], R), Operand::use(v[2], R)}));
  EXPECT_TRUE(
      good(2, {reuse(v[1], 2), reuse(v[1], 3), Operand::use(v[0], R), Operand::use(v[0], R)}));
}

TEST_F(Feasible, ClassesAreIndependent) {
  Operand ints = Operand::use(v[0], R), floats = Operand::use(w[0], R);
  EXPECT_TRUE(good(1, {ints, floats}));
  EXPECT_FALSE(good(1, {ints, floats, Operand::use(w[1], R)}));
  EXPECT_FALSE(good(1, {ints, floats, Operand::use(v[1], R)}));
  EXPECT_TRUE(good(1, {Operand::def(v[0], R)}, regs({f(0)})));
}

// Programs that broke other allocators; each is feasible, and one register fewer is not where the
// case is about pressure.
TEST_F(Feasible, KnownTriggers) {
  EXPECT_TRUE(good(1, {use(v[0], p(0)), def(v[1], p(0))}));                   // FX-01
  EXPECT_TRUE(good(1, {use(v[0], p(0))}, regs({p(0)})));                      // FX-02
  EXPECT_TRUE(good(2, {use(v[0], p(0)), use(v[0], p(1)), def(v[1], p(0))}));  // FX-05
  Operand x = Operand::use(v[0], R);
  EXPECT_TRUE(good(2, {reuse(v[2], 1), x, use(v[1], p(0))}, regs({p(0)})));  // FX-09
  EXPECT_FALSE(good(1, {reuse(v[2], 1), x, use(v[1], p(0))}, regs({p(0)})));
  EXPECT_TRUE(good(2, {Operand::early_def(v[1], R), x, Operand::def(v[2], R)}));  // LV-03
  EXPECT_FALSE(good(1, {Operand::early_def(v[1], R), x, Operand::def(v[2], R)}));
  EXPECT_TRUE(good(1, {reuse(v[2], 1), x, x}));  // LV-08
  Operand y = Operand::use(v[1], R), z = Operand::use(v[2], R);
  EXPECT_TRUE(good(3, {reuse(v[3], 2), reuse(v[4], 3), x, y, z}));  // LV-09
  EXPECT_FALSE(good(2, {reuse(v[3], 2), reuse(v[4], 3), x, y, z}));
  EXPECT_TRUE(good(1, {use(v[0], p(0)), Operand::use(v[3]), def(v[1], p(0))}));       // MG-05
  EXPECT_TRUE(good(1, {Operand::def(v[0]), Operand::def(v[1], R)}));                  // CK-04
  EXPECT_TRUE(good(2, {use(v[0], p(0)), def(v[1], p(0)), Operand::late_use(v[0])}));  // FA-01
  EXPECT_FALSE(good(1, {use(v[0], p(0)), def(v[1], p(0)), Operand::late_use(v[0], R)}));
  EXPECT_TRUE(good(2, {Operand::late_use(v[0], R), use(v[0], p(0)), def(v[1], p(0))}));
  EXPECT_TRUE(
      good(2, {Operand::use(v[0], R), Operand::early_def(v[1])}, regs({p(0), p(1)})));  // FX-13
}

TEST_F(Feasible, ExplainsWhoCompetesForWhat) {
  auto why = solve(3, {def(v[3], p(0)), Operand::use(v[5], R), late_use(v[4], p(0))}).why;
  EXPECT_EQ(why.operands, (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(why.registers, regs({p(0)}));
  EXPECT_TRUE(why.clobbers.empty());
  EXPECT_EQ(
      why.message,
      "inst0: operands 0 (def v3i fixed(p0i)) and 2 (use@late v4i fixed(p0i)) compete for p0i");

  why = solve(3, {Operand::use(v[0], R), Operand::def(v[1], R), Operand::def(v[2], R)},
              regs({p(0), p(2), p(9), f(0)}))
            .why;
  EXPECT_EQ(why.operands, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(why.clobbers, regs({p(0), p(2)}));
  EXPECT_EQ(why.message,
            "inst0: operands 1 (def v1i reg) and 2 (def v2i reg), beside the clobbers p0i p2i, "
            "compete for p0i..p2i");

  why = solve(3, {reuse(v[2], 1), use(v[0], p(1)), def(v[1], p(1))}).why;
  EXPECT_EQ(why.operands, (std::vector<std::uint32_t>{0, 1, 2}));
  EXPECT_EQ(solve(0, {Operand::use(v[0], R)}).why.message,
            "inst0: operand 0 (use v0i reg) has no register to stand in");
}

TEST_F(Feasible, PrefersPreferredRegisters) {
  Machine machine;
  machine.non_preferred = regs({p(0), p(1)});
  machine.preferred = regs({p(5), p(6)});
  builder.begin_block();
  builder.op({Operand::use(v[0], R), Operand::use(v[1], R), Operand::def(v[2], R)});
  builder.ret({});
  auto function = std::move(builder).finish();
  ASSERT_TRUE(function.ok());
  FeasibilitySolver solver(machine);
  std::vector<PReg> places;
  ASSERT_TRUE(solver.assign(function->view(), Inst(0), places));
  for (PReg reg : places) EXPECT_TRUE(machine.preferred.contains(reg)) << to_string(reg);
}

TEST_F(Feasible, ManyOperandsAreNoTrouble) {
  Machine machine = machine_of(2);
  std::vector<Operand> operands;
  for (std::uint32_t i = 0; i < kMaxOperandsOfInst; ++i) {
    operands.push_back(Operand::use(v[i % 2], i % 3 == 0 ? Constraint::Any : R));
  }
  operands[40000] = Operand::use(v[2], R);
  builder.begin_block();
  builder.op(operands);
  builder.ret({});
  auto function = std::move(builder).finish();
  ASSERT_TRUE(function.ok());
  FeasibilitySolver solver(machine);
  EXPECT_FALSE(solver.feasible(function->view(), Inst(0)));
  Infeasibility why = solver.explain(function->view(), Inst(0));
  EXPECT_EQ(why.operands.size(), 3u);
}

}  // namespace
}  // namespace regproof
