// Files of machines and functions, files of answers: what stands at the outermost level. The bodies
// are read by text_machine.cpp, text_function.cpp and text_allocation.cpp.
//
// A reader remembers, besides its place in the text, the spellings of the names that it has seen,
// so that a second function or allocation of one name is found at its place.
//
// Tested by tests/ir/text_test.cpp and the `text` target.
#include "ir/text.h"

#include <unordered_set>

#include "ir/lexer.h"
#include "ir/text_parts.h"

namespace regproof {
namespace {

// What both readers hold.
struct Reading {
  Reading(std::string file_name, std::string_view text) : file(std::move(file_name)), lexer(text) {}

  // `KEYWORD "NAME" {` and the end of the line. `keyword` stands at the cursor.
  bool opening(std::string_view keyword, std::string_view& spelling) {
    lexer.take(keyword);
    TextPlace place = lexer.place();
    if (!lexer.quoted(spelling)) return false;
    if (!seen.insert(spelling).second) {
      return lexer.fail_at(place,
                           "the " + std::string(keyword) + " \"" +
                               std::string(spelling.substr(0, kShownName)) +
                               "\" stands a second time in this file, expected another name");
    }
    return lexer.expect('{', "`{`") && lexer.end_line();
  }

  TextError take_error() {
    over = true;
    return {file, lexer.error()->place, lexer.error()->message};
  }

  static constexpr std::size_t kShownName = 80;

  std::string file;
  Lexer lexer;
  std::unordered_set<std::string_view> seen;  // names as they are spelled; asked, never walked
  bool over = false;
};

}  // namespace

std::string TextError::text() const {
  return file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + ": " +
         message;
}

struct FunctionReader::State {
  State(std::string file, std::string_view text) : reading(std::move(file), text) {}

  // `machine {` ... `}`
  bool next_machine() {
    Lexer& lexer = reading.lexer;
    lexer.take("machine");
    Machine read;
    if (!lexer.expect('{', "`{`") || !lexer.end_line() || !read_machine(lexer, read)) return false;
    machine = read;
    has_machine = true;
    return true;
  }

  bool next_function(FunctionText& result) {
    Lexer& lexer = reading.lexer;
    TextPlace place = lexer.place();
    if (!has_machine) {
      return lexer.fail("a function stands before any machine, expected `machine {`");
    }
    std::string_view spelling;
    result.machine = machine;
    return reading.opening("function", spelling) &&
           read_function(lexer, spelling, place, result.function, result.source);
  }

  Reading reading;
  Machine machine;
  bool has_machine = false;
};

FunctionReader::FunctionReader(std::string file, std::string_view text)
    : state_(std::make_unique<State>(std::move(file), text)) {}
FunctionReader::~FunctionReader() = default;

const Machine& FunctionReader::machine() const {
  return state_->machine;
}

Result<std::optional<FunctionText>, TextError> FunctionReader::next() {
  Reading& reading = state_->reading;
  Lexer& lexer = reading.lexer;
  while (!reading.over) {
    if (!lexer.skip_empty_lines()) return reading.take_error();
    if (lexer.at_text_end()) {
      reading.over = true;
      break;
    }
    std::string_view word = lexer.peek_word();
    if (word == "machine") {
      if (!state_->next_machine()) return reading.take_error();
    } else if (word == "function") {
      std::optional<FunctionText> result(std::in_place);
      if (!state_->next_function(*result)) return reading.take_error();
      return result;
    } else {
      lexer.unexpected("`machine` or `function`");
      return reading.take_error();
    }
  }
  return std::optional<FunctionText>();
}

struct AllocationReader::State {
  State(std::string file, std::string_view text) : reading(std::move(file), text) {}
  Reading reading;
};

AllocationReader::AllocationReader(std::string file, std::string_view text)
    : state_(std::make_unique<State>(std::move(file), text)) {}
AllocationReader::~AllocationReader() = default;

Result<std::optional<AllocationText>, TextError> AllocationReader::next() {
  Reading& reading = state_->reading;
  Lexer& lexer = reading.lexer;
  if (reading.over) return std::optional<AllocationText>();
  if (!lexer.skip_empty_lines()) return reading.take_error();
  if (lexer.at_text_end()) {
    reading.over = true;
    return std::optional<AllocationText>();
  }
  if (lexer.peek_word() != "allocation") {
    lexer.unexpected("`allocation`");
    return reading.take_error();
  }
  std::optional<AllocationText> result(std::in_place);
  std::string_view spelling;
  result->place = lexer.place();
  if (!reading.opening("allocation", spelling) || !read_allocation(lexer, *result)) {
    return reading.take_error();
  }
  result->name = unescape(spelling);
  return result;
}

}  // namespace regproof
