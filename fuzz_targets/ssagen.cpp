// Every input is a legal, feasible program; encoding it and printing it lose nothing.
#include "ssagen/ssagen.h"

#include "fuzz_targets/property.h"
#include "ir/feasible.h"
#include "ir/text.h"
#include "ir/validate.h"

namespace regproof {

std::optional<Failure> ssagen_property(std::span<const std::uint8_t> input) {
  Program program = decode(input);
  FunctionView function = program.function.view();
  std::string text;
  print_machine(program.machine, text);
  print_function(function, text);
  auto failed = [&](const std::string& finding) { return Failure{finding + "\n\n" + text}; };

  std::vector<Violation> violations = validate_machine(program.machine);
  if (violations.empty()) violations = validate(function, program.machine);
  if (!violations.empty()) return failed("not legal: " + violations.front().message);
  if (auto conflict = find_infeasible(function, program.machine)) {
    return failed("not feasible: " + conflict->message);
  }
  Program again = decode(encode(function, program.machine));
  if (again.machine != program.machine) return failed("encoding changes the machine");
  if (!same_program(again.function.view(), function)) return failed("encoding changes the program");

  FunctionReader reader("printed", text);
  Result<std::optional<FunctionText>, TextError> read = reader.next();
  if (!read) return failed("the printed text does not read: " + read.error().text());
  if (!read->has_value()) return failed("the printed text holds no function");
  if ((*read)->machine != program.machine) return failed("printing changes the machine");
  if (!same_program((*read)->function.view(), function))
    return failed("printing changes the program");
  return std::nullopt;
}

}  // namespace regproof
