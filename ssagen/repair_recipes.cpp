// Recipes whose values and instructions are known. Registers that a recipe may rely on are known once all
// clobbers are, so those of recipes are collected first.
#include <algorithm>
#include <optional>

#include "ir/builder.h"
#include "ssagen/complete.h"

namespace regproof {
namespace {

// The register itself, else the next above it, else the lowest; none where each may change.
std::optional<PReg> nearest_pin(std::uint32_t number, const RegSet& changing) {
  for (std::uint32_t k = 0; k < kRegCount; ++k) {
    PReg reg(static_cast<std::uint16_t>((number + k) % kRegCount));
    if (!changing.contains(reg)) return reg;
  }
  return std::nullopt;
}

class RecipeRepair {
 public:
  RecipeRepair(const StatedRecipe& stated, const RegSet& changing, RepairCounts& counts)
      : stated_(stated), recipe_(*stated.recipe), changing_(changing), counts_(counts) {}

  void emit(FunctionBuilder& builder) {
    for (std::uint32_t i = 0; i < recipe_.input_count; ++i) add_input(i);
    drop_odd_reuse(builder);
    auto reuse = static_cast<std::uint8_t>(reuse_);
    builder.recipe(stated_.value, inputs_, recipe_.cost, recipe_.clobbers, reuse);
  }

 private:
  void add_input(std::uint32_t i) {
    const DraftRecipe::Input& input = recipe_.inputs[i];
    std::optional<Operand> operand;
    bool as_stated = false;
    if (input.is_pin) {
      std::optional<PReg> pin = nearest_pin(input.number, changing_);
      if (pin) operand = Operand::pin(*pin);
      as_stated = pin && pin->value() == input.number;
    } else if (!stated_.uses.empty()) {
      as_stated = input.number < stated_.uses.size();
      operand = Operand::use(stated_.uses[input.number % stated_.uses.size()], Constraint::Reg);
    }
    counts_.recipes_changed += as_stated ? 0 : 1;
    if (!operand) return;
    if (recipe_.reuse == i) reuse_ = static_cast<std::uint32_t>(inputs_.size());
    inputs_.push_back(*operand);
  }

  // An input that went, a pin, or a value of another class.
  void drop_odd_reuse(const FunctionBuilder& builder) {
    if (recipe_.reuse == Recipe::kNoReuse) return;
    bool fits = reuse_ != Recipe::kNoReuse && !inputs_[reuse_].is_pin() &&
                builder.vreg_class(inputs_[reuse_].vreg()) == builder.vreg_class(stated_.value);
    if (fits) return;
    reuse_ = Recipe::kNoReuse;
    ++counts_.recipes_changed;
  }

  const StatedRecipe& stated_;
  const DraftRecipe& recipe_;
  const RegSet& changing_;
  RepairCounts& counts_;
  std::vector<Operand> inputs_;
  std::uint32_t reuse_ = Recipe::kNoReuse;
};

}  // namespace

void emit_recipes(const std::vector<StatedRecipe>& stated, const Machine& machine,
                  const RegSet& clobbered, FunctionBuilder& builder, RepairCounts& counts) {
  // Of several for one value the first one stands.
  std::vector<std::pair<VReg, std::size_t>> order;
  for (const StatedRecipe& one : stated) order.emplace_back(one.value, order.size());
  std::sort(order.begin(), order.end());
  auto same = [](const auto& a, const auto& b) { return a.first == b.first; };
  auto end = std::unique(order.begin(), order.end(), same);
  counts.recipes_changed += static_cast<std::uint32_t>(order.end() - end);
  order.erase(end, order.end());
  RegSet changing = machine.allocatable() | machine.fixed_stack | clobbered;
  for (PReg reg : machine.scratch) {
    if (reg.valid()) changing.add(reg);
  }
  for (auto [value, k] : order) changing = changing | stated[k].recipe->clobbers;
  for (auto [value, k] : order) RecipeRepair(stated[k], changing, counts).emit(builder);
}

}  // namespace regproof
