// `regproof generate`: programs as text, each a function of its seed and the profile alone.
#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/measurement.h"
#include "cli/report.h"
#include "cli/source_file.h"
#include "ir/text.h"
#include "ssagen/knobs.h"
#include "ssagen/shapes.h"
#include "ssagen/ssagen.h"

namespace regproof::cli {

namespace {

constexpr CommandHelp kHelp = {
    "generate", "Write generated programs as text",
    R"(Draws programs with the knobs of a profile and writes them as a .func file, each with its own
machine. Program number N of seed S is named after the profile and the seed S+N, and is the same
whenever it is drawn: `--seed S+N --count 1` makes it alone. Every program is legal and feasible.
--stats prints a table of what the programs are made of (with --json: an object with `programs`,
`blocks`, `instructions`, `operands` and the list `shapes`); the programs are then written only
where -o says so.)",
    R"(  regproof generate --seed 1 --count 100 -o programs.func
  regproof generate --seed 1 --count 1000 --stats)",
    R"(  0  the programs are written
  2  there is no such profile, or the file cannot be written)"};

struct Options {
  std::uint64_t seed = 0;
  std::uint64_t count = 1;
  std::string profile;
  std::string output;
  bool stats = false;
  bool json = false;
  bool list_profiles = false;
};

void list_profiles() {
  for (const Profile& profile : all_profiles()) {
    fmt::print("{:<16} {}\n", profile.name, profile.purpose);
  }
}

void print_shapes(const ShapeCounts& counts, bool json) {
  if (!json) {
    fmt::print("{} programs, {} blocks, {} instructions, {} operands\n{}", counts.programs,
               counts.blocks, counts.insts, counts.operands, shape_table(counts));
    return;
  }
  nlohmann::ordered_json shapes = nlohmann::ordered_json::array();
  for (const ShapeRow& row : shape_rows(counts)) {
    shapes.push_back({{"name", row.name},
                      {"meaning", row.meaning},
                      {"programs", row.programs},
                      {"total", row.total}});
  }
  print_json({{"programs", counts.programs},
              {"blocks", counts.blocks},
              {"instructions", counts.insts},
              {"operands", counts.operands},
              {"shapes", std::move(shapes)}});
}

// Programs one after another into a file; a machine is stated where it changes.
class ProgramWriter {
 public:
  explicit ProgramWriter(OutputFile file) : file_(std::move(file)) {}

  bool write(const Program& program) {
    text_.clear();
    if (!machine_ || !(*machine_ == program.machine)) {
      machine_ = program.machine;
      print_machine(program.machine, text_);
      text_ += '\n';
    }
    print_function(program.function.view(), text_);
    text_ += '\n';
    return file_.write(text_);
  }
  std::string close() { return file_.close(); }

 private:
  OutputFile file_;
  std::optional<Machine> machine_;
  std::string text_;
};

ExitStatus generate_programs(const Options& options) {
  Report report(options.json ? Form::Json : Form::Text);
  if (options.stats && options.output == "-") {
    report.problem(ExitStatus::InvalidInput,
                   "the table of --stats goes to the standard output, expected -o with a file");
    return report.status();
  }
  const Profile& profile = *find_profile(options.profile);
  std::optional<ProgramWriter> writer;
  if (!options.stats || !options.output.empty()) {
    Result<OutputFile, FileError> file = OutputFile::open(options.output);
    if (!file) {
      report.problem(ExitStatus::InvalidInput, file.error().message);
      return report.status();
    }
    writer.emplace(std::move(*file));
  }
  ShapeCounts counts;
  for (std::uint64_t number = 0; number < options.count; ++number) {
    std::uint64_t seed = options.seed + number;  // wraps: all seeds are good
    Program program = generate(seed, profile.knobs);
    program.function.name = fmt::format("{}-{}", profile.name, seed);
    if (writer && !writer->write(program)) break;  // `close` says why
    if (options.stats) count_shapes(program.function.view(), program.machine, counts);
    report.progress(fmt::format("{} of {} programs", number + 1, options.count));
  }
  std::string failure = writer ? writer->close() : std::string();
  if (!failure.empty()) report.problem(ExitStatus::InvalidInput, failure);
  if (options.stats) print_shapes(counts, options.json);
  return report.status();
}

}  // namespace

void add_generate_command(CLI::App& app, ExitStatus& status) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(app, kHelp);
  command.add_option("--seed", options->seed, "Seed of the first program")->capture_default_str();
  command.add_option("--count", options->count, "How many programs")
      ->check(from_one_on())
      ->capture_default_str();
  std::vector<std::string> profiles;
  for (const Profile& profile : all_profiles()) profiles.emplace_back(profile.name);
  options->profile = profiles.front();
  command.add_option("--profile", options->profile, "Which knobs; see --list-profiles")
      ->type_name("NAME")
      ->check(CLI::IsMember(profiles))
      ->capture_default_str();
  command
      .add_option("-o,--output", options->output,
                  "Where the programs go; - or absent: the standard output")
      ->type_name("FILE.func");
  CLI::Option* stats =
      command.add_flag("--stats", options->stats, "Print what the programs are made of");
  command.add_flag("--json", options->json, "Print the statistics as a JSON object")->needs(stats);
  command.add_flag("--list-profiles", options->list_profiles, "Print the profiles and stop");
  command.callback([options, &status] {
    if (options->list_profiles) return list_profiles();
    status = generate_programs(*options);
  });
}

}  // namespace regproof::cli
