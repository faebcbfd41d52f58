#include "fuzz_targets/explain.h"

#include "ir/text.h"

namespace regproof {

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

}  // namespace regproof
