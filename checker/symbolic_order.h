// The blocks that can run, in reverse postorder; where values are made; and which values are live at
// the heads of blocks: all from walks of the checker's own.
//
// None can turn a wrong answer into a pass. The order decides only how soon the fixpoint is
// reached. Liveness only says of which values a message may speak.
//
// Cost: linear in blocks, edges and operands; of `live_values`, plus the number of (live value,
// block) pairs.
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

// By name of a value: the reachable block that makes it, and its place among the block's parameters.
struct Homes {
  static constexpr std::uint32_t kNoParam = 0xffffffffu;

  std::vector<Block> block;                // none: no reachable one
  std::vector<std::uint32_t> param_index;  // or kNoParam

  // An instruction of the block makes it, or makes stale what an open recipe made, so that the block's head knows older instances at most.
  bool is_made_in(VReg value, Block b) const {
    return block[value.value()] == b && param_index[value.value()] == kNoParam;
  }
  bool is_param_of(VReg value, Block b) const {
    return block[value.value()] == b && param_index[value.value()] != kNoParam;
  }
};

Homes find_homes(const FunctionView& function, const Recipes& recipes, const BlockOrder& order);

// For each block, ascending: the values that it or a later block may still ask for. A parameter
// counts where it is asked for at all, a constant (checker/recipes.h) wherever a value with that
// recipe may still be asked for, defined or not, unless a definition makes it stale. Values that debug labels follow count where the answer has a
// location for the label.
std::vector<std::vector<VReg>> live_values(const FunctionView& function, const Output& output,
                                           const Recipes& recipes, const BlockOrder& order,
                                           const Homes& homes);

}  // namespace regproof
