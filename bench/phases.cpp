#include "bench/phases.h"

#include <utility>
#include <vector>

#include "allocator/engine.h"
#include "base/check.h"
#include "bench/clock.h"

namespace regproof::bench {

struct PhaseClock::State {
  AllocatorOptions options;
  Engine engine;
  std::vector<PhaseTime> times;
};

PhaseClock::PhaseClock() : state_(std::make_unique<State>()) {
  for (const Phase& phase : phases()) state_->times.push_back({phase.name});
}
PhaseClock::~PhaseClock() = default;
std::span<const PhaseTime> PhaseClock::times() const {
  return state_->times;
}

Output PhaseClock::run(const FunctionView& function, const Machine& machine) {
  Engine& engine = state_->engine;
  engine.stats = AllocatorStats();
  Run run(function, machine, state_->options, engine);
  for (std::size_t k = 0; k < phases().size(); ++k) {
    double start = processor_seconds();
    phases()[k].run(run);
    state_->times[k].seconds += processor_seconds_since(start);
    check([&] { return !run.error; }, "the program is not feasible");
  }
  return std::move(run.output);
}

}  // namespace regproof::bench
