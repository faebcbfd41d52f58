// Which values each cell is known to hold at one point of a block.
//
// Cells that are copies of each other share one group, and a group lists its values, so a move costs
// O(1) however many values its source holds. A value's nodes are linked through all groups that list
// it; a def strikes them out, which each node suffers once.
//
//   p3i ---.                      group 7: v4 -> v9
//   stack2 -+--> group 7          nodes of v4: in group 7, in group 2
//
// A cell without the `occupied` bit holds nothing known. The first words of that bit set are register
// sets, so clobbers are three ANDs. Every value of a group has the group's class.
//
// Tested by tests/checker/symbolic_test.cpp.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "checker/symbolic_cells.h"
#include "ir/function.h"

namespace regproof {

// A cell and a value that it holds; sorted lists of them are the states at the heads of blocks.
using Fact = std::uint64_t;
constexpr Fact make_fact(Cell cell, VReg value) {
  return Fact{cell.value()} << 32 | value.value();
}
constexpr Cell cell_of_fact(Fact fact) {
  return Cell(static_cast<std::uint32_t>(fact >> 32));
}
constexpr VReg value_of_fact(Fact fact) {
  return VReg(static_cast<std::uint32_t>(fact));
}

// In a fact that is wanted: whatever the cell holds.
inline constexpr VReg kAnyValue = VReg::none();

class ValueState {
 public:
  ValueState(const FunctionView& function, const Cells& cells);

  // Forgets everything, then knows the facts, which ascend.
  void load(std::span<const Fact> facts);

  // The value, or what its recipe makes.
  bool holds(Cell cell, VReg value) const;
  bool knows_anything(Cell cell) const;
  const Recipes& recipes() const { return recipes_; }
  bool is_occupied(Cell cell) const {
    return (occupied_[cell.value() / 64] >> (cell.value() % 64) & 1) != 0;
  }

  // `value` is made anew in `cell`, or nowhere: older copies are stale, and of what its recipe makes where
  // that is open (checker/recipes.h).
  void define(VReg value, Cell cell);
  // `cell` is overwritten with the value, whose other copies stay good.
  void put(VReg value, Cell cell);
  // `to` is overwritten with what `from` holds of the class.
  void copy(Cell from, Cell to, RegClass cls);
  // Nothing is known of `cell` and of what overlaps it.
  void erase(Cell cell);
  void erase(const RegSet& registers) {
    for (RegClass cls : kClasses) occupied_[index_of(cls)] &= ~registers.bits(cls);
  }

  // Calls `visit(VReg)` for each value that the cell holds, and for each constant (checker/recipes.h).
  template <class Visit>
  void for_each_value(Cell cell, Visit&& visit) const {
    if (!is_occupied(cell)) return;
    std::uint32_t group = group_of_[cell.value()];
    for (std::uint32_t n = groups_[group].first; n != kNone; n = nodes_[n].next_in_group) {
      if (nodes_[n].group == group) visit(VReg(nodes_[n].value));
    }
  }
  // Calls `visit(Cell)` for each occupied cell in ascending order.
  template <class Visit>
  void for_each_cell(Visit&& visit) const {
    for (std::size_t w = 0; w < occupied_.size(); ++w) {
      for (std::uint64_t word = occupied_[w]; word != 0; word &= word - 1) {
        visit(Cell(static_cast<std::uint32_t>(w * 64) +
                   static_cast<std::uint32_t>(std::countr_zero(word))));
      }
    }
  }

 private:
  static_assert(kRegsPerClass == 64, "a class's registers are a word of `occupied_`");
  static constexpr std::uint32_t kNone = 0xffffffffu;
  struct Node {
    std::uint32_t value;
    std::uint32_t group;  // kNone once struck out
    std::uint32_t next_in_group;
    std::uint32_t next_of_value;
  };
  struct Group {
    std::uint32_t first;
    RegClass cls;
  };

  bool lists(Cell cell, VReg name) const;
  // No cell holds it any more.
  void strike_out(VReg name);
  // False if the cell is a register of another class than the value's.
  bool fits(VReg value, Cell cell) const {
    return cell.value() >= kRegCount ||
           class_of(PReg(static_cast<std::uint16_t>(cell.value()))) == function_.vreg_class(value);
  }
  void occupy(Cell cell, std::uint32_t group) {
    occupied_[cell.value() / 64] |= std::uint64_t{1} << (cell.value() % 64);
    group_of_[cell.value()] = group;
  }
  void vacate(Cell cell) {
    occupied_[cell.value() / 64] &= ~(std::uint64_t{1} << (cell.value() % 64));
  }
  std::uint32_t new_group(RegClass cls);
  void add_to_group(VReg value, std::uint32_t group);

  const FunctionView& function_;
  const Cells& cells_;
  const Recipes& recipes_;
  std::vector<std::uint64_t> occupied_;  // one bit per cell
  std::vector<std::uint32_t> group_of_;  // by cell; means something where occupied
  std::vector<std::uint32_t> node_of_;   // by name of a value: its first node, or none
  std::vector<Group> groups_;
  std::vector<Node> nodes_;
};

}  // namespace regproof
