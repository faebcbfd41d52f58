// Locations, edits and lists of an answer.
#include "ir/output.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>

namespace regproof {
namespace {

TEST(Location, KindsAreApart) {
  std::set<std::uint32_t> bits = {Location::none().bits()};
  for (std::uint16_t r = 0; r < kRegCount; ++r) {
    Location location = Location::reg(PReg(r));
    EXPECT_TRUE(location.is_reg());
    EXPECT_FALSE(location.is_stack() || location.is_none());
    EXPECT_EQ(location.as_reg(), PReg(r));
    bits.insert(location.bits());
  }
  for (std::uint32_t s : {0u, 1u, 191u, kMaxSpillSlots - 1}) {
    Location location = Location::stack(SpillSlot(s));
    EXPECT_TRUE(location.is_stack());
    EXPECT_FALSE(location.is_reg() || location.is_none());
    EXPECT_EQ(location.as_stack(), SpillSlot(s));
    bits.insert(location.bits());
  }
  EXPECT_TRUE(Location().is_none());
  EXPECT_EQ(bits.size(), 1 + kRegCount + 4);
}

TEST(Location, Memory) {
  Machine machine;
  PReg argument = make_preg(RegClass::Int, 32);
  machine.fixed_stack.add(argument);
  EXPECT_TRUE(Location::stack(SpillSlot(0)).is_memory(machine));
  EXPECT_TRUE(Location::reg(argument).is_memory(machine));
  EXPECT_FALSE(Location::reg(make_preg(RegClass::Int, 31)).is_memory(machine));
  EXPECT_FALSE(Location::none().is_memory(machine));
}

TEST(Edit, MovesAndRecomputations) {
  ProgPoint point = ProgPoint::before(Inst(4));
  Location p1 = Location::reg(make_preg(RegClass::Int, 1)), s0 = Location::stack(SpillSlot(0));
  Edit move = Edit::move(point, p1, s0);
  EXPECT_EQ(move.kind, EditKind::Move);
  EXPECT_EQ(move.from, p1);
  EXPECT_EQ(move.to, s0);
  EXPECT_FALSE(move.remat.valid());
  Edit recompute = Edit::recompute(point, VReg(7), VReg(9), p1);
  EXPECT_EQ(recompute.kind, EditKind::Remat);
  EXPECT_EQ(recompute.remat, VReg(7));
  EXPECT_EQ(recompute.remat_as, VReg(9));
  EXPECT_TRUE(recompute.from.is_none());
  EXPECT_EQ(recompute.to, p1);
  EXPECT_NE(move, recompute);
}

TEST(Output, ListsByInstruction) {
  Location p1 = Location::reg(make_preg(RegClass::Int, 1));
  Output output;
  output.locations = {p1, Location::none(), Location::stack(SpillSlot(3))};
  output.first_location = {0, 2, 2, 3};
  EXPECT_EQ(output.locations_of(Inst(0)).size(), 2u);
  EXPECT_EQ(output.locations_of(Inst(1)).size(), 0u);
  ASSERT_EQ(output.locations_of(Inst(2)).size(), 1u);
  EXPECT_EQ(output.locations_of(Inst(2))[0].as_stack(), SpillSlot(3));
}

}  // namespace
}  // namespace regproof
