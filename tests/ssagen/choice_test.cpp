#include "ssagen/choice.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace regproof {
namespace {

TEST(Choices, GoOnWithZerosWhenTheBytesRunOut) {
  std::array<std::uint8_t, 2> bytes = {7, 9};
  Choices choices = Choices::from_bytes(bytes);
  EXPECT_FALSE(choices.exhausted());
  EXPECT_EQ(choices.byte(), 7);
  EXPECT_EQ(choices.byte(), 9);
  EXPECT_TRUE(choices.exhausted());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(choices.byte(), 0);
}

TEST(Choices, ZeroIsTheChoiceThatEndsThings) {
  Choices choices = Choices::from_bytes({});
  for (std::uint16_t p = 0; p < 256; ++p) EXPECT_FALSE(choices.chance({p}));
  EXPECT_TRUE(choices.chance({256}));
  for (std::uint32_t count : {0u, 1u, 2u, 256u, 257u, 65536u, 65537u, 0xffffffffu}) {
    EXPECT_EQ(choices.below(count), 0u);
  }
  EXPECT_EQ(choices.in({3, 9}), 3u);
}

TEST(Choices, TakeNoMoreBytesThanTheyNeed) {
  std::array<std::uint8_t, 16> bytes{};
  auto taken = [&](std::uint32_t count) {
    Choices choices = Choices::from_bytes(bytes);
    choices.below(count);
    int left = 0;
    for (; !choices.exhausted(); ++left) choices.byte();
    return 16 - left;
  };
  EXPECT_EQ(taken(0), 0);
  EXPECT_EQ(taken(1), 0);
  EXPECT_EQ(taken(2), 1);
  EXPECT_EQ(taken(256), 1);
  EXPECT_EQ(taken(257), 2);
  EXPECT_EQ(taken(65536), 2);
  EXPECT_EQ(taken(65537), 4);
}

TEST(Choices, BelowIsMonotoneAndReachesEverything) {
  for (std::uint32_t count = 1; count <= 256; ++count) {
    std::uint32_t before = 0;
    std::vector<bool> reached(count, false);
    for (unsigned b = 0; b < 256; ++b) {
      std::array<std::uint8_t, 1> bytes = {static_cast<std::uint8_t>(b)};
      Choices choices = Choices::from_bytes(bytes);
      std::uint32_t drawn = choices.below(count);
      ASSERT_LT(drawn, count);
      ASSERT_GE(drawn, before);
      before = drawn;
      reached[drawn] = true;
    }
    for (std::uint32_t n = 0; n < count; ++n) EXPECT_TRUE(reached[n]) << n << " of " << count;
  }
}

TEST(Choices, ChanceIsItsShareOfTheBytes) {
  for (std::uint16_t p = 0; p <= 256; ++p) {
    int hits = 0;
    for (unsigned b = 0; b < 256; ++b) {
      std::array<std::uint8_t, 1> bytes = {static_cast<std::uint8_t>(b)};
      hits += Choices::from_bytes(bytes).chance({p});
    }
    EXPECT_EQ(hits, p);
  }
}

TEST(Choices, RangesIncludeBothEnds) {
  Choices choices = Choices::from_seed(1);
  bool low = false, high = false;
  for (int i = 0; i < 1000; ++i) {
    std::uint32_t drawn = choices.in({4, 9});
    ASSERT_GE(drawn, 4u);
    ASSERT_LE(drawn, 9u);
    low |= drawn == 4;
    high |= drawn == 9;
  }
  EXPECT_TRUE(low);
  EXPECT_TRUE(high);
  EXPECT_EQ(choices.in({5, 5}), 5u);
  EXPECT_EQ(choices.in({5, 2}), 5u);
  choices.in({0, 0xffffffffu});
}

// The sequence is part of what a seed means; it never changes.
TEST(Choices, SeedsMeanTheSameForEver) {
  Choices choices = Choices::from_seed(1);
  std::vector<int> bytes;
  for (int i = 0; i < 12; ++i) bytes.push_back(choices.byte());
  EXPECT_EQ(bytes, (std::vector<int>{193, 92, 2, 137, 236, 45, 10, 145, 103, 236, 142, 101}));
  EXPECT_FALSE(choices.exhausted());
}

TEST(Choices, SeedsDiffer) {
  Choices a = Choices::from_seed(1), b = Choices::from_seed(2);
  int equal = 0;
  for (int i = 0; i < 64; ++i) equal += a.byte() == b.byte();
  EXPECT_LT(equal, 8);
}

}  // namespace
}  // namespace regproof
