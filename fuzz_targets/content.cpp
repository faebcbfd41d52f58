#include "fuzz_targets/content.h"

#include <algorithm>
#include <cstddef>

namespace regproof {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool has_mark(std::string_view bytes) {
  return bytes.substr(0, kByteOrderMark.size()) == kByteOrderMark;
}

// The first word, letters alone.
std::string_view first_word(std::string_view text) {
  std::size_t at = has_mark(text) ? kByteOrderMark.size() : 0;
  while (at < text.size()) {
    at = text.find_first_not_of(" \t\r\n", at);
    if (at == std::string_view::npos) return {};
    if (text[at] != '#') break;
    at = std::min(text.find('\n', at), text.size());
  }
  text.remove_prefix(std::min(at, text.size()));
  auto no_letter = [](char c) { return c < 'a' || c > 'z'; };
  return text.substr(0, static_cast<std::size_t>(std::find_if(text.begin(), text.end(), no_letter) -
                                                 text.begin()));
}

}  // namespace

void drop_byte_order_mark(std::string& text) {
  if (has_mark(text)) text.erase(0, kByteOrderMark.size());
}

Content content_of(std::string_view bytes) {
  std::string_view word = first_word(bytes);
  if (word == "machine" || word == "function") return Content::Program;
  return word == "allocation" ? Content::Answers : Content::Other;
}

bool holds_control_bytes(std::string_view bytes) {
  return std::any_of(bytes.begin(), bytes.end(), [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\t' && c != '\r') || byte == 0x7f;
  });
}

bool reads_like_text(std::string_view bytes) {
  constexpr std::size_t kLeast = 64;
  return bytes.size() >= kLeast && bytes.find('\n') != std::string_view::npos &&
         !holds_control_bytes(bytes);
}

}  // namespace regproof
