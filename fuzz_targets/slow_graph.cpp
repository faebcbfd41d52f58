// See slow_graph.h.
#include "fuzz_targets/slow_graph.h"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/dominator_tree.hpp>
#include <boost/graph/strong_components.hpp>
#include <cstddef>

#include "ir/builder.h"

namespace regproof {
namespace {

using Node = std::uint32_t;
using Nodes = std::vector<Node>;
// Vectors throughout: a std::list is linked by functions that are compiled without MSan.
using BoostGraph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, boost::no_property,
                          boost::no_property, boost::no_property, boost::vecS>;
constexpr Node kNone = 0xffffffffu;

// Node by node: is it reached from `starts` over `next`, never stepping on `without`?
std::vector<bool> reached(const std::vector<Nodes>& next, const Nodes& starts, Node without) {
  std::vector<bool> seen(next.size(), false);
  Nodes open;
  auto visit = [&](Node n) {
    if (n == without || seen[n]) return;
    seen[n] = true;
    open.push_back(n);
  };
  for (Node start : starts) visit(start);
  while (!open.empty()) {
    Node n = open.back();
    open.pop_back();
    for (Node to : next[n]) visit(to);
  }
  return seen;
}

class Comparison {
 public:
  Comparison(const SlowGraph& graph, const Cfg& cfg)
      : graph_(graph), cfg_(cfg), next_(graph.nodes), previous_(graph.nodes) {
    for (auto [from, to] : graph.edges) {
      next_[from].push_back(to);
      previous_[to].push_back(from);
    }
    reachable_ = reached(next_, {0}, kNone);
    for (Node n = 0; n < graph.nodes; ++n) reached_without_.push_back(reached(next_, {0}, n));
  }

  std::optional<std::string> run() {
    check_order();
    if (wrong_.empty()) check_dominance();
    if (wrong_.empty()) check_immediate_dominators();
    if (wrong_.empty()) check_boost_dominators();
    if (wrong_.empty()) check_loops();
    if (wrong_.empty()) check_reducibility();
    if (wrong_.empty()) check_natural_depth();
    if (wrong_.empty()) return std::nullopt;
    return wrong_ + " in " + graph_.text();
  }

 private:
  void expect(bool holds, const std::string& what) {
    if (!holds && wrong_.empty()) wrong_ = what;
  }
  static std::string at(const char* what, Node n) { return what + (" of " + std::to_string(n)); }

  bool dominates(Node a, Node b) const {
    return reachable_[a] && reachable_[b] && (a == b || !reached_without_[a][b]);
  }
  std::uint32_t place(Node n) const { return cfg_.rpo_index[Block(n)]; }

  void check_order();
  void check_dominance();
  void check_immediate_dominators();
  void check_boost_dominators();
  void check_loops();
  void check_loop(const Nodes& members, Node parent_header, std::vector<Node>& innermost);
  std::vector<Nodes> cycles_within(const Nodes& members, bool without_dominating_edges) const;
  void check_reducibility();
  void check_natural_depth();

  const SlowGraph& graph_;
  const Cfg& cfg_;
  std::vector<Nodes> next_, previous_;
  std::vector<bool> reachable_;
  std::vector<std::vector<bool>> reached_without_;
  std::string wrong_;
};

// Reverse postorder: the entry first, every reachable block once, and an edge that goes back in it
// closes a cycle.
void Comparison::check_order() {
  std::size_t count =
      static_cast<std::size_t>(std::count(reachable_.begin(), reachable_.end(), true));
  expect(cfg_.postorder.size() == count, "length of postorder");
  expect(cfg_.rpo_index.size() == graph_.nodes, "size of rpo_index");
  if (!wrong_.empty()) return;
  expect(place(0) == 0, "place of the entry");
  for (std::size_t i = 0; i < count; ++i) {
    expect(cfg_.rpo_index[cfg_.postorder[i]] == count - 1 - i, "rpo_index against postorder");
  }
  for (Node n = 0; n < graph_.nodes; ++n) {
    expect(cfg_.is_reachable(Block(n)) == reachable_[n], at("reachability", n));
  }
  for (Node n = 0; n < graph_.nodes; ++n) {
    if (!reachable_[n]) continue;
    std::vector<bool> after = reached(next_, next_[n], kNone);
    for (Node from : previous_[n]) {
      if (!reachable_[from] || place(from) < place(n)) continue;
      expect(after[from], at("order", n) + " before its predecessor " + std::to_string(from));
    }
  }
}

void Comparison::check_dominance() {
  for (Node a = 0; a < graph_.nodes; ++a) {
    for (Node b = 0; b < graph_.nodes; ++b) {
      if (cfg_.dominates(Block(a), Block(b)) == dominates(a, b)) continue;
      expect(false, at("dominance", a) + " over " + std::to_string(b));
    }
  }
}

// The one strict dominator that all others dominate.
void Comparison::check_immediate_dominators() {
  for (Node n = 0; n < graph_.nodes; ++n) {
    Node nearest = kNone;
    for (Node d = 0; d < graph_.nodes; ++d) {
      if (d == n || !dominates(d, n)) continue;
      if (nearest == kNone || dominates(nearest, d)) nearest = d;
    }
    if (cfg_.idom[Block(n)] != Block(nearest)) expect(false, at("immediate dominator", n));
  }
}

void Comparison::check_boost_dominators() {
  BoostGraph boost_graph(graph_.nodes);
  for (auto [from, to] : graph_.edges) {
    if (reachable_[from]) add_edge(from, to, boost_graph);
  }
  std::vector<std::size_t> idom(graph_.nodes, BoostGraph::null_vertex());
  boost::lengauer_tarjan_dominator_tree(
      boost_graph, vertex(0, boost_graph),
      make_iterator_property_map(idom.begin(), get(boost::vertex_index, boost_graph)));
  for (Node n = 0; n < graph_.nodes; ++n) {
    Node expected = idom[n] == BoostGraph::null_vertex() ? kNone : static_cast<Node>(idom[n]);
    if (cfg_.idom[Block(n)] != Block(expected)) {
      expect(false, at("immediate dominator by Boost.Graph", n));
    }
  }
}

// Strong components of the graph over `members` that hold a cycle.
std::vector<Nodes> Comparison::cycles_within(const Nodes& members,
                                             bool without_dominating_edges) const {
  std::vector<Node> local(graph_.nodes, kNone);
  for (Node i = 0; i < members.size(); ++i) local[members[i]] = i;
  BoostGraph boost_graph(members.size());
  std::vector<bool> loops_to_itself(members.size(), false);
  for (Node n : members) {
    for (Node to : next_[n]) {
      if (local[to] == kNone || (without_dominating_edges && dominates(to, n))) continue;
      add_edge(local[n], local[to], boost_graph);
      if (to == n) loops_to_itself[local[n]] = true;
    }
  }
  std::vector<std::size_t> component(members.size());
  std::size_t count = boost::strong_components(
      boost_graph,
      make_iterator_property_map(component.begin(), get(boost::vertex_index, boost_graph)));
  std::vector<Nodes> components(count);
  for (Node i = 0; i < members.size(); ++i) components[component[i]].push_back(members[i]);
  std::vector<Nodes> cycles;
  for (Nodes& nodes : components) {
    if (nodes.size() > 1 || loops_to_itself[local[nodes[0]]]) cycles.push_back(std::move(nodes));
  }
  return cycles;
}

void Comparison::check_loops() {
  struct Region {
    Nodes members;
    Node parent_header;
  };
  Nodes all;
  for (Node n = 0; n < graph_.nodes; ++n) {
    if (reachable_[n]) all.push_back(n);
  }
  std::vector<Region> open = {{all, kNone}};
  Nodes innermost(graph_.nodes, kNone);  // by node: the header of its innermost loop
  std::size_t found = 0;
  while (!open.empty()) {
    Region region = std::move(open.back());
    open.pop_back();
    for (Nodes& cycle : cycles_within(region.members, false)) {
      ++found;
      check_loop(cycle, region.parent_header, innermost);
      if (!wrong_.empty()) return;
      auto earlier = [&](Node a, Node b) { return place(a) < place(b); };
      auto header = std::min_element(cycle.begin(), cycle.end(), earlier);
      Node parent = *header;
      cycle.erase(header);
      open.push_back({std::move(cycle), parent});
    }
  }
  expect(cfg_.loops.size() == found, "number of loops");
  for (Node n = 0; n < graph_.nodes; ++n) {
    Loop loop = cfg_.innermost_loop[Block(n)];
    Node header = loop.valid() ? cfg_.loops[loop].header.value() : kNone;
    expect(header == innermost[n], at("innermost loop", n));
  }
}

// `members` are a loop within the loop headed by `parent_header`. Outer loops come before inner
// ones, so what is noted in `innermost` last stands.
void Comparison::check_loop(const Nodes& members, Node parent_header,
                            std::vector<Node>& innermost) {
  Node header = members[0];
  for (Node n : members) {
    if (place(n) < place(header)) header = n;
  }
  bool dominated = true;
  for (Node n : members) {
    innermost[n] = header;
    dominated = dominated && dominates(header, n);
  }
  Loop loop = cfg_.innermost_loop[Block(header)];
  expect(loop.valid() && cfg_.loops[loop].header == Block(header), at("loop", header));
  if (!wrong_.empty()) return;
  const LoopRecord& record = cfg_.loops[loop];
  expect(record.reducible == dominated, at("reducible flag", header));
  if (parent_header == kNone) {
    expect(!record.parent.valid() && record.depth == 1, at("parent of the loop", header));
    return;
  }
  expect(record.parent.valid() && record.parent < loop, at("number of the parent loop", header));
  if (!wrong_.empty()) return;
  const LoopRecord& parent = cfg_.loops[record.parent];
  expect(parent.header == Block(parent_header), at("parent of the loop", header));
  expect(record.depth == parent.depth + 1, at("depth of the loop", header));
}

// A graph is reducible if it has no cycle left without the edges to a dominator.
void Comparison::check_reducibility() {
  Nodes all;
  for (Node n = 0; n < graph_.nodes; ++n) {
    if (reachable_[n]) all.push_back(n);
  }
  expect(cfg_.is_reducible() == cycles_within(all, true).empty(), "reducibility");
}

void Comparison::check_natural_depth() {
  std::vector<std::uint32_t> depth(graph_.nodes, 0);
  for (Node header = 0; header < graph_.nodes; ++header) {
    Nodes latches;
    for (Node p : previous_[header]) {
      if (dominates(header, p)) latches.push_back(p);
    }
    if (latches.empty()) continue;
    std::vector<bool> body = reached(previous_, latches, header);
    body[header] = true;
    for (Node n = 0; n < graph_.nodes; ++n) depth[n] += body[n] && reachable_[n] ? 1 : 0;
  }
  for (Node n = 0; n < graph_.nodes; ++n) {
    expect(cfg_.natural_depth[Block(n)] == depth[n], at("natural depth", n));
  }
}

}  // namespace

std::string SlowGraph::text() const {
  std::string out = std::to_string(nodes) + " blocks:";
  for (auto [from, to] : edges) out += " " + std::to_string(from) + ">" + std::to_string(to);
  return out;
}

Function function_of(const SlowGraph& graph) {
  std::vector<std::vector<FunctionBuilder::Target>> targets(graph.nodes);
  for (auto [from, to] : graph.edges) targets[from].push_back({Block(to), {}});
  FunctionBuilder builder("graph");
  for (const auto& out : targets) {
    builder.begin_block();
    if (out.empty()) {
      builder.ret({});
    } else {
      builder.branch(std::span<const Operand>(), out);
    }
  }
  Result<Function, BuildError> function = std::move(builder).finish();
  return std::move(*function);
}

std::optional<std::string> first_untruth(const SlowGraph& graph, const Cfg& cfg) {
  return Comparison(graph, cfg).run();
}

}  // namespace regproof
