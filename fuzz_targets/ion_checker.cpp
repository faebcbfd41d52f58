// Property: whatever the program, the allocator's answer satisfies every judge, and a refusal is
// right. The input is what `decode` of ssagen reads. `ion_checker` asks the engine,
// `reference_checker` the reference allocator: a finding there is a fault of judges or generator.
//
// Tested by their own replay in ctest and by tests/fuzz_targets/targets_test.cpp.
#include "checker/judge.h"
#include "checker/reference.h"
#include "fuzz_targets/ion_allocator.h"
#include "fuzz_targets/property.h"
#include "ir/text.h"
#include "ssagen/ssagen.h"

namespace regproof {
namespace {

std::string explain(const Program& program, const Result<Output, AllocError>& answer,
                    const Verdict& verdict) {
  std::string text;
  for (const Finding& finding : verdict.findings) {
    text += std::string(name_of(finding.kind)) + ": " + finding.message + "\n";
  }
  text += "\n# the program\n";
  print_machine(program.machine, text);
  text += "\n";
  print_function(program.function.view(), text);
  if (answer) {
    text += "\n# the answer\n";
    print_allocation(program.function.view(), *answer, text);
  } else {
    text += "\n# refused: " + answer.error().message + "\n";
  }
  return text;
}

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
  return judge_answer_of(allocator, input);
}

std::optional<Failure> reference_checker_property(std::span<const std::uint8_t> input) {
  ReferenceAllocator allocator;
  return judge_answer_of(allocator, input);
}

}  // namespace regproof
