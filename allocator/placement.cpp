#include "allocator/placement.h"

#include <algorithm>
#include <bit>

#include "allocator/tuning.h"
#include "base/work.h"

namespace regproof {

void Placement::refresh(std::uint32_t index) {
  Bundle& bundle = bundles_.all[index];
  if (bundle.epoch != registers_.epoch) summarize(facts_, bundles_, registers_, bundle);
}

std::uint64_t Placement::untaken(const Bundle& bundle) const {
  std::uint64_t free = bundle.available;
  const Occupancy& taken = registers_.taken[index_of(bundle.cls)];
  for (const LiveRange& range : bundles_.ranges_of(bundle)) {
    count_work(1);
    if (free == 0) return 0;
    free &= ~taken.taken(range.from, range.to, free);
  }
  return free;
}

// Adds to each register how often a copy runs that it would save.
void Placement::score_copies(const Bundle& bundle, float (&score)[kRegsPerClass]) const {
  if (bundle.has_hints) {
    for (const LiveRange& range : bundles_.ranges_of(bundle)) {
      for_each_reference(facts_, range, [&](const Reference& ref) {
        if (!ref.is_operand()) return;
        const OperandPlan& plan = facts_.plans.operands[ref.operand];
        if (plan.need != Need::Copy || class_of(plan.place) != bundle.cls) return;
        Block b = facts_.layout.block_of[ref.inst().value()];
        score[number_of(plan.place)] += facts_.layout.frequency[b.value()];
      });
    }
  }
  // A value may be copied on as many edges as it has pieces.
  std::span<const Hint> hints = bundles_.hints_of(bundle.set);
  hints = hints.first(std::min(hints.size(), tuning::kMostHints));
  count_work(hints.size());
  for (const Hint& hint : hints) {
    PReg reg = bundles_.all[hint.other].reg;
    if (reg.valid()) score[number_of(reg)] += hint.frequency;
  }
}

unsigned Placement::choose(const Bundle& bundle, std::uint64_t candidates) const {
  if (bundle.has_hints || !bundles_.hints_of(bundle.set).empty()) {
    float score[kRegsPerClass] = {};
    score_copies(bundle, score);
    unsigned best = 64;
    for (std::uint64_t rest = candidates; rest != 0; rest &= rest - 1) {
      auto number = static_cast<unsigned>(std::countr_zero(rest));
      if (score[number] > (best == 64 ? 0 : score[best])) best = number;
    }
    if (best != 64) return best;
  }
  if ((candidates & ~bundle.contested) != 0) candidates &= ~bundle.contested;
  std::uint64_t preferred = candidates & facts_.machine.preferred.bits(bundle.cls);
  return static_cast<unsigned>(std::countr_zero(preferred != 0 ? preferred : candidates));
}

void Placement::place(std::uint32_t index, unsigned number) {
  Bundle& bundle = bundles_.all[index];
  bundle.reg = make_preg(bundle.cls, number);
  count_work(bundle.range_count);
  Occupancy& taken = registers_.taken[index_of(bundle.cls)];
  for (const LiveRange& range : bundles_.ranges_of(bundle)) {
    taken.add(range.from, range.to, std::uint64_t{1} << number);
    registers_.holders[bundle.reg.value()].insert(range.from, range.to, index, bundle.weight);
  }
}

void Placement::remove(std::uint32_t index) {
  Bundle& bundle = bundles_.all[index];
  count_work(bundle.range_count);
  Occupancy& taken = registers_.taken[index_of(bundle.cls)];
  for (const LiveRange& range : bundles_.ranges_of(bundle)) {
    taken.remove(range.from, range.to, std::uint64_t{1} << number_of(bundle.reg));
    registers_.holders[bundle.reg.value()].erase(range.from);
  }
  bundle.reg = PReg::none();
}

}  // namespace regproof
