#include "checker/path_chooser.h"

#include <utility>

namespace regproof {
namespace {

constexpr std::uint32_t kFar = 0xffffffffu;

}  // namespace

Enumeration::Enumeration(const std::vector<std::uint32_t>& first) {
  for (std::uint32_t value : first) digits_.push_back({value, value + 1});
}

std::uint32_t Enumeration::below(std::uint32_t bound) {
  if (next_ == digits_.size()) digits_.push_back({0, bound});
  return digits_[next_++].value;
}

bool Enumeration::advance() {
  while (!digits_.empty() && digits_.back().value + 1 >= digits_.back().bound) digits_.pop_back();
  if (digits_.empty()) return false;
  ++digits_.back().value;
  return true;
}

PathChooser::PathChooser(const FunctionView& function)
    : function_(function), taken_(function.edge_count(), 0), entered_(function.block_count(), 0) {}

void PathChooser::set_goal(Block goal, Block then) {
  goals_.clear();
  add_goal(goal);
  add_goal(then);
}

// Breadth first, against the edges.
void PathChooser::add_goal(Block goal) {
  if (!goal.valid() || goal.value() >= function_.block_count()) return;
  std::vector<std::uint32_t> distance(function_.block_count(), kFar);
  distance[goal.value()] = 0;
  std::vector<Block> queue = {goal};
  for (std::size_t next = 0; next < queue.size(); ++next) {
    for (Edge e : function_.predecessors(queue[next])) {
      Block source = function_.source(e);
      if (distance[source.value()] != kFar) continue;
      distance[source.value()] = distance[queue[next].value()] + 1;
      queue.push_back(source);
    }
  }
  goals_.push_back({goal, std::move(distance)});
}

void PathChooser::start(std::uint64_t seed) {
  seed_ = seed;
  random_ = RandomStream(seed);
  all_ = nullptr;
  choices_.clear();
  goals_reached_ = 0;
}

void PathChooser::start(Enumeration& all) {
  all_ = &all;
  choices_.clear();
  goals_reached_ = 0;
}

void PathChooser::enter(Block block) {
  if (entered_[block.value()] != kFar) ++entered_[block.value()];
  if (goals_reached_ < goals_.size() && goals_[goals_reached_].block == block) ++goals_reached_;
}

Edge PathChooser::leave(Block block) {
  IndexRange<Edge> edges = function_.successors(block);
  if (edges.empty()) return Edge::none();
  Edge edge =
      all_ != nullptr
          ? Edge(edges.front().value() + all_->below(static_cast<std::uint32_t>(edges.size())))
          : draw(edges);
  choices_.push_back(edge.value() - edges.front().value());
  if (function_.target(edge).value() >= function_.block_count()) return Edge::none();
  if (taken_[edge.value()] != kFar) ++taken_[edge.value()];
  return edge;
}

Edge PathChooser::draw(IndexRange<Edge> edges) {
  if (edges.size() == 1) return edges.front();
  std::uint32_t choice = random_.below(8);
  if (goals_reached_ < goals_.size() && choice != 7) return towards_goal(edges);
  if (seed_ % 2 != 0 && choice < 7) return habitual(edges);
  if (choice < 4) return least_taken(edges);
  if (choice < 6) return back_to_known(edges);
  return Edge(edges.front().value() + random_.below(static_cast<std::uint32_t>(edges.size())));
}

Edge PathChooser::towards_goal(IndexRange<Edge> edges) {
  const std::vector<std::uint32_t>& distances = goals_[goals_reached_].distance;
  Edge best = edges.front();
  std::uint32_t least = kFar, ties = 0;
  for (Edge e : edges) {
    Block target = function_.target(e);
    if (target.value() >= distances.size()) continue;
    std::uint32_t distance = distances[target.value()];
    if (distance < least) ties = 0;
    if (distance > least) continue;
    least = distance;
    if (random_.below(++ties) == 0) best = e;
  }
  return best;
}

Edge PathChooser::least_taken(IndexRange<Edge> edges) {
  Edge best = edges.front();
  std::uint32_t least = kFar, ties = 0;
  for (Edge e : edges) {
    if (taken_[e.value()] < least) ties = 0;
    if (taken_[e.value()] > least) continue;
    least = taken_[e.value()];
    if (random_.below(++ties) == 0) best = e;
  }
  return best;
}

// The same edge whenever the path comes to the block.
Edge PathChooser::habitual(IndexRange<Edge> edges) const {
  std::uint32_t first = edges.front().value();
  std::uint32_t choice = RandomStream(seed_ ^ (std::uint64_t{first} << 32))
                             .below(static_cast<std::uint32_t>(edges.size()));
  return Edge(first + choice);
}

Edge PathChooser::back_to_known(IndexRange<Edge> edges) {
  Edge best = edges.front();
  std::uint32_t known = 0;
  for (Edge e : edges) {
    Block target = function_.target(e);
    if (target.value() >= entered_.size() || entered_[target.value()] == 0) continue;
    if (random_.below(++known) == 0) best = e;
  }
  if (known != 0) return best;
  return Edge(edges.front().value() + random_.below(static_cast<std::uint32_t>(edges.size())));
}

}  // namespace regproof
