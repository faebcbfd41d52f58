// BitSet against std::set, over sizes around the word boundary.
#include "base/bit_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <random>
#include <set>
#include <vector>

namespace regproof {
namespace {

using Model = std::set<std::size_t>;

std::vector<std::size_t> members(const BitSet& set) {
  std::vector<std::size_t> result;
  set.for_each([&](std::size_t n) { result.push_back(n); });
  return result;
}

void expect_same(const BitSet& set, const Model& model) {
  EXPECT_EQ(members(set), std::vector<std::size_t>(model.begin(), model.end()));
  EXPECT_EQ(set.count(), model.size());
  EXPECT_EQ(set.empty(), model.empty());
  for (std::size_t n = 0; n < set.size(); ++n) EXPECT_EQ(set.contains(n), model.count(n) == 1);
}

TEST(BitSet, AddAndRemoveAgreeWithAModel) {
  std::mt19937 random(1);
  for (std::size_t size : {1, 2, 63, 64, 65, 127, 128, 200}) {
    BitSet set(size);
    Model model;
    for (int step = 0; step < 300; ++step) {
      std::size_t n = random() % size;
      if (random() % 3 == 0) {
        set.remove(n);
        model.erase(n);
      } else {
        EXPECT_EQ(set.add(n), model.insert(n).second);
      }
    }
    expect_same(set, model);
  }
}

TEST(BitSet, UnionAndIntersectionAgreeWithAModel) {
  std::mt19937 random(2);
  for (std::size_t size : {1, 64, 65, 130}) {
    for (int round = 0; round < 50; ++round) {
      BitSet a(size), b(size);
      Model x, y;
      for (std::size_t i = random() % 40; i > 0; --i) {
        std::size_t n = random() % size, m = random() % size;
        a.add(n), x.insert(n);
        b.add(m), y.insert(m);
      }
      Model both, either = x;
      std::set_intersection(x.begin(), x.end(), y.begin(), y.end(),
                            std::inserter(both, both.end()));
      either.insert(y.begin(), y.end());
      BitSet intersection = a;
      intersection.intersect(b);
      expect_same(intersection, both);
      EXPECT_EQ(a.unite(b), either != x);
      expect_same(a, either);
      EXPECT_FALSE(a.unite(b));
    }
  }
}

TEST(BitSet, EqualityIsByContentAndSize) {
  BitSet a(70), b(70), c(71);
  a.add(69), b.add(69), c.add(69);
  EXPECT_EQ(a, b);
  EXPECT_NE(a, c);
  b.remove(69);
  EXPECT_NE(a, b);
}

TEST(BitSet, ResetEmptiesAndResizes) {
  BitSet set(10);
  set.add(9);
  set.reset(100);
  EXPECT_TRUE(set.empty());
  EXPECT_EQ(set.size(), 100u);
  EXPECT_TRUE(set.add(99));
  set.reset(0);
  EXPECT_TRUE(set.empty());
  EXPECT_EQ(set.count(), 0u);
}

TEST(BitSetDeathTest, BeyondTheSizeIsAnInvariantViolation) {
  if (!kChecked) GTEST_SKIP() << "invariants are not checked in this build";
  BitSet set(65), other(66);
  EXPECT_DEATH(set.add(65), "bit beyond the set");
  EXPECT_DEATH(set.remove(65), "bit beyond the set");
  EXPECT_DEATH((void)set.contains(65), "bit beyond the set");
  EXPECT_DEATH(set.unite(other), "sets of different sizes");
}

}  // namespace
}  // namespace regproof
