// `regproof stats`: what an allocator's answers cost, function by function.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "cli/allocators.h"
#include "cli/command.h"
#include "cli/file_walk.h"
#include "cli/measurement.h"
#include "cli/program_file.h"
#include "fuzz_targets/ion_allocator.h"

namespace regproof::cli {

namespace {

constexpr CommandHelp kHelp = {
    "stats", "Print what an allocator's answers cost",
    R"(Allocates each function and prints a table: instructions, moves between registers, loads,
stores, recomputations, units of the frame, all edits weighted by ten to the loop depth
(w.moves), the same weighted also by their kind (move 0.2, load 4, store 1, remat 0.2 for each move
that its recipe costs: w.cost), and the milliseconds of allocation. Answers are judged too, since a wrong one is cheap; findings
are printed at their places.

--json prints an object with `functions` (name, instructions, operands, blocks, moves, loads,
stores, remats, spillslots, weighted_moves, weighted_cost, label_points at which a label's value
lives, label_points_given with a place, findings, seconds of allocation; and `file` if several
files are given), `total` with the same keys, `messages`, and of ion `engine`: what its search
counted over all functions. Impossible and illegal functions have no row.)",
    "  regproof stats --json program.func",
    R"(  0  every answer is proven
  1  a finding: an answer is wrong, or a program that has an answer was refused
  2  a file cannot be read, or a function in it is not legal
  3  a function is impossible, and was rightly refused)"};

struct Options {
  std::vector<std::string> files;
  std::string allocator;
  bool json = false;
};

void print_row(const Row& row, std::string_view name, Report& report) {
  report.note(fmt::format("{:>8} {:>8} {:>8} {:>8} {:>7} {:>7} {:>12.0f} {:>14.1f} {:>10.3f}  {}",
                          row.instructions, row.cost.moves, row.cost.loads, row.cost.stores,
                          row.cost.remats, row.cost.spillslots, row.cost.weighted_moves,
                          row.cost.weighted_cost, row.seconds * 1e3, name));
}

void print_head(Report& report) {
  report.note(fmt::format("{:>8} {:>8} {:>8} {:>8} {:>7} {:>7} {:>12} {:>14} {:>10}  {}", "insts",
                          "moves", "loads", "stores", "remats", "slots", "w.moves", "w.cost", "ms",
                          "function"));
}

// What the engine counted, over all functions.
nlohmann::ordered_json json_of(const AllocatorStats& sum, std::size_t peak_memory) {
  return {{"bundles", sum.bundles},
          {"merges", sum.merges},
          {"steps", sum.steps},
          {"evictions", sum.evictions},
          {"splits", sum.splits},
          {"second_chances", sum.second_chances},
          {"solved_insts", sum.solved_insts},
          {"spill_sets", sum.spill_sets},
          {"emergency_moves", sum.emergency_moves},
          {"dropped_edits", sum.dropped_edits},
          {"saved_loads", sum.saved_loads},
          {"remats", sum.remats},
          {"peak_memory", peak_memory}};
}

// The same on one line, under the names of the keys.
void print_engine(const nlohmann::ordered_json& counts, Report& report) {
  std::string line = "engine:";
  for (const auto& [key, value] : counts.items()) line += fmt::format(" {} {}", key, value.dump());
  report.note(line);
}

ExitStatus stats(const Options& options) {
  Report report(options.json ? Form::Json : Form::Text);
  std::unique_ptr<Allocator> allocator = make_allocator(options.allocator);
  const auto* engine = dynamic_cast<const IonAllocator*>(allocator.get());
  AllocatorStats engine_sum;
  std::vector<Row> rows;
  std::uint64_t unread_files = 0;
  std::vector<std::string> files = program_files(options.files, report);
  for (const std::string& path : files) {
    ProgramFile file(path, report);
    while (std::optional<FunctionText> text = file.next_legal()) {
      Trial trial = allocate_and_judge(file.name(), *text, *allocator);
      if (engine != nullptr) engine_sum += engine->stats();
      report_trial(*text, trial, report);
      report.progress(fmt::format("{}: {} functions", file.name(), file.function_count()));
      if (trial.rightly_refused()) continue;
      if (rows.empty()) print_head(report);
      print_row(trial.row, fmt::format("{} {}", file.name(), quoted_name(trial.row.name)), report);
      rows.push_back(std::move(trial.row));
    }
    unread_files += !file.read_to_end();
  }
  if (!rows.empty()) {
    print_row(sum_of(rows),
              fmt::format("total of {} functions{}", rows.size(), unread_text(unread_files)),
              report);
  }
  nlohmann::ordered_json counts;
  if (engine != nullptr) {
    counts = json_of(engine_sum, engine->peak_memory());
    if (!rows.empty()) print_engine(counts, report);
  }
  if (options.json) {
    nlohmann::ordered_json json = json_of(rows, files.size() > 1, report.messages());
    if (engine != nullptr) json["engine"] = counts;
    print_json(json);
  }
  return report.status();
}

}  // namespace

void add_stats_command(CLI::App& app, ExitStatus& status) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(app, kHelp);
  command
      .add_option("FILE", options->files, "Program files, folders of them; - is the standard input")
      ->required();
  add_allocator_option(command, options->allocator);
  add_json_option(command, options->json);
  command.callback([options, &status] { status = stats(*options); });
}

}  // namespace regproof::cli
