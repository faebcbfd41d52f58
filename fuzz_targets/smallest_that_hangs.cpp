#include "fuzz_targets/smallest_that_hangs.h"

#include <algorithm>

namespace regproof {
namespace {

constexpr int kShortest = 16;
constexpr int kLonger = 4;

}  // namespace

Program smallest_that_hangs(
    std::chrono::milliseconds limit, const Smallest& smallest,
    const std::function<bool(const Program&, std::chrono::milliseconds)>& hangs) {
  for (std::chrono::milliseconds now = limit / kShortest;; now = std::min(now * kLonger, limit)) {
    Program program = smallest([&](const Program& p) { return hangs(p, now); });
    if (now == limit || hangs(program, limit)) return program;
  }
}

}  // namespace regproof
