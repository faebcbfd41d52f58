#include "allocator/lift.h"

#include <algorithm>

namespace regproof {

Segment reserved_points(Inst inst, const Operand& operand) {
  ProgPoint before = ProgPoint::before(inst), after = ProgPoint::after(inst), next = after.next();
  if (operand.is_use()) return {before, operand.is_early() ? after : next};
  return {operand.is_early() ? before : after, next};
}

std::uint64_t allowed_registers(const FunctionView& function, const Machine& machine, Inst inst,
                                std::uint32_t operand) {
  Operand op = function.operand_array[operand];
  RegClass cls = function.vreg_class(op.vreg());
  std::uint64_t all = machine.allocatable().bits(cls);
  if (op.constraint() == Constraint::Reuse) {
    op = function.operand_array[function.first_operand(inst) + op.reuse_index()];
  }
  switch (op.constraint()) {
    case Constraint::Limit:
      return op.limit() >= 64 ? all : all & ((std::uint64_t{1} << op.limit()) - 1);
    case Constraint::In:
      return all & function.reg_set(op.reg_set()).bits(cls);
    case Constraint::Fixed:
      return std::uint64_t{1} << number_of(op.preg());
    default:
      return all;
  }
}

namespace {

void reserve(Registers& registers, PReg reg, Segment points) {
  registers.reserved[index_of(class_of(reg))].add(points.from, points.to,
                                                  std::uint64_t{1} << number_of(reg));
}

// Whether a value stands in several defs of the instruction. `definer` has the instruction that was last seen to define
// each value.
bool defines_twice(const FunctionView& function, Inst inst, Vector<Inst>& definer) {
  bool twice = false;
  for (const Operand& op : function.operands(inst)) {
    if (!op.is_def()) continue;
    twice |= definer[op.vreg().value()] == inst;
    definer[op.vreg().value()] = inst;
  }
  return twice;
}

Need need_of(Constraint constraint) {
  switch (constraint) {
    case Constraint::Any:
      return Need::Any;
    case Constraint::Stack:
      return Need::Memory;
    case Constraint::Fixed:
      return Need::Copy;
    case Constraint::Pin:
      return Need::Nothing;
    default:
      return Need::Register;
  }
}

void plan_instruction(const FunctionView& function, Inst inst, Plans& plans, Registers& registers) {
  std::uint32_t first = function.first_operand(inst);
  std::span<const Operand> operands = function.operands(inst);
  for (std::uint32_t k = 0; k < operands.size(); ++k) {
    const Operand& operand = operands[k];
    OperandPlan& plan = plans.operands[first + k];
    plan.need = need_of(operand.constraint());
    if (plan.need == Need::Copy) plan.place = operand.preg();
    if (operand.constraint() != Constraint::Reuse) continue;
    const Operand& input = operands[operand.reuse_index()];
    if (input.constraint() == Constraint::Fixed) {
      plan.need = Need::Copy;
      plan.place = input.preg();
    } else {
      plans.ties.push_back({inst, first + operand.reuse_index(), first + k});
    }
  }
  for (std::uint32_t k = 0; k < operands.size(); ++k) {
    const OperandPlan& plan = plans.operands[first + k];
    if (plan.need == Need::Copy) reserve(registers, plan.place, reserved_points(inst, operands[k]));
  }
}

void reserve_clobbers(const FunctionView& function, Inst inst, Registers& registers) {
  const RegSet& clobbers = function.clobbers(inst);
  if (clobbers.empty()) return;
  ProgPoint after = ProgPoint::after(inst);
  for (RegClass cls : kClasses) {
    if (clobbers.bits(cls) == 0) continue;
    registers.reserved[index_of(cls)].add(after, after.next(), clobbers.bits(cls));
  }
}

// Of several defs of one value, one that demands memory takes the others there.
void keep_defs_together(std::span<const Operand> operands, std::span<OperandPlan> plans) {
  Vector<VReg> in_memory;
  for (std::size_t k = 0; k < operands.size(); ++k) {
    bool demands_memory = operands[k].is_def() && plans[k].need == Need::Memory;
    if (demands_memory) in_memory.push_back(operands[k].vreg());
  }
  if (in_memory.empty()) return;
  std::sort(in_memory.begin(), in_memory.end());
  for (std::size_t k = 0; k < operands.size(); ++k) {
    if (!operands[k].is_def()) continue;
    bool one_of_them = std::binary_search(in_memory.begin(), in_memory.end(), operands[k].vreg());
    if (one_of_them) plans[k].need = Need::Memory;
  }
}

}  // namespace

bool solve_instruction(const FunctionView& function, Inst inst, FeasibilitySolver& solver,
                       Plans& plans, Registers& registers) {
  std::vector<PReg> places;
  if (!solver.assign(function, inst, places)) return false;
  std::uint32_t first = function.first_operand(inst);
  std::span<const Operand> operands = function.operands(inst);
  for (std::uint32_t k = 0; k < operands.size(); ++k) {
    OperandPlan& plan = plans.operands[first + k];
    if (operands[k].is_pin()) continue;
    bool in_memory = !places[k].valid();
    plan = in_memory ? OperandPlan{need_of(operands[k].constraint()), false, PReg::none()}
                     : OperandPlan{Need::Copy, false, places[k]};
    if (!in_memory) reserve(registers, plan.place, reserved_points(inst, operands[k]));
  }
  keep_defs_together(operands, std::span(plans.operands).subspan(first, operands.size()));
  ++registers.epoch;
  return true;
}

void lift_constraints(const FunctionView& function, FeasibilitySolver& solver, Plans& plans,
                      Registers& registers) {
  plans.operands.assign(function.operand_array.size(), OperandPlan());
  plans.ties.clear();
  registers.epoch = 0;
  std::uint32_t points = static_cast<std::uint32_t>(function.inst_count()) * 2;
  for (RegClass cls : kClasses) registers.reserved[index_of(cls)].reset(points);
  Vector<Inst> definer;
  if (function.multiple_defs) definer.assign(function.vreg_count(), Inst::none());
  for (Inst inst : function.insts()) {
    if (function.multiple_defs && defines_twice(function, inst, definer)) {
      solve_instruction(function, inst, solver, plans, registers);
    } else {
      plan_instruction(function, inst, plans, registers);
    }
    reserve_clobbers(function, inst, registers);
  }
}

}  // namespace regproof
