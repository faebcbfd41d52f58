#include "allocator/bundles.h"

#include <algorithm>

#include "allocator/allocator.h"
#include "allocator/lift.h"
#include "allocator/range_forest.h"
#include "allocator/tuning.h"
#include "base/work.h"

namespace regproof {
namespace {

// Values that share a bundle so far.
class Groups {
 public:
  Groups(const Facts& facts, const Registers& registers, RangeForest& forest)
      : facts_(facts), registers_(registers), epoch_(registers.epoch), forest_(forest) {
    forest_.clear();
    std::size_t count = facts.function.vreg_count();
    groups_.resize(count);
    for (std::uint32_t v = 0; v < count; ++v) {
      forest_.begin_tree();
      for (const Segment& s : facts.liveness.segments_of(VReg(v))) {
        forest_.add_range({s.from, s.to, VReg(v)});
      }
      if (ranges(v).empty()) continue;
      groups_[v].registers =
          available_registers(facts, ranges(v), facts.function.vreg_class(VReg(v)), registers);
    }
  }

  std::uint32_t root(VReg v) { return forest_.root(v.value()); }
  std::span<const LiveRange> ranges(std::uint32_t root) const { return forest_.ranges(root); }
  Available registers(std::uint32_t root) const { return groups_[root].registers; }
  // What `registers` knows: an epoch of the reservations, or one that never was.
  std::uint32_t epoch_of(std::uint32_t root) const {
    return groups_[root].loosened ? ~epoch_ : epoch_;
  }
  // A constraint of the value fell away: its group may have more registers than it knows.
  void loosen(VReg v) { groups_[root(v)].loosened = true; }

  bool merge(VReg x, VReg y) {
    std::uint32_t a = root(x), b = root(y);
    if (a == b || facts_.function.vreg_class(x) != facts_.function.vreg_class(y)) return false;
    const Available &x_has = groups_[a].registers, &y_has = groups_[b].registers;
    std::uint64_t both = x_has.all & y_has.all;
    bool dooms = both == 0 && (x_has.all | y_has.all) != 0;
    std::size_t shorter = std::min(ranges(a).size(), ranges(b).size());
    if (dooms || shorter > tuning::kMaxMergeRanges || forest_.overlap(a, b)) return false;
    std::uint64_t contested = x_has.contested | y_has.contested;
    bool loosened = groups_[a].loosened || groups_[b].loosened;
    groups_[forest_.unite(a, b)] = {{both, both & contested}, loosened};
    return true;
  }

  // The range of `v` that begins at `old` begins at `fresh` instead. False if another range of the
  // group is in the way.
  bool extend(VReg v, ProgPoint old, ProgPoint fresh) {
    std::uint32_t group = root(v);
    std::span<LiveRange> all = forest_.ranges(group);
    auto at = std::lower_bound(
        all.begin(), all.end(), old,
        [](const LiveRange& range, ProgPoint point) { return range.from < point; });
    if (at != all.begin() && (at - 1)->to > fresh) return false;
    at->from = fresh;
    RegClass cls = facts_.function.vreg_class(v);
    groups_[group].registers.all &= ~registers_.reserved[index_of(cls)].taken(fresh);
    return true;
  }

 private:
  struct Group {
    Available registers;
    bool loosened = false;
  };

  const Facts& facts_;
  const Registers& registers_;
  std::uint32_t epoch_;
  Vector<Group> groups_;  // by root
  RangeForest forest_;    // by vreg
};

// The value's segment that begins where `inst` defines it begins before the instruction instead.
void extend_segment(Liveness& liveness, VReg v, Inst inst) {
  std::uint32_t first = liveness.first_segment[v.value()];
  std::uint32_t last = liveness.first_segment[v.value() + 1];
  for (std::uint32_t s = first; s < last; ++s) {
    count_work(1);
    if (liveness.segments[s].from == ProgPoint::after(inst)) {
      liveness.segments[s].from = ProgPoint::before(inst);
      return;
    }
  }
}

bool lives_past(const Liveness& liveness, VReg v, Inst inst) {
  std::span<const Segment> segments = liveness.segments_of(v);
  auto next =
      std::upper_bound(segments.begin(), segments.end(), ProgPoint::after(inst),
                       [](ProgPoint point, const Segment& segment) { return point < segment.to; });
  return next != segments.end() && next->from <= ProgPoint::after(inst);
}

VReg vreg_of(const FunctionView& function, std::uint32_t operand) {
  return function.operand_array[operand].vreg();
}

// Ties whose input lives on can never be joined; their defs are held early, before anything merges.
Vector<Tie> extend_hopeless_ties(const FunctionView& function, Plans& plans, Liveness& liveness) {
  Vector<Tie> joinable;
  for (const Tie& tie : plans.ties) {
    if (plans.operands[tie.def].need != Need::Register) continue;
    if (lives_past(liveness, vreg_of(function, tie.use), tie.inst)) {
      plans.operands[tie.use].need = Need::Tied;
      extend_segment(liveness, vreg_of(function, tie.def), tie.inst);
    } else {
      joinable.push_back(tie);
    }
  }
  return joinable;
}

// Two values that a copy connects and that could not be merged.
struct Apart {
  VReg a;
  VReg b;
  float frequency;
};

// Arguments with parameters, those of the edges that run most often first.
void merge_across_edges(const FunctionView& function, const Layout& layout, Groups& groups,
                        Vector<Apart>& apart, AllocatorStats& stats) {
  struct Candidate {
    float frequency;
    Edge edge;
  };
  Vector<Candidate> candidates;
  for (Edge e : function.edges()) {
    if (function.arguments(e).empty()) continue;
    candidates.push_back({std::min(layout.frequency[function.source(e).value()],
                                   layout.frequency[function.target(e).value()]),
                          e});
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.frequency != b.frequency ? a.frequency > b.frequency : a.edge.value() < b.edge.value();
  });
  for (const Candidate& c : candidates) {
    std::span<const VReg> params = function.params(function.target(c.edge));
    std::span<const VReg> arguments = function.arguments(c.edge);
    count_work(params.size());
    for (std::size_t k = 0; k < params.size(); ++k) {
      if (groups.merge(arguments[k], params[k])) {
        ++stats.merges;
      } else {
        apart.push_back({arguments[k], params[k], c.frequency});
      }
    }
  }
}

// Returns the bundles' numbers by the roots of the groups.
Vector<std::uint32_t> make_bundles(const FunctionView& function, Groups& groups, Bundles& bundles) {
  Vector<std::uint32_t> bundle_of(function.vreg_count(), 0);
  bundles.all.clear();
  bundles.ranges.clear();
  for (std::uint32_t v = 0; v < function.vreg_count(); ++v) {
    if (groups.root(VReg(v)) != v) continue;
    std::span<const LiveRange> ranges = groups.ranges(v);
    if (ranges.empty()) continue;
    Bundle bundle;
    bundle_of[v] = static_cast<std::uint32_t>(bundles.all.size());
    bundle.first_range = static_cast<std::uint32_t>(bundles.ranges.size());
    bundle.range_count = static_cast<std::uint32_t>(ranges.size());
    bundle.cls = function.vreg_class(VReg(v));
    bundle.set = SpillSet(static_cast<std::uint32_t>(bundles.all.size()));
    bundle.available = groups.registers(v).all;
    bundle.contested = groups.registers(v).contested;
    bundle.epoch = groups.epoch_of(v);
    bundles.ranges.insert(bundles.ranges.end(), ranges.begin(), ranges.end());
    bundles.all.push_back(bundle);
  }
  bundles.initial = static_cast<std::uint32_t>(bundles.all.size());
  return bundle_of;
}

// The roots of the groups are numbered as bundles by now.
void collect_hints(const Vector<Apart>& apart, Groups& groups,
                   const Vector<std::uint32_t>& bundle_of, Bundles& bundles) {
  bundles.hints.clear();
  for (const Apart& copy : apart) {
    std::uint32_t a = bundle_of[groups.root(copy.a)], b = bundle_of[groups.root(copy.b)];
    if (a == b || bundles.all[a].cls != bundles.all[b].cls) continue;
    bundles.hints.push_back({a, b, copy.frequency});
    bundles.hints.push_back({b, a, copy.frequency});
  }
  if (bundles.hints.empty()) return;
  std::sort(bundles.hints.begin(), bundles.hints.end(), [](const Hint& x, const Hint& y) {
    if (x.bundle != y.bundle) return x.bundle < y.bundle;
    return x.frequency != y.frequency ? x.frequency > y.frequency : x.other < y.other;
  });
  bundles.first_hint.assign(bundles.initial + 1, 0);
  for (const Hint& hint : bundles.hints) ++bundles.first_hint[hint.bundle + 1];
  for (std::uint32_t b = 0; b < bundles.initial; ++b) {
    bundles.first_hint[b + 1] += bundles.first_hint[b];
  }
}

}  // namespace

void build_bundles(const FunctionView& function, const Machine& machine, const Layout& layout,
                   FeasibilitySolver& solver, Plans& plans, Liveness& liveness,
                   const RecipeMap& recipes, Registers& registers, AllocatorStats& stats,
                   RangeForest& forest, Bundles& bundles) {
  Vector<Tie> joinable = extend_hopeless_ties(function, plans, liveness);
  auto frequency = [&](const Tie& t) {
    return layout.frequency[layout.block_of[t.inst.value()].value()];
  };
  std::sort(joinable.begin(), joinable.end(), [&](const Tie& a, const Tie& b) {
    float x = frequency(a), y = frequency(b);
    return x != y ? x > y : a.def < b.def;
  });
  Facts facts{function, machine, layout, plans, liveness, recipes};
  Groups groups(facts, registers, forest);
  Vector<Apart> apart;
  for (const Tie& tie : joinable) {
    if (plans.operands[tie.def].need != Need::Register) continue;  // solved meanwhile
    VReg input = vreg_of(function, tie.use), result = vreg_of(function, tie.def);
    OperandPlan& use = plans.operands[tie.use];
    if (groups.merge(input, result)) {
      ++stats.merges;
      use.joined = true;
      plans.operands[tie.def].joined = true;
      continue;
    }
    use.need = Need::Tied;
    groups.loosen(input);
    apart.push_back({input, result, layout.frequency[layout.block_of[tie.inst.value()].value()]});
    if (groups.extend(result, ProgPoint::after(tie.inst), ProgPoint::before(tie.inst))) {
      extend_segment(liveness, result, tie.inst);
    } else {
      solve_instruction(function, tie.inst, solver, plans, registers);
      ++stats.solved_insts;
    }
  }
  merge_across_edges(function, layout, groups, apart, stats);
  Vector<std::uint32_t> bundle_of = make_bundles(function, groups, bundles);
  collect_hints(apart, groups, bundle_of, bundles);
}

}  // namespace regproof
