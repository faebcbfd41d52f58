// What a bundle's ranges and references say about it: which registers it could have, what memory
// would cost, whether it must have a register at all.
//
// Tested by tests/allocator/allocator_test.cpp and the `ion_checker` target, invariants on.
#pragma once

#include "allocator/recipes.h"
#include "allocator/state.h"
#include "base/work.h"

namespace regproof {

// The frozen structures that bundles are judged by, bundled to keep signatures short.
struct Facts {
  const FunctionView& function;
  const Machine& machine;
  const Layout& layout;
  const Plans& plans;
  const Liveness& liveness;
  const RecipeMap& recipes;
};

// From and up to (exclusive) which point the value must be held for the reference.
ProgPoint held_from(const Facts& facts, const Reference& reference);
ProgPoint held_until(const Facts& facts, const Reference& reference);

// Calls `visit(reference)` for the references that the range holds, ascending.
template <class Visit>
void for_each_reference(const Facts& facts, const LiveRange& range, Visit&& visit) {
  std::span<const Reference> all = facts.liveness.references_of(range.vreg);
  std::size_t low = 0, high = all.size();
  while (low < high) {
    std::size_t middle = (low + high) / 2;
    if (all[middle].inst() < range.from.inst()) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  for (; low < all.size(); ++low) {
    count_work(1);
    ProgPoint anchor = all[low].anchor;
    if (anchor >= range.to) {
      if (anchor.inst() > range.to.inst()) return;
      continue;
    }
    if (anchor >= range.from) visit(all[low]);
  }
}

// Frequency times what the reference would cost if the value were in memory.
float cost_in_memory(const Facts& facts, const Reference& reference);

// Registers by number.
struct Available {
  std::uint64_t all = 0;        // that a bundle may have
  std::uint64_t contested = 0;  // of these: reserved for others where a value is only copied
};

// The registers that are free of others' reservations over the ranges and allowed by the constraints
// of the references in them. The copies around an instruction run in parallel, so what is reserved
// for the instruction does not disturb a value that begins with a copy behind it or dies in copies
// ahead of it.
Available available_registers(const Facts& facts, std::span<const LiveRange> ranges, RegClass cls,
                              const Registers& registers);

// Whether the range, which overlaps the points, is at none of these more than copied for the instruction: then what others
// reserve there is `contested`. Cost: the instruction's operands.
bool stays_in_copies(const Facts& facts, const LiveRange& range, Inst inst, ProgPoint from,
                     ProgPoint to);

// Computes the bundle's length, benefit, weight and what its references ask for.
void weigh(const Facts& facts, const Bundles& bundles, Bundle& bundle);

// Computes everything in the bundle that follows from its ranges.
void summarize(const Facts& facts, const Bundles& bundles, const Registers& registers,
               Bundle& bundle);

}  // namespace regproof
