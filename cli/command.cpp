// Help texts are wrapped by hand; CLI11 lays out the options.
#include "cli/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include "cli/report.h"
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
  app.failure_message(usage_error);
}

void refuse_signs(CLI::App& app) {
  CLI::Validator unsigned_number(
      [](std::string& text) {
        return text.find('-') == std::string::npos ? std::string()
                                                   : "expected a number from 0 on, found " + text;
      },
      "");
  for (CLI::App* command : app.get_subcommands(nullptr)) {
    for (CLI::Option* option : command->get_options()) {
      if (option->get_type_name().rfind("UINT", 0) == 0) option->check(unsigned_number);
    }
  }
}

namespace {

// Letters to be changed, added or taken away.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t k = 0; k < row.size(); ++k) row[k] = k;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t k = 0; k < b.size(); ++k) {
      std::size_t changed = diagonal + (a[i] == b[k] ? 0 : 1);
      diagonal = row[k + 1];
      row[k + 1] = std::min({changed, row[k] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest_of(std::string_view word, const std::vector<std::string>& names) {
  std::string nearest;
  std::size_t least = std::max<std::size_t>(3, word.size() / 3);  // as many differ too much
  for (const std::string& name : names) {
    std::size_t edits = edits_between(word, name);
    if (edits >= least) continue;
    least = edits;
    nearest = name;
  }
  return nearest;
}

CLI::Validator from_one_on() {
  return CLI::Validator(
      [](std::string& text) {
        bool good =
            text.find('-') == std::string::npos && text.find_first_not_of("0") != std::string::npos;
        return good ? std::string() : "expected a number from 1 on, found " + text;
      },
      "");
}

CLI::Validator one_of(std::string what, std::vector<std::string> names, std::string option) {
  return CLI::Validator(
      [what, names, option](std::string& word) {
        if (std::find(names.begin(), names.end(), word) != names.end()) return std::string();
        std::string nearest = nearest_of(word, names);
        return fmt::format("there is no {} `{}`{}; {} lists them", what, word,
                           nearest.empty() ? "" : ", perhaps `" + nearest + "`", option);
      },
      "");
}

std::string list_of_commands(const CLI::App& app) {
  std::string list;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    list += fmt::format("  {:<10} {}\n", command->get_name(), command->get_description());
  }
  return list;
}

std::string usage_error(const CLI::App* app, const CLI::Error& error) {
  std::vector<CLI::App*> asked = app->get_subcommands();
  std::string name = app->get_name();
  if (!asked.empty()) name += " " + asked.front()->get_name();
  return fmt::format("{}: {}; see `{} --help`\n", name, printable(error.what()), name);
}

std::optional<UnknownCommand> find_unknown_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return std::nullopt;
  UnknownCommand unknown{argv[1], ""};
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    if (command->get_name() == unknown.word) return std::nullopt;
    names.push_back(command->get_name());
  }
  unknown.nearest = nearest_of(unknown.word, names);
  return unknown;
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
