// `regproof replay`: run inputs, or programs in text, through the property of a fuzz target.
#include <fmt/format.h>

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/encoded_program.h"
#include "cli/file_walk.h"
#include "cli/program_file.h"
#include "cli/source_file.h"
#include "fuzz_targets/content.h"
#include "fuzz_targets/guarded_property.h"
#include "fuzz_targets/property.h"

namespace regproof::cli {

namespace {

constexpr unsigned kHangSeconds = 60;

constexpr CommandHelp kHelp = {
    "replay", "Run inputs or programs through a fuzz target, explain what fails",
    R"(Runs each file through the target's property and prints PASS or FAIL, and for what fails the
finding, the program and the answer. A file is an input as the fuzzing engine wrote it, any bytes,
or, for targets whose inputs are programs, a program in text, known by its first word: then each of
its functions is run. Folders are walked, in the order of the names; answers (.alloc) in them are
left out for such targets. The name is printed before the file is run. A crash, or a run of more than
a minute, fails like a broken promise: with how it ended, and the program.)",
    R"(  regproof replay ion_checker corpus/ion_checker crash-4f2a
  regproof replay ion_checker corpus/seeds)",
    R"(  0  every file passes
  1  a file fails
  2  a file cannot be read, or a function in it is not legal
  3  a function in it is impossible, and inputs of the target never are)"};

struct Options {
  std::string target;
  std::vector<std::string> files;
};

struct Counts {
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  std::uint64_t not_run = 0;
};

// What failed in the file, one text per failure.
struct Outcome {
  std::vector<std::string> failures;
  bool complete = true;  // all of the file was run
};

Outcome run_program_text(const Target& target, const std::string& path, std::string program,
                         Report& report) {
  Outcome outcome;
  ProgramFile file(path, std::move(program), report);
  while (std::optional<FunctionText> text = file.next_legal()) {
    std::optional<std::vector<std::uint8_t>> bytes =
        encode_exactly(target, file.name(), *text, report);
    if (!bytes) {
      outcome.complete = false;
      continue;
    }
    if (std::optional<Failure> failure = run_guarded(target, *bytes, kHangSeconds)) {
      outcome.failures.push_back(fmt::format("{}: function {}:\n{}",
                                             place_text(file.name(), text->source.function),
                                             quoted_name(text->function.name), failure->message));
    }
    report.progress(fmt::format("{}: {} functions", file.name(), file.function_count()));
  }
  bool whole = file.read_to_end() && file.function_count() > 0 && file.illegal_count() == 0;
  if (!whole) outcome.complete = false;
  return outcome;
}

Outcome run_bytes(const Target& target, const std::string& bytes) {
  Outcome outcome;
  std::span<const std::uint8_t> input(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                      bytes.size());
  if (std::optional<Failure> failure = run_guarded(target, input, kHangSeconds)) {
    outcome.failures.push_back(failure->message);
  }
  return outcome;
}

// Any bytes are a program, so text is told apart from inputs.
Outcome run_file(const Target& target, const std::string& path, Report& report) {
  bool programs = target.reads_program();
  Result<std::string, FileError> bytes = read_file(path);
  if (!bytes) {
    report.problem(ExitStatus::InvalidInput, bytes.error().message);
    return {{}, false};
  }
  bool is_text = has_suffix(path, ".func") || content_of(*bytes) != Content::Other;
  if (programs && is_text) return run_program_text(target, path, std::move(*bytes), report);
  bool reads_bytes = target.input == InputKind::Bytes;
  if ((programs && reads_like_text(*bytes)) ||
      (reads_bytes && (is_text || reads_like_text(*bytes)))) {
    report.problem(ExitStatus::Good,
                   fmt::format("{}: run as the bytes of an input, though it reads like text",
                               display_name(path)));
  }
  return run_bytes(target, *bytes);
}

void replay_file(const Target& target, const std::string& path, Report& report, Counts& counts) {
  fmt::print("{}: ", printable(display_name(path)));
  std::fflush(stdout);
  report.hold();
  Outcome outcome = run_file(target, path, report);
  if (!outcome.failures.empty()) {
    ++counts.failed;
    report.result(ExitStatus::Violation, "FAIL");
    for (const std::string& failure : outcome.failures) {
      report.result(ExitStatus::Violation, failure);
    }
  } else if (outcome.complete) {
    ++counts.passed;
    report.note("PASS");
  } else {
    ++counts.not_run;
    report.note("NOT RUN");
  }
  report.release();
}

ExitStatus replay(const Options& options) {
  Report report(Form::Text);
  const Target& target = *find_target(options.target);
  Counts counts;
  for (const std::string& path : options.files) {
    for (const std::string& file : files_below(path, report)) {
      bool in_folder = file != path;
      if (in_folder && target.reads_program() && has_suffix(file, ".alloc")) continue;
      replay_file(target, file, report, counts);
    }
  }
  bool nothing = counts.passed + counts.failed + counts.not_run == 0;
  if (nothing && report.status() == ExitStatus::Good) {
    report.problem(ExitStatus::InvalidInput, "no input and no program was found");
  }
  report.note(fmt::format("{}: {} passed, {} failed, {} not run or not wholly", options.target,
                          counts.passed, counts.failed, counts.not_run));
  return report.status();
}

}  // namespace

void add_replay_command(CLI::App& app, ExitStatus& status) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(app, kHelp);
  add_target_option(command, options->target);
  command.add_option("FILE", options->files, "Inputs, programs or folders of them")->required();
  command.callback([options, &status] { status = replay(*options); });
}

}  // namespace regproof::cli
