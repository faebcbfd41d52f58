#include "ssagen/planted_graph.h"

#include <utility>

namespace regproof {
namespace {

DrawnGraph reversed(const DrawnGraph& successors) {
  DrawnGraph predecessors(successors.size());
  for (std::uint32_t block = 0; block < successors.size(); ++block) {
    for (std::uint32_t to : successors[block]) predecessors[to].push_back(block);
  }
  return predecessors;
}

void split_critical_edges(DrawnGraph& graph) {
  DrawnGraph predecessors = reversed(graph);
  std::size_t count = graph.size();
  for (std::size_t block = 0; block < count; ++block) {
    if (graph[block].size() < 2) continue;
    for (std::size_t i = 0; i < graph[block].size(); ++i) {
      std::uint32_t to = graph[block][i];
      if (predecessors[to].size() + (to == 0 ? 1 : 0) < 2) continue;
      graph[block][i] = static_cast<std::uint32_t>(graph.size());
      graph.push_back({to});
    }
  }
}

FlowGraph flow_of(const DrawnGraph& successors) {
  FlowGraph graph;
  graph.first_successor.push_back(0);
  for (const std::vector<std::uint32_t>& targets : successors) {
    graph.successors.insert(graph.successors.end(), targets.begin(), targets.end());
    graph.first_successor.push_back(static_cast<std::uint32_t>(graph.successors.size()));
  }
  return graph;
}

}  // namespace

PlantedGraph::PlantedGraph(DrawnGraph graph) : successors_(std::move(graph)) {
  split_critical_edges(successors_);
  predecessors_ = reversed(successors_);
  dominance_ = find_dominance(flow_of(successors_));
  joins_below_.resize(size());
  for (std::uint32_t block : dominance_.order) {
    if (block == 0 || !is_join(block) || !is_reachable(block)) continue;
    joins_below_[dominance_.idom[block]].push_back(block);
  }
}

std::vector<std::uint32_t> PlantedGraph::region_of(std::uint32_t join) const {
  std::vector<std::uint32_t> region;
  std::vector<std::uint8_t> seen(size(), 0);
  seen[dominance_.idom[join]] = 1;
  std::vector<std::uint32_t> to_ask{join};
  while (!to_ask.empty()) {
    std::uint32_t block = to_ask.back();
    to_ask.pop_back();
    for (std::uint32_t from : predecessors_[block]) {
      if (seen[from] != 0 || !is_reachable(from)) continue;
      seen[from] = 1;
      region.push_back(from);
      to_ask.push_back(from);
    }
  }
  return region;
}

}  // namespace regproof
