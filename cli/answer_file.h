// The answers of an .alloc file, read whole and waiting by the names of their functions.
//
// A fault of the answers' text (broken, unknown function, an instruction that the function does not have) is
// invalid input with its place; what an answer says is judged, and each finding names its place in the program
// and, where it can, in the answers.
//
// Tested by tests/cli/cli_test.cpp and tests/cli/explain_test.cpp.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "checker/judge.h"
#include "cli/program_file.h"
#include "cli/report.h"
#include "ir/text.h"

namespace regproof::cli {

struct Answer {
  AllocationText text;
  bool met = false;  // its function has passed by
};

struct Answers {
  std::string file;
  std::string text;
  std::map<std::string, Answer> by_name;
};

struct JudgedAnswer {
  Output output;
  Verdict verdict;
  double seconds = 0;  // of judging
};

// What cannot be read is reported; `by_name` is then what stands ahead of it.
void read_answers(const std::string& path, Answers& answers, Report& report);

// Reports each finding; nothing where the answer does not fit the function, which is reported, too.
std::optional<JudgedAnswer> judge_given(const FunctionText& text, const std::string& file,
                                        const Answers& answers, const Answer& answer,
                                        Report& report);

// Reports answers that no function has met. If the program's text is broken, its missing functions are not
// the answers' fault.
void report_strangers(const ProgramFile& file, const Answers& answers, Report& report);

}  // namespace regproof::cli
