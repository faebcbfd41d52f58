#include "allocator/bundle_facts.h"

#include <algorithm>

#include "allocator/lift.h"
#include "allocator/tuning.h"
#include "base/work.h"

namespace regproof {

ProgPoint held_from(const Facts& facts, const Reference& reference) {
  if (reference.is_operand()) {
    const Operand& op = facts.function.operand_array[reference.operand];
    const OperandPlan& plan = facts.plans.operands[reference.operand];
    bool copied_early =
        op.constraint() == Constraint::Reuse && plan.need == Need::Register && !plan.joined;
    if (copied_early) return ProgPoint::before(reference.inst());
  }
  return reference.anchor;
}

ProgPoint held_until(const Facts& facts, const Reference& reference) {
  if (reference.operand == Reference::kParameter) return ProgPoint::after(reference.inst());
  ProgPoint after = ProgPoint::after(reference.inst());
  if (reference.operand == Reference::kArgument) return after.next();
  const Operand& op = facts.function.operand_array[reference.operand];
  return op.is_use() && op.is_early() ? after : after.next();
}

float cost_in_memory(const Facts& facts, const Reference& reference) {
  if (!reference.is_operand()) return 0;
  const OperandPlan& plan = facts.plans.operands[reference.operand];
  const Operand& op = facts.function.operand_array[reference.operand];
  bool is_use = op.is_use();
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
      cost = is_use && facts.recipes.avoids_memory(op.vreg()) ? tuning::kUseCost : tuning::kAnyCost;
      break;
    case Need::Memory:
    case Need::Nothing:
      break;
  }
  // Where memory is accepted, a register is still better if one is free: what the value is handed to may need it.
  bool weighs = is_use || plan.need == Need::Any;
  bool recomputed = !op.is_pin() && facts.recipes.of(op.vreg()).valid();
  if (recomputed) cost = weighs ? cost * facts.recipes.cost_of(op.vreg()) : 0;
  return cost * facts.layout.frequency[facts.layout.block_of[reference.inst().value()].value()];
}

namespace {

// What the copies of the value for this instruction reserve at the point.
std::uint64_t own_places(const Facts& facts, Inst inst, VReg v, ProgPoint point) {
  std::uint64_t mask = 0;
  std::uint32_t operand = facts.function.first_operand(inst);
  count_work(facts.function.operands(inst).size());
  for (const Operand& op : facts.function.operands(inst)) {
    const OperandPlan& plan = facts.plans.operands[operand++];
    if (plan.need != Need::Copy || op.vreg() != v) continue;
    Segment points = reserved_points(inst, op);
    if (points.from <= point && point < points.to)
      mask |= std::uint64_t{1} << number_of(plan.place);
  }
  return mask;
}

// Whether ranges of one value begin with a copy behind an instruction, or end with copies ahead of it.
class CopyEnds {
 public:
  CopyEnds(const Facts& facts, VReg v) : facts_(facts), v_(v) {}

  // The reference is one of the range.
  bool has(const LiveRange& range, const Reference& ref) {
    const Operand& op = facts_.function.operand_array[ref.operand];
    ProgPoint after = ProgPoint::after(ref.inst());
    if (op.is_def()) {
      return !op.is_early() && range.from == after && !facts_.function.is_terminator(ref.inst()) &&
             is_only_copied(ref.inst());
    }
    if (!op.is_early() || range.to != after) return false;
    std::span<const Segment> segments = facts_.liveness.segments_of(v_);
    auto last = std::lower_bound(segments.begin(), segments.end(), after,
                                 [](const Segment& s, ProgPoint p) { return s.to < p; });
    return last->to == after && is_only_copied(ref.inst());
  }

 private:
  bool is_only_copied(Inst inst) {
    if (inst == asked_) return only_copied_;
    asked_ = inst;
    only_copied_ = true;
    std::uint32_t operand = facts_.function.first_operand(inst);
    count_work(facts_.function.operands(inst).size());
    for (const Operand& op : facts_.function.operands(inst)) {
      Need need = facts_.plans.operands[operand++].need;
      if (!op.is_pin() && op.vreg() == v_ && need != Need::Copy) only_copied_ = false;
    }
    return only_copied_;
  }

  const Facts& facts_;
  VReg v_;
  Inst asked_;  // last
  bool only_copied_ = false;
};

// Registers that are reserved somewhere in the range, but for what its own value's copies reserve.
std::uint64_t reserved_by_others(const Facts& facts, const LiveRange& range,
                                 const Occupancy& reserved, std::uint64_t& contested) {
  std::uint64_t mask = 0;
  ProgPoint next = range.from;  // up to here `mask` is complete
  CopyEnds ends(facts, range.vreg);
  for_each_reference(facts, range, [&](const Reference& ref) {
    if (!ref.is_operand() || facts.plans.operands[ref.operand].need != Need::Copy) return;
    Segment own = reserved_points(ref.inst(), facts.function.operand_array[ref.operand]);
    if (next < own.from) mask |= reserved.taken(next, own.from);
    next = std::max(next, own.from);
    if (next >= std::min(own.to, range.to)) return;
    bool outside = ends.has(range, ref);
    // Two operands of one instruction may reserve for the value at the same points.
    for (; next < std::min(own.to, range.to); next = next.next()) {
      std::uint64_t others =
          reserved.taken(next) & ~own_places(facts, ref.inst(), range.vreg, next);
      (outside ? contested : mask) |= others;
    }
  });
  if (next < range.to) mask |= reserved.taken(next, range.to);
  return mask;
}

}  // namespace

Available available_registers(const Facts& facts, std::span<const LiveRange> ranges, RegClass cls,
                              const Registers& registers) {
  const Occupancy& reserved = registers.reserved[index_of(cls)];
  std::uint64_t contested = 0;
  std::uint64_t available = facts.machine.allocatable().bits(cls);
  bool own = false;
  for (const LiveRange& range : ranges) {
    for_each_reference(facts, range, [&](const Reference& ref) {
      if (!ref.is_operand()) return;
      Need need = facts.plans.operands[ref.operand].need;
      if (need == Need::Register) {
        available &= allowed_registers(facts.function, facts.machine, ref.inst(), ref.operand);
      }
      own |= need == Need::Copy;
    });
  }
  count_work(ranges.size());
  for (const LiveRange& range : ranges) {
    if (available == 0) break;
    std::uint64_t taken = reserved.taken(range.from, range.to, available);
    if (own && taken != 0) taken = reserved_by_others(facts, range, reserved, contested);
    available &= ~taken;
  }
  return {available, contested & available};
}

bool stays_in_copies(const Facts& facts, const LiveRange& range, Inst inst, ProgPoint from,
                     ProgPoint to) {
  std::span<const Reference> all = facts.liveness.references_of(range.vreg);
  auto ref = std::lower_bound(all.begin(), all.end(), inst,
                              [](const Reference& r, Inst i) { return r.inst() < i; });
  CopyEnds ends(facts, range.vreg);
  ProgPoint next = std::max(range.from, from);
  to = std::min(range.to, to);
  for (; ref != all.end() && ref->inst() == inst && next < to; ++ref) {
    count_work(1);
    if (!ref->is_operand() || facts.plans.operands[ref->operand].need != Need::Copy) continue;
    Segment own = reserved_points(inst, facts.function.operand_array[ref->operand]);
    bool covers = own.from <= next && next < own.to && ends.has(range, *ref);
    if (covers) next = own.to;
  }
  return next >= to;
}

void weigh(const Facts& facts, const Bundles& bundles, Bundle& bundle) {
  bundle.benefit = 0;
  bundle.length = 0;
  bundle.needs_register = false;
  bundle.has_hints = false;
  count_work(bundle.range_count);
  for (const LiveRange& range : bundles.ranges_of(bundle)) {
    bundle.length += range.to.bits() - range.from.bits();
    for_each_reference(facts, range, [&](const Reference& ref) {
      if (!ref.is_operand()) return;
      bundle.benefit += cost_in_memory(facts, ref);
      Need need = facts.plans.operands[ref.operand].need;
      bundle.needs_register |= need == Need::Register;
      bundle.has_hints |= need == Need::Copy;
    });
  }
  bundle.weight = bundle.stage == Stage::Minimal
                      ? tuning::kMinimalWeight
                      : bundle.benefit / static_cast<float>(bundle.length + tuning::kLengthBias);
}

void summarize(const Facts& facts, const Bundles& bundles, const Registers& registers,
               Bundle& bundle) {
  weigh(facts, bundles, bundle);
  Available registers_left =
      available_registers(facts, bundles.ranges_of(bundle), bundle.cls, registers);
  bundle.available = registers_left.all;
  bundle.contested = registers_left.contested;
  bundle.epoch = registers.epoch;
}

}  // namespace regproof
