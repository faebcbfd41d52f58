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
// One edge's moves note at most this many writes against each read: a bound on memory and time.
constexpr std::size_t kMaxCrossedSets = 256;
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
  slots.needed.assign(moves.set_count + 2 * kClassCount, 0);
  slots.alone.assign(slots.needed.size(), 0);
  auto mark = [&](Location l) {
    if (l.is_stack()) slots.needed[l.as_stack().value()] = 1;
  };
  for (const Edit& edit : moves.edits) {
    mark(edit.from);
    mark(edit.to);
  }
  for (Location place : moves.places) mark(place);
}

// Where an edge moves so many sets that noting their pairs would be quadratic, those that it writes
// are noted in `alone` instead.
Vector<Conflict> find_conflicts(const Moves& moves, Vector<std::uint8_t>& alone) {
  Vector<Conflict> conflicts;
  Vector<std::uint32_t> stored;
  std::span<const Edit> edits = moves.edits;
  for (std::size_t k = 0; k < edits.size(); ++k) {
    if (k > 0 && edits[k].point != edits[k - 1].point) stored.clear();
    if (edits[k].to.is_stack()) stored.push_back(edits[k].to.as_stack().value());
    if (stored.size() > kMaxCrossedSets) {
      for (std::uint32_t set : stored) alone[set] = 1;
      stored.clear();
    }
    if (!edits[k].from.is_stack()) continue;
    std::uint32_t loaded = edits[k].from.as_stack().value();
    count_work(stored.size());
    for (std::uint32_t set : stored) {
      if (set == loaded) continue;
      conflicts.push_back({set, loaded});
      conflicts.push_back({loaded, set});
    }
  }
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

// The slots that are shared with nothing: of crowded edges and of emergencies.
void add_lone_slots(const Machine& machine, const Bundles& bundles, const Moves& moves,
                    SlotPlan& slots) {
  for (std::uint32_t set = 0; set < moves.set_count; ++set) {
    if (slots.needed[set] && slots.alone[set])
      slots.slot[set] = add_slot(machine, bundles.all[set].cls, slots);
  }
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
                  std::span<const Conflict> conflicts, Vector<std::uint32_t>& colour_of,
                  SlotPlan& slots) {
  SlotColours colours(static_cast<std::uint32_t>(function.inst_count()) * 2);
  std::uint32_t stride = machine.slot_alignment_of(cls);
  std::uint64_t base = aligned(slots.frame_units, stride);
  for (std::uint32_t s : sets) {
    if (bundles.all[s].cls != cls) continue;
    std::span<const Conflict> mine = conflicts_of(conflicts, s);
    auto excluded = [&](std::uint32_t group) {
      std::uint64_t mask = 0;
      count_work(mine.size());
      for (const Conflict& c : mine) {
        std::uint32_t other = colour_of[c.b];
        if (other != kNoColour && other / 64 == group) mask |= std::uint64_t{1} << (other % 64);
      }
      return mask;
    };
    colour_of[s] = colours.colour(bundles.ranges_of(bundles.all[s]), excluded);
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
  Vector<Conflict> conflicts = find_conflicts(moves, slots.alone);
  Vector<std::uint32_t> colour_of(slots.needed.size(), kNoColour);
  Vector<std::uint32_t> sets;
  std::size_t of_class[kClassCount] = {};
  for (std::uint32_t s = 0; s < moves.set_count; ++s) {
    if (!slots.needed[s]) continue;
    ++stats.spill_sets;
    if (slots.alone[s]) continue;
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
    colour_class(function, machine, bundles, cls, sets, conflicts, colour_of, slots);
  }
  add_lone_slots(machine, bundles, moves, slots);
  return slots.frame_units <= kMaxSpillSlots;
}

}  // namespace regproof
