// Property: on programs full of values that can be computed again, the answer satisfies every judge, the interpreter on two paths, and
// computing again does not cost much more than not to. The input is what `decode` of ssagen reads; beside the
// values that its program says can be computed again, others can be that are planted (plant_recipes.h); in every second
// program a first answer says which clobbers would be in the way.
//
// Definitions that nobody reads any more (ir/unread.h) are left out, and the answer is still right.
//
// That it pays is known of sums, not of each program: which values lose their registers first decides about others,
// too, by chance. So a single answer may be three times as dear, and by sixteen loads in the hottest block and one in each; by more, something is
// wrong with what recomputing is thought to cost.
//
// Tested by tests/fuzz_targets/targets_test.cpp and its own replay in ctest.
#include <algorithm>
#include <bit>
#include <string>
#include <utility>
#include <vector>

#include "checker/interpreter.h"
#include "checker/judge.h"
#include "checker/symbolic.h"
#include "fuzz_targets/explain.h"
#include "fuzz_targets/ion_allocator.h"
#include "fuzz_targets/plant_recipes.h"
#include "fuzz_targets/property.h"
#include "fuzz_targets/state_counters.h"
#include "ir/cost.h"
#include "ir/unread.h"
#include "ssagen/ssagen.h"

namespace regproof {
namespace {

// Of the interpreter; the other judges look at all.
constexpr std::uint32_t kPaths = 2;
constexpr std::uint32_t kSteps = 200;

// Which values are in memory is decided by weights, so that it may come out better without recomputation: with 1.5 and 4 loads,
// 300,000 fresh inputs held, and one of the next 10,000 did not, for values that nothing but edges of an inner loop reads; a
// program that repeats one pattern 201 times costs twice as much, and one whose pattern costs nothing lost a load in some of
// its blocks. What is far beyond is a fault.
constexpr double kMostRatio = 3;
constexpr double kMostLoads = 16;

bool states_frequencies(const FunctionView& function) {
  for (Block b : function.blocks()) {
    if (function.frequency(b) > 0) return true;
  }
  return false;
}

// With fewer registers a value that gives way once decides about all others.
bool has_scarce_class(const Machine& machine) {
  constexpr int kFew = 4;
  return std::any_of(kClasses.begin(), kClasses.end(), [&](RegClass cls) {
    int count = std::popcount(machine.allocatable().bits(cls));
    return count > 0 && count < kFew;
  });
}

// What chance may cost: some loads in the deepest loop, and one in each block.
double allowance(const Cfg& cfg, const FunctionView& function) {
  double dearest = kLoadWeight, sum = 0;
  for (Block b : function.blocks()) {
    double weight = kLoadWeight;
    for (std::uint32_t d = std::min(cfg.natural_depth[b], kMaxWeightDepth); d > 0; --d) {
      weight *= 10;
    }
    dearest = std::max(dearest, weight);
    sum += weight;
  }
  return kMostLoads * dearest + sum;
}

// A sentence where computing again makes it much dearer.
std::string loss(const Program& program, const Output& with) {
  FunctionView function = program.function.view();
  // The ruler knows loops alone.
  if (states_frequencies(function) || has_scarce_class(program.machine)) return "";
  AllocatorOptions options;
  options.rematerialize = false;
  IonAllocator plain(options);
  Result<Output, AllocError> without = plain.allocate(function, program.machine);
  if (!without) return "without recomputation it is refused: " + without.error().message + "\n";
  Cfg cfg = analyze_cfg(function);
  double ours = cost_of(function, program.machine, cfg, with).weighted_cost;
  double theirs = cost_of(function, program.machine, cfg, *without).weighted_cost;
  if (ours <= theirs * kMostRatio + allowance(cfg, function)) return "";
  return "recomputing costs: " + std::to_string(ours) + ", without it " + std::to_string(theirs) +
         "\n";
}

// What the answer lacks without the definitions that nobody is said to read: they get no place.
std::string missed_definitions(const Program& program, Output output) {
  FunctionView function = program.function.view();
  std::vector<VReg> unread = unread_definitions(function, program.machine, output);
  if (unread.empty()) return "";
  for (std::size_t k = 0; k < output.locations.size(); ++k) {
    const Operand& op = function.operand_array[k];
    bool left_out = op.is_def() && std::binary_search(unread.begin(), unread.end(), op.vreg());
    if (left_out) output.locations[k] = Location::none();
  }
  std::vector<Finding> findings;
  check_symbolic(function, program.machine, output, findings);
  return findings.empty()
             ? ""
             : "a definition that nobody reads is missed: " + findings.front().message + "\n";
}

using Answer = Result<Output, AllocError>;

std::optional<Failure> judged(const Program& program, const Answer& answer) {
  Verdict verdict = judge_answer(program.function.view(), program.machine, answer);
  if (verdict.proven()) return std::nullopt;
  return Failure{explain(program, answer, verdict)};
}

// What a proven answer may still lack.
std::optional<Failure> examined(const Program& program, const Answer& answer) {
  Verdict verdict;
  verdict.findings = interpret(program.function.view(), program.machine, *answer, kPaths, kSteps);
  if (!verdict.findings.empty()) return Failure{explain(program, answer, verdict)};
  std::string missed = missed_definitions(program, *answer);
  if (!missed.empty()) return Failure{missed + explain(program, answer, verdict)};
  std::string dearer = loss(program, *answer);
  if (dearer.empty()) return std::nullopt;
  return Failure{dearer + explain(program, answer, verdict)};
}

}  // namespace

std::optional<Failure> remat_property(std::span<const std::uint8_t> input) {
  Program program = decode(input);
  plant_recipes(program.function);
  IonAllocator allocator;
  Answer answer = allocator.allocate(program.function.view(), program.machine);
  std::optional<Failure> failure = judged(program, answer);
  bool in_the_way = program.function.vreg_classes.size() % 2 == 1;
  if (!failure && in_the_way && answer && plant_clobbers(program.function, *answer)) {
    answer = allocator.allocate(program.function.view(), program.machine);
    failure = judged(program, answer);
  }
  count_states(allocator.stats());
  if (failure || !answer) return failure;
  return examined(program, answer);
}

}  // namespace regproof
