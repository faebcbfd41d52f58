// Disjoint intervals of program points, each with a number and a weight: who holds one register when,
// and how dearly. Weights stand here so that asking for them touches nothing else.
//
// Two levels: leaves of at most 32 intervals, sorted; a directory of their first points. Finding,
// adding and removing cost a binary search in the directory and moves within one leaf.
//
// Tested by tests/allocator/interval_map_test.cpp.
#pragma once

#include <cstdint>

#include "allocator/metered.h"
#include "base/work.h"
#include "ir/function.h"

namespace regproof {

class IntervalMap {
 public:
  void clear();
  bool empty() const { return directory_.empty(); }

  // [from, to) overlaps nothing in the map.
  void insert(ProgPoint from, ProgPoint to, std::uint32_t number, float weight);
  // An interval that was inserted from this point.
  void erase(ProgPoint from);

  // Calls `visit(number, weight)` for the intervals that overlap [from, to), in ascending order, until it
  // returns false. False if it did.
  template <class Visit>
  bool visit_overlaps(ProgPoint from, ProgPoint to, Visit&& visit) const {
    if (directory_.empty()) return true;
    for (std::size_t d = leaf_for(from); d < directory_.size(); ++d) {
      const Leaf& leaf = leaves_[directory_[d].leaf];
      count_work(1);
      if (leaf.from[0] >= to.bits()) return true;
      for (std::uint32_t i = 0; i < leaf.size; ++i) {
        if (leaf.to[i] <= from.bits()) continue;
        if (leaf.from[i] >= to.bits()) return true;
        count_work(1);
        if (!visit(leaf.number[i], leaf.weight[i])) return false;
      }
    }
    return true;
  }

 private:
  static constexpr std::uint32_t kCapacity = 32;
  struct Leaf {
    std::uint32_t size = 0;
    std::uint32_t from[kCapacity];
    std::uint32_t to[kCapacity];
    std::uint32_t number[kCapacity];
    float weight[kCapacity];
  };
  struct Entry {
    std::uint32_t first;  // of the leaf's intervals
    std::uint32_t leaf;
  };

  // The last directory entry whose first point is at or before `point`, or the first entry.
  std::size_t leaf_for(ProgPoint point) const;
  std::uint32_t new_leaf();
  void divide(std::size_t entry);

  Vector<Entry> directory_;
  Vector<Leaf> leaves_;
  Vector<std::uint32_t> unused_;
};

}  // namespace regproof
