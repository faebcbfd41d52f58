// The blocks that can run, in reverse postorder, and which values are worth knowing at their heads:
// both from walks of the checker's own.
//
// Neither can turn a wrong answer into a pass. The order decides only how soon the fixpoint is
// reached. Liveness only drops facts: where it is wrong, a good answer is refused.
//
// Cost: linear in blocks, edges and operands, plus the number of (live value, block) pairs.
//
// Tested by tests/checker/symbolic_test.cpp.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/recipes.h"
#include "ir/function.h"
#include "ir/output.h"

namespace regproof {

inline constexpr std::uint32_t kNotReached = 0xffffffffu;

struct BlockOrder {
  std::vector<Block> blocks;            // reverse postorder; the entry is the first
  std::vector<std::uint32_t> position;  // by block: place in `blocks`, or kNotReached

  bool is_reachable(Block block) const { return position[block.value()] != kNotReached; }
};

BlockOrder order_blocks(const FunctionView& function);

// For each block, ascending: the values that it or a later block may still ask for. A parameter
// counts where it is asked for at all, a constant (checker/recipes.h) wherever a value with that
// recipe may still be asked for, defined or not. Values that debug labels follow count where the answer has a
// location for the label.
std::vector<std::vector<VReg>> wanted_values(const FunctionView& function, const Output& output,
                                             const Recipes& recipes, const BlockOrder& order);

}  // namespace regproof
