// Property: whatever the program, the allocator's answer satisfies every judge, and a refusal is
// right. The input is what `decode` of ssagen reads. `ion_checker` asks the engine,
// `reference_checker` the reference allocator: a finding there is a fault of judges or generator.
//
// Tested by their own replay in ctest and by tests/fuzz_targets/targets_test.cpp.
#include "checker/judge.h"
#include "checker/reference.h"
#include "fuzz_targets/explain.h"
#include "fuzz_targets/ion_allocator.h"
#include "fuzz_targets/property.h"
#include "fuzz_targets/state_counters.h"
#include "ssagen/ssagen.h"

namespace regproof {
namespace {

std::optional<Failure> judge_answer_of(Allocator& allocator, std::span<const std::uint8_t> input) {
  Program program = decode(input);
  FunctionView function = program.function.view();
  Result<Output, AllocError> answer = allocator.allocate(function, program.machine);
  Verdict verdict = judge_answer(function, program.machine, answer);
  if (verdict.proven()) return std::nullopt;
  return Failure{explain(program, answer, verdict)};
}

}  // namespace

std::optional<Failure> ion_checker_property(std::span<const std::uint8_t> input) {
  IonAllocator allocator;
  std::optional<Failure> failure = judge_answer_of(allocator, input);
  count_states(allocator.stats());
  return failure;
}

std::optional<Failure> reference_checker_property(std::span<const std::uint8_t> input) {
  ReferenceAllocator allocator;
  return judge_answer_of(allocator, input);
}

}  // namespace regproof
