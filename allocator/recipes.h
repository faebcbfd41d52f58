// Before rematerialization: which value may be computed again in place of which. A value that
// the program marks or states a recipe for has itself as its recipe; a block parameter has the one recipe that all
// its arguments share, over the edges out of reachable blocks.
//
// Recipes are free or bound. A free one asks for nothing but pins, overwrites nothing and costs less than a load: it can
// run anywhere, so its value may be nowhere. A bound one waits for its inputs: its value is kept as all others,
// and where it would be loaded, it may be computed instead (allocator/recompute.h).
//
// Two passes over the edges: recipes flood forward from the marked values, each parameter taking the first
// that reaches it; then what an argument contradicts is taken back, and so on for the parameters that it
// was handed to. What is left is the largest assignment that no edge contradicts: where a parameter can
// have a recipe at all, the first one that floods it is that one.
//
// Cost: linear in edges and arguments; nothing where the program marks no value.
//
// Tested by tests/allocator/remat_test.cpp, against brute force, and by the `remat` target.
#pragma once

#include "allocator/metered.h"
#include "allocator/state.h"
#include "allocator/tuning.h"
#include "ir/cfg.h"
#include "ir/function.h"

namespace regproof {

class RecipeMap {
 public:
  // No value has one.
  void clear() {
    any_free_ = any_bound_ = false;
    recipe_of_.clear();
    bound_.clear();
    renamed_.clear();
    name_of_.clear();
    stated_.clear();
    avoids_memory_.clear();
  }
  void derive(const FunctionView& function, const Cfg& cfg);
  static bool is_free(const FunctionView& function, const Recipe& recipe);
  // Who would rather be computed for each use that accepts memory than fill a slot once for all of them: by the
  // frequencies of both. A value whose definition accepts memory fills it for nothing.
  void weigh_memory(const FunctionView& function, const Layout& layout, const Liveness& liveness);

  bool any() const { return any_free_; }
  bool any_bound() const { return any_bound_; }
  // The value whose free recipe makes this one; none where there is none.
  VReg of(VReg v) const {
    return any() && bound_[v.value()] == 0 ? recipe_of_[v.value()] : VReg::none();
  }
  // The value whose recipe, free or bound, makes what goes by this name.
  VReg computed_for(VReg name) const {
    return recipe_of_.empty() ? VReg::none() : recipe_of_[name.value()];
  }
  // What the program states for the value itself, a valid one; null where it states none, as for those it marks.
  const Recipe* stated_for(VReg v) const { return stated_.empty() ? nullptr : stated_[v.value()]; }
  // One name for all values of one recipe; other values are their own. None where a marked parameter is the
  // recipe: what its arguments bring equals what it computes, but the name says only what was computed.
  VReg name_of(VReg v) const { return !name_of_.empty() && v.valid() ? name_of_[v.value()] : v; }

  // A parameter with a recipe of its own is given what goes by this name: behind such an edge, what came over it is the
  // parameter as well, and what is computed there is not.
  bool is_renamed(VReg name) const { return !renamed_.empty() && renamed_[name.value()] != 0; }

  // What it takes to compute it by its free recipe, in loads; 0 where it has none.
  float cost_of(VReg v) const {
    VReg recipe = of(v);
    if (!recipe.valid()) return 0;
    const Recipe* stated = stated_for(recipe);
    return tuning::kRematCost * static_cast<float>(stated != nullptr ? stated->cost : 1);
  }

  // A use of it that accepts memory would better have a register.
  bool avoids_memory(VReg v) const { return any() && avoids_memory_[v.value()] != 0; }

 private:
  void seed(const FunctionView& function, Vector<VReg>& pending);
  void flood(const FunctionView& function, const Cfg& cfg, Vector<VReg>& pending);
  void bind_arguments(const FunctionView& function, const Cfg& cfg);
  void name_values(const FunctionView& function);

  bool any_free_ = false;
  bool any_bound_ = false;
  Vector<VReg> recipe_of_;              // by vreg; empty where no value has one
  Vector<std::uint8_t> bound_;          // likewise: the recipe is
  Vector<std::uint8_t> renamed_;        // by name; empty where no recipe is bound
  Vector<VReg> name_of_;                // likewise
  Vector<const Recipe*> stated_;        // by vreg; empty where the program states none
  Vector<std::uint8_t> avoids_memory_;  // likewise
};

}  // namespace regproof
