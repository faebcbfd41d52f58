// Feedback beside coverage: how often the engine did what its statistics count (bundles, merges,
// evictions, splits, instructions solved exactly, ...), by powers of two, so that an input with more
// evictions than any before is worth keeping though it runs no new code. libFuzzer reads the counters
// from their section; elsewhere they are written and nobody looks.
//
// Tested by tests/fuzz_targets/state_counters_test.cpp.
#pragma once

#include <cstdint>
#include <span>

#include "allocator/allocator.h"

namespace regproof {

// Adds what one allocation did. The engine clears the counters between inputs.
void count_states(const AllocatorStats& stats);

// Likewise how fast work grows with the program (fuzz_targets/growth.h), in steps of a twentieth: steeper than any
// before is worth keeping.
void count_growth(double exponent);

std::span<std::uint8_t> state_counters();

}  // namespace regproof
