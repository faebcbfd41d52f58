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
  std::uint64_t before = slate_->begun();
  Ending ending = run_watched(*slate_, limit_, [&] {
    if (quiet) silence_output();
    std::vector<std::uint8_t> kinds;
    for (const Finding& finding : judge_allocator(function, machine, allocator_).findings) {
      auto kind = static_cast<std::uint8_t>(finding.kind);
      if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(kind);
    }
    // The parent reads them from the slate.
    slate_->begin(kinds);
    return kinds.empty() ? 0 : 1;
  });
  // An allocator may end the process itself, with any status: then it has not come to the slate.
  bool told = ending.kind == Ending::Kind::Exit && slate_->begun() == before + 1;
  if (!told) return {{}, ending.text()};
  Outcome outcome;
  for (std::uint8_t kind : slate_->last_input()) outcome.kinds.push_back(FindingKind{kind});
  return outcome;
}

}  // namespace regproof
