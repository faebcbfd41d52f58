// Choices: where the free generator gets its decisions from. Either from bytes (a fuzzer's input) or
// from a seed. Total: when the bytes run out, every further byte is 0, and 0 is always the choice
// that ends things: `chance` says no, `below` says 0, a range gives its minimum. So every loop of the
// form `while (choices.chance(p))` or `for (n = choices.in(range); ...)` ends.
//
// Draws are monotone in their bytes (a byte one larger gives the same or the next choice) and use
// integers alone, so they mean the same on every platform.
//
// Tested by tests/ssagen/choice_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ssagen/seams.h"

namespace regproof {

// From `min` to `max`, both included.
struct Range {
  std::uint32_t min = 0;
  std::uint32_t max = 0;
};

// A probability in 1/256: 0 is never, 256 is always (even where the choices have run out).
struct Chance {
  std::uint16_t of_256 = 0;
};

class Choices {
 public:
  // Where `seams` is given, `PartScope` notes there which bytes made what, the first of these bytes
  // being number `first`.
  static Choices from_bytes(std::span<const std::uint8_t> bytes, std::vector<Seam>* seams = nullptr,
                            std::uint32_t first = 0);
  // Never runs out.
  static Choices from_seed(std::uint64_t seed);

  std::uint8_t byte();
  // 0 to `count` - 1; 0 where `count` is 0. Takes no byte for one choice, one byte for up to 256
  // choices, two for up to 65536, else four.
  std::uint32_t below(std::uint32_t count);
  std::uint32_t in(Range range);
  bool chance(Chance probability);

  // No byte is left; every further choice is the one that ends things.
  bool exhausted() const { return !seeded_ && next_ >= bytes_.size(); }

 private:
  friend class PartScope;

  std::span<const std::uint8_t> bytes_;
  std::size_t next_ = 0;
  std::vector<Seam>* seams_ = nullptr;
  std::uint32_t first_ = 0;
  bool seeded_ = false;
  std::uint64_t state_ = 0;  // of the seeded source
  std::uint64_t pool_ = 0;   // drawn and not yet handed out, lowest byte first
  unsigned pooled_ = 0;      // bytes in `pool_`
};

// What is drawn during its life makes one part of the program.
class PartScope {
 public:
  PartScope(Choices& choices, Part part) : choices_(choices), part_(part), from_(choices.next_) {}
  ~PartScope() {
    if (choices_.seams_ != nullptr) note();
  }
  PartScope(const PartScope&) = delete;
  PartScope& operator=(const PartScope&) = delete;

 private:
  void note() const;

  Choices& choices_;
  Part part_;
  std::size_t from_;
};

}  // namespace regproof
