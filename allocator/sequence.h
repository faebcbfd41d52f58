// Phase 9: the moves of each point and group as a sequence. Memory is still named by spill set; sets
// beyond those of the bundles stand for the emergency slots of each class.
//
// Cost: n log n in the number of moves.
//
// Tested by tests/allocator/allocator_test.cpp and the `ion_checker` target, invariants on.
#pragma once

#include "allocator/bundle_facts.h"
#include "allocator/state.h"

namespace regproof {

struct AllocatorStats;

// Fills `moves.edits` from `moves.all`.
void sequence_edits(const Facts& facts, const Registers& registers, AllocatorStats& stats,
                    Moves& moves);

}  // namespace regproof
