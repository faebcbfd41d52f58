#include "allocator/recipes.h"

#include <algorithm>
#include <span>

#include "allocator/tuning.h"
#include "base/work.h"

namespace regproof {
namespace {

// One argument of one edge that can be walked.
struct Handing {
  VReg argument;
  VReg param;
};

// Grouped by argument.
struct Handings {
  Vector<Handing> all;
  Vector<std::uint32_t> first;  // by vreg, one more than there are

  std::span<const Handing> of(VReg v) const {
    return std::span(all).subspan(first[v.value()], first[v.value() + 1] - first[v.value()]);
  }
};

template <class Visit>
void for_each_handing(const FunctionView& function, const Cfg& cfg, Visit&& visit) {
  for (Block b : cfg.postorder) {
    for (Edge e : function.successors(b)) {
      std::span<const VReg> arguments = function.arguments(e);
      if (arguments.empty()) continue;
      std::span<const VReg> params = function.params(function.target(e));
      count_work(arguments.size());
      for (std::size_t k = 0; k < arguments.size(); ++k) visit(Handing{arguments[k], params[k]});
    }
  }
}

Handings collect_handings(const FunctionView& function, const Cfg& cfg) {
  Handings h;
  h.first.assign(function.vreg_count() + 2, 0);
  for_each_handing(function, cfg, [&](Handing x) { ++h.first[x.argument.value() + 2]; });
  for (std::size_t v = 2; v < h.first.size(); ++v) h.first[v] += h.first[v - 1];
  h.all.resize(h.first.back());
  for_each_handing(function, cfg, [&](Handing x) { h.all[h.first[x.argument.value() + 1]++] = x; });
  h.first.pop_back();
  return h;
}

}  // namespace

bool RecipeMap::is_free(const FunctionView& function, const Recipe& recipe) {
  std::span<const Operand> inputs = function.inputs(recipe);
  return recipe.cost < tuning::kMovesOfLoad && function.reg_set(recipe.clobbers).empty() &&
         std::all_of(inputs.begin(), inputs.end(), [](Operand input) { return input.is_pin(); });
}

void RecipeMap::seed(const FunctionView& function, Vector<VReg>& pending) {
  recipe_of_.assign(function.vreg_count(), VReg::none());
  bound_.assign(function.vreg_count(), 0);
  auto add = [&](VReg v, bool free) {
    recipe_of_[v.value()] = v;
    bound_[v.value()] = !free;
    (free ? any_free_ : any_bound_) = true;
    pending.push_back(v);
  };
  for (VReg marked : function.rematerializable) add(marked, true);
  if (function.recipes.empty()) return;
  stated_.assign(function.vreg_count(), nullptr);
  for (const Recipe& recipe : function.recipes) {
    add(recipe.value, is_free(function, recipe));
    stated_[recipe.value.value()] = &recipe;
  }
}

void RecipeMap::derive(const FunctionView& function, const Cfg& cfg) {
  clear();
  if (function.rematerializable.empty() && function.recipes.empty()) return;
  Vector<VReg> pending;
  seed(function, pending);
  flood(function, cfg, pending);
  for (std::size_t v = 0; v < recipe_of_.size(); ++v) {
    if (recipe_of_[v].valid()) bound_[v] = bound_[recipe_of_[v].value()];
  }
  name_values(function);
  bind_arguments(function, cfg);
}

// Behind an edge, an argument that is computed again is not known as a parameter with a recipe of its own; and that one
// may not run there if it is bound. So the argument has a place at the edge, and if it is such a parameter, its own
// arguments have.
void RecipeMap::bind_arguments(const FunctionView& function, const Cfg& cfg) {
  if (!any_bound_) return;
  renamed_.assign(function.vreg_count(), 0);
  Vector<Handing> own;  // to parameters with recipes of their own
  for_each_handing(function, cfg, [&](Handing h) {
    if (recipe_of_[h.param.value()] != h.param) return;
    VReg name = name_of(h.argument);
    if (name.valid()) renamed_[name.value()] = 1;
    own.push_back(h);
  });
  auto below = [](const Handing& a, const Handing& b) { return a.param < b.param; };
  std::sort(own.begin(), own.end(), below);
  Vector<VReg> pending;
  for (const Handing& h : own) {
    bool first = pending.empty() || pending.back() != h.param;
    if (first && bound_[h.param.value()] != 0) pending.push_back(h.param);
  }
  while (!pending.empty()) {
    Handing asked{VReg::none(), pending.back()};
    pending.pop_back();
    auto [from, to] = std::equal_range(own.begin(), own.end(), asked, below);
    for (; from != to; ++from) {
      count_work(1);
      std::uint8_t& bound = bound_[from->argument.value()];
      if (bound == 0) pending.push_back(from->argument);
      bound = 1;
    }
  }
}

// Forward from the values in `pending`; then back, what is contradicted.
void RecipeMap::flood(const FunctionView& function, const Cfg& cfg, Vector<VReg>& pending) {
  Handings handings = collect_handings(function, cfg);
  while (!pending.empty()) {
    VReg from = pending.back();
    pending.pop_back();
    for (const Handing& h : handings.of(from)) {
      VReg& recipe = recipe_of_[h.param.value()];
      count_work(1);
      if (recipe.valid()) continue;
      recipe = recipe_of_[from.value()];
      pending.push_back(h.param);
    }
  }
  auto take_back = [&](const Handing& h) {
    VReg& recipe = recipe_of_[h.param.value()];
    bool contradicted =
        recipe.valid() && recipe != h.param && recipe_of_[h.argument.value()] != recipe;
    if (!contradicted) return;
    recipe = VReg::none();
    pending.push_back(h.param);
  };
  for (const Handing& h : handings.all) take_back(h);
  while (!pending.empty()) {
    VReg from = pending.back();
    pending.pop_back();
    count_work(handings.of(from).size());
    for (const Handing& h : handings.of(from)) take_back(h);
  }
}

void RecipeMap::weigh_memory(const FunctionView& function, const Layout& layout,
                             const Liveness& liveness) {
  if (!any()) return;
  avoids_memory_.assign(function.vreg_count(), 0);
  for (std::uint32_t v = 0; v < function.vreg_count(); ++v) {
    if (!of(VReg(v)).valid()) continue;
    float filled = 0, computed = 0;
    bool demanded = false;
    std::span<const Reference> all = liveness.references_of(VReg(v));
    count_work(all.size());
    for (const Reference& ref : all) {
      float frequency = layout.frequency[layout.block_of[ref.inst().value()].value()];
      if (ref.operand == Reference::kParameter) filled = frequency;
      if (!ref.is_operand()) continue;
      const Operand& op = function.operand_array[ref.operand];
      bool born_there = op.constraint() == Constraint::Any || op.constraint() == Constraint::Stack;
      if (op.is_def()) filled = born_there ? 0 : frequency;
      if (op.is_use() && op.constraint() == Constraint::Any) computed += frequency;
      demanded |= op.constraint() == Constraint::Stack;
    }
    avoids_memory_[v] = !demanded && computed * cost_of(VReg(v)) < filled * tuning::kDefCost;
  }
}

void RecipeMap::name_values(const FunctionView& function) {
  Vector<std::uint8_t> is_param(function.vreg_count(), 0);
  for (Block b : function.blocks()) {
    for (VReg p : function.params(b)) is_param[p.value()] = 1;
  }
  name_of_.resize(function.vreg_count());
  for (std::uint32_t v = 0; v < name_of_.size(); ++v) {
    VReg recipe = recipe_of_[v];
    bool computed = recipe.valid() && is_param[recipe.value()] == 0;
    name_of_[v] = computed ? recipe : recipe.valid() ? VReg::none() : VReg(v);
  }
}

}  // namespace regproof
