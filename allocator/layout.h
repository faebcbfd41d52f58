// Phase 1: where blocks and instructions stand in the layout and how often they run.
//
// Tested by tests/allocator/allocator_test.cpp and the `ion_checker` target, invariants on.
#pragma once

#include "allocator/state.h"

namespace regproof {

void build_layout(const FunctionView& function, const Cfg& cfg, Layout& layout);

inline ProgPoint start_of(const FunctionView& function, Block b) {
  return ProgPoint::before(function.insts(b).front());
}
inline ProgPoint end_of(const FunctionView& function, Block b) {
  return ProgPoint::before(function.insts(b).back().next());
}

}  // namespace regproof
