// One function's way through an allocator and the judges, and the rows that tables and --json are
// made of.
//
// A row's `seconds` is the time of its one step: allocation for `run` and `stats`, judging for
// `check`. A row exists for each function that has an answer or a finding; a function that was
// rightly refused has none, since zero moves would look like a good answer.
//
// Tested by tests/cli/cli_test.cpp.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "checker/judge.h"
#include "checker/label_coverage.h"
#include "cli/report.h"
#include "ir/cost.h"
#include "ir/text.h"

namespace regproof::cli {

struct Row {
  std::string file;
  std::string name;
  std::uint64_t instructions = 0;
  std::uint64_t operands = 0;
  std::uint64_t blocks = 0;
  Cost cost;
  LabelCoverage labels;
  std::uint64_t findings = 0;
  double seconds = 0;
};

// Sizes and names of the function; cost, findings and seconds are still zero.
Row row_of(const std::string& file, const FunctionView& function);
Row sum_of(const std::vector<Row>& rows);
Cost measure(const FunctionText& text, const Output& output);

// The object that --json prints: `functions`, `total`, `messages`; `file` is a key of the rows
// where there are several files.
nlohmann::ordered_json json_of(const std::vector<Row>& rows, bool several_files,
                               const std::vector<std::string>& messages);
// Prints it; bytes that are not UTF-8 become replacement characters.
void print_json(const nlohmann::ordered_json& json);

// What became of one function.
struct Trial {
  Row row;
  Result<Output, AllocError> answer;
  Verdict verdict;
  double judge_seconds = 0;

  bool proven() const { return answer.ok() && verdict.proven(); }
  bool rightly_refused() const { return !answer.ok() && verdict.proven(); }
  bool undecided() const { return verdict.has(FindingKind::FeasibilityUndecided); }
};

Trial allocate_and_judge(const std::string& file, const FunctionText& text, Allocator& allocator);

// Reports each finding at its place in the function, or that the function is impossible.
void report_trial(const FunctionText& text, const Trial& trial, Report& report);

// "FILE:LINE:COLUMN: WORD: MESSAGE"
std::string line_of(const std::string& file, const FunctionText& text, const Finding& finding);

}  // namespace regproof::cli
