#include "ir/names.h"

namespace regproof {

std::string to_string(PReg reg) {
  if (reg.value() >= kRegCount) return "no register";
  return "p" + std::to_string(number_of(reg)) + suffix_of(class_of(reg));
}

std::string to_string(Location location) {
  if (location.is_reg()) return to_string(location.as_reg());
  if (location.is_stack()) return "stack" + std::to_string(location.as_stack().value());
  return "none";
}

std::string to_string(Block block) {
  return "block" + std::to_string(block.value());
}
std::string to_string(Inst inst) {
  return "inst" + std::to_string(inst.value());
}

std::string to_string(ProgPoint point) {
  return (point.is_after() ? "after " : "before ") + to_string(point.inst());
}

std::string to_string(const RegSet& set) {
  std::string out;
  auto append = [&](PReg first, unsigned length) {
    if (!out.empty()) out += ' ';
    out += to_string(first);
    PReg last(static_cast<std::uint16_t>(first.value() + length - 1));
    if (length > 2) out += ".." + to_string(last);
    if (length == 2) out += ' ' + to_string(last);
  };
  PReg first;
  unsigned length = 0;
  set.for_each([&](PReg reg) {
    bool follows =
        length > 0 && reg.value() == first.value() + length && class_of(reg) == class_of(first);
    if (follows) {
      ++length;
      return;
    }
    if (length > 0) append(first, length);
    first = reg;
    length = 1;
  });
  if (length > 0) append(first, length);
  return out;
}

std::string to_string(VReg vreg, const FunctionView& function) {
  if (!vreg.valid()) return "no value";
  std::string out = "v" + std::to_string(vreg.value());
  RegClass cls = function.vreg_class(vreg);
  if (cls != RegClass::None) out += suffix_of(cls);
  return out;
}

namespace {

std::string constraint_text(const Operand& operand, const FunctionView& function) {
  switch (operand.constraint()) {
    case Constraint::Any:
      return "any";
    case Constraint::Reg:
      return "reg";
    case Constraint::Stack:
      return "stack";
    case Constraint::Fixed:
      return "fixed(" + to_string(operand.preg()) + ")";
    case Constraint::Reuse:
      return "reuse(" + std::to_string(operand.reuse_index()) + ")";
    case Constraint::Limit:
      return "limit(" + std::to_string(operand.limit()) + ")";
    case Constraint::In:
      return "in(" +
             (operand.reg_set().value() < function.reg_sets.size()
                  ? to_string(function.reg_set(operand.reg_set()))
                  : std::string("?")) +
             ")";
    case Constraint::Pin:
      break;
  }
  return "?";
}

}  // namespace

std::string to_string(const Operand& operand, const FunctionView& function) {
  if (operand.is_pin()) return "pin " + to_string(operand.preg());
  std::string out = operand.is_use() ? "use" : "def";
  if (operand.is_use() && operand.is_late()) out += "@late";
  if (operand.is_def() && operand.is_early()) out += "@early";
  return out + ' ' + to_string(operand.vreg(), function) + ' ' + constraint_text(operand, function);
}

std::string inputs_text(const Edit& edit) {
  std::string out;
  for (std::size_t i = 0; i < edit.input_count(); ++i) {
    out += (i == 0 ? "(" : ", ") + to_string(edit.inputs[i]);
  }
  return out.empty() ? out : out + ')';
}

std::string to_string(const Edit& edit, const FunctionView& function) {
  if (edit.kind == EditKind::Move) {
    return "move " + to_string(edit.from) + " -> " + to_string(edit.to);
  }
  std::string out = "remat " + to_string(edit.remat, function) + inputs_text(edit);
  if (edit.remat_as != edit.remat) out += " as " + to_string(edit.remat_as, function);
  return out + " -> " + to_string(edit.to);
}

}  // namespace regproof
