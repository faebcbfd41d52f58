// Recipes with inputs, seen from around them: what they find, what they overwrite, and where they are
// taken to be the shorter way.
#include <algorithm>
#include <utility>

#include "sabotage/ways.h"

namespace regproof::sabotage {
namespace {

// What stands there is lost, as by a move or another recipe that comes in between.
bool input_overwritten(Scene& scene) {
  auto read = scene.pick_value_input();
  if (!read) return false;
  Location at = Location::reg(read->reg());
  Edit over = Edit::move(read->edit->point, scene.any_register(class_of(read->reg())), at);
  auto edits = scene.output.edits.begin();
  scene.output.edits.insert(edits + (read->edit - scene.output.edits.data()), over);
  return true;
}

bool inputs_dropped(Scene& scene) {
  auto read = scene.pick_input([](const InputSpot&) { return true; });
  if (!read) return false;
  auto& inputs = read->edit->inputs;
  auto first = inputs.begin() + read->input;
  auto end = scene.coin() ? first + 1 : inputs.end();
  std::fill(std::move(end, inputs.end(), first), inputs.end(), PReg::none());
  return true;
}

bool input_added(Scene& scene) {
  Edit* edit = scene.pick_edit([](const Edit& e) {
    return e.kind == EditKind::Remat && e.input_count() < kMaxRecipeInputs;
  });
  if (edit == nullptr) return false;
  edit->inputs[edit->input_count()] = scene.any_register(scene.any_class()).as_reg();
  return true;
}

// The result lies over an input, and goes on to where it should be: the input is lost.
bool result_over_input(Scene& scene) {
  auto read = scene.pick_input([](const InputSpot& r) {
    return !r.op.is_pin() && !r.recipe->has_reuse() && r.edit->to.is_reg() &&
           class_of(r.edit->to.as_reg()) == class_of(r.reg());
  });
  if (!read) return false;
  Location over = Location::reg(read->reg());
  Edit onward = Edit::move(read->edit->point, over, read->edit->to);
  read->edit->to = over;
  auto edits = scene.output.edits.begin();
  scene.output.edits.insert(edits + (read->edit - scene.output.edits.data()) + 1, onward);
  return true;
}

// When it runs.

// A point that some path comes to without the definition.
std::optional<ProgPoint> point_around(Scene& scene, VReg value) {
  auto spot =
      scene.pick_operand([&](const Spot& s) { return s.op.is_def() && s.op.vreg() == value; });
  if (!spot) return std::nullopt;
  constexpr std::uint32_t kLongest = 8;
  Block home = scene.function.block_of(spot->inst), block = FunctionView::entry();
  for (std::uint32_t left = scene.below(kLongest); left > 0 && block != home; --left) {
    auto edges = scene.function.successors(block);
    if (edges.empty()) break;
    auto first = edges.front().value();
    block = scene.function.target(Edge(first + scene.below(edges.size())));
  }
  auto insts = scene.function.insts(block);
  std::uint32_t end = block == home ? spot->inst.value() + 1 : insts.back().value() + 1;
  std::uint32_t first = insts.front().value();
  return ProgPoint::before(Inst(first + scene.below(end - first)));
}

bool recipe_around_definition(Scene& scene) {
  auto recipe = scene.pick(scene.function.recipes.size(), [&](std::uint32_t r) {
    return scene.reads_values(scene.function.recipes[r]);
  });
  if (!recipe) return false;
  VReg value = scene.function.recipes[*recipe].value;
  auto point = point_around(scene, value);
  if (!point) return false;
  scene.insert(
      scene.recipe_run(*point, value, value, scene.any_register(scene.function.vreg_class(value))));
  return true;
}

bool recipe_at_another_point(Scene& scene) {
  auto read = scene.pick_value_input();
  if (!read) return false;
  Edit* edit = read->edit;
  Edit moved = *edit;
  auto insts = scene.function.insts(scene.function.block_of(edit->point.inst()));
  std::uint32_t first = ProgPoint::before(insts.front()).bits();
  std::uint32_t points = 2 * static_cast<std::uint32_t>(insts.size()) - 1;
  moved.point = ProgPoint::from_bits(first + scene.below(points));
  scene.erase_edit(scene.index_of_edit(edit));
  scene.insert(moved);
  return true;
}

// What it computes.

// Of another value of the class, with as many inputs; with the same ones where there is such.
const Recipe* another_recipe(Scene& scene, const Edit& edit) {
  const Recipe* mine = scene.recipe_of(edit);
  if (mine == nullptr) return nullptr;
  auto inputs = scene.function.inputs(*mine);
  auto pick = [&](bool same) {
    auto found = scene.pick(scene.function.recipes.size(), [&](std::uint32_t r) {
      const Recipe& other = scene.function.recipes[r];
      auto theirs = scene.function.inputs(other);
      return &other != mine && theirs.size() == inputs.size() &&
             (!same || std::equal(theirs.begin(), theirs.end(), inputs.begin())) &&
             scene.function.vreg_class(other.value) == scene.function.vreg_class(mine->value);
    });
    return found ? &scene.function.recipes[*found] : nullptr;
  };
  const Recipe* same = pick(true);
  return same != nullptr ? same : pick(false);
}

bool run_another(Scene& scene, bool under_its_name) {
  const Recipe* other = nullptr;
  Edit* edit = scene.pick_edit([&](const Edit& e) {
    other = another_recipe(scene, e);
    return other != nullptr;
  });
  if (edit == nullptr) return false;
  edit->remat = other->value;
  if (under_its_name) edit->remat_as = other->value;
  return true;
}

bool recipe_of_another(Scene& scene) {
  return run_another(scene, true);
}

bool recipe_of_another_as_this(Scene& scene) {
  return run_another(scene, false);
}

// Where a use stands behind it that has a recipe, a load becomes that recipe: its inputs may be gone.
bool recipe_for_load(Scene& scene) {
  std::optional<Spot> use;
  Edit* load = scene.pick_edit([&](const Edit& e) {
    if (e.kind != EditKind::Move || !scene.is_memory(e.from) || e.point.is_after()) return false;
    for (const Spot& spot : scene.operands_of(e.point.inst())) {
      bool fits = spot.op.is_use() && scene.place_of(spot) == e.to &&
                  scene.function.find_recipe(spot.op.vreg()) != nullptr;
      if (fits) use = spot;
    }
    return use.has_value();
  });
  if (load == nullptr) return false;
  *load = scene.recipe_run(load->point, use->op.vreg(), use->op.vreg(), load->to);
  return true;
}

// A value that is there is computed again right ahead of its use.
bool recipe_ahead_of_use(Scene& scene) {
  auto use = scene.pick_operand([&](const Spot& s) {
    return s.op.is_use() && scene.function.find_recipe(s.op.vreg()) != nullptr &&
           !scene.is_memory(scene.place_of(s));
  });
  if (!use) return false;
  scene.insert(scene.recipe_run(ProgPoint::before(use->inst), use->op.vreg(), use->op.vreg(),
                                scene.place_of(*use)));
  return true;
}

constexpr FindingKind kIllegal = FindingKind::RematIllegal;

const Way kWays[] = {
    {"input-overwritten", "a move overwrites an input right ahead of the recipe", kUseRules,
     input_overwritten},
    {"inputs-dropped", "a recipe runs without one or several inputs", {kIllegal}, inputs_dropped},
    {"input-added", "a recipe runs with an input too many", {kIllegal}, input_added},
    {"result-over-input", "a recipe computes into an input's register, and a move follows",
     kUseRules, result_over_input},
    {"recipe-around-definition",
     "a recipe runs where a path comes by that does not define its value",
     {kIllegal},
     recipe_around_definition},
    {"recipe-at-another-point", "a recipe runs elsewhere in its block", kUseRules,
     recipe_at_another_point},
    {"recipe-of-another", "another value's recipe runs on the inputs", kUseRules,
     recipe_of_another},
    {"recipe-of-another-as-this",
     "another value's recipe runs on the inputs, under this one's name",
     {kIllegal},
     recipe_of_another_as_this},
    {"recipe-for-load", "instead of a load, a value is computed from inputs", kUseRules,
     recipe_for_load},
    {"recipe-ahead-of-use", "a value is computed again ahead of a use", kUseRules,
     recipe_ahead_of_use},
};

}  // namespace

std::span<const Way> input_ways() {
  return kWays;
}

}  // namespace regproof::sabotage
