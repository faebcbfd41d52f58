#include "ssagen/tokens.h"

namespace regproof {

bool TokenReader::next() {
  while (has_payload()) ++place_;
  if (place_ == bytes_.size()) return false;
  head_ = bytes_[place_++] & 0x7f;
  return true;
}

std::uint64_t TokenReader::number() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; has_payload(); shift += 6) {
    std::uint8_t byte = bytes_[place_++];
    if (shift < 64) value |= static_cast<std::uint64_t>(byte & 0x3f) << shift;
    if ((byte & 0x40) == 0) break;
  }
  return value;
}

std::int64_t TokenReader::step() {
  std::uint64_t value = number();
  return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

void TokenWriter::number(std::uint64_t value) {
  for (; value >= 0x40; value >>= 6) {
    bytes_.push_back(static_cast<std::uint8_t>(0x40 | (value & 0x3f)));
  }
  bytes_.push_back(static_cast<std::uint8_t>(value));
}

void TokenWriter::token(std::uint8_t head, std::initializer_list<std::uint64_t> numbers) {
  bytes_.push_back(0x80 | head);
  std::size_t end = bytes_.size();
  for (std::uint64_t value : numbers) {
    number(value);
    if (value != 0) end = bytes_.size();
  }
  bytes_.resize(end);
}

}  // namespace regproof
