// One file's contest: both allocators answer every function, taking turns.
//
//   ours  theirs  ours  theirs  ...     one pass over the whole file each; the first pair warms up
//
// A function's seconds are the median over its passes, a file's the sum over its functions, so that
// one disturbance of the machine moves one function in one pass. Clocks: processor time of the thread
// that allocates, less what the clock itself takes; reading and judging excluded. Contexts are reused through the whole run on both
// sides. Both sides' answers are judged (a wrong answer is cheap) and counted by ir/cost.h.
//
// A function that either side does not answer is left out of both sides' figures, and reported.
//
// Cost: about (repeats + 1) times both allocation times; the text and all functions of one file.
// Held by ci/bench.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "allocator/allocator.h"
#include "base/result.h"
#include "bench/peer.h"
#include "ir/cost.h"

namespace regproof::bench {

// One side's figures of a function, or summed over functions.
struct Figures {
  Cost cost;
  double seconds = 0;

  Figures& operator+=(const Figures& other);
};

struct FunctionResult {
  std::string file;
  std::string name;
  std::uint64_t insts = 0;
  Figures ours;
  Figures theirs;
};

struct ContestOptions {
  unsigned repeats = 7;        // at least; a file that is done quickly gets more
  bool peer_checks = false;    // hand our answers to the peer's checker
  double least_seconds = 0.2;  // of allocation per side and file, by repeating, up to 5 * repeats
};

struct Contest {
  std::string file;
  std::vector<FunctionResult> functions;  // those that both sides answered
  std::uint64_t left_out = 0;
  std::uint64_t accepted_by_peer = 0;
  std::uint64_t not_judged_by_peer = 0;
  std::vector<std::string> faults;  // our answer is wrong, or we refused what the peer answered
  std::vector<std::string> notes;   // what is left out and why, and the peer's wrong answers
};

struct ContestError {
  std::string message;
};

// Without a peer (null), our side alone.
Result<Contest, ContestError> hold_contest(const std::string& path, Peer* peer,
                                           AllocatorContext& context,
                                           const ContestOptions& options);

}  // namespace regproof::bench
