// `regproof encode`: a program in text as an input of a fuzz target.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "cli/command.h"
#include "cli/encoded_program.h"
#include "cli/file_walk.h"
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
--function says which; where -o names a folder, or ends in `/`, each function (or the one of
--function) becomes a file in it, named after the program file and the function's place in it.)",
    R"(  regproof encode ion_checker program.func --function "main" -o corpus/ion_checker/main
  regproof encode ion_checker programs.func -o build/inputs/)",
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

bool is_wanted(const Options& options, const FunctionText& text) {
  return !options.function_given || text.function.name == options.function;
}

// The asked-for function, or the only one.
std::optional<FunctionText> choose(const Options& options, ProgramFile& file, Report& report) {
  std::optional<FunctionText> chosen;
  std::vector<std::string> names;
  while (std::optional<FunctionText> text = file.next_legal()) {
    names.push_back(text->function.name);
    if (is_wanted(options, *text) && !chosen) chosen = std::move(text);
  }
  bool ambiguous = !options.function_given && names.size() > 1;
  if (chosen && !ambiguous) return chosen;
  if (names.empty()) return std::nullopt;  // the reason has been reported
  if (!ambiguous) {
    report_no_function(file.name(), options.function, names, report);
    return std::nullopt;
  }
  report.problem(ExitStatus::InvalidInput,
                 fmt::format("{}: {} functions, choose one with --function:{}", file.name(),
                             names.size(), listed(names)));
  return std::nullopt;
}

void write_encoded(const Target& target, const std::string& file, const FunctionText& text,
                   const std::string& output, Report& report) {
  std::optional<std::vector<std::uint8_t>> bytes = encode_exactly(target, file, text, report);
  if (!bytes) return;  // the reason has been reported
  std::string failure =
      write_file(output, {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (!failure.empty()) report.problem(ExitStatus::InvalidInput, failure);
}

// Every function of the file that can be encoded; the others are reported.
void encode_each(const Target& target, const Options& options, ProgramFile& file, Report& report) {
  std::filesystem::path folder = options.output;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    report.problem(ExitStatus::InvalidInput,
                   fmt::format("{}: {}", options.output, error.message()));
    return;
  }
  std::vector<std::string> names;
  bool found = false;
  std::string stem = std::filesystem::path(options.program).stem().string();
  std::size_t place = 0;
  while (std::optional<FunctionText> text = file.next_legal()) {
    std::string name = fmt::format("{}-{}", stem, place++);
    names.push_back(text->function.name);
    if (!is_wanted(options, *text)) continue;
    found = true;
    write_encoded(target, file.name(), *text, (folder / name).string(), report);
  }
  if (!found && !names.empty()) report_no_function(file.name(), options.function, names, report);
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
  std::error_code error;
  bool folder =
      has_suffix(options.output, "/") || std::filesystem::is_directory(options.output, error);
  if (folder) {
    encode_each(target, options, file, report);
    return report.status();
  }
  std::optional<FunctionText> text = choose(options, file, report);
  if (text) write_encoded(target, file.name(), *text, options.output, report);
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
  command
      .add_option("-o,--output", options->output,
                  "Where the bytes go: a file, a folder, or - for standard output")
      ->type_name("BYTES")
      ->required();
  command.callback([options, function, &status] {
    options->function_given = function->count() > 0;
    status = encode_file(*options);
  });
}

}  // namespace regproof::cli
