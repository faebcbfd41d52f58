#include "allocator/bundles.h"

#include <algorithm>

#include "allocator/allocator.h"
#include "allocator/lift.h"
#include "allocator/tuning.h"

namespace regproof {
namespace {

bool overlap(std::span<const LiveRange> a, std::span<const LiveRange> b) {
  if (a.size() > b.size()) std::swap(a, b);
  for (const LiveRange& range : a) {
    auto next =
        std::upper_bound(b.begin(), b.end(), range.from,
                         [](ProgPoint point, const LiveRange& other) { return point < other.to; });
    if (next != b.end() && next->from < range.to) return true;
  }
  return false;
}

// Values that share a bundle so far: a forest over vregs; each root has the ranges of its tree.
class Groups {
 public:
  Groups(const Facts& facts, Registers& registers) : facts_(facts) {
    std::size_t count = facts.function.vreg_count();
    parent_.resize(count);
    ranges_.resize(count);
    available_.resize(count);
    for (std::uint32_t v = 0; v < count; ++v) {
      parent_[v] = v;
      for (const Segment& s : facts.liveness.segments_of(VReg(v))) {
        ranges_[v].push_back({s.from, s.to, VReg(v)});
      }
      available_[v] =
          available_registers(facts, ranges_[v], facts.function.vreg_class(VReg(v)), registers);
    }
  }

  std::uint32_t root(VReg vreg) {
    std::uint32_t v = vreg.value();
    while (parent_[v] != v) {
      parent_[v] = parent_[parent_[v]];
      v = parent_[v];
    }
    return v;
  }
  const std::vector<LiveRange>& ranges(std::uint32_t root) const { return ranges_[root]; }

  bool merge(VReg x, VReg y) {
    std::uint32_t a = root(x), b = root(y);
    if (a == b) return false;
    if (facts_.function.vreg_class(x) != facts_.function.vreg_class(y)) return false;
    bool dooms = (available_[a] & available_[b]) == 0 && (available_[a] | available_[b]) != 0;
    if (dooms || std::min(ranges_[a].size(), ranges_[b].size()) > tuning::kMaxMergeRanges ||
        overlap(ranges_[a], ranges_[b])) {
      return false;
    }
    if (ranges_[a].size() < ranges_[b].size()) std::swap(a, b);
    parent_[b] = a;
    available_[a] &= available_[b];
    take(ranges_[a], ranges_[b]);
    return true;
  }

  // The range of `v` that begins at `old` begins at `fresh` instead. False if another range of the
  // group is in the way.
  bool extend(VReg v, ProgPoint old, ProgPoint fresh) {
    std::vector<LiveRange>& ranges = ranges_[root(v)];
    auto at = std::lower_bound(
        ranges.begin(), ranges.end(), old,
        [](const LiveRange& range, ProgPoint point) { return range.from < point; });
    if (at != ranges.begin() && (at - 1)->to > fresh) return false;
    at->from = fresh;
    return true;
  }

 private:
  static void take(std::vector<LiveRange>& into, std::vector<LiveRange>& from) {
    auto less = [](const LiveRange& a, const LiveRange& b) { return a.from < b.from; };
    auto middle = static_cast<std::ptrdiff_t>(into.size());
    into.insert(into.end(), from.begin(), from.end());
    std::inplace_merge(into.begin(), into.begin() + middle, into.end(), less);
    from = {};
  }

  const Facts& facts_;
  std::vector<std::uint32_t> parent_;
  std::vector<std::vector<LiveRange>> ranges_;
  std::vector<std::uint64_t> available_;
};

// The value's segment that begins where `inst` defines it begins before the instruction instead.
void extend_segment(Liveness& liveness, VReg v, Inst inst) {
  std::uint32_t first = liveness.first_segment[v.value()];
  std::uint32_t last = liveness.first_segment[v.value() + 1];
  for (std::uint32_t s = first; s < last; ++s) {
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
std::vector<Tie> extend_hopeless_ties(const FunctionView& function, Plans& plans,
                                      Liveness& liveness) {
  std::vector<Tie> joinable;
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

struct Candidate {
  float frequency;
  std::uint32_t order;
  VReg a;
  VReg b;
};

void merge_across_edges(const FunctionView& function, const Layout& layout, Groups& groups,
                        AllocatorStats& stats) {
  std::vector<Candidate> candidates;
  for (Edge e : function.edges()) {
    std::span<const VReg> params = function.params(function.target(e));
    std::span<const VReg> arguments = function.arguments(e);
    float frequency = std::min(layout.frequency[function.source(e).value()],
                               layout.frequency[function.target(e).value()]);
    for (std::size_t k = 0; k < params.size(); ++k) {
      candidates.push_back(
          {frequency, static_cast<std::uint32_t>(candidates.size()), arguments[k], params[k]});
    }
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.frequency != b.frequency ? a.frequency > b.frequency : a.order < b.order;
  });
  for (const Candidate& c : candidates) stats.merges += groups.merge(c.a, c.b) ? 1 : 0;
}

void make_bundles(const FunctionView& function, Groups& groups, Bundles& bundles) {
  bundles.all.clear();
  bundles.ranges.clear();
  for (std::uint32_t v = 0; v < function.vreg_count(); ++v) {
    const std::vector<LiveRange>& ranges = groups.ranges(v);
    if (groups.root(VReg(v)) != v || ranges.empty()) continue;
    Bundle bundle;
    bundle.first_range = static_cast<std::uint32_t>(bundles.ranges.size());
    bundle.range_count = static_cast<std::uint32_t>(ranges.size());
    bundle.cls = function.vreg_class(VReg(v));
    bundle.set = SpillSet(static_cast<std::uint32_t>(bundles.all.size()));
    bundles.ranges.insert(bundles.ranges.end(), ranges.begin(), ranges.end());
    bundles.all.push_back(bundle);
  }
  bundles.initial = static_cast<std::uint32_t>(bundles.all.size());
}

}  // namespace

void build_bundles(const FunctionView& function, const Machine& machine, const Layout& layout,
                   FeasibilitySolver& solver, Plans& plans, Liveness& liveness,
                   Registers& registers, AllocatorStats& stats, Bundles& bundles) {
  std::vector<Tie> joinable = extend_hopeless_ties(function, plans, liveness);
  std::stable_sort(joinable.begin(), joinable.end(), [&](const Tie& a, const Tie& b) {
    auto frequency = [&](const Tie& t) {
      return layout.frequency[layout.block_of[t.inst.value()].value()];
    };
    return frequency(a) > frequency(b);
  });
  Facts facts{function, machine, layout, plans, liveness};
  Groups groups(facts, registers);
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
    if (groups.extend(result, ProgPoint::after(tie.inst), ProgPoint::before(tie.inst))) {
      extend_segment(liveness, result, tie.inst);
    } else {
      solve_instruction(function, machine, tie.inst, solver, plans, registers);
      ++stats.solved_insts;
    }
  }
  merge_across_edges(function, layout, groups, stats);
  make_bundles(function, groups, bundles);
}

}  // namespace regproof
