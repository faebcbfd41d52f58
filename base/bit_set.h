// A dense set of small integers: one bit for each number below a fixed size. Add, remove and test
// are one memory access; union and intersection go word by word; iteration skips empty words and
// visits members in ascending order.
//
// Tested by tests/base/bit_set_test.cpp.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.h"

namespace regproof {

class BitSet {
 public:
  BitSet() = default;
  explicit BitSet(std::size_t size) { reset(size); }

  // Makes the set empty, over the numbers below `size`; keeps its memory.
  void reset(std::size_t size) {
    size_ = size;
    words_.assign((size + 63) / 64, 0);
  }

  std::size_t size() const { return size_; }

  bool contains(std::size_t n) const {
    check([&] { return n < size_; }, "bit beyond the set");
    return (words_[n / 64] >> (n % 64)) & 1;
  }
  // True if `n` was not in the set before.
  bool add(std::size_t n) {
    check([&] { return n < size_; }, "bit beyond the set");
    std::uint64_t mask = std::uint64_t{1} << (n % 64);
    bool fresh = (words_[n / 64] & mask) == 0;
    words_[n / 64] |= mask;
    return fresh;
  }
  void remove(std::size_t n) {
    check([&] { return n < size_; }, "bit beyond the set");
    words_[n / 64] &= ~(std::uint64_t{1} << (n % 64));
  }
  // True if that changed this set. Both sets have the same size.
  bool unite(const BitSet& other) {
    check([&] { return size_ == other.size_; }, "sets of different sizes");
    std::uint64_t changed = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      changed |= other.words_[i] & ~words_[i];
      words_[i] |= other.words_[i];
    }
    return changed != 0;
  }
  void intersect(const BitSet& other) {
    check([&] { return size_ == other.size_; }, "sets of different sizes");
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
  }
  std::size_t count() const {
    std::size_t total = 0;
    for (std::uint64_t word : words_) total += static_cast<std::size_t>(std::popcount(word));
    return total;
  }
  bool empty() const {
    for (std::uint64_t word : words_) {
      if (word != 0) return false;
    }
    return true;
  }
  // Calls `visit(n)` for each member in ascending order.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (std::uint64_t word = words_[i]; word != 0; word &= word - 1) {
        visit(i * 64 + static_cast<std::size_t>(std::countr_zero(word)));
      }
    }
  }

  friend bool operator==(const BitSet&, const BitSet&) = default;

 private:
  std::size_t size_ = 0;
  std::vector<std::uint64_t> words_;
};

}  // namespace regproof
