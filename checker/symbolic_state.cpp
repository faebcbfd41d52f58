#include "checker/symbolic_state.h"

#include <algorithm>

#include "base/work.h"

namespace regproof {

ValueState::ValueState(const FunctionView& function, const Cells& cells)
    : function_(function),
      cells_(cells),
      recipes_(cells.recipes()),
      occupied_((cells.count() + 63) / 64, 0),
      group_of_(cells.count(), kNone),
      node_of_(cells.recipes().name_count(), kNone) {}

std::uint32_t ValueState::new_group(RegClass cls) {
  groups_.push_back({kNone, cls});
  return static_cast<std::uint32_t>(groups_.size() - 1);
}

void ValueState::add_to_group(VReg value, std::uint32_t group) {
  auto node = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back({value.value(), group, groups_[group].first, node_of_[value.value()]});
  groups_[group].first = node;
  node_of_[value.value()] = node;
}

void ValueState::load(std::span<const Fact> facts) {
  count_work(facts.size() + occupied_.size());
  for (const Node& node : nodes_) node_of_[node.value] = kNone;
  nodes_.clear();
  groups_.clear();
  std::fill(occupied_.begin(), occupied_.end(), 0);
  Cell current;
  for (Fact fact : facts) {
    VReg value = value_of_fact(fact);
    if (cell_of_fact(fact) != current) {
      current = cell_of_fact(fact);
      occupy(current, new_group(function_.vreg_class(recipes_.value_of(value))));
    }
    add_to_group(value, group_of_[current.value()]);
  }
}

// Both lists, the group's and the value's, answer; the shorter one ends the search.
bool ValueState::lists(Cell cell, VReg value) const {
  if (!is_occupied(cell)) return false;
  std::uint32_t group = group_of_[cell.value()];
  std::uint32_t in_group = groups_[group].first;
  std::uint32_t of_value = node_of_[value.value()];
  while (in_group != kNone && of_value != kNone) {
    count_work(1);
    if (nodes_[in_group].value == value.value() && nodes_[in_group].group == group) return true;
    if (nodes_[of_value].group == group) return true;
    in_group = nodes_[in_group].next_in_group;
    of_value = nodes_[of_value].next_of_value;
  }
  return false;
}

bool ValueState::holds(Cell cell, VReg value) const {
  if (lists(cell, value)) return true;
  VReg constant = recipes_.constant_of(value);
  return constant.valid() && lists(cell, constant);
}

bool ValueState::knows_anything(Cell cell) const {
  bool any = false;
  for_each_value(cell, [&](VReg) { any = true; });
  return any;
}

void ValueState::strike_out(VReg name) {
  for (std::uint32_t n = node_of_[name.value()]; n != kNone; n = nodes_[n].next_of_value) {
    nodes_[n].group = kNone;
    count_work(1);
  }
  node_of_[name.value()] = kNone;
}

void ValueState::define(VReg value, Cell cell) {
  strike_out(value);
  if (VReg constant = recipes_.staled_by(value); constant.valid()) strike_out(constant);
  if (cell.valid()) put(value, cell);
}

void ValueState::put(VReg value, Cell cell) {
  erase(cell);
  if (!fits(value, cell)) return;
  std::uint32_t group = new_group(function_.vreg_class(value));
  occupy(cell, group);
  add_to_group(value, group);
  VReg constant = recipes_.constant_of(value);
  if (constant.valid()) add_to_group(constant, group);
}

void ValueState::copy(Cell from, Cell to, RegClass cls) {
  if (!to.valid()) return;
  bool known = from.valid() && is_occupied(from) && groups_[group_of_[from.value()]].cls == cls &&
               cls != RegClass::None;
  std::uint32_t group = known ? group_of_[from.value()] : kNone;
  erase(to);
  if (known) occupy(to, group);
}

void ValueState::erase(Cell cell) {
  vacate(cell);
  for (Cell other : cells_.overlapping(cell)) vacate(other);
}

}  // namespace regproof
