#include "allocator/recompute.h"

#include <algorithm>

#include "base/work.h"

namespace regproof {
namespace {

class Search {
 public:
  Search(const Facts& facts, const RegisterContents& contents, ProgPoint point, PReg to,
         Computation& found)
      : facts_(facts),
        function_(facts.function),
        contents_(contents),
        point_(point),
        to_(to),
        found_(found) {}

  bool make(VReg value, std::uint32_t depth);

 private:
  bool place_inputs(const Recipe& recipe, Edit& edit, std::uint32_t depth);
  bool keep_reuse(const Recipe& recipe, Edit& edit);
  bool add(const Edit& edit, std::uint32_t cost);

  const Facts& facts_;
  const FunctionView& function_;
  const RegisterContents& contents_;
  ProgPoint point_;
  PReg to_;
  Computation& found_;
};

// Adds the steps that make the value in `to_`, the last of them its own.
bool Search::make(VReg value, std::uint32_t depth) {
  VReg computed = facts_.recipes.computed_for(value);
  if (!computed.valid() || depth == tuning::kMaxRecipeChain) return false;
  if (function_.vreg_class(computed) != class_of(to_)) return false;
  const Recipe* recipe = facts_.recipes.stated_for(computed);
  Edit edit = Edit::recompute(point_, computed, value, Location::reg(to_));
  if (recipe != nullptr) {
    const RegSet& clobbers = function_.reg_set(recipe->clobbers);
    if (!clobbers.empty() && (depth > 0 || clobbers.contains(to_))) return false;
    found_.clobbers = found_.clobbers | clobbers;
    if (!place_inputs(*recipe, edit, depth)) return false;
  }
  return add(edit, recipe != nullptr ? recipe->cost : 1);
}

bool Search::add(const Edit& edit, std::uint32_t cost) {
  found_.cost += cost;
  if (found_.cost >= tuning::kMovesOfLoad || found_.count == found_.steps.size()) return false;
  found_.steps[found_.count++] = edit;
  return true;
}

// The missing input is in `to_` then; so it is the one that can be there.
bool Search::place_inputs(const Recipe& recipe, Edit& edit, std::uint32_t depth) {
  std::span<const Operand> inputs = function_.inputs(recipe);
  const RegSet& clobbers = function_.reg_set(recipe.clobbers);
  VReg missing;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    count_work(1);
    if (inputs[k].is_pin()) {
      edit.inputs[k] = inputs[k].preg();
      continue;
    }
    VReg name = facts_.recipes.name_of(inputs[k].vreg());
    RegClass cls = function_.vreg_class(inputs[k].vreg());
    PReg reg = name.valid() ? contents_.holder_of(name, cls, clobbers) : PReg::none();
    if (k == recipe.reuse && reg.valid() && contents_.at(Location::reg(to_)) == name) reg = to_;
    if (!reg.valid() && missing.valid() && missing != inputs[k].vreg()) return false;
    if (!reg.valid()) missing = inputs[k].vreg();
    edit.inputs[k] = reg;
  }
  if (!missing.valid()) return keep_reuse(recipe, edit);
  if (found_.clobbers != RegSet()) return false;
  bool overwritten = std::find(edit.inputs.begin(), edit.inputs.end(), to_) != edit.inputs.end();
  if (overwritten || !make(missing, depth + 1)) return false;
  std::replace(edit.inputs.begin(), edit.inputs.begin() + recipe.input_count, PReg::none(), to_);
  return keep_reuse(recipe, edit);
}

// What the result replaces is copied to its place, if it is not there.
bool Search::keep_reuse(const Recipe& recipe, Edit& edit) {
  if (!recipe.has_reuse() || edit.inputs[recipe.reuse] == to_) return true;
  PReg replaced = edit.inputs[recipe.reuse];
  if (std::find(edit.inputs.begin(), edit.inputs.end(), to_) != edit.inputs.end()) return false;
  edit.inputs[recipe.reuse] = to_;
  return add(Edit::move(point_, Location::reg(replaced), Location::reg(to_)), 1);
}

}  // namespace

bool find_computation(const Facts& facts, const RegisterContents& contents, ProgPoint point,
                      VReg value, PReg to, Computation& found) {
  found = Computation();
  return Search(facts, contents, point, to, found).make(value, 0);
}

}  // namespace regproof
