// Values that are computed again: the wrong one, in the wrong place, of wrong inputs, where it may not be, or
// without a recipe.
#include <algorithm>
#include <utility>

#include "sabotage/ways.h"

namespace regproof::sabotage {
namespace {

bool has_recipe(const Scene& scene, VReg value) {
  return scene.function.is_rematerializable(value) || scene.function.find_recipe(value) != nullptr;
}

VReg any_with_recipe(Scene& scene) {
  auto marked = scene.function.rematerializable;
  auto recipes = scene.function.recipes;
  if (marked.empty() && recipes.empty()) return VReg::none();
  std::uint32_t number = scene.below(marked.size() + recipes.size());
  return number < marked.size() ? marked[number] : recipes[number - marked.size()].value;
}

// A register in which some operand of the value stands; any register where none does.
Location some_register_of(Scene& scene, VReg value) {
  auto spot = scene.pick_operand([&](const Spot& s) {
    return s.op.vreg() == value && scene.place_of(s).is_reg() &&
           !scene.is_memory(scene.place_of(s));
  });
  return spot ? scene.place_of(*spot) : scene.any_register(scene.function.vreg_class(value));
}

bool recipe_added(Scene& scene) {
  VReg value = any_with_recipe(scene);
  if (!value.valid()) return false;
  Location to = scene.any_register(scene.function.vreg_class(value));
  scene.insert(scene.recipe_run(scene.any_point(), value, value, to));
  return true;
}

Edit* pick_into_register(Scene& scene) {
  return scene.pick_edit([&](const Edit& e) {
    return e.kind == EditKind::Move && e.to.is_reg() && !scene.is_memory(e.to);
  });
}

// Instead of a move, the recipe of some value, which may be the one that is moved.
bool recipe_for_move(Scene& scene) {
  VReg value = any_with_recipe(scene);
  Edit* edit = pick_into_register(scene);
  if (edit == nullptr || !value.valid()) return false;
  *edit = scene.recipe_run(edit->point, value, value, edit->to);
  return true;
}

bool recipe_as_another(Scene& scene) {
  VReg value = any_with_recipe(scene);
  Edit* edit = pick_into_register(scene);
  if (edit == nullptr || !value.valid()) return false;
  VReg as(scene.below(scene.function.vreg_count()));
  *edit = scene.recipe_run(edit->point, value, as, edit->to);
  return true;
}

// A use of a value that nobody may compute again gets it from a recipe.
bool recipe_that_is_none(Scene& scene) {
  auto spot = scene.pick_operand([&](const Spot& s) {
    return s.op.is_use() && !has_recipe(scene, s.op.vreg()) && !scene.is_memory(scene.place_of(s));
  });
  if (!spot) return false;
  scene.insert(Edit::recompute(ProgPoint::before(spot->inst), spot->op.vreg(), spot->op.vreg(),
                               scene.place_of(*spot)));
  return true;
}

// A parameter that gets another value over one edge is computed as what another edge brings.
bool recipe_of_one_argument(Scene& scene) {
  const FunctionView& function = scene.function;
  auto brings = [&](std::uint32_t e) {
    auto arguments = function.arguments(Edge(e));
    return std::any_of(arguments.begin(), arguments.end(),
                       [&](VReg v) { return has_recipe(scene, v); });
  };
  auto edge = scene.pick(function.edge_count(), brings);
  if (!edge) return false;
  auto arguments = function.arguments(Edge(*edge));
  auto index = scene.pick(arguments.size(),
                          [&](std::uint32_t k) { return has_recipe(scene, arguments[k]); });
  Block target = function.target(Edge(*edge));
  bool contradicted = false;
  for (Edge other : function.predecessors(target)) {
    contradicted = contradicted || function.arguments(other)[*index] != arguments[*index];
  }
  if (!contradicted) return false;
  VReg param = function.params(target)[*index];
  ProgPoint head = ProgPoint::before(function.insts(target).front());
  scene.insert(scene.recipe_run(head, arguments[*index], param,
                                scene.any_register(function.vreg_class(param))));
  return true;
}

bool recipe_into_memory(Scene& scene) {
  VReg value = any_with_recipe(scene);
  auto slot = scene.any_slot();
  if (!value.valid() || !slot) return false;
  scene.insert(scene.recipe_run(scene.any_point(), value, value, *slot));
  return true;
}

bool recipe_into_another_class(Scene& scene) {
  VReg value = any_with_recipe(scene);
  if (!value.valid()) return false;
  Location to = scene.any_register(scene.another_class(scene.function.vreg_class(value)));
  if (to.is_none()) return false;
  scene.insert(scene.recipe_run(scene.any_point(), value, value, to));
  return true;
}

bool recipe_into_reserved_register(Scene& scene) {
  VReg value = any_with_recipe(scene);
  if (!value.valid()) return false;
  auto to = scene.reserved_register(scene.function.vreg_class(value));
  if (!to) return false;
  scene.insert(scene.recipe_run(scene.any_point(), value, value, *to));
  return true;
}

// Of recomputations that the sound answer runs.

// What has to be its input's register moves with it.
bool read_from(const InputSpot& spot, Location at) {
  if (!at.is_reg() || at.as_reg() == spot.reg()) return false;
  spot.reg() = at.as_reg();
  if (spot.recipe->reuse == spot.input) spot.edit->to = at;
  return true;
}

bool recipe_input_elsewhere(Scene& scene) {
  auto spot = scene.pick_value_input();
  return spot && read_from(*spot, scene.any_register(scene.function.vreg_class(spot->op.vreg())));
}

bool recipe_input_stale(Scene& scene) {
  auto spot = scene.pick_value_input();
  return spot && read_from(*spot, some_register_of(scene, spot->op.vreg()));
}

bool recipe_inputs_exchanged(Scene& scene) {
  auto spot = scene.pick_input([](const InputSpot& s) { return s.input > 0; });
  if (!spot) return false;
  std::swap(spot->reg(), spot->edit->inputs[scene.below(spot->input)]);
  return true;
}

// A register of the class that the recipe clobbers and that is for values.
std::optional<Location> clobbered_register(Scene& scene, const Recipe& recipe, RegClass cls) {
  std::vector<PReg> registers;
  (scene.function.reg_set(recipe.clobbers) & scene.machine.allocatable(cls))
      .for_each([&](PReg reg) { registers.push_back(reg); });
  if (registers.empty()) return std::nullopt;
  return Location::reg(scene.one_of(registers));
}

// The input is moved there, so that it can be read.
bool recipe_input_clobbered(Scene& scene) {
  auto spot = scene.pick_value_input();
  if (!spot) return false;
  auto at = clobbered_register(scene, *spot->recipe, scene.function.vreg_class(spot->op.vreg()));
  if (!at) return false;
  Edit move = Edit::move(spot->edit->point, Location::reg(spot->reg()), *at);
  spot->reg() = at->as_reg();
  std::size_t index = scene.index_of_edit(spot->edit);
  scene.output.edits.insert(scene.output.edits.begin() + static_cast<std::ptrdiff_t>(index), move);
  return true;
}

bool recipe_result_clobbered(Scene& scene) {
  auto clobbered = [&](const Edit& e) {
    const Recipe* recipe = scene.recipe_of(e);
    return recipe != nullptr &&
           clobbered_register(scene, *recipe, scene.function.vreg_class(e.remat)).has_value();
  };
  Edit* edit = scene.pick_edit(clobbered);
  if (edit == nullptr) return false;
  edit->to = *clobbered_register(scene, *scene.function.find_recipe(edit->remat),
                                 scene.function.vreg_class(edit->remat));
  return true;
}

bool recipe_input_not_reused(Scene& scene) {
  auto spot = scene.pick_input([](const InputSpot& s) { return s.recipe->reuse == s.input; });
  if (!spot) return false;
  spot->edit->to = scene.any_register(scene.function.vreg_class(spot->op.vreg()));
  return true;
}

bool recipe_pin_elsewhere(Scene& scene) {
  auto spot = scene.pick_input([](const InputSpot& s) { return s.op.is_pin(); });
  return spot && read_from(*spot, scene.any_register(scene.any_class()));
}

bool recipe_input_unfit(Scene& scene) {
  auto spot = scene.pick_value_input();
  if (!spot) return false;
  RegClass cls = scene.function.vreg_class(spot->op.vreg());
  if (scene.coin()) return read_from(*spot, scene.any_register(scene.another_class(cls)));
  auto reserved = scene.reserved_register(cls);
  return reserved && read_from(*spot, *reserved);
}

bool recipe_inputs_miscounted(Scene& scene) {
  auto spot = scene.pick_value_input();
  if (!spot) return false;
  auto& inputs = spot->edit->inputs;
  std::uint32_t count = spot->recipe->input_count;
  if (count == kMaxRecipeInputs || scene.coin()) {
    inputs[count - 1] = PReg::none();
  } else {
    inputs[count] = inputs[0];
  }
  return true;
}

Edit move_to(Scene& scene, Edit* edit, ProgPoint point) {
  Edit moved = *edit;
  scene.erase_edit(scene.index_of_edit(edit));
  moved.point = point;
  return moved;
}

// Its value has not been made there on some path: ahead of it in its block, or in a block before.
bool recipe_ahead_of_definition(Scene& scene) {
  auto spot = scene.pick_value_input();
  if (!spot) return false;
  VReg value = spot->edit->remat;
  auto definition =
      scene.pick_operand([&](const Spot& s) { return s.op.is_def() && s.op.vreg() == value; });
  if (!definition) return false;
  std::uint32_t point = scene.below(2 * definition->inst.value() + 1);
  scene.insert(move_to(scene, spot->edit, ProgPoint::from_bits(point)));
  return true;
}

// Up to four points later in its block: what it reads may have been overwritten by then.
bool recipe_later(Scene& scene) {
  auto spot = scene.pick_value_input();
  if (!spot) return false;
  Block block = scene.function.block_of(spot->edit->point.inst());
  std::uint32_t last = ProgPoint::before(scene.function.terminator(block)).bits();
  std::uint32_t point = spot->edit->point.bits() + 1 + scene.below(4);
  scene.insert(move_to(scene, spot->edit, ProgPoint::from_bits(std::min(point, last))));
  return true;
}

// Ahead of what brings its input, or behind what overwrites it.
bool recipe_among_neighbours(Scene& scene) {
  auto spot = scene.pick_input([&](const InputSpot& s) {
    return !s.op.is_pin() && scene.group_at(s.edit->point).size() > 1;
  });
  if (!spot) return false;
  Scene::Group group = scene.group_at(spot->edit->point);
  std::swap(*spot->edit, scene.output.edits[group.first + scene.below(group.size())]);
  return true;
}

constexpr FindingKind kIllegal = FindingKind::RematIllegal;

const Way kWays[] = {
    {"recipe-added", "a recipe runs anywhere, into any register", kUseRules, recipe_added},
    {"recipe-for-move", "instead of a move, a value is computed again", kUseRules, recipe_for_move},
    {"recipe-as-another", "a recipe stands for any value", {kIllegal}, recipe_as_another},
    {"recipe-that-is-none",
     "a value without a recipe is computed again",
     {kIllegal},
     recipe_that_is_none},
    {"recipe-of-one-argument",
     "a parameter is computed as what one of several edges brings",
     {kIllegal},
     recipe_of_one_argument},
    {"recipe-into-memory", "a value is computed into memory", {kIllegal}, recipe_into_memory},
    {"recipe-into-another-class",
     "a value is computed into a register of another class",
     {FindingKind::WrongClass},
     recipe_into_another_class},
    {"recipe-into-reserved-register",
     "a value is computed into a register that is not for values",
     {FindingKind::EditIllegalPlace},
     recipe_into_reserved_register},
    {"recipe-input-elsewhere", "a recipe reads any register", kUseRules, recipe_input_elsewhere},
    {"recipe-input-stale", "a recipe reads a register in which its input stands at another time",
     kUseRules, recipe_input_stale},
    {"recipe-inputs-exchanged",
     "a recipe reads one input in the register of another",
     {FindingKind::WrongValue, FindingKind::UndefinedValue, FindingKind::WrongClass, kIllegal},
     recipe_inputs_exchanged},
    {"recipe-input-clobbered",
     "a recipe reads an input in a register that it clobbers",
     {kIllegal},
     recipe_input_clobbered},
    {"recipe-result-clobbered",
     "a recipe has its result in a register that it clobbers",
     {kIllegal},
     recipe_result_clobbered},
    {"recipe-input-not-reused",
     "a recipe that reuses an input has its result elsewhere",
     {kIllegal},
     recipe_input_not_reused},
    {"recipe-pin-elsewhere",
     "a recipe reads another register than its own",
     {kIllegal},
     recipe_pin_elsewhere},
    {"recipe-input-unfit",
     "a recipe reads a register of another class, or one that is not for values",
     {kIllegal, FindingKind::WrongClass},
     recipe_input_unfit},
    {"recipe-inputs-miscounted",
     "a recipe names an input too few or too many",
     {kIllegal},
     recipe_inputs_miscounted},
    {"recipe-ahead-of-definition",
     "a recipe of values runs ahead of the definition that it repeats",
     {kIllegal},
     recipe_ahead_of_definition},
    {"recipe-later", "a recipe of values runs up to four points later", kUseRules, recipe_later},
    {"recipe-among-neighbours", "a recipe of values changes places with another edit of its point",
     kUseRules, recipe_among_neighbours},
};

}  // namespace

std::span<const Way> recipe_ways() {
  return kWays;
}

}  // namespace regproof::sabotage
