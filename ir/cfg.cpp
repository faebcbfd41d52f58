// Order, dominators and loops, in four passes over flat arrays. Inside this file a reachable block
// is known by its preorder number in one depth-first tree (`Node`), so that an ancestor is smaller
// than its descendants and every pass is a loop that counts up or down.
//
//   walk              the depth-first tree, postorder, predecessors by node
//   find_dominators   Lengauer and Tarjan, with path compression (their simple version: its bound
//                     holds for every graph, where semi-NCA and the iterative way have bad ones)
//   find_natural      bodies of natural loops, innermost first, each collapsed into its header once
//                     it is known (Tarjan), so that a node is collected once
//   find_irreducible  only where a retreating edge's target does not dominate its source: the
//                     nesting forest of Havlak, made near-linear as Ramalingam showed: an edge that
//                     crosses between two subtrees of the depth-first tree counts from the moment
//                     at which the search reaches the lowest common ancestor of its ends
//
// A reducible graph's loops are its natural loops. Cost: near-linear in blocks and edges;
// logarithmic factors are those of path compression.
//
// Tested by tests/ir/cfg_test.cpp (all graphs of up to four blocks, random larger ones, against
// Boost.Graph and slow definitions) and the `domtree` target.
#include "ir/cfg.h"

#include <algorithm>
#include <utility>

#include "base/work.h"

namespace regproof {
namespace {

using Node = std::uint32_t;
constexpr Node kNoNode = 0xffffffffu;

struct Walk {
  std::vector<Block> block;               // by node
  std::vector<Node> parent;               // in the depth-first tree; 0 for the root
  std::vector<std::uint32_t> rpo;         // by node
  Side<Block, Node> node;                 // kNoNode where unreachable
  std::vector<std::uint32_t> first_pred;  // by node, one more than there are
  std::vector<Node> pred;                 // reachable predecessors

  std::uint32_t size() const { return static_cast<std::uint32_t>(block.size()); }
  std::span<const Node> preds(Node n) const {
    return std::span(pred).subspan(first_pred[n], first_pred[n + 1] - first_pred[n]);
  }
};

// Visits a block's last successor first, so that reverse postorder goes down a branch's targets in
// their order.
void depth_first(const FunctionView& function, Walk& walk, std::vector<Block>& postorder) {
  struct Open {
    Node node;
    std::uint32_t first_edge;
    std::uint32_t edge;  // those from here on are done
  };
  std::size_t count = function.block_count();
  walk.node.assign(count, kNoNode);
  std::vector<Open> path;
  auto enter = [&](Block block, Node parent) {
    Node node = walk.size();
    walk.node[block] = node;
    walk.block.push_back(block);
    walk.parent.push_back(parent);
    path.push_back({node, function.block_records[block.value()].first_edge.value(),
                    function.block_records[block.value() + 1].first_edge.value()});
  };
  enter(FunctionView::entry(), 0);
  while (!path.empty()) {
    Open& open = path.back();
    if (open.edge == open.first_edge) {
      postorder.push_back(walk.block[open.node]);
      path.pop_back();
      continue;
    }
    Block to = function.target(Edge(--open.edge));
    if (to.value() < count && walk.node[to] == kNoNode) enter(to, open.node);
  }
}

Walk walk_from_entry(const FunctionView& function, std::vector<Block>& postorder) {
  Walk walk;
  walk.block.reserve(function.block_count());
  walk.parent.reserve(function.block_count());
  postorder.reserve(function.block_count());
  depth_first(function, walk, postorder);
  std::uint32_t count = walk.size();
  walk.rpo.resize(count);
  for (std::uint32_t i = 0; i < count; ++i) walk.rpo[walk.node[postorder[i]]] = count - 1 - i;
  walk.first_pred.reserve(count + 1);
  walk.pred.reserve(function.predecessor_array.size());
  for (Block block : walk.block) {
    walk.first_pred.push_back(static_cast<std::uint32_t>(walk.pred.size()));
    for (Edge e : function.predecessors(block)) {
      Node from = walk.node[function.source(e)];
      if (from != kNoNode) walk.pred.push_back(from);
    }
  }
  walk.first_pred.push_back(static_cast<std::uint32_t>(walk.pred.size()));
  return walk;
}

// The forest of Lengauer and Tarjan: nodes are linked to their parents from the last to the first,
// `best` finds the node with the smallest semidominator on the path up to, not including, the root.
class LinkEval {
 public:
  explicit LinkEval(const std::vector<Node>& parent)
      : semi(parent.size()), ancestor_(parent.size(), kNoNode), label_(parent.size()) {
    for (Node n = 0; n < parent.size(); ++n) semi[n] = label_[n] = n;
  }

  void link(Node parent, Node child) { ancestor_[child] = parent; }

  Node best(Node n) {
    if (ancestor_[n] == kNoNode) return n;
    Node top = n;
    for (; ancestor_[ancestor_[top]] != kNoNode; top = ancestor_[top]) path_.push_back(top);
    count_work(1 + path_.size());
    for (; !path_.empty(); path_.pop_back()) {
      Node low = path_.back(), up = ancestor_[low];
      if (semi[label_[up]] < semi[label_[low]]) label_[low] = label_[up];
      ancestor_[low] = ancestor_[up];
    }
    return label_[n];
  }

  std::vector<Node> semi;

 private:
  std::vector<Node> ancestor_;
  std::vector<Node> label_;
  std::vector<Node> path_;
};

// Immediate dominators by node; kNoNode for the root.
std::vector<Node> find_dominators(const Walk& walk) {
  std::uint32_t count = walk.size();
  LinkEval forest(walk.parent);
  std::vector<Node>& semi = forest.semi;
  std::vector<Node> idom(count, 0);
  std::vector<Node> waiting(count, kNoNode);  // by semidominator: the first node that waits for it
  std::vector<Node> next(count, kNoNode);
  for (Node n = count; n-- > 1;) {
    for (Node v = waiting[n]; v != kNoNode; v = next[v]) {
      Node u = forest.best(v);
      idom[v] = semi[u] < n ? u : n;
    }
    for (Node p : walk.preds(n)) semi[n] = std::min(semi[n], p <= n ? p : semi[forest.best(p)]);
    Node parent = walk.parent[n];
    forest.link(parent, n);
    if (semi[n] == parent) {
      idom[n] = parent;
    } else {
      next[n] = std::exchange(waiting[semi[n]], n);
    }
  }
  for (Node n = 1; n < count; ++n) {
    if (idom[n] != semi[n]) idom[n] = idom[idom[n]];
  }
  idom[0] = kNoNode;
  return idom;
}

// Preorder intervals of the dominator tree, by node.
struct DomTree {
  std::vector<std::uint32_t> enter, leave;

  explicit DomTree(const std::vector<Node>& idom) : enter(idom.size(), 0), leave(idom.size(), 1) {
    Node count = static_cast<Node>(idom.size());
    for (Node n = count; n-- > 1;) leave[idom[n]] += leave[n];  // sizes of subtrees, for now
    std::vector<std::uint32_t> free(count, 1);  // the number that the node's next child gets
    for (Node n = 1; n < count; ++n) {
      enter[n] = free[idom[n]];
      free[idom[n]] += leave[n];
      free[n] = enter[n] + 1;
    }
    for (Node n = 0; n < count; ++n) leave[n] += enter[n] - 1;
  }
  bool dominates(Node a, Node b) const { return enter[a] <= enter[b] && leave[b] <= leave[a]; }
};

// Nodes collapsed into others; the representative is the smallest member.
class Collapsed {
 public:
  explicit Collapsed(std::uint32_t count) : into_(count) {
    for (Node n = 0; n < count; ++n) into_[n] = n;
  }
  void collapse(Node n, Node into) { into_[n] = into; }
  Node find(Node n) {
    while (into_[n] != n) n = into_[n] = into_[into_[n]];
    return n;
  }

 private:
  std::vector<Node> into_;
};

struct Nesting {
  std::vector<Node> enclosing;      // the header of the innermost loop around the node, of which
                                    // the node is not the header; kNoNode if none
  std::vector<std::uint8_t> heads;  // 1 if the node is a header

  explicit Nesting(std::uint32_t count) : enclosing(count, kNoNode), heads(count, 0) {}
};

Nesting find_natural(const Walk& walk, const DomTree& tree, bool& retreats_elsewhere) {
  Nesting nesting(walk.size());
  Collapsed collapsed(walk.size());
  std::vector<Node> open;
  auto take = [&](Node pred, Node header) {
    Node n = collapsed.find(pred);
    if (n == header) return;
    nesting.enclosing[n] = header;
    collapsed.collapse(n, header);
    open.push_back(n);
  };
  retreats_elsewhere = false;
  for (Node header = walk.size(); header-- > 0;) {
    for (Node latch : walk.preds(header)) {
      if (walk.rpo[latch] < walk.rpo[header]) continue;
      if (!tree.dominates(header, latch)) {
        retreats_elsewhere = true;
        continue;
      }
      nesting.heads[header] = 1;
      take(latch, header);
    }
    while (!open.empty()) {
      Node n = open.back();
      open.pop_back();
      for (Node p : walk.preds(n)) take(p, header);
    }
  }
  return nesting;
}

// An edge between two subtrees of the depth-first tree, in a list by lowest common ancestor until
// the search is there, then in the list of the node that its target has been collapsed into.
struct CrossEdge {
  Node from, to;
  std::uint32_t next;
};

class IrreducibleSearch {
 public:
  explicit IrreducibleSearch(const Walk& walk)
      : walk_(walk),
        nesting_(walk.size()),
        collapsed_(walk.size()),
        finished_(walk.size()),
        last_(walk.size()),
        by_ancestor_(walk.size(), kNoNode),
        by_target_(walk.size(), kNoNode) {
    for (Node n = walk.size(); n-- > 0;) {
      last_[n] = std::max(last_[n], n);
      last_[walk.parent[n]] = std::max(last_[walk.parent[n]], last_[n]);
    }
  }

  Nesting run() && {
    for (Node n = walk_.size(); n-- > 0;) {
      release_edges(n);
      collect_body(n);
      file_cross_edges(n);
    }
    return std::move(nesting_);
  }

 private:
  void release_edges(Node ancestor) {
    for (std::uint32_t e = by_ancestor_[ancestor]; e != kNoNode;) {
      CrossEdge& edge = edges_[e];
      Node target = collapsed_.find(edge.to);
      std::uint32_t following = std::exchange(edge.next, by_target_[target]);
      by_target_[target] = std::exchange(e, following);
    }
  }

  void take(Node pred, Node header) {
    Node n = collapsed_.find(pred);
    if (n == header) return;
    nesting_.enclosing[n] = header;
    collapsed_.collapse(n, header);
    open_.push_back(n);
  }

  // What reaches a latch of the header without leaving the header's subtree. A forward edge adds
  // nothing: the tree's path to its target is in the loop as well.
  void collect_body(Node header) {
    for (Node p : walk_.preds(header)) {
      if (p < header || p > last_[header]) continue;
      nesting_.heads[header] = 1;
      take(p, header);
    }
    while (!open_.empty()) {
      Node n = open_.back();
      open_.pop_back();
      take(walk_.parent[n], header);
      for (std::uint32_t e = by_target_[n]; e != kNoNode; e = edges_[e].next) {
        take(edges_[e].from, header);
      }
    }
  }

  // Nodes beyond `n` are finished and collapsed into their parents, so a finished node's
  // representative is its lowest ancestor that is not.
  void file_cross_edges(Node n) {
    for (Node p : walk_.preds(n)) {
      if (p <= last_[n]) continue;
      Node ancestor = finished_.find(p);
      edges_.push_back({p, n, by_ancestor_[ancestor]});
      by_ancestor_[ancestor] = static_cast<std::uint32_t>(edges_.size() - 1);
    }
    finished_.collapse(n, walk_.parent[n]);
  }

  const Walk& walk_;
  Nesting nesting_;
  Collapsed collapsed_;
  Collapsed finished_;
  std::vector<Node> last_;  // the largest node of the depth-first subtree
  std::vector<std::uint32_t> by_ancestor_;
  std::vector<std::uint32_t> by_target_;
  std::vector<CrossEdge> edges_;
  std::vector<Node> open_;
};

// A header dominates its loop's body if its interval holds those of all members.
std::vector<std::uint8_t> reducible_headers(const Nesting& nesting, const DomTree& tree) {
  std::vector<std::uint32_t> low = tree.enter, high = tree.leave;
  std::vector<std::uint8_t> reducible(low.size(), 1);
  for (Node n = static_cast<Node>(low.size()); n-- > 0;) {
    reducible[n] = low[n] == tree.enter[n] && high[n] == tree.leave[n];
    Node header = nesting.enclosing[n];
    if (header == kNoNode) continue;
    low[header] = std::min(low[header], low[n]);
    high[header] = std::max(high[header], high[n]);
  }
  return reducible;
}

// Loops in the reverse postorder of their headers, so a parent comes before its children.
void make_loops(const Walk& walk, const Nesting& nesting,
                const std::vector<std::uint8_t>& reducible, Cfg& cfg) {
  for (std::size_t i = cfg.postorder.size(); i-- > 0;) {
    Block block = cfg.postorder[i];
    Node node = walk.node[block];
    Node outer = nesting.enclosing[node];
    Loop loop = outer == kNoNode ? Loop::none() : cfg.innermost_loop[walk.block[outer]];
    if (nesting.heads[node] != 0) {
      std::uint32_t depth = loop.valid() ? cfg.loops[loop].depth + 1 : 1;
      loop = cfg.loops.add({block, loop, depth, reducible[node] != 0});
    }
    cfg.innermost_loop[block] = loop;
  }
}

void set_natural_depth(const Walk& walk, const Nesting& natural, Cfg& cfg) {
  for (Node n = 0; n < walk.size(); ++n) {
    Node outer = natural.enclosing[n];
    cfg.natural_depth[walk.block[n]] =
        (outer == kNoNode ? 0 : cfg.natural_depth[walk.block[outer]]) + natural.heads[n];
  }
}

void set_dominators(const Walk& walk, const std::vector<Node>& idom, const DomTree& tree,
                    Cfg& cfg) {
  for (Node n = 0; n < walk.size(); ++n) {
    Block block = walk.block[n];
    cfg.rpo_index[block] = walk.rpo[n];
    if (n > 0) cfg.idom[block] = walk.block[idom[n]];
    cfg.dom_enter[block] = tree.enter[n];
    cfg.dom_leave[block] = tree.leave[n];
  }
}

}  // namespace

bool Cfg::is_reducible() const {
  return std::all_of(loops.begin(), loops.end(),
                     [](const LoopRecord& loop) { return loop.reducible; });
}

Cfg analyze_cfg(const FunctionView& function) {
  Cfg cfg;
  if (function.block_records.size() < 2) return cfg;
  std::size_t count = function.block_count();
  cfg.rpo_index.assign(count, Cfg::kUnreachable);
  cfg.idom.assign(count, Block::none());
  cfg.dom_enter.assign(count, Cfg::kUnreachable);
  cfg.dom_leave.assign(count, 0);
  cfg.innermost_loop.assign(count, Loop::none());
  cfg.natural_depth.assign(count, 0);

  if (count == 1 && function.edge_count() == 0) {
    Block only(0);
    cfg.postorder.push_back(only);
    cfg.rpo_index[only] = 0;
    cfg.dom_enter[only] = 0;
    cfg.dom_leave[only] = 1;
    return cfg;
  }
  Walk walk = walk_from_entry(function, cfg.postorder);
  std::vector<Node> idom = find_dominators(walk);
  DomTree tree(idom);
  set_dominators(walk, idom, tree, cfg);
  bool irreducible = false;
  Nesting natural = find_natural(walk, tree, irreducible);
  set_natural_depth(walk, natural, cfg);
  if (irreducible) {
    Nesting all = IrreducibleSearch(walk).run();
    make_loops(walk, all, reducible_headers(all, tree), cfg);
  } else {
    make_loops(walk, natural, std::vector<std::uint8_t>(walk.size(), 1), cfg);
  }
  return cfg;
}

}  // namespace regproof
