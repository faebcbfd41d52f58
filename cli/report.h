// What a command says while it works, and what it will exit with.
//
//   result   what was asked for (a finding, a violation): standard output
//   problem  what stood in the way (broken text, an unreadable file): standard error
//   note     for people only, and no fault: standard output
//   progress one line that overwrites itself where standard error is a terminal, else a line every
//            ten seconds
//
// With --json, results and problems are kept and become the list `messages`; problems are printed
// on standard error all the same. Status and message go together, so that no fault is printed and
// then forgotten by the exit status.
//
// Tested by tests/cli/cli_test.cpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit_status.h"
#include "ir/text.h"

namespace regproof::cli {

// FILE:LINE:COLUMN
std::string place_text(std::string_view file, TextPlace place);
// As in the text formats: in quotes, with \" and \\; control characters as \xNN, so that a name
// from a strange file cannot steer a terminal.
std::string quoted_name(std::string_view name);
std::string printable(std::string_view text);

// ", 2 not read to the end", or nothing.
std::string unread_text(std::uint64_t files);

// The names, each quoted, on lines of their own.
std::string listed(const std::vector<std::string>& names);

enum class Form { Text, Json };

class Report {
 public:
  explicit Report(Form form);
  ~Report();
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;

  void result(ExitStatus status, std::string_view line);
  void problem(ExitStatus status, std::string_view line);
  void note(std::string_view line);
  void progress(std::string_view line);
  // Problems wait until `release`, so that they stand behind what is said meanwhile.
  void hold() { holding_ = true; }
  void release();

  ExitStatus status() const { return status_; }
  Form form() const { return form_; }
  const std::vector<std::string>& messages() const { return messages_; }

 private:
  void print_problem(std::string_view line);
  void erase_progress();

  Form form_;
  ExitStatus status_ = ExitStatus::Good;
  std::vector<std::string> messages_;
  bool terminal_;
  bool progress_shown_ = false;
  std::chrono::steady_clock::time_point last_progress_;
  bool holding_ = false;
  std::vector<std::string> held_;
};

// Seconds since it was made.
class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace regproof::cli
