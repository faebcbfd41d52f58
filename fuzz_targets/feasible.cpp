// Property: the engine answers exactly the programs that have an answer. The inputs are what
// `decode_unloosened` of ssagen reads: programs near the limit of what is feasible, on both sides of
// it. Where nobody knows whether there is an answer, a refusal is no finding here.
//
// Tested by its replay in ctest and by tests/fuzz_targets/targets_test.cpp; the same programs from
// seeds, against brute force, by tests/allocator/limit_test.cpp.
#include "fuzz_targets/explain.h"
#include "fuzz_targets/ion_allocator.h"
#include "fuzz_targets/property.h"
#include "ssagen/ssagen.h"

namespace regproof {

std::optional<Failure> feasible_property(std::span<const std::uint8_t> input) {
  Program program = decode_unloosened(input);
  FunctionView function = program.function.view();
  IonAllocator allocator;
  Result<Output, AllocError> answer = allocator.allocate(function, program.machine);
  Verdict verdict = judge_answer(function, program.machine, answer);
  if (verdict.proven() || verdict.has(FindingKind::FeasibilityUndecided)) return std::nullopt;
  return Failure{explain(program, answer, verdict)};
}

}  // namespace regproof
