// Phase 12: the output. A location for each operand, the edits with their slots, labels.
//
// Tested by tests/allocator/allocator_test.cpp and the `ion_checker` target, invariants on.
#pragma once

#include "allocator/bundle_facts.h"
#include "allocator/state.h"

namespace regproof {

void emit_output(const Facts& facts, const Pieces& pieces, const Moves& moves,
                 const SlotPlan& slots, Output& out);

}  // namespace regproof
