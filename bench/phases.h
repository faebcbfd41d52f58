// The allocator's phases one after the other, each under the clock.
//
// Held by `bench_phases` in ctest: the answers are those of `allocate`.
#pragma once

#include <memory>
#include <span>

#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"

namespace regproof::bench {

struct PhaseTime {
  const char* phase;
  double seconds = 0;  // processor time, summed over all runs
};

// Runs functions through the phases and adds up their times. Keeps its memory between functions as a
// context does.
class PhaseClock {
 public:
  PhaseClock();
  ~PhaseClock();

  // The function is legal and feasible.
  Output run(const FunctionView& function, const Machine& machine);

  // In the order in which they run.
  std::span<const PhaseTime> times() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace regproof::bench
