#include "ssagen/choice.h"

namespace regproof {
namespace {

// A counter that steps by an odd constant, mixed by xor-shifts and multiplications: every seed gives
// a sequence of full period.
std::uint64_t next_word(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15u;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

}  // namespace

Choices Choices::from_bytes(std::span<const std::uint8_t> bytes, std::vector<Seam>* seams,
                            std::uint32_t first) {
  Choices choices;
  choices.bytes_ = bytes;
  choices.seams_ = seams;
  choices.first_ = first;
  return choices;
}

Choices Choices::from_seed(std::uint64_t seed) {
  Choices choices;
  choices.seeded_ = true;
  choices.state_ = seed;
  return choices;
}

void PartScope::note() const {
  if (from_ == choices_.next_) return;
  auto at = [&](std::size_t byte) { return choices_.first_ + static_cast<std::uint32_t>(byte); };
  choices_.seams_->push_back({part_, at(from_), at(choices_.next_)});
}

std::uint8_t Choices::byte() {
  if (!seeded_) return next_ < bytes_.size() ? bytes_[next_++] : std::uint8_t{0};
  if (pooled_ == 0) {
    pool_ = next_word(state_);
    pooled_ = 8;
  }
  auto result = static_cast<std::uint8_t>(pool_);
  pool_ >>= 8;
  --pooled_;
  return result;
}

std::uint32_t Choices::below(std::uint32_t count) {
  if (count <= 1) return 0;
  unsigned bytes = count <= 256 ? 1 : count <= 65536 ? 2 : 4;
  std::uint64_t drawn = 0;
  for (unsigned i = 0; i < bytes; ++i) drawn = drawn << 8 | byte();
  return static_cast<std::uint32_t>((drawn * count) >> (8 * bytes));
}

std::uint32_t Choices::in(Range range) {
  if (range.max <= range.min) return range.min;
  std::uint32_t span = range.max - range.min;
  return range.min + below(span == 0xffffffffu ? span : span + 1);
}

bool Choices::chance(Chance probability) {
  if (probability.of_256 == 0) return false;
  return byte() + probability.of_256 >= 256;
}

}  // namespace regproof
