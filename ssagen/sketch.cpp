#include "ssagen/sketch.h"

#include <algorithm>
#include <optional>

#include "ssagen/complete.h"
#include "ssagen/draft.h"

namespace regproof {
namespace {

SketchInst sketch_inst(const FunctionView& function, Block block, Inst inst) {
  SketchInst result;
  result.kind = function.kind(inst);
  result.clobbers = function.clobbers(inst);
  for (const Operand& op : function.operands(inst)) {
    bool in = op.constraint() == Constraint::In;
    result.operands.push_back({op, in ? function.reg_set(op.reg_set()) : RegSet()});
  }
  if (!function.is_terminator(inst)) return result;
  for (Edge e : function.successors(block)) {
    auto arguments = function.arguments(e);
    result.targets.push_back({function.target(e).value(), {arguments.begin(), arguments.end()}});
  }
  return result;
}

std::vector<SketchLabel> sketch_labels(const FunctionView& function) {
  std::vector<SketchLabel> labels;
  if (function.debug_labels.empty()) return labels;
  std::vector<std::uint8_t> defined(function.vreg_count(), 0);
  for (Block b : function.blocks()) {
    for (VReg v : function.params(b)) defined[v.value()] = 1;
  }
  for (const Operand& op : function.operand_array) {
    if (op.is_def() && !op.is_pin()) defined[op.vreg().value()] = 1;
  }
  for (const DebugLabel& label : function.debug_labels) {
    labels.push_back({label, defined[label.vreg.value()] == 0});
  }
  return labels;
}

// Calls `visit(vreg)` for every mention of a value, in the order of the text.
template <class Visit>
void for_each_value(const Sketch& sketch, Visit&& visit) {
  for (const SketchBlock& block : sketch.blocks) {
    for (VReg v : block.params) visit(v);
    for (const SketchInst& inst : block.insts) {
      for (const SketchOperand& operand : inst.operands) {
        if (!operand.operand.is_pin()) visit(operand.operand.vreg());
      }
      for (const SketchTarget& target : inst.targets) {
        for (VReg v : target.arguments) visit(v);
      }
    }
  }
  for (const SketchLabel& label : sketch.labels) visit(label.debug.vreg);
}

// Every mention of a value `v` becomes one of `now[v]`.
void replace_values(Sketch& sketch, const std::vector<VReg>& now) {
  auto replace = [&](VReg& v) { v = now[v.value()]; };
  for (SketchBlock& block : sketch.blocks) {
    for (VReg& v : block.params) replace(v);
    for (SketchInst& inst : block.insts) {
      for (SketchOperand& operand : inst.operands) {
        const Operand& op = operand.operand;
        if (op.is_pin()) continue;
        operand.operand = Operand::make(op.kind(), op.pos(), now[op.vreg().value()],
                                        op.constraint(), op.payload());
      }
      for (SketchTarget& target : inst.targets) {
        for (VReg& v : target.arguments) replace(v);
      }
    }
  }
  for (SketchLabel& label : sketch.labels) replace(label.debug.vreg);
  boost::container::flat_map<VReg, SketchRecipe> recipes;
  for (auto& [value, recipe] : sketch.recipes) {
    if (!now[value.value()].valid()) continue;
    for (std::size_t i = recipe.inputs.size(); i-- > 0;) {
      Operand& input = recipe.inputs[i];
      if (input.is_pin()) continue;
      input = Operand::use(now[input.vreg().value()], Constraint::Reg);
      if (!input.vreg().valid()) drop_input(recipe, i);
    }
    recipes.emplace(now[value.value()], std::move(recipe));
  }
  sketch.recipes = std::move(recipes);
}

// The way from a sketch to a draft: definitions count on from one another there.
class Drafter {
 public:
  explicit Drafter(const Sketch& sketch) : sketch_(sketch) {
    draft_.name = sketch.name;
    draft_.multiple_defs = sketch.multiple_defs;
    draft_.defs_in_both_phases = sketch.multiple_defs;
    draft_.number_limit = std::max<std::uint32_t>(
        draft_.number_limit, static_cast<std::uint32_t>(sketch.classes.size()));
  }

  Draft run() {
    for (const SketchBlock& block : sketch_.blocks) add_block(block);
    for (const SketchLabel& label : sketch_.labels) add_label(label);
    return std::move(draft_);
  }

 private:
  // `inst` defines it; null where that is a parameter.
  DraftDef def_of(VReg v, const SketchInst* inst) {
    std::int64_t number = v.value();
    DraftDef def{sketch_.classes[v.value()], static_cast<std::int32_t>(number - previous_ - 1),
                 sketch_.rematerializable[v.value()] != 0, add_recipe(v, inst)};
    previous_ = number;
    return def;
  }

  // Among the values that the instruction uses; none where it is not.
  static std::optional<std::uint32_t> place_of_use(VReg v, const SketchInst* inst) {
    if (inst == nullptr) return std::nullopt;
    std::uint32_t place = 0;
    for (const SketchOperand& operand : inst->operands) {
      const Operand& op = operand.operand;
      if (op.is_pin() || op.is_def()) continue;
      if (op.vreg() == v) return place;
      ++place;
    }
    return std::nullopt;
  }

  std::uint32_t add_recipe(VReg v, const SketchInst* inst) {
    auto found = sketch_.recipes.find(v);
    if (found == sketch_.recipes.end()) return 0;
    const SketchRecipe& from = found->second;
    DraftRecipe recipe;
    recipe.cost = from.cost;
    recipe.clobbers = from.clobbers;
    for (std::size_t i = 0; i < from.inputs.size() && i < kMaxRecipeInputs; ++i) {
      const Operand& op = from.inputs[i];
      std::optional<std::uint32_t> number =
          op.is_pin() ? std::uint32_t{op.preg().value()} : place_of_use(op.vreg(), inst);
      if (!number) continue;
      if (from.reuse == i) recipe.reuse = recipe.input_count;
      recipe.inputs[recipe.input_count++] = {op.is_pin(), *number};
    }
    draft_.recipes.push_back(recipe);
    return static_cast<std::uint32_t>(draft_.recipes.size());
  }
  DraftRef use_of(VReg v) const { return {sketch_.classes[v.value()], 0, v}; }

  std::uint32_t add_set(const RegSet& set) {
    if (set.empty()) return 0;
    draft_.sets.push_back(set);
    return static_cast<std::uint32_t>(draft_.sets.size() - 1);
  }

  void add_operand(const SketchOperand& from, const SketchInst& inst) {
    const Operand& op = from.operand;
    DraftOperand operand;
    operand.kind = op.kind();
    operand.pos = op.pos();
    operand.constraint = op.constraint();
    operand.payload = op.payload();
    if (op.is_pin()) {
      operand.payload = number_of(op.preg());
      operand.use.cls = class_of(op.preg());
    } else if (op.is_def()) {
      operand.def = def_of(op.vreg(), &inst);
    } else {
      operand.use = use_of(op.vreg());
    }
    if (op.constraint() == Constraint::Fixed) operand.payload = number_of(op.preg());
    if (op.constraint() == Constraint::In) operand.payload = add_set(from.set);
    draft_.operands.push_back(operand);
  }

  void add_target(const SketchTarget& from) {
    DraftTarget target;
    target.block = static_cast<std::int64_t>(from.block);
    target.first_argument = static_cast<std::uint32_t>(draft_.arguments.size());
    for (VReg v : from.arguments) draft_.arguments.push_back(use_of(v));
    target.end_argument = static_cast<std::uint32_t>(draft_.arguments.size());
    draft_.targets.push_back(target);
  }

  void add_inst(const SketchInst& from) {
    DraftInst inst;
    inst.kind = from.kind;
    inst.clobbers = add_set(from.clobbers);
    inst.first_operand = static_cast<std::uint32_t>(draft_.operands.size());
    for (const SketchOperand& operand : from.operands) add_operand(operand, from);
    inst.end_operand = static_cast<std::uint32_t>(draft_.operands.size());
    inst.first_target = static_cast<std::uint32_t>(draft_.targets.size());
    for (const SketchTarget& target : from.targets) add_target(target);
    inst.end_target = static_cast<std::uint32_t>(draft_.targets.size());
    draft_.insts.push_back(inst);
  }

  void add_block(const SketchBlock& from) {
    DraftBlock block;
    block.frequency = from.frequency;
    block.first_param = static_cast<std::uint32_t>(draft_.params.size());
    for (VReg v : from.params) draft_.params.push_back(def_of(v, nullptr));
    block.end_param = static_cast<std::uint32_t>(draft_.params.size());
    block.first_inst = static_cast<std::uint32_t>(draft_.insts.size());
    for (const SketchInst& inst : from.insts) add_inst(inst);
    block.end_inst = static_cast<std::uint32_t>(draft_.insts.size());
    draft_.blocks.push_back(block);
  }

  void add_label(const SketchLabel& from) {
    const DebugLabel& debug = from.debug;
    RegClass cls = from.undefined ? sketch_.classes[debug.vreg.value()] : RegClass::None;
    draft_.labels.push_back(
        {debug.vreg.value(), debug.from.value(), debug.to.value(), debug.label, true, cls});
  }

  const Sketch& sketch_;
  Draft draft_;
  std::int64_t previous_ = -1;
};

}  // namespace

SketchInst jump_to(std::size_t block) {
  SketchInst jump;
  jump.kind = InstKind::Branch;
  jump.targets.push_back({block, {}});
  return jump;
}

VReg new_value(Sketch& sketch, RegClass cls) {
  sketch.classes.push_back(cls);
  sketch.rematerializable.push_back(0);
  return VReg(static_cast<std::uint32_t>(sketch.classes.size() - 1));
}

void copy_recipe(Sketch& sketch, VReg from, VReg to) {
  auto recipe = sketch.recipes.find(from);
  if (recipe == sketch.recipes.end()) return;
  SketchRecipe copy = recipe->second;  // the map moves what it holds
  sketch.recipes.insert_or_assign(to, std::move(copy));
}

void drop_input(SketchRecipe& recipe, std::size_t input) {
  recipe.inputs.erase(recipe.inputs.begin() + static_cast<std::ptrdiff_t>(input));
  if (recipe.reuse == Recipe::kNoReuse || recipe.reuse < input) return;
  recipe.reuse =
      recipe.reuse == input ? Recipe::kNoReuse : static_cast<std::uint8_t>(recipe.reuse - 1);
}

std::size_t count_values(const Sketch& sketch) {
  std::vector<std::uint8_t> named(sketch.classes.size(), 0);
  std::size_t count = 0;
  for_each_value(sketch, [&](VReg v) {
    count += named[v.value()] == 0 ? 1 : 0;
    named[v.value()] = 1;
  });
  return count;
}

void close_gaps(Sketch& sketch, NumberBy by) {
  std::vector<VReg> named;
  std::vector<std::uint8_t> seen(sketch.classes.size(), 0);
  for_each_value(sketch, [&](VReg v) {
    if (seen[v.value()] == 0) named.push_back(v);
    seen[v.value()] = 1;
  });
  if (by == NumberBy::Number) std::sort(named.begin(), named.end());
  std::vector<VReg> now(sketch.classes.size());
  std::vector<RegClass> classes;
  std::vector<std::uint8_t> rematerializable;
  for (VReg v : named) {
    now[v.value()] = VReg(static_cast<std::uint32_t>(classes.size()));
    classes.push_back(sketch.classes[v.value()]);
    rematerializable.push_back(sketch.rematerializable[v.value()]);
  }
  replace_values(sketch, now);
  sketch.classes = std::move(classes);
  sketch.rematerializable = std::move(rematerializable);
}

PReg nth_register(RegSet set, std::size_t n) {
  for (; n > 0; --n) set.remove(set.first());
  return set.first();
}

Sketch sketch_of(const FunctionView& function, const Machine& machine) {
  Sketch sketch;
  sketch.machine = machine;
  sketch.name = function.name;
  sketch.multiple_defs = function.multiple_defs;
  sketch.classes.assign(function.vreg_classes.begin(), function.vreg_classes.end());
  sketch.rematerializable.assign(function.vreg_count(), 0);
  for (VReg v : function.rematerializable) sketch.rematerializable[v.value()] = 1;
  for (const Recipe& recipe : function.recipes) {
    auto inputs = function.inputs(recipe);
    sketch.recipes[recipe.value] = {{inputs.begin(), inputs.end()},
                                    recipe.cost,
                                    recipe.reuse,
                                    function.reg_set(recipe.clobbers)};
  }
  for (Block b : function.blocks()) {
    SketchBlock block;
    auto params = function.params(b);
    block.params.assign(params.begin(), params.end());
    block.frequency = function.frequency(b);
    for (Inst inst : function.insts(b)) block.insts.push_back(sketch_inst(function, b, inst));
    sketch.blocks.push_back(std::move(block));
  }
  sketch.labels = sketch_labels(function);
  return sketch;
}

Program finish(const Sketch& sketch, bool feasible) {
  Machine machine = repair_machine(sketch.machine);
  Draft draft = Drafter(sketch).run();
  RepairCounts counts;
  Function function = feasible ? complete(std::move(draft), machine)
                               : complete_unloosened(std::move(draft), machine, counts);
  return {machine, std::move(function)};
}

}  // namespace regproof
