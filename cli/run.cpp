// `regproof run`: allocate and judge each function of each file; one line each, totals at the end.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "cli/allocators.h"
#include "cli/command.h"
#include "cli/file_walk.h"
#include "cli/measurement.h"
#include "cli/program_file.h"
#include "cli/trial_pool.h"

namespace regproof::cli {

namespace {

constexpr CommandHelp kHelp = {
    "run", "Allocate and judge each function of program files",
    R"(Hands each function of the files to an allocator and proves the answer: on every path, every
use reads its value, and every constraint holds. Prints one line for each function, each
finding at its place, and totals with the time that reading (parsing and validating),
allocating and judging took. Goes on after a finding and after a broken file.

--json prints an object with `functions` (name, instructions, operands, blocks, moves, loads,
stores, remats, spillslots, weighted_moves, weighted_cost, label_points at which a label's value
lives, label_points_given with a place, findings, seconds of allocation; and `file` if several
files are given), `total` with the same keys, `messages`, and `timing` with read_seconds,
allocate_seconds, judge_seconds. Impossible and illegal functions have no row.)",
    "  regproof run --allocator reference corpus/seeds",
    R"(  0  every answer is proven
  1  a finding: an answer is wrong, a program that has an answer was refused, or one of which
     nobody knows whether it has one
  2  a file cannot be read, or a function in it is not legal
  3  a function is impossible, and was rightly refused)"};

struct Options {
  std::vector<std::string> files;
  std::string allocator;
  bool json = false;
  bool quiet = false;
  unsigned jobs = 1;
};

struct Totals {
  std::vector<Row> rows;
  std::uint64_t proven = 0;
  std::uint64_t wrong = 0;
  std::uint64_t impossible = 0;
  std::uint64_t undecided = 0;
  std::uint64_t illegal = 0;
  std::uint64_t files = 0;
  std::uint64_t unread_files = 0;       // or not to their end
  std::uint64_t read_instructions = 0;  // of legal functions
  double read_seconds = 0;
  double allocate_seconds = 0;  // refusals included
  double judge_seconds = 0;
};

const char* word_of(const Trial& trial) {
  if (trial.proven()) return "proven";
  if (trial.undecided()) return "undecided";
  return trial.rightly_refused() ? "impossible" : "WRONG";
}

void print_line(const Trial& trial, Report& report) {
  const Row& row = trial.row;
  if (!trial.answer.ok()) {
    report.note(fmt::format("{:<10} {:>6} insts {:<63}{:>9.3f} ms  {} {}", word_of(trial),
                            row.instructions, "", row.seconds * 1e3, row.file,
                            quoted_name(row.name)));
    return;
  }
  report.note(fmt::format(
      "{:<10} {:>6} insts {:>6} moves {:>6} loads {:>6} stores {:>5} remats {:>5} slots {:>9.3f} "
      "ms  {} {}",
      word_of(trial), row.instructions, row.cost.moves, row.cost.loads, row.cost.stores,
      row.cost.remats, row.cost.spillslots, row.seconds * 1e3, row.file, quoted_name(row.name)));
}

void account(const FunctionText& text, Trial& trial, const Options& options, Report& report,
             Totals& totals) {
  if (!options.quiet || !trial.proven()) print_line(trial, report);
  report_trial(text, trial, report);
  totals.proven += trial.proven();
  totals.impossible += trial.rightly_refused();
  totals.undecided += trial.undecided();
  totals.wrong += !trial.verdict.proven() && !trial.undecided();
  totals.allocate_seconds += trial.row.seconds;
  totals.judge_seconds += trial.judge_seconds;
  totals.read_instructions += trial.row.instructions;
  if (!trial.rightly_refused()) totals.rows.push_back(std::move(trial.row));
}

void run_file(const std::string& path, const Options& options, TrialPool& pool, Report& report,
              Totals& totals) {
  ProgramFile file(path, report);
  for (bool more = true; more;) {
    std::vector<FunctionText> functions;
    while (more && functions.size() < pool.batch()) {
      std::optional<FunctionText> text = file.next_legal();
      more = text.has_value();
      if (more) functions.push_back(std::move(*text));
    }
    std::vector<Trial> trials = pool.run(file.name(), functions);
    for (std::size_t k = 0; k < trials.size(); ++k) {
      account(functions[k], trials[k], options, report, totals);
    }
    report.progress(fmt::format("{}: {} functions, {} proven", file.name(), file.function_count(),
                                totals.proven));
  }
  ++totals.files;
  totals.unread_files += !file.read_to_end();
  totals.illegal += file.illegal_count();
  totals.read_seconds += file.seconds();
}

// Without a rate where nothing was done.
std::string speed_line(const char* step, double seconds, std::uint64_t instructions) {
  if (seconds <= 0 || instructions == 0) return fmt::format("  {:<24} {:>9.3f} s", step, seconds);
  return fmt::format("  {:<24} {:>9.3f} s {:>12.0f} instructions/s", step, seconds,
                     static_cast<double>(instructions) / seconds);
}

void print_costs(const Row& sum, Report& report) {
  if (sum.instructions == 0) return;
  report.note(fmt::format(
      "  {} instructions, {} moves, {} loads, {} stores, {} remats, {} slots, weighted cost {:.1f}",
      sum.instructions, sum.cost.moves, sum.cost.loads, sum.cost.stores, sum.cost.remats,
      sum.cost.spillslots, sum.cost.weighted_cost));
  if (sum.labels.asked > 0) {
    double share = static_cast<double>(sum.labels.given) / static_cast<double>(sum.labels.asked);
    report.note(fmt::format("  {} points at which a label's value lives, {:.1f} % with a place",
                            sum.labels.asked, share * 100));
  }
}

void print_totals(const Options& options, const Totals& totals, Report& report) {
  Row sum = sum_of(totals.rows);
  std::string undecided =
      totals.undecided == 0 ? "" : fmt::format("{} undecided, ", totals.undecided);
  report.note(fmt::format("{}: {} proven, {} wrong, {} impossible, {}{} not legal; {} {}{}",
                          options.allocator, totals.proven, totals.wrong, totals.impossible,
                          undecided, totals.illegal, totals.files,
                          totals.files == 1 ? "file" : "files", unread_text(totals.unread_files)));
  if (totals.read_instructions == 0) return;
  print_costs(sum, report);
  report.note(speed_line("reading and validating", totals.read_seconds, totals.read_instructions));
  std::uint64_t answered = totals.rows.empty() ? 0 : totals.read_instructions;
  report.note(speed_line("allocating", totals.allocate_seconds, answered));
  report.note(speed_line("judging", totals.judge_seconds, answered));
}

ExitStatus run(const Options& options) {
  Report report(options.json ? Form::Json : Form::Text);
  std::vector<std::string> files = program_files(options.files, report);
  TrialPool pool(options.allocator, options.jobs);
  Totals totals;
  for (const std::string& path : files) {
    run_file(path, options, pool, report, totals);
  }
  print_totals(options, totals, report);
  if (options.json) {
    nlohmann::ordered_json json = json_of(totals.rows, files.size() > 1, report.messages());
    json["timing"] = {{"read_seconds", totals.read_seconds},
                      {"allocate_seconds", totals.allocate_seconds},
                      {"judge_seconds", totals.judge_seconds}};
    print_json(json);
  }
  return report.status();
}

}  // namespace

void add_run_command(CLI::App& app, ExitStatus& status) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(app, kHelp);
  command
      .add_option("FILE", options->files, "Program files, folders of them; - is the standard input")
      ->required();
  add_allocator_option(command, options->allocator);
  command
      .add_option("--jobs", options->jobs,
                  "Threads, each with an allocator of its own; the seconds are then sums over them")
      ->type_name("N")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  add_json_option(command, options->json);
  command.add_flag("--quiet", options->quiet, "No line for a function that is proven");
  command.callback([options, &status] { status = run(*options); });
}

}  // namespace regproof::cli
