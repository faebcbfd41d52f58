#include "sabotage/ways.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace regproof::sabotage {
namespace {

std::vector<Way> collect() {
  std::vector<Way> ways;
  for (auto group : {operand_ways(), constraint_ways(), slot_ways(), edit_ways(), move_ways(),
                     edge_ways(), recipe_ways(), input_ways(), label_ways(), list_ways()}) {
    ways.insert(ways.end(), group.begin(), group.end());
  }
  return ways;
}

}  // namespace

std::span<const Way> all_ways() {
  static const std::vector<Way> ways = collect();
  return ways;
}

const Way* find_way(std::string_view name) {
  auto ways = all_ways();
  auto found = std::find_if(ways.begin(), ways.end(), [&](const Way& w) { return w.name == name; });
  return found == ways.end() ? nullptr : &*found;
}

std::optional<Output> break_answer(const Way& way, const FunctionView& function,
                                   const Machine& machine, const Output& sound,
                                   RandomStream& random) {
  Scene scene(function, machine, sound, random);
  if (!way.apply(scene) || scene.output == sound) return std::nullopt;
  return std::move(scene.output);
}

}  // namespace regproof::sabotage
