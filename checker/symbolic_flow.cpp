#include "checker/symbolic_flow.h"

#include <algorithm>

#include "base/work.h"

namespace regproof {

Flow::Flow(const FunctionView& function, const Machine& machine, const Output& output,
           const Cells& cells)
    : function_(function),
      cells_(cells),
      order_(order_blocks(function)),
      scratch_(scratch_registers(machine)),
      wanted_(wanted_values(function, output, cells.recipes(), order_)),
      heads_(function.block_count()),
      wanted_at_(cells.recipes().name_count(), 0),
      bound_at_(cells.recipes().name_count(), 0),
      argument_at_(cells.recipes().name_count(), 0),
      binding_of_(cells.recipes().name_count(), kNoBinding) {}

std::size_t Flow::first_edit(Inst inst) const {
  auto edits = cells_.edits();
  auto first = std::lower_bound(
      edits.begin(), edits.end(), ProgPoint::before(inst),
      [](const ResolvedEdit& edit, ProgPoint point) { return edit.point < point; });
  return static_cast<std::size_t>(first - edits.begin());
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
};

}  // namespace

// The first visit of a block is owed to an edge that arrives, not to facts that change: a block at
// whose head nothing is known is visited too.
void Flow::solve() {
  heads_[FunctionView::entry().value()].visited = true;
  enqueue(FunctionView::entry());
  ValueState state(function_, cells_);
  while (!queue_.empty()) {
    Block block = order_.blocks[queue_.top()];
    queue_.pop();
    Head& head = heads_[block.value()];
    head.queued = false;
    state.load(head.facts);
    FailureWatcher watch;
    run_block(block, state, watch);
    head.failed = watch.failed;
    for (Edge edge : function_.successors(block)) cross(edge, state);
  }
}

void Flow::cross(Edge edge, const ValueState& state) {
  ++crossing_;
  bind_arguments(edge);
  collect_facts(state);
  meet(function_.target(edge));
}

void Flow::bind_arguments(Edge edge) {
  Block target = function_.target(edge);
  for (VReg value : wanted_[target.value()]) wanted_at_[value.value()] = crossing_;
  auto params = function_.params(target);
  auto arguments = function_.arguments(edge);
  bindings_.clear();
  count_work(wanted_[target.value()].size() + params.size());
  for (VReg param : params) bound_at_[param.value()] = crossing_;
  for (std::uint32_t i = 0; i < std::min(params.size(), arguments.size()); ++i) {
    if (wanted_at_[params[i].value()] != crossing_) continue;
    if (function_.vreg_class(arguments[i]) != function_.vreg_class(params[i])) continue;
    bind(params[i], arguments[i]);
    VReg constant = cells_.recipes().constant_of(arguments[i]);
    if (constant.valid()) bind(params[i], constant);
  }
  // A place that holds a constant holds all its values, whatever another edge knows of it.
  for (VReg value : wanted_[target.value()]) {
    VReg constant = cells_.recipes().constant_of(value);
    if (constant.valid()) bind(value, constant);
  }
}

void Flow::bind(VReg value, VReg argument) {
  std::uint32_t name = argument.value();
  bool fresh = argument_at_[name] != crossing_;
  argument_at_[name] = crossing_;
  bindings_.push_back({value, fresh ? kNoBinding : binding_of_[name]});
  binding_of_[name] = static_cast<std::uint32_t>(bindings_.size() - 1);
}

// What the cells hold behind the edge: all parameters bound at once, from the values before it.
void Flow::collect_facts(const ValueState& state) {
  incoming_.clear();
  state.for_each_cell([&](Cell cell) {
    std::size_t first = incoming_.size();
    state.for_each_value(cell, [&](VReg value) { add_facts(cell, value); });
    if (incoming_.size() - first < 2) return;
    auto begin = incoming_.begin() + static_cast<std::ptrdiff_t>(first);
    std::sort(begin, incoming_.end());
    incoming_.erase(std::unique(begin, incoming_.end()), incoming_.end());
  });
}

void Flow::add_facts(Cell cell, VReg value) {
  count_work(1);
  std::uint32_t v = value.value();
  if (wanted_at_[v] == crossing_ && bound_at_[v] != crossing_) {
    incoming_.push_back(make_fact(cell, value));
  }
  if (argument_at_[v] != crossing_) return;
  for (std::uint32_t b = binding_of_[v]; b != kNoBinding; b = bindings_[b].next) {
    incoming_.push_back(make_fact(cell, bindings_[b].value));
  }
}

void Flow::meet(Block target) {
  Head& head = heads_[target.value()];
  count_work(incoming_.size() + head.facts.size());
  if (!head.visited) {
    head.visited = true;
    head.facts = incoming_;
    return enqueue(target);
  }
  std::size_t kept = 0, other = 0;
  for (Fact fact : head.facts) {
    while (other < incoming_.size() && incoming_[other] < fact) ++other;
    if (other == incoming_.size()) break;
    if (incoming_[other] == fact) head.facts[kept++] = fact;
  }
  if (kept == head.facts.size()) return;
  head.facts.resize(kept);
  enqueue(target);
}

}  // namespace regproof
