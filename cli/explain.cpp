// `regproof explain`: an answer beside its program, to be read by people.
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/allocators.h"
#include "cli/answer_file.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/measurement.h"
#include "cli/program_file.h"
#include "cli/source_file.h"

namespace regproof::cli {

namespace {

constexpr CommandHelp kHelp = {
    "explain", "Print programs with the places that their values got",
    R"(Hands each function of the file to an allocator, or takes the answers of an .alloc file, whoever made
them, and prints it with its answer: behind each operand the place that it got, in brackets; between
the instructions the edits, where they run; what lives on entry to a block, and how many values live
ahead of an instruction; where a label's place begins, and until when. Answers are judged, and each
finding stands below its instruction. With --html the listing becomes a page of its own, in which each
register has a colour.)",
    R"(  regproof explain corpus/seeds/loop.func
  regproof explain program.func answers.alloc
  regproof explain program.func --function main --html main.html)",
    R"(  0  every answer is proven
  1  a finding: an answer is wrong, or a program that has an answer was refused
  2  a file cannot be read, a function in it is not legal or not to be found, an answer is for an
     unknown function or does not fit its function, or the page cannot be written
  3  a function is impossible, and was rightly refused)"};

struct Options {
  std::string file;
  std::string answers;
  std::string allocator;
  std::string function;
  std::string html;
};

// The listing of the function's answer, or that there is none.
std::optional<std::vector<ListedLine>> listing_of(const std::string& file, const FunctionText& text,
                                                  Allocator& allocator, Report& report) {
  Trial trial = allocate_and_judge(file, text, allocator);
  report_trial(text, trial, report);
  if (!trial.answer.ok()) return std::nullopt;
  return list_answer(text.function.view(), text.machine, *trial.answer, trial.verdict);
}

// The listing of the answer that was given for the function.
std::optional<std::vector<ListedLine>> listing_given(const std::string& file,
                                                     const FunctionText& text, Answers& answers,
                                                     Report& report) {
  auto found = answers.by_name.find(text.function.name);
  if (found == answers.by_name.end()) {
    report.result(ExitStatus::Good, fmt::format("{}: function {} has no answer",
                                                place_text(file, text.source.function),
                                                quoted_name(text.function.name)));
    return std::nullopt;
  }
  found->second.met = true;
  std::optional<JudgedAnswer> judged = judge_given(text, file, answers, found->second, report);
  if (!judged) return std::nullopt;
  return list_answer(text.function.view(), text.machine, judged->output, judged->verdict);
}

// One page of all listings, or each by itself as text.
void show(std::vector<ListedLine> listing, const Options& options,
          std::vector<std::vector<ListedLine>>& listings) {
  if (options.html.empty()) {
    fmt::print("{}\n", text_of(listing));
  } else {
    listings.push_back(std::move(listing));
  }
}

void write_page(const std::string& file, const Options& options,
                const std::vector<std::vector<ListedLine>>& listings, Report& report) {
  if (options.html.empty() || listings.empty()) return;
  std::string from = options.answers.empty() ? options.allocator : display_name(options.answers);
  std::string title = fmt::format("{}, answered by {}", file, from);
  std::string failure = write_file(options.html, html_of(title, listings));
  if (!failure.empty()) report.problem(ExitStatus::InvalidInput, failure);
}

ExitStatus explain(const Options& options) {
  Report report(Form::Text);
  bool given = !options.answers.empty();
  if (given && options.file == "-" && options.answers == "-") {
    report.problem(ExitStatus::InvalidInput,
                   "program and answers cannot both come from the standard input");
    return report.status();
  }
  Answers answers;
  if (given) read_answers(options.answers, answers, report);
  if (given && answers.by_name.empty()) return report.status();
  std::unique_ptr<Allocator> allocator = make_allocator(options.allocator);
  ProgramFile file(options.file, report);
  std::vector<std::vector<ListedLine>> listings;
  std::vector<std::string> names;
  bool found = false;
  while (std::optional<FunctionText> text = file.next_legal()) {
    names.push_back(text->function.name);
    if (!options.function.empty() && text->function.name != options.function) continue;
    found = true;
    auto listing = given ? listing_given(file.name(), *text, answers, report)
                         : listing_of(file.name(), *text, *allocator, report);
    if (!listing) continue;
    show(std::move(*listing), options, listings);
    report.progress(fmt::format("{}: {} functions", file.name(), file.function_count()));
  }
  if (!found && !names.empty()) report_no_function(file.name(), options.function, names, report);
  if (options.function.empty()) report_strangers(file, answers, report);
  write_page(file.name(), options, listings, report);
  return report.status();
}

}  // namespace

void add_explain_command(CLI::App& app, ExitStatus& status) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(app, kHelp);
  command.add_option("FILE", options->file, "Program file; - is the standard input")->required();
  command.add_option("--function", options->function, "Which function, by name")->type_name("NAME");
  command.add_option("ANSWERS", options->answers,
                     "Answer file (.alloc); absent: the allocator's answers");
  add_allocator_option(command, options->allocator);
  command.add_option("--html", options->html, "Write a page instead; - is the standard output")
      ->type_name("OUT.html");
  command.callback([options, &status] { status = explain(*options); });
}

}  // namespace regproof::cli
