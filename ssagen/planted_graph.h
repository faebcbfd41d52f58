// Control flow of a planted program: a drawn graph without critical edges, the order in which its
// blocks are walked, and which blocks a value has to live through to be there at a join.
//
//   D forks, J joins:   D > A > J    D > B > C > J    J > J
//   region of J: A B C J. What J relies on stands somewhere at the end of D and has to stay alive
//   through the region, whose blocks D dominates all.
//
// Tested by tests/ssagen/planted_test.cpp.
#pragma once

#include <cstdint>
#include <vector>

#include "ssagen/generate.h"
#include "ssagen/graph.h"

namespace regproof {

class PlantedGraph {
 public:
  // Splits critical edges by blocks at the end.
  explicit PlantedGraph(DrawnGraph graph);

  std::size_t size() const { return successors_.size(); }
  const std::vector<std::uint32_t>& successors(std::uint32_t block) const {
    return successors_[block];
  }
  bool is_reachable(std::uint32_t block) const { return dominance_.reachable[block] != 0; }
  // Several ways lead here, the caller's into the entry counted.
  bool is_join(std::uint32_t block) const {
    return predecessors_[block].size() + (block == 0 ? 1 : 0) > 1;
  }
  // Every block, its immediate dominator and its only predecessor before it.
  const std::vector<std::uint32_t>& order() const { return dominance_.order; }
  // Of a block with one predecessor.
  std::uint32_t predecessor(std::uint32_t block) const { return predecessors_[block].front(); }
  // Reachable joins, but for the entry, whose immediate dominator is the block.
  const std::vector<std::uint32_t>& joins_below(std::uint32_t block) const {
    return joins_below_[block];
  }
  // The blocks between a reachable join's immediate dominator and the join.
  std::vector<std::uint32_t> region_of(std::uint32_t join) const;

 private:
  DrawnGraph successors_;
  DrawnGraph predecessors_;
  Dominance dominance_;
  DrawnGraph joins_below_;
};

}  // namespace regproof
