// `regproof validate`: is the program legal, and can each instruction be satisfied?
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/file_walk.h"
#include "cli/program_file.h"
#include "ir/feasible.h"

namespace regproof::cli {

namespace {

constexpr CommandHelp kHelp = {
    "validate", "Say what is not legal or not possible in program files",
    R"(Reads each file and prints every violation of the rules of a legal program as
FILE:LINE:COLUMN: MESSAGE [RULE]. For each function that is legal, prints every instruction whose
operands cannot be satisfied together, with the operands and the registers that they compete
for: such a program is legal, but no allocator can answer it. A summary comes last.)",
    "  regproof validate mine.func",
    R"(  0  every function is legal, every instruction feasible
  2  a file cannot be read, its text is broken, or a program is not legal
  3  all is legal, but an instruction is infeasible (or the search for registers gave up on it:
     then the line says `undecided`))"};

struct Options {
  std::vector<std::string> files;
};

struct Counts {
  std::uint64_t functions = 0;
  std::uint64_t illegal = 0;
  std::uint64_t violations = 0;
  std::uint64_t impossible = 0;
  std::uint64_t infeasible_instructions = 0;
  std::uint64_t undecided_instructions = 0;
  std::uint64_t instructions = 0;  // of legal functions
  std::uint64_t unread_files = 0;
};

void report_infeasible(const std::string& file, const FunctionText& text, Report& report,
                       Counts& counts) {
  FunctionView function = text.function.view();
  FeasibilitySolver solver(text.machine);
  std::uint64_t found = 0;
  for (Inst inst : function.insts()) {
    if (solver.feasible(function, inst)) continue;
    Infeasibility reason = solver.explain(function, inst);
    // The solver's budget is finite; what it gave up on is not called impossible.
    found += reason.proven;
    counts.undecided_instructions += !reason.proven;
    report.result(ExitStatus::Impossible,
                  fmt::format("{}: {}: {}", place_text(file, place_of(text, inst, kNoOperand)),
                              reason.proven ? "impossible" : "undecided", reason.message));
  }
  counts.instructions += function.inst_count();
  counts.infeasible_instructions += found;
  counts.impossible += found > 0;
}

void validate_function(const std::string& file, const FunctionText& text, Report& report,
                       Counts& counts) {
  ++counts.functions;
  std::vector<Violation> violations = validate(text.function.view(), text.machine);
  for (const Violation& violation : violations) {
    report.result(ExitStatus::InvalidInput, line_of(file, text, violation));
  }
  counts.violations += violations.size();
  if (violations.empty()) {
    report_infeasible(file, text, report, counts);
  } else {
    ++counts.illegal;
  }
}

// A machine that no function uses is still part of the file's promise.
void validate_lone_machine(ProgramFile& file, Report& report, Counts& counts) {
  if (!file.read_to_end() || file.function_count() > 0) return;
  if (!file.states_something()) return file.report_emptiness();
  for (const Violation& violation : validate_machine(file.machine())) {
    ++counts.violations;
    report.result(ExitStatus::InvalidInput,
                  fmt::format("{}: {} [{}]", place_text(file.name(), {1, 1}), violation.message,
                              name_of(violation.rule)));
  }
}

ExitStatus validate_files(const Options& options) {
  Report report(Form::Text);
  Counts counts;
  for (const std::string& path : program_files(options.files, report)) {
    ProgramFile file(path, report);
    while (std::optional<FunctionText> text = file.next()) {
      validate_function(file.name(), *text, report, counts);
      report.progress(fmt::format("{}: {} functions", file.name(), file.function_count()));
    }
    validate_lone_machine(file, report, counts);
    counts.unread_files += !file.read_to_end();
  }
  report.note(fmt::format(
      "{} functions: {} legal, {} not legal with {} violations, {} impossible with {} infeasible "
      "of {} instructions{}",
      counts.functions, counts.functions - counts.illegal, counts.illegal, counts.violations,
      counts.impossible, counts.infeasible_instructions, counts.instructions,
      unread_text(counts.unread_files)));
  if (counts.undecided_instructions != 0) {
    report.note(fmt::format("{} more instructions are undecided", counts.undecided_instructions));
  }
  return report.status();
}

}  // namespace

void add_validate_command(CLI::App& app, ExitStatus& status) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(app, kHelp);
  command
      .add_option("FILE", options->files, "Program files, folders of them; - is the standard input")
      ->required();
  command.callback([options, &status] { status = validate_files(*options); });
}

}  // namespace regproof::cli
