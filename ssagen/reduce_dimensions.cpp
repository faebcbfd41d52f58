#include "ssagen/reduce_dimensions.h"

#include <algorithm>
#include <utility>

namespace regproof {
namespace {

// --- finding the n-th thing -----------------------------------------------------------------------

template <class Visit>
void for_each_inst(Sketch& sketch, Visit&& visit) {
  for (SketchBlock& block : sketch.blocks) {
    for (SketchInst& inst : block.insts) visit(inst);
  }
}

// Counts `things(inst)` over all instructions.
template <class Things>
std::size_t count_in_insts(const Sketch& sketch, Things&& things) {
  std::size_t count = 0;
  for (const SketchBlock& block : sketch.blocks) {
    for (const SketchInst& inst : block.insts) count += things(inst);
  }
  return count;
}

// Calls `visit(inst, k)` for the instruction that holds the thing, its k-th there.
template <class Things, class Visit>
void visit_in_insts(Sketch& sketch, std::size_t thing, Things&& things, Visit&& visit) {
  for (SketchBlock& block : sketch.blocks) {
    for (SketchInst& inst : block.insts) {
      std::size_t here = things(inst);
      if (thing < here) return visit(inst, thing);
      thing -= here;
    }
  }
}

template <class T>
void erase_at(std::vector<T>& list, std::size_t k) {
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(k));
}

// --- control flow -------------------------------------------------------------------------------

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

std::size_t count_blocks(const Sketch& sketch) {
  return sketch.blocks.size();
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

// Edges to the block lead to its first target instead, with what that one receives from it.
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

std::size_t targets_of(const SketchInst& inst) {
  return inst.targets.size();
}
std::size_t count_edges(const Sketch& sketch) {
  return count_in_insts(sketch, targets_of);
}
void drop_edge(Sketch& sketch, std::size_t thing) {
  visit_in_insts(sketch, thing, targets_of,
                 [](SketchInst& inst, std::size_t k) { erase_at(inst.targets, k); });
  end_branches_without_targets(sketch);
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
}

std::size_t count_joins(const Sketch& sketch) {
  return sketch.blocks.size();
}

// The block and the only one behind it, where that has no other way in.
void join_with_next(Sketch& sketch, std::size_t b) {
  const SketchInst& branch = sketch.blocks[b].insts.back();
  if (branch.targets.size() != 1) return;
  SketchTarget edge = branch.targets.front();
  std::size_t next = edge.block;
  std::size_t ways_in = 0;
  for_each_inst(sketch, [&](SketchInst& inst) {
    for (const SketchTarget& target : inst.targets) ways_in += target.block == next ? 1 : 0;
  });
  if (next == b || next == 0 || ways_in != 1) return;
  SketchBlock appended = std::move(sketch.blocks[next]);
  sketch.blocks[b].insts.pop_back();
  for (SketchInst& inst : appended.insts) sketch.blocks[b].insts.push_back(std::move(inst));
  erase_block(sketch, next);
  for (std::size_t k = 0; k < appended.params.size() && k < edge.arguments.size(); ++k) {
    replace_value(sketch, appended.params[k], edge.arguments[k]);
  }
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

// --- instructions and operands ------------------------------------------------------------------

std::size_t count_insts(const Sketch& sketch) {
  std::size_t count = 0;
  for (const SketchBlock& block : sketch.blocks) count += block.insts.size() - 1;
  return count;
}
void drop_inst(Sketch& sketch, std::size_t thing) {
  std::size_t b = 0;
  for (; thing >= sketch.blocks[b].insts.size() - 1; ++b) {
    thing -= sketch.blocks[b].insts.size() - 1;
  }
  erase_at(sketch.blocks[b].insts, thing);
}

std::size_t operands_of(const SketchInst& inst) {
  return inst.operands.size();
}
std::size_t count_operands(const Sketch& sketch) {
  return count_in_insts(sketch, operands_of);
}

// Reuses of the operand become `reg`.
void drop_operand(Sketch& sketch, std::size_t thing) {
  visit_in_insts(sketch, thing, operands_of, [](SketchInst& inst, std::size_t gone) {
    erase_at(inst.operands, gone);
    for (SketchOperand& operand : inst.operands) {
      const Operand& op = operand.operand;
      if (op.constraint() != Constraint::Reuse || op.reuse_index() < gone) continue;
      operand.operand = op.reuse_index() == gone
                            ? Operand::def(op.vreg(), Constraint::Reg)
                            : Operand::def(op.vreg(), Constraint::Reuse, op.reuse_index() - 1);
    }
  });
}

template <Constraint kWeaker>
void weaken(Sketch& sketch, std::size_t thing) {
  visit_in_insts(sketch, thing, operands_of, [](SketchInst& inst, std::size_t k) {
    const Operand& op = inst.operands[k].operand;
    if (op.is_pin() || op.constraint() == Constraint::Any) return;
    inst.operands[k].operand = Operand::make(op.kind(), op.pos(), op.vreg(), kWeaker);
  });
}

// Uses early, defs late.
void make_plain(Sketch& sketch, std::size_t thing) {
  visit_in_insts(sketch, thing, operands_of, [](SketchInst& inst, std::size_t k) {
    const Operand& op = inst.operands[k].operand;
    OperandPos plain = op.is_use() ? OperandPos::Early : OperandPos::Late;
    inst.operands[k].operand =
        Operand::make(op.kind(), plain, op.vreg(), op.constraint(), op.payload());
  });
}

std::size_t count_all_insts(const Sketch& sketch) {
  return count_in_insts(sketch, [](const SketchInst&) { return std::size_t{1}; });
}
void drop_clobbers(Sketch& sketch, std::size_t thing) {
  visit_in_insts(
      sketch, thing, [](const SketchInst&) { return std::size_t{1}; },
      [](SketchInst& inst, std::size_t) { inst.clobbers = RegSet(); });
}

std::size_t clobbers_of(const SketchInst& inst) {
  return inst.clobbers.size();
}
std::size_t count_clobbers(const Sketch& sketch) {
  return count_in_insts(sketch, clobbers_of);
}
void drop_clobber(Sketch& sketch, std::size_t thing) {
  visit_in_insts(sketch, thing, clobbers_of, [](SketchInst& inst, std::size_t k) {
    inst.clobbers.remove(nth_register(inst.clobbers, k));
  });
}

std::size_t set_members_of(const SketchInst& inst) {
  std::size_t count = 0;
  for (const SketchOperand& operand : inst.operands) count += operand.set.size();
  return count;
}
std::size_t count_set_members(const Sketch& sketch) {
  return count_in_insts(sketch, set_members_of);
}
void drop_set_member(Sketch& sketch, std::size_t thing) {
  visit_in_insts(sketch, thing, set_members_of, [](SketchInst& inst, std::size_t k) {
    for (SketchOperand& operand : inst.operands) {
      if (k < operand.set.size()) return operand.set.remove(nth_register(operand.set, k));
      k -= operand.set.size();
    }
  });
}

// --- the machine and the rest -------------------------------------------------------------------

RegSet registers_of(const Machine& machine) {
  return machine.allocatable() | machine.fixed_stack;
}
std::size_t count_registers(const Sketch& sketch) {
  return registers_of(sketch.machine).size();
}
void drop_register(Sketch& sketch, std::size_t thing) {
  PReg reg = nth_register(registers_of(sketch.machine), thing);
  sketch.machine.preferred.remove(reg);
  sketch.machine.non_preferred.remove(reg);
  sketch.machine.fixed_stack.remove(reg);
}

// For each class the scratch register, the slot's size, the non-preferred registers; then names.
std::size_t count_features(const Sketch&) {
  return 3 * kClassCount + 1;
}
void drop_feature(Sketch& sketch, std::size_t thing) {
  Machine& machine = sketch.machine;
  std::size_t cls = thing % kClassCount;
  if (thing == 3 * kClassCount) {
    machine.slot_named_by_last = false;
  } else if (thing < kClassCount) {
    machine.scratch[cls] = PReg::none();
  } else if (thing < 2 * kClassCount) {
    machine.slot_size[cls] = 1;
  } else {
    RegSet of_class = machine.non_preferred.of(kClasses[cls]);
    machine.preferred = machine.preferred | of_class;
    machine.non_preferred = machine.non_preferred - of_class;
  }
}

std::size_t count_classes(const Sketch&) {
  return kClassCount - 1;
}

// The registers go with their values.
void make_int(Sketch& sketch, std::size_t thing) {
  RegClass cls = kClasses[thing + 1];
  std::replace(sketch.classes.begin(), sketch.classes.end(), cls, RegClass::Int);
  Machine& machine = sketch.machine;
  for (RegSet* set : {&machine.preferred, &machine.non_preferred, &machine.fixed_stack}) {
    set->set_bits(RegClass::Int, set->bits(RegClass::Int) | set->bits(cls));
    set->set_bits(cls, 0);
  }
}

std::size_t count_labels(const Sketch& sketch) {
  return sketch.labels.size();
}
void drop_label(Sketch& sketch, std::size_t thing) {
  erase_at(sketch.labels, thing);
}

std::size_t count_recipes(const Sketch& sketch) {
  return sketch.recipes.size();
}
void drop_recipe(Sketch& sketch, std::size_t thing) {
  sketch.recipes[thing] = 0;
}

std::size_t count_frequencies(const Sketch& sketch) {
  return sketch.blocks.size();
}
void drop_frequency(Sketch& sketch, std::size_t thing) {
  sketch.blocks[thing].frequency = 0;
}

std::size_t count_names(const Sketch&) {
  return 2;
}
void drop_name(Sketch& sketch, std::size_t thing) {
  if (thing == 0) sketch.name = "f";
  if (thing == 1) sketch.multiple_defs = false;
}

// Calls `visit(vreg)` for every mention of a value, in the order of the text.
template <class Visit>
void for_each_value(Sketch& sketch, Visit&& visit) {
  for (SketchBlock& block : sketch.blocks) {
    for (VReg& v : block.params) visit(v);
    for (SketchInst& inst : block.insts) {
      for (SketchOperand& operand : inst.operands) {
        const Operand& op = operand.operand;
        if (op.is_pin()) continue;
        VReg v = op.vreg();
        visit(v);
        operand.operand = Operand::make(op.kind(), op.pos(), v, op.constraint(), op.payload());
      }
      for (SketchTarget& target : inst.targets) {
        for (VReg& v : target.arguments) visit(v);
      }
    }
  }
}

std::size_t count_numberings(const Sketch&) {
  return 1;
}
void close_gaps(Sketch& sketch, std::size_t) {
  std::vector<VReg> fresh(sketch.classes.size());
  std::vector<RegClass> classes;
  std::vector<std::uint8_t> recipes;
  auto number = [&](VReg& v) {
    VReg& now = fresh[v.value()];
    if (!now.valid()) {
      now = VReg(static_cast<std::uint32_t>(classes.size()));
      classes.push_back(sketch.classes[v.value()]);
      recipes.push_back(sketch.recipes[v.value()]);
    }
    v = now;
  };
  for_each_value(sketch, number);
  for (DebugLabel& label : sketch.labels) number(label.vreg);
  sketch.classes = std::move(classes);
  sketch.recipes = std::move(recipes);
}

constexpr Dimension kDimensions[] = {
    {"blocks", count_blocks, drop_block},
    {"edges", count_edges, drop_edge},
    {"instructions", count_insts, drop_inst},
    {"joins", count_joins, join_with_next},
    {"parameters", count_params, drop_param},
    {"operands", count_operands, drop_operand},
    {"constraints", count_operands, weaken<Constraint::Any>},
    {"constraints", count_operands, weaken<Constraint::Reg>},
    {"constraints", count_operands, make_plain},
    {"constraints", count_set_members, drop_set_member},
    {"clobbers", count_all_insts, drop_clobbers},
    {"clobbers", count_clobbers, drop_clobber},
    {"registers", count_registers, drop_register},
    {"registers", count_features, drop_feature},
    {"classes", count_classes, make_int},
    {"labels", count_labels, drop_label},
    {"labels", count_recipes, drop_recipe},
    {"labels", count_frequencies, drop_frequency},
    {"labels", count_names, drop_name},
    {"numbers", count_numberings, close_gaps},
};

}  // namespace

std::span<const Dimension> reduce_dimensions() {
  return kDimensions;
}

}  // namespace regproof
