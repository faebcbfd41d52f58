// Tells programs and answers in text from the inputs of fuzz targets, which are any bytes: a text that is taken for one
// would silently mean an unrelated program.
//
// Tested by tests/fuzz_targets/replay_test.cpp and tests/cli/cli_test.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace regproof {

// Texts of some editors begin with a byte order mark.
void drop_byte_order_mark(std::string& text);

// What a file holds, by its first word behind blanks and comments.
enum class Content : std::uint8_t { Program, Answers, Other };
Content content_of(std::string_view bytes);
// Whether some byte is none that texts have.
bool holds_control_bytes(std::string_view bytes);
// Lines of letters, 64 at least: hardly an input that an engine wrote.
bool reads_like_text(std::string_view bytes);

}  // namespace regproof
