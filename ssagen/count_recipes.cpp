// Shapes of recipes with inputs, and of parameters that carry values that have one.
#include <algorithm>

#include "ir/cost.h"
#include "ssagen/count_shapes.h"

namespace regproof {
namespace {

// How many recipes stand behind each other up to this one, at most as many as are asked for. Unreachable
// blocks may go in circles.
class ChainDepths {
 public:
  static constexpr std::uint32_t kMost = 4;

  explicit ChainDepths(const FunctionView& function)
      : function_(function), depths_(function.recipes.size(), 1) {
    for (std::uint32_t round = 1; round < kMost; ++round) {
      std::vector<std::uint32_t> deeper = depths_;
      for (std::size_t i = 0; i < depths_.size(); ++i) {
        for (const Operand& input : function_.inputs(function_.recipes[i])) {
          deeper[i] = std::max(deeper[i], 1 + of(input.vreg()));
        }
      }
      depths_ = std::move(deeper);
    }
  }
  std::uint32_t operator[](std::size_t recipe) const { return std::min(depths_[recipe], kMost); }

 private:
  std::uint32_t of(VReg v) const {
    const Recipe* recipe = function_.find_recipe(v);
    if (recipe == nullptr) return 0;
    return depths_[static_cast<std::size_t>(recipe - function_.recipes.data())];
  }

  const FunctionView& function_;
  std::vector<std::uint32_t> depths_;
};

void tally_parts(const FunctionView& function, const Recipe& recipe, ShapeTally& tally) {
  auto inputs = function.inputs(recipe);
  auto pins = std::count_if(inputs.begin(), inputs.end(),
                            [](const Operand& input) { return input.is_pin(); });
  bool has_values = static_cast<std::size_t>(pins) < inputs.size();
  tally.add(has_values ? Shape::RecipeInputs : Shape::RecipeConstant);
  tally.add_if(inputs.size() >= 3, Shape::RecipeManyInputs);
  tally.add_if(pins > 0, Shape::RecipePin);
  tally.add_if(!function.reg_set(recipe.clobbers).empty(), Shape::RecipeClobbers);
  tally.add_if(recipe.has_reuse(), Shape::RecipeReuse);
  tally.add_if(recipe.cost * kRematWeight > kLoadWeight, Shape::RecipeDear);
}

void tally_inputs(const FunctionView& function, const Cfg& cfg, const ValueFacts& facts,
                  const Recipe& recipe, ShapeTally& tally) {
  std::size_t value = recipe.value.value();
  for (const Operand& input : function.inputs(recipe)) {
    if (input.is_pin()) continue;
    std::size_t from = input.vreg().value();
    Inst last = facts.last_use[from];
    tally.add_if(last == facts.def_inst[value], Shape::RecipeInputDies);
    bool longer = facts.last_use[value].valid() && last.valid() && facts.last_use[value] < last;
    tally.add_if(longer, Shape::RecipeInputLives);
    tally.add_if(function.is_rematerializable(input.vreg()), Shape::RecipeConstantInput);
    bool into_loop = cfg.loop_depth(facts.def_block[value]) > cfg.loop_depth(facts.def_block[from]);
    tally.add_if(into_loop, Shape::RecipeInLoop);
  }
}

void tally_params(const FunctionView& function, Block block, ShapeTally& tally) {
  auto params = function.params(block);
  for (std::size_t p = 0; p < params.size(); ++p) {
    tally.add_if(function.find_recipe(params[p]) != nullptr, Shape::RecipeOfParameter);
    std::size_t with = 0, without = 0;
    bool several = false;
    VReg first = VReg::none();
    for (Edge edge : function.predecessors(block)) {
      VReg v = function.arguments(edge)[p];
      ++(function.find_recipe(v) != nullptr ? with : without);
      several |= first.valid() && first != v;
      first = v;
    }
    if (with == 0 || with + without < 2) continue;
    tally.add(without != 0 ? Shape::ParamPartlyRecipe
              : several    ? Shape::ParamOfRecipes
                           : Shape::ParamOfRecipe);
  }
}

}  // namespace

void tally_recipes(const FunctionView& function, const Cfg& cfg, const ValueFacts& facts,
                   ShapeTally& tally) {
  ChainDepths depths(function);
  for (std::size_t i = 0; i < function.recipes.size(); ++i) {
    const Recipe& recipe = function.recipes[i];
    tally_parts(function, recipe, tally);
    tally_inputs(function, cfg, facts, recipe, tally);
    tally.add_if(depths[i] >= 2, Shape::RecipeChain);
    tally.add_if(depths[i] >= ChainDepths::kMost, Shape::RecipeDeepChain);
  }
  for (Block block : function.blocks()) tally_params(function, block, tally);
}

}  // namespace regproof
