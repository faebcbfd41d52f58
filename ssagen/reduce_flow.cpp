#include "ssagen/reduce_flow.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "ssagen/reduce_things.h"

namespace regproof {
namespace {

void end_branches_without_targets(Sketch& sketch) {
  for_each_inst(sketch, [](SketchInst& inst) {
    if (inst.kind == InstKind::Branch && inst.targets.empty()) inst.kind = InstKind::Ret;
  });
}

// Nothing leads to the block any more.
void erase_block(Sketch& sketch, std::size_t block) {
  erase_at(sketch.blocks, block);
  for_each_inst(sketch, [&](SketchInst& inst) {
    for (SketchTarget& target : inst.targets) {
      if (target.block > block) --target.block;
    }
  });
}

VReg argument_for(const SketchBlock& block, const SketchTarget& edge, VReg value) {
  auto at = std::find(block.params.begin(), block.params.end(), value);
  auto k = static_cast<std::size_t>(at - block.params.begin());
  return at != block.params.end() && k < edge.arguments.size() ? edge.arguments[k] : value;
}

// The block behind the entry becomes the entry, unless something leads back to the old one.
void drop_entry(Sketch& sketch) {
  bool entered = false;
  for_each_inst(sketch, [&](SketchInst& inst) {
    for (const SketchTarget& target : inst.targets) entered |= target.block == 0;
  });
  if (entered || sketch.blocks.size() == 1) return;
  sketch.blocks[1].params.clear();
  for_each_inst(sketch, [](SketchInst& inst) {
    for (SketchTarget& target : inst.targets) {
      if (target.block == 1) target.arguments.clear();
    }
  });
  erase_block(sketch, 0);
}

std::size_t targets_of(const SketchInst& inst) {
  return inst.targets.size();
}

void replace_value(Sketch& sketch, VReg from, VReg to) {
  for_each_inst(sketch, [&](SketchInst& inst) {
    for (SketchOperand& operand : inst.operands) {
      const Operand& op = operand.operand;
      if (op.is_pin() || !op.is_use() || op.vreg() != from) continue;
      operand.operand = Operand::make(op.kind(), op.pos(), to, op.constraint(), op.payload());
    }
    for (SketchTarget& target : inst.targets) {
      std::replace(target.arguments.begin(), target.arguments.end(), from, to);
    }
  });
  for (auto& [value, recipe] : sketch.recipes) {
    for (Operand& input : recipe.inputs) {
      if (!input.is_pin() && input.vreg() == from) input = Operand::use(to, Constraint::Reg);
    }
  }
}

std::vector<std::size_t> count_ways_in(const Sketch& sketch) {
  std::vector<std::size_t> ways_in(sketch.blocks.size(), 0);
  for (const SketchBlock& block : sketch.blocks) {
    for (const SketchTarget& target : block.insts.back().targets) ++ways_in[target.block];
  }
  return ways_in;
}

// Blocks with one target, which has no other way in.
std::vector<std::size_t> joinable_blocks(const Sketch& sketch) {
  std::vector<std::size_t> ways_in = count_ways_in(sketch);
  std::vector<std::size_t> joinable;
  for (std::size_t b = 0; b < sketch.blocks.size(); ++b) {
    const std::vector<SketchTarget>& targets = sketch.blocks[b].insts.back().targets;
    if (targets.size() != 1) continue;
    std::size_t next = targets.front().block;
    if (next != b && next != 0 && ways_in[next] == 1) joinable.push_back(b);
  }
  return joinable;
}

// Blocks that no edge leads to, behind one that ends in a `ret`: the last such ahead of each, whose `ret` goes.
struct Unreached {
  std::size_t block;
  std::size_t ahead;
};

std::vector<Unreached> unreached_blocks(const Sketch& sketch) {
  std::vector<std::size_t> ways_in = count_ways_in(sketch);
  std::vector<Unreached> unreached;
  std::size_t ahead = sketch.blocks.size();
  for (std::size_t b = 0; b < sketch.blocks.size(); ++b) {
    if (b != 0 && ways_in[b] == 0 && ahead < b) unreached.push_back({b, ahead});
    if (sketch.blocks[b].insts.back().targets.empty()) ahead = b;
  }
  return unreached;
}

}  // namespace

std::size_t count_blocks(const Sketch& sketch) {
  return sketch.blocks.size() > 1 ? sketch.blocks.size() : 0;
}

void drop_block(Sketch& sketch, std::size_t gone) {
  if (gone == 0) return drop_entry(sketch);
  SketchBlock block = sketch.blocks[gone];
  const std::vector<SketchTarget>& onward = block.insts.back().targets;
  auto next = std::find_if(onward.begin(), onward.end(),
                           [&](const SketchTarget& target) { return target.block != gone; });
  for_each_inst(sketch, [&](SketchInst& inst) {
    for (SketchTarget& target : inst.targets) {
      if (target.block != gone || next == onward.end()) continue;
      SketchTarget through = *next;
      for (VReg& v : through.arguments) v = argument_for(block, target, v);
      target = std::move(through);
    }
    std::erase_if(inst.targets, [&](const SketchTarget& target) { return target.block == gone; });
  });
  end_branches_without_targets(sketch);
  erase_block(sketch, gone);
}

std::size_t count_edges(const Sketch& sketch) {
  return count_in_insts(sketch, targets_of);
}

void drop_edge(Sketch& sketch, std::size_t thing) {
  visit_in_insts(sketch, thing, targets_of,
                 [](SketchInst& inst, std::size_t k) { erase_at(inst.targets, k); });
  end_branches_without_targets(sketch);
}

std::size_t count_joins(const Sketch& sketch) {
  return joinable_blocks(sketch).size();
}

void join_with_next(Sketch& sketch, std::size_t thing) {
  std::vector<std::size_t> joinable = joinable_blocks(sketch);
  if (thing >= joinable.size()) return;
  std::size_t b = joinable[thing];
  SketchTarget edge = sketch.blocks[b].insts.back().targets.front();
  SketchBlock appended = std::move(sketch.blocks[edge.block]);
  sketch.blocks[b].insts.pop_back();
  for (SketchInst& inst : appended.insts) sketch.blocks[b].insts.push_back(std::move(inst));
  erase_block(sketch, edge.block);
  for (std::size_t k = 0; k < appended.params.size() && k < edge.arguments.size(); ++k) {
    replace_value(sketch, appended.params[k], edge.arguments[k]);
  }
}

std::size_t count_unreached(const Sketch& sketch) {
  return unreached_blocks(sketch).size();
}

void join_unreached(Sketch& sketch, std::size_t thing) {
  std::vector<Unreached> unreached = unreached_blocks(sketch);
  if (thing >= unreached.size()) return;
  auto [b, ahead] = unreached[thing];
  SketchBlock appended = std::move(sketch.blocks[b]);
  SketchBlock& before = sketch.blocks[ahead];
  before.insts.pop_back();
  for (SketchInst& inst : appended.insts) before.insts.push_back(std::move(inst));
  erase_block(sketch, b);
}

std::size_t count_hoistable(const Sketch& sketch) {
  return sketch.blocks.size() - 1;
}

void hoist_block(Sketch& sketch, std::size_t thing) {
  if (thing >= count_hoistable(sketch)) return;
  std::vector<SketchInst> hoisted = sketch.blocks[thing + 1].insts;
  hoisted.pop_back();
  std::vector<SketchInst>& entry = sketch.blocks[0].insts;
  entry.insert(entry.end() - 1, std::make_move_iterator(hoisted.begin()),
               std::make_move_iterator(hoisted.end()));
  drop_block(sketch, thing + 1);
}

std::size_t count_params(const Sketch& sketch) {
  std::size_t count = 0;
  for (const SketchBlock& block : sketch.blocks) count += block.params.size();
  return count;
}

void drop_param(Sketch& sketch, std::size_t thing) {
  std::size_t b = 0;
  for (; thing >= sketch.blocks[b].params.size(); ++b) thing -= sketch.blocks[b].params.size();
  erase_at(sketch.blocks[b].params, thing);
  for_each_inst(sketch, [&](SketchInst& inst) {
    for (SketchTarget& target : inst.targets) {
      if (target.block == b && thing < target.arguments.size()) erase_at(target.arguments, thing);
    }
  });
}

}  // namespace regproof
