// Values that are computed again: the wrong one, in the wrong place, or without a recipe.
#include "sabotage/ways.h"

namespace regproof::sabotage {
namespace {

VReg any_marked(Scene& scene) {
  auto marked = scene.function.rematerializable;
  return marked.empty() ? VReg::none() : marked[scene.below(marked.size())];
}

bool recipe_added(Scene& scene) {
  VReg value = any_marked(scene);
  if (!value.valid()) return false;
  Location to = scene.any_register(scene.function.vreg_class(value));
  scene.insert(Edit::recompute(scene.any_point(), value, value, to));
  return true;
}

Edit* pick_into_register(Scene& scene) {
  return scene.pick_edit([&](const Edit& e) {
    return e.kind == EditKind::Move && e.to.is_reg() && !scene.is_memory(e.to);
  });
}

// Instead of a move, the recipe of some value, which may be the one that is moved.
bool recipe_for_move(Scene& scene) {
  VReg value = any_marked(scene);
  Edit* edit = pick_into_register(scene);
  if (edit == nullptr || !value.valid()) return false;
  *edit = Edit::recompute(edit->point, value, value, edit->to);
  return true;
}

bool recipe_as_another(Scene& scene) {
  VReg value = any_marked(scene);
  Edit* edit = pick_into_register(scene);
  if (edit == nullptr || !value.valid()) return false;
  VReg as(scene.below(scene.function.vreg_count()));
  *edit = Edit::recompute(edit->point, value, as, edit->to);
  return true;
}

// A use of a value that nobody may compute again gets it from a recipe.
bool recipe_that_is_none(Scene& scene) {
  auto spot = scene.pick_operand([&](const Spot& s) {
    return s.op.is_use() && !scene.function.is_rematerializable(s.op.vreg()) &&
           !scene.is_memory(scene.place_of(s));
  });
  if (!spot) return false;
  scene.insert(Edit::recompute(ProgPoint::before(spot->inst), spot->op.vreg(), spot->op.vreg(),
                               scene.place_of(*spot)));
  return true;
}

bool recipe_into_memory(Scene& scene) {
  VReg value = any_marked(scene);
  auto slot = scene.any_slot();
  if (!value.valid() || !slot) return false;
  scene.insert(Edit::recompute(scene.any_point(), value, value, *slot));
  return true;
}

bool recipe_into_another_class(Scene& scene) {
  VReg value = any_marked(scene);
  if (!value.valid()) return false;
  Location to = scene.any_register(scene.another_class(scene.function.vreg_class(value)));
  if (to.is_none()) return false;
  scene.insert(Edit::recompute(scene.any_point(), value, value, to));
  return true;
}

bool recipe_into_reserved_register(Scene& scene) {
  VReg value = any_marked(scene);
  if (!value.valid()) return false;
  auto to = scene.reserved_register(scene.function.vreg_class(value));
  if (!to) return false;
  scene.insert(Edit::recompute(scene.any_point(), value, value, *to));
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
    {"recipe-into-memory", "a value is computed into memory", {kIllegal}, recipe_into_memory},
    {"recipe-into-another-class",
     "a value is computed into a register of another class",
     {FindingKind::WrongClass},
     recipe_into_another_class},
    {"recipe-into-reserved-register",
     "a value is computed into a register that is not for values",
     {FindingKind::EditIllegalPlace},
     recipe_into_reserved_register},
};

}  // namespace

std::span<const Way> recipe_ways() {
  return kWays;
}

}  // namespace regproof::sabotage
