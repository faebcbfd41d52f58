// Phase 11: the output. A location for each operand, the edits with their slots, labels.
#pragma once

#include "allocator/bundle_facts.h"
#include "allocator/state.h"

namespace regproof {

void emit_output(const Facts& facts, const Pieces& pieces, const Moves& moves,
                 const SlotPlan& slots, Output& out);

}  // namespace regproof
