// The token form of an input. A token is a head byte, whose top bit is set, and payload bytes, whose
// top bit is not. So a lost or an added byte damages one token, and the next is read right. Missing
// payload is 0, surplus is ignored; an encoder leaves out zeros at a token's end.
//
//   head   1 cc kppp...     7 bits: class 0 to 2 in bits 5 and 6 is an operand, with kind, position
//                           and constraint in the other five; class 3 is one of `Token`
//   number 0 c vvvvvv       6 bits, lowest first, c: another byte follows; signed ones in zigzag
//
// Codes are only ever added; a code that a version does not know is skipped.
//
// Tested by tests/ssagen/ssagen_test.cpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "ir/function.h"

namespace regproof {

// Byte 0 of an input.
inline constexpr std::uint8_t kVersionMask = 0x0f;
// Of choices: since 1 they may be planted, since 2 oversized, since 4 there are recipes. Of tokens: since
// 3 DefsInBothPhases, since 4 Recipe, since 5 fewer vreg numbers.
inline constexpr std::uint8_t kNewestVersion = 5;
inline constexpr std::uint8_t kTokensForm = 0x10;  // else choices

// What follows a head is its payload's numbers; `step` is signed.
enum class Token : std::uint8_t {
  Op = 0,  // begins an instruction
  Branch = 1,
  Ret = 2,
  BeginBlock = 3,  // begins a block
  Frequency =
      4,         // of the block: the bits of a double, last bit first, so that short ones are small
  ParamInt = 5,  // number step
  ParamFloat = 6,
  ParamVector = 7,
  Target = 8,       // of the branch: step from the block behind this one
  ArgumentInt = 9,  // of the target: distance
  ArgumentFloat = 10,
  ArgumentVector = 11,
  Exact = 12,  // the last use or argument is this vreg number
  Remat = 13,  // the last definition can be recomputed
  ClobberRun =
      14,  // adds registers to the instruction's clobbers: first register, one less than how many
  ClobberSame = 15,  // the clobbers are one of the distinct sets so far: 0 is the latest new one
  InRun = 16,        // adds registers to the last operand's set, as ClobberRun
  MultipleDefs = 17,
  Name = 18,              // characters
  Label = 19,             // vreg step, from step, length, label; steps from the label before it
  Machine = 20,           // bit 0: slots are named by their last unit
  Preferred = 21,         // first register, one less than how many
  NonPreferred = 22,      // likewise
  FixedStack = 23,        // likewise
  Scratch = 24,           // register
  SlotSize = 25,          // class, units
  Padding = 26,           // nothing; its surplus payload makes an input longer
  DefsInBothPhases = 27,  // as MultipleDefs; early and late definitions may be of one value
  // The last definition has a recipe: number of inputs; of each twice the place among the values that the
  // instruction uses, or twice the register and 1; one less than the cost; 1 more than the reuse; runs of
  // clobbers, each as ClobberRun.
  Recipe = 28,
};

// Vreg numbers may have gaps, but a few bytes shall not mean a million numbers: numbers stay below so many, for so many
// bytes behind byte 0. Each costs allocator and judges time: `replay_ion_checker` takes half as many machine instructions for 60
// random inputs of 4 KiB, half of them tokens, since version 5.
constexpr std::size_t number_limit(unsigned version, std::size_t bytes) {
  return version < 5 ? 1024 + 16 * bytes : 256 + bytes;
}

// The seven bits of a head that is an operand: class 2, kind 1, position 1, constraint 3.
constexpr std::uint8_t operand_head(RegClass cls, OperandKind kind, OperandPos pos,
                                    Constraint constraint) {
  return static_cast<std::uint8_t>(index_of(cls) << 5 | static_cast<unsigned>(kind) << 4 |
                                   static_cast<unsigned>(pos) << 3 |
                                   static_cast<unsigned>(constraint));
}

// The bits in opposite order.
constexpr std::uint64_t reversed_bits(std::uint64_t bits) {
  std::uint64_t result = 0;
  for (int i = 0; i < 64; ++i, bits >>= 1) result = result << 1 | (bits & 1);
  return result;
}

constexpr unsigned version_of(std::uint8_t first_byte) {
  return std::min<unsigned>(first_byte & kVersionMask, kNewestVersion);
}

class TokenReader {
 public:
  explicit TokenReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  // Goes to the next token; false at the end.
  bool next();
  std::uint8_t head() const { return head_; }  // without the top bit
  // Bytes read so far; behind `next`, that of the head is one less.
  std::size_t place() const { return place_; }
  // The next number of the payload; 0 where there is none.
  std::uint64_t number();
  std::int64_t step();
  bool has_payload() const { return place_ < bytes_.size() && bytes_[place_] < 0x80; }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t place_ = 0;
  std::uint8_t head_ = 0;
};

class TokenWriter {
 public:
  explicit TokenWriter(std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}

  void token(std::uint8_t head, std::initializer_list<std::uint64_t> numbers);
  void token(Token token, std::initializer_list<std::uint64_t> numbers) {
    this->token(static_cast<std::uint8_t>(0x60 | static_cast<unsigned>(token)), numbers);
  }
  // Behind `token`: more of its payload. Nothing is left out at the end.
  void number(std::uint64_t value);

 private:
  std::vector<std::uint8_t>& bytes_;
};

// Small numbers of either sign as small numbers: 0, -1, 1, -2 become 0, 1, 2, 3.
constexpr std::uint64_t zigzag(std::int64_t step) {
  return static_cast<std::uint64_t>(step) << 1 ^ static_cast<std::uint64_t>(step >> 63);
}

}  // namespace regproof
