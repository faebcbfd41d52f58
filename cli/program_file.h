// The functions of one `.func` file, one at a time, with every fault of the file reported at its
// place: unreadable, an answer instead of a program, broken text, a name that stands twice, and (for `next_legal`) each violation
// of an illegal function.
//
//   ProgramFile file(path, report);
//   while (std::optional<FunctionText> function = file.next_legal()) { ... }
//
// Memory: the text and one function. Time spent in here is counted: it is the "reading" of the
// tables.
//
// Tested by tests/cli/cli_test.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/report.h"
#include "ir/text.h"
#include "ir/validate.h"

namespace regproof::cli {

// Where in the text the violation, or the instruction's operand, stands; the function where it is
// about no part of it.
TextPlace place_of(const FunctionText& text, Inst inst, std::uint32_t operand);
TextPlace place_of(const FunctionText& text, const Violation& violation);
// "FILE:LINE:COLUMN: MESSAGE [RULE]"
std::string line_of(const std::string& file, const FunctionText& text, const Violation& violation);

// That --function names none of the file's functions.
void report_no_function(const std::string& file, const std::string& wanted,
                        const std::vector<std::string>& names, Report& report);

class ProgramFile {
 public:
  ProgramFile(const std::string& path, Report& report);
  // The same of a text that has been read.
  ProgramFile(const std::string& path, std::string text, Report& report);

  // The next function, legal or not; nothing at the end, or where the text cannot be read on.
  std::optional<FunctionText> next();
  // The next legal function. A file without any function is reported as invalid.
  std::optional<FunctionText> next_legal();

  // That the text states no function, once.
  void report_emptiness();

  const std::string& name() const { return name_; }
  // After `next` has returned nothing: true if the whole text could be read. A text without a
  // function is whole, too.
  bool read_to_end() const { return !failed_; }
  // False of a text of blanks and comments alone.
  bool states_something() const;
  // The machine in force at the end of the text.
  const Machine& machine() const { return reader_->machine(); }
  std::uint64_t function_count() const { return function_count_; }  // read so far
  std::uint64_t illegal_count() const { return illegal_count_; }    // of them, by next_legal
  double seconds() const { return seconds_; }                       // reading and validating

 private:
  void open(std::string text);
  std::optional<FunctionText> read();

  std::string name_;
  Report& report_;
  std::string text_;
  std::optional<FunctionReader> reader_;
  std::uint64_t function_count_ = 0;
  std::uint64_t illegal_count_ = 0;
  double seconds_ = 0;
  bool failed_ = false;
  bool emptiness_said_ = false;
};

}  // namespace regproof::cli
