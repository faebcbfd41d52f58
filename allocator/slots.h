// Phase 11: a slot for each spill set whose memory is used. A set holds its slot wherever one of its
// values lives; sets of one class share slots where they never live together.
//
// Tested by tests/allocator/allocator_test.cpp and the `ion_checker` target, invariants on.
#pragma once

#include "allocator/state.h"

namespace regproof {

struct AllocatorStats;

// Slots are given in the order in which the sets begin to live, the lowest free one first.
// False if the frame would be larger than kMaxSpillSlots.
bool assign_slots(const FunctionView& function, const Machine& machine, const Bundles& bundles,
                  const Moves& moves, AllocatorStats& stats, SlotPlan& slots);

}  // namespace regproof
