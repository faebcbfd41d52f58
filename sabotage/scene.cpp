#include "sabotage/scene.h"

#include <algorithm>

namespace regproof::sabotage {

Spot Scene::spot_at(std::uint32_t place) const {
  auto after = std::upper_bound(
      function.inst_records.begin(), function.inst_records.end(), place,
      [](std::uint32_t p, const InstRecord& record) { return p < record.first_operand; });
  Inst inst(static_cast<std::uint32_t>(after - function.inst_records.begin() - 1));
  return {inst, place - function.first_operand(inst), function.operand_array[place]};
}

std::vector<Spot> Scene::operands_of(Inst inst) const {
  std::vector<Spot> spots;
  auto operands = function.operands(inst);
  for (std::uint32_t k = 0; k < operands.size(); ++k) {
    if (!operands[k].is_pin()) spots.push_back({inst, k, operands[k]});
  }
  return spots;
}

bool Scene::put(const Spot& spot, Location to) {
  bool changed = place_of(spot) != to;
  place_of(spot) = to;
  return changed;
}

RegClass Scene::class_of_move(const Edit& edit) const {
  if (edit.to.is_reg()) return class_of(edit.to.as_reg());
  return edit.from.is_reg() ? class_of(edit.from.as_reg()) : RegClass::Int;
}

Scene::Group Scene::group_at(ProgPoint point) const {
  auto begins = [](const Edit& edit, ProgPoint p) { return edit.point < p; };
  auto ends = [](ProgPoint p, const Edit& edit) { return p < edit.point; };
  auto first = std::lower_bound(output.edits.begin(), output.edits.end(), point, begins);
  auto end = std::upper_bound(first, output.edits.end(), point, ends);
  return {static_cast<std::size_t>(first - output.edits.begin()),
          static_cast<std::size_t>(end - output.edits.begin())};
}

void Scene::insert(const Edit& edit, bool first) {
  Group group = group_at(edit.point);
  std::size_t at = group.first + (first ? 0 : below(group.size() + 1));
  output.edits.insert(output.edits.begin() + static_cast<std::ptrdiff_t>(at), edit);
}

bool Scene::reads_values(const Recipe& recipe) const {
  auto inputs = function.inputs(recipe);
  return std::any_of(inputs.begin(), inputs.end(), [](Operand input) { return !input.is_pin(); });
}

// The last one in the order of the text; any where there is none.
Location Scene::register_ahead_of(ProgPoint point, VReg value) {
  for (std::uint32_t i = point.inst().value() + (point.is_after() ? 1 : 0); i > 0; --i) {
    for (const Spot& spot : operands_of(Inst(i - 1))) {
      Location at = place_of(spot);
      if (spot.op.vreg() == value && at.is_reg() && !is_memory(at)) return at;
    }
  }
  return any_register(function.vreg_class(value));
}

Edit Scene::recipe_run(ProgPoint point, VReg value, VReg as, Location to) {
  Edit edit = Edit::recompute(point, value, as, to);
  const Recipe* recipe = recipe_of(edit);
  if (recipe == nullptr) return edit;
  auto inputs = function.inputs(*recipe);
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    Location at = inputs[k].is_pin() ? Location::reg(inputs[k].preg())
                                     : register_ahead_of(point, inputs[k].vreg());
    if (recipe->reuse == k && to.is_reg()) at = to;
    if (at.is_reg()) edit.inputs[k] = at.as_reg();
  }
  return edit;
}

Location Scene::any_register(RegClass cls) {
  std::vector<PReg> registers;
  machine.allocatable(cls).for_each([&](PReg reg) { registers.push_back(reg); });
  return registers.empty() ? Location::none() : Location::reg(one_of(registers));
}

std::optional<Location> Scene::reserved_register(RegClass cls) {
  PReg scratch = machine.scratch_of(cls);
  if (scratch.valid() && coin()) return Location::reg(scratch);
  auto number = pick(kRegsPerClass, [&](std::uint32_t n) {
    PReg reg = make_preg(cls, n);
    return !machine.allocatable().contains(reg) && !machine.fixed_stack.contains(reg);
  });
  if (!number) return std::nullopt;
  return Location::reg(make_preg(cls, *number));
}

std::optional<Location> Scene::any_slot() {
  if (output.spillslots == 0) return std::nullopt;
  return Location::stack(SpillSlot(below(output.spillslots)));
}

Location Scene::any_place(RegClass cls) {
  std::uint32_t choice = below(4);
  if (choice == 0) {
    if (std::optional<Location> slot = any_slot()) return *slot;
  }
  if (choice == 1) {
    if (const Edit* edit = pick_move()) return coin() ? edit->from : edit->to;
  }
  return any_register(cls);
}

RegClass Scene::any_class() {
  std::vector<RegClass> known;
  for (RegClass cls : kClasses) {
    if (!machine.allocatable(cls).empty()) known.push_back(cls);
  }
  return known.empty() ? RegClass::Int : one_of(known);
}

RegClass Scene::another_class(RegClass cls) {
  return kClasses[(index_of(cls) + 1 + below(kClassCount - 1)) % kClassCount];
}

bool Scene::rename(Location from, Location to) {
  bool changed = false;
  auto change = [&](Location& place) {
    if (place != from || from == to) return;
    place = to;
    changed = true;
  };
  for (Location& place : output.locations) change(place);
  for (Edit& edit : output.edits) {
    change(edit.from);
    change(edit.to);
    if (!from.is_reg() || !to.is_reg()) continue;
    for (PReg& input : edit.inputs) {
      Location place = input.valid() ? Location::reg(input) : Location::none();
      change(place);
      if (place.is_reg()) input = place.as_reg();
    }
  }
  for (DebugLocation& label : output.debug_locations) change(label.location);
  return changed;
}

Location shifted(Scene& scene, Location slot) {
  std::uint32_t number = slot.as_stack().value();
  bool down = number > 0 && scene.coin();
  return Location::stack(SpillSlot(down ? number - 1 : number + 1));
}

}  // namespace regproof::sabotage
