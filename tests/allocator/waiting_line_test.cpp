// Against a list that is searched: far bundles by length, then window by window, equals in the order
// of arrival.
#include "allocator/waiting_line.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <tuple>
#include <vector>

#include "base/check.h"

namespace regproof {
namespace {

ProgPoint at(std::uint32_t point) {
  return ProgPoint::from_bits(point);
}

struct Guest {
  std::uint32_t bundle;
  std::uint32_t length;
  std::uint32_t begin;

  // Who is served first; of equals, who came first.
  auto rank() const {
    bool near = length < WaitingLine::kFar;
    return std::tuple(near, near ? begin / WaitingLine::kWindow : 0, -step());
  }
  // The length cut to its highest four bits.
  std::int64_t step() const {
    std::uint32_t cut = length;
    for (std::uint32_t bit = 1; cut >= 2 * WaitingLine::kSteps * bit; bit *= 2) cut &= ~bit;
    return cut;
  }
};

class Model {
 public:
  void push(const Guest& guest) { guests_.push_back(guest); }
  bool empty() const { return guests_.empty(); }
  std::uint32_t pop() {
    std::size_t best = 0;
    for (std::size_t k = 1; k < guests_.size(); ++k) {
      if (guests_[k].rank() < guests_[best].rank()) best = k;
    }
    std::uint32_t bundle = guests_[best].bundle;
    guests_.erase(guests_.begin() + static_cast<std::ptrdiff_t>(best));
    return bundle;
  }

 private:
  std::vector<Guest> guests_;  // in the order of arrival
};

std::vector<std::uint32_t> served(WaitingLine& line) {
  std::vector<std::uint32_t> bundles;
  while (!line.empty()) bundles.push_back(line.pop());
  return bundles;
}

TEST(WaitingLine, TheLongestGoFirstAndEqualsInTheOrderOfArrival) {
  WaitingLine line;
  line.reset(1000);
  EXPECT_TRUE(line.empty());
  line.push(0, 3, at(0));
  line.push(1, 900, at(0));
  line.push(2, 2, at(700));
  line.push(3, 41, at(5));
  line.push(4, 40, at(1));
  EXPECT_EQ(served(line), (std::vector<std::uint32_t>{1, 3, 4, 0, 2}));
}

TEST(WaitingLine, AWindowIsServedBeforeTheNextAndTheFarBeforeAll) {
  WaitingLine line;
  line.reset(100 * WaitingLine::kWindow);
  line.push(0, WaitingLine::kFar - 1, at(WaitingLine::kWindow));
  line.push(1, 1, at(WaitingLine::kWindow - 1));
  line.push(2, WaitingLine::kFar, at(99 * WaitingLine::kWindow));
  EXPECT_EQ(line.pop(), 2u);
  EXPECT_EQ(line.pop(), 1u);
  line.push(1, 1, at(0));  // it may come back
  EXPECT_EQ(served(line), (std::vector<std::uint32_t>{1, 0}));
}

TEST(WaitingLine, ResetForgets) {
  WaitingLine line;
  line.reset(100 * WaitingLine::kWindow);
  for (std::uint32_t k = 0; k < 100; ++k) line.push(k, 5, at(k * WaitingLine::kWindow));
  line.reset(10);
  EXPECT_TRUE(line.empty());
  line.push(3, 10, at(0));
  EXPECT_EQ(served(line), (std::vector<std::uint32_t>{3}));
}

TEST(WaitingLine, RandomGuestsAreServedAsTheModelSays) {
  std::mt19937 random(3);
  for (std::uint32_t points : {1u, 100u, 9000u, 70000u, 900000u}) {
    WaitingLine line;
    line.reset(points);
    Model model;
    std::uint32_t next = 0;
    for (int step = 0; step < 6000; ++step) {
      if (!model.empty() && random() % 8 < 3) {
        ASSERT_EQ(line.pop(), model.pop()) << points << " points, step " << step;
        continue;
      }
      auto begin = static_cast<std::uint32_t>(random() % points);
      std::uint32_t most = std::min(points - begin, 1u << random() % 20);
      Guest guest{next++, 1 + static_cast<std::uint32_t>(random()) % most, begin};
      line.push(guest.bundle, guest.length, at(guest.begin));
      model.push(guest);
    }
    while (!model.empty()) ASSERT_EQ(line.pop(), model.pop());
    EXPECT_TRUE(line.empty());
  }
}

using WaitingLineDeathTest = ::testing::Test;

TEST(WaitingLineDeathTest, RefusesStrangersWhereChecked) {
  if (!kChecked) GTEST_SKIP() << "invariants are off in this build";
  WaitingLine line;
  line.reset(10);
  EXPECT_DEATH(line.pop(), "nobody waits");
  EXPECT_DEATH(line.push(0, 1, at(2 * WaitingLine::kWindow)), "behind the last point");
}

}  // namespace
}  // namespace regproof
