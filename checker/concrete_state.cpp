#include "checker/concrete_state.h"

#include <algorithm>

namespace regproof {

ConcreteState::ConcreteState(const Machine& machine, std::uint32_t frame_units,
                             std::vector<SpillSlot> named)
    : machine_(machine),
      usable_(machine.allocatable() | machine.fixed_stack),
      frame_units_(frame_units) {
  for (RegClass cls : kClasses) {
    PReg scratch = machine.scratch_of(cls);
    if (scratch.valid() && scratch.value() < kRegCount) usable_.add(scratch);
  }
  std::sort(named.begin(), named.end());
  named.erase(std::unique(named.begin(), named.end()), named.end());
  auto begin_at = [&](std::int64_t unit) {
    if (unit >= 0 && unit < frame_units) starts_.push_back(static_cast<std::uint32_t>(unit));
  };
  begin_at(0);
  for (SpillSlot slot : named) {
    for (RegClass cls : kClasses) {
      SlotExtent extent = slot_extent(machine, slot, cls);
      begin_at(extent.first);
      begin_at(extent.first + extent.units);
    }
  }
  std::sort(starts_.begin(), starts_.end());
  starts_.erase(std::unique(starts_.begin(), starts_.end()), starts_.end());
  stretches_.resize(starts_.size());
}

void ConcreteState::reset() {
  ++run_;
  if (run_ != 0) return;
  // The stamp wrapped around: stamps of old runs would look current again.
  registers_.fill(Cell());
  std::fill(stretches_.begin(), stretches_.end(), Cell());
  run_ = 1;
}

SlotExtent slot_extent(const Machine& machine, SpillSlot slot, RegClass cls) {
  std::uint32_t units = machine.slot_size_of(cls);
  std::int64_t first = slot.value();
  if (machine.slot_named_by_last) first -= static_cast<std::int64_t>(units) - 1;
  return {first, units};
}

bool ConcreteState::keeps_values(PReg reg) const {
  return reg.value() < kRegCount && usable_.contains(reg);
}

// As Location::is_memory, for registers of any number.
bool ConcreteState::is_memory(Location place) const {
  return place.is_stack() || (place.is_reg() && place.as_reg().value() < kRegCount &&
                              machine_.fixed_stack.contains(place.as_reg()));
}

std::pair<std::size_t, std::size_t> ConcreteState::stretches_of(const SlotExtent& extent) const {
  auto place_of = [&](std::int64_t unit) {
    std::int64_t in_frame = std::clamp<std::int64_t>(unit, 0, frame_units_);
    auto at = std::lower_bound(starts_.begin(), starts_.end(), in_frame);
    return static_cast<std::size_t>(at - starts_.begin());
  };
  return {place_of(extent.first), place_of(extent.first + extent.units)};
}

const ConcreteState::Cell* ConcreteState::find_stretch(SpillSlot named) const {
  auto behind = std::upper_bound(starts_.begin(), starts_.end(), named.value());
  if (behind == starts_.begin() || named.value() >= frame_units_) return nullptr;
  const Cell& cell = stretches_[static_cast<std::size_t>(behind - starts_.begin()) - 1];
  return cell.run == run_ ? &cell : nullptr;
}

Held ConcreteState::read(Location place, RegClass cls) const {
  if (place.is_reg()) {
    PReg reg = place.as_reg();
    if (!keeps_values(reg) || class_of(reg) != cls) return Held();
    const Cell& cell = registers_[reg.value()];
    return cell.run == run_ ? cell.value : Held();
  }
  if (!place.is_stack() || cls == RegClass::None) return Held();
  SlotExtent extent = slot_extent(machine_, place.as_stack(), cls);
  if (!fits(extent)) return Held();
  auto [first, end] = stretches_of(extent);
  if (first == end) return Held();  // a slot that was not named
  Held value = stretches_[first].value;
  for (std::size_t k = first; k < end; ++k) {
    const Cell& cell = stretches_[k];
    bool right = cell.run == run_ && cell.cls == cls && cell.part == k - first &&
                 cell.value.hash == value.hash;
    if (!right) return Held();
  }
  return value;
}

Writer ConcreteState::writer_of(Location place) const {
  if (place.is_reg() && place.as_reg().value() < kRegCount) {
    const Cell& cell = registers_[place.as_reg().value()];
    return cell.run == run_ ? cell.writer : Writer();
  }
  if (!place.is_stack()) return Writer();
  const Cell* cell = find_stretch(place.as_stack());
  return cell != nullptr ? cell->writer : Writer();
}

void ConcreteState::write_slot(SpillSlot slot, RegClass cls, Held value, Writer by) {
  SlotExtent extent = slot_extent(machine_, slot, cls);
  if (!fits(extent)) value = Held();
  if (writes_ != nullptr) writes_->push_back({Location::stack(slot), cls, value, by});
  auto [first, end] = stretches_of(extent);
  for (std::size_t k = first; k < end; ++k) {
    stretches_[k] = {value, by, run_, static_cast<std::uint32_t>(k - first), cls};
  }
}

void ConcreteState::write(Location place, RegClass cls, Held value, Writer by) {
  if (place.is_stack()) {
    if (cls != RegClass::None) write_slot(place.as_stack(), cls, value, by);
  } else if (place.is_reg() && place.as_reg().value() < kRegCount) {
    PReg reg = place.as_reg();
    if (!keeps_values(reg) || class_of(reg) != cls) value = Held();
    write_register(reg, value, by);
  }
}

void ConcreteState::poison(PReg reg, Writer by) {
  if (reg.value() < kRegCount) write_register(reg, Held(), by);
}

void ConcreteState::write_register(PReg reg, Held value, Writer by) {
  registers_[reg.value()] = {value, by, run_, 0, class_of(reg)};
  if (writes_ != nullptr) writes_->push_back({Location::reg(reg), class_of(reg), value, by});
}

void ConcreteState::poison_scratch(Writer by) {
  for (RegClass cls : kClasses) {
    if (machine_.scratch_of(cls).valid()) poison(machine_.scratch_of(cls), by);
  }
}

// The register's class says what is copied. Where both ends are memory the move is an error: what
// the destination holds afterwards may not be relied on.
void ConcreteState::move(Location from, Location to, Writer by) {
  auto class_at = [](Location place) {
    return place.is_reg() && place.as_reg().value() < kRegCount ? class_of(place.as_reg())
                                                                : RegClass::None;
  };
  RegClass cls = to.is_reg() ? class_at(to) : class_at(from);
  if (cls == RegClass::None) {
    if (!to.is_stack()) return;
    const Cell* cell = find_stretch(to.as_stack());
    RegClass spoiled = cell != nullptr ? cell->cls : RegClass::Int;
    return write(to, spoiled, Held(), by);
  }
  Held value = is_memory(from) && is_memory(to) ? Held() : read(from, cls);
  write(to, cls, value, by);
}

}  // namespace regproof
