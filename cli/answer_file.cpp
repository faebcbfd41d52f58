#include "cli/answer_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "cli/measurement.h"
#include "cli/source_file.h"
#include "fuzz_targets/content.h"

namespace regproof::cli {

namespace {

// The edit, or else the instruction's list, or else the whole answer.
TextPlace place_in_answer(const AllocationText& text, const Finding& finding) {
  if (finding.edit < text.edit_places.size()) return text.edit_places[finding.edit];
  if (finding.inst.valid()) {
    auto before = [](const AllocationText::List& list, Inst inst) { return list.inst < inst; };
    auto list = std::lower_bound(text.lists.begin(), text.lists.end(), finding.inst, before);
    if (list != text.lists.end() && list->inst == finding.inst) return list->place;
  }
  return text.place;
}

}  // namespace

void read_answers(const std::string& path, Answers& answers, Report& report) {
  answers.file = display_name(path);
  Result<std::string, FileError> text = read_file(path);
  if (!text) return report.problem(ExitStatus::InvalidInput, text.error().message);
  answers.text = std::move(*text);
  drop_byte_order_mark(answers.text);
  if (content_of(answers.text) == Content::Program) {
    return report.problem(ExitStatus::InvalidInput,
                          fmt::format("{}: a program, expected answers; the program comes first: "
                                      "`regproof check PROGRAM.func ANSWERS.alloc`",
                                      place_text(answers.file, {1, 1})));
  }
  AllocationReader reader(answers.file, answers.text);
  for (;;) {
    Result<std::optional<AllocationText>, TextError> item = reader.next();
    if (!item) return report.problem(ExitStatus::InvalidInput, item.error().text() + kRestUnread);
    if (!item->has_value()) break;
    std::string name = (*item)->name;
    answers.by_name.emplace(std::move(name), Answer{std::move(**item)});
  }
  if (answers.by_name.empty()) {
    report.problem(ExitStatus::InvalidInput, place_text(answers.file, {1, 1}) +
                                                 ": no answer in this file, expected at least one");
  }
}

std::optional<JudgedAnswer> judge_given(const FunctionText& text, const std::string& file,
                                        const Answers& answers, const Answer& answer,
                                        Report& report) {
  FunctionView function = text.function.view();
  Result<Output, TextError> output = to_output(answer.text, answers.file, function);
  if (!output) {
    report.problem(ExitStatus::InvalidInput, output.error().text());
    return std::nullopt;
  }
  Result<Output, AllocError> answered(std::move(*output));
  Stopwatch watch;
  Verdict verdict = judge_answer(function, text.machine, answered);
  double seconds = watch.seconds();
  for (const Finding& finding : verdict.findings) {
    report.result(ExitStatus::Violation,
                  fmt::format("{} (answer at {})", line_of(file, text, finding),
                              place_text(answers.file, place_in_answer(answer.text, finding))));
  }
  return JudgedAnswer{std::move(*answered), std::move(verdict), seconds};
}

void report_strangers(const ProgramFile& file, const Answers& answers, Report& report) {
  if (!file.read_to_end()) return;
  std::vector<const AllocationText*> strangers;
  for (const auto& [name, answer] : answers.by_name) {
    if (!answer.met) strangers.push_back(&answer.text);
  }
  std::sort(strangers.begin(), strangers.end(),
            [](const AllocationText* a, const AllocationText* b) {
              return a->place.line < b->place.line;
            });
  for (const AllocationText* stranger : strangers) {
    report.problem(ExitStatus::InvalidInput,
                   fmt::format("{}: an answer for function {}, which {} does not have",
                               place_text(answers.file, stranger->place),
                               quoted_name(stranger->name), file.name()));
  }
}

}  // namespace regproof::cli
