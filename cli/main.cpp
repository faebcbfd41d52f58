// `regproof`: allocate registers for SSA programs, and prove the answers. One source per
// subcommand; this one parses the command line and turns what is left of failures into an exit
// status.
//
// Tested by tests/cli/cli_test.cpp.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <new>
#include <optional>
#include <string>

#include "cli/command.h"
#include "cli/report.h"

namespace {

using regproof::cli::ExitStatus;
using regproof::cli::worse;

// Parses and runs. CLI11 reports with exceptions, for --help too; so does the standard library
// where memory ends or standard output is closed.
ExitStatus parse_and_run(CLI::App& app, int argc, char** argv, const ExitStatus& status) {
  try {
    app.parse(argc, argv);
    return status;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ExitStatus::Good : ExitStatus::InvalidInput;
  } catch (const std::bad_alloc&) {
    std::fputs("regproof: out of memory\n", stderr);
    return worse(status, ExitStatus::Impossible);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "regproof: %s\n", error.what());
    return worse(status, ExitStatus::InvalidInput);
  }
}

}  // namespace

int main(int argc, char** argv) {
  using namespace regproof::cli;
  CLI::App app;
  app.name("regproof");
  set_main_help(app);
  app.set_version_flag("--version", "regproof 0.1");
  ExitStatus status = ExitStatus::Good;
  add_run_command(app, status);
  add_check_command(app, status);
  add_validate_command(app, status);
  add_allocate_command(app, status);
  add_stats_command(app, status);
  add_explain_command(app, status);
  add_generate_command(app, status);
  add_replay_command(app, status);
  add_decode_command(app, status);
  add_encode_command(app, status);
  add_sabotage_command(app, status);
  add_reduce_command(app, status);
  refuse_signs(app);
  if (argc < 2) {
    std::fprintf(stderr, "regproof: a command is missing:\n\n%s\n`regproof --help` says more\n",
                 list_of_commands(app).c_str());
    return static_cast<int>(ExitStatus::InvalidInput);
  }
  if (std::optional<UnknownCommand> unknown = find_unknown_command(app, argc, argv)) {
    std::string hint = unknown->nearest.empty() ? "" : ", perhaps `" + unknown->nearest + "`";
    std::fprintf(stderr, "regproof: there is no command `%s`%s; `regproof --help` lists them\n",
                 printable(unknown->word).c_str(), hint.c_str());
    return static_cast<int>(ExitStatus::InvalidInput);
  }

  ExitStatus result = parse_and_run(app, argc, argv, status);
  if (std::fflush(stdout) != 0 || std::ferror(stdout)) {
    std::fputs("regproof: standard output could not be written\n", stderr);
    result = worse(result, ExitStatus::InvalidInput);
  }
  return static_cast<int>(result);
}
