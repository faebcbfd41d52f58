// Memory that ends: every single allocation of a run is made to fail, and every limit of memory up to
// what a run needs is tried. Each ends in an answer or in an error, and the context stays usable.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <new>

#include "allocator/allocator.h"
#include "allocator/metered.h"
#include "ssagen/ssagen.h"
#include "tests/allocator/judged.h"

namespace {

// Allocations until the first that fails, and from then on all do; negative for never.
thread_local long allocations_left = -1;

}  // namespace

// Not inlined: the compiler would see `free` for what `new` gave.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (allocations_left == 0) throw std::bad_alloc();
  if (allocations_left > 0) --allocations_left;
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace regproof {
namespace {

Program sample_program() {
  return generate(3, find_profile("large")->knobs);
}

TEST(Memory, EachFailedAllocationIsAnError) {
  Program program = sample_program();
  AllocatorContext clean;
  Result<Output, AllocError> good = allocate(program.function.view(), program.machine, {}, clean);
  ASSERT_TRUE(good);
  long failures = 0;
  for (long n = 0;; n += 1 + n / 64) {
    AllocatorContext context;
    allocations_left = n;
    Result<Output, AllocError> answer =
        allocate(program.function.view(), program.machine, {}, context);
    allocations_left = -1;
    if (answer) {
      EXPECT_EQ(*answer, *good);
      break;
    }
    ++failures;
    ASSERT_EQ(answer.error().kind, AllocError::Kind::OutOfMemory);
    Result<Output, AllocError> again =
        allocate(program.function.view(), program.machine, {}, context);
    ASSERT_TRUE(again) << "after allocation " << n << " failed";
    ASSERT_EQ(*again, *good);
  }
  EXPECT_GT(failures, 20);
  RecordProperty("failures", static_cast<int>(failures));
}

TEST(Memory, WhatAFreshContextManagesAUsedOneDoes) {
  Program program = sample_program();
  AllocatorContext measured;
  Result<Output, AllocError> good =
      allocate(program.function.view(), program.machine, {}, measured);
  ASSERT_TRUE(good);
  std::size_t needed = measured.peak_memory();
  ASSERT_GT(needed, 1000u);
  AllocatorContext used;
  bool refused = false, allowed = false;
  for (std::size_t limit = 1; limit <= needed * 2; limit += needed / 16) {
    AllocatorOptions options;
    options.memory_limit = limit;
    AllocatorContext fresh;
    Result<Output, AllocError> a =
        allocate(program.function.view(), program.machine, options, fresh);
    Result<Output, AllocError> b =
        allocate(program.function.view(), program.machine, options, used);
    if (a) {
      ASSERT_TRUE(b) << limit;
      EXPECT_EQ(*a, *good);
      EXPECT_EQ(*b, *good);
      EXPECT_LE(fresh.peak_memory(), limit);
      allowed = true;
    } else {
      EXPECT_EQ(a.error().kind, AllocError::Kind::OutOfMemory);
      EXPECT_NE(a.error().message.find("limit"), std::string::npos);
      refused = true;
    }
  }
  EXPECT_TRUE(refused);
  EXPECT_TRUE(allowed);
}

TEST(Memory, ReleasedMemoryIsGone) {
  Program program = sample_program();
  AllocatorContext context;
  ASSERT_TRUE(allocate(program.function.view(), program.machine, {}, context));
  context.release_memory();
  AllocatorOptions options;
  options.memory_limit = context.peak_memory() * 2;
  EXPECT_TRUE(allocate(program.function.view(), program.machine, options, context));
}

TEST(Memory, MeterCountsAndRefuses) {
  MemoryMeter meter;
  meter.limit = 1000;
  MeterScope scope(meter);
  {
    Vector<char> some(600);
    EXPECT_EQ(meter.now, 600u);
    EXPECT_THROW(Vector<char>(401), std::bad_alloc);
    EXPECT_TRUE(meter.refused);
    EXPECT_EQ(meter.now, 600u);
  }
  EXPECT_EQ(meter.now, 0u);
  EXPECT_EQ(meter.peak, 600u);
}

}  // namespace
}  // namespace regproof
