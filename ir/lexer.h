// The words of the text formats, read straight from the text: a cursor, its line and column, and
// one reader per kind of name. No token objects, no copies.
//
//   Lexer lexer("op use v3i fixed(p0i)  # call");
//   lexer.peek_word() == "op";  lexer.take("op");
//   lexer.vreg(v, cls);         // on success the cursor stands at the next token
//
// Between calls the cursor stands at a token or at the end of a line: blanks are skipped with the
// token before them. A reader that fails remembers the first error, with the place of the token
// that is wrong, and returns false; callers return at once. Cost: one look at each byte, two at
// words.
//
// Tested by tests/ir/text_test.cpp and the `text` target.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"
#include "ir/text.h"

namespace regproof {

class Lexer {
 public:
  explicit Lexer(std::string_view text);

  // Of the next token.
  TextPlace place() const;
  bool at_text_end() const { return next_ == end_; }
  // At the end of the text, at a line break or at a comment.
  bool at_line_end() const;
  // The next byte; 0 at the end of the text (and where the text has a 0, which nothing expects).
  char peek() const { return next_ == end_ ? '\0' : *next_; }
  // The longest run of letters, digits and underscores here; may be empty.
  std::string_view peek_word() const;
  // True if the next token is `prefix` followed by a digit: "block" in "block7".
  bool at_numbered(std::string_view prefix) const;

  // Moves past what peek_word gave.
  void take(std::string_view word) { move_to(next_ + word.size()); }
  // Takes the symbol or the whole word if it stands here.
  bool accept(char symbol);
  bool accept(std::string_view symbol);
  bool accept_word(std::string_view word);
  // The same; an error where it does not. `expected` is the end of "..., expected".
  bool expect(char symbol, std::string_view expected);
  bool expect(std::string_view symbol);
  bool expect_word(std::string_view word);

  // Nothing but a comment may follow on the line. Goes on to the next line that says something.
  bool end_line();
  // From the start of a line to the first one that says something.
  bool skip_empty_lines();

  // A decimal number up to `highest`.
  bool number(std::uint32_t highest, std::string_view expected, std::uint32_t& result);
  // `prefix` and a number up to `highest`, in one word: "inst17".
  bool numbered(std::string_view prefix, std::uint32_t highest, std::uint32_t& result);
  bool vreg(VReg& result, RegClass& cls);
  bool preg(PReg& result);
  // "p3i", "stack5" or "none".
  bool location(Location& result);
  // A register or a range of them: "p0i..p7i".
  bool preg_range(PReg& first, PReg& last);
  // Registers and ranges, as many as there are; maybe none. Adds them to `set`.
  bool preg_ranges(RegSet& set);
  // A number above or below 0, maybe with a fraction and an exponent.
  bool frequency(double& result);
  // What stands between the quotes, escapes and all. Each name has one spelling.
  bool quoted(std::string_view& spelling);

  // "found WHAT STANDS HERE, expected ..."
  bool unexpected(std::string_view expected);
  bool fail(std::string message) { return fail_at(place(), std::move(message)); }
  bool fail_at(TextPlace place, std::string message);

  struct Error {
    TextPlace place;
    std::string message;
  };
  const std::optional<Error>& error() const { return error_; }

 private:
  // A word of `prefix`, a number up to `highest` and the letter of a class.
  bool register_name(char prefix, std::uint32_t highest, std::uint32_t& n, RegClass& cls);
  bool skip_comment();
  bool check_name(std::string_view spelling, const char* begin);
  bool beyond_limit(std::string_view token, std::string_view highest);
  TextPlace place_of(const char* at) const;
  void move_to(const char* at) {
    next_ = at;
    while (next_ != end_ && (*next_ == ' ' || *next_ == '\t')) ++next_;
  }

  const char* next_;
  const char* end_;
  const char* line_begin_;
  std::size_t line_ = 1;
  std::optional<Error> error_;
};

// The name that a spelling stands for, and back; the quotes belong to neither.
std::string unescape(std::string_view spelling);
std::string escape(std::string_view name);

}  // namespace regproof
