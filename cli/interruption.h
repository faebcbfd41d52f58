// Work that is worth its result so far when somebody stops it: SIGINT (Ctrl-C) and SIGTERM are kept for
// as long as an Interruption lives, and the work asks for them. A second signal of a kind ends the
// program as usual. One that was ignored before (nohup) stays ignored.
//
// Tested by tests/cli/cli_test.cpp.
#pragma once

#include <string>

#include "cli/exit_status.h"

namespace regproof::cli {

class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  static bool came();
  // What a program that stopped because of it exits with; Good where none came.
  static ExitStatus status();
};

// What a line of the shell, in which "$1" is the argument, exits with; minus the signal that ended it. It
// reads nothing, and what it prints on standard output goes nowhere. An interruption ends it, with all
// that it started. Throws std::runtime_error where it cannot be started.
int run_shell(const std::string& line, const std::string& argument);

}  // namespace regproof::cli
