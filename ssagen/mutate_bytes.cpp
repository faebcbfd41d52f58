#include "ssagen/mutate_bytes.h"

#include <algorithm>

#include "ssagen/tokens.h"

namespace regproof {
namespace {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

constexpr std::uint32_t kEdits = 4;  // of bytes, in one step, at most
// Bytes that are drawn anew: up to 16 << 0 to 16 << 8. With 1 << 0 to 1 << 12 AFL++ took 1.3 times as many executions to
// find a fault (mutate.cpp).
constexpr std::uint32_t kShortestAnew = 16;
constexpr std::uint32_t kLengthsAnew = 9;

View bytes_of(View input, const Seam& seam) {
  return input.subspan(seam.from, seam.to - seam.from);
}

Bytes replaced(View input, std::uint32_t from, std::uint32_t to, View by) {
  Bytes result(input.begin(), input.begin() + from);
  result.insert(result.end(), by.begin(), by.end());
  result.insert(result.end(), input.begin() + to, input.end());
  return result;
}

const Seam& any_of(std::span<const Seam> seams, Choices& choices) {
  return seams[choices.below(static_cast<std::uint32_t>(seams.size()))];
}

// Kinds first, so that a few blocks stand a chance beside many operands. Null where there is none.
const Seam* any_of_kind(std::span<const Seam> seams, Choices& choices, Part& part) {
  if (seams.empty()) return nullptr;
  auto wanted = static_cast<Part>(choices.below(static_cast<std::uint32_t>(kPartCount)));
  const Seam* chosen = &any_of(seams, choices);
  std::uint32_t like = 0;
  for (const Seam& seam : seams) {
    if (seam.part == wanted && choices.below(++like) == 0) chosen = &seam;
  }
  part = chosen->part;
  return chosen;
}

// Another one of the kind, or null.
const Seam* another(std::span<const Seam> seams, Part part, const Seam* than, Choices& choices) {
  const Seam* chosen = nullptr;
  std::uint32_t like = 0;
  for (const Seam& seam : seams) {
    if (&seam == than || seam.part != part) continue;
    if (choices.below(++like) == 0) chosen = &seam;
  }
  return chosen;
}

// Of two parts that do not hold one another.
Bytes swapped(View input, const Seam* a, const Seam* b) {
  if (b->from < a->from) std::swap(a, b);
  if (b->from < a->to) return Bytes(input.begin(), input.end());
  Bytes first = replaced(input, b->from, b->to, bytes_of(input, *a));
  return replaced(first, a->from, a->to, bytes_of(input, *b));
}

Bytes drawn_anew(View input, const Seam& seam, Choices& choices) {
  Bytes result(input.begin(), input.end());
  bool tokens = (input[0] & kTokensForm) != 0;
  for (std::uint32_t i = seam.from; i < seam.to; ++i) {
    if (!tokens) {
      result[i] = choices.byte();
    } else if (result[i] < 0x80) {  // numbers; the heads stay
      result[i] = choices.byte() & 0x3f;
    }
  }
  return result;
}

}  // namespace

Bytes change_part(View input, std::span<const Seam> seams, Choices& choices) {
  Part part{};
  const Seam* seam = any_of_kind(seams, choices, part);
  if (seam == nullptr) return Bytes(input.begin(), input.end());
  const Seam* other = another(seams, part, seam, choices);
  switch (choices.below(5)) {
    case 0:
      return replaced(input, seam->from, seam->to, {});
    case 1:
      return replaced(input, seam->to, seam->to, bytes_of(input, *seam));
    case 2:
      if (other == nullptr) break;
      return replaced(input, other->to, other->to, bytes_of(input, *seam));
    case 3:
      if (other == nullptr) break;
      return swapped(input, seam, other);
    case 4:
      break;
  }
  return drawn_anew(input, *seam, choices);
}

Bytes take_part(View input, std::span<const Seam> seams, View other,
                std::span<const Seam> other_seams, Choices& choices) {
  Part part{};
  const Seam* from = any_of_kind(other_seams, choices, part);
  const Seam* to = from == nullptr ? nullptr : another(seams, part, nullptr, choices);
  if (to == nullptr) return Bytes(input.begin(), input.end());
  bool beside = choices.below(2) == 0;
  return replaced(input, beside ? to->to : to->from, to->to, bytes_of(other, *from));
}

Bytes change_bytes(View input, Choices& choices) {
  Bytes bytes(input.begin(), input.end());
  auto at = [&] { return choices.below(static_cast<std::uint32_t>(bytes.size())); };
  for (std::uint32_t n = 1 + choices.below(kEdits); n > 0; --n) {
    if (bytes.empty() || choices.below(3) == 0) {
      bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(bytes.empty() ? 0 : at()),
                   choices.byte());
      continue;
    }
    switch (choices.below(4)) {
      case 0:
        bytes[at()] = choices.byte();
        break;
      case 1:
        bytes[at()] ^= static_cast<std::uint8_t>(1u << choices.below(8));
        break;
      case 2:
        bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at()));
        break;
      case 3: {
        std::uint32_t from = at(), to = at();
        std::size_t length = std::min<std::size_t>(1 + choices.below(16), bytes.size() - from);
        Bytes piece(bytes.begin() + from,
                    bytes.begin() + from + static_cast<std::ptrdiff_t>(length));
        bytes.insert(bytes.begin() + to, piece.begin(), piece.end());
        break;
      }
    }
  }
  return bytes;
}

Bytes draw_anew(Choices& choices, std::size_t max_size) {
  std::size_t most = std::size_t{kShortestAnew} << choices.below(kLengthsAnew);
  Bytes bytes(1 + choices.below(static_cast<std::uint32_t>(std::min(most, max_size))));
  for (std::uint8_t& byte : bytes) byte = choices.byte();
  bytes[0] = static_cast<std::uint8_t>(kNewestVersion | (bytes[0] & ~kVersionMask & ~kTokensForm));
  return bytes;
}

}  // namespace regproof
