// `regproof reduce`: the smallest program that still fails in the same way, or for which a command of
// the user's still succeeds.
#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "cli/allocators.h"
#include "cli/command.h"
#include "cli/interruption.h"
#include "cli/program_file.h"
#include "cli/scratch_folder.h"
#include "cli/source_file.h"
#include "fuzz_targets/smallest_that_hangs.h"
#include "fuzz_targets/watched_judge.h"
#include "ssagen/reduce.h"

namespace regproof::cli {

namespace {

constexpr CommandHelp kHelp = {
    "reduce", "Find the smallest program that fails in the same way",
    R"(Takes the first function of the file on which the allocator fails (a finding of the judges, a wrong
refusal, a crash, a hang), and makes it smaller for as long as the first kind of finding stays among the
findings, or it ends in the same way. With
--while COMMAND nothing is allocated: the command is run by the shell with the name of a program file
behind it, and a program is kept while it exits with 0; so a compiler's own test can be the judge. The
name of the function becomes shorter, too: ask for more than a word that stands in it.
Goes round blocks, edges, instructions (some become one with the next), parameters, operands, constraints,
clobbers, recipes, registers of the machine, classes, labels and numbers until nothing can go any more. The
same every time.)",
    R"(  regproof reduce crash.func -o small.func
  regproof reduce crash.func -o small.func --while './fails.sh')",
    R"(  0  the smallest program is written
  1  the allocator fails on no function of the file, or the command on the whole program
  2  the file cannot be read, a function in it is not legal or not to be found, the program cannot be
     written, or the command cannot be run: 126 or 127 at its first run; later, that is one that fails
  130, 143  stopped by Ctrl-C or SIGTERM; the smallest program so far is written, once one is known to fail)"};

struct Options {
  std::string file;
  std::string output;
  std::string allocator;
  std::string command;
  std::string function;
  unsigned hang_seconds = 60;
  std::uint64_t max_asked = UINT64_MAX;
};

std::string text_of(const Program& program) {
  std::string text;
  print_machine(program.machine, text);
  text += '\n';
  print_function(program.function.view(), text);
  return text;
}

// Whether a user's command exits with 0 on the program. A script that calls what it could not build for a smaller program
// exits with 127, too, so only the first run tells of a command that cannot be run.
class CommandQuestion {
 public:
  // Throws std::runtime_error where the shell cannot read the command.
  explicit CommandQuestion(const std::string& command)
      : file_(folder_.path() + "/program.func"),
        command_(command),
        line_("( " + command + " \"$1\" )") {
    std::string script = folder_.path() + "/command";
    std::string failure = write_file(script, line_ + "\n");
    if (!failure.empty()) throw std::runtime_error(failure);
    int read = run_shell("sh -n \"$1\" 2>/dev/null", script);
    if (read == 0 || Interruption::came()) return;
    throw std::runtime_error(fmt::format(
        "--while: the shell cannot read this command, exit status {}: {}", read, command));
  }

  // Throws std::runtime_error where the first program cannot be written, or the command not be run on it.
  bool holds(const Program& program) {
    failure_ = write_file(file_, text_of(program));
    if (!failure_.empty()) {
      if (!ran_) throw std::runtime_error(failure_);
      return false;
    }
    status_ = run_shell(line_, file_);
    bool is_first = !std::exchange(ran_, true);
    if (is_first && (status_ == 126 || status_ == 127)) {
      throw std::runtime_error(
          fmt::format("--while: exit status {}, cannot be run: {}", status_, command_));
    }
    return status_ == 0;
  }

  // Why a later program could not be written, or nothing.
  const std::string& failure() const { return failure_; }

  // Of the last run.
  std::string ending() const {
    return status_ < 0 ? fmt::format("signal {}", -status_)
                       : fmt::format("exit status {}", status_);
  }

 private:
  ScratchFolder folder_;
  std::string file_;
  std::string command_;
  std::string line_;
  std::string failure_;
  int status_ = 0;
  bool ran_ = false;
};

// Whether the allocator fails as it did first.
class AllocatorQuestion {
 public:
  AllocatorQuestion(std::string_view name, unsigned seconds)
      : allocator_(make_allocator(name)),
        judge_(*allocator_, Interruption::came),
        limit_(std::chrono::seconds(seconds)) {}

  // Of the program that is to be reduced; its crash may say something.
  bool fails(const Program& program) {
    first_ = judge_.judge(program.function.view(), program.machine, limit_, false);
    return !first_.good() && !Interruption::came();
  }
  // `over`: what was found so far is it.
  Program smallest(const Smallest& smallest, const std::function<bool()>& over) {
    auto fails_in = [this](const Program& p, std::chrono::milliseconds limit) {
      return judge_.judge(p.function.view(), p.machine, limit, true).fails_like(first_);
    };
    if (first_.hangs) {
      HangingProgram found = smallest_that_hangs(limit_, smallest, fails_in, over);
      waited_ = found.waited;
      return std::move(found.program);
    }
    return smallest([&](const Program& p) { return fails_in(p, limit_); });
  }
  // What stayed true.
  std::string name() const {
    if (!first_.hangs) return first_.name();
    return Ending{Ending::Kind::Hang, static_cast<int>(waited_.count())}.text();
  }

 private:
  std::unique_ptr<Allocator> allocator_;
  WatchedJudge judge_;
  std::chrono::milliseconds limit_;
  std::chrono::milliseconds waited_ = limit_;  // for a hang
  WatchedJudge::Outcome first_;
};

class Reduction {
 public:
  explicit Reduction(const Options& options) : options_(options), report_(Form::Text) {}

  ExitStatus run() {
    ProgramFile file(options_.file, report_);
    std::optional<Program> program = first_failing(file);
    if (!program) {
      if (Interruption::came()) return Interruption::status();
      if (!options_.function.empty() && !found_ && !names_.empty()) {
        report_no_function(file.name(), options_.function, names_, report_);
      }
      if (report_.status() == ExitStatus::Good) {
        report_.problem(ExitStatus::Violation, fmt::format("{}: {}", file.name(), nothing_fails()));
      }
      return report_.status();
    }
    // Opened ahead of the work, so that it is not done in vain; what stood in it is lost when the smallest program is written.
    Result<OutputFile, FileError> output = OutputFile::open(options_.output);
    if (!output) {
      report_.problem(ExitStatus::InvalidInput, output.error().message);
      return report_.status();
    }
    Program small = smallest(*program);
    output->write(text_of(small));
    bool written = true;
    for (const std::string& failure : {output->close(), command_ ? command_->failure() : ""}) {
      if (failure.empty()) continue;
      report_.problem(ExitStatus::InvalidInput, failure);
      written = false;
    }
    if (written && !options_.output.empty() && options_.output != "-") {
      report_.note(fmt::format("{} instructions of {} are left, {} programs were tried: {}",
                               small.function.view().inst_count(),
                               program->function.view().inst_count(), asked_, kept()));
    }
    return worse(report_.status(), Interruption::status());
  }

 private:
  Program reduced(const Program& program, const Holds& holds) {
    std::uint64_t before = asked_;
    ReduceOptions options;
    options.max_asked = options_.max_asked - before;
    options.stopped = [this] { return is_over(); };
    options.progress = [&](const ReduceProgress& progress) {
      asked_ = before + progress.asked;
      report_.progress(fmt::format("{} instructions, {} of {} steps taken, now {}", progress.insts,
                                   progress.taken, progress.asked, progress.dimension));
    };
    return reduce(program, holds, options);
  }

  Program smallest(const Program& program) {
    if (command_) {
      return reduced(program, [this](const Program& p) { return command_->holds(p); });
    }
    return judge_->smallest([&](const Holds& holds) { return reduced(program, holds); },
                            [this] { return is_over(); });
  }

  bool is_over() const {
    return Interruption::came() || asked_ >= options_.max_asked ||
           (command_ && !command_->failure().empty());
  }

  // What stayed true, for people.
  std::string kept() const { return judge_ ? judge_->name() : "the command exits with 0"; }

  std::string nothing_fails() const {
    const char* where =
        options_.function.empty() ? "none of its functions" : "no function of this name";
    if (options_.command.empty()) return fmt::format("the allocator fails on {}", where);
    return fmt::format("the command exits with 0 on {}: {}", where, command_->ending());
  }

  std::optional<Program> first_failing(ProgramFile& file) {
    while (std::optional<FunctionText> text = file.next_legal()) {
      names_.push_back(text->function.name);
      if (!options_.function.empty() && text->function.name != options_.function) continue;
      found_ = true;
      Program program{text->machine, std::move(text->function)};
      if (fails(program)) return program;
      if (Interruption::came()) return std::nullopt;
      report_.progress(fmt::format("{}: {} functions", file.name(), file.function_count()));
    }
    return std::nullopt;
  }

  bool fails(const Program& program) {
    if (!options_.command.empty()) {
      if (!command_) command_.emplace(options_.command);
      return command_->holds(program);
    }
    if (!judge_) judge_.emplace(options_.allocator, options_.hang_seconds);
    return judge_->fails(program);
  }

  const Options& options_;
  Report report_;
  Interruption interruption_;
  std::optional<CommandQuestion> command_;
  std::optional<AllocatorQuestion> judge_;
  std::uint64_t asked_ = 0;         // candidates
  std::vector<std::string> names_;  // of the functions so far
  bool found_ = false;              // the one that was asked for
};

}  // namespace

void add_reduce_command(CLI::App& app, ExitStatus& status) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(app, kHelp);
  command.add_option("FILE", options->file, "Program file; - is the standard input")->required();
  command
      .add_option("-o,--output", options->output,
                  "Where the program goes; - or absent: the standard output")
      ->type_name("FILE.func");
  command.add_option("--function", options->function, "Which function, by name")->type_name("NAME");
  add_allocator_option(command, options->allocator);
  command
      .add_option("--while", options->command,
                  "Keep what this command exits with 0 on; the file's name is put behind it")
      ->type_name("COMMAND")
      ->check([](const std::string& words) {
        bool none = words.find_first_not_of(" \t\n") == std::string::npos;
        return std::string(none ? "a command is missing" : "");
      });
  command.add_option("--hang", options->hang_seconds, "The allocator hangs if it takes longer")
      ->type_name("SECONDS")
      ->check(CLI::Range(1u, 86400u))
      ->capture_default_str();
  command
      .add_option("--max-programs", options->max_asked,
                  "Stop after so many programs, with the smallest so far")
      ->check(CLI::Range(std::uint64_t{0}, UINT64_MAX - 1))
      ->type_name("N");
  command.callback([options, &status] { status = Reduction(*options).run(); });
}

}  // namespace regproof::cli
