// The subcommands, one source file each, and the frame that they share: help that leads with what
// the command is for, then how it is used, an example, and what its exit statuses mean.
//
// A command's arguments live in a struct that its callback owns; the callback leaves its exit
// status in `status`.
//
// Tested by tests/cli/cli_test.cpp.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit_status.h"

namespace regproof::cli {

struct CommandHelp {
  const char* name;
  const char* summary;      // one line, for the list of commands
  const char* description;  // one paragraph
  const char* example;      // one or two command lines
  const char* exits;        // what 0, 1, 2 and 3 mean here
};

CLI::App& add_command(CLI::App& app, const CommandHelp& help);
// The help of `regproof` itself: examples first.
void set_main_help(CLI::App& app);
// Numbers that are counts or seeds have no sign: where the library would take -1 for the largest one,
// it is refused. Called once all commands are there.
void refuse_signs(CLI::App& app);
// For counts of which 0 would do nothing.
CLI::Validator from_one_on();
// For names of a long list, of which a message cannot tell all: `what` is what they name, `option` lists
// them.
CLI::Validator one_of(std::string what, std::vector<std::string> names, std::string option);
// What resembles the word most, or nothing where all differ too much.
std::string nearest_of(std::string_view word, const std::vector<std::string>& names);
// The commands with their summaries, one a line.
std::string list_of_commands(const CLI::App& app);
// What wrong usage is answered with: the command, the fault, where to read on.
std::string usage_error(const CLI::App* app, const CLI::Error& error);
// The first argument, if it is neither an option nor a command's name; then `nearest` is the command
// that it resembles, or empty.
struct UnknownCommand {
  std::string word;
  std::string nearest;
};
std::optional<UnknownCommand> find_unknown_command(const CLI::App& app, int argc, char** argv);
// --json with its description.
void add_json_option(CLI::App& command, bool& json);
// TARGET: the name of a fuzz target.
void add_target_option(CLI::App& command, std::string& target);

void add_run_command(CLI::App& app, ExitStatus& status);
void add_allocate_command(CLI::App& app, ExitStatus& status);
void add_check_command(CLI::App& app, ExitStatus& status);
void add_validate_command(CLI::App& app, ExitStatus& status);
void add_stats_command(CLI::App& app, ExitStatus& status);
void add_explain_command(CLI::App& app, ExitStatus& status);
void add_generate_command(CLI::App& app, ExitStatus& status);
void add_replay_command(CLI::App& app, ExitStatus& status);
void add_decode_command(CLI::App& app, ExitStatus& status);
void add_encode_command(CLI::App& app, ExitStatus& status);
void add_sabotage_command(CLI::App& app, ExitStatus& status);
void add_reduce_command(CLI::App& app, ExitStatus& status);

}  // namespace regproof::cli
