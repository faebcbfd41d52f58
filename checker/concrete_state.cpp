#include "checker/concrete_state.h"

#include <algorithm>

namespace regproof {

ConcreteState::ConcreteState(const Machine& machine, std::uint32_t frame_units,
                             std::uint32_t dense_units)
    : machine_(machine),
      usable_(machine.allocatable() | machine.fixed_stack),
      frame_units_(frame_units),
      units_(std::min(frame_units, dense_units)) {
  for (RegClass cls : kClasses) {
    PReg scratch = machine.scratch_of(cls);
    if (scratch.valid() && scratch.value() < kRegCount) usable_.add(scratch);
  }
}

void ConcreteState::reset() {
  far_units_.clear();
  ++run_;
  if (run_ != 0) return;
  // The stamp wrapped around: stamps of old runs would look current again.
  registers_.fill(Cell());
  std::fill(units_.begin(), units_.end(), Cell());
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

const ConcreteState::Cell* ConcreteState::find_unit(std::uint32_t unit) const {
  const Cell* cell = nullptr;
  if (unit < units_.size()) {
    cell = &units_[unit];
  } else if (auto found = far_units_.find(unit); found != far_units_.end()) {
    cell = &found->second;
  }
  return cell != nullptr && cell->run == run_ ? cell : nullptr;
}

ConcreteState::Cell& ConcreteState::unit(std::uint32_t unit) {
  return unit < units_.size() ? units_[unit] : far_units_[unit];
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
  Held value;
  for (std::uint32_t part = 0; part < extent.units; ++part) {
    const Cell* cell = find_unit(static_cast<std::uint32_t>(extent.first + part));
    if (cell == nullptr || cell->cls != cls || cell->part != part) return Held();
    if (part == 0) value = cell->value;
    if (cell->value.hash != value.hash) return Held();
  }
  return value;
}

Writer ConcreteState::writer_of(Location place) const {
  if (place.is_reg() && place.as_reg().value() < kRegCount) {
    const Cell& cell = registers_[place.as_reg().value()];
    return cell.run == run_ ? cell.writer : Writer();
  }
  if (!place.is_stack()) return Writer();
  const Cell* cell = find_unit(place.as_stack().value());
  return cell != nullptr ? cell->writer : Writer();
}

void ConcreteState::write_slot(SpillSlot slot, RegClass cls, Held value, Writer by) {
  SlotExtent extent = slot_extent(machine_, slot, cls);
  if (!fits(extent)) value = Held();
  if (writes_ != nullptr) writes_->push_back({Location::stack(slot), cls, value, by});
  for (std::uint32_t part = 0; part < extent.units; ++part) {
    std::int64_t number = extent.first + part;
    if (number < 0 || number >= frame_units_) continue;
    unit(static_cast<std::uint32_t>(number)) = {value, by, run_, part, cls};
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
    const Cell* cell = find_unit(to.as_stack().value());
    RegClass spoiled = cell != nullptr ? cell->cls : RegClass::Int;
    return write(to, spoiled, Held(), by);
  }
  Held value = is_memory(from) && is_memory(to) ? Held() : read(from, cls);
  write(to, cls, value, by);
}

}  // namespace regproof
