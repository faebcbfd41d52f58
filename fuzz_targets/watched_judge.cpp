#include "fuzz_targets/watched_judge.h"

#include <algorithm>
#include <cstdint>

namespace regproof {

bool WatchedJudge::Outcome::fails_like(const Outcome& first) const {
  if (!first.crash.empty()) return crash == first.crash;
  return std::find(kinds.begin(), kinds.end(), first.kinds.front()) != kinds.end();
}

WatchedJudge::Outcome WatchedJudge::judge(const FunctionView& function, const Machine& machine,
                                          bool quiet) {
  WatchedQuestion::Answer answer = question_.ask(limit_, [&] {
    if (quiet) silence_output();
    std::string kinds;
    for (const Finding& finding : judge_allocator(function, machine, allocator_).findings) {
      char kind = static_cast<char>(finding.kind);
      if (kinds.find(kind) == std::string::npos) kinds += kind;
    }
    return kinds;
  });
  if (!answer.words) return {{}, answer.ending.text()};
  Outcome outcome;
  for (char kind : *answer.words) {
    outcome.kinds.push_back(FindingKind{static_cast<std::uint8_t>(kind)});
  }
  return outcome;
}

}  // namespace regproof
