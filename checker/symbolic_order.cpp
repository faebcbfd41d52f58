#include "checker/symbolic_order.h"

#include <algorithm>

#include "base/work.h"

namespace regproof {

BlockOrder order_blocks(const FunctionView& function) {
  struct Frame {
    Block block;
    Edge next;
  };
  BlockOrder order;
  order.position.assign(function.block_count(), kNotReached);
  std::vector<bool> seen(function.block_count(), false);
  std::vector<Frame> path;
  auto enter = [&](Block block) {
    seen[block.value()] = true;
    path.push_back({block, function.successors(block).front()});
  };
  enter(FunctionView::entry());
  while (!path.empty()) {
    Frame& frame = path.back();
    if (!function.successors(frame.block).contains(frame.next)) {
      order.blocks.push_back(frame.block);
      path.pop_back();
      continue;
    }
    Block target = function.target(frame.next);
    frame.next = frame.next.next();
    if (!seen[target.value()]) enter(target);
  }
  std::reverse(order.blocks.begin(), order.blocks.end());
  for (std::uint32_t i = 0; i < order.blocks.size(); ++i) {
    order.position[order.blocks[i].value()] = i;
  }
  return order;
}

Homes find_homes(const FunctionView& function, const Recipes& recipes, const BlockOrder& order) {
  Homes homes;
  homes.block.assign(recipes.name_count(), Block::none());
  homes.param_index.assign(recipes.name_count(), Homes::kNoParam);
  for (Block block : order.blocks) {
    auto params = function.params(block);
    for (std::uint32_t i = 0; i < params.size(); ++i) {
      if (params[i].value() >= function.vreg_count()) continue;
      homes.block[params[i].value()] = block;
      homes.param_index[params[i].value()] = i;
    }
    for (Inst inst : function.insts(block)) {
      for (Operand op : function.operands(inst)) {
        if (!op.is_def() || op.vreg().value() >= function.vreg_count()) continue;
        homes.block[op.vreg().value()] = block;
        VReg constant = recipes.staled_by(op.vreg());
        if (constant.valid()) homes.block[constant.value()] = block;
      }
    }
  }
  return homes;
}

namespace {

struct Want {
  VReg value;
  Block block;
};

class Wanted {
 public:
  Wanted(const FunctionView& function, const Recipes& recipes, const BlockOrder& order,
         const Homes& homes)
      : function_(function), recipes_(recipes), order_(order), homes_(homes) {
    for (Block block : order.blocks) collect_uses(block);
  }

  void want(VReg value, Block block) {
    if (value.value() >= function_.vreg_count()) return;
    VReg constant = recipes_.constant_of(value);
    if (constant.valid()) wants_.push_back({constant, block});
    if (homes_.is_made_in(value, block)) return;
    if (!wants_.empty() && wants_.back().value == value && wants_.back().block == block) return;
    wants_.push_back({value, block});
  }

  // From each block that asks, back to the value's home. Constants have none, unless a definition makes
  // them stale.
  std::vector<std::vector<VReg>> spread() {
    sort_by_value();
    std::vector<std::vector<VReg>> result(function_.block_count());
    std::vector<VReg> reached(function_.block_count());  // by block: the last value to come by
    std::vector<Block> pending;
    for (const Want& want : wants_) {
      pending.push_back(want.block);
      while (!pending.empty()) {
        Block block = pending.back();
        count_work(1);
        pending.pop_back();
        if (reached[block.value()] == want.value) continue;
        reached[block.value()] = want.value;
        if (homes_.is_made_in(want.value, block)) continue;
        result[block.value()].push_back(want.value);
        if (homes_.is_param_of(want.value, block)) continue;
        for (Edge edge : function_.predecessors(block)) {
          if (order_.is_reachable(function_.source(edge))) {
            pending.push_back(function_.source(edge));
          }
        }
      }
    }
    return result;
  }

 private:
  void collect_uses(Block block) {
    for (Inst inst : function_.insts(block)) {
      for (Operand op : function_.operands(inst)) {
        if (op.is_use() && !op.is_pin()) want(op.vreg(), block);
      }
    }
    for (Edge edge : function_.successors(block)) {
      for (VReg argument : function_.arguments(edge)) want(argument, block);
    }
  }

  void sort_by_value() {
    std::vector<std::uint32_t> next(recipes_.name_count() + 1, 0);
    for (const Want& want : wants_) ++next[want.value.value() + 1];
    for (std::size_t v = 0; v < recipes_.name_count(); ++v) next[v + 1] += next[v];
    std::vector<Want> sorted(wants_.size());
    for (const Want& want : wants_) sorted[next[want.value.value()]++] = want;
    wants_ = std::move(sorted);
  }

  const FunctionView& function_;
  const Recipes& recipes_;
  const BlockOrder& order_;
  const Homes& homes_;
  std::vector<Want> wants_;
};

// A claimed label's values are asked for in each block of the claim.
void want_labels(const FunctionView& function, const Output& output, const BlockOrder& order,
                 Wanted& wanted) {
  std::vector<DebugLabel> labels(function.debug_labels.begin(), function.debug_labels.end());
  std::sort(labels.begin(), labels.end(),
            [](const DebugLabel& a, const DebugLabel& b) { return a.label < b.label; });
  std::vector<DebugLocation> claims = output.debug_locations;
  std::sort(claims.begin(), claims.end(),
            [](const DebugLocation& a, const DebugLocation& b) { return a.label < b.label; });
  // The hull of a label's claims is enough: what is wanted too widely only costs time.
  std::size_t next = 0;
  std::uint32_t hull_first = 0xffffffffu, hull_last = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (i == 0 || labels[i].label != labels[i - 1].label) {
      hull_first = 0xffffffffu, hull_last = 0;
      while (next < claims.size() && claims[next].label < labels[i].label) ++next;
      for (; next < claims.size() && claims[next].label == labels[i].label; ++next) {
        hull_first = std::min(hull_first, claims[next].from.bits() / 2);
        hull_last = std::max(hull_last, claims[next].to.bits() / 2);
      }
    }
    std::uint32_t first = hull_first, last = hull_last;
    first = std::max(first, labels[i].from.value());
    last = std::min(
        {last, labels[i].to.value(), static_cast<std::uint32_t>(function.inst_count() - 1)});
    if (first > last) continue;
    for (Block block = function.block_of(Inst(first));
         block.value() < function.block_count() && function.insts(block).front().value() <= last;
         block = block.next()) {
      if (order.is_reachable(block)) wanted.want(labels[i].vreg, block);
    }
  }
}

}  // namespace

std::vector<std::vector<VReg>> live_values(const FunctionView& function, const Output& output,
                                           const Recipes& recipes, const BlockOrder& order,
                                           const Homes& homes) {
  Wanted wanted(function, recipes, order, homes);
  if (!output.debug_locations.empty()) want_labels(function, output, order, wanted);
  return wanted.spread();
}

}  // namespace regproof
