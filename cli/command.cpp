// Help texts are wrapped by hand; CLI11 lays out the options.
#include "cli/command.h"

#include <fmt/format.h>

#include <memory>
#include <vector>

#include "fuzz_targets/property.h"

namespace regproof::cli {

namespace {

constexpr const char* kMainDescription =
    R"(regproof: allocate registers for SSA programs, and prove the answers.

  Prove an allocator on programs:     regproof run corpus/seeds/*.func
  Prove the answers of your own:      regproof check problems.func answers.alloc
  Make programs that break things:    regproof generate --seed 1 --count 100 -o programs.func

A program file (.func) states machines and functions, an answer file (.alloc) where each value
stands; both are text. `-` is the standard input or output. Messages begin with
FILE:LINE:COLUMN. What was asked for goes to the standard output, what stood in the way to the
standard error.)";

constexpr const char* kMainFooter =
    R"(Exit status: 0 good, 1 a violation was found, 2 the input is not valid (wrong usage and files
that cannot be read or written, too), 3 the request is impossible. A command goes on over all of
its files; if several of these happened, 1 wins over 2, and 2 over 3.

`regproof COMMAND --help` says more about each.)";

// A command's own words before the usage line, example and statuses behind the options.
class CommandFormatter : public CLI::Formatter {
 public:
  explicit CommandFormatter(const CommandHelp& help) : help_(help) {}

  std::string make_description(const CLI::App* app) const override {
    // Among the commands of the main help, the formatter of the main program asks, not this one.
    (void)app;
    return fmt::format("{}\n\n", help_.description);
  }

  std::string make_footer(const CLI::App* app) const override {
    (void)app;
    return fmt::format("\nExample:\n{}\n\nExit status:\n{}\n", help_.example, help_.exits);
  }

 private:
  CommandHelp help_;
};

}  // namespace

CLI::App& add_command(CLI::App& app, const CommandHelp& help) {
  CLI::App* command = app.add_subcommand(help.name, help.summary);
  auto formatter = std::make_shared<CommandFormatter>(help);
  formatter->column_width(28);
  command->formatter(formatter);
  return *command;
}

void set_main_help(CLI::App& app) {
  app.description(kMainDescription);
  app.footer(kMainFooter);
  app.get_formatter()->column_width(16);
  app.require_subcommand(1);
}

void add_json_option(CLI::App& command, bool& json) {
  command.add_flag("--json", json, "Print one JSON object instead of the table");
}

void add_target_option(CLI::App& command, std::string& target) {
  std::vector<std::string> names;
  for (const Target& known : all_targets()) names.emplace_back(known.name);
  command.add_option("TARGET", target, "Name of the fuzz target")
      ->required()
      ->check(CLI::IsMember(names));
}

}  // namespace regproof::cli
