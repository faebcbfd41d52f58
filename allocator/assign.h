// Phase 5: registers. Bundles leave a line, the longest first (allocator/waiting_line.h); each is placed,
// or takes the place of lighter ones, or is divided (allocator/split.h), until nobody waits. A bundle
// that nothing demands a register for may stay in memory.
//
// Terminates: only a heavier bundle evicts, each division ends at single instructions, and one that
// fails there is handed to the exact solver, which turns its operands into copies. Past the budget
// nothing is evicted but for single instructions, and whatever fails is divided at once.
//
// Tested by tests/allocator/allocator_test.cpp and the `ion_checker` target, invariants on.
#pragma once

#include <cstdint>

#include "allocator/bundle_facts.h"
#include "allocator/state.h"
#include "allocator/waiting_line.h"
#include "ir/feasible.h"

namespace regproof {

struct AllocatorStats;

// `plans` is what `facts.plans` refers to; `waiting` lends its memory.
void assign_registers(const Facts& facts, const Cfg& cfg, FeasibilitySolver& solver,
                      std::uint64_t budget, Plans& plans, Bundles& bundles, Registers& registers,
                      AllocatorStats& stats, WaitingLine& waiting);

}  // namespace regproof
