// Order, dominators and loops of any graph agree with Boost.Graph and with slow definitions, in
// both directions, unreachable blocks included (fuzz_targets/slow_graph.h).
//
// The input spells a graph: the first byte is the number of blocks less one; an odd second byte
// strings them on a chain, so that few bytes make a deep graph; then each two bytes are an edge,
// from and to. Edges beyond a thousand are not read.
#include "fuzz_targets/property.h"
#include "fuzz_targets/slow_graph.h"
#include "ir/cfg.h"

namespace regproof {
namespace {

constexpr std::size_t kMaxEdges = 1000;

SlowGraph graph_of(std::span<const std::uint8_t> input) {
  SlowGraph graph;
  if (input.empty()) return graph;
  graph.nodes = input[0] + 1u;
  if (input.size() > 1 && input[1] % 2 == 1) {
    for (std::uint32_t n = 1; n < graph.nodes; ++n) graph.edges.emplace_back(n - 1, n);
  }
  for (std::size_t i = 2; i + 1 < input.size() && graph.edges.size() < kMaxEdges; i += 2) {
    graph.edges.emplace_back(input[i] % graph.nodes, input[i + 1] % graph.nodes);
  }
  return graph;
}

}  // namespace

std::optional<Failure> domtree_property(std::span<const std::uint8_t> input) {
  SlowGraph graph = graph_of(input);
  Function function = function_of(graph);
  std::optional<std::string> wrong = first_untruth(graph, analyze_cfg(function.view()));
  if (!wrong) return std::nullopt;
  return Failure{"analyze_cfg is wrong: " + *wrong};
}

}  // namespace regproof
