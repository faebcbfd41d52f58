// Registers, sets of them, and what the machine derives from its data.
#include "ir/machine.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <set>
#include <vector>

namespace regproof {
namespace {

TEST(PReg, ClassAndNumberRoundTrip) {
  std::set<std::uint16_t> values;
  for (RegClass cls : kClasses) {
    for (unsigned n = 0; n < kRegsPerClass; ++n) {
      PReg reg = make_preg(cls, n);
      EXPECT_EQ(class_of(reg), cls);
      EXPECT_EQ(number_of(reg), n);
      EXPECT_LT(reg.value(), kRegCount);
      values.insert(reg.value());
    }
  }
  EXPECT_EQ(values.size(), kRegCount);
}

TEST(PReg, Words) {
  EXPECT_EQ(suffix_of(RegClass::Int), 'i');
  EXPECT_EQ(suffix_of(RegClass::Float), 'f');
  EXPECT_EQ(suffix_of(RegClass::Vector), 'v');
  EXPECT_STREQ(name_of(RegClass::Vector), "vector");
}

using Model = std::set<std::uint16_t>;

RegSet random_set(std::mt19937& random, Model& model) {
  RegSet set;
  for (unsigned i = random() % 20; i > 0; --i) {
    PReg reg(static_cast<std::uint16_t>(random() % kRegCount));
    set.add(reg);
    model.insert(reg.value());
  }
  return set;
}

void expect_same(const RegSet& set, const Model& model) {
  std::vector<std::uint16_t> members;
  set.for_each([&](PReg reg) { members.push_back(reg.value()); });
  EXPECT_EQ(members, std::vector<std::uint16_t>(model.begin(), model.end()));
  EXPECT_EQ(set.size(), model.size());
  EXPECT_EQ(set.empty(), model.empty());
  if (!model.empty()) {
    EXPECT_EQ(set.first().value(), *model.begin());
  }
}

TEST(RegSet, OperationsAgreeWithAModel) {
  std::mt19937 random(1);
  for (int round = 0; round < 500; ++round) {
    Model x, y;
    RegSet a = random_set(random, x), b = random_set(random, y);
    expect_same(a, x);
    Model either = x, both, only;
    either.insert(y.begin(), y.end());
    for (std::uint16_t reg : x) (y.count(reg) == 1 ? both : only).insert(reg);
    expect_same(a | b, either);
    expect_same(a & b, both);
    expect_same(a - b, only);
    EXPECT_EQ(a == b, x == y);
    PReg gone(static_cast<std::uint16_t>(random() % kRegCount));
    a.remove(gone);
    x.erase(gone.value());
    EXPECT_FALSE(a.contains(gone));
    expect_same(a, x);
  }
}

TEST(RegSet, OneClass) {
  RegSet set;
  set.add(make_preg(RegClass::Int, 63));
  set.add(make_preg(RegClass::Float, 0));
  EXPECT_EQ(set.bits(RegClass::Int), std::uint64_t{1} << 63);
  EXPECT_EQ(set.of(RegClass::Float).size(), 1u);
  EXPECT_TRUE(set.of(RegClass::Vector).empty());
  set.set_bits(RegClass::Float, 6);
  EXPECT_FALSE(set.contains(make_preg(RegClass::Float, 0)));
  EXPECT_TRUE(set.contains(make_preg(RegClass::Float, 2)));
}

TEST(Machine, Derived) {
  Machine m;
  m.preferred.add(make_preg(RegClass::Int, 1));
  m.non_preferred.add(make_preg(RegClass::Int, 2));
  m.non_preferred.add(make_preg(RegClass::Float, 2));
  m.scratch[index_of(RegClass::Int)] = make_preg(RegClass::Int, 9);
  m.slot_size = {1, 2, 3};
  EXPECT_EQ(m.allocatable().size(), 3u);
  EXPECT_EQ(m.allocatable(RegClass::Int).size(), 2u);
  EXPECT_TRUE(m.is_scratch(make_preg(RegClass::Int, 9)));
  EXPECT_FALSE(m.is_scratch(make_preg(RegClass::Int, 1)));
  EXPECT_FALSE(m.is_scratch(make_preg(RegClass::Float, 9)));
  EXPECT_EQ(m.slot_alignment_of(RegClass::Int), 1u);
  EXPECT_EQ(m.slot_alignment_of(RegClass::Float), 2u);
  EXPECT_EQ(m.slot_alignment_of(RegClass::Vector), 4u);
}

}  // namespace
}  // namespace regproof
