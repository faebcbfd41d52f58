#include "checker/recipes.h"

#include <algorithm>

namespace regproof {

std::vector<bool> reachable_blocks(const FunctionView& function) {
  std::vector<bool> reachable(function.block_count(), false);
  std::vector<Block> pending{FunctionView::entry()};
  reachable[FunctionView::entry().value()] = true;
  while (!pending.empty()) {
    Block block = pending.back();
    pending.pop_back();
    for (Edge edge : function.successors(block)) {
      Block target = function.target(edge);
      if (reachable[target.value()]) continue;
      reachable[target.value()] = true;
      pending.push_back(target);
    }
  }
  return reachable;
}

namespace {

// Parameters that take a value as an argument, by value.
struct Receivers {
  std::vector<std::uint32_t> first;  // one more than vregs
  std::vector<VReg> params;
};

template <class Visit>
void for_each_binding(const FunctionView& function, const std::vector<bool>& reachable,
                      Visit&& visit) {
  for (Edge edge : function.edges()) {
    if (!reachable[function.source(edge).value()]) continue;
    auto arguments = function.arguments(edge);
    auto params = function.params(function.target(edge));
    for (std::size_t i = 0; i < std::min(arguments.size(), params.size()); ++i) {
      if (arguments[i].value() < function.vreg_count() &&
          params[i].value() < function.vreg_count()) {
        visit(arguments[i], params[i]);
      }
    }
  }
}

Receivers receivers_of(const FunctionView& function, const std::vector<bool>& reachable) {
  Receivers result;
  result.first.assign(function.vreg_count() + 1, 0);
  for_each_binding(function, reachable,
                   [&](VReg argument, VReg) { ++result.first[argument.value() + 1]; });
  for (std::size_t v = 0; v < function.vreg_count(); ++v) {
    result.first[v + 1] += result.first[v];
  }
  result.params.resize(result.first.back());
  std::vector<std::uint32_t> next(result.first.begin(), result.first.end() - 1);
  for_each_binding(function, reachable, [&](VReg argument, VReg param) {
    result.params[next[argument.value()]++] = param;
  });
  return result;
}

bool has_values_among_inputs(const FunctionView& function, const Recipe& recipe) {
  auto inputs = function.inputs(recipe);
  return std::any_of(inputs.begin(), inputs.end(), [](Operand input) { return !input.is_pin(); });
}

enum class Opinion : std::uint8_t { Open, Recipe, None };

}  // namespace

Recipes::Recipes(const FunctionView& function, const std::vector<bool>& reachable)
    : vreg_count_(static_cast<std::uint32_t>(function.vreg_count())),
      any_(!function.rematerializable.empty() || !function.recipes.empty()) {
  if (!any_) return;
  recipes_.assign(function.vreg_count(), VReg::none());
  std::vector<Opinion> opinions(function.vreg_count(), Opinion::None);
  for (Block block : function.blocks()) {
    for (VReg param : function.params(block)) {
      if (param.value() < opinions.size()) opinions[param.value()] = Opinion::Open;
    }
  }
  is_open_.assign(function.vreg_count(), false);
  auto seed = [&](VReg value) {
    if (value.value() >= opinions.size()) return false;
    opinions[value.value()] = Opinion::Recipe;
    recipes_[value.value()] = value;
    return true;
  };
  for (VReg marked : function.rematerializable) seed(marked);
  for (const Recipe& recipe : function.recipes) {
    if (seed(recipe.value) && has_values_among_inputs(function, recipe)) {
      is_open_[recipe.value.value()] = any_open_ = true;
    }
  }
  Receivers receivers = receivers_of(function, reachable);
  std::vector<VReg> pending;
  for (std::uint32_t v = 0; v < opinions.size(); ++v) {
    if (opinions[v] != Opinion::Open) pending.push_back(VReg(v));
  }
  while (!pending.empty()) {
    std::uint32_t from = pending.back().value();
    pending.pop_back();
    for (std::uint32_t i = receivers.first[from]; i < receivers.first[from + 1]; ++i) {
      std::uint32_t to = receivers.params[i].value();
      bool own = recipes_[to].valid() && recipes_[to].value() == to;
      if (own || opinions[to] == Opinion::None) continue;
      bool agrees = opinions[from] == Opinion::Recipe &&
                    (opinions[to] == Opinion::Open || recipes_[to] == recipes_[from]);
      if (agrees && opinions[to] == Opinion::Recipe) continue;
      opinions[to] = agrees ? Opinion::Recipe : Opinion::None;
      recipes_[to] = agrees ? recipes_[from] : VReg::none();
      pending.push_back(VReg(to));
    }
  }
}

}  // namespace regproof
