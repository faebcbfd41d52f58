// Phase 4: bundles. Each value starts as one; values that an edge or a reuse would copy into each
// other are merged where their ranges are disjoint and a register is left for both, in the order of
// how often the copy would run.
//
// Tested by tests/allocator/allocator_test.cpp and the `ion_checker` target, invariants on.
#pragma once

#include "allocator/bundle_facts.h"
#include "allocator/range_forest.h"
#include "allocator/state.h"
#include "ir/feasible.h"

namespace regproof {

struct AllocatorStats;

// Also decides for each tie whether its def is joined with its input; one that is not is held from
// before its instruction (its segment in `liveness` begins earlier), or, where its bundle has no room
// for that, the instruction is solved. `forest` lends its memory.
void build_bundles(const FunctionView& function, const Machine& machine, const Layout& layout,
                   FeasibilitySolver& solver, Plans& plans, Liveness& liveness,
                   const RecipeMap& recipes, Registers& registers, AllocatorStats& stats,
                   RangeForest& forest, Bundles& bundles);

}  // namespace regproof
