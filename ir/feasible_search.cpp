#include "ir/feasible_search.h"

#include <algorithm>
#include <bit>

#include "base/check.h"

namespace regproof {
namespace {

// Rounds of the bound by weights at each step, and where the search starts.
constexpr int kRounds = 40;
constexpr int kRootRounds = 400;
// Steps until the search starts over; half as many more each time.
constexpr std::uint64_t kFirstRestart = 64;
// Live items that cost as much as one step.
constexpr std::size_t kItemsPerNode = 64;

constexpr std::uint64_t bit(std::uint32_t place) {
  return std::uint64_t{1} << place;
}
std::uint8_t lowest(std::uint64_t places) {
  return static_cast<std::uint8_t>(std::countr_zero(places));
}
constexpr Phase other(Phase phase) {
  return phase == Phase::Early ? Phase::Late : Phase::Early;
}

}  // namespace

PlaceSearch::Verdict PlaceSearch::solve(std::span<const PlaceItem> items, std::uint64_t preferred,
                                        std::uint64_t max_nodes, std::uint64_t plain_nodes) {
  nodes_ = 0;
  max_nodes_ = max_nodes;
  plain_nodes_ = plain_nodes;
  start(items, preferred);
  if (!propagate()) return Verdict::Impossible;
  if (try_to_complete()) return Verdict::Found;
  return solve_components();
}

void PlaceSearch::start(std::span<const PlaceItem> items, std::uint64_t preferred) {
  items_ = items;
  preferred_ = preferred;
  places_.assign(items.size(), PhaseMatching::kNoPlace);
  covered_by_.assign(items.size(), kNotCovered);
  trouble_.assign(items.size(), 0);
  shares_.assign(items.size(), 0);
  live_.clear();
  levels_.assign(1, Level{});
  by_size_.clear();
  for (std::uint32_t i = 0; i < items.size(); ++i) {
    live_.push_back({i, items[i].places});
    if (items[i].early_owner != kNobody) by_size_.push_back(i);
  }
  std::sort(by_size_.begin(), by_size_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return items[a].early_owner < items[b].early_owner;
  });
  for (std::size_t i = 1; i < by_size_.size(); ++i) {
    std::uint32_t a = by_size_[i - 1], b = by_size_[i];
    if (items[a].early_owner == items[b].early_owner) shares_[a] = shares_[b] = 1;
  }
  for (Phase phase : {Phase::Early, Phase::Late}) {
    matching_[index_of(phase)].start(items.size());
    representative_[index_of(phase)].assign(items.size(), 0);
  }
  stamp_ = {0, 0};
  completion_.start(items.size());
  bound_.start(items.size());
}

// Items whose places have nothing in common do not meet, so that trouble in one part is not sought
// in another.
PlaceSearch::Verdict PlaceSearch::solve_components() {
  root_.assign(live_.begin(), live_.end());
  components_.clear();
  for (const LiveItem& item : root_) {
    std::uint64_t joined = item.places;
    std::erase_if(components_, [&](std::uint64_t component) {
      if ((component & item.places) == 0) return false;
      joined |= component;
      return true;
    });
    components_.push_back(joined);
  }
  for (std::uint64_t component : components_) {
    component_.clear();
    for (const LiveItem& item : root_) {
      if ((item.places & component) != 0) component_.push_back(item);
    }
    Verdict verdict = search(component_);
    if (verdict != Verdict::Found) return verdict;
  }
  return Verdict::Found;
}

PlaceSearch::Verdict PlaceSearch::search(std::span<const LiveItem> live_items) {
  Verdict verdict = Verdict::Undecided;
  for (std::uint64_t length = kFirstRestart;; length += length / 2) {
    live_.assign(live_items.begin(), live_items.end());
    levels_.assign(1, Level{});
    if (search_within(std::min(nodes_ + length, max_nodes_), verdict)) return verdict;
    if (nodes_ >= max_nodes_) return Verdict::Undecided;
  }
}

// False if it came to no end before the limit.
bool PlaceSearch::search_within(std::uint64_t limit, Verdict& verdict) {
  for (;;) {
    if (propagate()) {
      verdict = Verdict::Found;
      if (try_to_complete()) return true;
      nodes_ += 1 + live().size() / kItemsPerNode;
      if (nodes_ > limit) return false;
      push(choose_branch());
    } else {
      verdict = Verdict::Impossible;
      if (levels_.size() == 1) return true;
      pop_and_exclude();
    }
  }
}

void PlaceSearch::push(const Branch& branch) {
  Level& level = levels_.back();
  std::size_t first = level.first, last = live_.size();
  level.item = live_[first + branch.index].item;
  level.alternatives = places_like(branch.place);
  live_.resize(last + (last - first));
  std::copy(live_.begin() + static_cast<std::ptrdiff_t>(first),
            live_.begin() + static_cast<std::ptrdiff_t>(last),
            live_.begin() + static_cast<std::ptrdiff_t>(last));
  live_[last + branch.index].places = bit(branch.place);
  levels_.push_back({last, 0, 0});
}

// The item cannot stand in the place that was tried. Nor can it in a place that no item tells from
// that one, nor can an item that differs from it by name only.
void PlaceSearch::pop_and_exclude() {
  live_.resize(levels_.back().first);
  levels_.pop_back();
  const Level& level = levels_.back();
  auto chosen = std::find_if(live().begin(), live().end(),
                             [&](const LiveItem& item) { return item.item == level.item; });
  std::uint64_t places = chosen->places;
  const PlaceItem& model = items_[level.item];
  bool twins = !shares_[level.item];
  for (LiveItem& item : live()) {
    const PlaceItem& its = items_[item.item];
    bool twin = twins && !shares_[item.item] && item.places == places &&
                (its.early_owner == kNobody) == (model.early_owner == kNobody) &&
                (its.late_owner == kNobody) == (model.late_owner == kNobody);
    if (twin || item.item == level.item) item.places &= ~level.alternatives;
  }
}

// Order among live items means nothing but which of two equals is chosen.
void PlaceSearch::drop(std::size_t index) {
  live()[index] = live_.back();
  live_.pop_back();
}

// False if the live items cannot all have places.
bool PlaceSearch::propagate() {
  for (bool changed = true; changed;) {
    changed = false;
    if (!settle_singles()) return false;
    if (!filter(Phase::Early, changed)) return false;
    if (!filter(Phase::Late, changed)) return false;
    if (nodes_ >= plain_nodes_ && !changed) reduce_sharers(changed);
  }
  if (nodes_ < plain_nodes_) return true;
  return !bound_.refutes(items_, live(), shares_, levels_.size() == 1 ? kRootRounds : kRounds);
}

bool PlaceSearch::settle_singles() {
  for (std::size_t i = 0; i < live().size();) {
    std::uint64_t places = live()[i].places;
    if (places == 0) {
      ++trouble_[live()[i].item];
      return false;
    }
    if (!std::has_single_bit(places)) {
      ++i;
      continue;
    }
    if (!settle(i)) return false;
    i = 0;
  }
  return true;
}

// The item has one place left and takes it.
bool PlaceSearch::settle(std::size_t index) {
  LiveItem settled = live()[index];
  found(settled.item, lowest(settled.places));
  drop(index);
  const PlaceItem& model = items_[settled.item];
  for (std::size_t i = 0; i < live().size();) {
    LiveItem& item = live()[i];
    if ((item.places & settled.places) == 0) {
      ++i;
    } else if (serves(model, items_[item.item])) {
      found(item.item, lowest(settled.places));
      drop(i);
    } else {
      if (conflict(model, items_[item.item])) item.places &= ~settled.places;
      if (item.places == 0) {
        ++trouble_[item.item];
        ++trouble_[settled.item];
        return false;
      }
      ++i;
    }
  }
  return true;
}

// Items that must stand in different places at the phase: all that share with nobody, and of those
// that do the ones that conflict or have no place in common, the most constrained first.
bool PlaceSearch::choose_representatives(Phase phase) {
  PhaseMatching& matching = matching_[index_of(phase)];
  std::vector<std::uint32_t>& mark = representative_[index_of(phase)];
  std::uint32_t stamp = ++stamp_[index_of(phase)];
  matching.clear();
  by_size_.clear();
  for (std::uint32_t i = 0; i < live().size(); ++i) {
    const LiveItem& item = live()[i];
    if (owner(phase, item.item) == kNobody) continue;
    if (shares_[item.item]) {
      by_size_.push_back(i);
      continue;
    }
    if (matching.size() == 64) return false;
    mark[item.item] = stamp;
    matching.add(item);
  }
  std::sort(by_size_.begin(), by_size_.end(), [&](std::uint32_t a, std::uint32_t b) {
    int x = std::popcount(live()[a].places), y = std::popcount(live()[b].places);
    return x != y ? x < y : live()[a].item < live()[b].item;
  });
  std::size_t first_sharer = matching.size();
  for (std::uint32_t i : by_size_) {
    const LiveItem& item = live()[i];
    bool apart = true;
    for (std::size_t k = first_sharer; k < matching.size() && apart; ++k) {
      const LiveItem& chosen = matching.item(k);
      apart =
          (chosen.places & item.places) == 0 || conflict(items_[chosen.item], items_[item.item]);
    }
    if (!apart) continue;
    if (matching.size() == 64) return false;
    mark[item.item] = stamp;
    matching.add(item);
  }
  return true;
}

bool PlaceSearch::filter(Phase phase, bool& changed) {
  if (!choose_representatives(phase)) return false;
  PhaseMatching& matching = matching_[index_of(phase)];
  if (!matching.complete(preferred_)) {
    for (std::uint8_t index : matching.seen()) ++trouble_[matching.item(index).item];
    return false;
  }
  matching.analyze(~std::uint64_t{0});
  std::size_t next = 0;
  // Those that share with nobody were added in the order of the live items; the others follow.
  for (LiveItem& item : live()) {
    if (shares_[item.item] || owner(phase, item.item) == kNobody) continue;
    std::uint64_t supported = matching.supported(next++);
    changed |= supported != item.places;
    item.places = supported;
  }
  return by_size_.empty() || filter_sharers(phase, changed);
}

// After `propagate`, each phase has a matching. Keeps what it says about the items that link the
// phases and looks for a matching of the rest.
bool PlaceSearch::try_to_complete() {
  return complete_from(Phase::Early) || complete_from(Phase::Late);
}

bool PlaceSearch::complete_from(Phase phase) {
  const PhaseMatching& leading = matching_[index_of(phase)];
  trial_.assign(live().size(), PhaseMatching::kNoPlace);
  for (auto& owners : trial_owner_) owners.fill(kNobody);
  completion_.clear();
  by_size_.clear();  // live items in the order of `completion_`
  for (std::uint32_t i = 0; i < live().size(); ++i) {
    const LiveItem& item = live()[i];
    if (!represents(phase, item.item)) continue;
    std::uint8_t place = leading.last_place_of(item.item);
    take_in_trial(i, place);
    if (!items_[item.item].holds_both()) continue;
    completion_.add({item.item, bit(place)}, place);
    by_size_.push_back(i);
  }
  for (std::uint32_t i = 0; i < live().size(); ++i) {
    const LiveItem& item = live()[i];
    if (items_[item.item].holds_both() || !represents(other(phase), item.item)) continue;
    if (completion_.size() == 64) return false;
    completion_.add(item, matching_[index_of(other(phase))].last_place_of(item.item));
    by_size_.push_back(i);
  }
  if (!completion_.complete(preferred_)) return false;
  for (std::size_t k = 0; k < completion_.size(); ++k) {
    take_in_trial(by_size_[k], completion_.place(k));
  }
  if (!stand_sharers()) return false;
  for (std::size_t i = 0; i < live().size(); ++i) found(live()[i].item, trial_[i]);
  return true;
}

void PlaceSearch::take_in_trial(std::size_t index, std::uint8_t place) {
  trial_[index] = place;
  for (Phase phase : {Phase::Early, Phase::Late}) {
    PlaceOwner holder = owner(phase, live()[index].item);
    if (holder != kNobody) trial_owner_[index_of(phase)][place] = holder;
  }
}

// Where no item links the phases and none may share, `try_to_complete` has succeeded.
PlaceSearch::Branch PlaceSearch::choose_branch() const {
  auto items = live();
  std::size_t best = items.size();
  for (std::size_t i = 0; i < items.size(); ++i) {
    std::uint32_t item = items[i].item;
    if (!items_[item].holds_both() && !shares_[item]) continue;
    if (best == items.size()) {
      best = i;
      continue;
    }
    auto size = [](const LiveItem& it) {
      return static_cast<std::uint64_t>(std::popcount(it.places));
    };
    std::uint64_t mine = size(items[i]) * (std::uint64_t{1} + trouble_[items[best].item]);
    std::uint64_t its = size(items[best]) * (std::uint64_t{1} + trouble_[item]);
    if (mine < its) best = i;
  }
  check([&] { return best < items.size(); }, "nothing to branch on, yet no answer");
  return {best, choose_place(items[best])};
}

// A place that serves most items of the same vreg; else where the early matching would have it.
std::uint32_t PlaceSearch::choose_place(const LiveItem& chosen) const {
  std::uint8_t hint = matching_[0].last_place_of(chosen.item);
  bool hinted = hint != PhaseMatching::kNoPlace && (chosen.places & bit(hint)) != 0;
  std::uint32_t best = hinted ? hint : lowest(chosen.places);
  if (!shares_[chosen.item]) return best;
  std::array<std::uint32_t, 64> served{};
  for (const LiveItem& item : live()) {
    if (!serves(items_[chosen.item], items_[item.item])) continue;
    for (std::uint64_t todo = item.places & chosen.places; todo != 0; todo &= todo - 1) {
      ++served[lowest(todo)];
    }
  }
  for (std::uint64_t todo = chosen.places; todo != 0; todo &= todo - 1) {
    if (served[lowest(todo)] > served[best]) best = lowest(todo);
  }
  return best;
}

// The places, this one included, that every live item may have or not have alike.
std::uint64_t PlaceSearch::places_like(std::uint32_t place) const {
  std::uint64_t like = ~std::uint64_t{0};
  for (const LiveItem& item : live()) {
    like &= (item.places & bit(place)) != 0 ? item.places : ~item.places;
  }
  return like;
}

}  // namespace regproof
