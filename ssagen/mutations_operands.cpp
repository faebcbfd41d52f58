// Operands: what an instruction reads and writes, where, and when.
#include <algorithm>
#include <array>
#include <utility>

#include "ssagen/mutations.h"

namespace regproof {
namespace {

bool drop_operand(Sketch& sketch, Choices& choices) {
  return simplify(sketch, choices, "operands");
}

bool add_use(Sketch& sketch, Choices& choices) {
  SketchInst& inst = any_inst(sketch, choices);
  if (!has_room(inst)) return false;
  inst.operands.push_back(new_use(sketch, choices));
  return true;
}

bool add_def(Sketch& sketch, Choices& choices) {
  SketchInst& inst = any_inst(sketch, choices);
  if (inst.kind == InstKind::Ret || !has_room(inst)) return false;
  inst.operands.push_back(new_def(sketch, choices));
  return true;
}

bool change_constraint(Sketch& sketch, Choices& choices) {
  SketchInst* inst = nullptr;
  SketchOperand* operand = any_operand(sketch, choices, inst, is_value);
  if (operand == nullptr) return false;
  constrain(sketch, *operand, sketch.classes[operand->operand.vreg().value()], choices);
  return true;
}

bool change_phase(Sketch& sketch, Choices& choices) {
  SketchInst* inst = nullptr;
  SketchOperand* operand = any_operand(sketch, choices, inst, is_value);
  if (operand == nullptr) return false;
  const Operand& op = operand->operand;
  OperandPos other = op.pos() == OperandPos::Early ? OperandPos::Late : OperandPos::Early;
  operand->operand = Operand::make(op.kind(), other, op.vreg(), op.constraint(), op.payload());
  return true;
}

bool read_another_value(Sketch& sketch, Choices& choices) {
  SketchInst* inst = nullptr;
  SketchOperand* operand = any_operand(sketch, choices, inst, is_read);
  if (operand == nullptr) return false;
  const Operand& op = operand->operand;
  VReg v = any_value(sketch, sketch.classes[op.vreg().value()], choices);
  operand->operand = Operand::make(op.kind(), op.pos(), v, op.constraint(), op.payload());
  return true;
}

bool swap_operands(Sketch& sketch, Choices& choices) {
  SketchInst* inst = nullptr;
  SketchOperand* operand = any_operand(sketch, choices, inst, [](const Operand&) { return true; });
  if (operand == nullptr || inst->operands.size() < 2) return false;
  std::swap(*operand, inst->operands[pick(choices, inst->operands.size())]);
  return true;
}

// The same value once more in the instruction: early and late, in another register, in memory.
bool read_again_beside(Sketch& sketch, Choices& choices) {
  SketchInst* inst = nullptr;
  SketchOperand* operand = any_operand(sketch, choices, inst, is_read);
  if (operand == nullptr || !has_room(*inst)) return false;
  SketchOperand again = *operand;
  const Operand& op = again.operand;
  OperandPos pos = choices.below(2) == 0 ? OperandPos::Early : OperandPos::Late;
  again.operand = Operand::make(OperandKind::Use, pos, op.vreg(), op.constraint(), op.payload());
  constrain(sketch, again, sketch.classes[op.vreg().value()], choices);
  inst->operands.push_back(again);
  return true;
}

// A result takes over the register of an operand.
bool tie(Sketch& sketch, Choices& choices) {
  SketchInst* inst = nullptr;
  SketchOperand* operand = any_operand(sketch, choices, inst, is_read);
  if (operand == nullptr || inst->kind == InstKind::Ret || !has_room(*inst)) return false;
  auto input = static_cast<std::uint32_t>(operand - inst->operands.data());
  VReg result = new_value(sketch, sketch.classes[operand->operand.vreg().value()]);
  inst->operands.push_back(
      operand_with(OperandKind::Def, OperandPos::Late, result, Constraint::Reuse, input));
  return true;
}

// An operand in a fixed register, and a result or a clobber of the same one.
bool reuse_fixed_register(Sketch& sketch, Choices& choices) {
  SketchInst* inst = nullptr;
  SketchOperand* operand = any_operand(sketch, choices, inst, is_read);
  if (operand == nullptr || inst->kind == InstKind::Ret) return false;
  const Operand& op = operand->operand;
  RegClass cls = sketch.classes[op.vreg().value()];
  PReg reg = any_register(sketch, cls, choices);
  if (!reg.valid()) return false;
  operand->operand = Operand::make(op.kind(), op.pos(), op.vreg(), Constraint::Fixed, reg.value());
  if (choices.below(2) == 0 || !has_room(*inst)) {
    inst->clobbers.add(reg);
  } else {
    inst->operands.push_back(operand_with(OperandKind::Def, OperandPos::Late,
                                          new_value(sketch, cls), Constraint::Fixed, reg.value()));
  }
  return true;
}

constexpr Mutation kMutations[] = {
    {"add-use", "an instruction reads one value more", add_use},
    {"add-def", "an instruction writes one value more", add_def},
    {"drop-operand", "an operand goes", drop_operand},
    {"change-constraint", "an operand asks for another place", change_constraint},
    {"change-phase", "an early operand becomes late, or the other way around", change_phase},
    {"read-another-value", "a use reads another value", read_another_value},
    {"swap-operands", "two operands of an instruction change places", swap_operands},
    {"read-again-beside", "an instruction reads a value once more, otherwise constrained",
     read_again_beside},
    {"tie", "a result takes over an operand's register", tie},
    {"reuse-fixed-register", "an operand's fixed register is clobbered or written too",
     reuse_fixed_register},
};

}  // namespace

std::span<const Mutation> operand_mutations() {
  return kMutations;
}

}  // namespace regproof
