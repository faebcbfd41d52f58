// Which value can be recomputed in place of which, derived from the input program alone.
//
// A value that the program marks rematerializable, or gives a `recipe`, has itself as its recipe. A block parameter has
// the one recipe that all its arguments share, if they do: over the edges out of reachable blocks,
// since the others never carry a value. The analysis is optimistic (a parameter starts without an
// opinion), so a loop that only passes a value around keeps the value's recipe.
//
//   block1(v3) <- v1 (marked), <- v3     recipe of v3: v1
//   block1(v3) <- v1 (marked), <- v2     none
//
// A parameter that is marked itself, or has a `recipe`, has its own recipe alone, also where all its arguments share one: an
// answer that computes it as they are computed is refused. That recipe would make the same wherever the
// parameter has been received, but not before, so its constant and the parameter's could not have one name.
//
// What a recipe makes the symbolic judge knows under a name of its own, a number behind the vregs'. From
// nothing but registers that never change it makes the same wherever and however often it runs, so that no
// definition of a vreg makes the name stale. A recipe with values among its inputs is *open*: it makes what
// the value that it belongs to received last, so that each definition of that value makes the name stale, and
// it may run only where that definition dominates.
//
// Cost: linear in edges and arguments; a parameter's recipe changes at most twice.
//
// Tested by tests/checker/symbolic_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ir/function.h"

namespace regproof {

class Recipes {
 public:
  // `reachable` says of each block whether the entry reaches it.
  Recipes(const FunctionView& function, const std::vector<bool>& reachable);

  // The marked value, or that with a `recipe`, that may be recomputed wherever `value` is wanted; none if there is none.
  VReg recipe_of(VReg value) const {
    return value.value() < recipes_.size() ? recipes_[value.value()] : VReg::none();
  }
  // May running the recipe of `value` stand for `as`?
  bool allows(VReg value, VReg as) const { return value.valid() && recipe_of(as) == value; }

  // The name of what the recipe of `value` makes; none if it has no recipe.
  VReg constant_of(VReg value) const {
    VReg recipe = recipe_of(value);
    return recipe.valid() ? VReg(vreg_count_ + recipe.value()) : VReg::none();
  }
  // Has the recipe of `value` values among its inputs? Not where it has none.
  bool is_open(VReg value) const {
    VReg recipe = recipe_of(value);
    return recipe.valid() && is_open_[recipe.value()];
  }
  // The name besides its own that a definition of `value` makes stale; none for most.
  VReg staled_by(VReg value) const {
    return any_open_ && recipe_of(value) == value && is_open(value) ? constant_of(value)
                                                                    : VReg::none();
  }
  bool any() const { return any_; }
  bool is_constant(VReg name) const { return name.value() >= vreg_count_; }
  // The value that a name stands for: itself, or whose recipe it is.
  VReg value_of(VReg name) const {
    return is_constant(name) ? VReg(name.value() - vreg_count_) : name;
  }
  // Vregs and constants have numbers below.
  std::size_t name_count() const { return any_ ? std::size_t{vreg_count_} * 2 : vreg_count_; }

 private:
  std::uint32_t vreg_count_;
  bool any_;                   // some value has a recipe
  bool any_open_ = false;      // and one with values among its inputs
  std::vector<VReg> recipes_;  // by vreg
  std::vector<bool> is_open_;  // by vreg that has a recipe of its own
};

// Blocks that the entry reaches, by a walk of its own.
std::vector<bool> reachable_blocks(const FunctionView& function);

}  // namespace regproof
