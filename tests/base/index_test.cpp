// Index and IndexRange.
#include "base/index.h"

#include <gtest/gtest.h>

#include <concepts>
#include <type_traits>
#include <unordered_set>
#include <vector>

namespace regproof {
namespace {

struct RoadTag {
  static constexpr bool kOrdered = true;
};
struct ColourTag {
  static constexpr bool kOrdered = false;
};
using Road = Index<RoadTag>;
using Colour = Index<ColourTag>;
using Small = Index<RoadTag, std::uint8_t>;

template <class T>
concept HasLess = requires(T a, T b) {
  a < b;
};

static_assert(!std::is_convertible_v<Road, Colour> && !std::is_constructible_v<Road, Colour>);
static_assert(!std::is_convertible_v<std::uint32_t, Road>);
static_assert(!std::is_convertible_v<Road, std::uint32_t>);
static_assert(HasLess<Road> && !HasLess<Colour>);
static_assert(sizeof(Road) == 4 && sizeof(Small) == 1);
static_assert(std::is_trivially_copyable_v<Road>);

TEST(Index, NoneIsTheDefaultAndTheLargest) {
  EXPECT_FALSE(Road().valid());
  EXPECT_EQ(Road(), Road::none());
  EXPECT_EQ(Road::none().value(), 0xffffffffu);
  EXPECT_EQ(Small::none().value(), 0xffu);
  EXPECT_TRUE(Road(0).valid());
  EXPECT_TRUE(Road(0xfffffffeu).valid());
  EXPECT_LT(Road(0xfffffffeu), Road::none());
}

TEST(Index, NeighboursAndOrder) {
  EXPECT_EQ(Road(4).next(), Road(5));
  EXPECT_EQ(Road(4).previous(), Road(3));
  EXPECT_LT(Road(3), Road(4));
  EXPECT_NE(Road(3), Road(4));
  EXPECT_EQ(Small(254).next(), Small::none());
}

TEST(Index, Hashes) {
  std::unordered_set<Road> roads = {Road(1), Road(2), Road(1)};
  EXPECT_EQ(roads.size(), 2u);
}

TEST(IndexRange, VisitsFromBeginToEnd) {
  std::vector<Road> seen;
  for (Road road : IndexRange<Road>(Road(2), Road(5))) seen.push_back(road);
  EXPECT_EQ(seen, (std::vector<Road>{Road(2), Road(3), Road(4)}));
}

TEST(IndexRange, EndsAndMembership) {
  IndexRange<Road> range(Road(2), Road(5));
  EXPECT_EQ(range.size(), 3u);
  EXPECT_EQ(range.front(), Road(2));
  EXPECT_EQ(range.back(), Road(4));
  EXPECT_FALSE(range.contains(Road(1)));
  EXPECT_TRUE(range.contains(Road(2)));
  EXPECT_TRUE(range.contains(Road(4)));
  EXPECT_FALSE(range.contains(Road(5)));
  EXPECT_FALSE(range.empty());
}

TEST(IndexRange, EmptyAndCounted) {
  EXPECT_TRUE(IndexRange<Road>(0).empty());
  EXPECT_EQ(IndexRange<Road>(3).front(), Road(0));
  EXPECT_EQ(IndexRange<Road>(3).size(), 3u);
  for (Road road : IndexRange<Road>(Road(7), Road(7))) FAIL() << road.value();
}

}  // namespace
}  // namespace regproof
