// The judges' verdict on an allocator that may crash or hang: each program is allocated and judged in a child process.
//
// Cost: one fork per program.
//
// Tested by tests/fuzz_targets/watched_judge_test.cpp.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "checker/judge.h"
#include "fuzz_targets/watched_run.h"

namespace regproof {

class WatchedJudge {
 public:
  // The allocator outlives the judge. A program that is being judged is let go once `stopped`, if given, says so.
  explicit WatchedJudge(Allocator& allocator, std::function<bool()> stopped = {})
      : allocator_(allocator), stopped_(std::move(stopped)) {}

  struct Outcome {
    std::vector<FindingKind> kinds;  // of the findings, each once, in the order of the verdict
    std::string crash;               // or how it ended: "ended by signal 11", "stopped"
    bool hangs = false;

    bool good() const { return kinds.empty() && crash.empty(); }
    // What failed first, in a word or a few.
    std::string name() const { return crash.empty() ? name_of(kinds.front()) : crash; }
    // Whether it failed, among others, as `first` did first.
    bool fails_like(const Outcome& first) const;
  };

  // What takes longer than `limit` hangs. `quiet`: what the allocator prints is dropped, such as the words of a broken invariant.
  Outcome judge(const FunctionView& function, const Machine& machine,
                std::chrono::milliseconds limit, bool quiet);

 private:
  Allocator& allocator_;
  std::function<bool()> stopped_;
  WatchedQuestion question_;
};

}  // namespace regproof
