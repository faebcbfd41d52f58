// The claims of debug locations, and when to look at one: a watcher of `run_block`.
//
// A claim is looked at again only where its truth may change: where it begins, at the head of each
// block, where its place is written, and where a request of its label ends. (A def makes no other
// place stale: along the first way to come to a def of v, v has not been made yet, so no place is known
// to hold it but by a recipe, which makes the same value.) A value that only an open recipe or another value's
// may stand for (checker/recipes.h) is nowhere until its definition dominates the point. So the cost is that of the claims, plus a
// look at the open claims for each block.
//
// To look is to ask the state whether the place holds one of the values that the program asks the label
// to follow at the point. `State` is one that `run_block` takes; where it says no, `report(claim, point,
// expected)` is called, once for a claim, with one of those values; not where the program asks for none
// or the place is none: those are the other judge's.
//
// Tested by tests/checker/symbolic_test.cpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "checker/places.h"
#include "checker/symbolic_cells.h"
#include "checker/symbolic_steps.h"
#include "ir/function.h"
#include "ir/output.h"

namespace regproof {

// The program asks `label` to follow `value` at the points `from` up to, not including, `to`.
struct LabelRequest {
  std::uint32_t label;
  VReg value;
  std::uint64_t from;
  std::uint64_t to;
};

// Sorted by label, value and point; of one label and value, apart from each other.
std::vector<LabelRequest> label_requests(const FunctionView& function);

template <class State, class Report>
class Claims : public Watcher {
 public:
  Claims(const FunctionView& function, const Output& output, const Cells& cells, State& state,
         Report report);

  // Blocks that run are entered in layout order. False: no claim wants to see this one.
  bool enter(Block block);

  void wrote(Cell cell) {
    note_change(cell);
    for (Cell other : cells_.overlapping(cell)) note_change(other);
  }
  void wrote(const RegSet& registers) {
    (registers & watched_).for_each([&](PReg reg) { note_change(cell_of(reg)); });
  }
  void at_point(ProgPoint point);

 private:
  using List = std::vector<std::uint32_t>;
  struct Label {
    List claims;    // open ones
    List requests;  // that have begun
  };

  const DebugLocation& claim(std::uint32_t index) const { return output_.debug_locations[index]; }

  void note_change(Cell cell) {
    if (!claims_of_cell_[cell.value()].empty()) changed_.push_back(cell);
  }
  void drop_closed(ProgPoint point) {
    open_.erase(std::remove_if(open_.begin(), open_.end(),
                               [&](std::uint32_t c) { return failed_[c] || claim(c).to <= point; }),
                open_.end());
  }
  void begin_requests(ProgPoint point);
  void open_claims(ProgPoint point);
  void look_at_list(List& list, ProgPoint point);
  void look_at(std::uint32_t index, ProgPoint point);
  template <class Visit>
  void for_each_cell(std::uint32_t index, Visit&& visit) const;

  const FunctionView& function_;
  const Output& output_;
  const Cells& cells_;
  State& state_;
  Report report_;

  std::vector<LabelRequest> requests_;
  List begins_;  // requests by first point
  List ends_;    // requests by end
  List starts_;  // claims by first point
  std::size_t next_begin_ = 0;
  std::size_t next_end_ = 0;
  std::size_t next_start_ = 0;
  std::vector<bool> failed_;  // by claim: not looked at again

  // Claims that have begun; closed ones leave when they are met.
  List open_;
  std::vector<List> claims_of_cell_;
  std::unordered_map<std::uint32_t, Label> labels_;
  RegSet watched_;  // registers with claims
  std::vector<Cell> changed_;
  bool look_at_all_ = false;
};

template <class State, class Report>
Claims<State, Report>::Claims(const FunctionView& function, const Output& output,
                              const Cells& cells, State& state, Report report)
    : function_(function), output_(output), cells_(cells), state_(state), report_(report) {
  if (output.debug_locations.empty()) return;
  requests_ = label_requests(function);
  failed_.assign(output.debug_locations.size(), false);
  claims_of_cell_.resize(cells.count());
  auto sort_by = [](List& list, auto&& key) {
    std::sort(list.begin(), list.end(), [&](std::uint32_t a, std::uint32_t b) {
      return key(a) != key(b) ? key(a) < key(b) : a < b;
    });
  };
  for (std::uint32_t i = 0; i < output.debug_locations.size(); ++i) {
    if (claim(i).from < claim(i).to) starts_.push_back(i);
  }
  sort_by(starts_, [&](std::uint32_t i) { return claim(i).from; });
  for (std::uint32_t i = 0; i < requests_.size(); ++i) ends_.push_back(i);
  begins_ = ends_;
  sort_by(begins_, [&](std::uint32_t i) { return requests_[i].from; });
  sort_by(ends_, [&](std::uint32_t i) { return requests_[i].to; });
}

template <class State, class Report>
bool Claims<State, Report>::enter(Block block) {
  if (starts_.empty()) return false;
  ProgPoint first = ProgPoint::before(function_.insts(block).front());
  ProgPoint last = ProgPoint::after(function_.terminator(block));
  drop_closed(first);
  bool starts = next_start_ < starts_.size() && claim(starts_[next_start_]).from <= last;
  if (open_.empty() && !starts) return false;
  look_at_all_ = true;
  changed_.clear();
  return true;
}

template <class State, class Report>
void Claims<State, Report>::at_point(ProgPoint point) {
  begin_requests(point);
  open_claims(point);
  for (; next_end_ < ends_.size() && requests_[ends_[next_end_]].to <= point.bits(); ++next_end_) {
    look_at_list(labels_[requests_[ends_[next_end_]].label].claims, point);
  }
  if (look_at_all_) {
    look_at_list(open_, point);
  } else {
    for (Cell cell : changed_) look_at_list(claims_of_cell_[cell.value()], point);
  }
  look_at_all_ = false;
  changed_.clear();
}

template <class State, class Report>
void Claims<State, Report>::begin_requests(ProgPoint point) {
  for (; next_begin_ < begins_.size() && requests_[begins_[next_begin_]].from <= point.bits();
       ++next_begin_) {
    std::uint32_t index = begins_[next_begin_];
    if (requests_[index].to > point.bits())
      labels_[requests_[index].label].requests.push_back(index);
  }
}

template <class State, class Report>
void Claims<State, Report>::open_claims(ProgPoint point) {
  for (; next_start_ < starts_.size() && claim(starts_[next_start_]).from <= point; ++next_start_) {
    std::uint32_t index = starts_[next_start_];
    if (claim(index).to <= point) continue;
    open_.push_back(index);
    labels_[claim(index).label].claims.push_back(index);
    for_each_cell(index, [&](Cell cell, RegClass) {
      List& list = claims_of_cell_[cell.value()];
      if (list.empty() || list.back() != index) list.push_back(index);
      if (cell.value() < kRegCount) {
        watched_.add(PReg(static_cast<std::uint16_t>(cell.value())));
      }
    });
    look_at(index, point);
  }
}

// Drops those that are over, looks at the others.
template <class State, class Report>
void Claims<State, Report>::look_at_list(List& list, ProgPoint point) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    std::uint32_t index = list[i];
    if (failed_[index] || claim(index).to <= point) continue;
    list[kept++] = index;
    look_at(index, point);
  }
  list.resize(kept);
}

// A request of which another class than the cell's is no request for it. Each is asked for, also
// behind one that holds: a state may note what it is asked.
template <class State, class Report>
void Claims<State, Report>::look_at(std::uint32_t index, ProgPoint point) {
  if (failed_[index]) return;
  List& requests = labels_[claim(index).label].requests;
  requests.erase(std::remove_if(requests.begin(), requests.end(),
                                [&](std::uint32_t r) { return requests_[r].to <= point.bits(); }),
                 requests.end());
  bool any_cell = false, true_claim = false;
  for_each_cell(index, [&](Cell cell, RegClass cls) {
    any_cell = true;
    for (std::uint32_t request : requests) {
      VReg value = requests_[request].value;
      if (function_.vreg_class(value) != cls || !cells_.may_be_recomputed(value, point)) continue;
      if (state_.holds(cell, value)) true_claim = true;
    }
  });
  if (true_claim) return;
  failed_[index] = true;
  if (!any_cell || requests.empty()) return;
  report_(index, point, requests_[*std::min_element(requests.begin(), requests.end())].value);
}

// Calls `visit(Cell, RegClass)` for the cell that the claim's place is for each class.
template <class State, class Report>
template <class Visit>
void Claims<State, Report>::for_each_cell(std::uint32_t index, Visit&& visit) const {
  Location location = claim(index).location;
  if (is_known_reg(location)) {
    return visit(cell_of(location.as_reg()), class_of(location.as_reg()));
  }
  for (RegClass cls : kClasses) {
    Cell cell = cells_.find(location, cls);
    if (cell.valid()) visit(cell, cls);
  }
}

}  // namespace regproof
