// Sets of live ranges that are united step by step: a forest over numbers, where each root has the
// ranges of its tree, sorted, as a stretch of one array with room behind it.
//
// Cost: asking for an overlap, the shorter side times the logarithm of the longer; uniting, the
// smaller side plus what stands behind its first range in the larger one.
//
// Tested by tests/allocator/allocator_test.cpp and the `ion_checker` target, invariants on.
#pragma once

#include <cstdint>
#include <span>

#include "allocator/state.h"

namespace regproof {

class RangeForest {
 public:
  void clear() {
    trees_.clear();
    ranges_.clear();
  }
  // Trees are numbered as they are added. A tree's ranges are sorted and disjoint.
  void begin_tree();
  void add_range(const LiveRange& range) {
    ranges_.push_back(range);
    trees_.back().room = ++trees_.back().count;
  }

  std::uint32_t size() const { return static_cast<std::uint32_t>(trees_.size()); }
  std::uint32_t root(std::uint32_t tree) {
    while (trees_[tree].parent != tree) {
      trees_[tree].parent = trees_[trees_[tree].parent].parent;
      tree = trees_[tree].parent;
    }
    return tree;
  }
  std::span<LiveRange> ranges(std::uint32_t root) {
    return std::span(ranges_).subspan(trees_[root].first, trees_[root].count);
  }
  std::span<const LiveRange> ranges(std::uint32_t root) const {
    return std::span(ranges_).subspan(trees_[root].first, trees_[root].count);
  }
  bool overlap(std::uint32_t a, std::uint32_t b) const;
  // Two roots without overlap. The root with more ranges stays one; returns it.
  std::uint32_t unite(std::uint32_t a, std::uint32_t b);

 private:
  struct Tree {
    std::uint32_t parent = 0;
    std::uint32_t first = 0;  // in ranges_
    std::uint32_t count = 0;
    std::uint32_t room = 0;
  };

  Vector<Tree> trees_;
  Vector<LiveRange> ranges_;
};

}  // namespace regproof
