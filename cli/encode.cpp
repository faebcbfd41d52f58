// `regproof encode`: a program in text as an input of a fuzz target.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/encoded_program.h"
#include "cli/program_file.h"
#include "cli/source_file.h"
#include "fuzz_targets/property.h"

namespace regproof::cli {

namespace {

constexpr CommandHelp kHelp = {
    "encode", "Write a program as a fuzzing input",
    R"(Writes one function of a program file as the bytes that a fuzz target reads as that program,
so that real functions and shrunken failures can seed its corpus. The bytes are decoded again and
compared before they are written. Names are not kept. If the file holds several functions,
--function says which.)",
    R"(  regproof encode ion_checker program.func --function "main" -o corpus/ion_checker/main)",
    R"(  0  the bytes are written
  1  the bytes would decode to another program (a fault of the generator's)
  2  a file cannot be read or written, the function is not legal or not to be found, or the
     target's inputs are not programs
  3  the function is impossible, and inputs of the target never are)"};

struct Options {
  std::string target;
  std::string program;
  std::string function;
  bool function_given = false;
  std::string output;
};

// The asked-for function, or the only one.
std::optional<FunctionText> choose(const Options& options, ProgramFile& file, Report& report) {
  std::optional<FunctionText> chosen;
  std::vector<std::string> names;
  while (std::optional<FunctionText> text = file.next_legal()) {
    names.push_back(text->function.name);
    bool wanted = !options.function_given || text->function.name == options.function;
    if (wanted && !chosen) chosen = std::move(text);
  }
  bool ambiguous = !options.function_given && names.size() > 1;
  if (chosen && !ambiguous) return chosen;
  if (names.empty()) return std::nullopt;  // the reason has been reported
  std::string message =
      ambiguous
          ? fmt::format("{}: {} functions, choose one with --function:", file.name(), names.size())
          : fmt::format("{}: no function {}; there are:", file.name(),
                        quoted_name(options.function));
  for (const std::string& name : names) message += "\n  " + quoted_name(name);
  report.problem(ExitStatus::InvalidInput, message);
  return std::nullopt;
}

ExitStatus encode_file(const Options& options) {
  Report report(Form::Text);
  const Target& target = *find_target(options.target);
  if (!target.reads_program()) {
    report.problem(ExitStatus::InvalidInput,
                   fmt::format("the inputs of target {} are no programs", options.target));
    return report.status();
  }
  ProgramFile file(options.program, report);
  std::optional<FunctionText> text = choose(options, file, report);
  if (!text) return report.status();
  std::optional<std::vector<std::uint8_t>> bytes =
      encode_exactly(target, file.name(), *text, report);
  if (!bytes) return report.status();
  std::string failure =
      write_file(options.output, {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (!failure.empty()) report.problem(ExitStatus::InvalidInput, failure);
  return report.status();
}

}  // namespace

void add_encode_command(CLI::App& app, ExitStatus& status) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(app, kHelp);
  add_target_option(command, options->target);
  command.add_option("FILE", options->program, "Program file; - is the standard input")->required();
  CLI::Option* function =
      command.add_option("--function", options->function, "Which function, by name")
          ->type_name("NAME");
  command.add_option("-o,--output", options->output, "Where the bytes go; - is standard output")
      ->type_name("BYTES")
      ->required();
  command.callback([options, function, &status] {
    options->function_given = function->count() > 0;
    status = encode_file(*options);
  });
}

}  // namespace regproof::cli
