// Moves between blocks. Those of an edge stand at the end of its source, ahead of the terminator, or
// at the head of its target, whichever has no other edge.
#include <algorithm>
#include <utility>

#include "sabotage/ways.h"

namespace regproof::sabotage {
namespace {

ProgPoint head_of(const Scene& scene, Block block) {
  return ProgPoint::before(scene.function.insts(block).front());
}
ProgPoint end_of(const Scene& scene, Block block) {
  return ProgPoint::before(scene.function.terminator(block));
}

bool has_edits(const Scene& scene, ProgPoint point) {
  return scene.group_at(point).size() > 0;
}

std::vector<Edit> take_group(Scene& scene, ProgPoint point) {
  Scene::Group group = scene.group_at(point);
  auto first = scene.output.edits.begin() + static_cast<std::ptrdiff_t>(group.first);
  auto end = scene.output.edits.begin() + static_cast<std::ptrdiff_t>(group.end);
  std::vector<Edit> edits(first, end);
  scene.output.edits.erase(first, end);
  return edits;
}

// In their order, ahead of or behind those that stand there.
void give_group(Scene& scene, std::vector<Edit> edits, ProgPoint point) {
  Scene::Group group = scene.group_at(point);
  std::size_t at = scene.coin() ? group.first : group.end;
  for (Edit& edit : edits) edit.point = point;
  scene.output.edits.insert(scene.output.edits.begin() + static_cast<std::ptrdiff_t>(at),
                            edits.begin(), edits.end());
}

template <class Accepts>
std::optional<Edge> pick_edge(Scene& scene, Accepts&& accepts) {
  auto found =
      scene.pick(scene.function.edge_count(), [&](std::uint32_t e) { return accepts(Edge(e)); });
  return found ? std::optional(Edge(*found)) : std::nullopt;
}

// What stands at the head of one successor runs ahead of the branch, whichever way it goes.
bool head_moves_before_branch(Scene& scene) {
  auto edge = pick_edge(scene, [&](Edge e) {
    return scene.function.successors(scene.function.source(e)).size() > 1 &&
           has_edits(scene, head_of(scene, scene.function.target(e)));
  });
  if (!edge) return false;
  auto edits = take_group(scene, head_of(scene, scene.function.target(*edge)));
  give_group(scene, std::move(edits), end_of(scene, scene.function.source(*edge)));
  return true;
}

// What stands at the end of one predecessor runs at the head of the block that has others, too.
bool end_moves_behind_join(Scene& scene) {
  auto edge = pick_edge(scene, [&](Edge e) {
    return scene.function.predecessors(scene.function.target(e)).size() > 1 &&
           has_edits(scene, end_of(scene, scene.function.source(e)));
  });
  if (!edge) return false;
  auto edits = take_group(scene, end_of(scene, scene.function.source(*edge)));
  give_group(scene, std::move(edits), head_of(scene, scene.function.target(*edge)));
  return true;
}

bool end_moves_behind_branch(Scene& scene) {
  auto edge = pick_edge(
      scene, [&](Edge e) { return has_edits(scene, end_of(scene, scene.function.source(e))); });
  if (!edge) return false;
  Block source = scene.function.source(*edge);
  auto edits = take_group(scene, end_of(scene, source));
  give_group(scene, std::move(edits), ProgPoint::after(scene.function.terminator(source)));
  return true;
}

// Another edge out of the same block.
std::optional<Edge> sibling_of(Scene& scene, Edge edge) {
  auto edges = scene.function.successors(scene.function.source(edge));
  auto found = scene.pick(edges.size(),
                          [&](std::uint32_t i) { return Edge(edges.front().value() + i) != edge; });
  if (!found) return std::nullopt;
  return Edge(edges.front().value() + *found);
}

bool head_moves_at_sibling(Scene& scene) {
  auto edge = pick_edge(scene, [&](Edge e) {
    return scene.function.successors(scene.function.source(e)).size() > 1 &&
           has_edits(scene, head_of(scene, scene.function.target(e)));
  });
  if (!edge) return false;
  auto sibling = sibling_of(scene, *edge);
  auto edits = take_group(scene, head_of(scene, scene.function.target(*edge)));
  give_group(scene, std::move(edits), head_of(scene, scene.function.target(*sibling)));
  return true;
}

// Two edges into one block.
std::optional<std::pair<Edge, Edge>> pick_joined(Scene& scene) {
  auto first = pick_edge(scene, [&](Edge e) {
    return scene.function.predecessors(scene.function.target(e)).size() > 1 &&
           has_edits(scene, end_of(scene, scene.function.source(e)));
  });
  if (!first) return std::nullopt;
  auto edges = scene.function.predecessors(scene.function.target(*first));
  auto other = scene.pick(edges.size(), [&](std::uint32_t i) { return edges[i] != *first; });
  return other ? std::optional(std::pair(*first, edges[*other])) : std::nullopt;
}

bool end_moves_at_neighbour(Scene& scene) {
  auto edges = pick_joined(scene);
  if (!edges) return false;
  auto edits = take_group(scene, end_of(scene, scene.function.source(edges->first)));
  give_group(scene, std::move(edits), end_of(scene, scene.function.source(edges->second)));
  return true;
}

bool end_moves_of_neighbour(Scene& scene) {
  auto edges = pick_joined(scene);
  if (!edges) return false;
  ProgPoint from = end_of(scene, scene.function.source(edges->first));
  ProgPoint to = end_of(scene, scene.function.source(edges->second));
  auto edits = take_group(scene, from);
  take_group(scene, to);
  give_group(scene, edits, from);
  give_group(scene, edits, to);
  return true;
}

bool end_moves_dropped(Scene& scene) {
  auto edge = pick_edge(
      scene, [&](Edge e) { return has_edits(scene, end_of(scene, scene.function.source(e))); });
  if (!edge) return false;
  take_group(scene, end_of(scene, scene.function.source(*edge)));
  return true;
}

bool head_moves_dropped(Scene& scene) {
  auto edge = pick_edge(
      scene, [&](Edge e) { return has_edits(scene, head_of(scene, scene.function.target(e))); });
  if (!edge) return false;
  take_group(scene, head_of(scene, scene.function.target(*edge)));
  return true;
}

// Parallel moves made a sequence without care: a source is overwritten before it is read.
bool edge_moves_rotated(Scene& scene) {
  auto edge = pick_edge(scene, [&](Edge e) {
    return scene.group_at(end_of(scene, scene.function.source(e))).size() > 1;
  });
  if (!edge) return false;
  ProgPoint point = end_of(scene, scene.function.source(*edge));
  Scene::Group group = scene.group_at(point);
  auto first = scene.output.edits.begin() + static_cast<std::ptrdiff_t>(group.first);
  std::rotate(first, first + 1 + scene.below(group.size() - 1),
              first + static_cast<std::ptrdiff_t>(group.size()));
  return true;
}

const Way kWays[] = {
    {"head-moves-before-branch", "moves of one edge run ahead of the branch", kUseRules,
     head_moves_before_branch},
    {"end-moves-behind-join", "moves of one edge run behind the join", kUseRules,
     end_moves_behind_join},
    {"end-moves-behind-branch",
     "moves of an edge stand behind the branch",
     {FindingKind::EditAfterTerminator},
     end_moves_behind_branch},
    {"head-moves-at-sibling", "moves of one edge run on another edge of the branch", kUseRules,
     head_moves_at_sibling},
    {"end-moves-at-neighbour", "moves of one edge run on another edge into the join", kUseRules,
     end_moves_at_neighbour},
    {"end-moves-of-neighbour", "two edges into a join run the same moves", kUseRules,
     end_moves_of_neighbour},
    {"end-moves-dropped", "the moves at a block's end are left out", kUseRules, end_moves_dropped},
    {"head-moves-dropped", "the moves at a block's head are left out", kUseRules,
     head_moves_dropped},
    {"edge-moves-rotated", "the moves at a block's end begin elsewhere in their order", kUseRules,
     edge_moves_rotated},
};

}  // namespace

std::span<const Way> edge_ways() {
  return kWays;
}

}  // namespace regproof::sabotage
