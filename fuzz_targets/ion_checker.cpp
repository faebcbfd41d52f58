// Property: whatever the program, the allocator's answer satisfies every judge, and a refusal is
// right. The input is what `decode` of ssagen reads. While the production allocator is in work, the
// reference allocator answers.
//
// Tested by its own replay in ctest and by tests/fuzz_targets/targets_test.cpp.
#include "checker/judge.h"
#include "checker/reference.h"
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

}  // namespace

std::optional<Failure> ion_checker_property(std::span<const std::uint8_t> input) {
  Program program = decode(input);
  FunctionView function = program.function.view();
  ReferenceAllocator allocator;
  Result<Output, AllocError> answer = allocator.allocate(function, program.machine);
  Verdict verdict = judge_answer(function, program.machine, answer);
  if (verdict.proven()) return std::nullopt;
  return Failure{explain(program, answer, verdict)};
}

}  // namespace regproof
