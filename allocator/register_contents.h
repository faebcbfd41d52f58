// Which value each allocatable register holds at one place of a walk through the program, by the name of its
// recipe where it has one (RecipeMap::name_of); none where that is not known.
//
// Tested with its users, allocator/redundant.* and allocator/recompute.*.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>

#include "allocator/metered.h"
#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"

namespace regproof {

class RegisterContents {
 public:
  static constexpr std::uint8_t kUntracked = 255;

  explicit RegisterContents(const Machine& machine) {
    std::fill(std::begin(index_), std::end(index_), kUntracked);
    for (RegClass cls : kClasses) {
      first_of_class_[index_of(cls)] = static_cast<std::uint8_t>(registers_.size());
      machine.allocatable(cls).for_each([&](PReg reg) {
        index_[reg.value()] = static_cast<std::uint8_t>(registers_.size());
        registers_.push_back(reg);
      });
    }
    first_of_class_[kClassCount] = static_cast<std::uint8_t>(registers_.size());
    now_.resize(registers_.size());
  }

  // In the order of the registers.
  std::span<VReg> all() { return now_; }
  std::size_t size() const { return now_.size(); }

  bool is_tracked(Location l) const {
    return l.is_reg() && index_[l.as_reg().value()] != kUntracked;
  }
  // None of a place that is not followed.
  VReg at(Location l) const {
    return is_tracked(l) ? now_[index_[l.as_reg().value()]] : VReg::none();
  }
  // Nothing happens at a place that is not followed.
  void put(Location l, VReg value) {
    if (is_tracked(l)) now_[index_[l.as_reg().value()]] = value;
  }
  void clear() { std::fill(now_.begin(), now_.end(), VReg::none()); }
  void forget(const RegSet& overwritten) {
    for (std::size_t r = 0; r < registers_.size(); ++r) {
      if (overwritten.contains(registers_[r])) now_[r] = VReg::none();
    }
  }
  // A register of the class that holds the value and is none of `besides`; none if there is none.
  PReg holder_of(VReg value, RegClass cls, const RegSet& besides = {}) const {
    std::size_t c = index_of(cls);
    for (std::uint8_t r = first_of_class_[c]; r < first_of_class_[c + 1]; ++r) {
      if (now_[r] == value && !besides.contains(registers_[r])) return registers_[r];
    }
    return PReg::none();
  }

 private:
  Vector<PReg> registers_;  // those that are followed, by their index
  Vector<VReg> now_;        // likewise
  std::uint8_t index_[kRegCount];
  std::uint8_t first_of_class_[kClassCount + 1];
};

}  // namespace regproof
