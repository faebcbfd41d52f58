// Readers of single tokens, and the wording of errors. See lexer.h.
//
// Numbers saturate while they are read, so that no count of digits overflows; what is beyond its
// limit is an error that names the limit. An error shows at most kShownBytes of the text.
//
// Tested by tests/ir/text_test.cpp and the `text` target.
#include "ir/lexer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "ir/names.h"

namespace regproof {
namespace {

constexpr std::size_t kShownBytes = 40;

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr std::array<bool, 256> kWordBytes = [] {
  std::array<bool, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
  table['_'] = true;
  return table;
}();

constexpr bool is_word_byte(char c) {
  return kWordBytes[static_cast<unsigned char>(c)];
}

constexpr RegClass class_of_suffix(char suffix) {
  switch (suffix) {
    case 'i':
      return RegClass::Int;
    case 'f':
      return RegClass::Float;
    case 'v':
      return RegClass::Vector;
    default:
      return RegClass::None;
  }
}

// Reads digits from `at`; stops growing once the value is beyond `highest`.
const char* read_digits(const char* at, const char* end, std::uint32_t highest,
                        std::uint64_t& value) {
  value = 0;
  for (; at != end && is_digit(*at); ++at) {
    if (value <= highest) value = value * 10 + static_cast<std::uint64_t>(*at - '0');
  }
  return at;
}

std::string shown(std::string_view token) {
  std::string out = "`";
  out += token.substr(0, kShownBytes);
  if (token.size() > kShownBytes) out += "...";
  return out + "`";
}

// The length of the UTF-8 sequence at the front of `rest`, or 0 where there is none.
std::size_t utf8_length(std::string_view rest) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
  unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  std::size_t length = lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : 4;
  if (lead < 0xc2 || lead > 0xf4 || rest.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  unsigned second = byte(1);
  bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  bool beyond = (lead == 0xed && second >= 0xa0) || (lead == 0xf4 && second >= 0x90);
  return overlong || beyond ? 0 : length;
}

std::string byte_text(char c) {
  constexpr char kHex[] = "0123456789abcdef";
  auto value = static_cast<unsigned char>(c);
  return std::string("the byte 0x") + kHex[value >> 4] + kHex[value & 15];
}

// All of [begin, end) as a number, whatever the locale says a decimal point is.
bool read_double(const char* begin, const char* end, double& value) {
#if defined(__cpp_lib_to_chars)
  auto [stop, status] = std::from_chars(begin, end, value);
  return status == std::errc() && stop == end;
#else
  std::string copy(begin, end);
  char* stop = nullptr;
  value = std::strtod(copy.c_str(), &stop);
  return stop == copy.c_str() + copy.size() && !copy.empty() && value - value == 0;
#endif
}

}  // namespace

Lexer::Lexer(std::string_view text)
    : next_(text.data()), end_(text.data() + text.size()), line_begin_(text.data()) {
  move_to(next_);
}

TextPlace Lexer::place_of(const char* at) const {
  constexpr std::size_t kHighest = 0xffffffffu;
  auto column = static_cast<std::size_t>(at - line_begin_) + 1;
  return {static_cast<std::uint32_t>(std::min(line_, kHighest)),
          static_cast<std::uint32_t>(std::min(column, kHighest))};
}

TextPlace Lexer::place() const {
  return place_of(next_);
}

bool Lexer::at_line_end() const {
  if (next_ == end_) return true;
  char c = *next_;
  if (c == '\r') return next_ + 1 == end_ || next_[1] == '\n';
  return c == '\n' || c == '#';
}

std::string_view Lexer::peek_word() const {
  const char* at = next_;
  while (at != end_ && is_word_byte(*at)) ++at;
  return {next_, static_cast<std::size_t>(at - next_)};
}

bool Lexer::at_numbered(std::string_view prefix) const {
  std::size_t left = static_cast<std::size_t>(end_ - next_);
  return left > prefix.size() && std::memcmp(next_, prefix.data(), prefix.size()) == 0 &&
         is_digit(next_[prefix.size()]);
}

bool Lexer::accept(char symbol) {
  if (next_ == end_ || *next_ != symbol) return false;
  move_to(next_ + 1);
  return true;
}

bool Lexer::accept(std::string_view symbol) {
  if (std::string_view(next_, static_cast<std::size_t>(end_ - next_)).substr(0, symbol.size()) !=
      symbol) {
    return false;
  }
  move_to(next_ + symbol.size());
  return true;
}

bool Lexer::accept_word(std::string_view word) {
  if (peek_word() != word) return false;
  take(word);
  return true;
}

bool Lexer::expect(char symbol, std::string_view expected) {
  return accept(symbol) || unexpected(expected);
}

bool Lexer::expect(std::string_view symbol) {
  return accept(symbol) || unexpected(shown(symbol));
}

bool Lexer::expect_word(std::string_view word) {
  return accept_word(word) || unexpected(shown(word));
}

bool Lexer::end_line() {
  if (!at_line_end()) return unexpected("the end of the line");
  return skip_empty_lines();
}

bool Lexer::skip_empty_lines() {
  while (next_ != end_ && at_line_end()) {
    if (*next_ == '#') {
      if (!skip_comment()) return false;
      continue;
    }
    if (*next_ == '\r') ++next_;
    if (next_ == end_) break;
    ++next_;
    ++line_;
    line_begin_ = next_;
    move_to(next_);
  }
  return true;
}

bool Lexer::skip_comment() {
  auto left = static_cast<std::size_t>(end_ - next_);
  const void* newline = std::memchr(next_, '\n', left);
  const char* stop = newline == nullptr ? end_ : static_cast<const char*>(newline);
  const void* zero = std::memchr(next_, '\0', static_cast<std::size_t>(stop - next_));
  if (zero != nullptr) {
    return fail_at(place_of(static_cast<const char*>(zero)),
                   "found the byte 0x00 in a comment, expected text");
  }
  next_ = stop;
  return true;
}

bool Lexer::number(std::uint32_t highest, std::string_view expected, std::uint32_t& result) {
  std::uint64_t value = 0;
  const char* stop = read_digits(next_, end_, highest, value);
  if (stop == next_ || (stop != end_ && is_word_byte(*stop))) return unexpected(expected);
  if (value > highest) return beyond_limit(peek_word(), std::to_string(highest));
  result = static_cast<std::uint32_t>(value);
  move_to(stop);
  return true;
}

bool Lexer::numbered(std::string_view prefix, std::uint32_t highest, std::uint32_t& result) {
  auto name = [&](std::uint32_t n) { return std::string(prefix) + std::to_string(n); };
  if (!at_numbered(prefix)) return unexpected(shown(name(0)) + " or the like");
  std::uint64_t value = 0;
  const char* stop = read_digits(next_ + prefix.size(), end_, highest, value);
  if (stop != end_ && is_word_byte(*stop)) return unexpected(shown(name(0)) + " or the like");
  if (value > highest) return beyond_limit(peek_word(), name(highest));
  result = static_cast<std::uint32_t>(value);
  move_to(stop);
  return true;
}

bool Lexer::register_name(char prefix, std::uint32_t highest, std::uint32_t& n, RegClass& cls) {
  auto expected = [&] {
    return prefix == 'v' ? unexpected("a virtual register (`v3i`)")
                         : unexpected("a physical register (`p3i`)");
  };
  if (next_ == end_ || *next_ != prefix) return expected();
  std::uint64_t value = 0;
  const char* digits = next_ + 1;
  const char* stop = read_digits(digits, end_, highest, value);
  if (stop == digits || stop == end_) return expected();
  cls = class_of_suffix(*stop++);
  if (cls == RegClass::None || (stop != end_ && is_word_byte(*stop))) return expected();
  if (value > highest) {
    return beyond_limit(peek_word(), prefix + std::to_string(highest) + suffix_of(cls));
  }
  n = static_cast<std::uint32_t>(value);
  move_to(stop);
  return true;
}

bool Lexer::vreg(VReg& result, RegClass& cls) {
  std::uint32_t n = 0;
  if (!register_name('v', kMaxVRegs - 1, n, cls)) return false;
  result = VReg(n);
  return true;
}

bool Lexer::preg(PReg& result) {
  std::uint32_t n = 0;
  RegClass cls = RegClass::None;
  if (!register_name('p', kRegsPerClass - 1, n, cls)) return false;
  result = make_preg(cls, n);
  return true;
}

bool Lexer::location(Location& result) {
  if (peek() == 'p') {
    PReg reg;
    if (!preg(reg)) return false;
    result = Location::reg(reg);
    return true;
  }
  if (at_numbered("stack")) {
    std::uint32_t slot = 0;
    if (!numbered("stack", kMaxSpillSlots - 1, slot)) return false;
    result = Location::stack(SpillSlot(slot));
    return true;
  }
  if (!accept_word("none")) return unexpected("a place (`p3i`, `stack5` or `none`)");
  result = Location::none();
  return true;
}

bool Lexer::preg_range(PReg& first, PReg& last) {
  if (!preg(first)) return false;
  last = first;
  if (!accept("..")) return true;
  TextPlace place_of_last = place();
  if (!preg(last)) return false;
  if (class_of(last) != class_of(first)) {
    return fail_at(place_of_last, "the range begins at " + to_string(first) + " and ends at " +
                                      to_string(last) + ", expected registers of one class");
  }
  if (last < first) {
    return fail_at(place_of_last, "the range ends before it begins, expected " + to_string(first) +
                                      " or a higher register");
  }
  return true;
}

bool Lexer::preg_ranges(RegSet& set) {
  while (peek() == 'p') {
    PReg first, last;
    if (!preg_range(first, last)) return false;
    for (PReg reg = first; reg <= last; reg = reg.next()) set.add(reg);
  }
  return true;
}

bool Lexer::frequency(double& result) {
  const char* stop = next_;
  auto belongs = [](char c) { return is_word_byte(c) || c == '.' || c == '+' || c == '-'; };
  while (stop != end_ && belongs(*stop)) ++stop;
  std::string_view token(next_, static_cast<std::size_t>(stop - next_));
  constexpr std::string_view kExpected = "a frequency (`8.5`)";
  if (token.find_first_of("0123456789") == std::string_view::npos) return unexpected(kExpected);
  if (!read_double(next_, stop, result) || result == 0) {
    return fail("found " + shown(token) +
                ", expected a frequency that is not 0 and fits a double, in decimal");
  }
  move_to(stop);
  return true;
}

bool Lexer::quoted(std::string_view& spelling) {
  if (peek() != '"') return unexpected("a name in double quotes");
  const char* begin = next_ + 1;
  const char* at = begin;
  while (at != end_ && *at != '"' && *at != '\n') at += *at == '\\' && at + 1 != end_ ? 2 : 1;
  if (at == end_ || *at != '"') {
    return fail("the name does not end on its line, expected a closing double quote");
  }
  spelling = {begin, static_cast<std::size_t>(at - begin)};
  if (!check_name(spelling, begin)) return false;
  move_to(at + 1);
  return true;
}

// Names are UTF-8 text without control bytes other than tabs, so that messages and JSON can show
// them.
bool Lexer::check_name(std::string_view spelling, const char* begin) {
  for (std::size_t i = 0; i < spelling.size();) {
    std::size_t length = utf8_length(spelling.substr(i));
    auto c = static_cast<unsigned char>(spelling[i]);
    if (length == 0 || (c < 0x20 && c != '\t')) {
      return fail_at(place_of(begin + i),
                     "found " + byte_text(spelling[i]) + " in a name, expected UTF-8 text");
    }
    if (c == '\\') {
      if (spelling[i + 1] != '"' && spelling[i + 1] != '\\') {
        return fail_at(place_of(begin + i), "unknown escape in a name, expected `\\\"` or `\\\\`");
      }
      length = 2;
    }
    i += length;
  }
  return true;
}

bool Lexer::unexpected(std::string_view expected) {
  std::string found;
  if (next_ == end_) {
    found = "the text ends here";
  } else if (at_line_end()) {
    found = "the line ends here";
  } else if (std::string_view word = peek_word(); !word.empty()) {
    found = "found " + shown(word);
  } else if (*next_ > ' ' && *next_ < 0x7f) {
    std::string_view rest(next_, static_cast<std::size_t>(end_ - next_));
    bool pair = rest.substr(0, 2) == "->" || rest.substr(0, 2) == "..";
    found = "found " + shown(rest.substr(0, pair ? 2 : 1));
  } else {
    found = "found " + byte_text(*next_);
  }
  found += ", expected ";
  found += expected;
  return fail(std::move(found));
}

bool Lexer::beyond_limit(std::string_view token, std::string_view highest) {
  return fail(shown(token) + " is beyond the limit, expected at most " + std::string(highest));
}

bool Lexer::fail_at(TextPlace place, std::string message) {
  if (!error_) error_ = Error{place, std::move(message)};
  return false;
}

std::string unescape(std::string_view spelling) {
  std::string name;
  name.reserve(spelling.size());
  for (std::size_t i = 0; i < spelling.size(); ++i) {
    if (spelling[i] == '\\' && i + 1 < spelling.size()) ++i;
    name += spelling[i];
  }
  return name;
}

std::string escape(std::string_view name) {
  std::string spelling;
  spelling.reserve(name.size());
  for (char c : name) {
    if (c == '"' || c == '\\') spelling += '\\';
    spelling += c;
  }
  return spelling;
}

}  // namespace regproof
