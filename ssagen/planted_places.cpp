#include "ssagen/planted_places.h"

#include <algorithm>

namespace regproof {
namespace {

// More are not kept at once, unless something relies on them.
constexpr std::size_t kMostHeld = 48;

}  // namespace

VReg PlantedPlaces::new_value(RegClass cls, bool rematerializable) {
  VReg value(static_cast<std::uint32_t>(classes_.size()));
  classes_.push_back(cls);
  if (rematerializable) rematerializable_.push_back(value);
  return value;
}

bool PlantedPlaces::is_rematerializable(VReg value) const {
  return std::binary_search(rematerializable_.begin(), rematerializable_.end(), value);
}

bool PlantedPlaces::holds(Location place, VReg value) const {
  return std::find(held_.begin(), held_.end(), Holding{place, value}) != held_.end();
}

bool PlantedPlaces::is_empty(Location place) const {
  return std::none_of(held_.begin(), held_.end(),
                      [&](const Holding& h) { return h.place == place; });
}

bool PlantedPlaces::stands_elsewhere(VReg value, Location place) const {
  return std::any_of(held_.begin(), held_.end(),
                     [&](const Holding& h) { return h.value == value && h.place != place; });
}

void PlantedPlaces::define(Location place, VReg value) {
  lose(place);
  held_.push_back({place, value});
}

void PlantedPlaces::name_again(VReg value, VReg argument) {
  std::size_t count = held_.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (held_[i].value == argument) held_.push_back({held_[i].place, value});
  }
}

void PlantedPlaces::lose(Location place) {
  std::erase_if(held_, [&](const Holding& h) { return h.place == place; });
}

void PlantedPlaces::forget_oldest() {
  for (std::size_t i = 0; i < held_.size() && held_.size() > kMostHeld;) {
    if (is_protected(held_[i].value)) {
      ++i;
    } else {
      held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

bool PlantedPlaces::is_protected(VReg value) const {
  return std::find(protected_.begin(), protected_.end(), value) != protected_.end();
}

bool PlantedPlaces::is_reserved(Location place) const {
  return std::find(reserved_.begin(), reserved_.end(), place) != reserved_.end();
}

// The first slot of the class's size that is usable, or a new one.
template <class Usable>
Location PlantedPlaces::find_slot(RegClass cls, Usable&& usable) {
  std::uint32_t units = machine_.slot_size_of(cls);
  for (const Slot& slot : slots_) {
    if (slot.units == units && usable(slot.place)) return slot.place;
  }
  std::uint32_t alignment = machine_.slot_alignment_of(cls);
  std::uint32_t first = (frame_units_ + alignment - 1) / alignment * alignment;
  frame_units_ = first + units;
  std::uint32_t name = machine_.slot_named_by_last ? first + units - 1 : first;
  slots_.push_back({units, Location::stack(SpillSlot(name))});
  return slots_.back().place;
}

Location PlantedPlaces::empty_slot(RegClass cls) {
  return find_slot(cls, [&](Location place) { return is_empty(place) && !is_reserved(place); });
}

Location PlantedPlaces::slot_beside(RegClass cls, std::span<const Location> taken) {
  return find_slot(cls, [&](Location place) {
    return std::find(taken.begin(), taken.end(), place) == taken.end();
  });
}

Location PlantedPlaces::draw_register(RegSet candidates) {
  if (candidates.empty()) return Location::none();
  RegSet empty;
  candidates.for_each([&](PReg reg) {
    if (is_empty(Location::reg(reg))) empty.add(reg);
  });
  if (!empty.empty() && choices_.chance(knobs_.planted_empty)) candidates = empty;
  auto skip = choices_.below(static_cast<std::uint32_t>(candidates.size()));
  for (; skip != 0; --skip) candidates.remove(candidates.first());
  return Location::reg(candidates.first());
}

// A register where there is one, since a register can go anywhere.
Location PlantedPlaces::source_of(VReg value) const {
  Location source;
  for (const Holding& h : held_) {
    if (h.value != value) continue;
    if (!is_memory(h.place)) return h.place;
    source = h.place;
  }
  return source;
}

void PlantedPlaces::move(Location from, Location to) {
  edits_.push_back(Edit::move(ProgPoint(), from, to));
  lose(to);
  std::size_t count = held_.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (held_[i].place == from) held_.push_back({to, held_[i].value});
  }
}

void PlantedPlaces::move_through_register(RegClass cls, Location from, Location to) {
  PReg scratch = machine_.scratch_of(cls);
  if (scratch.valid()) {
    move(from, Location::reg(scratch));
    move(Location::reg(scratch), to);
    return lose(Location::reg(scratch));
  }
  RegSet registers = machine_.allocatable(cls);
  for (RegSet rest = registers; !rest.empty(); rest.remove(rest.first())) {
    Location between = Location::reg(rest.first());
    if (!is_empty(between)) continue;
    move(from, between);
    return move(between, to);
  }
  Location borrowed = Location::reg(registers.first());
  std::vector<Location> taken = reserved_;
  for (const Holding& h : held_) taken.push_back(h.place);
  taken.push_back(to);
  Location saved = slot_beside(cls, taken);
  move(borrowed, saved);
  move(from, borrowed);
  move(borrowed, to);
  move(saved, borrowed);
}

void PlantedPlaces::transfer(RegClass cls, Location from, Location to) {
  if (is_memory(from) && is_memory(to)) return move_through_register(cls, from, to);
  move(from, to);
}

// What they hold, nobody needs, and no operand is meant to stand there.
bool PlantedPlaces::may_clobber(const RegSet& registers) const {
  bool may = true;
  registers.for_each([&](PReg reg) {
    Location place = Location::reg(reg);
    may &= is_empty(place) && !is_reserved(place);
  });
  return may;
}

// One that the recipe leaves alone until it has read it; none where the input stands in no such register.
PReg PlantedPlaces::input_register(const PlantedRecipe& recipe, std::size_t input,
                                   Location to) const {
  Operand operand = recipe.inputs[input];
  if (operand.is_pin()) return operand.preg();
  for (const Holding& h : held_) {
    bool is_register = h.value == operand.vreg() && !is_memory(h.place);
    if (!is_register || recipe.clobbers.contains(h.place.as_reg())) continue;
    if (recipe.reuse != input || h.place == to) return h.place.as_reg();
  }
  return PReg::none();
}

// By a recipe with inputs, where these stand in registers and the choice says so.
bool PlantedPlaces::recompute(VReg value, Location to) {
  auto found = recipes_.find(value);
  if (found == recipes_.end() || is_memory(to)) return false;
  const PlantedRecipe& recipe = found->second;
  if (recipe.clobbers.contains(to.as_reg()) || !may_clobber(recipe.clobbers)) return false;
  std::vector<PReg> inputs;
  for (std::size_t i = 0; i < recipe.inputs.size(); ++i) {
    inputs.push_back(input_register(recipe, i, to));
    if (!inputs.back().valid()) return false;
  }
  if (!choices_.chance(knobs_.planted_recompute)) return false;
  edits_.push_back(Edit::recompute(ProgPoint(), value, value, inputs, to));
  define(to, value);
  return true;
}

void PlantedPlaces::copy(VReg value, Location to) {
  if (holds(to, value)) return;
  if (recompute(value, to)) return;
  if (is_rematerializable(value) && !is_memory(to) && choices_.chance({128})) {
    edits_.push_back(Edit::recompute(ProgPoint(), value, value, to));
    return define(to, value);
  }
  transfer(class_of(value), source_of(value), to);
}

void PlantedPlaces::save(const Holding& holding) {
  if (!is_protected(holding.value) && !choices_.chance(knobs_.planted_keep)) return;
  RegClass cls = class_of(holding.value);
  transfer(cls, holding.place, empty_slot(cls));
}

void PlantedPlaces::vacate(Location place) {
  std::vector<Holding> held = held_;
  for (const Holding& h : held) {
    if (h.place == place && !stands_elsewhere(h.value, place)) save(h);
  }
}

// Carrying the demand out would lose a value that another one still waits for.
bool PlantedPlaces::takes_last_place(const Holding& demand,
                                     std::span<const Holding> demands) const {
  for (const Holding& other : demands) {
    bool waits = other.place != demand.place && !holds(other.place, other.value);
    if (waits && holds(demand.place, other.value) && !stands_elsewhere(other.value, demand.place)) {
      return true;
    }
  }
  return false;
}

// To an empty register that nobody demands, else to a slot.
void PlantedPlaces::rescue(Location place) {
  auto found =
      std::find_if(held_.begin(), held_.end(), [&](const Holding& h) { return h.place == place; });
  RegClass cls = class_of(found->value);
  for (RegSet rest = machine_.allocatable(cls); !rest.empty(); rest.remove(rest.first())) {
    Location spare = Location::reg(rest.first());
    if (is_empty(spare) && !is_reserved(spare)) return transfer(cls, place, spare);
  }
  transfer(cls, place, empty_slot(cls));
}

void PlantedPlaces::deliver(std::span<const Holding> demands) {
  for (const Holding& demand : demands) reserve(demand.place);
  for (;;) {
    const Holding* waiting = nullptr;
    bool carried_out = false;
    for (const Holding& demand : demands) {
      if (holds(demand.place, demand.value)) continue;
      if (takes_last_place(demand, demands)) {
        waiting = &demand;
        continue;
      }
      copy(demand.value, demand.place);
      carried_out = true;
    }
    if (waiting != nullptr && !carried_out) rescue(waiting->place);
    if (waiting == nullptr && !carried_out) break;
  }
  release_all();
}

}  // namespace regproof
