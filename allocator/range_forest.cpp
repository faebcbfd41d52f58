#include "allocator/range_forest.h"

#include <algorithm>
#include <utility>

#include "base/work.h"

namespace regproof {

void RangeForest::begin_tree() {
  trees_.push_back({size(), static_cast<std::uint32_t>(ranges_.size()), 0, 0});
}

bool RangeForest::overlap(std::uint32_t a, std::uint32_t b) const {
  std::span<const LiveRange> few = ranges(a), many = ranges(b);
  if (few.size() > many.size()) std::swap(few, many);
  count_work(few.size());
  for (const LiveRange& range : few) {
    auto next =
        std::upper_bound(many.begin(), many.end(), range.from,
                         [](ProgPoint point, const LiveRange& other) { return point < other.to; });
    if (next != many.end() && next->from < range.to) return true;
  }
  return false;
}

// Merges from behind, so that what stands in front of the newcomers is not touched.
std::uint32_t RangeForest::unite(std::uint32_t a, std::uint32_t b) {
  if (trees_[a].count < trees_[b].count) std::swap(a, b);
  Tree &into = trees_[a], &from = trees_[b];
  if (into.count + from.count > into.room) {
    auto first = static_cast<std::uint32_t>(ranges_.size());
    into.room = (into.count + from.count) * 2;
    ranges_.resize(ranges_.size() + into.room);
    count_work(into.count);
    std::copy_n(ranges_.begin() + into.first, into.count, ranges_.begin() + first);
    into.first = first;
  }
  LiveRange* base = ranges_.data() + into.first;
  const LiveRange* other = ranges_.data() + from.first;
  std::uint32_t i = into.count, j = from.count;
  while (j > 0) {
    count_work(1);
    bool later = i > 0 && base[i - 1].from > other[j - 1].from;
    base[i + j - 1] = later ? base[i - 1] : other[j - 1];
    --(later ? i : j);
  }
  into.count += from.count;
  from.count = 0;
  from.parent = a;
  return a;
}

}  // namespace regproof
