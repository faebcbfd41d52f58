// Recipes with inputs: who has one, from what, at what price.
#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "ssagen/mutations.h"

namespace regproof {
namespace {

bool is_written(const Operand& op) {
  return !op.is_pin() && op.is_def();
}

Operand any_pin(Choices& choices) {
  RegClass cls = kClasses[pick(choices, kClassCount)];
  return Operand::pin(make_preg(cls, kRegsPerClass - 1 - choices.below(8)));
}

// A value that the instruction reads, or a register outside of the allocation.
Operand any_input(const SketchInst& inst, Choices& choices) {
  std::vector<VReg> read;
  for (const SketchOperand& operand : inst.operands) {
    if (is_read(operand.operand)) read.push_back(operand.operand.vreg());
  }
  if (read.empty() || choices.below(8) == 7) return any_pin(choices);
  return Operand::use(read[pick(choices, read.size())], Constraint::Reg);
}

// One for which `fits` holds, or null.
template <class Fits>
SketchRecipe* any_recipe(Sketch& sketch, Choices& choices, Fits&& fits) {
  std::vector<SketchRecipe*> fitting;
  for (auto& [value, recipe] : sketch.recipes) {
    if (fits(recipe)) fitting.push_back(&recipe);
  }
  return fitting.empty() ? nullptr : fitting[pick(choices, fitting.size())];
}

bool has_inputs(const SketchRecipe& recipe) {
  return !recipe.inputs.empty();
}
bool has_different_inputs(const SketchRecipe& recipe) {
  const std::vector<Operand>& inputs = recipe.inputs;
  return std::adjacent_find(inputs.begin(), inputs.end(), std::not_equal_to<>()) != inputs.end();
}
bool is_any(const SketchRecipe&) {
  return true;
}

bool give_recipe(Sketch& sketch, Choices& choices) {
  SketchInst* inst = nullptr;
  SketchOperand* operand = any_operand(sketch, choices, inst, is_written);
  if (operand == nullptr) return false;
  SketchRecipe recipe;
  for (std::uint32_t n = choices.below(kMaxRecipeInputs + 1); n > 0; --n) {
    recipe.inputs.push_back(any_input(*inst, choices));
  }
  VReg v = operand->operand.vreg();
  sketch.rematerializable[v.value()] = 0;
  sketch.recipes.insert_or_assign(v, std::move(recipe));
  return true;
}

// From nothing, or from a register that never changes.
bool give_parameter_recipe(Sketch& sketch, Choices& choices) {
  SketchBlock& block = any_block(sketch, choices);
  if (block.params.empty()) return false;
  VReg v = block.params[pick(choices, block.params.size())];
  SketchRecipe recipe;
  if (choices.below(2) == 1) recipe.inputs.push_back(any_pin(choices));
  sketch.rematerializable[v.value()] = 0;
  sketch.recipes.insert_or_assign(v, std::move(recipe));
  return true;
}

bool take_recipe(Sketch& sketch, Choices& choices) {
  return simplify(sketch, choices, "recipes");
}

bool change_recipe_cost(Sketch& sketch, Choices& choices) {
  SketchRecipe* recipe = any_recipe(sketch, choices, is_any);
  if (recipe == nullptr) return false;
  std::uint32_t most = choices.below(4) == 3 ? kMaxRecipeCost : 8;
  recipe->cost = static_cast<std::uint8_t>(1 + choices.below(most));
  return true;
}

bool change_recipe_clobbers(Sketch& sketch, Choices& choices) {
  SketchRecipe* recipe = any_recipe(sketch, choices, is_any);
  if (recipe == nullptr) return false;
  PReg reg = any_register(sketch, any_class(sketch, choices), choices);
  if (!reg.valid()) return false;
  if (recipe->clobbers.contains(reg)) {
    recipe->clobbers.remove(reg);
  } else {
    recipe->clobbers.add(reg);
  }
  return true;
}

bool swap_recipe_inputs(Sketch& sketch, Choices& choices) {
  SketchRecipe* recipe = any_recipe(sketch, choices, has_different_inputs);
  if (recipe == nullptr) return false;
  std::size_t n = pick(choices, recipe->inputs.size() - 1);
  std::swap(recipe->inputs[n], recipe->inputs[n + 1]);
  return true;
}

bool change_recipe_reuse(Sketch& sketch, Choices& choices) {
  SketchRecipe* recipe = any_recipe(sketch, choices, has_inputs);
  if (recipe == nullptr) return false;
  std::size_t n = pick(choices, recipe->inputs.size() + 1);
  recipe->reuse = n == recipe->inputs.size() ? Recipe::kNoReuse : static_cast<std::uint8_t>(n);
  return true;
}

constexpr Mutation kMutations[] = {
    {"give-recipe", "a value can be computed again from what its instruction reads", give_recipe},
    {"give-parameter-recipe", "a parameter can be computed again from nothing or a pin",
     give_parameter_recipe},
    {"take-recipe", "a recipe goes", take_recipe},
    {"change-recipe-cost", "a recipe becomes dearer or cheaper", change_recipe_cost},
    {"change-recipe-clobbers", "a recipe overwrites a register more or less",
     change_recipe_clobbers},
    {"swap-recipe-inputs", "two inputs of a recipe change places", swap_recipe_inputs},
    {"change-recipe-reuse", "a recipe's result takes over another input's register, or none",
     change_recipe_reuse},
};

}  // namespace

std::span<const Mutation> recipe_mutations() {
  return kMutations;
}

}  // namespace regproof
