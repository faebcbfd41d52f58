#include "allocator/slots.h"

#include <algorithm>
#include <array>
#include <bit>

#include "allocator/allocator.h"
#include "allocator/occupancy.h"
#include "base/work.h"

namespace regproof {
namespace {

// Sets that may not share a slot although they never live together: moves of one edge read `a` after
// they wrote `b`, or the other way around. Noted in both orders.
struct Conflict {
  std::uint32_t a;
  std::uint32_t b;
};
// An edge with more writes than this ahead of a read is crowded: its sets are not noted pair by pair.
constexpr std::size_t kMaxCrossedSets = 256;

// All sets that the moves of one crowded edge read or write have slots of their own among each other.
class Crowds {
 public:
  void add(std::uint32_t crowd, std::uint32_t set) { members_.push_back({set, crowd}); }
  std::uint32_t open() { return count_++; }
  void close() {
    std::sort(members_.begin(), members_.end(), [](const Member& x, const Member& y) {
      return x.set != y.set ? x.set < y.set : x.crowd < y.crowd;
    });
    auto same = [](const Member& x, const Member& y) {
      return x.set == y.set && x.crowd == y.crowd;
    };
    members_.erase(std::unique(members_.begin(), members_.end(), same), members_.end());
  }

  // The colours of a class: those of the others begin anew.
  void begin_class() { used_.assign(count_, {}); }
  // Those that the set's crowds have taken, of the group.
  std::uint64_t taken(std::uint32_t set, std::uint32_t group) const {
    std::uint64_t mask = 0;
    for_each_crowd(set, [&](std::uint32_t crowd) {
      if (group < used_[crowd].size()) mask |= used_[crowd][group];
    });
    return mask;
  }
  void take(std::uint32_t set, std::uint32_t colour) {
    for_each_crowd(set, [&](std::uint32_t crowd) {
      Vector<std::uint64_t>& used = used_[crowd];
      if (used.size() <= colour / 64) used.resize(colour / 64 + 1, 0);
      used[colour / 64] |= std::uint64_t{1} << (colour % 64);
    });
  }

 private:
  struct Member {
    std::uint32_t set;
    std::uint32_t crowd;
  };

  template <class Visit>
  void for_each_crowd(std::uint32_t set, Visit&& visit) const {
    if (members_.empty()) return;
    auto at = std::lower_bound(members_.begin(), members_.end(), set,
                               [](const Member& m, std::uint32_t s) { return m.set < s; });
    for (; at != members_.end() && at->set == set; ++at) {
      count_work(1);
      visit(at->crowd);
    }
  }

  std::uint32_t count_ = 0;
  Vector<Member> members_;              // by set
  Vector<Vector<std::uint64_t>> used_;  // by crowd: colours, 64 to a word
};
constexpr std::uint32_t kNoColour = 0xffffffffu;

// Colours sets of one class: 64 slots to an Occupancy. On large functions points are counted in
// coarser steps, rounded outwards, so that the tables stay small.
class SlotColours {
 public:
  explicit SlotColours(std::uint32_t point_count) {
    while (point_count >> shift_ > kMaxSteps) ++shift_;
    steps_ = (point_count >> shift_) + 1;
  }

  // The lowest probed colour that is free over the ranges and not `excluded`.
  template <class Excluded>
  std::uint32_t colour(std::span<const LiveRange> ranges, Excluded&& excluded) {
    std::size_t first = groups_.size() > kProbedGroups ? groups_.size() - kProbedGroups : 0;
    for (std::size_t g = first; g < groups_.size(); ++g) {
      std::uint64_t free = ~excluded(static_cast<std::uint32_t>(g));
      for (const LiveRange& range : ranges) {
        count_work(1);
        if (free == 0) break;
        free &= ~groups_[g].taken(begin(range.from), end(range.to), free);
      }
      if (free != 0) return take(g, static_cast<unsigned>(std::countr_zero(free)), ranges);
    }
    groups_.emplace_back().reset(steps_);
    return take(groups_.size() - 1, 0, ranges);
  }
  std::uint32_t count() const { return count_; }

 private:
  static constexpr std::uint32_t kMaxSteps = 1u << 16;
  static constexpr std::size_t kProbedGroups = 8;

  ProgPoint begin(ProgPoint from) const { return ProgPoint::from_bits(from.bits() >> shift_); }
  ProgPoint end(ProgPoint to) const {
    return ProgPoint::from_bits(((to.bits() - 1) >> shift_) + 1);
  }
  std::uint32_t take(std::size_t group, unsigned bit, std::span<const LiveRange> ranges) {
    for (const LiveRange& range : ranges) {
      groups_[group].add(begin(range.from), end(range.to), std::uint64_t{1} << bit);
    }
    auto colour = static_cast<std::uint32_t>(group * 64 + bit);
    count_ = std::max(count_, colour + 1);
    return colour;
  }

  std::uint32_t shift_ = 0;
  std::uint32_t steps_ = 0;
  std::uint32_t count_ = 0;
  Vector<Occupancy> groups_;
};

// The slot whose first unit is `base`; none where no slot is named so high.
SpillSlot name_of(const Machine& machine, RegClass cls, std::uint64_t base) {
  std::uint64_t last = base + machine.slot_size_of(cls) - 1;
  if (last >= kMaxSpillSlots) return SpillSlot::none();
  return SpillSlot(static_cast<std::uint32_t>(machine.slot_named_by_last ? last : base));
}

std::uint64_t aligned(std::uint64_t units, std::uint32_t alignment) {
  return (units + alignment - 1) / alignment * alignment;
}

// One more slot of the class at the end of the frame, shared with nothing.
SpillSlot add_slot(const Machine& machine, RegClass cls, SlotPlan& slots) {
  std::uint64_t base = aligned(slots.frame_units, machine.slot_alignment_of(cls));
  slots.frame_units = base + machine.slot_size_of(cls);
  return name_of(machine, cls, base);
}

// Memory that an edit, an operand or a label names must exist.
void mark_memory(const Moves& moves, SlotPlan& slots) {
  slots.needed.assign(moves.memory_count(), 0);
  auto mark = [&](Location l) {
    if (l.is_stack()) slots.needed[l.as_stack().value()] = 1;
  };
  for (const Edit& edit : moves.edits) {
    mark(edit.from);
    mark(edit.to);
  }
  for (Location place : moves.places) mark(place);
}

void find_conflicts_at(std::span<const Edit> edits, Vector<Conflict>& conflicts, Crowds& crowds) {
  Vector<std::uint32_t> stored;
  std::size_t first = conflicts.size();
  for (const Edit& edit : edits) {
    if (edit.to.is_stack()) stored.push_back(edit.to.as_stack().value());
    if (!edit.from.is_stack() || stored.empty()) continue;
    if (stored.size() > kMaxCrossedSets) break;
    std::uint32_t loaded = edit.from.as_stack().value();
    count_work(stored.size());
    for (std::uint32_t set : stored) {
      if (set == loaded) continue;
      conflicts.push_back({set, loaded});
      conflicts.push_back({loaded, set});
    }
  }
  if (stored.size() <= kMaxCrossedSets) return;
  conflicts.resize(first);
  std::uint32_t crowd = crowds.open();
  for (const Edit& edit : edits) {
    count_work(1);
    if (edit.to.is_stack()) crowds.add(crowd, edit.to.as_stack().value());
    if (edit.from.is_stack()) crowds.add(crowd, edit.from.as_stack().value());
  }
}

Vector<Conflict> find_conflicts(const Moves& moves, Crowds& crowds) {
  Vector<Conflict> conflicts;
  std::span<const Edit> edits = moves.edits;
  for (std::size_t k = 0; k < edits.size();) {
    std::size_t end = k + 1;
    while (end < edits.size() && edits[end].point == edits[k].point) ++end;
    if (end - k > 1) find_conflicts_at(edits.subspan(k, end - k), conflicts, crowds);
    k = end;
  }
  crowds.close();
  std::sort(conflicts.begin(), conflicts.end(), [](const Conflict& x, const Conflict& y) {
    return x.a != y.a ? x.a < y.a : x.b < y.b;
  });
  return conflicts;
}

std::span<const Conflict> conflicts_of(std::span<const Conflict> all, std::uint32_t set) {
  auto first = std::lower_bound(all.begin(), all.end(), set,
                                [](const Conflict& c, std::uint32_t s) { return c.a < s; });
  auto last = first;
  while (last != all.end() && last->a == set) ++last;
  return all.subspan(static_cast<std::size_t>(first - all.begin()),
                     static_cast<std::size_t>(last - first));
}

// The slots of emergencies are shared with nothing.
void add_emergency_slots(const Machine& machine, const Moves& moves, SlotPlan& slots) {
  for (RegClass cls : kClasses) {
    for (bool victim : {false, true}) {
      std::uint32_t set = moves.emergency_set(cls, victim);
      if (slots.needed[set]) slots.slot[set] = add_slot(machine, cls, slots);
    }
  }
}

// Gives slots to the sets of one class, in their order, behind what the frame holds so far.
void colour_class(const FunctionView& function, const Machine& machine, const Bundles& bundles,
                  RegClass cls, std::span<const std::uint32_t> sets,
                  std::span<const Conflict> conflicts, Crowds& crowds,
                  Vector<std::uint32_t>& colour_of, SlotPlan& slots) {
  crowds.begin_class();
  SlotColours colours(static_cast<std::uint32_t>(function.inst_count()) * 2);
  std::uint32_t stride = machine.slot_alignment_of(cls);
  std::uint64_t base = aligned(slots.frame_units, stride);
  for (std::uint32_t s : sets) {
    if (bundles.all[s].cls != cls) continue;
    std::span<const Conflict> mine = conflicts_of(conflicts, s);
    auto excluded = [&](std::uint32_t group) {
      std::uint64_t mask = crowds.taken(s, group);
      count_work(mine.size());
      for (const Conflict& c : mine) {
        std::uint32_t other = colour_of[c.b];
        if (other != kNoColour && other / 64 == group) mask |= std::uint64_t{1} << (other % 64);
      }
      return mask;
    };
    colour_of[s] = colours.colour(bundles.ranges_of(bundles.all[s]), excluded);
    crowds.take(s, colour_of[s]);
    slots.slot[s] = name_of(machine, cls, base + std::uint64_t{colour_of[s]} * stride);
  }
  if (colours.count() == 0) return;
  slots.frame_units =
      base + std::uint64_t{colours.count() - 1} * stride + machine.slot_size_of(cls);
}

}  // namespace

bool assign_slots(const FunctionView& function, const Machine& machine, const Bundles& bundles,
                  const Moves& moves, AllocatorStats& stats, SlotPlan& slots) {
  mark_memory(moves, slots);
  slots.slot.assign(slots.needed.size(), SpillSlot::none());
  slots.frame_units = 0;
  Crowds crowds;
  Vector<Conflict> conflicts = find_conflicts(moves, crowds);
  Vector<std::uint32_t> colour_of(slots.needed.size(), kNoColour);
  Vector<std::uint32_t> sets;
  std::size_t of_class[kClassCount] = {};
  for (std::uint32_t s = 0; s < moves.set_count; ++s) {
    if (!slots.needed[s]) continue;
    ++stats.spill_sets;
    sets.push_back(s);
    ++of_class[index_of(bundles.all[s].cls)];
  }
  auto start = [&](std::uint32_t s) { return bundles.ranges[bundles.all[s].first_range].from; };
  std::sort(sets.begin(), sets.end(), [&](std::uint32_t a, std::uint32_t b) {
    return start(a) != start(b) ? start(a) < start(b) : a < b;
  });
  std::array<RegClass, kClassCount> order = kClasses;
  std::sort(order.begin(), order.end(), [&](RegClass a, RegClass b) {
    std::uint32_t x = machine.slot_alignment_of(a), y = machine.slot_alignment_of(b);
    return x != y ? x > y : a < b;
  });
  for (RegClass cls : order) {
    if (of_class[index_of(cls)] == 0) continue;
    colour_class(function, machine, bundles, cls, sets, conflicts, crowds, colour_of, slots);
  }
  add_emergency_slots(machine, moves, slots);
  return slots.frame_units <= kMaxSpillSlots;
}

}  // namespace regproof
