// `regproof allocate`: answers as text. They are not judged here: `run` and `check` do that.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "cli/allocators.h"
#include "cli/command.h"
#include "cli/program_file.h"
#include "cli/source_file.h"

namespace regproof::cli {

namespace {

constexpr CommandHelp kHelp = {
    "allocate", "Write an allocator's answers as text",
    R"(Hands each function of the file to an allocator and writes the answers as an .alloc file. A
function that cannot be answered is reported with its reason and left out. The answers are not
judged here; `regproof check` does that.)",
    R"(  regproof allocate program.func -o program.alloc
  regproof check program.func program.alloc --complete)",
    R"(  0  every function is answered
  1  the allocator failed by its own fault
  2  the file cannot be read, a function in it is not legal, or the answers cannot be written
  3  a function is impossible, or so hard that it is not known, or exceeds a limit)"};

struct Options {
  std::string file;
  std::string output;
  std::string allocator;
};

ExitStatus status_of(AllocError::Kind kind) {
  switch (kind) {
    case AllocError::Kind::Impossible:
    case AllocError::Kind::Undecided:
    case AllocError::Kind::TooLarge:
    case AllocError::Kind::OutOfMemory:
      return ExitStatus::Impossible;
    case AllocError::Kind::InvalidProgram:
      return ExitStatus::InvalidInput;
    case AllocError::Kind::Internal:
      break;
  }
  return ExitStatus::Violation;
}

ExitStatus allocate(const Options& options) {
  Report report(Form::Text);
  ProgramFile file(options.file, report);
  std::unique_ptr<Allocator> allocator = make_allocator(options.allocator);
  std::string answers =
      fmt::format("# answers of {} to {}\n", allocator->name(), quoted_name(file.name()));
  while (std::optional<FunctionText> text = file.next_legal()) {
    FunctionView function = text->function.view();
    Result<Output, AllocError> answer = allocator->allocate(function, text->machine);
    if (answer) {
      answers += '\n';
      print_allocation(function, *answer, answers);
    } else {
      const AllocError& error = answer.error();
      report.problem(status_of(error.kind),
                     fmt::format("{}: function {} has no answer: {}",
                                 place_text(file.name(), place_of(*text, error.inst, kNoOperand)),
                                 quoted_name(text->function.name), error.message));
    }
    report.progress(fmt::format("{}: {} functions", file.name(), file.function_count()));
  }
  // Opened late, so that a file that cannot be read leaves older answers alone.
  if (file.function_count() == 0) return report.status();
  Result<OutputFile, FileError> output = OutputFile::open(options.output);
  if (!output) {
    report.problem(ExitStatus::InvalidInput, output.error().message);
    return report.status();
  }
  output->write(answers);
  std::string failure = output->close();
  if (!failure.empty()) report.problem(ExitStatus::InvalidInput, failure);
  return report.status();
}

}  // namespace

void add_allocate_command(CLI::App& app, ExitStatus& status) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(app, kHelp);
  command.add_option("FILE", options->file, "Program file; - is the standard input")->required();
  command
      .add_option("-o,--output", options->output,
                  "Where the answers go; - or absent: the standard output")
      ->type_name("FILE.alloc");
  add_allocator_option(command, options->allocator);
  command.callback([options, &status] { status = allocate(*options); });
}

}  // namespace regproof::cli
