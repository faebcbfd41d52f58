// Dominators and loops as their definitions say them, slowly: what `analyze_cfg` is held against,
// by tests/ir/cfg_test.cpp and by the `domtree` target.
//
// Dominance: take a node away and see what the entry still reaches, for every pair and in both
// directions; immediate dominators also by Boost.Graph. Loops: strong components (Boost.Graph),
// their header taken away, again. Natural loops: what reaches a latch without passing the header.
// Cost: blocks times edges, and a few times that.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ir/cfg.h"
#include "ir/function.h"

namespace regproof {

// Directed, any edges at all, node 0 is the entry.
struct SlowGraph {
  std::uint32_t nodes = 1;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> edges;

  std::string text() const;  // "4 blocks: 0>1 1>2"
};

// One block for each node, with a branch along its edges or a ret; legal or not.
Function function_of(const SlowGraph& graph);

// The first statement of `cfg` that is not true of the graph, in words.
std::optional<std::string> first_untruth(const SlowGraph& graph, const Cfg& cfg);

}  // namespace regproof
