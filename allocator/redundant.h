// Phase 10: edits that change nothing go. One walk over the blocks in reverse postorder follows which
// value is in which register: a move to where the value already is is dropped, a load of a value
// that some register still holds becomes a move from there, one of a value that can be computed from what
// registers hold becomes that computation, and memory that nobody reads any more is no longer written.
//
// What is known at a block's head is what all its predecessors agree on; at the head of a loop,
// whose back edge was not walked yet, nothing.
//
// Cost: linear in instructions, operands and edits, plus edges times registers, and for each computation by a recipe that
// clobbers up to 64 edits and the edges behind.
//
// Tested by the judges on every answer: `ion_checker`, tests/allocator/allocator_test.cpp.
#pragma once

#include "allocator/bundle_facts.h"
#include "allocator/state.h"
#include "ir/cfg.h"

namespace regproof {

struct AllocatorStats;

// Memory that is kept between functions; what is in it means nothing.
struct RedundantScratch {
  // What the edits of a block wrote to the memory of a set: valid if the stamp is the block's.
  struct Written {
    std::uint32_t stamp = 0;
    VReg value;
  };
  Vector<Written> written;  // by spill set
  Vector<VReg> rows;        // contents of registers at ends of blocks, row by row
  Vector<std::uint32_t> unused_rows;
  Vector<std::uint32_t> row_of;      // by block
  Vector<std::uint32_t> waiting;     // by block: successors that were not walked
  Vector<std::uint8_t> done;         // by block
  Vector<std::uint32_t> first_edit;  // by block, one more than there are
  // To be put ahead of an edit, ascending by its place.
  struct Step {
    std::uint32_t ahead_of = 0;  // in Moves::edits
    std::uint32_t order = 0;     // among those ahead of one edit
    Edit edit;
  };
  Vector<Step> steps;
};

void remove_redundant(const Facts& facts, const Cfg& cfg, const Bundles& bundles,
                      const Pieces& pieces, const Registers& registers, AllocatorStats& stats,
                      RedundantScratch& scratch, Moves& moves);

}  // namespace regproof
