// Constraints, each operand by itself. See ir/validate.cpp for the rules.
//
// Tested by tests/ir/validate_operands_test.cpp.
#include <string>

#include "ir/names.h"
#include "ir/validate_report.h"

namespace regproof::validation {
namespace {

class Operands {
 public:
  Operands(const FunctionView& function, const Machine& machine, Report& report)
      : f_(function),
        report_(report),
        allocatable_(machine.allocatable()),
        fixed_stack_(machine.fixed_stack) {}

  void check(Block block, Inst inst);

 private:
  void check_fixed(Operand operand);
  void check_in(Operand operand);
  void check_limit(Operand operand);
  void check_reuse(Operand operand);
  void check_pin(Operand operand);
  bool can_be_reused(Operand operand) const;
  bool is_allocatable(Operand fixed) const {
    return fixed.payload() < kRegCount && allocatable_.contains(fixed.preg());
  }
  void wrong(Rule rule, const std::string& what) { report_.add(rule, place_, what); }

  const FunctionView& f_;
  Report& report_;
  RegSet allocatable_;
  RegSet fixed_stack_;
  Place place_;
};

std::string register_text(Operand operand) {
  return operand.payload() < kRegCount ? to_string(operand.preg())
                                       : "register number " + std::to_string(operand.payload());
}

void Operands::check_fixed(Operand operand) {
  bool exists = operand.payload() < kRegCount;
  RegClass cls = f_.vreg_class(operand.vreg());
  if (exists && cls != RegClass::None && class_of(operand.preg()) != cls) {
    wrong(Rule::ConstraintClass, to_string(operand.vreg(), f_) + " is fixed to " +
                                     register_text(operand) + ", expected a register of class " +
                                     name_of(cls));
  }
  if (!exists || !(allocatable_ | fixed_stack_).contains(operand.preg())) {
    wrong(Rule::FixedNotAllocatable, "fixed to " + register_text(operand) +
                                         ", expected an allocatable or fixed_stack register");
  }
}

void Operands::check_in(Operand operand) {
  const RegSet& set = f_.reg_set(operand.reg_set());
  if (set.empty()) return wrong(Rule::InEmpty, "in() names no register, expected one or more");
  RegClass cls = f_.vreg_class(operand.vreg());
  RegSet others = cls == RegClass::None ? RegSet() : set - set.of(cls);
  if (!others.empty()) {
    wrong(Rule::ConstraintClass, "in() names " + to_string(others) + " for " +
                                     to_string(operand.vreg(), f_) +
                                     ", expected registers of class " + name_of(cls));
  }
  RegSet untouchable = set - allocatable_;
  if (!untouchable.empty()) {
    wrong(Rule::InNotAllocatable,
          "in() names " + to_string(untouchable) + ", expected allocatable registers");
  }
}

void Operands::check_limit(Operand operand) {
  if (operand.limit() >= 1 && operand.limit() <= kRegsPerClass) return;
  wrong(Rule::LimitRange, "limit(" + std::to_string(operand.limit()) + "), expected 1 to " +
                              std::to_string(kRegsPerClass));
}

bool Operands::can_be_reused(Operand operand) const {
  if (!operand.is_use() || !operand.is_early()) return false;
  switch (operand.constraint()) {
    case Constraint::Reg:
    case Constraint::Limit:
    case Constraint::In:
      return true;
    case Constraint::Fixed:
      return is_allocatable(operand);
    case Constraint::Any:
    case Constraint::Stack:
    case Constraint::Reuse:
    case Constraint::Pin:
      break;
  }
  return false;
}

void Operands::check_reuse(Operand operand) {
  std::uint32_t index = operand.reuse_index();
  std::string name = "reuse(" + std::to_string(index) + ")";
  if (!operand.is_def() || !operand.is_late()) {
    wrong(Rule::ReuseNotLateDef, name + " stands on a use or an early def, expected a late def");
  }
  auto operands = f_.operands(place_.inst);
  if (index >= operands.size()) {
    wrong(Rule::ReuseIndexMissing,
          name + " names no operand, expected a number below " + std::to_string(operands.size()));
    return;
  }
  Operand input = operands[index];
  if (!can_be_reused(input)) {
    wrong(Rule::ReuseOfWrongOperand,
          name + " names an operand that need not be in an allocatable register early, expected " +
              "an early use under reg, limit, in or fixed");
    return;
  }
  RegClass from = f_.vreg_class(input.vreg()), to = f_.vreg_class(operand.vreg());
  if (from == to || from == RegClass::None || to == RegClass::None) return;
  wrong(Rule::ReuseClass, to_string(operand.vreg(), f_) + " reuses the register of " +
                              to_string(input.vreg(), f_) + ", expected one class");
}

void Operands::check_pin(Operand operand) {
  if (operand.vreg().valid()) {
    wrong(Rule::PinHasVReg,
          "a pin names v" + std::to_string(operand.vreg().value()) + ", expected a register alone");
  }
  if (operand.payload() >= kRegCount || is_allocatable(operand)) {
    wrong(Rule::PinAllocatable,
          "pinned to " + register_text(operand) + ", expected a register that is not allocatable");
  }
}

void Operands::check(Block block, Inst inst) {
  place_ = {block, inst, kNoOperand};
  for (Operand operand : f_.operands(inst)) {
    ++place_.operand;  // from none to 0
    switch (operand.constraint()) {
      case Constraint::Fixed:
        check_fixed(operand);
        break;
      case Constraint::Reuse:
        check_reuse(operand);
        break;
      case Constraint::Limit:
        check_limit(operand);
        break;
      case Constraint::In:
        check_in(operand);
        break;
      case Constraint::Pin:
        check_pin(operand);
        break;
      case Constraint::Any:
      case Constraint::Reg:
      case Constraint::Stack:
        break;
    }
  }
}

}  // namespace

void check_operands(const FunctionView& function, const Machine& machine, Report& report) {
  Operands operands(function, machine, report);
  for (Block block : function.blocks()) {
    for (Inst inst : function.insts(block)) {
      operands.check(block, inst);
      if (report.full()) return;
    }
  }
}

}  // namespace regproof::validation
