#include "allocator/second_chance.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "allocator/allocator.h"
#include "allocator/placement.h"
#include "base/work.h"

namespace regproof {
namespace {

class SecondChance {
 public:
  SecondChance(const Facts& facts, Bundles& bundles, Registers& registers, AllocatorStats& stats)
      : bundles_(bundles),
        registers_(registers),
        stats_(stats),
        placement_(facts, bundles, registers) {}

  void run();

 private:
  void offer(std::uint32_t index);
  bool offer_whole(std::uint32_t index);
  void collect_placed(std::uint32_t index);
  void collect_held();
  bool some_untaken_between(const Bundle& bundle) const;

  Bundles& bundles_;
  Registers& registers_;
  AllocatorStats& stats_;
  Placement placement_;
  Vector<std::uint32_t> placed_;  // pieces of the bundle that is looked at
  Vector<PReg> places_;           // their registers
  Vector<Segment> held_;          // their ranges, ascending
};

// Pieces never overlap, and what has a register was not divided.
void SecondChance::collect_placed(std::uint32_t index) {
  const Bundle& bundle = bundles_.all[index];
  if (bundle.reg.valid()) {
    placed_.push_back(index);
    places_.push_back(bundle.reg);
  }
  count_work(1 + bundle.piece_count);
  for (std::uint32_t k = 0; k < bundle.piece_count; ++k) collect_placed(bundle.first_piece + k);
}

void SecondChance::collect_held() {
  held_.clear();
  for (std::uint32_t piece : placed_) {
    for (const LiveRange& range : bundles_.ranges_of(bundles_.all[piece])) {
      held_.push_back({range.from, range.to});
    }
  }
  std::sort(held_.begin(), held_.end(),
            [](const Segment& a, const Segment& b) { return a.from < b.from; });
}

// False if the bundle finds no register even outside of what its pieces hold: most offers end here,
// before anything is moved.
bool SecondChance::some_untaken_between(const Bundle& bundle) const {
  std::uint64_t free = bundle.available;
  const Occupancy& taken = registers_.taken[index_of(bundle.cls)];
  auto next = held_.begin();
  for (const LiveRange& range : bundles_.ranges_of(bundle)) {
    ProgPoint from = range.from;
    count_work(1);
    for (; next != held_.end() && next->from < range.to; ++next) {
      if (from < next->from) free &= ~taken.taken(from, next->from, free);
      from = next->to;
      count_work(1);
    }
    if (from < range.to) free &= ~taken.taken(from, range.to, free);
    if (free == 0) return false;
  }
  return true;
}

bool SecondChance::offer_whole(std::uint32_t index) {
  placement_.refresh(index);
  const Bundle& bundle = bundles_.all[index];
  if (bundle.benefit <= 0 || bundle.available == 0) return false;
  placed_.clear();
  places_.clear();
  collect_placed(index);
  collect_held();
  if (!some_untaken_between(bundle)) return false;
  for (std::uint32_t piece : placed_) placement_.remove(piece);
  if (std::uint64_t free = placement_.untaken(bundle); free != 0) {
    placement_.place(index, placement_.choose(bundle, free));
    return true;
  }
  for (std::size_t k = 0; k < placed_.size(); ++k) {
    placement_.place(placed_[k], number_of(places_[k]));
  }
  return false;
}

void SecondChance::offer(std::uint32_t index) {
  const Bundle& bundle = bundles_.all[index];
  if (bundle.piece_count == 0) return;
  if (offer_whole(index)) {
    ++stats_.second_chances;
    return;
  }
  for (std::uint32_t k = 0; k < bundle.piece_count; ++k) offer(bundle.first_piece + k);
}

// The dearest first, by powers of two: those of one power in the order of the program, so that a
// large one is walked a few times instead of once for each bundle.
void SecondChance::run() {
  struct Offer {
    int power;
    std::uint32_t bundle;
  };
  Vector<Offer> offers;
  for (std::uint32_t index = 0; index < bundles_.initial; ++index) {
    const Bundle& bundle = bundles_.all[index];
    if (bundle.piece_count != 0) offers.push_back({std::ilogb(bundle.benefit), index});
  }
  std::sort(offers.begin(), offers.end(), [](const Offer& a, const Offer& b) {
    return a.power != b.power ? a.power > b.power : a.bundle < b.bundle;
  });
  for (const Offer& o : offers) offer(o.bundle);
}

}  // namespace

void give_second_chance(const Facts& facts, Bundles& bundles, Registers& registers,
                        AllocatorStats& stats) {
  SecondChance(facts, bundles, registers, stats).run();
}

}  // namespace regproof
