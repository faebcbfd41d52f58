// Control flow while a program is being made: successors, and from them dominance. The generator has
// its own, so that a fault in ir/cfg is not agreed upon by generator and validator.
//
// Cost: building is linear; dominators iterate over reverse postorder until nothing changes, two or
// three times on the graphs of programs. No recursion.
//
// Tested by tests/ssagen/ssagen_test.cpp, through the validator.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace regproof {

// Blocks are numbered from 0, which is the entry.
struct FlowGraph {
  std::vector<std::uint32_t> first_successor;  // one more than blocks
  std::vector<std::uint32_t> successors;

  std::size_t size() const { return first_successor.size() - 1; }
  std::span<const std::uint32_t> of(std::uint32_t block) const {
    return std::span(successors)
        .subspan(first_successor[block], first_successor[block + 1] - first_successor[block]);
  }
};

// For blocks that the entry does not reach, the entry stands in as the immediate dominator: what it
// defines may be used there.
struct Dominance {
  std::vector<std::uint32_t> order;  // reverse postorder, then the unreachable blocks
  std::vector<std::uint32_t> idom;   // 0 for the entry
  std::vector<std::uint8_t> reachable;
  std::vector<std::uint32_t> enter;  // interval in the tree of `idom`
  std::vector<std::uint32_t> leave;

  // Reflexive; in the tree of `idom`.
  bool dominates(std::uint32_t a, std::uint32_t b) const {
    return enter[a] <= enter[b] && leave[b] <= leave[a];
  }
};

Dominance find_dominance(const FlowGraph& graph);

}  // namespace regproof
