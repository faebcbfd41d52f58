#include "ssagen/mutations.h"

#include <array>
#include <utility>
#include <vector>

#include "ssagen/reduce_dimensions.h"

namespace regproof {

std::span<const Mutation> all_mutations() {
  static const std::vector<Mutation> all = [] {
    std::vector<Mutation> joined;
    for (auto part : {operand_mutations, inst_mutations, graph_mutations, machine_mutations,
                      recipe_mutations}) {
      joined.insert(joined.end(), part().begin(), part().end());
    }
    return joined;
  }();
  return all;
}

bool simplify(Sketch& sketch, Choices& choices, std::string_view dimension) {
  for (const Dimension& d : reduce_dimensions()) {
    if (d.name != dimension) continue;
    std::size_t count = d.count(sketch);
    if (count == 0) return false;
    d.simplify(sketch, pick(choices, count));
    return true;
  }
  return false;
}

SketchBlock& any_block(Sketch& sketch, Choices& choices) {
  return sketch.blocks[pick(choices, sketch.blocks.size())];
}

std::size_t any_place(const SketchBlock& block, Choices& choices) {
  return pick(choices, block.insts.size());
}

SketchInst* any_op(Sketch& sketch, Choices& choices) {
  std::size_t start = pick(choices, sketch.blocks.size());
  for (std::size_t k = 0; k < sketch.blocks.size(); ++k) {
    SketchBlock& block = sketch.blocks[(start + k) % sketch.blocks.size()];
    if (block.insts.size() > 1) return &block.insts[pick(choices, block.insts.size() - 1)];
  }
  return nullptr;
}

SketchInst& any_inst(Sketch& sketch, Choices& choices) {
  SketchBlock& block = any_block(sketch, choices);
  return block.insts[pick(choices, block.insts.size())];
}

SketchInst* any_branch(Sketch& sketch, Choices& choices) {
  std::size_t start = pick(choices, sketch.blocks.size());
  for (std::size_t k = 0; k < sketch.blocks.size(); ++k) {
    SketchInst& last = sketch.blocks[(start + k) % sketch.blocks.size()].insts.back();
    if (!last.targets.empty()) return &last;
  }
  return nullptr;
}

RegClass any_class(const Sketch& sketch, Choices& choices) {
  std::size_t start = pick(choices, kClassCount);
  for (std::size_t k = 0; k < kClassCount; ++k) {
    RegClass cls = kClasses[(start + k) % kClassCount];
    if (sketch.machine.allocatable().bits(cls) != 0) return cls;
  }
  return RegClass::Int;
}

VReg any_value(Sketch& sketch, RegClass cls, Choices& choices) {
  std::size_t count = sketch.classes.size(), start = pick(choices, count);
  for (std::size_t k = 0; k < count; ++k) {
    std::size_t v = (start + k) % count;
    if (sketch.classes[v] == cls) return VReg(static_cast<std::uint32_t>(v));
  }
  return new_value(sketch, cls);
}

PReg any_register(const Sketch& sketch, RegClass cls, Choices& choices) {
  RegSet all = sketch.machine.allocatable().of(cls);
  RegSet in_memory = sketch.machine.fixed_stack.of(cls);
  bool stack = !in_memory.empty() && (all.empty() || choices.below(4) == 3);
  const RegSet& from = stack ? in_memory : all;
  return from.empty() ? PReg::none() : nth_register(from, pick(choices, from.size()));
}

SketchOperand operand_with(OperandKind kind, OperandPos pos, VReg v, Constraint constraint,
                           std::uint32_t payload) {
  return {Operand::make(kind, pos, v, constraint, payload), RegSet()};
}

void constrain(const Sketch& sketch, SketchOperand& operand, RegClass cls, Choices& choices) {
  const Operand& op = operand.operand;
  constexpr std::array kConstraints = {Constraint::Any,   Constraint::Reg,   Constraint::Reg,
                                       Constraint::Stack, Constraint::Fixed, Constraint::Fixed,
                                       Constraint::Limit, Constraint::In};
  Constraint constraint = kConstraints[pick(choices, kConstraints.size())];
  std::uint32_t payload = 0;
  RegSet set;
  RegSet all = sketch.machine.allocatable().of(cls);
  if (constraint == Constraint::Fixed) {
    PReg reg = any_register(sketch, cls, choices);
    if (!reg.valid()) return;
    payload = reg.value();
  } else if (constraint == Constraint::Limit) {
    payload = 1 + choices.below(8);
  } else if (constraint == Constraint::In) {
    if (all.empty()) return;
    for (std::uint32_t n = 1 + choices.below(3); n > 0; --n) {
      set.add(nth_register(all, pick(choices, all.size())));
    }
  }
  operand = {Operand::make(op.kind(), op.pos(), op.vreg(), constraint, payload), set};
}

SketchOperand new_use(Sketch& sketch, Choices& choices) {
  RegClass cls = any_class(sketch, choices);
  OperandPos pos = choices.below(5) == 4 ? OperandPos::Late : OperandPos::Early;
  SketchOperand operand =
      operand_with(OperandKind::Use, pos, any_value(sketch, cls, choices), Constraint::Any);
  constrain(sketch, operand, cls, choices);
  return operand;
}

SketchOperand new_def(Sketch& sketch, Choices& choices) {
  RegClass cls = any_class(sketch, choices);
  OperandPos pos = choices.below(5) == 4 ? OperandPos::Early : OperandPos::Late;
  SketchOperand operand =
      operand_with(OperandKind::Def, pos, new_value(sketch, cls), Constraint::Any);
  constrain(sketch, operand, cls, choices);
  return operand;
}

void insert(SketchBlock& block, std::size_t at, SketchInst inst) {
  block.insts.insert(block.insts.begin() + static_cast<std::ptrdiff_t>(at), std::move(inst));
}

SketchInst copy_of(Sketch& sketch, const SketchInst& from) {
  SketchInst copy = from;
  for (SketchOperand& operand : copy.operands) {
    const Operand& op = operand.operand;
    if (op.is_pin() || !op.is_def()) continue;
    VReg v = new_value(sketch, sketch.classes[op.vreg().value()]);
    copy_recipe(sketch, op.vreg(), v);
    operand.operand = Operand::make(op.kind(), op.pos(), v, op.constraint(), op.payload());
  }
  return copy;
}

}  // namespace regproof
