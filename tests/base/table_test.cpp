// Table and Side.
#include "base/table.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace regproof {
namespace {

struct RoadTag {
  [[maybe_unused]] static constexpr bool kOrdered = true;
};
using Road = Index<RoadTag>;

TEST(Table, MintsIdsInOrder) {
  Table<Road, std::string> names;
  names.reserve(2);
  Road first = names.add("north"), second = names.add("south");
  EXPECT_EQ(first, Road(0));
  EXPECT_EQ(second, Road(1));
  EXPECT_EQ(names[first], "north");
  names[second] = "east";
  EXPECT_EQ(names[second], "east");
  EXPECT_EQ(names.size(), 2u);
  std::vector<Road> ids;
  for (Road id : names.ids()) ids.push_back(id);
  EXPECT_EQ(ids, (std::vector<Road>{first, second}));
  names.clear();
  EXPECT_TRUE(names.empty());
  EXPECT_EQ(names.add("west"), Road(0));
}

TEST(Table, HoldsWhatOnlyMoves) {
  Table<Road, std::unique_ptr<int>> table;
  Road id = table.add(std::make_unique<int>(5));
  EXPECT_EQ(*table[id], 5);
}

TEST(Side, AnnotatesByCount) {
  Side<Road, int> lanes(3, 7);
  EXPECT_EQ(lanes.size(), 3u);
  EXPECT_EQ(lanes[Road(2)], 7);
  lanes[Road(2)] = 1;
  const Side<Road, int>& constant = lanes;
  EXPECT_EQ(constant[Road(2)], 1);
  EXPECT_EQ(constant.span().size(), 3u);
  int total = 0;
  for (int lane : constant) total += lane;
  EXPECT_EQ(total, 15);
  lanes.assign(2, 4);
  EXPECT_EQ(lanes.size(), 2u);
  EXPECT_EQ(lanes[Road(1)], 4);
}

TEST(Side, BooleansAreOneByOne) {
  Side<Road, bool> open(2, false);
  open[Road(1)] = true;
  const Side<Road, bool>& constant = open;
  EXPECT_FALSE(constant[Road(0)]);
  EXPECT_TRUE(constant[Road(1)]);
}

TEST(SideDeathTest, BeyondTheEndIsAnInvariantViolation) {
  if (!kChecked) GTEST_SKIP() << "invariants are not checked in this build";
  Side<Road, int> lanes(3, 7);
  EXPECT_DEATH(lanes[Road(3)] = 0, "index beyond the table");
  EXPECT_DEATH(lanes[Road::none()] = 0, "index beyond the table");
}

}  // namespace
}  // namespace regproof
