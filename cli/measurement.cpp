// The clock runs around the allocator's and the judges' calls alone; costs are counted outside.
#include "cli/measurement.h"

#include <fmt/format.h>

#include <utility>

#include "cli/program_file.h"

namespace regproof::cli {

namespace {

nlohmann::ordered_json json_of(const Row& row, bool with_file) {
  nlohmann::ordered_json json;
  if (with_file) json["file"] = row.file;
  json["name"] = row.name;
  json["instructions"] = row.instructions;
  json["operands"] = row.operands;
  json["blocks"] = row.blocks;
  json["moves"] = row.cost.moves;
  json["loads"] = row.cost.loads;
  json["stores"] = row.cost.stores;
  json["remats"] = row.cost.remats;
  json["spillslots"] = row.cost.spillslots;
  json["weighted_moves"] = row.cost.weighted_moves;
  json["weighted_cost"] = row.cost.weighted_cost;
  json["label_points"] = row.labels.asked;
  json["label_points_given"] = row.labels.given;
  json["findings"] = row.findings;
  json["seconds"] = row.seconds;
  return json;
}

}  // namespace

Row row_of(const std::string& file, const FunctionView& function) {
  Row row;
  row.file = file;
  row.name = function.name;
  row.instructions = function.inst_count();
  row.operands = function.operand_array.size();
  row.blocks = function.block_count();
  return row;
}

Row sum_of(const std::vector<Row>& rows) {
  Row total;
  total.name = "total";
  for (const Row& row : rows) {
    total.instructions += row.instructions;
    total.operands += row.operands;
    total.blocks += row.blocks;
    total.cost += row.cost;
    total.labels += row.labels;
    total.findings += row.findings;
    total.seconds += row.seconds;
  }
  return total;
}

Cost measure(const FunctionText& text, const Output& output) {
  FunctionView function = text.function.view();
  return cost_of(function, text.machine, analyze_cfg(function), output);
}

nlohmann::ordered_json json_of(const std::vector<Row>& rows, bool several_files,
                               const std::vector<std::string>& messages) {
  nlohmann::ordered_json functions = nlohmann::ordered_json::array();
  for (const Row& row : rows) functions.push_back(json_of(row, several_files));
  nlohmann::ordered_json json;
  json["functions"] = std::move(functions);
  json["total"] = json_of(sum_of(rows), false);
  json["messages"] = messages;
  return json;
}

void print_json(const nlohmann::ordered_json& json) {
  fmt::print("{}\n", json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

Trial allocate_and_judge(const std::string& file, const FunctionText& text, Allocator& allocator) {
  FunctionView function = text.function.view();
  Stopwatch allocating;
  Result<Output, AllocError> answer = allocator.allocate(function, text.machine);
  double allocate_seconds = allocating.seconds();

  Stopwatch judging;
  Verdict verdict = judge_answer(function, text.machine, answer);
  double judge_seconds = judging.seconds();

  Trial trial{row_of(file, function), std::move(answer), std::move(verdict), judge_seconds};
  trial.row.seconds = allocate_seconds;
  trial.row.findings = trial.verdict.findings.size();
  if (trial.answer.ok()) {
    trial.row.cost = measure(text, *trial.answer);
    trial.row.labels = measure_labels(function, *trial.answer);
  }
  return trial;
}

std::string line_of(const std::string& file, const FunctionText& text, const Finding& finding) {
  return fmt::format("{}: {}: {}", place_text(file, place_of(text, finding.inst, finding.operand)),
                     name_of(finding.kind), finding.message);
}

void report_trial(const FunctionText& text, const Trial& trial, Report& report) {
  for (const Finding& finding : trial.verdict.findings) {
    report.result(ExitStatus::Violation, line_of(trial.row.file, text, finding));
  }
  if (trial.rightly_refused()) {
    const AllocError& error = trial.answer.error();
    report.result(ExitStatus::Impossible,
                  fmt::format("{}: impossible: {}",
                              place_text(trial.row.file, place_of(text, error.inst, kNoOperand)),
                              error.message));
  }
}

}  // namespace regproof::cli
