#include "allocator/interval_map.h"

#include <algorithm>

#include "base/check.h"
#include "base/work.h"

namespace regproof {

void IntervalMap::clear() {
  directory_.clear();
  leaves_.clear();
  unused_.clear();
}

std::size_t IntervalMap::leaf_for(ProgPoint point) const {
  auto after =
      std::upper_bound(directory_.begin(), directory_.end(), point.bits(),
                       [](std::uint32_t value, const Entry& entry) { return value < entry.first; });
  return after == directory_.begin() ? 0 : static_cast<std::size_t>(after - directory_.begin()) - 1;
}

std::uint32_t IntervalMap::new_leaf() {
  if (!unused_.empty()) {
    std::uint32_t leaf = unused_.back();
    unused_.pop_back();
    leaves_[leaf].size = 0;
    return leaf;
  }
  leaves_.emplace_back();
  return static_cast<std::uint32_t>(leaves_.size() - 1);
}

// Moves the upper half of a full leaf to a new one behind it.
void IntervalMap::divide(std::size_t entry) {
  std::uint32_t fresh = new_leaf();
  count_work((directory_.size() - entry) / 8);  // moved eight at a time
  Leaf& low = leaves_[directory_[entry].leaf];
  Leaf& high = leaves_[fresh];
  constexpr std::uint32_t kHalf = kCapacity / 2;
  std::copy(low.from + kHalf, low.from + kCapacity, high.from);
  std::copy(low.to + kHalf, low.to + kCapacity, high.to);
  std::copy(low.number + kHalf, low.number + kCapacity, high.number);
  std::copy(low.weight + kHalf, low.weight + kCapacity, high.weight);
  low.size = kHalf;
  high.size = kCapacity - kHalf;
  directory_.insert(directory_.begin() + static_cast<std::ptrdiff_t>(entry) + 1,
                    Entry{high.from[0], fresh});
}

void IntervalMap::insert(ProgPoint from, ProgPoint to, std::uint32_t number, float weight) {
  check([&] { return visit_overlaps(from, to, [](std::uint32_t, float) { return false; }); },
        "two bundles overlap in one register");
  if (directory_.empty()) directory_.push_back({from.bits(), new_leaf()});
  std::size_t entry = leaf_for(from);
  if (leaves_[directory_[entry].leaf].size == kCapacity) {
    divide(entry);
    entry = leaf_for(from);
  }
  Leaf& leaf = leaves_[directory_[entry].leaf];
  std::uint32_t at = static_cast<std::uint32_t>(
      std::lower_bound(leaf.from, leaf.from + leaf.size, from.bits()) - leaf.from);
  std::copy_backward(leaf.from + at, leaf.from + leaf.size, leaf.from + leaf.size + 1);
  std::copy_backward(leaf.to + at, leaf.to + leaf.size, leaf.to + leaf.size + 1);
  std::copy_backward(leaf.number + at, leaf.number + leaf.size, leaf.number + leaf.size + 1);
  std::copy_backward(leaf.weight + at, leaf.weight + leaf.size, leaf.weight + leaf.size + 1);
  leaf.from[at] = from.bits();
  leaf.to[at] = to.bits();
  leaf.number[at] = number;
  leaf.weight[at] = weight;
  ++leaf.size;
  directory_[entry].first = leaf.from[0];
}

void IntervalMap::erase(ProgPoint from) {
  std::size_t entry = leaf_for(from);
  Leaf& leaf = leaves_[directory_[entry].leaf];
  std::uint32_t at = static_cast<std::uint32_t>(
      std::lower_bound(leaf.from, leaf.from + leaf.size, from.bits()) - leaf.from);
  check([&] { return at < leaf.size && leaf.from[at] == from.bits(); },
        "an interval that was never inserted");
  std::copy(leaf.from + at + 1, leaf.from + leaf.size, leaf.from + at);
  std::copy(leaf.to + at + 1, leaf.to + leaf.size, leaf.to + at);
  std::copy(leaf.number + at + 1, leaf.number + leaf.size, leaf.number + at);
  std::copy(leaf.weight + at + 1, leaf.weight + leaf.size, leaf.weight + at);
  if (--leaf.size > 0) {
    directory_[entry].first = leaf.from[0];
    return;
  }
  count_work((directory_.size() - entry) / 8);
  unused_.push_back(directory_[entry].leaf);
  directory_.erase(directory_.begin() + static_cast<std::ptrdiff_t>(entry));
}

}  // namespace regproof
