#include "fuzz_targets/plant_recipes.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace regproof {
namespace {

// A program is left as it is where one in so many, or more, can be computed again of what could have a recipe.
constexpr std::size_t kFew = 4;
// One in so many is left as it is, clobbers, or is dear.
constexpr std::uint32_t kUnplanted = 4;
constexpr std::uint32_t kClobbering = 7;
constexpr std::uint32_t kDear = 5;
constexpr std::uint8_t kDearCost = 18;

// The set of one register.
RegSetId intern_alone(std::vector<RegSet>& sets, PReg reg) {
  RegSet alone;
  alone.add(reg);
  auto found = std::find(sets.begin(), sets.end(), alone);
  if (found == sets.end()) found = sets.insert(sets.end(), alone);
  return RegSetId(static_cast<std::uint32_t>(found - sets.begin()));
}

bool reads_values(const Function& function, const Recipe& recipe) {
  auto first = function.recipe_inputs.begin() + recipe.first_input;
  return std::any_of(first, first + recipe.input_count, [](Operand op) { return !op.is_pin(); });
}

// A register in the way of the recomputation among the edits of its point; none where there is none.
PReg in_the_way(std::span<const Edit> edits, std::size_t computed) {
  const Edit& edit = edits[computed];
  auto is_other = [&](Location l) {
    return l.is_reg() && l != edit.to &&
           std::find(edit.inputs.begin(), edit.inputs.end(), l.as_reg()) == edit.inputs.end();
  };
  for (std::size_t k = computed + 1; k < edits.size() && edits[k].point == edit.point; ++k) {
    if (is_other(edits[k].from)) return edits[k].from.as_reg();
  }
  for (std::size_t k = computed; k > 0 && edits[k - 1].point == edit.point; --k) {
    if (is_other(edits[k - 1].to)) return edits[k - 1].to.as_reg();
  }
  return PReg::none();
}

class Planter {
 public:
  explicit Planter(Function& function)
      : function_(function),
        recipes_(function.recipes),
        inputs_(function.recipe_inputs),
        marked_(function.rematerializable),
        sets_(function.reg_sets) {
    collect_clobbers();
  }

  // False, and nothing planted, where there are enough, or none more can be.
  bool plant_all() {
    FunctionView view = function_.view();
    for (Inst inst : view.insts()) plant(view, inst);
    bool changes = marked_.size() + recipes_.size() >
                   function_.rematerializable.size() + function_.recipes.size();
    if (stated_ * kFew >= eligible_ || !changes) return false;
    std::sort(marked_.begin(), marked_.end());
    marked_.erase(std::unique(marked_.begin(), marked_.end()), marked_.end());
    auto below = [](const Recipe& a, const Recipe& b) { return a.value < b.value; };
    std::sort(recipes_.begin(), recipes_.end(), below);
    function_.rematerializable = std::move(marked_);
    function_.recipes = std::move(recipes_);
    function_.recipe_inputs = std::move(inputs_);
    function_.reg_sets = std::move(sets_);
    return true;
  }

 private:
  // What the program names: its first set, and each register alone, as flags or an implied operand are. No recipe may
  // overwrite what another one relies on.
  void collect_clobbers() {
    RegSet named, relied_on;
    for (const RegSet& set : sets_) named = named | set;
    for (const Operand& op : function_.operands) {
      if (op.constraint() == Constraint::Fixed) named.add(op.preg());
    }
    for (const Operand& input : inputs_) {
      if (input.is_pin()) relied_on.add(input.preg());
    }
    if (sets_.size() > 1 && (sets_[1] & relied_on).empty()) clobbers_.push_back(RegSetId(1));
    (named - relied_on).for_each([&](PReg reg) { clobbers_.push_back(intern_alone(sets_, reg)); });
  }

  void plant(const FunctionView& view, Inst inst) {
    std::vector<VReg> used = used_by(view, inst);
    std::size_t first = recipes_.size();
    for (const Operand& op : view.operands(inst)) {
      if (!op.is_def()) continue;
      bool stated = view.is_rematerializable(op.vreg()) || view.find_recipe(op.vreg()) != nullptr;
      stated_ += stated ? 1 : 0;
      eligible_ += stated || used.size() <= kMaxRecipeInputs ? 1 : 0;
      if (stated) continue;
      if (used.empty()) {
        marked_.push_back(op.vreg());
      } else if (used.size() <= kMaxRecipeInputs && inst.value() % kUnplanted != 0 &&
                 !planted(op.vreg(), first)) {
        add(view, inst, op, used);
      }
    }
  }

  // By `multiple_defs` a value stands in several operands of one instruction.
  bool planted(VReg v, std::size_t first) const {
    return std::any_of(recipes_.begin() + static_cast<std::ptrdiff_t>(first), recipes_.end(),
                       [&](const Recipe& recipe) { return recipe.value == v; });
  }

  static std::vector<VReg> used_by(const FunctionView& view, Inst inst) {
    std::vector<VReg> used;
    for (const Operand& op : view.operands(inst)) {
      bool fresh = op.is_use() && !op.is_pin() &&
                   std::find(used.begin(), used.end(), op.vreg()) == used.end();
      if (fresh) used.push_back(op.vreg());
    }
    return used;
  }

  void add(const FunctionView& view, Inst inst, const Operand& def, std::span<const VReg> used) {
    Recipe recipe;
    recipe.value = def.vreg();
    recipe.first_input = static_cast<std::uint32_t>(inputs_.size());
    recipe.input_count = static_cast<std::uint8_t>(used.size());
    std::uint32_t kind = def.vreg().value() + inst.value();
    recipe.cost = kind % kDear == 0 ? kDearCost : static_cast<std::uint8_t>(1 + kind % 3);
    if (kind % kClobbering == 0 && !clobbers_.empty()) {
      recipe.clobbers = clobbers_[kind / kClobbering % clobbers_.size()];
    }
    if (def.constraint() == Constraint::Reuse) {
      VReg replaced = view.operands(inst)[def.reuse_index()].vreg();
      auto at = std::find(used.begin(), used.end(), replaced);
      recipe.reuse = static_cast<std::uint8_t>(at - used.begin());
    }
    for (VReg v : used) inputs_.push_back(Operand::use(v, Constraint::Reg));
    recipes_.push_back(recipe);
  }

  Function& function_;
  std::vector<Recipe> recipes_;
  std::vector<Operand> inputs_;
  std::vector<VReg> marked_;
  std::vector<RegSet> sets_;
  std::vector<RegSetId> clobbers_;  // to choose from
  std::size_t eligible_ = 0;        // definitions of values that can be computed again, or could
  std::size_t stated_ = 0;          // of these, those that can before anything is planted
};

}  // namespace

bool plant_recipes(Function& function) {
  return Planter(function).plant_all();
}

bool plant_clobbers(Function& function, const Output& answer) {
  bool any = false;
  for (std::size_t k = 0; k < answer.edits.size(); ++k) {
    const Edit& edit = answer.edits[k];
    if (edit.kind != EditKind::Remat) continue;
    PReg reg = in_the_way(answer.edits, k);
    auto recipe = std::lower_bound(function.recipes.begin(), function.recipes.end(), edit.remat,
                                   [](const Recipe& r, VReg v) { return r.value < v; });
    bool stated = recipe != function.recipes.end() && recipe->value == edit.remat;
    if (!reg.valid() || !stated || !reads_values(function, *recipe)) continue;
    recipe->clobbers = intern_alone(function.reg_sets, reg);
    any = true;
  }
  return any;
}

}  // namespace regproof
