// Phase 9: the output. A location for each operand, each point's moves as a sequence, labels.
#pragma once

#include "allocator/bundle_facts.h"
#include "allocator/state.h"

namespace regproof {

struct AllocatorStats;

void emit_output(const Facts& facts, const Pieces& pieces, const Registers& registers,
                 const Moves& moves, AllocatorStats& stats, SlotPlan& slots, Output& out);

}  // namespace regproof
