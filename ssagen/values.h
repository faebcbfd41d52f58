// Which values a use may name, and how: the definitions of one class along the dominator tree, from
// the entry down to a block, counted from 0. The value at distance d from a point is number
// (available there - 1 - d). Encoder and decoder share this numbering.
//
//   entry defines a, b ; block1 (dominated by it) has parameter c and defines d
//   at block1's end: a b c d = 0 1 2 3; distance 0 is d, distance 3 is a
//
// Cost: linear to build; a look-up walks jump pointers up the tree, logarithmic in its depth.
//
// Tested by tests/ssagen/ssagen_test.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "ir/function.h"
#include "ssagen/graph.h"

namespace regproof {

class ValueOrder {
 public:
  // All definitions of a block, in order, are added before those of the next block.
  void begin_block();
  void add(VReg value, RegClass cls);
  // After all blocks. `dominance` outlives this.
  void finish(const Dominance& dominance);

  // Definitions available before the block's own.
  std::uint32_t at_entry(std::uint32_t block, RegClass cls) const {
    return at_entry_[block][index_of(cls)];
  }
  // The block's own.
  std::uint32_t count_in(std::uint32_t block, RegClass cls) const {
    return first_[block + 1][index_of(cls)] - first_[block][index_of(cls)];
  }
  // The value with this number, seen from the block.
  VReg value(std::uint32_t block, RegClass cls, std::uint32_t number) const;

 private:
  using Counts = std::array<std::uint32_t, kClassCount>;
  const Dominance* dominance_ = nullptr;
  std::array<std::vector<VReg>, kClassCount> values_;  // by block
  std::vector<Counts> first_;                          // one more than blocks: places in `values_`
  std::vector<Counts> at_entry_;
  std::vector<std::uint32_t> jump_;  // an ancestor far up
  std::vector<std::uint32_t> depth_;
};

}  // namespace regproof
