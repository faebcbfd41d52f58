// analyze_cfg against slow definitions and Boost.Graph: every graph of up to four blocks, random
// larger ones of several shapes, and huge ones for depth of stack and hidden quadratic cost.
#include "ir/cfg.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

#include "fuzz_targets/slow_graph.h"

namespace regproof {
namespace {

std::string untruth(const SlowGraph& graph) {
  Function function = function_of(graph);
  return first_untruth(graph, analyze_cfg(function.view())).value_or("");
}

std::uint32_t below(std::mt19937& random, std::uint32_t bound) {
  return static_cast<std::uint32_t>(random() % bound);
}

void add_random_edge(std::mt19937& random, SlowGraph& graph) {
  std::uint32_t from = below(random, graph.nodes);
  graph.edges.emplace_back(from, below(random, graph.nodes));
}

TEST(Cfg, AllGraphsOfUpToFourBlocks) {
  std::uint64_t graphs = 0, irreducible = 0;
  for (std::uint32_t nodes = 1; nodes <= 4; ++nodes) {
    for (std::uint32_t matrix = 0; matrix < 1u << (nodes * nodes); ++matrix) {
      SlowGraph graph{nodes, {}};
      for (std::uint32_t bit = 0; bit < nodes * nodes; ++bit) {
        if ((matrix >> bit & 1) != 0) graph.edges.emplace_back(bit / nodes, bit % nodes);
      }
      Function function = function_of(graph);
      Cfg cfg = analyze_cfg(function.view());
      ASSERT_EQ(first_untruth(graph, cfg).value_or(""), "");
      ++graphs;
      if (!cfg.is_reducible()) ++irreducible;
    }
  }
  EXPECT_EQ(graphs, 2u + 16u + 512u + 65536u);
  EXPECT_GT(irreducible, 1000u);
  RecordProperty("irreducible", std::to_string(irreducible));
}

// Edges anywhere, from few (mostly unreachable) to many (one knot).
TEST(Cfg, RandomGraphs) {
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    SlowGraph graph{1 + below(random, 14), {}};
    std::uint32_t edges = below(random, 3 * graph.nodes);
    for (std::uint32_t i = 0; i < edges; ++i) {
      add_random_edge(random, graph);
    }
    ASSERT_EQ(untruth(graph), "");
  }
}

// A chain with short jumps, so that loops nest and interleave and few blocks are unreachable.
TEST(Cfg, RandomChainsWithJumps) {
  std::mt19937 random(2);
  for (int round = 0; round < 5000; ++round) {
    SlowGraph graph{2 + below(random, 40), {}};
    for (std::uint32_t n = 1; n < graph.nodes; ++n) {
      if (below(random, 16) != 0) graph.edges.emplace_back(n - 1, n);
    }
    std::uint32_t reach = 1 + below(random, graph.nodes);
    for (std::uint32_t i = below(random, graph.nodes); i > 0; --i) {
      std::uint32_t from = below(random, graph.nodes);
      std::uint32_t forward = below(random, reach), backward = below(random, reach);
      std::uint32_t to = (from + graph.nodes + forward - backward) % graph.nodes;
      graph.edges.emplace_back(from, to);
    }
    ASSERT_EQ(untruth(graph), "");
  }
}

TEST(Cfg, SeveralHundredBlocks) {
  std::mt19937 random(3);
  for (int round = 0; round < 20; ++round) {
    SlowGraph graph{300, {}};
    for (std::uint32_t n = 1; n < graph.nodes; ++n) graph.edges.emplace_back(below(random, n), n);
    for (int i = 0; i < 20 * (round + 1); ++i) {
      add_random_edge(random, graph);
    }
    ASSERT_EQ(untruth(graph), "");
  }
}

// An irreducible loop (1 and 2 are both entered from 0) around a natural one, whose header's body
// has a block that leaves through the irreducible part.
TEST(Cfg, NaturalLoopInsideIrreducibleOne) {
  SlowGraph graph{6, {{0, 1}, {0, 2}, {1, 2}, {2, 1}, {1, 3}, {3, 3}, {3, 2}, {2, 4}}};
  Function function = function_of(graph);
  Cfg cfg = analyze_cfg(function.view());
  EXPECT_EQ(first_untruth(graph, cfg).value_or(""), "");
  EXPECT_FALSE(cfg.is_reducible());
  EXPECT_EQ(cfg.loops.size(), 2u);
  EXPECT_EQ(cfg.loop_depth(Block(3)), 2u);
  EXPECT_EQ(cfg.natural_depth[Block(3)], 1u);
  EXPECT_EQ(cfg.natural_depth[Block(1)], 0u);
  EXPECT_FALSE(cfg.is_reachable(Block(5)));
  EXPECT_FALSE(cfg.dominates(Block(5), Block(5)));
  EXPECT_FALSE(cfg.dominates(Block(0), Block(5)));
}

TEST(Cfg, ReversePostorderFollowsTheOrderOfTargets) {
  SlowGraph graph{4, {{0, 1}, {0, 2}, {1, 3}, {2, 3}}};
  Function function = function_of(graph);
  Cfg cfg = analyze_cfg(function.view());
  EXPECT_EQ(cfg.postorder, (std::vector<Block>{Block(3), Block(2), Block(1), Block(0)}));
}

TEST(Cfg, EdgeToNowhereIsNoEdge) {
  SlowGraph graph{2, {{0, 7}, {0, 1}}};
  Function function = function_of(graph);
  Cfg cfg = analyze_cfg(function.view());
  EXPECT_EQ(cfg.postorder.size(), 2u);
  EXPECT_EQ(cfg.idom[Block(1)], Block(0));
}

TEST(Cfg, NoBlocks) {
  EXPECT_TRUE(analyze_cfg(FunctionView()).postorder.empty());
}

// The following must end within the test's time limit: recursion or quadratic work would not.
constexpr std::uint32_t kHuge = 1000000;

Cfg analyze_huge(const SlowGraph& graph) {
  Function function = function_of(graph);
  return analyze_cfg(function.view());
}

TEST(CfgHuge, Chain) {
  SlowGraph graph{kHuge, {}};
  for (std::uint32_t n = 1; n < kHuge; ++n) graph.edges.emplace_back(n - 1, n);
  Cfg cfg = analyze_huge(graph);
  EXPECT_EQ(cfg.idom[Block(kHuge - 1)], Block(kHuge - 2));
  EXPECT_TRUE(cfg.dominates(Block(1), Block(kHuge - 1)));
}

// 500,000 loops, each inside the one before.
TEST(CfgHuge, NestedLoops) {
  SlowGraph graph{kHuge, {}};
  for (std::uint32_t n = 1; n < kHuge; ++n) graph.edges.emplace_back(n - 1, n);
  for (std::uint32_t n = 0; n < kHuge / 2; ++n) graph.edges.emplace_back(kHuge - 1 - n, n);
  Cfg cfg = analyze_huge(graph);
  EXPECT_EQ(cfg.loops.size(), kHuge / 2);
  EXPECT_EQ(cfg.loop_depth(Block(kHuge / 2)), kHuge / 2);
  EXPECT_EQ(cfg.natural_depth[Block(kHuge / 2)], kHuge / 2);
  EXPECT_TRUE(cfg.is_reducible());
}

// Every block leads back to the first and to the one before it.
TEST(CfgHuge, BackEdgesEverywhere) {
  SlowGraph graph{kHuge, {}};
  for (std::uint32_t n = 1; n < kHuge; ++n) {
    graph.edges.emplace_back(n - 1, n);
    graph.edges.emplace_back(n, 0);
    graph.edges.emplace_back(n, n - 1);
  }
  Cfg cfg = analyze_huge(graph);
  EXPECT_EQ(cfg.loops.size(), kHuge - 1);
}

// Two rails with rungs both ways: irreducible at every rung.
TEST(CfgHuge, Ladder) {
  SlowGraph graph{kHuge, {{0, 1}, {0, 2}}};
  for (std::uint32_t n = 1; n + 3 < kHuge; n += 2) {
    graph.edges.insert(graph.edges.end(), {{n, n + 2}, {n + 1, n + 3}, {n, n + 1}, {n + 1, n}});
  }
  Cfg cfg = analyze_huge(graph);
  EXPECT_EQ(cfg.idom[Block(kHuge - 5)], Block(0));
  EXPECT_FALSE(cfg.is_reducible());
}

// The same with a way back at the end: one irreducible loop around all, others inside.
TEST(CfgHuge, LadderInsideALoop) {
  SlowGraph graph{kHuge, {{0, 1}, {0, 2}}};
  for (std::uint32_t n = 1; n + 3 < kHuge; n += 2) {
    graph.edges.insert(graph.edges.end(), {{n, n + 2}, {n + 1, n + 3}, {n + 3, n}, {n + 2, n + 1}});
  }
  Cfg cfg = analyze_huge(graph);
  EXPECT_FALSE(cfg.is_reducible());
  EXPECT_GT(cfg.loops.size(), 1u);
}

// A long chain of dominators, then many blocks that are reached both from its end and from the
// entry: finding common dominators by walking up the tree would be quadratic.
TEST(CfgHuge, DeepChainAndManyShallowJoins) {
  std::uint32_t deep = kHuge / 2;
  SlowGraph graph{kHuge, {}};
  for (std::uint32_t n = 1; n < deep; ++n) graph.edges.emplace_back(n - 1, n);
  for (std::uint32_t n = deep; n < kHuge; ++n) {
    graph.edges.emplace_back(0, n);
    graph.edges.emplace_back(deep - 1, n);
  }
  std::swap(graph.edges.front(), graph.edges.back());
  Cfg cfg = analyze_huge(graph);
  for (std::uint32_t n = deep; n < kHuge; ++n) ASSERT_EQ(cfg.idom[Block(n)], Block(0));
}

// A fan of blocks, each with an edge into the next, seen from its wrong end.
TEST(CfgHuge, FanWithCrossEdges) {
  SlowGraph graph{kHuge, {}};
  for (std::uint32_t n = 1; n < kHuge; ++n) graph.edges.emplace_back(0, n);
  for (std::uint32_t n = 2; n < kHuge; ++n) {
    graph.edges.emplace_back(n, n - 1);
    if (n % 3 == 0) graph.edges.emplace_back(n - 1, n);
  }
  Cfg cfg = analyze_huge(graph);
  EXPECT_EQ(cfg.idom[Block(1)], Block(0));
  EXPECT_FALSE(cfg.is_reducible());
}

}  // namespace
}  // namespace regproof
