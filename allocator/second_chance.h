// Phase 6: a second chance. What was divided is offered one register for all of its ranges again, now
// that others have left theirs; if there is none, its pieces that were divided are, and so on down.
// Nobody is evicted.
//
// Cost: each bundle is offered once; an offer walks its ranges and those of its pieces.
//
// Tested by tests/allocator/second_chance_test.cpp and the `ion_checker` target, invariants on.
#pragma once

#include "allocator/bundle_facts.h"
#include "allocator/state.h"

namespace regproof {

struct AllocatorStats;

// The bundles that would save the most come first.
void give_second_chance(const Facts& facts, Bundles& bundles, Registers& registers,
                        AllocatorStats& stats);

}  // namespace regproof
