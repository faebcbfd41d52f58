// What the process tells its caller, the same for every subcommand.
//
// A command goes on over all of its files and functions, so several things may be true at the end.
// The status is then the most pressing one: a violation (somebody's answer is wrong) is never
// hidden by an unreadable file beside it, and an invalid file is never hidden by a program that is
// merely impossible.  Violation > InvalidInput > Impossible > Good. Where a signal stopped the command,
// the shells' number for that stands above all.
//
// Tested by tests/cli/cli_test.cpp.
#pragma once

namespace regproof::cli {

enum class ExitStatus : int {
  Good = 0,
  Violation = 1,      // an answer is wrong, a property does not hold
  InvalidInput = 2,   // illegal program, broken text, unreadable or unwritable file, wrong usage
  Impossible = 3,     // nobody can answer: an infeasible program, or more memory than there is
  Interrupted = 130,  // SIGINT stopped it; what there was by then is written
  Terminated = 143,   // SIGTERM, likewise
};

constexpr int urgency_of(ExitStatus status) {
  bool stopped = status == ExitStatus::Interrupted || status == ExitStatus::Terminated;
  return status == ExitStatus::Good ? 0 : stopped ? 4 : 4 - static_cast<int>(status);
}

constexpr ExitStatus worse(ExitStatus a, ExitStatus b) {
  return urgency_of(a) >= urgency_of(b) ? a : b;
}

}  // namespace regproof::cli
