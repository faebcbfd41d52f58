#include "fuzz_targets/smallest_that_hangs.h"

#include <algorithm>
#include <utility>

namespace regproof {
namespace {

constexpr int kShortest = 16;
constexpr int kLonger = 4;

}  // namespace

HangingProgram smallest_that_hangs(
    std::chrono::milliseconds limit, const Smallest& smallest,
    const std::function<bool(const Program&, std::chrono::milliseconds)>& hangs,
    const std::function<bool()>& stopped) {
  for (std::chrono::milliseconds now = limit / kShortest;; now = std::min(now * kLonger, limit)) {
    Program program = smallest([&](const Program& p) { return hangs(p, now); });
    if (now == limit || (stopped && stopped())) return {std::move(program), now};
    if (hangs(program, limit)) return {std::move(program), limit};
    if (stopped && stopped()) return {std::move(program), now};
  }
}

}  // namespace regproof
