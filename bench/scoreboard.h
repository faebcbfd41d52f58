// The table of a comparison: a row per file, sums, geometric means of the ratios, the worst files,
// and the time by size of function; as text or as JSON.
//
// Ratios are ours over theirs: of speed more is better, of everything else less. A ratio with a zero
// on either side is taken after one has been added to both (one edit outside of loops).
//
// Held by ci/bench.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/contest.h"

namespace regproof::bench {

struct Scoreboard {
  std::vector<Contest> contests;
  std::string peer;  // what the other side is called; empty if there is none

  // Faults of all contests.
  std::vector<std::string> faults() const;
};

// The text, lines ended. `worst` functions with the largest excess of weighted cost are listed.
std::string table_of(const Scoreboard& board, std::size_t worst);
nlohmann::ordered_json json_of(const Scoreboard& board);

}  // namespace regproof::bench
