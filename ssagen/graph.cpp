#include "ssagen/graph.h"

#include <algorithm>

namespace regproof {
namespace {

constexpr std::uint32_t kUnset = 0xffffffffu;

// Reachable blocks in reverse postorder.
std::vector<std::uint32_t> reverse_postorder(const FlowGraph& graph) {
  struct Frame {
    std::uint32_t block;
    std::uint32_t next;
  };
  std::vector<std::uint32_t> order;
  std::vector<std::uint8_t> seen(graph.size(), 0);
  std::vector<Frame> stack{{0, graph.first_successor[0]}};
  seen[0] = 1;
  while (!stack.empty()) {
    Frame& top = stack.back();
    if (top.next == graph.first_successor[top.block + 1]) {
      order.push_back(top.block);
      stack.pop_back();
      continue;
    }
    std::uint32_t to = graph.successors[top.next++];
    if (seen[to] != 0) continue;
    seen[to] = 1;
    stack.push_back({to, graph.first_successor[to]});
  }
  std::reverse(order.begin(), order.end());
  return order;
}

// Predecessors by block, reachable ones alone.
FlowGraph reversed(const FlowGraph& graph, const std::vector<std::uint32_t>& order) {
  FlowGraph result;
  result.first_successor.assign(graph.size() + 1, 0);
  for (std::uint32_t block : order) {
    for (std::uint32_t to : graph.of(block)) ++result.first_successor[to + 1];
  }
  for (std::size_t b = 0; b < graph.size(); ++b) {
    result.first_successor[b + 1] += result.first_successor[b];
  }
  result.successors.resize(result.first_successor.back());
  std::vector<std::uint32_t> next(result.first_successor.begin(), result.first_successor.end() - 1);
  for (std::uint32_t block : order) {
    for (std::uint32_t to : graph.of(block)) result.successors[next[to]++] = block;
  }
  return result;
}

// The nearest common dominator, where places in reverse postorder fall towards the entry.
std::uint32_t common(const std::vector<std::uint32_t>& idom,
                     const std::vector<std::uint32_t>& place, std::uint32_t a, std::uint32_t b) {
  while (a != b) {
    while (place[a] > place[b]) a = idom[a];
    while (place[b] > place[a]) b = idom[b];
  }
  return a;
}

void iterate(const FlowGraph& predecessors, Dominance& result) {
  std::vector<std::uint32_t> place(predecessors.size(), kUnset);
  for (std::uint32_t i = 0; i < result.order.size(); ++i) place[result.order[i]] = i;
  result.idom[0] = 0;
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 1; i < result.order.size(); ++i) {
      std::uint32_t block = result.order[i];
      std::uint32_t best = kUnset;
      for (std::uint32_t from : predecessors.of(block)) {
        if (result.idom[from] == kUnset) continue;
        best = best == kUnset ? from : common(result.idom, place, best, from);
      }
      changed |= result.idom[block] != best;
      result.idom[block] = best;
    }
  }
}

// Intervals without a walk: sizes of subtrees from the leaves up, then places from the root down.
void number_tree(Dominance& result) {
  std::size_t count = result.idom.size();
  std::vector<std::uint32_t> size(count, 1);
  for (std::size_t i = result.order.size(); i-- > 1;) {
    size[result.idom[result.order[i]]] += size[result.order[i]];
  }
  result.enter.assign(count, 0);
  result.leave.assign(count, 0);
  std::vector<std::uint32_t> next(count, 0);
  for (std::uint32_t block : result.order) {
    if (block != 0) {
      std::uint32_t& place = next[result.idom[block]];
      result.enter[block] = place;
      place += size[block];
    }
    next[block] = result.enter[block] + 1;
    result.leave[block] = result.enter[block] + size[block];
  }
}

}  // namespace

Dominance find_dominance(const FlowGraph& graph) {
  Dominance result;
  result.order = reverse_postorder(graph);
  result.idom.assign(graph.size(), kUnset);
  iterate(reversed(graph, result.order), result);
  result.reachable.assign(graph.size(), 0);
  for (std::uint32_t block : result.order) result.reachable[block] = 1;
  for (std::uint32_t block = 0; block < graph.size(); ++block) {
    if (result.reachable[block] != 0) continue;
    result.idom[block] = 0;
    result.order.push_back(block);
  }
  number_tree(result);
  return result;
}

}  // namespace regproof
