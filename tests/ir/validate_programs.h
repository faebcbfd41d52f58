// Shared by the validator's tests: small words for small programs, and `expect`, which holds the
// whole list of violations against what a test says.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <string>
#include <vector>

#include "ir/builder.h"
#include "ir/validate.h"

namespace regproof {

// How a failing test shows a violation.
inline void PrintTo(const Violation& v, std::ostream* out) {
  *out << name_of(v.rule) << " (" << v.message << ")";
}

inline constexpr auto kNone = Inst::none();

inline PReg pi(unsigned n) {
  return make_preg(RegClass::Int, n);
}
inline PReg pf(unsigned n) {
  return make_preg(RegClass::Float, n);
}

inline RegSet set_of(std::initializer_list<PReg> regs) {
  RegSet set;
  for (PReg reg : regs) set.add(reg);
  return set;
}

// int p0i..p3i | p4i p5i, float p0f p1f, no vector; scratch p15i, fixed_stack p32i and p32v.
inline Machine machine() {
  Machine m;
  m.preferred = set_of({pi(0), pi(1), pi(2), pi(3), pf(0), pf(1)});
  m.non_preferred = set_of({pi(4), pi(5)});
  m.scratch[index_of(RegClass::Int)] = pi(15);
  m.fixed_stack = set_of({pi(32), make_preg(RegClass::Vector, 32)});
  return m;
}

inline Operand fixed_use(VReg v, PReg reg) {
  return Operand::use(v, Constraint::Fixed, reg.value());
}
inline Operand fixed_def(VReg v, PReg reg) {
  return Operand::def(v, Constraint::Fixed, reg.value());
}
inline Operand reuse_def(VReg v, std::uint32_t index) {
  return Operand::def(v, Constraint::Reuse, index);
}

// A program in the making, with the shortest words for its parts.
struct Program : FunctionBuilder {
  Program() : FunctionBuilder("test") {}

  VReg i() { return vreg(RegClass::Int); }
  VReg f() { return vreg(RegClass::Float); }
  Inst to(std::initializer_list<std::uint32_t> blocks, std::initializer_list<Operand> operands = {},
          const RegSet& clobbers = {}) {
    std::vector<Target> targets;
    for (std::uint32_t b : blocks) targets.push_back({Block(b), {}});
    return branch(std::span(operands.begin(), operands.size()), targets, clobbers);
  }
  Inst to_with(std::uint32_t block, std::vector<VReg> arguments) {
    return branch(std::span<const Operand>(), std::vector<Target>{{Block(block), arguments}});
  }
  Function done() {
    Result<Function, BuildError> function = std::move(*this).finish();
    EXPECT_TRUE(function.ok()) << function.error().message;
    return std::move(*function);
  }
};

struct Expected {
  Rule rule;
  Block block;
  Inst inst;
  std::uint32_t operand = kNoOperand;
};

inline void expect(const Function& function, const std::vector<Expected>& expected,
                   const Machine& m = machine()) {
  std::vector<Violation> found = validate(function.view(), m);
  ASSERT_EQ(found.size(), expected.size()) << testing::PrintToString(found);
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_STREQ(name_of(found[i].rule), name_of(expected[i].rule)) << found[i].message;
    EXPECT_EQ(found[i].block, expected[i].block) << found[i].message;
    EXPECT_EQ(found[i].inst, expected[i].inst) << found[i].message;
    EXPECT_EQ(found[i].operand, expected[i].operand) << found[i].message;
  }
}

inline void expect_one(Program& program, Rule rule, std::uint32_t block, Inst inst,
                       std::uint32_t operand = kNoOperand) {
  expect(program.done(), {{rule, Block(block), inst, operand}});
}

inline void expect_legal(Program& program) {
  expect(program.done(), {});
}

// A block that defines `value` with the operand, and returns.
inline void expect_operands(Program& program, std::initializer_list<Operand> operands,
                            const std::vector<Expected>& expected) {
  program.op(operands);
  program.ret({});
  expect(program.done(), expected);
}

// block0: inst0 defines v0i v1f; inst1 is what is tested.
struct Prepared : Program {
  VReg a, b;
  Prepared() {
    a = i();
    b = f();
    begin_block();
    op({Operand::def(a), Operand::def(b)});
  }
};

inline void expect_operand(Prepared& p, std::initializer_list<Operand> operands, Rule rule,
                           std::uint32_t operand) {
  expect_operands(p, operands, {{rule, Block(0), Inst(1), operand}});
}

}  // namespace regproof
