// Arena: what it hands out is aligned, apart, and there until the reset; memory is kept.
#include "base/arena.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <new>
#include <random>
#include <utility>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#define REGPROOF_TEST_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define REGPROOF_TEST_POISON 1
#endif
#endif
#if defined(REGPROOF_TEST_POISON)
#include <sanitizer/asan_interface.h>
#endif

namespace regproof {
namespace {

TEST(Arena, ArraysAreAlignedAndDoNotOverlap) {
  Arena arena;
  std::mt19937 random(1);
  std::vector<std::span<std::uint64_t>> arrays;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    // Now and then one that is larger than any slab so far.
    std::size_t count = i % 500 == 499 ? 100000 : random() % 300;
    std::span<std::uint64_t> array = arena.array<std::uint64_t>(count);
    ASSERT_EQ(array.size(), count);
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(array.data()) % 16, 0u);
    for (std::uint64_t& item : array) item = i;
    arrays.push_back(array);
  }
  for (std::uint64_t i = 0; i < arrays.size(); ++i) {
    for (std::uint64_t item : arrays[i]) ASSERT_EQ(item, i);
  }
}

TEST(Arena, SecondRoundNeedsNoNewMemory) {
  Arena arena;
  auto round = [&] {
    for (int i = 0; i < 1000; ++i) {
      std::span<int> array = arena.array<int>(static_cast<std::size_t>(i) * 7);
      std::fill(array.begin(), array.end(), i);
    }
  };
  EXPECT_EQ(arena.reserved_bytes(), 0u);
  round();
  std::size_t reserved = arena.reserved_bytes();
  EXPECT_GE(reserved, 1000u * 999 / 2 * 7 * sizeof(int));
  for (int again = 0; again < 3; ++again) {
    arena.reset();
    round();
    EXPECT_EQ(arena.reserved_bytes(), reserved);
  }
}

TEST(Arena, SmallAfterLargeUsesTheSmallSlabsAgain) {
  Arena arena;
  arena.array<char>(10);
  arena.array<char>(1 << 20);
  std::size_t reserved = arena.reserved_bytes();
  arena.reset();
  for (int i = 0; i < 100; ++i) arena.array<char>(100);
  arena.array<char>(1 << 20);
  EXPECT_EQ(arena.reserved_bytes(), reserved);
}

TEST(Arena, EmptyArrays) {
  Arena arena;
  EXPECT_EQ(arena.array<int>(0).size(), 0u);
  arena.reset();
  EXPECT_EQ(arena.array<int>(0).size(), 0u);
}

TEST(Arena, AbsurdRequestsAreRefused) {
  Arena arena;
  EXPECT_THROW(arena.array<std::uint64_t>(SIZE_MAX / 4), std::bad_alloc);
  EXPECT_THROW(arena.array<char>(SIZE_MAX - 3), std::bad_alloc);
  EXPECT_EQ(arena.array<int>(4).size(), 4u);
}

#if defined(REGPROOF_TEST_POISON)
TEST(Arena, ResetPoisonsWhatWasHandedOut) {
  Arena arena;
  std::span<int> array = arena.array<int>(4);
  EXPECT_EQ(__asan_region_is_poisoned(array.data(), sizeof(int) * 4), nullptr);
  EXPECT_NE(__asan_region_is_poisoned(array.data(), sizeof(int) * 5), nullptr);
  arena.reset();
  EXPECT_NE(__asan_region_is_poisoned(array.data(), 1), nullptr);
}
#endif

}  // namespace
}  // namespace regproof
