// One demand more than the places of an instruction give. Where the places were all taken it is one
// too many; where they were not, the instruction comes closer to its limit. Nobody knows which, so
// this is a question for the feasibility solver and for allocators.
#include <algorithm>

#include "ssagen/planted_insts.h"

namespace regproof {

// Where an operand is drawn that cannot ask for more, nothing is asked.
void PlantedInstDrawer::overdraw() {
  overdrawn_ = true;
  auto count = static_cast<std::uint32_t>(inst_.operands.size());
  switch (choices_.below(5)) {
    case 0:
      return demand_def();
    case 1:
      return demand_use();
    case 2:
      return clobber_more();
    case 3:
      if (count != 0) demand_more_of(choices_.below(count));
      return;
    default:
      if (count != 0) demand_longer(choices_.below(count));
      return;
  }
}

// Some register, whoever stands there.
void PlantedInstDrawer::demand_register(PlantedOperand& op) {
  tighten_register(op, any_register(places_.class_of(op.operand.vreg())));
  if (op.operand.constraint() == Constraint::Any) constrain(op, Constraint::Reg);
}

void PlantedInstDrawer::demand_def() {
  VReg value = places_.new_value(draw_class(), false);
  bool early = choices_.chance(knobs_.early_def);
  inst_.operands.push_back(
      {early ? Operand::early_def(value) : Operand::def(value), RegSet(), Location::none()});
  demand_register(inst_.operands.back());
}

// Of a value that stood somewhere ahead of the instruction: one that it uses or that is still there.
void PlantedInstDrawer::demand_use() {
  std::vector<VReg> values;
  for (const PlantedOperand& op : inst_.operands) {
    if (op.operand.is_use() && !op.operand.is_pin()) values.push_back(op.operand.vreg());
  }
  for (const Holding& h : places_.held()) {
    auto defines = [&](const PlantedOperand& op) {
      return op.operand.is_def() && op.operand.vreg() == h.value;
    };
    if (std::none_of(inst_.operands.begin(), inst_.operands.end(), defines)) {
      values.push_back(h.value);
    }
  }
  if (values.empty()) return;
  VReg value = values[choices_.below(static_cast<std::uint32_t>(values.size()))];
  bool late = choices_.chance(knobs_.late_use);
  inst_.operands.push_back(
      {late ? Operand::late_use(value) : Operand::use(value), RegSet(), Location::none()});
  demand_register(inst_.operands.back());
}

void PlantedInstDrawer::clobber_more() {
  inst_.clobbers.add(any_register(draw_class()));
}

void PlantedInstDrawer::demand_more_of(std::uint32_t operand) {
  PlantedOperand& op = inst_.operands[operand];
  if (!op.operand.is_pin()) demand_register(op);
}

// At both phases instead of one.
void PlantedInstDrawer::demand_longer(std::uint32_t operand) {
  PlantedOperand& op = inst_.operands[operand];
  if (op.operand.is_pin() || is_bound_by_reuse(operand) || multiple_defs_) return;
  OperandPos pos = op.operand.is_use() ? OperandPos::Late : OperandPos::Early;
  op.operand = Operand::make(op.operand.kind(), pos, op.operand.vreg(), op.operand.constraint(),
                             op.operand.payload());
}

// A reuse is a late def, its input an early use.
bool PlantedInstDrawer::is_bound_by_reuse(std::uint32_t operand) const {
  if (inst_.operands[operand].operand.constraint() == Constraint::Reuse) return true;
  return std::any_of(inst_.operands.begin(), inst_.operands.end(), [&](const PlantedOperand& op) {
    return op.operand.constraint() == Constraint::Reuse && op.operand.reuse_index() == operand;
  });
}

}  // namespace regproof
