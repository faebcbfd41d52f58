// A matching of items to different places, 64 at most, kept as bit masks.
//
// `grow` is the augmenting path of Berge and Kuhn by breadth, so each place is looked at once. After
// a failed `grow` the items in `seen()` compete for fewer places than they are: Hall's condition
// broken. `supported` says which places of an item some complete matching can use: those from which
// an alternating path leads to a free place, and those on an alternating cycle with its own.
//
// Cost: `grow` at most 64 steps; `analyze` a few per place. Tested with the search that uses it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace regproof {

enum class Phase : std::uint8_t { Early, Late };
constexpr std::size_t index_of(Phase phase) {
  return static_cast<std::size_t>(phase);
}

// An item that has no place yet, and those that it may still have.
struct LiveItem {
  std::uint32_t item = 0;
  std::uint64_t places = 0;
};

class PhaseMatching {
 public:
  static constexpr std::uint8_t kNoPlace = 0xff;

  // Forgets the items, keeps the places they had as a hint for the next time: by item number.
  void start(std::size_t item_count);
  void clear();

  // Adds an item and takes the place that it had last, if that is free. Returns its index.
  std::size_t add(const LiveItem& item);
  // The same without or with another hint.
  std::size_t add(const LiveItem& item, std::uint8_t hint);
  // Completes the matching over the added items; false if that is impossible.
  bool complete(std::uint64_t first_choice);

  std::size_t size() const { return size_; }
  const LiveItem& item(std::size_t index) const { return items_[index]; }
  std::uint8_t place(std::size_t index) const { return place_[index]; }
  std::uint64_t used() const { return used_; }
  std::uint8_t last_place_of(std::uint32_t item) const { return hint_[item]; }

  // After a failed `complete`: indices of the items that are too many.
  std::span<const std::uint8_t> seen() const { return std::span(queue_).first(queue_size_); }

  // After a successful `complete`: prepares `supported`.
  void analyze(std::uint64_t all_places);
  std::uint64_t supported(std::size_t index) const;
  // Places from which a free one can be reached: not in any tight set.
  std::uint64_t loose() const { return loose_; }

 private:
  bool grow(std::size_t index, std::uint64_t first_choice);
  std::uint64_t reach(std::uint64_t from, std::uint64_t within,
                      const std::array<std::uint64_t, 64>& next) const;

  std::size_t size_ = 0;
  std::uint64_t used_ = 0;
  std::array<LiveItem, 64> items_;
  std::array<std::uint8_t, 64> place_;  // by index
  std::array<std::uint8_t, 64> user_;   // by place
  std::array<std::uint8_t, 64> queue_;
  std::size_t queue_size_ = 0;
  std::array<std::uint8_t, 64> from_;  // by place: the index that reached it
  std::vector<std::uint8_t> hint_;     // by item
  std::uint64_t loose_ = 0;
  std::array<std::uint64_t, 64> component_;  // by place, of those that are not loose
};

}  // namespace regproof
