// See cost.h. One pass over the edits; the block of an edit's instruction is looked up in a table
// that is filled once, by block. A move from memory to memory, which no legal answer has, is a
// load.
//
// Tested by tests/ir/cost_test.cpp.
#include "ir/cost.h"

#include <algorithm>
#include <array>
#include <vector>

namespace regproof {
namespace {

constexpr std::array<double, kMaxWeightDepth + 1> kWeightOfDepth = {1,   1e1, 1e2, 1e3,
                                                                    1e4, 1e5, 1e6};

std::vector<double> weight_by_inst(const FunctionView& function, const Cfg& cfg) {
  std::vector<double> weights(function.inst_count());
  for (Block block : function.blocks()) {
    double weight = kWeightOfDepth[std::min(cfg.natural_depth[block], kMaxWeightDepth)];
    for (Inst inst : function.insts(block)) weights[inst.value()] = weight;
  }
  return weights;
}

// An answer may name any register number.
bool in_memory(Location location, const Machine& machine) {
  bool is_unknown = location.is_reg() && location.as_reg().value() >= kRegCount;
  return !is_unknown && location.is_memory(machine);
}

void count(const FunctionView& function, const Edit& edit, double weight, const Machine& machine,
           Cost& cost) {
  double kind_weight = kMoveWeight;
  if (edit.kind == EditKind::Remat) {
    ++cost.remats;
    const Recipe* recipe = function.find_recipe(edit.remat);
    kind_weight = kRematWeight * (recipe != nullptr ? recipe->cost : 1);
  } else if (in_memory(edit.from, machine)) {
    ++cost.loads;
    kind_weight = kLoadWeight;
  } else if (in_memory(edit.to, machine)) {
    ++cost.stores;
    kind_weight = kStoreWeight;
  } else {
    ++cost.moves;
  }
  cost.weighted_moves += weight;
  cost.weighted_cost += weight * kind_weight;
}

}  // namespace

Cost& Cost::operator+=(const Cost& other) {
  moves += other.moves;
  loads += other.loads;
  stores += other.stores;
  remats += other.remats;
  spillslots += other.spillslots;
  weighted_moves += other.weighted_moves;
  weighted_cost += other.weighted_cost;
  return *this;
}

Cost cost_of(const FunctionView& function, const Machine& machine, const Cfg& cfg,
             const Output& output) {
  Cost cost;
  cost.spillslots = output.spillslots;
  std::vector<double> weights = weight_by_inst(function, cfg);
  for (const Edit& edit : output.edits) {
    std::uint32_t inst = edit.point.inst().value();
    if (inst < weights.size()) count(function, edit, weights[inst], machine, cost);
  }
  return cost;
}

}  // namespace regproof
