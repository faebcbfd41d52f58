#include "ssagen/reduce_dimensions.h"

#include <algorithm>
#include <iterator>

#include "ssagen/reduce_flow.h"
#include "ssagen/reduce_things.h"

namespace regproof {
namespace {

// --- instructions and operands ------------------------------------------------------------------

std::size_t count_insts(const Sketch& sketch) {
  std::size_t count = 0;
  for (const SketchBlock& block : sketch.blocks) count += block.insts.size() - 1;
  return count;
}
// The block of the thing, which becomes a number within the block.
std::vector<SketchInst>& insts_around(Sketch& sketch, std::size_t& thing) {
  std::size_t b = 0;
  for (; thing >= sketch.blocks[b].insts.size() - 1; ++b) {
    thing -= sketch.blocks[b].insts.size() - 1;
  }
  return sketch.blocks[b].insts;
}
void drop_inst(Sketch& sketch, std::size_t thing) {
  std::vector<SketchInst>& insts = insts_around(sketch, thing);
  erase_at(insts, thing);
}

// An instruction's operands and clobbers go to the next one.
void fuse_with_next(Sketch& sketch, std::size_t thing) {
  std::vector<SketchInst>& insts = insts_around(sketch, thing);
  SketchInst first = std::move(insts[thing]);
  erase_at(insts, thing);
  SketchInst& next = insts[thing];
  for (SketchOperand& operand : next.operands) {
    const Operand& op = operand.operand;
    if (op.constraint() != Constraint::Reuse) continue;
    auto index = static_cast<unsigned>(op.reuse_index() + first.operands.size());
    operand.operand = Operand::def(op.vreg(), Constraint::Reuse, index);
  }
  next.operands.insert(next.operands.begin(), first.operands.begin(), first.operands.end());
  next.clobbers = next.clobbers | first.clobbers;
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

template <bool (*kFits)(const Operand&)>
std::size_t operands_that(const SketchInst& inst) {
  auto fits = [](const SketchOperand& operand) { return kFits(operand.operand); };
  return static_cast<std::size_t>(std::count_if(inst.operands.begin(), inst.operands.end(), fits));
}
template <bool (*kFits)(const Operand&)>
std::size_t count_operands_that(const Sketch& sketch) {
  return count_in_insts(sketch, operands_that<kFits>);
}

// Replaces the n-th operand that fits by `change(operand)`.
template <bool (*kFits)(const Operand&), class Change>
void change_operand(Sketch& sketch, std::size_t thing, Change&& change) {
  visit_in_insts(sketch, thing, operands_that<kFits>, [&](SketchInst& inst, std::size_t k) {
    for (SketchOperand& operand : inst.operands) {
      if (!kFits(operand.operand) || k-- > 0) continue;
      operand.operand = change(operand.operand);
      return;
    }
  });
}

template <Constraint kWeaker>
bool is_stricter(const Operand& op) {
  return !op.is_pin() && op.constraint() != Constraint::Any && op.constraint() != kWeaker;
}
template <Constraint kWeaker>
void weaken(Sketch& sketch, std::size_t thing) {
  change_operand<is_stricter<kWeaker>>(sketch, thing, [](const Operand& op) {
    return Operand::make(op.kind(), op.pos(), op.vreg(), kWeaker);
  });
}

// Uses are early, defs late, where nothing is special.
OperandPos usual_pos(const Operand& op) {
  return op.is_use() ? OperandPos::Early : OperandPos::Late;
}
bool is_unusual(const Operand& op) {
  return !op.is_pin() && op.pos() != usual_pos(op);
}
void make_plain(Sketch& sketch, std::size_t thing) {
  change_operand<is_unusual>(sketch, thing, [](const Operand& op) {
    return Operand::make(op.kind(), usual_pos(op), op.vreg(), op.constraint(), op.payload());
  });
}

std::size_t clobbers_any(const SketchInst& inst) {
  return inst.clobbers.empty() ? 0 : 1;
}
std::size_t count_clobbering(const Sketch& sketch) {
  return count_in_insts(sketch, clobbers_any);
}
void drop_clobbers(Sketch& sketch, std::size_t thing) {
  visit_in_insts(sketch, thing, clobbers_any,
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
constexpr std::size_t kFeatures = 3 * kClassCount + 1;

bool has_feature(const Machine& machine, std::size_t feature) {
  std::size_t cls = feature % kClassCount;
  if (feature == 3 * kClassCount) return machine.slot_named_by_last;
  if (feature < kClassCount) return machine.scratch[cls].valid();
  if (feature < 2 * kClassCount) return machine.slot_size[cls] != 1;
  return !machine.non_preferred.of(kClasses[cls]).empty();
}
void drop_feature_of(Machine& machine, std::size_t feature) {
  std::size_t cls = feature % kClassCount;
  if (feature == 3 * kClassCount) {
    machine.slot_named_by_last = false;
  } else if (feature < kClassCount) {
    machine.scratch[cls] = PReg::none();
  } else if (feature < 2 * kClassCount) {
    machine.slot_size[cls] = 1;
  } else {
    RegSet of_class = machine.non_preferred.of(kClasses[cls]);
    machine.preferred = machine.preferred | of_class;
    machine.non_preferred = machine.non_preferred - of_class;
  }
}

// Of `count` things that may be there: how many are, and which is the n-th of these.
template <class There>
std::size_t count_there(std::size_t count, There&& there) {
  std::size_t found = 0;
  for (std::size_t k = 0; k < count; ++k) found += there(k) ? 1 : 0;
  return found;
}
template <class There>
std::size_t nth_there(std::size_t count, std::size_t n, There&& there) {
  std::size_t k = 0;
  for (; k < count; ++k) {
    if (there(k) && n-- == 0) break;
  }
  return k;
}

auto features_of(const Sketch& sketch) {
  return [&sketch](std::size_t feature) { return has_feature(sketch.machine, feature); };
}
std::size_t count_features(const Sketch& sketch) {
  return count_there(kFeatures, features_of(sketch));
}
void drop_feature(Sketch& sketch, std::size_t thing) {
  std::size_t feature = nth_there(kFeatures, thing, features_of(sketch));
  if (feature < kFeatures) drop_feature_of(sketch.machine, feature);
}

// Those but int that registers or values have.
auto classes_of(const Sketch& sketch) {
  return [&sketch](std::size_t k) {
    RegClass cls = kClasses[k + 1];
    const Machine& machine = sketch.machine;
    return !machine.allocatable(cls).empty() || !machine.fixed_stack.of(cls).empty() ||
           std::count(sketch.classes.begin(), sketch.classes.end(), cls) != 0;
  };
}
std::size_t count_classes(const Sketch& sketch) {
  return count_there(kClassCount - 1, classes_of(sketch));
}

// The registers go with their values.
void make_int(Sketch& sketch, std::size_t thing) {
  std::size_t k = nth_there(kClassCount - 1, thing, classes_of(sketch));
  if (k == kClassCount - 1) return;
  RegClass cls = kClasses[k + 1];
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

auto marks_of(const Sketch& sketch) {
  return [&sketch](std::size_t v) { return sketch.rematerializable[v] != 0; };
}
std::size_t count_marks(const Sketch& sketch) {
  return count_there(sketch.rematerializable.size(), marks_of(sketch));
}
void drop_mark(Sketch& sketch, std::size_t thing) {
  std::size_t v = nth_there(sketch.rematerializable.size(), thing, marks_of(sketch));
  if (v < sketch.rematerializable.size()) sketch.rematerializable[v] = 0;
}

std::size_t count_recipes(const Sketch& sketch) {
  return sketch.recipes.size();
}
void drop_recipe(Sketch& sketch, std::size_t thing) {
  if (thing >= sketch.recipes.size()) return;
  sketch.recipes.erase(std::next(sketch.recipes.begin(), static_cast<std::ptrdiff_t>(thing)));
}

// Parts of recipes, of which `kParts` counts those of one.
using PartsOf = std::size_t (*)(const SketchRecipe&);
template <PartsOf kParts>
std::size_t count_in_recipes(const Sketch& sketch) {
  std::size_t count = 0;
  for (const auto& [value, recipe] : sketch.recipes) count += kParts(recipe);
  return count;
}
template <PartsOf kParts, void (*kSimplify)(SketchRecipe&, std::size_t)>
void simplify_in_recipes(Sketch& sketch, std::size_t thing) {
  for (auto& [value, recipe] : sketch.recipes) {
    std::size_t here = kParts(recipe);
    if (thing < here) return kSimplify(recipe, thing);
    thing -= here;
  }
}
std::size_t inputs_of(const SketchRecipe& recipe) {
  return recipe.inputs.size();
}
std::size_t clobbers_of_recipe(const SketchRecipe& recipe) {
  return recipe.clobbers.size();
}
void drop_clobber_of_recipe(SketchRecipe& recipe, std::size_t k) {
  recipe.clobbers.remove(nth_register(recipe.clobbers, k));
}
std::size_t reuses_of(const SketchRecipe& recipe) {
  return recipe.reuse != Recipe::kNoReuse ? 1 : 0;
}
void drop_reuse(SketchRecipe& recipe, std::size_t) {
  recipe.reuse = Recipe::kNoReuse;
}
std::size_t costs_of(const SketchRecipe& recipe) {
  return recipe.cost > 1 ? 1 : 0;
}
void drop_cost(SketchRecipe& recipe, std::size_t) {
  recipe.cost = 1;
}

auto frequencies_of(const Sketch& sketch) {
  return [&sketch](std::size_t b) { return sketch.blocks[b].frequency != 0; };
}
std::size_t count_frequencies(const Sketch& sketch) {
  return count_there(sketch.blocks.size(), frequencies_of(sketch));
}
void drop_frequency(Sketch& sketch, std::size_t thing) {
  std::size_t b = nth_there(sketch.blocks.size(), thing, frequencies_of(sketch));
  if (b < sketch.blocks.size()) sketch.blocks[b].frequency = 0;
}

// The function's, and the word in front of it.
auto names_of(const Sketch& sketch) {
  return [&sketch](std::size_t k) { return k == 0 ? sketch.name != "f" : sketch.multiple_defs; };
}
std::size_t count_names(const Sketch& sketch) {
  return count_there(2, names_of(sketch));
}
void drop_name(Sketch& sketch, std::size_t thing) {
  std::size_t k = nth_there(2, thing, names_of(sketch));
  if (k == 0) sketch.name = "f";
  if (k == 1) sketch.multiple_defs = false;
}

std::size_t count_numberings(const Sketch& sketch) {
  return count_values(sketch) < sketch.classes.size() ? 1 : 0;
}
template <NumberBy kBy>
void renumber(Sketch& sketch, std::size_t) {
  close_gaps(sketch, kBy);
}

// Gaps are closed first, so that nothing costs what the largest number is, and last, where values went.
constexpr Dimension kDimensions[] = {
    {"numbers", count_numberings, renumber<NumberBy::Place>},
    {"numbers", count_numberings, renumber<NumberBy::Number>},
    {"blocks", count_blocks, drop_block},
    {"edges", count_edges, drop_edge},
    {"instructions", count_insts, drop_inst},
    {"joins", count_joins, join_with_next},
    {"joins", count_unreached, join_unreached},
    {"joins", count_hoistable, hoist_block},
    {"parameters", count_params, drop_param},
    {"operands", count_operands, drop_operand},
    {"constraints", count_operands_that<is_stricter<Constraint::Any>>, weaken<Constraint::Any>},
    {"constraints", count_operands_that<is_stricter<Constraint::Reg>>, weaken<Constraint::Reg>},
    {"constraints", count_operands_that<is_unusual>, make_plain},
    {"constraints", count_set_members, drop_set_member},
    {"clobbers", count_clobbering, drop_clobbers},
    {"clobbers", count_clobbers, drop_clobber},
    {"instructions", count_insts, fuse_with_next},
    {"recipes", count_recipes, drop_recipe},
    {"recipes", count_in_recipes<inputs_of>, simplify_in_recipes<inputs_of, drop_input>},
    {"recipes", count_in_recipes<clobbers_of_recipe>,
     simplify_in_recipes<clobbers_of_recipe, drop_clobber_of_recipe>},
    {"recipes", count_in_recipes<reuses_of>, simplify_in_recipes<reuses_of, drop_reuse>},
    {"recipes", count_in_recipes<costs_of>, simplify_in_recipes<costs_of, drop_cost>},
    {"registers", count_registers, drop_register},
    {"registers", count_features, drop_feature},
    {"classes", count_classes, make_int},
    {"labels", count_labels, drop_label},
    {"labels", count_marks, drop_mark},
    {"labels", count_frequencies, drop_frequency},
    {"labels", count_names, drop_name},
    {"numbers", count_numberings, renumber<NumberBy::Place>},
    {"numbers", count_numberings, renumber<NumberBy::Number>},
};

}  // namespace

std::span<const Dimension> reduce_dimensions() {
  return kDimensions;
}

}  // namespace regproof
