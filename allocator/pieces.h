// Phase 6: the outcome of assignment by value: where each stands in which register.
#pragma once

#include "allocator/state.h"

namespace regproof {

void collect_pieces(const FunctionView& function, const Bundles& bundles, Pieces& pieces);

// The register that holds the value at the point, or none: memory. Cost: a binary search.
PReg register_at(const Pieces& pieces, VReg v, ProgPoint point);

// The same as a location; memory is the stack location of the number of the value's spill set.
Location location_at(const Pieces& pieces, VReg v, ProgPoint point);
Location memory_of(const Pieces& pieces, VReg v);

}  // namespace regproof
