// Finds a place for each item of one class, or shows that there is none: exact, with a budget.
//
// Each phase alone is a bipartite matching: those items that hold it and cannot share must stand in
// different places. A step of the search therefore
//
//   1. settles items with one place left, and takes that place from those that conflict with them
//      (items that it serves are done);
//   2. finds a matching for each phase, and strikes out the places that no matching of that phase
//      can use (what remains after the alternating paths and cycles of the matching are known);
//   3. tries to complete one phase's matching to an answer for both;
//   4. branches on the place of an item that links the phases or that may share, most constrained
//      and most often in trouble first. When a branch fails, the place is struck out together with
//      all places that no item tells from it, and for all items that are like this one.
//
// So where no item holds both phases and none may share, the answer comes without branching. After
// a few steps places that are no better than others are struck out for uses that share
// (feasible_sharing.cpp), a third bound sees everything at once (ir/feasible_weights.h), and the
// search starts over now and then, knowing better where the trouble is.
//
// Cost: a microsecond for a few dozen items without trouble; memory is kept. Depth is bounded by
// the places, and there is no recursion.
//
// Tested by tests/ir/feasible_sweep_test.cpp and tests/ir/feasible_stress_test.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "ir/feasible_matching.h"
#include "ir/feasible_model.h"
#include "ir/feasible_weights.h"

namespace regproof {

class PlaceSearch {
 public:
  enum class Verdict { Found, Impossible, Undecided };

  // On success `place_of(item)` answers. `max_nodes` bounds the branches that are tried; after
  // `plain_nodes` of them the dearer bounds come in.
  Verdict solve(std::span<const PlaceItem> items, std::uint64_t preferred, std::uint64_t max_nodes,
                std::uint64_t plain_nodes);

  // A hardware number.
  std::uint32_t place_of(std::size_t item) const {
    while (covered_by_[item] != kNotCovered) item = covered_by_[item];
    return places_[item];
  }
  std::uint64_t nodes() const { return nodes_; }

 private:
  // The live items of a level reach to the next level's first. `item` and `alternatives` say what is
  // being tried on the levels above.
  struct Level {
    std::size_t first = 0;
    std::uint32_t item = 0;
    std::uint64_t alternatives = 0;  // the place that is tried, and those that fail if it does
  };
  struct Branch {
    std::size_t index = 0;  // among the live items
    std::uint32_t place = 0;
  };

  void start(std::span<const PlaceItem> items, std::uint64_t preferred);
  Verdict solve_components();
  Verdict search(std::span<const LiveItem> live_items);
  bool search_within(std::uint64_t limit, Verdict& verdict);
  void push(const Branch& branch);
  void pop_and_exclude();

  bool propagate();
  bool settle_singles();
  bool settle(std::size_t index);
  bool choose_representatives(Phase phase);
  bool filter(Phase phase, bool& changed);
  bool filter_sharers(Phase phase, bool& changed);
  void reduce_sharers(bool& changed);
  void cover_sharers(bool& changed);
  void strike_worse_places(PlaceOwner owner, bool& changed);
  std::uint64_t better_places(PlaceOwner owner, std::uint32_t place) const;

  bool try_to_complete();
  bool complete_from(Phase phase);
  bool stand_sharers();
  void take_in_trial(std::size_t index, std::uint8_t place);

  Branch choose_branch() const;
  std::uint32_t choose_place(const LiveItem& chosen) const;
  std::uint64_t places_like(std::uint32_t place) const;

  bool represents(Phase phase, std::uint32_t item) const {
    return representative_[index_of(phase)][item] == stamp_[index_of(phase)];
  }
  PlaceOwner owner(Phase phase, std::uint32_t item) const {
    return phase == Phase::Early ? items_[item].early_owner : items_[item].late_owner;
  }
  std::span<LiveItem> live() { return std::span(live_).subspan(levels_.back().first); }
  std::span<const LiveItem> live() const { return std::span(live_).subspan(levels_.back().first); }
  void drop(std::size_t index);
  void found(std::uint32_t item, std::uint8_t place) {
    places_[item] = place;
    covered_by_[item] = kNotCovered;
  }

  static constexpr std::uint32_t kNotCovered = 0xffffffffu;

  std::span<const PlaceItem> items_;
  std::uint64_t preferred_ = 0;
  std::uint64_t nodes_ = 0;
  std::uint64_t max_nodes_ = 0;
  std::uint64_t plain_nodes_ = 0;

  std::vector<std::uint8_t> places_;       // by item
  std::vector<std::uint32_t> covered_by_;  // by item: stands where that one stands
  std::vector<std::uint8_t> shares_;       // by item: another item has its early owner
  std::vector<std::uint32_t> trouble_;     // by item: failures that it had a part in
  std::vector<LiveItem> live_;             // level after level
  std::vector<Level> levels_;
  std::vector<LiveItem> root_;
  std::vector<LiveItem> component_;
  std::vector<std::uint64_t> components_;
  std::vector<std::uint32_t> by_size_;

  std::array<PhaseMatching, 2> matching_;
  std::array<std::vector<std::uint32_t>, 2> representative_;  // by item: the last stamp it had
  std::array<std::uint32_t, 2> stamp_{};

  PhaseMatching completion_;
  std::vector<std::uint8_t> trial_;  // by live item
  std::array<std::array<PlaceOwner, 64>, 2> trial_owner_{};
  WeightBound bound_;
};

}  // namespace regproof
