#include "allocator/waiting_line.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "base/work.h"

namespace regproof {

void WaitingLine::reset(std::uint32_t point_count) {
  std::uint32_t windows = (point_count >> tuning::kWindowShift) + 1;
  std::uint32_t lines = kFarLines + windows * kLinesPerWindow;
  if (lines_.size() < lines) lines_.resize(lines);
  some_.assign(lines / 64 + 1, 0);
  low_ = 0;
  waiting_ = 0;
}

namespace {

// The higher the longer, kSteps to each power of two.
std::uint32_t rank_of(std::uint32_t length) {
  constexpr std::uint32_t kSteps = WaitingLine::kSteps;
  constexpr auto kStepBits = static_cast<std::uint32_t>(std::bit_width(kSteps)) - 1;
  if (length < kSteps) return length;
  auto power = static_cast<std::uint32_t>(std::bit_width(length)) - 1;
  return (power - kStepBits + 1) * kSteps + (length >> (power - kStepBits)) % kSteps;
}

}  // namespace

// Far lines first, then window by window; within each the longest first.
std::uint32_t WaitingLine::line_of(std::uint32_t length, ProgPoint begin) {
  std::uint32_t rank = rank_of(length);
  if (length >= kFar) return kFarLines - 1 - rank;
  std::uint32_t window = begin.bits() >> tuning::kWindowShift;
  return kFarLines + window * kLinesPerWindow + (kLinesPerWindow - 1 - rank);
}

void WaitingLine::push(std::uint32_t bundle, std::uint32_t length, ProgPoint begin) {
  std::uint32_t number = line_of(length, begin);
  check([&] { return number / 64 < some_.size(); }, "a bundle begins behind the last point");
  if (next_.size() <= bundle) next_.resize(bundle + 1);
  Line& line = lines_[number];
  std::uint64_t bit = std::uint64_t{1} << (number % 64);
  if ((some_[number / 64] & bit) == 0) {
    some_[number / 64] |= bit;
    line.first = bundle;
    low_ = std::min(low_, number / 64);
  } else {
    next_[line.last] = bundle;
  }
  line.last = bundle;
  ++waiting_;
}

std::uint32_t WaitingLine::pop() {
  check([&] { return waiting_ > 0; }, "nobody waits");
  while (some_[low_] == 0) {
    count_work(1);
    ++low_;
  }
  std::uint32_t number = low_ * 64 + static_cast<std::uint32_t>(std::countr_zero(some_[low_]));
  Line& line = lines_[number];
  std::uint32_t bundle = line.first;
  if (bundle == line.last) {
    some_[low_] &= some_[low_] - 1;
  } else {
    line.first = next_[bundle];
  }
  --waiting_;
  return bundle;
}

}  // namespace regproof
