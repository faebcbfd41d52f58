// Which values never stand in memory: those that can be computed again wherever they are wanted in a
// register, unless something wants the memory itself. Where such a value has no register it is nowhere.
//
// Memory is wanted by a use that stands there (`stack`, or `any` without a register), and by a parameter of the
// same spill set that arrives there and cannot be computed again itself, or whose memory is wanted.
//
// Cost: the references of values with recipes, and the arguments; nothing where no value has one.
//
// Tested by tests/allocator/remat_test.cpp and the `remat` target.
#pragma once

#include "allocator/bundle_facts.h"
#include "allocator/state.h"

namespace regproof {

// Fills `moves.unfilled`.
void find_unfilled(const Facts& facts, const Pieces& pieces, Moves& moves);

}  // namespace regproof
