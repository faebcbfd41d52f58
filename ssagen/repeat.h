// A program made of copies of another, to see how cost grows with size when nothing else changes.
//
//   In::Sequence   one behind the other          c0 > c1 > c2 > ret
//   In::Nest       each in a loop of its own,    h0 > c0 > h1 > c1 > ... > l1 > l0 > ret,
//                  which holds the next          l1 > h1, l0 > h0
//   In::Switch     side by side behind the       c0 > s,  s > c1 > j,  s > c2 > j,  j > ret
//                  first
//
//   Link::None     copies share no value
//   Link::First    copies read values of the first copy's entry
//   Link::Last     each copy reads values of the one before, where that is on the way
//   Link::Alive    each copy's entry values are read behind all copies, those of a switch's first
//
// A `ret` of a copy that goes on becomes an operation with its operands and a jump. The result is made
// legal and feasible by ssagen/complete.h.
//
// Cost: linear in the result, and that of `complete`.
//
// Tested by tests/ssagen/repeat_test.cpp.
#pragma once

#include <array>
#include <cstdint>

#include "ssagen/ssagen.h"

namespace regproof {

enum class In : std::uint8_t { Sequence, Nest, Switch };
enum class Link : std::uint8_t { None, First, Last, Alive };

inline constexpr std::array kArrangements = {In::Sequence, In::Nest, In::Switch};
inline constexpr std::array kLinks = {Link::None, Link::First, Link::Last, Link::Alive};

const char* name_of(In arrangement);
const char* name_of(Link link);

// `times` copies, at least one. `program` is legal.
Program repeat(const Program& program, In arrangement, Link link, std::uint32_t times);

}  // namespace regproof
