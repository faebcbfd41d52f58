#include "ssagen/values.h"

namespace regproof {

void ValueOrder::begin_block() {
  Counts counts;
  for (std::size_t c = 0; c < kClassCount; ++c) {
    counts[c] = static_cast<std::uint32_t>(values_[c].size());
  }
  first_.push_back(counts);
}

void ValueOrder::add(VReg value, RegClass cls) {
  values_[index_of(cls)].push_back(value);
}

// A block's jump pointer spans as far as the two jumps below it where these are equally long, else
// just to its parent; so the pointers' lengths form a skew-binary number.
void ValueOrder::finish(const Dominance& dominance) {
  dominance_ = &dominance;
  begin_block();
  std::size_t count = first_.size() - 1;
  at_entry_.assign(count, Counts{});
  jump_.assign(count, 0);
  depth_.assign(count, 0);
  for (std::uint32_t block : dominance.order) {
    if (block == 0) continue;
    std::uint32_t parent = dominance.idom[block];
    for (RegClass cls : kClasses) {
      at_entry_[block][index_of(cls)] = at_entry(parent, cls) + count_in(parent, cls);
    }
    depth_[block] = depth_[parent] + 1;
    std::uint32_t up = jump_[parent];
    bool equal = depth_[parent] - depth_[up] == depth_[up] - depth_[jump_[up]];
    jump_[block] = equal ? jump_[up] : parent;
  }
}

VReg ValueOrder::value(std::uint32_t block, RegClass cls, std::uint32_t number) const {
  std::size_t c = index_of(cls);
  while (at_entry_[block][c] > number) {
    std::uint32_t up = jump_[block];
    block = at_entry_[up][c] > number ? up : dominance_->idom[block];
  }
  return values_[c][first_[block][c] + (number - at_entry_[block][c])];
}

}  // namespace regproof
