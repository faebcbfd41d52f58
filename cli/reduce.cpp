// `regproof reduce`: the smallest program that still fails in the same way, or for which a command of
// the user's still succeeds.
#include <fmt/format.h>
#include <sys/wait.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "checker/judge.h"
#include "cli/allocators.h"
#include "cli/command.h"
#include "cli/program_file.h"
#include "cli/scratch_folder.h"
#include "cli/source_file.h"
#include "ssagen/reduce.h"

namespace regproof::cli {

namespace {

constexpr CommandHelp kHelp = {
    "reduce", "Find the smallest program that fails in the same way",
    R"(Takes the first function of the file on which the allocator fails (a finding of the judges, a wrong
refusal), and makes it smaller for as long as the first kind of finding stays among the findings. With
--while COMMAND nothing is allocated: the command is run by the shell with the name of a program file
behind it, and a program is kept while it exits with 0; so a compiler's own test can be the judge. The
name of the function becomes shorter, too: ask for more than a word that stands in it.
Goes round blocks, edges, instructions, parameters, operands, constraints, clobbers, registers of the
machine, classes, labels and numbers until nothing can go any more. The same every time.)",
    R"(  regproof reduce crash.func -o small.func
  regproof reduce crash.func -o small.func --while './fails.sh')",
    R"(  0  the smallest program is written
  1  the allocator fails on no function of the file, or the command on the whole program
  2  the file cannot be read, a function in it is not legal, or the program cannot be written)"};

struct Options {
  std::string file;
  std::string output;
  std::string allocator;
  std::string command;
  std::string function;
  std::uint64_t max_asked = UINT64_MAX;
};

std::string text_of(const Program& program) {
  std::string text;
  print_machine(program.machine, text);
  text += '\n';
  print_function(program.function.view(), text);
  return text;
}

// Whether a user's command exits with 0 on the program.
class CommandQuestion {
 public:
  explicit CommandQuestion(std::string command) : command_(std::move(command)) {}

  bool holds(const Program& program) const {
    std::string file = folder_.path() + "/program.func";
    std::string failure = write_file(file, text_of(program));
    if (!failure.empty()) throw std::runtime_error(failure);
    // What it prints must not mix with the program.
    int status = std::system(("( " + command_ + " " + file + " ) >/dev/null").c_str());
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    if (code == 126 || code == 127) throw std::runtime_error("cannot be run: " + command_);
    return code == 0;
  }

 private:
  std::string command_;
  ScratchFolder folder_;
};

// Whether the allocator fails with a finding of one kind.
class AllocatorQuestion {
 public:
  explicit AllocatorQuestion(std::string_view name) : allocator_(make_allocator(name)) {}

  Verdict judge(const FunctionView& function, const Machine& machine) {
    return judge_allocator(function, machine, *allocator_);
  }
  void keep(FindingKind kind) { kind_ = kind; }
  bool holds(const Program& program) {
    return judge(program.function.view(), program.machine).has(kind_);
  }

 private:
  std::unique_ptr<Allocator> allocator_;
  FindingKind kind_ = FindingKind::WrongValue;
};

class Reduction {
 public:
  explicit Reduction(const Options& options) : options_(options), report_(Form::Text) {}

  ExitStatus run() {
    ProgramFile file(options_.file, report_);
    std::optional<Program> program = first_failing(file);
    if (!program) {
      if (report_.status() == ExitStatus::Good) {
        report_.problem(ExitStatus::Violation, fmt::format("{}: {}", file.name(), nothing_fails()));
      }
      return report_.status();
    }
    // Opened ahead of the work, so that it is not done in vain.
    Result<OutputFile, FileError> output = OutputFile::open(options_.output);
    if (!output) {
      report_.problem(ExitStatus::InvalidInput, output.error().message);
      return report_.status();
    }
    std::size_t before = program->function.view().inst_count();
    ReduceProgress last;
    ReduceOptions options;
    options.max_asked = options_.max_asked;
    options.progress = [&](const ReduceProgress& progress) {
      last = progress;
      report_.progress(fmt::format("{} instructions, {} of {} steps taken, now {}", progress.insts,
                                   progress.taken, progress.asked, progress.dimension));
    };
    Program small = reduce(*program, question_, options);
    output->write(text_of(small));
    std::string failure = output->close();
    if (!failure.empty()) report_.problem(ExitStatus::InvalidInput, failure);
    if (!options_.output.empty() && options_.output != "-") {
      report_.note(fmt::format("{} instructions of {} are left, {} programs were tried: {}",
                               small.function.view().inst_count(), before, last.asked, kept_));
    }
    return report_.status();
  }

 private:
  std::string nothing_fails() const {
    return options_.command.empty() ? "the allocator fails on none of its functions"
                                    : "the command exits with 0 on none of its functions";
  }

  // Also decides what is asked of candidates.
  std::optional<Program> first_failing(ProgramFile& file) {
    while (std::optional<FunctionText> text = file.next_legal()) {
      if (!options_.function.empty() && text->function.name != options_.function) continue;
      Program program{text->machine, std::move(text->function)};
      if (fails(program)) return program;
      report_.progress(fmt::format("{}: {} functions", file.name(), file.function_count()));
    }
    return std::nullopt;
  }

  bool fails(const Program& program) {
    if (!options_.command.empty()) {
      if (!command_) command_.emplace(options_.command);
      kept_ = "the command exits with 0";
      question_ = [this](const Program& p) { return command_->holds(p); };
      return command_->holds(program);
    }
    if (!judge_) judge_.emplace(options_.allocator);
    Verdict verdict = judge_->judge(program.function.view(), program.machine);
    if (verdict.proven()) return false;
    judge_->keep(verdict.findings.front().kind);
    kept_ = name_of(verdict.findings.front().kind);
    question_ = [this](const Program& p) { return judge_->holds(p); };
    return true;
  }

  const Options& options_;
  Report report_;
  std::optional<CommandQuestion> command_;
  std::optional<AllocatorQuestion> judge_;
  std::function<bool(const Program&)> question_;
  std::string kept_;  // what stays true, for people
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
      ->type_name("COMMAND");
  command
      .add_option("--max-programs", options->max_asked,
                  "Stop after so many programs, with the smallest so far")
      ->type_name("N");
  command.callback([options, &status] { status = Reduction(*options).run(); });
}

}  // namespace regproof::cli
