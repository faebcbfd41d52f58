// Control flow: blocks, edges, parameters and arguments.
#include <algorithm>
#include <array>
#include <utility>

#include "ssagen/mutations.h"

namespace regproof {
namespace {

bool drop_edge(Sketch& sketch, Choices& choices) {
  return simplify(sketch, choices, "edges");
}

bool drop_param(Sketch& sketch, Choices& choices) {
  return simplify(sketch, choices, "parameters");
}

bool redirect_edge(Sketch& sketch, Choices& choices) {
  SketchInst* branch = any_branch(sketch, choices);
  if (branch == nullptr) return false;
  branch->targets[pick(choices, branch->targets.size())].block =
      pick(choices, sketch.blocks.size());
  return true;
}

bool add_edge(Sketch& sketch, Choices& choices) {
  SketchInst& last = any_block(sketch, choices).insts.back();
  last.kind = InstKind::Branch;
  last.targets.push_back({pick(choices, sketch.blocks.size()), {}});
  return true;
}

// The instructions from some place on stand in a block of their own.
bool split_block(Sketch& sketch, Choices& choices) {
  std::size_t b = pick(choices, sketch.blocks.size()), next = sketch.blocks.size();
  std::vector<SketchInst>& insts = sketch.blocks[b].insts;
  auto at = insts.begin() + static_cast<std::ptrdiff_t>(pick(choices, insts.size()));
  SketchBlock behind;
  behind.insts.assign(std::make_move_iterator(at), std::make_move_iterator(insts.end()));
  insts.erase(at, insts.end());
  insts.push_back(jump_to(next));
  sketch.blocks.push_back(std::move(behind));
  return true;
}

// A block's body runs several times: a way back from its end to its head.
bool loop_block(Sketch& sketch, Choices& choices) {
  std::size_t b = pick(choices, sketch.blocks.size()), next = sketch.blocks.size();
  SketchInst last = std::move(sketch.blocks[b].insts.back());
  SketchInst branch = jump_to(next);
  branch.targets.push_back({b, {}});
  sketch.blocks[b].insts.back() = std::move(branch);
  SketchBlock behind;
  behind.insts.push_back(std::move(last));
  sketch.blocks.push_back(std::move(behind));
  return true;
}

bool duplicate_block(Sketch& sketch, Choices& choices) {
  SketchBlock copy;
  const SketchBlock from = any_block(sketch, choices);
  for (VReg p : from.params) copy.params.push_back(new_value(sketch, sketch.classes[p.value()]));
  for (const SketchInst& inst : from.insts) copy.insts.push_back(copy_of(sketch, inst));
  sketch.blocks.push_back(std::move(copy));
  SketchInst& last = any_block(sketch, choices).insts.back();
  last.kind = InstKind::Branch;
  last.targets.push_back({sketch.blocks.size() - 1, {}});
  return true;
}

// Blocks change places in the layout, but for the entry.
bool swap_layout(Sketch& sketch, Choices& choices) {
  if (sketch.blocks.size() < 3) return false;
  std::size_t a = 1 + pick(choices, sketch.blocks.size() - 1);
  std::size_t b = 1 + pick(choices, sketch.blocks.size() - 1);
  std::swap(sketch.blocks[a], sketch.blocks[b]);
  for (SketchBlock& block : sketch.blocks) {
    for (SketchTarget& target : block.insts.back().targets) {
      target.block = target.block == a ? b : target.block == b ? a : target.block;
    }
  }
  return true;
}

bool add_param(Sketch& sketch, Choices& choices) {
  if (sketch.blocks.size() < 2) return false;
  std::size_t b = 1 + pick(choices, sketch.blocks.size() - 1);
  RegClass cls = any_class(sketch, choices);
  VReg param = new_value(sketch, cls);
  sketch.blocks[b].params.push_back(param);
  for (SketchBlock& block : sketch.blocks) {
    for (SketchTarget& target : block.insts.back().targets) {
      if (target.block == b) target.arguments.push_back(any_value(sketch, cls, choices));
    }
  }
  SketchInst read;
  read.operands.push_back(
      operand_with(OperandKind::Use, OperandPos::Early, param, Constraint::Any));
  insert(sketch.blocks[b], any_place(sketch.blocks[b], choices), std::move(read));
  return true;
}

SketchTarget* any_edge_with_arguments(Sketch& sketch, Choices& choices) {
  std::size_t start = pick(choices, sketch.blocks.size());
  for (std::size_t k = 0; k < sketch.blocks.size(); ++k) {
    SketchBlock& block = sketch.blocks[(start + k) % sketch.blocks.size()];
    for (SketchTarget& target : block.insts.back().targets) {
      if (!target.arguments.empty()) return &target;
    }
  }
  return nullptr;
}

// Two arguments change places: on a way back, parameters that are exchanged with each turn.
bool swap_arguments(Sketch& sketch, Choices& choices) {
  SketchTarget* edge = any_edge_with_arguments(sketch, choices);
  if (edge == nullptr || edge->arguments.size() < 2) return false;
  std::swap(edge->arguments[pick(choices, edge->arguments.size())],
            edge->arguments[pick(choices, edge->arguments.size())]);
  return true;
}

bool pass_another_value(Sketch& sketch, Choices& choices) {
  SketchTarget* edge = any_edge_with_arguments(sketch, choices);
  if (edge == nullptr) return false;
  VReg& argument = edge->arguments[pick(choices, edge->arguments.size())];
  argument = any_value(sketch, sketch.classes[argument.value()], choices);
  return true;
}

// A branch makes a value, as a call that may throw does, and may pass it on.
bool define_in_branch(Sketch& sketch, Choices& choices) {
  SketchInst* branch = any_branch(sketch, choices);
  if (branch == nullptr || !has_room(*branch)) return false;
  SketchOperand def = new_def(sketch, choices);
  branch->operands.push_back(def);
  for (SketchTarget& target : branch->targets) {
    for (VReg& argument : target.arguments) {
      bool same = sketch.classes[argument.value()] == sketch.classes[def.operand.vreg().value()];
      if (same && choices.below(2) == 1) argument = def.operand.vreg();
    }
  }
  return true;
}

constexpr Mutation kMutations[] = {
    {"redirect-edge", "an edge leads elsewhere", redirect_edge},
    {"add-edge", "a branch has one target more", add_edge},
    {"drop-edge", "a branch has one target less", drop_edge},
    {"split-block", "the end of a block becomes a block", split_block},
    {"loop-block", "a block may run again", loop_block},
    {"duplicate-block", "a copy of a block, reached from somewhere", duplicate_block},
    {"swap-layout", "two blocks change places in the layout", swap_layout},
    {"add-param", "a block has one parameter more", add_param},
    {"drop-param", "a block has one parameter less", drop_param},
    {"swap-arguments", "two arguments of an edge change places", swap_arguments},
    {"pass-another-value", "an edge passes another value", pass_another_value},
    {"define-in-branch", "a branch makes a value, and may pass it on", define_in_branch},
};

}  // namespace

std::span<const Mutation> graph_mutations() {
  return kMutations;
}

}  // namespace regproof
