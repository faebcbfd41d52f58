// Inputs that nobody has seen before, without an engine: the same seed gives the same inputs on
// every machine.
//
//   programs  random bytes; half of the inputs are shorter than 64 bytes, few longer than 2 KiB
//   text      a generated program or the reference allocator's answer to it, as text, three in four
//             times with a few random edits: random bytes would not get past the first word
//
// Tested by tests/fuzz_targets/replay_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "fuzz_targets/property.h"

namespace regproof {

class FreshInputs {
 public:
  FreshInputs(const Target& target, std::uint64_t seed) : target_(target), state_(seed) {}

  std::vector<std::uint8_t> next();

 private:
  std::uint64_t random();
  std::size_t below(std::size_t bound);  // bound > 0
  std::vector<std::uint8_t> random_bytes();
  std::vector<std::uint8_t> text();
  void edit(std::vector<std::uint8_t>& bytes);

  const Target& target_;
  std::uint64_t state_;
};

}  // namespace regproof
