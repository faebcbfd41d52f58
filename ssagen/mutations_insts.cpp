// Instructions: that come, go and move, and the values that live because of them.
#include <algorithm>
#include <array>
#include <utility>

#include "ssagen/mutations.h"

namespace regproof {
namespace {

bool drop_inst(Sketch& sketch, Choices& choices) {
  return simplify(sketch, choices, "instructions");
}

bool insert_inst(Sketch& sketch, Choices& choices) {
  SketchInst inst;
  for (std::uint32_t n = choices.below(4); n > 0; --n)
    inst.operands.push_back(new_use(sketch, choices));
  for (std::uint32_t n = choices.below(3); n > 0; --n)
    inst.operands.push_back(new_def(sketch, choices));
  SketchBlock& block = any_block(sketch, choices);
  insert(block, any_place(block, choices), std::move(inst));
  return true;
}

bool duplicate_inst(Sketch& sketch, Choices& choices) {
  const SketchInst* inst = any_op(sketch, choices);
  if (inst == nullptr) return false;
  SketchInst copy = copy_of(sketch, *inst);
  SketchBlock& block = any_block(sketch, choices);
  insert(block, any_place(block, choices), std::move(copy));
  return true;
}

bool move_inst(Sketch& sketch, Choices& choices) {
  SketchBlock& from = any_block(sketch, choices);
  if (from.insts.size() < 2) return false;
  std::size_t at = pick(choices, from.insts.size() - 1);
  SketchInst inst = std::move(from.insts[at]);
  from.insts.erase(from.insts.begin() + static_cast<std::ptrdiff_t>(at));
  SketchBlock& to = any_block(sketch, choices);
  insert(to, any_place(to, choices), std::move(inst));
  return true;
}

// Fixed arguments and results, and what the callee may destroy.
bool insert_call(Sketch& sketch, Choices& choices) {
  RegClass cls = any_class(sketch, choices);
  RegSet all = sketch.machine.allocatable().of(cls);
  if (all.empty()) return false;
  SketchInst call;
  std::uint32_t count = choices.below(4);
  RegSet rest = all;
  for (; count > 0 && !rest.empty(); --count) {
    PReg reg = rest.first();
    rest.remove(reg);
    VReg v = any_value(sketch, cls, choices);
    call.operands.push_back(
        operand_with(OperandKind::Use, OperandPos::Early, v, Constraint::Fixed, reg.value()));
  }
  PReg result = all.first();
  call.operands.push_back(operand_with(OperandKind::Def, OperandPos::Late, new_value(sketch, cls),
                                       Constraint::Fixed, result.value()));
  call.clobbers = choices.below(2) == 0 ? sketch.machine.preferred : all;
  call.clobbers.remove(result);
  SketchBlock& block = any_block(sketch, choices);
  insert(block, any_place(block, choices), std::move(call));
  return true;
}

bool change_clobbers(Sketch& sketch, Choices& choices) {
  SketchInst& inst = any_inst(sketch, choices);
  PReg reg = any_register(sketch, any_class(sketch, choices), choices);
  if (!reg.valid()) return false;
  if (inst.clobbers.contains(reg)) {
    inst.clobbers.remove(reg);
  } else {
    inst.clobbers.add(reg);
  }
  return true;
}

// A value is read once more, late: its range grows over what lies between.
bool lengthen_range(Sketch& sketch, Choices& choices) {
  RegClass cls = any_class(sketch, choices);
  VReg v = any_value(sketch, cls, choices);
  SketchInst read;
  Constraint constraint = choices.below(2) == 0 ? Constraint::Reg : Constraint::Any;
  read.operands.push_back(operand_with(OperandKind::Use, OperandPos::Early, v, constraint));
  std::size_t half = sketch.blocks.size() / 2;
  SketchBlock& block = sketch.blocks[half + pick(choices, sketch.blocks.size() - half)];
  insert(block, block.insts.size() - 1, std::move(read));
  return true;
}

// An instruction that only reads moves on to a block behind its own.
bool sink_use(Sketch& sketch, Choices& choices) {
  SketchBlock& from = any_block(sketch, choices);
  if (from.insts.size() < 2 || from.insts.back().targets.empty()) return false;
  std::size_t at = pick(choices, from.insts.size() - 1);
  const std::vector<SketchTarget>& targets = from.insts.back().targets;
  std::size_t next = targets[pick(choices, targets.size())].block;
  SketchInst inst = std::move(from.insts[at]);
  from.insts.erase(from.insts.begin() + static_cast<std::ptrdiff_t>(at));
  insert(sketch.blocks[next], 0, std::move(inst));
  return true;
}

// Many values at once alive, and read in another order.
bool add_pressure(Sketch& sketch, Choices& choices) {
  RegClass cls = any_class(sketch, choices);
  std::size_t count =
      2 +
      choices.below(2 + static_cast<std::uint32_t>(sketch.machine.allocatable().of(cls).size()));
  SketchInst defs, uses;
  for (std::size_t k = 0; k < count; ++k) {
    VReg v = new_value(sketch, cls);
    defs.operands.push_back(operand_with(OperandKind::Def, OperandPos::Late, v, Constraint::Any));
    uses.operands.push_back(operand_with(OperandKind::Use, OperandPos::Early, v, Constraint::Any));
  }
  SketchBlock& early = any_block(sketch, choices);
  insert(early, any_place(early, choices), std::move(defs));
  SketchBlock& late = any_block(sketch, choices);
  insert(late, late.insts.size() - 1, std::move(uses));
  return true;
}

constexpr Mutation kMutations[] = {
    {"insert-inst", "a new instruction", insert_inst},
    {"drop-inst", "an instruction goes", drop_inst},
    {"duplicate-inst", "an instruction stands in another place, too", duplicate_inst},
    {"move-inst", "an instruction stands in another place", move_inst},
    {"insert-call", "fixed arguments, a fixed result, clobbers", insert_call},
    {"change-clobbers", "an instruction destroys one register more or less", change_clobbers},
    {"lengthen-range", "a value is read once more, late", lengthen_range},
    {"sink-use", "an instruction moves on to a block behind its own", sink_use},
    {"add-pressure", "more values alive at once than there are registers", add_pressure},
};

}  // namespace

std::span<const Mutation> inst_mutations() {
  return kMutations;
}

}  // namespace regproof
