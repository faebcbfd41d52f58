// Which registers of one class are taken when: a 64-bit mask for each program point, with summaries
// over 64 and over 4096 points, so that one scan answers for all registers at once.
//
//   level 0   one mask per point, kept for the chunks in which a range begins or ends
//   level 1   one per 64 points:   `any` (taken somewhere in there), `all` (taken throughout)
//   level 2   one per 4096 points: the same
//
// A range that covers a whole chunk is noted in `all` of that chunk and nowhere below it, so adding,
// removing and asking cost at most 4 * 64 words, plus one word per 4096 points of the range's
// length; memory is 20 bytes for each 64 points and 512 for each chunk that has masks of its own.
// A register is in at most one added range at each point; what was added is removed with the same
// bounds.
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

  // The registers of `asked` taken at some point of [from, to). The fewer are asked for and still
  // free, the less is looked at.
  Mask taken(ProgPoint from, ProgPoint to, Mask asked = ~Mask{0}) const;
  Mask taken(ProgPoint point) const;

  void add(ProgPoint from, ProgPoint to, Mask mask);
  void remove(ProgPoint from, ProgPoint to, Mask mask);

 private:
  static constexpr std::uint32_t kShift = 6;
  static constexpr std::uint32_t kWithin = (1u << kShift) - 1;  // of a point or chunk, which of 64
  struct Chunk {
    Mask any = 0;
    Mask all = 0;
  };

  template <class Point, class Chunk1, class Chunk2>
  static void decompose(std::uint32_t from, std::uint32_t to, Point&& point, Chunk1&& chunk1,
                        Chunk2&& chunk2);

  // The masks of the points of a level-1 chunk, by point within it.
  const Mask* points_of(std::uint32_t chunk) const {
    return points_.data() + (std::size_t{block_of_[chunk]} << kShift);
  }
  Mask* points_of(std::uint32_t chunk) {
    return points_.data() + (std::size_t{block_of_[chunk]} << kShift);
  }
  Mask* make_points(std::uint32_t chunk);

  bool empty_ = true;               // nothing was added since it was made or forgot all
  Vector<Mask> points_;             // in blocks of 64; the first is that of all other chunks, empty
  Vector<std::uint32_t> block_of_;  // by level-1 chunk: its block
  Vector<Chunk> chunks1_;
  Vector<Chunk> chunks2_;
};

}  // namespace regproof
