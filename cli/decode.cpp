// `regproof decode`: the program that an input of a fuzz target means, as text.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/encoded_program.h"
#include "cli/report.h"
#include "cli/source_file.h"
#include "fuzz_targets/content.h"
#include "fuzz_targets/property.h"
#include "ir/text.h"

namespace regproof::cli {

namespace {

constexpr CommandHelp kHelp = {
    "decode", "Write the program that a fuzzing input means",
    R"(Reads an input of a fuzz target, which may be any bytes, and writes the program that the
target makes of them as a .func file. Only for targets whose inputs are programs.)",
    R"(  regproof decode ion_checker crash-4f2a -o crash.func
  regproof run crash.func)",
    R"(  0  the program is written
  2  a file cannot be read or written, or the target's inputs are not programs)"};

struct Options {
  std::string target;
  std::string input;
  std::string output;
};

ExitStatus decode_file(const Options& options) {
  Report report(Form::Text);
  const Target& target = *find_target(options.target);
  if (!target.reads_program()) {
    report.problem(ExitStatus::InvalidInput,
                   fmt::format("the inputs of target {} are no programs", options.target));
    return report.status();
  }
  Result<std::string, FileError> bytes = read_file(options.input);
  if (!bytes) {
    report.problem(ExitStatus::InvalidInput, bytes.error().message);
    return report.status();
  }
  Content content = content_of(*bytes);
  if (content != Content::Other) {
    report.problem(ExitStatus::InvalidInput,
                   fmt::format("{}: {} in text already, expected the bytes of an input",
                               display_name(options.input),
                               content == Content::Program ? "a program" : "an answer"));
    return report.status();
  }
  if (reads_like_text(*bytes)) {
    report.note(fmt::format("{}: decoded as the bytes of an input, though it reads like text",
                            display_name(options.input)));
  }
  Program program =
      decode_input(target, {reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()});
  std::string text;
  print_machine(program.machine, text);
  text += '\n';
  print_function(program.function.view(), text);
  std::string failure = write_file(options.output, text);
  if (!failure.empty()) report.problem(ExitStatus::InvalidInput, failure);
  return report.status();
}

}  // namespace

void add_decode_command(CLI::App& app, ExitStatus& status) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(app, kHelp);
  add_target_option(command, options->target);
  command.add_option("BYTES", options->input, "An input; - is the standard input")->required();
  command
      .add_option("-o,--output", options->output,
                  "Where the program goes; - or absent: the standard output")
      ->type_name("FILE.func");
  command.callback([options, &status] { status = decode_file(*options); });
}

}  // namespace regproof::cli
