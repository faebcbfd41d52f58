// Bump allocation: memory that is handed out by moving a pointer and given back all at once.
//
//   Arena arena;
//   std::span<Use> uses = arena.array<Use>(40);   // uninitialized, trivially destructible types only
//   arena.reset();                                // everything above is gone; the slabs stay
//
// `reset` keeps the memory for the next function and, under AddressSanitizer, poisons it, so that a
// pointer that outlives its function is found. Cost: an addition and a comparison per allocation; a
// new slab, twice as large as the last (up to 4 MiB, more where one request needs it), when full.
//
// Tested by tests/base/arena_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <vector>

namespace regproof {

class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena();

  // `count` uninitialized items. Throws std::bad_alloc when the system has no memory.
  template <class T>
  std::span<T> array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    static_assert(alignof(T) <= kAlignment);
    if (count > SIZE_MAX / sizeof(T)) throw std::bad_array_new_length();
    return {static_cast<T*>(allocate(count * sizeof(T))), count};
  }

  // Gives everything back, keeps the slabs.
  void reset();

  // Bytes in slabs, used or not.
  std::size_t reserved_bytes() const;

 private:
  static constexpr std::size_t kAlignment = 16;
  static constexpr std::size_t kFirstSlab = std::size_t{16} << 10;
  static constexpr std::size_t kLargestSlab = std::size_t{4} << 20;

  struct Slab {
    std::unique_ptr<std::byte[]> memory;
    std::size_t size;
  };

  void* allocate(std::size_t bytes);
  void use_slab_of(std::size_t bytes);

  std::vector<Slab> slabs_;
  std::size_t current_ = 0;  // slabs before this one are full
  std::byte* next_ = nullptr;
  std::byte* end_ = nullptr;
};

}  // namespace regproof
