// What an output costs, counted from the output alone, so that any two allocators are measured by
// the same ruler.
//
// An edit between registers is a move, from memory to a register a load, the other way a store, a
// recomputation a remat, as dear as its recipe says. Weighted: an edit weighs ten to the number of natural loops that hold the
// block of its instruction, six at most (frequencies that the program states are not used, so that
// figures compare across tools). The cost weights are those of LLVM's RegAllocScore: move 0.2, load
// 4, store 1, remat 0.2 for each move that its recipe costs.
//
// Tested by tests/ir/cost_test.cpp.
#pragma once

#include <cstdint>

#include "ir/cfg.h"
#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"

namespace regproof {

struct Cost {
  std::uint64_t moves = 0;
  std::uint64_t loads = 0;
  std::uint64_t stores = 0;
  std::uint64_t remats = 0;
  std::uint64_t spillslots = 0;  // units
  double weighted_moves = 0;     // all edits, each by its block's weight
  double weighted_cost = 0;      // the same, each also by its kind's weight

  Cost& operator+=(const Cost& other);
};

inline constexpr double kMoveWeight = 0.2;
inline constexpr double kLoadWeight = 4;
inline constexpr double kStoreWeight = 1;
inline constexpr double kRematWeight = 0.2;
inline constexpr std::uint32_t kMaxWeightDepth = 6;

// Edits whose point lies beyond the function are not counted.
Cost cost_of(const FunctionView& function, const Machine& machine, const Cfg& cfg,
             const Output& output);

}  // namespace regproof
