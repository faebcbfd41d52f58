// `regproof_speed`: allocation under Google Benchmark, by shape and size (bench/shapes.h).
//
//   regproof_speed --benchmark_filter=mixed
//   regproof_speed --benchmark_filter=calls/2000 --benchmark_repetitions=5
//
// The program is built outside of the clock, the context is reused between iterations. `items` are
// instructions. `phases/...` runs the phases one by one; its counters are seconds per instruction.
//
// Held by ci/bench --sizes, which measures the same programs.
#include <benchmark/benchmark.h>

#include <string>

#include "allocator/allocator.h"
#include "bench/phases.h"
#include "bench/shapes.h"

namespace {

using namespace regproof;
using namespace regproof::bench;

void allocate_shape(benchmark::State& state, const Shape& shape, std::size_t size) {
  Function function = shape.make(size);
  FunctionView view = function.view();
  Machine machine = shape.machine();
  AllocatorContext context;
  for (auto _ : state) {
    Result<Output, AllocError> answer = allocate(view, machine, {}, context);
    if (!answer) {
      state.SkipWithError(answer.error().message.c_str());
      break;
    }
    benchmark::DoNotOptimize(answer->edits.data());
  }
  auto insts = static_cast<double>(view.inst_count());
  auto iterations = static_cast<double>(state.iterations());
  state.SetItemsProcessed(static_cast<std::int64_t>(insts * iterations));
  state.counters["time_per_inst"] = benchmark::Counter(
      insts * iterations, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void run_phases(benchmark::State& state, const Shape& shape, std::size_t size) {
  Function function = shape.make(size);
  FunctionView view = function.view();
  Machine machine = shape.machine();
  PhaseClock clock;
  for (auto _ : state) benchmark::DoNotOptimize(clock.run(view, machine).edits.data());
  double insts = static_cast<double>(view.inst_count()) * static_cast<double>(state.iterations());
  for (const PhaseTime& time : clock.times()) state.counters[time.phase] = time.seconds / insts;
}

}  // namespace

int main(int argc, char** argv) {
  for (const Shape& shape : all_shapes()) {
    for (std::size_t size : shape.sizes) {
      std::string name = std::string(shape.name) + "/" + std::to_string(size);
      benchmark::RegisterBenchmark(name.c_str(), [&shape, size](benchmark::State& state) {
        allocate_shape(state, shape, size);
      })->Unit(benchmark::kMillisecond);
      benchmark::RegisterBenchmark(("phases/" + name).c_str(), [&shape,
                                                                size](benchmark::State& state) {
        run_phases(state, shape, size);
      })->Unit(benchmark::kMillisecond);
    }
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
