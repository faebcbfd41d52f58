#include "fuzz_targets/watched_judge.h"

#include <algorithm>
#include <cstdint>

namespace regproof {

bool WatchedJudge::Outcome::fails_like(const Outcome& first) const {
  if (first.hangs) return hangs;
  if (!first.crash.empty()) return crash == first.crash;
  return std::find(kinds.begin(), kinds.end(), first.kinds.front()) != kinds.end();
}

WatchedJudge::Outcome WatchedJudge::judge(const FunctionView& function, const Machine& machine,
                                          std::chrono::milliseconds limit, bool quiet) {
  auto kinds_of_findings = [&] {
    if (quiet) silence_output();
    std::string kinds;
    for (const Finding& finding : judge_allocator(function, machine, allocator_).findings) {
      char kind = static_cast<char>(finding.kind);
      if (kinds.find(kind) == std::string::npos) kinds += kind;
    }
    return kinds;
  };
  WatchedQuestion::Answer answer = question_.ask(limit, kinds_of_findings, stopped_);
  if (!answer.words) {
    return {{}, answer.ending.text(), answer.ending.kind == Ending::Kind::Hang};
  }
  Outcome outcome;
  for (char kind : *answer.words) {
    outcome.kinds.push_back(FindingKind{static_cast<std::uint8_t>(kind)});
  }
  return outcome;
}

}  // namespace regproof
