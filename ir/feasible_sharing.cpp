// The part of the search for uses of one vreg, which may stand in one place. What makes them hard is
// hitting set: how few registers serve all of them. So beside the filter and the completion that the
// search wants for them, two reductions known from there: a use that is served wherever another one
// stands is dropped, and so is a place that another one beats.
//
// Tested by tests/ir/feasible_sweep_test.cpp and tests/ir/feasible_stress_test.cpp.
#include <bit>

#include "ir/feasible_search.h"

namespace regproof {
namespace {

constexpr std::uint64_t bit(std::uint32_t place) {
  return std::uint64_t{1} << place;
}
std::uint8_t lowest(std::uint64_t places) {
  return static_cast<std::uint8_t>(std::countr_zero(places));
}

}  // namespace

// A place outside of the loose ones is used by a representative in every answer, so only who may
// stand with that one can stand there.
bool PlaceSearch::filter_sharers(Phase phase, bool& changed) {
  PhaseMatching& matching = matching_[index_of(phase)];
  std::size_t first_sharer = 0;
  while (first_sharer < matching.size() && !shares_[matching.item(first_sharer).item]) {
    ++first_sharer;
  }
  std::size_t next = first_sharer;
  for (std::uint32_t i : by_size_) {
    LiveItem& item = live()[i];
    std::uint64_t allowed = matching.loose();
    if (represents(phase, item.item)) {
      allowed = matching.supported(next++);
    } else {
      for (std::size_t k = first_sharer; k < matching.size(); ++k) {
        const LiveItem& chosen = matching.item(k);
        if (!conflict(items_[chosen.item], items_[item.item])) allowed |= chosen.places;
      }
    }
    changed |= (item.places & ~allowed) != 0;
    item.places &= allowed;
    if (item.places == 0) {
      ++trouble_[item.item];
      return false;
    }
  }
  return true;
}

// Items that no matching placed share with those that have a place, or stand where nobody does.
bool PlaceSearch::stand_sharers() {
  for (std::size_t i = 0; i < live().size(); ++i) {
    if (trial_[i] != PhaseMatching::kNoPlace) continue;
    const PlaceItem& model = items_[live()[i].item];
    std::uint8_t found = PhaseMatching::kNoPlace;
    for (std::uint64_t todo = live()[i].places; todo != 0; todo &= todo - 1) {
      std::uint8_t place = lowest(todo);
      PlaceItem there{0, trial_owner_[0][place], trial_owner_[1][place]};
      if (conflict(there, model)) continue;
      found = place;
      if (serves(there, model)) break;
    }
    if (found == PhaseMatching::kNoPlace) return false;
    take_in_trial(i, found);
  }
  return true;
}

void PlaceSearch::reduce_sharers(bool& changed) {
  cover_sharers(changed);
  for (std::size_t i = 0; i < live().size(); ++i) {
    std::uint32_t item = live()[i].item;
    if (!shares_[item]) continue;
    PlaceOwner early_owner = items_[item].early_owner;
    bool first = true;
    for (std::size_t k = 0; k < i && first; ++k) {
      first = items_[live()[k].item].early_owner != early_owner;
    }
    if (first) strike_worse_places(early_owner, changed);
  }
}

// Of two items of which one serves the other in all its places, the other needs no place of its own.
void PlaceSearch::cover_sharers(bool& changed) {
  for (std::size_t i = 0; i < live().size(); ++i) {
    if (!shares_[live()[i].item]) continue;
    for (std::size_t k = 0; k < live().size();) {
      const LiveItem& by = live()[i];
      const LiveItem& item = live()[k];
      bool covered = k != i && shares_[item.item] && (by.places & ~item.places) == 0 &&
                     items_[by.item].early_owner == items_[item.item].early_owner &&
                     serves(items_[by.item], items_[item.item]);
      if (!covered) {
        ++k;
        continue;
      }
      covered_by_[item.item] = by.item;
      changed = true;
      if (i + 1 == live().size()) i = k;  // the last one moves into the gap
      drop(k);
    }
  }
}

void PlaceSearch::strike_worse_places(PlaceOwner early_owner, bool& changed) {
  std::uint64_t all = 0;
  for (const LiveItem& item : live()) {
    const PlaceItem& model = items_[item.item];
    if (model.early_owner != early_owner) continue;
    // The input of a reuse shares its place at one phase only; leave that to the search.
    if (model.late_owner != kNobody && model.late_owner != early_owner) return;
    all |= item.places;
  }
  for (std::uint64_t todo = all; todo != 0; todo &= todo - 1) {
    std::uint8_t place = lowest(todo);
    if (better_places(early_owner, place) == 0) continue;
    changed = true;
    for (LiveItem& item : live()) {
      if (items_[item.item].early_owner == early_owner) item.places &= ~bit(place);
    }
  }
}

// Places that serve this owner's items at least as well, and from which whoever else stands there in
// an answer can move to `place` instead. An early or linking item of another value moves there by
// itself; a late one that stood at `place`, beside an early use, may have to make room.
std::uint64_t PlaceSearch::better_places(PlaceOwner early_owner, std::uint32_t place) const {
  std::uint64_t better = ~bit(place);
  for (const LiveItem& item : live()) {
    const PlaceItem& model = items_[item.item];
    bool here = (item.places & bit(place)) != 0;
    if (model.early_owner == early_owner) {
      if (here) better &= item.places;
    } else if (!here) {
      better &= ~item.places;
    } else if (model.early_owner == kNobody) {
      better &= item.places;
    }
  }
  return better;
}

}  // namespace regproof
