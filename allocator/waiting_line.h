// The bundles that wait for a register, the longest first, so arranged that what is asked and changed
// for one is still in the caches for the next.
//
//   far       all bundles of at least kFar points, in lines by length
//   window 0  shorter ones that begin in the first kWindow points, in lines by length
//   window 1  ...
//
// A line holds lengths that differ by an eighth at most and is served in the order of arrival, which is
// that of the program for bundles that were made together. Bundles of two windows hardly meet: whoever
// serves all of one before the next divides the registers as if the longest in the whole program
// went first, but walks a large program once instead of once for each length.
//
// Cost: constant for each bundle, but for two words for each window that is skipped.
//
// Tested by tests/allocator/waiting_line_test.cpp.
#pragma once

#include <cstdint>

#include "allocator/metered.h"
#include "allocator/tuning.h"
#include "ir/function.h"

namespace regproof {

class WaitingLine {
 public:
  static constexpr std::uint32_t kSteps = tuning::kLengthSteps;  // lines for each power of two
  static constexpr std::uint32_t kWindow = 1u << tuning::kWindowShift;  // points
  static constexpr std::uint32_t kFar = 1u << tuning::kFarShift;        // likewise
  static constexpr std::uint32_t kLinesPerWindow = tuning::kFarShift * kSteps;
  static constexpr std::uint32_t kFarLines = 32 * kSteps;

  // Forgets all; points are numbered below `point_count`.
  void reset(std::uint32_t point_count);

  bool empty() const { return waiting_ == 0; }

  // `bundle` is not in the line; `length` in points, from its first one, `begin`.
  void push(std::uint32_t bundle, std::uint32_t length, ProgPoint begin);

  // The next one; the line is not empty.
  std::uint32_t pop();

 private:
  struct Line {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
  };

  static std::uint32_t line_of(std::uint32_t length, ProgPoint begin);

  Vector<std::uint64_t> some_;  // by line: not empty; what an empty one holds means nothing
  Vector<Line> lines_;
  Vector<std::uint32_t> next_;  // by bundle that is not its line's last: who came behind it
  std::uint32_t low_ = 0;       // no word of `some_` before it has a bit
  std::uint32_t waiting_ = 0;
};

}  // namespace regproof
