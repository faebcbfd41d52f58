// `regproof check`: judge answers from any source, given as text.
//
// The answers are read first, whole, and wait by name (cli/answer_file.h); then the functions pass by one at a time.
//
// Tested by tests/cli/cli_test.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/answer_file.h"
#include "cli/command.h"
#include "cli/measurement.h"
#include "cli/program_file.h"
#include "cli/source_file.h"

namespace regproof::cli {

namespace {

constexpr CommandHelp kHelp = {
    "check", "Judge answers from any source",
    R"(Proves the answers of an .alloc file to the functions of a .func file, whoever made them: on
every path, every use reads its value, and every constraint holds. Prints each finding with the
place of the instruction in the program and of the answer, and how many answers are proven.
Functions without an answer are named; with --complete they count as violations.

--json prints an object with `functions`, the answered ones (name, instructions, operands,
blocks, moves, loads, stores, remats, spillslots, weighted_moves, weighted_cost, label_points at
which a label's value lives, label_points_given with a place, findings, seconds of judging), `total` with the same keys, and `messages`, the list of all that was found.)",
    R"(  regproof check program.func answers.alloc
  regproof check program.func answers.alloc --complete --json)",
    R"(  0  every answer is proven
  1  a finding, or with --complete a function without an answer
  2  a file cannot be read, a function is not legal, an answer is for an unknown function or does
     not fit its function, or the answers' file answers nothing)"};

struct Options {
  std::string program;
  std::string answers;
  bool json = false;
  bool complete = false;
};

struct Counts {
  std::vector<Row> rows;
  std::uint64_t proven = 0;
  std::uint64_t wrong = 0;
  std::uint64_t unjudged = 0;  // the answer does not fit, or its function is not legal
  std::uint64_t unanswered = 0;
};

void judge(const FunctionText& text, const std::string& file, const Answers& answers,
           const Answer& answer, Report& report, Counts& counts) {
  std::optional<JudgedAnswer> judged = judge_given(text, file, answers, answer, report);
  if (!judged) {
    ++counts.unjudged;
    return;
  }
  Row row = row_of(file, text.function.view());
  row.cost = measure(text, judged->output);
  row.labels = measure_labels(text.function.view(), judged->output);
  row.seconds = judged->seconds;
  row.findings = judged->verdict.findings.size();
  (judged->verdict.proven() ? counts.proven : counts.wrong) += 1;
  counts.rows.push_back(std::move(row));
}

void meet(const FunctionText& text, const std::string& file, const Options& options,
          Answers& answers, Report& report, Counts& counts) {
  auto found = answers.by_name.find(text.function.name);
  if (found != answers.by_name.end()) {
    found->second.met = true;
    std::vector<Violation> violations = validate(text.function.view(), text.machine);
    if (violations.empty()) return judge(text, file, answers, found->second, report, counts);
    ++counts.unjudged;
    for (const Violation& violation : violations) {
      report.problem(ExitStatus::InvalidInput, line_of(file, text, violation));
    }
    return;
  }
  ++counts.unanswered;
  report.result(options.complete ? ExitStatus::Violation : ExitStatus::Good,
                fmt::format("{}: function {} has no answer", place_text(file, text.source.function),
                            quoted_name(text.function.name)));
}

void print_summary(const Counts& counts, Report& report) {
  report.note(fmt::format(
      "{} of {} answers proven, {} wrong, {} not judged; {} functions without an answer",
      counts.proven, counts.proven + counts.wrong + counts.unjudged, counts.wrong, counts.unjudged,
      counts.unanswered));
  if (counts.rows.empty()) return;
  Row sum = sum_of(counts.rows);
  report.note(fmt::format("  {} instructions judged in {:.3f} s", sum.instructions, sum.seconds));
}

ExitStatus check_answers(const Options& options) {
  Report report(options.json ? Form::Json : Form::Text);
  if (options.program == "-" && options.answers == "-") {
    report.problem(ExitStatus::InvalidInput,
                   "program and answers cannot both come from the standard input");
    return report.status();
  }
  Answers answers;
  Counts counts;
  read_answers(options.answers, answers, report);
  if (!answers.by_name.empty()) {
    ProgramFile file(options.program, report);
    while (std::optional<FunctionText> text = file.next()) {
      meet(*text, file.name(), options, answers, report, counts);
      report.progress(fmt::format("{}: {} functions", file.name(), file.function_count()));
    }
    report_strangers(file, answers, report);
    print_summary(counts, report);
  }
  if (options.json) print_json(json_of(counts.rows, false, report.messages()));
  return report.status();
}

}  // namespace

void add_check_command(CLI::App& app, ExitStatus& status) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(app, kHelp);
  command.add_option("PROGRAM", options->program, "Program file (.func)")->required();
  command.add_option("ANSWERS", options->answers, "Answer file (.alloc)")->required();
  add_json_option(command, options->json);
  command.add_flag("--complete", options->complete, "A function without an answer is a violation");
  command.callback([options, &status] { status = check_answers(*options); });
}

}  // namespace regproof::cli
