// What can be done to a program, each a function on sketches. Values that a change leaves without a
// definition find another one by dominance when the sketch is finished.
#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "ssagen/mutate.h"

namespace regproof {
namespace {

// --- choosing ---------------------------------------------------------------------------------------

std::size_t pick(Choices& choices, std::size_t count) {
  return choices.below(static_cast<std::uint32_t>(count));
}

SketchBlock& any_block(Sketch& sketch, Choices& choices) {
  return sketch.blocks[pick(choices, sketch.blocks.size())];
}

// Where an instruction may be put: ahead of a block's last one.
std::size_t any_place(const SketchBlock& block, Choices& choices) {
  return pick(choices, block.insts.size());
}

// One that is no terminator, or null.
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

// An instruction with operands for which `fits` holds, and one of these; null where a few tries find none.
template <class Fits>
SketchOperand* any_operand(Sketch& sketch, Choices& choices, SketchInst*& inst, Fits&& fits) {
  for (int tries = 0; tries < 8; ++tries) {
    inst = &any_inst(sketch, choices);
    if (inst->operands.empty()) continue;
    SketchOperand& operand = inst->operands[pick(choices, inst->operands.size())];
    if (fits(operand.operand)) return &operand;
  }
  return nullptr;
}

bool is_value(const Operand& op) {
  return !op.is_pin();
}
bool is_read(const Operand& op) {
  return !op.is_pin() && op.is_use();
}

// A branch with targets, or null.
SketchInst* any_branch(Sketch& sketch, Choices& choices) {
  std::size_t start = pick(choices, sketch.blocks.size());
  for (std::size_t k = 0; k < sketch.blocks.size(); ++k) {
    SketchInst& last = sketch.blocks[(start + k) % sketch.blocks.size()].insts.back();
    if (!last.targets.empty()) return &last;
  }
  return nullptr;
}

// A class that has values or registers.
RegClass any_class(const Sketch& sketch, Choices& choices) {
  std::size_t start = pick(choices, kClassCount);
  for (std::size_t k = 0; k < kClassCount; ++k) {
    RegClass cls = kClasses[(start + k) % kClassCount];
    if (sketch.machine.allocatable().bits(cls) != 0) return cls;
  }
  return RegClass::Int;
}

VReg new_value(Sketch& sketch, RegClass cls) {
  sketch.classes.push_back(cls);
  sketch.recipes.push_back(0);
  return VReg(static_cast<std::uint32_t>(sketch.classes.size() - 1));
}

// A value of the class; where there is none, a new one, which gets a definition when finished.
VReg any_value(Sketch& sketch, RegClass cls, Choices& choices) {
  std::size_t count = sketch.classes.size(), start = pick(choices, count);
  for (std::size_t k = 0; k < count; ++k) {
    std::size_t v = (start + k) % count;
    if (sketch.classes[v] == cls) return VReg(static_cast<std::uint32_t>(v));
  }
  return new_value(sketch, cls);
}

PReg nth_register(RegSet set, std::size_t n) {
  for (; n > 0; --n) set.remove(set.first());
  return set.first();
}

// An allocatable register of the class or, at times, a stack location that is called one; none where
// the class has none.
PReg any_register(const Sketch& sketch, RegClass cls, Choices& choices) {
  RegSet all = sketch.machine.allocatable().of(cls);
  RegSet in_memory = sketch.machine.fixed_stack.of(cls);
  bool stack = !in_memory.empty() && (all.empty() || choices.below(4) == 3);
  const RegSet& from = stack ? in_memory : all;
  return from.empty() ? PReg::none() : nth_register(from, pick(choices, from.size()));
}

// --- operands ---------------------------------------------------------------------------------------

SketchOperand operand_with(OperandKind kind, OperandPos pos, VReg v, Constraint constraint,
                           std::uint32_t payload = 0) {
  return {Operand::make(kind, pos, v, constraint, payload), RegSet()};
}

// A place that an operand of the class may ask for, other than by a tie.
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

// Ties name operands by number: those behind an operand that goes move up.
void erase_operand(SketchInst& inst, std::size_t gone) {
  inst.operands.erase(inst.operands.begin() + static_cast<std::ptrdiff_t>(gone));
  for (SketchOperand& operand : inst.operands) {
    const Operand& op = operand.operand;
    if (op.constraint() != Constraint::Reuse || op.payload() <= gone) continue;
    operand.operand =
        Operand::make(op.kind(), op.pos(), op.vreg(), Constraint::Reuse, op.payload() - 1);
  }
}

bool add_use(Sketch& sketch, Choices& choices) {
  SketchOperand operand = new_use(sketch, choices);
  any_inst(sketch, choices).operands.push_back(operand);
  return true;
}

bool add_def(Sketch& sketch, Choices& choices) {
  SketchInst& inst = any_inst(sketch, choices);
  if (inst.kind == InstKind::Ret) return false;
  SketchOperand operand = new_def(sketch, choices);
  inst.operands.push_back(operand);
  return true;
}

bool drop_operand(Sketch& sketch, Choices& choices) {
  SketchInst* inst = nullptr;
  SketchOperand* operand = any_operand(sketch, choices, inst, [](const Operand&) { return true; });
  if (operand == nullptr) return false;
  erase_operand(*inst, static_cast<std::size_t>(operand - inst->operands.data()));
  return true;
}

bool change_constraint(Sketch& sketch, Choices& choices) {
  SketchInst* inst = nullptr;
  SketchOperand* operand = any_operand(sketch, choices, inst, is_value);
  if (operand == nullptr) return false;
  constrain(sketch, *operand, sketch.classes[operand->operand.vreg().value()], choices);
  return true;
}

bool change_phase(Sketch& sketch, Choices& choices) {
  SketchInst* inst = nullptr;
  SketchOperand* operand = any_operand(sketch, choices, inst, is_value);
  if (operand == nullptr) return false;
  const Operand& op = operand->operand;
  OperandPos other = op.pos() == OperandPos::Early ? OperandPos::Late : OperandPos::Early;
  operand->operand = Operand::make(op.kind(), other, op.vreg(), op.constraint(), op.payload());
  return true;
}

bool read_another_value(Sketch& sketch, Choices& choices) {
  SketchInst* inst = nullptr;
  SketchOperand* operand = any_operand(sketch, choices, inst, is_read);
  if (operand == nullptr) return false;
  const Operand& op = operand->operand;
  VReg v = any_value(sketch, sketch.classes[op.vreg().value()], choices);
  operand->operand = Operand::make(op.kind(), op.pos(), v, op.constraint(), op.payload());
  return true;
}

bool swap_operands(Sketch& sketch, Choices& choices) {
  SketchInst* inst = nullptr;
  SketchOperand* operand = any_operand(sketch, choices, inst, [](const Operand&) { return true; });
  if (operand == nullptr || inst->operands.size() < 2) return false;
  std::swap(*operand, inst->operands[pick(choices, inst->operands.size())]);
  return true;
}

// The same value once more in the instruction: early and late, in another register, in memory.
bool read_again_beside(Sketch& sketch, Choices& choices) {
  SketchInst* inst = nullptr;
  SketchOperand* operand = any_operand(sketch, choices, inst, is_read);
  if (operand == nullptr) return false;
  SketchOperand again = *operand;
  const Operand& op = again.operand;
  OperandPos pos = choices.below(2) == 0 ? OperandPos::Early : OperandPos::Late;
  again.operand = Operand::make(OperandKind::Use, pos, op.vreg(), op.constraint(), op.payload());
  constrain(sketch, again, sketch.classes[op.vreg().value()], choices);
  inst->operands.push_back(again);
  return true;
}

// A result takes over the register of an operand.
bool tie(Sketch& sketch, Choices& choices) {
  SketchInst* inst = nullptr;
  SketchOperand* operand = any_operand(sketch, choices, inst, is_read);
  if (operand == nullptr || inst->kind == InstKind::Ret) return false;
  auto input = static_cast<std::uint32_t>(operand - inst->operands.data());
  VReg result = new_value(sketch, sketch.classes[operand->operand.vreg().value()]);
  inst->operands.push_back(
      operand_with(OperandKind::Def, OperandPos::Late, result, Constraint::Reuse, input));
  return true;
}

// An operand in a fixed register, and a result or a clobber of the same one.
bool reuse_fixed_register(Sketch& sketch, Choices& choices) {
  SketchInst* inst = nullptr;
  SketchOperand* operand = any_operand(sketch, choices, inst, is_read);
  if (operand == nullptr || inst->kind == InstKind::Ret) return false;
  const Operand& op = operand->operand;
  RegClass cls = sketch.classes[op.vreg().value()];
  PReg reg = any_register(sketch, cls, choices);
  if (!reg.valid()) return false;
  operand->operand = Operand::make(op.kind(), op.pos(), op.vreg(), Constraint::Fixed, reg.value());
  if (choices.below(2) == 0) {
    inst->clobbers.add(reg);
  } else {
    inst->operands.push_back(operand_with(OperandKind::Def, OperandPos::Late,
                                          new_value(sketch, cls), Constraint::Fixed, reg.value()));
  }
  return true;
}

// --- instructions -----------------------------------------------------------------------------------

void insert(SketchBlock& block, std::size_t at, SketchInst inst) {
  block.insts.insert(block.insts.begin() + static_cast<std::ptrdiff_t>(at), std::move(inst));
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

bool drop_inst(Sketch& sketch, Choices& choices) {
  SketchBlock& block = any_block(sketch, choices);
  if (block.insts.size() < 2) return false;
  block.insts.erase(block.insts.begin() +
                    static_cast<std::ptrdiff_t>(pick(choices, block.insts.size() - 1)));
  return true;
}

// With results of its own.
SketchInst copy_of(Sketch& sketch, const SketchInst& from) {
  SketchInst copy = from;
  for (SketchOperand& operand : copy.operands) {
    const Operand& op = operand.operand;
    if (op.is_pin() || !op.is_def()) continue;
    VReg v = new_value(sketch, sketch.classes[op.vreg().value()]);
    operand.operand = Operand::make(op.kind(), op.pos(), v, op.constraint(), op.payload());
  }
  return copy;
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

// --- control flow -----------------------------------------------------------------------------------

SketchInst jump_to(std::size_t block) {
  SketchInst jump;
  jump.kind = InstKind::Branch;
  jump.targets.push_back({block, {}});
  return jump;
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

bool drop_edge(Sketch& sketch, Choices& choices) {
  SketchInst* branch = any_branch(sketch, choices);
  if (branch == nullptr) return false;
  branch->targets.erase(branch->targets.begin() +
                        static_cast<std::ptrdiff_t>(pick(choices, branch->targets.size())));
  if (branch->targets.empty()) branch->kind = InstKind::Ret;
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

bool drop_param(Sketch& sketch, Choices& choices) {
  std::size_t b = pick(choices, sketch.blocks.size());
  std::vector<VReg>& params = sketch.blocks[b].params;
  if (params.empty()) return false;
  std::size_t k = pick(choices, params.size());
  params.erase(params.begin() + static_cast<std::ptrdiff_t>(k));
  for (SketchBlock& block : sketch.blocks) {
    for (SketchTarget& target : block.insts.back().targets) {
      if (target.block != b || k >= target.arguments.size()) continue;
      target.arguments.erase(target.arguments.begin() + static_cast<std::ptrdiff_t>(k));
    }
  }
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
  if (branch == nullptr) return false;
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

// --- machine, labels, recipes -----------------------------------------------------------------------

bool change_registers(Sketch& sketch, Choices& choices) {
  RegClass cls = kClasses[pick(choices, kClassCount)];
  PReg reg = make_preg(cls, choices.below(choices.below(4) == 3 ? 64 : 8));
  std::array<RegSet*, 3> sets = {&sketch.machine.preferred, &sketch.machine.non_preferred,
                                 &sketch.machine.fixed_stack};
  for (RegSet* set : sets) set->remove(reg);
  std::size_t to = pick(choices, sets.size() + 1);
  if (to < sets.size()) sets[to]->add(reg);
  return true;
}

bool change_scratch(Sketch& sketch, Choices& choices) {
  std::size_t c = pick(choices, kClassCount);
  PReg& scratch = sketch.machine.scratch[c];
  scratch = scratch.valid() ? PReg::none() : make_preg(kClasses[c], 63);
  return true;
}

bool change_slots(Sketch& sketch, Choices& choices) {
  if (choices.below(4) == 3) {
    sketch.machine.slot_named_by_last = !sketch.machine.slot_named_by_last;
  } else {
    sketch.machine.slot_size[pick(choices, kClassCount)] = 1 + choices.below(16);
  }
  return true;
}

bool add_label(Sketch& sketch, Choices& choices) {
  std::uint32_t insts = 0;
  for (const SketchBlock& block : sketch.blocks) {
    insts += static_cast<std::uint32_t>(block.insts.size());
  }
  VReg v = any_value(sketch, any_class(sketch, choices), choices);
  std::uint32_t from = choices.below(insts), length = 1 + choices.below(insts - from);
  sketch.labels.push_back({v, Inst(from), Inst(from + length), choices.below(4)});
  return true;
}

bool change_recipe(Sketch& sketch, Choices& choices) {
  VReg v = any_value(sketch, any_class(sketch, choices), choices);
  sketch.recipes[v.value()] ^= 1;
  return true;
}

constexpr Mutation kMutations[] = {
    {"add-use", "an instruction reads one value more", add_use},
    {"add-def", "an instruction writes one value more", add_def},
    {"drop-operand", "an operand goes", drop_operand},
    {"change-constraint", "an operand asks for another place", change_constraint},
    {"change-phase", "an early operand becomes late, or the other way around", change_phase},
    {"read-another-value", "a use reads another value", read_another_value},
    {"swap-operands", "two operands of an instruction change places", swap_operands},
    {"read-again-beside", "an instruction reads a value once more, otherwise constrained",
     read_again_beside},
    {"tie", "a result takes over an operand's register", tie},
    {"reuse-fixed-register", "an operand's fixed register is clobbered or written too",
     reuse_fixed_register},
    {"insert-inst", "a new instruction", insert_inst},
    {"drop-inst", "an instruction goes", drop_inst},
    {"duplicate-inst", "an instruction stands in another place, too", duplicate_inst},
    {"move-inst", "an instruction stands in another place", move_inst},
    {"insert-call", "fixed arguments, a fixed result, clobbers", insert_call},
    {"change-clobbers", "an instruction destroys one register more or less", change_clobbers},
    {"lengthen-range", "a value is read once more, late", lengthen_range},
    {"sink-use", "an instruction moves on to a block behind its own", sink_use},
    {"add-pressure", "more values alive at once than there are registers", add_pressure},
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
    {"change-registers", "a register comes, goes, or changes its kind", change_registers},
    {"change-scratch", "a class gets a scratch register, or loses it", change_scratch},
    {"change-slots", "the slots of a class have another size, or another end names them",
     change_slots},
    {"add-label", "a debug label follows a value", add_label},
    {"change-recipe", "a value can be recomputed, or no longer", change_recipe},
};

}  // namespace

std::span<const Mutation> all_mutations() {
  return kMutations;
}

}  // namespace regproof
