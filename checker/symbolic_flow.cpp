#include "checker/symbolic_flow.h"

#include <algorithm>
#include <utility>

#include "base/work.h"

namespace regproof {

Flow::Flow(const FunctionView& function, const Cells& cells, const Steps& steps,
           const BlockOrder& order, const Homes& homes, std::vector<std::vector<Fact>> wanted,
           std::vector<std::vector<VReg>> live)
    : function_(function),
      cells_(cells),
      steps_(steps),
      order_(order),
      homes_(homes),
      heads_(function.block_count()),
      live_(std::move(live)) {
  for (Block block : order.blocks) {
    heads_[block.value()].facts = std::move(wanted[block.value()]);
  }
}

void Flow::enqueue(Block block) {
  Head& head = heads_[block.value()];
  if (head.queued) return;
  head.queued = true;
  queue_.push(order_.position[block.value()]);
}

namespace {

struct FailureWatcher : Watcher {
  bool failed = false;
  void failed_use(Inst, std::uint32_t) { failed = true; }
  void failed_input(const InputRead&) { failed = true; }
};

}  // namespace

// The first visit of a block is owed to an edge that arrives, not to facts that change: a block at
// whose head nothing is known is visited too.
bool Flow::solve(std::uint64_t most_work) {
  const std::uint64_t begin = work_done;
  Head& entry = heads_[FunctionView::entry().value()];
  entry.visited = true;
  entry.facts.clear();
  enqueue(FunctionView::entry());
  ValueState state(function_, cells_);
  while (!queue_.empty()) {
    if (work_done - begin > most_work) return false;
    Block block = order_.blocks[queue_.top()];
    queue_.pop();
    Head& head = heads_[block.value()];
    head.queued = false;
    state.load(head.facts);
    FailureWatcher watch;
    steps_.run_block(block, state, watch);
    head.failed = watch.failed;
    for (Edge edge : function_.successors(block)) cross(edge, state);
  }
  return true;
}

// The meet over the edges that have arrived: what one of them does not bring goes.
void Flow::cross(Edge edge, const ValueState& state) {
  Block target = function_.target(edge);
  Head& head = heads_[target.value()];
  std::size_t known = head.facts.size();
  if (!head.visited && !live_.empty()) {
    find_what_arrives(edge, state, head.facts);
  } else {
    keep_what_arrives(edge, state, head.facts);
  }
  if (head.visited && head.facts.size() == known) return;
  head.visited = true;
  enqueue(target);
}

// Does the cell hold the value behind the edge? All parameters are bound at once, from the values
// before it. A place that holds a constant holds all its values, whatever another edge knows of it.
bool Flow::arrives(Edge edge, Cell cell, VReg value, const ValueState& state) const {
  if (!state.is_occupied(cell)) return false;
  Block target = function_.target(edge);
  if (!homes_.is_param_of(value, target)) return state.holds(cell, value);
  auto arguments = function_.arguments(edge);
  std::uint32_t index = homes_.param_index[value.value()];
  if (index < arguments.size() &&
      function_.vreg_class(arguments[index]) == function_.vreg_class(value) &&
      state.holds(cell, arguments[index])) {
    return true;
  }
  VReg constant = cells_.recipes().constant_of(value);
  return constant.valid() && state.holds(cell, constant);
}

void Flow::keep_what_arrives(Edge edge, const ValueState& state, std::vector<Fact>& facts) {
  count_work(facts.size());
  std::size_t kept = 0;
  for (Fact fact : facts) {
    if (arrives(edge, cell_of_fact(fact), value_of_fact(fact), state)) facts[kept++] = fact;
  }
  facts.resize(kept);
}

// The same, where for some cells any value is wanted.
void Flow::find_what_arrives(Edge edge, const ValueState& state, std::vector<Fact>& facts) {
  found_.clear();
  for (Fact fact : facts) {
    Cell cell = cell_of_fact(fact);
    if (value_of_fact(fact) != kAnyValue) {
      if (arrives(edge, cell, value_of_fact(fact), state)) found_.push_back(fact);
      continue;
    }
    if (!state.is_occupied(cell)) continue;
    const std::vector<VReg>& live = live_[function_.target(edge).value()];
    count_work(live.size());
    for (VReg value : live) {
      if (arrives(edge, cell, value, state)) found_.push_back(make_fact(cell, value));
    }
  }
  count_work(facts.size());
  std::sort(found_.begin(), found_.end());
  found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
  facts = found_;
}

}  // namespace regproof
