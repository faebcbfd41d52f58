// Where values stand while an allocated program is drawn, and the edits that change it: what an
// allocator keeps in its head between two instructions. A place may hold several values (a parameter
// and its argument), a value may stand in several places.
//
// `protect` names values that later blocks rely on: nothing here takes the last place from one of
// them, and whoever is about to overwrite one asks `vacate` first. Memory is unlimited, so there is
// always somewhere to go; from memory to memory things go through a scratch register, an empty one,
// or one that is saved and restored around it.
//
// Cost: each question walks the list of what is held, a few dozen entries.
//
// Tested by tests/ssagen/planted_test.cpp, whose known answers are made of these edits.
#pragma once

#include <boost/container/flat_map.hpp>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"
#include "ssagen/choice.h"
#include "ssagen/knobs.h"

namespace regproof {

struct Holding {
  Location place;
  VReg value;

  friend bool operator==(const Holding&, const Holding&) = default;
};

struct PlantedRecipe {
  std::vector<Operand> inputs;  // uses in a register, and pins
  std::uint32_t cost = 1;
  RegSet clobbers;
  std::uint8_t reuse = Recipe::kNoReuse;
};

class PlantedPlaces {
 public:
  PlantedPlaces(Choices& choices, const Knobs& knobs, const Machine& machine)
      : choices_(choices), knobs_(knobs), machine_(machine) {}

  VReg new_value(RegClass cls, bool rematerializable);
  RegClass class_of(VReg value) const { return classes_[value.value()]; }
  const std::vector<RegClass>& classes() const { return classes_; }
  const std::vector<VReg>& rematerializable() const { return rematerializable_; }
  bool is_rematerializable(VReg value) const;
  // A value may get one where it is defined. Its pins are such that nothing may be given; that nothing
  // clobbers them is up to whoever writes the program down.
  void give_recipe(VReg value, PlantedRecipe recipe) { recipes_.emplace(value, std::move(recipe)); }
  const boost::container::flat_map<VReg, PlantedRecipe>& recipes() const { return recipes_; }
  std::uint32_t frame_units() const { return frame_units_; }

  // What is held.

  const std::vector<Holding>& held() const { return held_; }
  void hold(std::vector<Holding> held) { held_ = std::move(held); }
  bool holds(Location place, VReg value) const;
  bool is_empty(Location place) const;
  bool stands_somewhere(VReg value) const { return stands_elsewhere(value, Location::none()); }
  bool stands_elsewhere(VReg value, Location place) const;
  // `value` stands there, and nothing else any more.
  void define(Location place, VReg value);
  // `value` is what `argument` is, wherever that stands.
  void name_again(VReg value, VReg argument);
  void lose(Location place);
  // Forgets the oldest values that nothing relies on where there are many.
  void forget_oldest();

  // What must not be lost, and places that are spoken for: no edit picks one of them on its own.

  void protect(std::span<const VReg> values) { protected_.assign(values.begin(), values.end()); }
  bool is_protected(VReg value) const;
  void reserve(Location place) { reserved_.push_back(place); }
  void release_all() { reserved_.clear(); }
  bool is_reserved(Location place) const;

  // Places to go to.

  bool is_memory(Location place) const { return place.is_memory(machine_); }
  // A slot that holds nothing and is not reserved.
  Location empty_slot(RegClass cls);
  // A slot that is not one of `taken`, whatever it holds now.
  Location slot_beside(RegClass cls, std::span<const Location> taken);
  // One of `candidates`, an empty one where the choice says so; none where there are none.
  Location draw_register(RegSet candidates);

  // Edits, which are collected.

  // Copies what stands in a place of `value` to another place.
  void copy(VReg value, Location to);
  // Copies it to a slot if it is protected or the choice is to keep it.
  void save(const Holding& holding);
  // Saves what would be lost with the contents of a place.
  void vacate(Location place);
  // All at once: each place shall hold the value that stands beside it.
  void deliver(std::span<const Holding> demands);
  std::vector<Edit> take_edits() { return std::exchange(edits_, {}); }

 private:
  Location source_of(VReg value) const;
  bool recompute(VReg value, Location to);
  bool may_clobber(const RegSet& registers) const;
  PReg input_register(const PlantedRecipe& recipe, std::size_t input, Location to) const;
  void move(Location from, Location to);
  void transfer(RegClass cls, Location from, Location to);
  void move_through_register(RegClass cls, Location from, Location to);
  bool takes_last_place(const Holding& demand, std::span<const Holding> demands) const;
  void rescue(Location place);
  template <class Usable>
  Location find_slot(RegClass cls, Usable&& usable);

  Choices& choices_;
  const Knobs& knobs_;
  const Machine& machine_;
  std::vector<RegClass> classes_;  // by vreg
  std::vector<VReg> rematerializable_;
  boost::container::flat_map<VReg, PlantedRecipe> recipes_;
  std::vector<Holding> held_;  // oldest first
  std::vector<VReg> protected_;
  std::vector<Location> reserved_;
  struct Slot {
    std::uint32_t units;
    Location place;
  };
  std::vector<Slot> slots_;  // slots of different sizes do not overlap
  std::uint32_t frame_units_ = 0;
  std::vector<Edit> edits_;  // their points are set later
};

}  // namespace regproof
