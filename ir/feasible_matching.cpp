#include "ir/feasible_matching.h"

#include <bit>

#include "base/check.h"

namespace regproof {
namespace {

constexpr std::uint64_t bit(std::uint32_t place) {
  return std::uint64_t{1} << place;
}

std::uint8_t lowest(std::uint64_t places) {
  return static_cast<std::uint8_t>(std::countr_zero(places));
}

}  // namespace

void PhaseMatching::start(std::size_t item_count) {
  hint_.assign(item_count, kNoPlace);
  clear();
}

void PhaseMatching::clear() {
  size_ = 0;
  used_ = 0;
}

std::size_t PhaseMatching::add(const LiveItem& item) {
  return add(item, hint_[item.item]);
}

std::size_t PhaseMatching::add(const LiveItem& item, std::uint8_t hint) {
  check([&] { return size_ < 64; }, "more items than places in a matching");
  std::size_t index = size_++;
  items_[index] = item;
  place_[index] = kNoPlace;
  if (hint != kNoPlace && (item.places & ~used_ & bit(hint)) != 0) {
    place_[index] = hint;
    user_[hint] = static_cast<std::uint8_t>(index);
    used_ |= bit(hint);
  }
  return index;
}

bool PhaseMatching::complete(std::uint64_t first_choice) {
  for (std::size_t i = 0; i < size_; ++i) {
    if (place_[i] == kNoPlace && !grow(i, first_choice)) return false;
  }
  for (std::size_t i = 0; i < size_; ++i) hint_[items_[i].item] = place_[i];
  return true;
}

bool PhaseMatching::grow(std::size_t index, std::uint64_t first_choice) {
  std::uint64_t visited = 0;
  queue_size_ = 0;
  queue_[queue_size_++] = static_cast<std::uint8_t>(index);
  for (std::size_t head = 0; head < queue_size_; ++head) {
    std::size_t at = queue_[head];
    std::uint64_t fresh = items_[at].places & ~visited;
    std::uint64_t free = fresh & ~used_;
    if (free != 0) {
      std::uint8_t place = lowest((free & first_choice) != 0 ? free & first_choice : free);
      used_ |= bit(place);
      for (;;) {
        std::uint8_t left = place_[at];
        place_[at] = place;
        user_[place] = static_cast<std::uint8_t>(at);
        if (at == index) return true;
        place = left;
        at = from_[place];
      }
    }
    visited |= fresh;
    for (; fresh != 0; fresh &= fresh - 1) {
      std::uint8_t place = lowest(fresh);
      from_[place] = static_cast<std::uint8_t>(at);
      queue_[queue_size_++] = user_[place];
    }
  }
  return false;
}

std::uint64_t PhaseMatching::reach(std::uint64_t from, std::uint64_t within,
                                   const std::array<std::uint64_t, 64>& next) const {
  std::uint64_t reached = from, fresh = from;
  while (fresh != 0) {
    std::uint64_t more = 0;
    for (; fresh != 0; fresh &= fresh - 1) more |= next[lowest(fresh)];
    fresh = more & within & ~reached;
    reached |= fresh;
  }
  return reached;
}

// An arc leads from an item's place to each other place that the item could take.
void PhaseMatching::analyze(std::uint64_t all_places) {
  loose_ = all_places & ~used_;
  std::uint64_t rest = used_;
  for (bool grown = true; grown && rest != 0;) {
    grown = false;
    for (std::uint64_t todo = rest; todo != 0; todo &= todo - 1) {
      std::uint8_t place = lowest(todo);
      if ((items_[user_[place]].places & loose_) == 0) continue;
      loose_ |= bit(place);
      rest &= ~bit(place);
      grown = true;
    }
  }
  if (rest == 0) return;
  std::array<std::uint64_t, 64> next;
  std::array<std::uint64_t, 64> previous;
  for (std::uint64_t todo = rest; todo != 0; todo &= todo - 1) previous[lowest(todo)] = 0;
  for (std::uint64_t todo = rest; todo != 0; todo &= todo - 1) {
    std::uint8_t place = lowest(todo);
    next[place] = items_[user_[place]].places & rest;
    for (std::uint64_t to = next[place]; to != 0; to &= to - 1) previous[lowest(to)] |= bit(place);
  }
  while (rest != 0) {
    std::uint64_t first = rest & (~rest + 1);
    std::uint64_t mutual = reach(first, rest, next) & reach(first, rest, previous);
    for (std::uint64_t todo = mutual; todo != 0; todo &= todo - 1) {
      component_[lowest(todo)] = mutual;
    }
    rest &= ~mutual;
  }
}

std::uint64_t PhaseMatching::supported(std::size_t index) const {
  const LiveItem& item = items_[index];
  std::uint8_t place = place_[index];
  return item.places & ((loose_ & bit(place)) != 0 ? loose_ : component_[place]);
}

}  // namespace regproof
