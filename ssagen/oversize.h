// What ordinary programs never reach, because lists and tables of allocators have limits where nobody
// looks: an edge that carries hundreds of values from memory to memory, an instruction of hundreds of
// operands, a value that is alive over thousands of instructions. Made from a drawn program, with a
// few choices each, since an input has no bytes for so much.
//
//   crowd     kCrowd values or more are defined ahead of a branch and passed on, in another order, to a
//             block of its own; each is read from one register before and from another one behind, so
//             that no two of them become one
//   widen     an instruction gets kWide uses or more, and a reuse whose input has so high a number
//   lengthen  copies of the program stand behind one another, up to kLong instructions or more; all read
//             values of the first copy, or the values of all are read at the end
//
// Cost: linear in the result, and that of `complete`.
//
// Tested by tests/ssagen/oversize_test.cpp.
#pragma once

#include <cstdint>

#include "ssagen/choice.h"
#include "ssagen/knobs.h"
#include "ssagen/ssagen.h"

namespace regproof {

inline constexpr std::uint32_t kCrowd = 320;  // 256, and more than the registers of a class
inline constexpr std::uint32_t kWide = 256;
inline constexpr std::uint32_t kLong = 2200;

// What is asked for of one program.
struct Oversize {
  bool crowd = false;
  bool widen = false;
  bool lengthen = false;
  std::uint32_t extra = 0;  // beyond the least number of values and operands, below 256
  std::uint32_t where = 0;  // which block, instruction and order, below 65536
  bool alive = false;       // lengthen: values of all copies are read at the end

  bool any() const { return crowd || widen || lengthen; }
};

// With the knobs at 0 nothing is drawn.
Oversize draw_oversize(Choices& choices, const Knobs& knobs);

// `program` is legal; so is the result.
Program grow(const Program& program, const Oversize& oversize);

}  // namespace regproof
