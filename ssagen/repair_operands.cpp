#include <bit>

#include "ssagen/complete.h"

namespace regproof {
namespace {

// The member with this hardware number, else the next above it, else the lowest. `set` is of one
// class and not empty.
PReg nearest(const RegSet& set, RegClass cls, std::uint32_t number) {
  std::uint64_t bits = set.bits(cls);
  std::uint64_t above = bits & (~std::uint64_t{0} << (number % kRegsPerClass));
  return make_preg(cls, static_cast<unsigned>(std::countr_zero(above != 0 ? above : bits)));
}

RegSet unallocatable(const Machine& machine, RegClass cls) {
  RegSet result;
  result.set_bits(cls, ~machine.allocatable().bits(cls));
  return result;
}

// None where every register of the machine can be given to values.
PReg repair_pin(const Machine& machine, RegClass cls, std::uint32_t number) {
  RegSet candidates = unallocatable(machine, cls);
  if (!candidates.empty()) return nearest(candidates, cls, number);
  for (RegClass other : kClasses) {
    candidates = unallocatable(machine, other);
    if (!candidates.empty()) return nearest(candidates, other, number);
  }
  return PReg::none();
}

bool is_register_use(const Operand& operand, const Machine& machine) {
  if (!operand.is_use() || !operand.is_early()) return false;
  switch (operand.constraint()) {
    case Constraint::Reg:
    case Constraint::Limit:
    case Constraint::In:
      return true;
    case Constraint::Fixed:
      return machine.allocatable().contains(operand.preg());
    case Constraint::Any:
    case Constraint::Stack:
    case Constraint::Reuse:
    case Constraint::Pin:
      return false;
  }
  return false;
}

// Everything but reuses, which need their inputs first.
Operand repair_plain(const Draft& draft, const Machine& machine, const DraftOperand& operand,
                     VReg value, RegClass cls) {
  auto make = [&](Constraint constraint, std::uint32_t payload = 0) {
    return Operand::make(operand.kind, operand.pos, value, constraint, payload);
  };
  switch (operand.constraint) {
    case Constraint::Fixed: {
      RegSet legal = machine.allocatable(cls) | machine.fixed_stack.of(cls);
      return make(Constraint::Fixed, nearest(legal, cls, operand.payload).value());
    }
    case Constraint::Limit:
      if (operand.payload == 0 || operand.payload > kRegsPerClass) return make(Constraint::Reg);
      return make(Constraint::Limit, operand.payload);
    case Constraint::In: {
      RegSet set = draft.sets[operand.payload] & machine.allocatable(cls);
      // The builder interns; until then the payload is the place in the draft.
      return set.empty() ? make(Constraint::Reg) : make(Constraint::In, operand.payload);
    }
    case Constraint::Any:
    case Constraint::Reg:
    case Constraint::Stack:
      return make(operand.constraint);
    case Constraint::Reuse:
    case Constraint::Pin:
      break;
  }
  return make(Constraint::Reg);
}

}  // namespace

void repair_operands(const Draft& draft, const Machine& machine,
                     std::span<const DraftOperand> drafts, std::span<const VReg> values,
                     std::span<const RegClass> classes, std::vector<Operand>& operands,
                     RegSet& clobbers, RepairCounts& counts) {
  operands.clear();
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    if (drafts[i].constraint == Constraint::Pin) {
      PReg pin = repair_pin(machine, drafts[i].use.cls, drafts[i].payload);
      operands.push_back(pin.valid() ? Operand::pin(pin) : Operand());
    } else if (!values[i].valid()) {
      operands.push_back(Operand());  // no class has registers
    } else {
      operands.push_back(repair_plain(draft, machine, drafts[i], values[i], classes[i]));
    }
  }
  auto qualifies = [&](std::size_t def, std::size_t input) {
    return is_register_use(operands[input], machine) && classes[input] == classes[def];
  };
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    if (drafts[i].constraint != Constraint::Reuse) continue;
    if (drafts[i].kind != OperandKind::Def || drafts[i].pos != OperandPos::Late) continue;
    std::size_t input = drafts[i].payload % drafts.size();
    for (std::size_t tries = 0; tries < drafts.size() && !qualifies(i, input); ++tries) {
      input = (input + 1) % drafts.size();
    }
    if (!qualifies(i, input)) continue;
    operands[i] = Operand::def(values[i], Constraint::Reuse, static_cast<std::uint32_t>(input));
  }
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    const Operand& now = operands[i];
    std::uint32_t payload = now.constraint() == Constraint::Fixed || now.is_pin()
                                ? number_of(now.preg())
                                : now.payload();
    counts.constraints_changed +=
        now.constraint() != drafts[i].constraint || payload != drafts[i].payload;
    bool held_late = now.is_def() || now.is_late();
    PReg held = PReg::none();
    if (now.constraint() == Constraint::Fixed && held_late) held = now.preg();
    if (now.constraint() == Constraint::Reuse &&
        operands[now.reuse_index()].constraint() == Constraint::Fixed) {
      held = operands[now.reuse_index()].preg();
    }
    if (held.valid() && clobbers.contains(held)) {
      clobbers.remove(held);
      ++counts.clobbers_dropped;
    }
  }
}

}  // namespace regproof
