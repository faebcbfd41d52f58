#include "checker/place_history.h"

namespace regproof {

bool PlaceHistory::overlap(const Write& write, Location place, RegClass cls) const {
  if (!write.place.is_stack() || !place.is_stack()) return write.place == place;
  auto mine = slot_extent(machine_, write.place.as_stack(), write.cls);
  auto other = slot_extent(machine_, place.as_stack(), cls);
  return mine.first < other.first + other.units && other.first < mine.first + mine.units;
}

PlaceHistory::Trace PlaceHistory::trace(Location place, RegClass cls,
                                        const std::function<bool(Held)>& wanted,
                                        std::size_t end) const {
  Trace result;
  for (std::size_t i = 0; i < end; ++i) {
    const Write& write = writes_[i];
    if (!overlap(write, place, cls)) continue;
    bool now = write.place == place && write.cls == cls && wanted(write.value);
    if (result.holds && !now) result.overwriter = i;
    result.held_before_last = result.holds;
    result.holds = now;
    result.last = i;
  }
  return result;
}

FirstWrong PlaceHistory::first_wrong(Location place, RegClass cls,
                                     const std::function<bool(Held)>& wanted,
                                     const Output& output) const {
  using Kind = FirstWrong::Kind;
  FirstWrong suspect{Kind::ReadLocation, Writer(), place};
  for (std::size_t end = writes_.size();;) {
    Trace past = trace(place, cls, wanted, end);
    if (past.last == kNone) return suspect;
    if (past.holds) return {Kind::CannotCarry, suspect.by, place};
    Writer last = writes_[past.last].by;
    if (past.held_before_last) return {Kind::Overwrites, last, place};
    const Edit* edit = last.kind == Writer::Kind::Edit ? &output.edits[last.index] : nullptr;
    bool remat = edit != nullptr && edit->kind == EditKind::Remat;
    if (remat && edit->to == place) return {Kind::OtherRecipe, last, place};
    // An instruction, or what a recipe overwrites besides.
    if (edit == nullptr || remat) {
      if (past.overwriter == kNone) return suspect;
      return {Kind::Overwrites, writes_[past.overwriter].by, place};
    }
    place = edit->from;
    suspect = {Kind::NeverHeld, last, place};
    end = past.last;
  }
}

}  // namespace regproof
