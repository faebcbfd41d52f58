// Against a std::map: leaves that fill, divide and empty, in every order, and random intervals.
#include "allocator/interval_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "base/check.h"

namespace regproof {
namespace {

ProgPoint at(std::uint32_t point) {
  return ProgPoint::from_bits(point);
}

struct Held {
  std::uint32_t to;
  std::uint32_t number;
};
using Model = std::map<std::uint32_t, Held>;  // by first point

float weight_of(std::uint32_t number) {
  return static_cast<float>(number) / 4;
}

void insert(IntervalMap& map, std::uint32_t from, std::uint32_t to, std::uint32_t number) {
  map.insert(at(from), at(to), number, weight_of(number));
}

std::vector<std::uint32_t> overlaps(const IntervalMap& map, std::uint32_t from, std::uint32_t to) {
  std::vector<std::uint32_t> numbers;
  EXPECT_TRUE(map.visit_overlaps(at(from), at(to), [&](std::uint32_t number, float weight) {
    EXPECT_EQ(weight, weight_of(number));
    numbers.push_back(number);
    return true;
  }));
  return numbers;
}

std::vector<std::uint32_t> overlaps(const Model& model, std::uint32_t from, std::uint32_t to) {
  std::vector<std::uint32_t> numbers;
  for (const auto& [begin, held] : model) {
    if (begin < to && from < held.to) numbers.push_back(held.number);
  }
  return numbers;
}

// `count` intervals [4k, 4k + 2), inserted in the order of `order`, then erased in that of `erased`.
void fill_and_empty(const std::vector<std::uint32_t>& order,
                    const std::vector<std::uint32_t>& erased) {
  IntervalMap map;
  Model model;
  auto end = static_cast<std::uint32_t>(order.size() * 4);
  auto expect_same = [&] {
    ASSERT_EQ(overlaps(map, 0, end), overlaps(model, 0, end));
    for (std::uint32_t p = 0; p < end; p += 7) {
      ASSERT_EQ(overlaps(map, p, p + 1), overlaps(model, p, p + 1)) << p;
    }
  };
  for (std::uint32_t k : order) {
    insert(map, 4 * k, 4 * k + 2, k);
    model[4 * k] = {4 * k + 2, k};
    expect_same();
  }
  for (std::uint32_t k : erased) {
    EXPECT_FALSE(map.empty());
    map.erase(at(4 * k));
    model.erase(4 * k);
    expect_same();
  }
  EXPECT_TRUE(map.empty());
}

// Around the capacity of one, two and many leaves.
TEST(IntervalMap, EveryOrderOfFillingAndEmptying) {
  std::mt19937 random(1);
  for (std::uint32_t count : {1u, 2u, 31u, 32u, 33u, 48u, 64u, 65u, 200u}) {
    std::vector<std::uint32_t> ascending(count), inwards(count);
    for (std::uint32_t k = 0; k < count; ++k) {
      ascending[k] = k;
      inwards[k] = k % 2 == 0 ? k / 2 : count - 1 - k / 2;
    }
    std::vector<std::uint32_t> descending(ascending.rbegin(), ascending.rend());
    std::vector<std::uint32_t> outwards(inwards.rbegin(), inwards.rend());
    std::vector<std::uint32_t> shuffled = ascending;
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    std::vector<std::vector<std::uint32_t>> orders = {ascending, descending, inwards, outwards,
                                                      shuffled};
    for (const auto& order : orders) {
      for (const auto& erased : orders) fill_and_empty(order, erased);
    }
  }
}

TEST(IntervalMap, IntervalsMayMeet) {
  IntervalMap map;
  insert(map, 10, 20, 1);
  insert(map, 20, 30, 2);
  insert(map, 5, 10, 0);
  EXPECT_EQ(overlaps(map, 9, 10), (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(overlaps(map, 10, 20), (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(overlaps(map, 19, 21), (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(overlaps(map, 30, 40), (std::vector<std::uint32_t>{}));
  EXPECT_EQ(overlaps(map, 0, 5), (std::vector<std::uint32_t>{}));
  map.erase(at(10));
  EXPECT_EQ(overlaps(map, 0, 40), (std::vector<std::uint32_t>{0, 2}));
}

TEST(IntervalMap, AVisitStopsWhereItIsTold) {
  IntervalMap map;
  for (std::uint32_t k = 0; k < 100; ++k) insert(map, 2 * k, 2 * k + 1, k);
  for (std::uint32_t stop = 0; stop < 100; ++stop) {
    std::uint32_t visited = 0;
    EXPECT_FALSE(map.visit_overlaps(at(0), at(200), [&](std::uint32_t number, float) {
      ++visited;
      return number != stop;
    }));
    EXPECT_EQ(visited, stop + 1);
  }
  EXPECT_TRUE(map.visit_overlaps(at(1), at(2), [](std::uint32_t, float) { return false; }));
}

TEST(IntervalMap, ClearForgets) {
  IntervalMap map;
  for (std::uint32_t k = 0; k < 100; ++k) insert(map, 2 * k, 2 * k + 1, k);
  map.clear();
  EXPECT_TRUE(map.empty());
  EXPECT_EQ(overlaps(map, 0, 1000), (std::vector<std::uint32_t>{}));
  insert(map, 0, 1000, 7);
  EXPECT_EQ(overlaps(map, 999, 1000), (std::vector<std::uint32_t>{7}));
}

TEST(IntervalMap, RandomIntervalsAgreeWithTheModel) {
  std::mt19937 random(2);
  for (std::uint32_t points : {50u, 1000u, 30000u}) {
    IntervalMap map;
    Model model;
    for (std::uint32_t step = 0; step < 6000; ++step) {
      auto from = static_cast<std::uint32_t>(random() % points);
      auto to = from + 1 + static_cast<std::uint32_t>(random() % (1u << random() % 6));
      std::vector<std::uint32_t> there = overlaps(model, from, to);
      ASSERT_EQ(overlaps(map, from, to), there) << points << " points, step " << step;
      if (there.empty()) {
        insert(map, from, to, step);
        model[from] = {to, step};
      } else if (random() % 3 == 0) {
        auto victim =
            std::next(model.begin(), static_cast<std::ptrdiff_t>(random() % model.size()));
        map.erase(at(victim->first));
        model.erase(victim);
      }
      // From time to time nearly everything goes, so that leaves are used again.
      if (step % 1500 == 1499) {
        while (model.size() > 3) {
          map.erase(at(model.begin()->first));
          model.erase(model.begin());
        }
      }
    }
    ASSERT_EQ(overlaps(map, 0, 2 * points), overlaps(model, 0, 2 * points));
  }
}

using IntervalMapDeathTest = ::testing::Test;

TEST(IntervalMapDeathTest, RefusesOverlapsAndStrangersWhereChecked) {
  if (!kChecked) GTEST_SKIP() << "invariants are off in this build";
  IntervalMap map;
  insert(map, 10, 20, 1);
  EXPECT_DEATH(insert(map, 19, 21, 2), "two bundles overlap");
  EXPECT_DEATH(insert(map, 0, 11, 2), "two bundles overlap");
  EXPECT_DEATH(map.erase(at(11)), "never inserted");
}

}  // namespace
}  // namespace regproof
