#include "allocator/slots.h"

#include <algorithm>
#include <array>
#include <bit>

#include "allocator/occupancy.h"

namespace regproof {
namespace {

// Colours sets of one class: 64 slots to an Occupancy. On large functions points are counted in
// coarser steps, rounded outwards, so that the tables stay small.
class SlotColours {
 public:
  explicit SlotColours(std::uint32_t point_count) {
    while (point_count >> shift_ > kMaxSteps) ++shift_;
    steps_ = (point_count >> shift_) + 1;
  }

  std::uint32_t colour(std::span<const LiveRange> ranges) {
    std::size_t first = groups_.size() > kProbedGroups ? groups_.size() - kProbedGroups : 0;
    for (std::size_t g = first; g < groups_.size(); ++g) {
      std::uint64_t free = ~std::uint64_t{0};
      for (const LiveRange& range : ranges) {
        free &= ~groups_[g].taken(begin(range), end(range));
        if (free == 0) break;
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

  ProgPoint begin(const LiveRange& r) const {
    return ProgPoint::from_bits(r.from.bits() >> shift_);
  }
  ProgPoint end(const LiveRange& r) const {
    return ProgPoint::from_bits(((r.to.bits() - 1) >> shift_) + 1);
  }
  std::uint32_t take(std::size_t group, unsigned bit, std::span<const LiveRange> ranges) {
    for (const LiveRange& r : ranges) {
      groups_[group].add(begin(r), end(r), std::uint64_t{1} << bit);
    }
    auto colour = static_cast<std::uint32_t>(group * 64 + bit);
    count_ = std::max(count_, colour + 1);
    return colour;
  }

  std::uint32_t shift_ = 0;
  std::uint32_t steps_ = 0;
  std::uint32_t count_ = 0;
  std::vector<Occupancy> groups_;
};

std::uint32_t stride_of(const Machine& machine, RegClass cls) {
  return machine.slot_alignment_of(cls);
}

SpillSlot name_of(const Machine& machine, RegClass cls, std::uint32_t base) {
  return SpillSlot(machine.slot_named_by_last ? base + machine.slot_size_of(cls) - 1 : base);
}

}  // namespace

SpillSlot add_slot(const Machine& machine, RegClass cls, SlotPlan& slots) {
  std::uint32_t alignment = machine.slot_alignment_of(cls);
  std::uint32_t base = (slots.frame_units + alignment - 1) / alignment * alignment;
  slots.frame_units = base + machine.slot_size_of(cls);
  return name_of(machine, cls, base);
}

void assign_slots(const FunctionView& function, const Machine& machine, const Bundles& bundles,
                  const Moves& moves, SlotPlan& slots) {
  slots.slot.assign(bundles.initial, SpillSlot::none());
  slots.frame_units = 0;
  std::vector<std::uint32_t> sets;
  for (std::uint32_t s = 0; s < moves.in_memory.size(); ++s) {
    if (moves.in_memory[s]) sets.push_back(s);
  }
  if (sets.empty()) return;
  auto start = [&](std::uint32_t s) { return bundles.ranges[bundles.all[s].first_range].from; };
  std::sort(sets.begin(), sets.end(), [&](std::uint32_t a, std::uint32_t b) {
    return start(a) != start(b) ? start(a) < start(b) : a < b;
  });
  std::array<RegClass, kClassCount> order = kClasses;
  std::stable_sort(order.begin(), order.end(), [&](RegClass a, RegClass b) {
    return machine.slot_alignment_of(a) > machine.slot_alignment_of(b);
  });
  for (RegClass cls : order) {
    SlotColours colours(static_cast<std::uint32_t>(function.inst_count()) * 2);
    std::uint32_t alignment = machine.slot_alignment_of(cls), stride = stride_of(machine, cls);
    std::uint32_t base = (slots.frame_units + alignment - 1) / alignment * alignment;
    for (std::uint32_t s : sets) {
      if (bundles.all[s].cls != cls) continue;
      std::uint32_t colour = colours.colour(bundles.ranges_of(bundles.all[s]));
      slots.slot[s] = name_of(machine, cls, base + colour * stride);
    }
    if (colours.count() > 0) {
      slots.frame_units = base + (colours.count() - 1) * stride + machine.slot_size_of(cls);
    }
  }
}

}  // namespace regproof
