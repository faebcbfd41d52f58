// What control flow says about blocks: order, dominance, loops. Computed once per function; linear
// or near-linear in blocks and edges; no recursion, so depth costs no stack.
//
// Only blocks that the entry reaches are ordered; the others have no dominator and no loop.
//
// Tested by tests/ir/cfg_test.cpp, and against Boost.Graph by the `domtree` target.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/index.h"
#include "base/table.h"
#include "ir/function.h"

namespace regproof {

struct LoopTag {
  static constexpr bool kOrdered = true;
};
using Loop = Index<LoopTag>;

// A strongly connected region with a header, nested in `parent`. Of a reducible loop the header
// dominates the body (a natural loop; loops that share a header are one). An irreducible loop is
// entered at several blocks; its header is the one that comes first in reverse postorder.
struct LoopRecord {
  Block header;
  Loop parent;              // none at the top
  std::uint32_t depth = 1;  // of nesting, over both kinds
  bool reducible = true;
};

struct Cfg {
  std::vector<Block> postorder;              // reachable blocks
  Side<Block, std::uint32_t> rpo_index;      // place in reverse postorder; kUnreachable if none
  Side<Block, Block> idom;                   // none for the entry and unreachable blocks
  Side<Block, std::uint32_t> dom_enter;      // preorder interval in the dominator tree:
  Side<Block, std::uint32_t> dom_leave;      // a dominates b if b's interval lies in a's
  Table<Loop, LoopRecord> loops;             // a parent before its children
  Side<Block, Loop> innermost_loop;          // none outside of loops
  Side<Block, std::uint32_t> natural_depth;  // natural loops (header dominates latch) that hold it

  static constexpr std::uint32_t kUnreachable = 0xffffffffu;

  bool is_reachable(Block b) const { return rpo_index[b] != kUnreachable; }
  // Reflexive. False where either is unreachable.
  bool dominates(Block a, Block b) const {
    return is_reachable(a) && is_reachable(b) && dom_enter[a] <= dom_enter[b] &&
           dom_leave[b] <= dom_leave[a];
  }
  // Loops of both kinds that hold the block.
  std::uint32_t loop_depth(Block b) const {
    return innermost_loop[b].valid() ? loops[innermost_loop[b]].depth : 0;
  }
  // No loop is entered but through its header.
  bool is_reducible() const;
};

// The function's arrays are consistent (`check_arrays` of ir/validate.cpp); it may be illegal in
// any
// other way. An edge to a block that there is not is no edge.
Cfg analyze_cfg(const FunctionView& function);

}  // namespace regproof
