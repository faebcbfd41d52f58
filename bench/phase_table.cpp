// `regproof_phases FILE.func ... [--repeat N]`: which phase of the allocator takes how long, as a
// table over all functions of the files. Each answer is compared with that of `allocate`.
//
// Held by `bench_phases` in ctest.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "allocator/allocator.h"
#include "bench/clock.h"
#include "bench/phases.h"
#include "ir/text.h"

namespace {

using namespace regproof;
using namespace regproof::bench;

struct Totals {
  std::uint64_t functions = 0;
  std::uint64_t instructions = 0;  // over all repetitions
  std::uint64_t different = 0;
};

// False if the file cannot be read.
bool run_file(const std::string& path, unsigned repeat, PhaseClock& clock,
              AllocatorContext& context, Totals& totals) {
  std::optional<std::string> text = read_whole_file(path);
  if (!text) {
    fmt::print(stderr, "regproof_phases: cannot read {}\n", path);
    return false;
  }
  FunctionReader reader(path, *text);
  for (;;) {
    Result<std::optional<FunctionText>, TextError> item = reader.next();
    if (!item) {
      fmt::print(stderr, "{}\n", item.error().text());
      return false;
    }
    if (!*item) return true;
    FunctionView function = (*item)->function.view();
    const Machine& machine = (*item)->machine;
    Result<Output, AllocError> answer = allocate(function, machine, {}, context);
    if (!answer) continue;  // impossible: no phase to measure
    ++totals.functions;
    for (unsigned k = 0; k < repeat; ++k) {
      totals.different += clock.run(function, machine) == *answer ? 0 : 1;
      totals.instructions += function.inst_count();
    }
  }
}

void print_table(const PhaseClock& clock, const Totals& totals) {
  double sum = 0;
  for (const PhaseTime& time : clock.times()) sum += time.seconds;
  auto insts = static_cast<double>(totals.instructions);
  for (const PhaseTime& time : clock.times()) {
    fmt::print("{:<14} {:>8.1f} ns/inst {:>6.1f} %\n", time.phase, time.seconds / insts * 1e9,
               time.seconds / sum * 100);
  }
  fmt::print("{:<14} {:>8.1f} ns/inst; {} functions, {} answers that differ from allocate's\n",
             "all", sum / insts * 1e9, totals.functions, totals.different);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Time of the allocator's phases");
  std::vector<std::string> files;
  unsigned repeat = 5;
  app.add_option("FILE", files, "Program files, legal ones")->required();
  app.add_option("--repeat", repeat, "Runs of each function")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  PhaseClock clock;
  AllocatorContext context;
  Totals totals;
  for (const std::string& path : files) {
    if (!run_file(path, repeat, clock, context, totals)) return 2;
  }
  if (totals.instructions == 0) return 2;
  print_table(clock, totals);
  return totals.different == 0 ? 0 : 1;
}
