// Phase 8: which copies the assignment needs. SSA values never change, so memory is filled once: at
// the definition, or where the value leaves its registers, whichever runs less often.
//
// Tested by tests/allocator/allocator_test.cpp and the `ion_checker` target, invariants on.
#pragma once

#include "allocator/bundle_facts.h"
#include "allocator/state.h"

namespace regproof {

void collect_moves(const Facts& facts, const Pieces& pieces, Moves& moves);

// True if the moves of this edge stand at the end of its source; else they stand at the head of its
// target, which has no other predecessor.
bool moves_at_source(const FunctionView& function, Edge e);

}  // namespace regproof
