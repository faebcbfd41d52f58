// Phase 10: a slot for each spill set whose memory is used. A set holds its slot wherever one of its
// values lives; sets of one class share slots where they never live together.
#pragma once

#include "allocator/state.h"

namespace regproof {

// Slots are given in the order in which the sets begin to live, the lowest free one first.
void assign_slots(const FunctionView& function, const Machine& machine, const Bundles& bundles,
                  const Moves& moves, SlotPlan& slots);

}  // namespace regproof
