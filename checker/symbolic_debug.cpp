#include "checker/symbolic_debug.h"

#include <algorithm>
#include <unordered_map>

#include "checker/places.h"
#include "ir/names.h"

namespace regproof {
namespace {

// The program asks `label` to follow `value` at the points `from` up to, not including, `to`.
struct Request {
  std::uint32_t label;
  VReg value;
  std::uint64_t from;
  std::uint64_t to;
};

// Sorted by label, value and point; of one label and value, apart from each other.
std::vector<Request> requests_of(const FunctionView& function) {
  std::vector<Request> all;
  for (const DebugLabel& label : function.debug_labels) {
    all.push_back({label.label, label.vreg, std::uint64_t{label.from.value()} * 2,
                   std::uint64_t{label.to.value()} * 2});
  }
  std::sort(all.begin(), all.end(), [](const Request& a, const Request& b) {
    if (a.label != b.label) return a.label < b.label;
    if (a.value != b.value) return a.value < b.value;
    return a.from < b.from;
  });
  std::vector<Request> merged;
  for (const Request& request : all) {
    bool joins = !merged.empty() && merged.back().label == request.label &&
                 merged.back().value == request.value && request.from <= merged.back().to;
    if (joins) {
      merged.back().to = std::max(merged.back().to, request.to);
    } else {
      merged.push_back(request);
    }
  }
  return merged;
}

class DebugJudge : public Watcher {
 public:
  DebugJudge(const FunctionView& function, const Output& output, const Cells& cells,
             const Flow& flow, Blame& blame, Findings& findings)
      : function_(function),
        output_(output),
        cells_(cells),
        flow_(flow),
        blame_(blame),
        findings_(findings),
        state_(function, cells),
        requests_(requests_of(function)),
        failed_(output.debug_locations.size(), false),
        claims_of_cell_(cells.count()) {
    for (std::uint32_t i = 0; i < output.debug_locations.size(); ++i) {
      if (output.debug_locations[i].from < output.debug_locations[i].to) starts_.push_back(i);
    }
    std::sort(starts_.begin(), starts_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return claim(a).from != claim(b).from ? claim(a).from < claim(b).from : a < b;
    });
    for (std::uint32_t i = 0; i < requests_.size(); ++i) ends_.push_back(i);
    std::sort(ends_.begin(), ends_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return requests_[a].to != requests_[b].to ? requests_[a].to < requests_[b].to : a < b;
    });
  }

  void check_all() {
    for (Block block : function_.blocks()) {
      if (findings_.full()) return;
      ProgPoint first = ProgPoint::before(function_.insts(block).front());
      ProgPoint last = ProgPoint::after(function_.terminator(block));
      if (!flow_.order().is_reachable(block)) continue;
      drop_closed(first);
      bool starts = next_start_ < starts_.size() && claim(starts_[next_start_]).from <= last;
      if (open_.empty() && !starts) continue;
      state_.load(flow_.facts_at(block));
      look_at_all_ = true;
      changed_.clear();
      flow_.run_block(block, state_, *this);
    }
  }

  void wrote(Cell cell) {
    note_change(cell);
    for (Cell other : cells_.overlapping(cell)) note_change(other);
  }
  void wrote(const RegSet& registers) {
    (registers & watched_).for_each([&](PReg reg) { note_change(cell_of(reg)); });
  }

  void at_point(ProgPoint point) {
    open_claims(point);
    for (; next_end_ < ends_.size() && requests_[ends_[next_end_]].to <= point.bits();
         ++next_end_) {
      look_at_list(claims_of_label_[requests_[ends_[next_end_]].label], point);
    }
    if (look_at_all_) {
      look_at_list(open_, point);
    } else {
      for (Cell cell : changed_) look_at_list(claims_of_cell_[cell.value()], point);
    }
    look_at_all_ = false;
    changed_.clear();
  }

 private:
  using ClaimList = std::vector<std::uint32_t>;

  const DebugLocation& claim(std::uint32_t index) const { return output_.debug_locations[index]; }

  void note_change(Cell cell) {
    if (!claims_of_cell_[cell.value()].empty()) changed_.push_back(cell);
  }

  void open_claims(ProgPoint point) {
    for (; next_start_ < starts_.size() && claim(starts_[next_start_]).from <= point;
         ++next_start_) {
      std::uint32_t index = starts_[next_start_];
      if (claim(index).to <= point) continue;
      open_.push_back(index);
      claims_of_label_[claim(index).label].push_back(index);
      for_each_cell(index, [&](Cell cell, RegClass) {
        ClaimList& list = claims_of_cell_[cell.value()];
        if (list.empty() || list.back() != index) list.push_back(index);
        if (cell.value() < kRegCount) {
          watched_.add(PReg(static_cast<std::uint16_t>(cell.value())));
        }
      });
      look_at(index, point);
    }
  }

  // Calls `visit(Cell, RegClass)` for the cell that the claim's place is for each class.
  template <class Visit>
  void for_each_cell(std::uint32_t index, Visit&& visit) const {
    Location location = claim(index).location;
    if (is_known_reg(location)) {
      return visit(cell_of(location.as_reg()), class_of(location.as_reg()));
    }
    for (RegClass cls : kClasses) {
      Cell cell = cells_.find(location, cls);
      if (cell.valid()) visit(cell, cls);
    }
  }

  void drop_closed(ProgPoint point) {
    open_.erase(std::remove_if(open_.begin(), open_.end(),
                               [&](std::uint32_t c) { return failed_[c] || claim(c).to <= point; }),
                open_.end());
  }

  // Drops those that are over, looks at the others.
  void look_at_list(ClaimList& list, ProgPoint point) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
      std::uint32_t index = list[i];
      if (failed_[index] || claim(index).to <= point) continue;
      list[kept++] = index;
      look_at(index, point);
    }
    list.resize(kept);
  }

  void look_at(std::uint32_t index, ProgPoint point) {
    if (failed_[index]) return;
    bool any_cell = false, true_claim = false;
    for_each_cell(index, [&](Cell cell, RegClass cls) {
      any_cell = true;
      state_.for_each_value(cell, [&](VReg value) {
        std::uint32_t label = claim(index).label;
        true_claim |= state_.recipes().is_constant(value)
                          ? is_requested_constant(label, value, point)
                          : function_.vreg_class(value) == cls && is_requested(label, value, point);
      });
    });
    if (true_claim) return;
    failed_[index] = true;
    if (any_cell) report(index, point);
  }

  bool is_requested(std::uint32_t label, VReg value, ProgPoint point) const {
    auto after = std::upper_bound(requests_.begin(), requests_.end(), point.bits(),
                                  [&](std::uint32_t bits, const Request& request) {
                                    if (label != request.label) return label < request.label;
                                    if (value != request.value) return value < request.value;
                                    return bits < request.from;
                                  });
    if (after == requests_.begin()) return false;
    const Request& request = *(after - 1);
    return request.label == label && request.value == value && point.bits() < request.to;
  }

  // The label follows a value of that recipe.
  bool is_requested_constant(std::uint32_t label, VReg constant, ProgPoint point) const {
    return std::any_of(requests_.begin(), requests_.end(), [&](const Request& request) {
      return request.label == label && request.from <= point.bits() && point.bits() < request.to &&
             state_.recipes().constant_of(request.value) == constant;
    });
  }

  // A value that the label follows at the point, or none where the program does not ask.
  VReg expected_value(std::uint32_t label, ProgPoint point) const {
    for (const Request& request : requests_) {
      if (request.label == label && request.from <= point.bits() && point.bits() < request.to) {
        return request.value;
      }
    }
    return VReg::none();
  }

  void report(std::uint32_t index, ProgPoint point) {
    if (findings_.full()) return;
    const DebugLocation& at = claim(index);
    VReg expected = expected_value(at.label, point);
    if (!expected.valid()) return;  // a claim that nobody asked for: the other judge's
    Cell cell = cells_.find(at.location, function_.vreg_class(expected));
    std::string holds = cell.valid() ? describe_values(state_, cell, function_) : "nothing known";
    std::string since = cell.valid() ? blame_.of_point(point, expected, cell) : "";
    findings_.add({FindingKind::DebugWrongValue, point.inst(), kNoPlace, kNoPlace, at.location,
                   "debug label " + std::to_string(at.label) + ", " + to_string(point) + ": " +
                       describe(at.location) + " should hold " + to_string(expected, function_) +
                       " but holds " + holds + since});
  }

  const FunctionView& function_;
  const Output& output_;
  const Cells& cells_;
  const Flow& flow_;
  Blame& blame_;
  Findings& findings_;
  ValueState state_;

  std::vector<Request> requests_;
  ClaimList starts_;                 // claims by first point
  std::vector<std::uint32_t> ends_;  // requests by end
  std::size_t next_start_ = 0;
  std::size_t next_end_ = 0;
  std::vector<bool> failed_;  // by claim: reported, not looked at again

  // Claims that have begun; closed ones leave when they are met.
  ClaimList open_;
  std::vector<ClaimList> claims_of_cell_;
  std::unordered_map<std::uint32_t, ClaimList> claims_of_label_;
  RegSet watched_;  // registers with claims
  std::vector<Cell> changed_;
  bool look_at_all_ = false;
};

}  // namespace

std::string describe_values(const ValueState& state, Cell cell, const FunctionView& function) {
  constexpr std::size_t kShown = 3;
  std::vector<VReg> values;
  state.for_each_value(cell,
                       [&](VReg value) { values.push_back(state.recipes().value_of(value)); });
  if (values.empty()) return "nothing known";
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  std::string out;
  for (std::size_t i = 0; i < std::min(values.size(), kShown); ++i) {
    out += (i == 0 ? "" : " and ") + to_string(values[i], function);
  }
  return values.size() > kShown ? out + " and others" : out;
}

void check_debug_values(const FunctionView& function, const Output& output, const Cells& cells,
                        const Flow& flow, Blame& blame, Findings& findings) {
  DebugJudge(function, output, cells, flow, blame, findings).check_all();
}

}  // namespace regproof
