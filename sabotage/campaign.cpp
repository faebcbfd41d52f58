#include "sabotage/campaign.h"

namespace regproof::sabotage {
namespace {

// Most ways apply to most answers.
constexpr std::size_t kTries = 20;

}  // namespace

void Campaign::run(const FunctionView& function, const Machine& machine, const Output& sound) {
  auto fault = fault_of_sound(function, machine, sound, options_.sound_paths);
  score_.add_sound(fault.has_value());
  if (fault) return observer_.show(explain_sound(function, machine, sound, *fault));
  for (std::uint32_t i = 0; i < options_.breaks; ++i) break_once(function, machine, sound);
}

std::optional<Output> Campaign::next_break(const FunctionView& function, const Machine& machine,
                                           const Output& sound) {
  auto ways = all_ways();
  for (std::size_t tries = 0; tries < kTries; ++tries) {
    way_ = options_.only != nullptr ? static_cast<std::size_t>(options_.only - ways.data())
                                    : random_.below(static_cast<std::uint32_t>(ways.size()));
    if (auto broken = break_answer(ways[way_], function, machine, sound, random_)) return broken;
  }
  return std::nullopt;
}

void Campaign::break_once(const FunctionView& function, const Machine& machine,
                          const Output& sound) {
  std::optional<Output> broken = next_break(function, machine, sound);
  if (!broken) return;
  const Way& way = all_ways()[way_];
  Classified classified = classify(function, machine, sound, *broken, options_.effort);
  score_.add(way_, classified);
  if (classified.is_hole() || classified.is_disputed() || observer_.wants(way, classified)) {
    observer_.show(explain(function, machine, sound, *broken, way, classified));
  }
}

}  // namespace regproof::sabotage
