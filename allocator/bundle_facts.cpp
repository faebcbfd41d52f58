#include "allocator/bundle_facts.h"

#include "allocator/lift.h"
#include "allocator/tuning.h"

namespace regproof {

ProgPoint anchor_of(const Facts& facts, const Reference& reference) {
  if (reference.operand == Reference::kArgument) return ProgPoint::after(reference.inst);
  if (reference.operand == Reference::kParameter) return ProgPoint::before(reference.inst);
  const Operand& op = facts.function.operand_array[reference.operand];
  return op.is_use() || op.is_early() ? ProgPoint::before(reference.inst)
                                      : ProgPoint::after(reference.inst);
}

ProgPoint held_from(const Facts& facts, const Reference& reference) {
  if (reference.is_operand()) {
    const Operand& op = facts.function.operand_array[reference.operand];
    const OperandPlan& plan = facts.plans.operands[reference.operand];
    bool copied_early =
        op.constraint() == Constraint::Reuse && plan.need == Need::Register && !plan.joined;
    if (copied_early) return ProgPoint::before(reference.inst);
  }
  return anchor_of(facts, reference);
}

ProgPoint held_until(const Facts& facts, const Reference& reference) {
  if (reference.operand == Reference::kParameter) return ProgPoint::after(reference.inst);
  ProgPoint after = ProgPoint::after(reference.inst);
  if (reference.operand == Reference::kArgument) return after.next();
  const Operand& op = facts.function.operand_array[reference.operand];
  return op.is_use() && op.is_early() ? after : after.next();
}

float cost_in_memory(const Facts& facts, const Reference& reference) {
  if (!reference.is_operand()) return 0;
  const OperandPlan& plan = facts.plans.operands[reference.operand];
  bool is_use = facts.function.operand_array[reference.operand].is_use();
  float cost = 0;
  switch (plan.need) {
    case Need::Register:
      cost = is_use ? tuning::kUseCost : tuning::kDefCost;
      break;
    case Need::Copy:
      cost = is_use ? tuning::kCopyUseCost : tuning::kCopyDefCost;
      break;
    case Need::Tied:
      cost = tuning::kCopyUseCost;
      break;
    case Need::Any:
      cost = tuning::kAnyCost;
      break;
    case Need::Memory:
    case Need::Nothing:
      break;
  }
  return cost * facts.layout.frequency[facts.layout.block_of[reference.inst.value()].value()];
}

namespace {

// Calls `visit(place, points)` for the reservations that copies of these ranges' own values make.
template <class Visit>
void for_each_own_reservation(const Facts& facts, std::span<const LiveRange> ranges,
                              Visit&& visit) {
  for (const LiveRange& range : ranges) {
    for_each_reference(facts, range, [&](const Reference& ref) {
      if (!ref.is_operand()) return;
      const OperandPlan& plan = facts.plans.operands[ref.operand];
      if (plan.need != Need::Copy) return;
      visit(plan.place, reserved_points(ref.inst, facts.function.operand_array[ref.operand]));
    });
  }
}

}  // namespace

std::uint64_t available_registers(const Facts& facts, std::span<const LiveRange> ranges,
                                  RegClass cls, Registers& registers) {
  Occupancy& reserved = registers.reserved[index_of(cls)];
  std::uint64_t available = facts.machine.allocatable().bits(cls);
  bool own = false;
  for (const LiveRange& range : ranges) {
    for_each_reference(facts, range, [&](const Reference& ref) {
      if (!ref.is_operand()) return;
      Need need = facts.plans.operands[ref.operand].need;
      if (need == Need::Register) {
        available &= allowed_registers(facts.function, facts.machine, ref.inst, ref.operand);
      }
      own |= need == Need::Copy;
    });
  }
  auto bit = [](PReg reg) { return std::uint64_t{1} << number_of(reg); };
  if (own) {
    for_each_own_reservation(facts, ranges, [&](PReg place, Segment points) {
      reserved.remove(points.from, points.to, bit(place));
    });
  }
  for (const LiveRange& range : ranges) {
    if (available == 0) break;
    available &= ~reserved.taken(range.from, range.to);
  }
  if (own) {
    for_each_own_reservation(facts, ranges, [&](PReg place, Segment points) {
      reserved.add(points.from, points.to, bit(place));
    });
  }
  return available;
}

void summarize(const Facts& facts, const Bundles& bundles, Registers& registers, Bundle& bundle) {
  std::span<const LiveRange> ranges = bundles.ranges_of(bundle);
  bundle.benefit = 0;
  bundle.length = 0;
  bundle.needs_register = false;
  bundle.has_hints = false;
  for (const LiveRange& range : ranges) {
    bundle.length += range.to.bits() - range.from.bits();
    for_each_reference(facts, range, [&](const Reference& ref) {
      bundle.benefit += cost_in_memory(facts, ref);
      if (!ref.is_operand()) return;
      Need need = facts.plans.operands[ref.operand].need;
      bundle.needs_register |= need == Need::Register;
      bundle.has_hints |= need == Need::Copy;
    });
  }
  bundle.weight = bundle.stage == Stage::Minimal
                      ? tuning::kMinimalWeight
                      : bundle.benefit / static_cast<float>(bundle.length + tuning::kLengthBias);
  bundle.available = available_registers(facts, ranges, bundle.cls, registers);
  bundle.epoch = registers.epoch;
}

}  // namespace regproof
