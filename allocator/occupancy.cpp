#include "allocator/occupancy.h"

#include <algorithm>

#include "base/check.h"
#include "base/work.h"

namespace regproof {

void Occupancy::reset(std::uint32_t point_count) {
  std::uint32_t count1 = (point_count >> kShift) + 1;
  if (empty_ && count1 <= block_of_.size()) return;  // as classes are that a function does not use
  empty_ = true;
  std::uint32_t count2 = (count1 >> kShift) + 1;
  count_work(count1 / 2);  // filled eight words at a time
  points_.assign(std::size_t{1} << kShift, 0);
  block_of_.assign(count1, 0);
  chunks1_.assign(std::size_t{count2} << kShift, Chunk());
  chunks2_.assign(count2, Chunk());
}

Occupancy::Mask* Occupancy::make_points(std::uint32_t chunk) {
  if (block_of_[chunk] == 0) {
    block_of_[chunk] = static_cast<std::uint32_t>(points_.size() >> kShift);
    points_.resize(points_.size() + (std::size_t{1} << kShift), 0);
  }
  return points_of(chunk);
}

// Cuts [from, to) into runs of single points, whole level-1 chunks and whole level-2 chunks, and
// calls `point(begin, end)`, `chunk1(begin, end)`, `chunk2(begin, end)` for each run.
template <class Point, class Chunk1, class Chunk2>
void Occupancy::decompose(std::uint32_t from, std::uint32_t to, Point&& point, Chunk1&& chunk1,
                          Chunk2&& chunk2) {
  std::uint32_t first1 = (from + kWithin) >> kShift, last1 = to >> kShift;
  if (first1 >= last1) {
    std::uint32_t middle = first1 << kShift;
    if (from < middle && middle < to) {
      point(from, middle);
      point(middle, to);
    } else {
      point(from, to);
    }
    return;
  }
  if (from & kWithin) point(from, first1 << kShift);
  if (to & kWithin) point(last1 << kShift, to);
  std::uint32_t first2 = (first1 + kWithin) >> kShift, last2 = last1 >> kShift;
  if (first2 >= last2) {
    std::uint32_t middle = first2 << kShift;
    if (first1 < middle && middle < last1) {
      chunk1(first1, middle);
      chunk1(middle, last1);
    } else {
      chunk1(first1, last1);
    }
    return;
  }
  if (first1 & kWithin) chunk1(first1, first2 << kShift);
  if (last1 & kWithin) chunk1(last2 << kShift, last1);
  count_work(last2 - first2);
  chunk2(first2, last2);
}

Occupancy::Mask Occupancy::taken(ProgPoint point) const {
  std::uint32_t p = point.bits(), c = p >> kShift;
  return points_of(c)[p & kWithin] | chunks1_[c].all | chunks2_[p >> (2 * kShift)].all;
}

Occupancy::Mask Occupancy::taken(ProgPoint from, ProgPoint to, Mask asked) const {
  Mask mask = 0;
  auto open = [&](const Chunk& chunk) { return (chunk.any & asked & ~mask) != 0; };
  decompose(
      from.bits(), to.bits(),
      [&](std::uint32_t begin, std::uint32_t end) {
        std::uint32_t c = begin >> kShift;
        mask |= chunks1_[c].all | chunks2_[begin >> (2 * kShift)].all;
        if (!open(chunks1_[c])) return;
        const Mask* points = points_of(c);
        for (std::uint32_t p = begin; p < end; ++p) mask |= points[p & kWithin];
      },
      [&](std::uint32_t begin, std::uint32_t end) {
        const Chunk& around = chunks2_[begin >> kShift];
        mask |= around.all;
        if (!open(around)) return;
        for (std::uint32_t c = begin; c < end; ++c) mask |= chunks1_[c].any;
      },
      [&](std::uint32_t begin, std::uint32_t end) {
        for (std::uint32_t c = begin; c < end; ++c) mask |= chunks2_[c].any;
      });
  return mask & asked;
}

void Occupancy::add(ProgPoint from, ProgPoint to, Mask mask) {
  check([&] { return from < to; }, "an empty range has no place in the occupancy");
  empty_ = false;
  decompose(
      from.bits(), to.bits(),
      [&](std::uint32_t begin, std::uint32_t end) {
        Mask* points = make_points(begin >> kShift);
        for (std::uint32_t p = begin; p < end; ++p) points[p & kWithin] |= mask;
        chunks1_[begin >> kShift].any |= mask;
        chunks2_[begin >> (2 * kShift)].any |= mask;
      },
      [&](std::uint32_t begin, std::uint32_t end) {
        for (std::uint32_t c = begin; c < end; ++c) {
          chunks1_[c].any |= mask;
          chunks1_[c].all |= mask;
        }
        chunks2_[begin >> kShift].any |= mask;
      },
      [&](std::uint32_t begin, std::uint32_t end) {
        for (std::uint32_t c = begin; c < end; ++c) {
          chunks2_[c].any |= mask;
          chunks2_[c].all |= mask;
        }
      });
}

// Inside of a chunk that the range covers whole, nothing else holds these registers, so `any` loses
// them too; where it covers a part, `any` is computed again.
void Occupancy::remove(ProgPoint from, ProgPoint to, Mask mask) {
  auto refresh2 = [&](std::uint32_t c) {
    Mask any = chunks2_[c].all;
    for (std::uint32_t d = c << kShift; d < (c + 1) << kShift; ++d) any |= chunks1_[d].any;
    chunks2_[c].any = any;
  };
  decompose(
      from.bits(), to.bits(),
      [&](std::uint32_t begin, std::uint32_t end) {
        std::uint32_t c = begin >> kShift;
        Mask* points = points_of(c);
        for (std::uint32_t p = begin; p < end; ++p) points[p & kWithin] &= ~mask;
        Mask any = chunks1_[c].all;
        for (std::uint32_t p = 0; p <= kWithin; ++p) any |= points[p];
        chunks1_[c].any = any;
      },
      [&](std::uint32_t begin, std::uint32_t end) {
        for (std::uint32_t c = begin; c < end; ++c) {
          chunks1_[c].any &= ~mask;
          chunks1_[c].all &= ~mask;
        }
      },
      [&](std::uint32_t begin, std::uint32_t end) {
        for (std::uint32_t c = begin; c < end; ++c) {
          chunks2_[c].any &= ~mask;
          chunks2_[c].all &= ~mask;
        }
      });
  std::uint32_t first2 = from.bits() >> (2 * kShift), last2 = (to.bits() - 1) >> (2 * kShift);
  refresh2(first2);
  if (last2 != first2) refresh2(last2);
}

}  // namespace regproof
