// Which registers of one class are taken when: a 64-bit mask for each program point, with summaries
// over 64 and over 4096 points, so that one scan answers for all registers at once.
//
//   level 0   one mask per point
//   level 1   one per 64 points:   `any` (taken somewhere in there), `all` (taken throughout)
//   level 2   one per 4096 points: the same
//
// A range that covers a whole chunk is noted in `all` of that chunk and nowhere below it, so adding,
// removing and asking cost at most 4 * 64 words, plus one word per 4096 points of the range's
// length. A register is in at most one added range at each point; what was added is removed with the
// same bounds.
//
// Tested by tests/allocator/occupancy_test.cpp.
#pragma once

#include <cstdint>

#include "allocator/metered.h"
#include "ir/function.h"

namespace regproof {

class Occupancy {
 public:
  using Mask = std::uint64_t;

  // Forgets everything; points are numbered below `point_count`.
  void reset(std::uint32_t point_count);

  // The registers taken at some point of [from, to).
  Mask taken(ProgPoint from, ProgPoint to) const;
  Mask taken(ProgPoint point) const;

  void add(ProgPoint from, ProgPoint to, Mask mask);
  void remove(ProgPoint from, ProgPoint to, Mask mask);

 private:
  static constexpr std::uint32_t kShift = 6;
  struct Chunk {
    Mask any = 0;
    Mask all = 0;
  };

  template <class Point, class Chunk1, class Chunk2>
  static void decompose(std::uint32_t from, std::uint32_t to, Point&& point, Chunk1&& chunk1,
                        Chunk2&& chunk2);

  Vector<Mask> points_;
  Vector<Chunk> chunks1_;
  Vector<Chunk> chunks2_;
};

}  // namespace regproof
