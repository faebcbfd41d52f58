#include "fuzz_targets/state_counters.h"

#include <algorithm>
#include <array>
#include <bit>

namespace regproof {
namespace {

constexpr std::size_t kPowers = 12;  // more is as much
constexpr std::size_t kStates = 12;
constexpr std::size_t kExponents = 48;  // from 0 to 2.4, by twentieths

// Not under AFL++ (4.04c), whose targets crash at random when the section is there.
#if defined(__linux__) && defined(__clang__) && !defined(__AFL_COMPILER)
__attribute__((used, section("__libfuzzer_extra_counters")))
#endif
std::uint8_t counters[kStates * kPowers + kExponents];

}  // namespace

void count_states(const AllocatorStats& stats) {
  const std::array<std::uint64_t, kStates> counts = {
      stats.bundles,       stats.merges,          stats.steps,        stats.evictions,
      stats.splits,        stats.second_chances,  stats.solved_insts, stats.spill_sets,
      stats.dropped_edits, stats.emergency_moves, stats.saved_loads,  stats.remats};
  for (std::size_t s = 0; s < kStates; ++s) {
    if (counts[s] == 0) continue;
    std::size_t power = std::min<std::size_t>(std::bit_width(counts[s]) - 1, kPowers - 1);
    counters[s * kPowers + power] = 1;
  }
}

void count_growth(double exponent) {
  double twentieths = std::clamp(exponent * 20, 0.0, static_cast<double>(kExponents - 1));
  counters[kStates * kPowers + static_cast<std::size_t>(twentieths)] = 1;
}

std::span<std::uint8_t> state_counters() {
  return counters;
}

}  // namespace regproof
