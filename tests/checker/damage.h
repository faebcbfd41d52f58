// Ways to damage an answer: each changes one thing, drawn from a stream of numbers, and says what it
// did and where. The result may be as right as before (a move that was not needed is dropped); to
// tell is the judges' work. Their list is damage_ways.h; used by damaged_answers_test.cpp.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checker/path_chooser.h"
#include "ir/names.h"
#include "tests/checker/programs.h"

namespace regproof::testing {

struct Answered {
  std::string name;
  Sample sample;
  Output output;
};

struct Damaged {
  Output output;
  std::vector<Inst> places;  // where the change can be felt first
  std::string what;          // one line
  std::vector<Edit> edits;   // the edits that it took away, changed (as they are now) or added
};

class Damager {
 public:
  Damager(const Answered& answered, RandomStream& random)
      : answered_(answered),
        function_(answered.sample.function.view()),
        machine_(answered.sample.machine),
        random_(random) {
    damaged_.output = answered.output;
  }

  using Way = bool (Damager::*)();

  // Nothing where the way does not apply to this answer or changed nothing.
  std::optional<Damaged> apply(Way way) {
    if (!(this->*way)() || damaged_.output == answered_.output) return std::nullopt;
    return std::move(damaged_);
  }

  bool swap_operands() {
    std::optional<Spot> spot = pick_operand();
    if (!spot) return false;
    std::uint32_t first = out().first_location[spot->inst.value()];
    std::uint32_t end = out().first_location[spot->inst.value() + 1];
    std::uint32_t other = first + random_.below(end - first);
    std::swap(out().locations[spot->place], out().locations[other]);
    say(*spot, "swapped with operand " + std::to_string(other - first));
    return true;
  }

  bool other_place() {
    std::optional<Spot> spot = pick_operand();
    return spot && set(*spot, any_place(class_of_operand(*spot)));
  }

  bool other_register() {
    std::optional<Spot> spot = pick_operand();
    return spot && set(*spot, any_register(class_of_operand(*spot)));
  }

  bool place_of_another_operand() {
    std::optional<Spot> spot = pick_operand();
    if (!spot) return false;
    std::uint32_t first = out().first_location[spot->inst.value()];
    std::uint32_t end = out().first_location[spot->inst.value() + 1];
    return set(*spot, out().locations[first + random_.below(end - first)]);
  }

  // In the register of a clobber of the same instruction.
  bool clobbered_operand() {
    std::optional<Spot> spot = pick_operand();
    if (!spot) return false;
    std::vector<PReg> clobbers;
    function_.clobbers(spot->inst).for_each([&](PReg reg) { clobbers.push_back(reg); });
    if (clobbers.empty()) return false;
    std::uint32_t index = random_.below(static_cast<std::uint32_t>(clobbers.size()));
    return set(*spot, Location::reg(clobbers[index]));
  }

  bool register_of_wrong_class() {
    std::optional<Spot> spot = pick_operand();
    if (!spot || !out().locations[spot->place].is_reg()) return false;
    PReg reg = out().locations[spot->place].as_reg();
    std::uint32_t cls = (static_cast<std::uint32_t>(class_of(reg)) + 1 + random_.below(2)) % 3;
    return set(*spot, Location::reg(make_preg(static_cast<RegClass>(cls), number_of(reg))));
  }

  bool reserved_register() {
    std::optional<Spot> spot = pick_operand();
    if (!spot) return false;
    RegClass cls = class_of_operand(*spot);
    PReg reg = make_preg(cls, random_.below(kRegsPerClass));
    if (random_.below(2) == 0 && machine_.scratch_of(cls).valid()) reg = machine_.scratch_of(cls);
    if (machine_.allocatable().contains(reg)) return false;
    return set(*spot, Location::reg(reg));
  }

  bool shifted_operand_slot() {
    std::optional<Spot> spot = pick_operand();
    if (!spot || !out().locations[spot->place].is_stack()) return false;
    return set(*spot, shifted(out().locations[spot->place]));
  }

  bool no_location() {
    std::optional<Spot> spot = pick_operand();
    return spot && set(*spot, Location::none());
  }

  bool dropped_location() {
    std::optional<Spot> spot = pick_operand();
    if (!spot) return false;
    out().locations.erase(out().locations.begin() + spot->place);
    for (std::size_t i = spot->inst.value() + 1; i < out().first_location.size(); ++i) {
      --out().first_location[i];
    }
    say(*spot, "dropped from the list");
    return true;
  }

  bool dropped_edit() {
    if (out().edits.empty()) return false;
    std::uint32_t index = pick_edit();
    touch(out().edits[index], "dropped: ");
    out().edits.erase(out().edits.begin() + index);
    return true;
  }

  bool moved_edit() {
    if (out().edits.empty()) return false;
    std::uint32_t index = pick_edit();
    Edit edit = out().edits[index];
    touch(edit, "moved away: ");
    out().edits.erase(out().edits.begin() + index);
    insert_nearby(edit);
    return true;
  }

  bool copied_edit() {
    if (out().edits.empty()) return false;
    insert_nearby(out().edits[pick_edit()]);
    return true;
  }

  bool swapped_edits() {
    if (out().edits.size() < 2) return false;
    std::uint32_t index = random_.below(static_cast<std::uint32_t>(out().edits.size() - 1));
    Edit& first = out().edits[index];
    Edit& second = out().edits[index + 1];
    if (first.point != second.point) return false;
    std::swap(first, second);
    touch(first, "now the first of the two: ");
    touch(second, "now the second: ");
    return true;
  }

  bool unsorted_edits() {
    if (out().edits.size() < 2) return false;
    Edit& first = out().edits[pick_edit()];
    Edit& second = out().edits[pick_edit()];
    if (first.point == second.point) return false;
    std::swap(first, second);
    touch(first, "out of order: ");
    touch(second, "out of order: ");
    return true;
  }

  bool redirected_source() {
    if (out().edits.empty()) return false;
    Edit& edit = out().edits[pick_edit()];
    if (edit.kind != EditKind::Move) return false;
    edit.from = any_place(class_of_edit(edit));
    touch(edit, "source redirected: ");
    return true;
  }

  bool redirected_destination() {
    if (out().edits.empty()) return false;
    Edit& edit = out().edits[pick_edit()];
    touch(edit, "was: ");
    edit.to = any_place(class_of_edit(edit));
    touch(edit, "destination redirected: ");
    return true;
  }

  bool reversed_edit() {
    if (out().edits.empty()) return false;
    Edit& edit = out().edits[pick_edit()];
    if (edit.kind != EditKind::Move) return false;
    std::swap(edit.from, edit.to);
    touch(edit, "reversed: ");
    return true;
  }

  bool shifted_edit_slot() {
    if (out().edits.empty()) return false;
    Edit& edit = out().edits[pick_edit()];
    Location& end = edit.from.is_stack() ? edit.from : edit.to;
    if (!end.is_stack()) return false;
    end = shifted(end);
    touch(edit, "slot shifted: ");
    return true;
  }

  bool added_edit() {
    RegClass cls = any_class();
    insert_at(random_.below(static_cast<std::uint32_t>(2 * function_.inst_count())),
              Edit::move(ProgPoint(), any_place(cls), any_place(cls)));
    return true;
  }

  bool edit_to_another_class() {
    if (out().edits.empty()) return false;
    Edit& edit = out().edits[pick_edit()];
    Location& end = edit.to.is_reg() ? edit.to : edit.from;
    if (!end.is_reg()) return false;
    std::uint32_t cls =
        (static_cast<std::uint32_t>(class_of(end.as_reg())) + 1 + random_.below(2)) % 3;
    end = Location::reg(make_preg(static_cast<RegClass>(cls), number_of(end.as_reg())));
    touch(edit, "class changed: ");
    return true;
  }

  // What a move carries is taken a few points ahead and waits in the scratch register.
  bool parked_in_scratch() {
    if (out().edits.empty()) return false;
    std::uint32_t index = pick_edit();
    Edit edit = out().edits[index];
    PReg scratch = machine_.scratch_of(class_of_edit(edit));
    if (edit.kind != EditKind::Move || !scratch.valid()) return false;
    Edit park = Edit::move(edit.point, edit.from, Location::reg(scratch));
    out().edits[index].from = Location::reg(scratch);
    std::uint32_t ahead = random_.below(4);
    insert_at(edit.point.bits() - std::min(edit.point.bits(), ahead), park, Among::First);
    return true;
  }

  bool added_recipe() {
    std::span<const VReg> marked = function_.rematerializable;
    if (marked.empty()) return false;
    VReg value = marked[random_.below(static_cast<std::uint32_t>(marked.size()))];
    Location to = any_register(function_.vreg_class(value));
    insert_at(random_.below(static_cast<std::uint32_t>(2 * function_.inst_count())),
              Edit::recompute(ProgPoint(), value, value, to));
    return true;
  }

  // Loads a value's recipe instead of the value: of the right value, or of another one.
  bool recomputed() {
    std::span<const VReg> marked = function_.rematerializable;
    if (out().edits.empty() || marked.empty()) return false;
    Edit& edit = out().edits[pick_edit()];
    if (edit.kind != EditKind::Move || !edit.to.is_reg() || edit.to.is_memory(machine_))
      return false;
    VReg value = marked[random_.below(static_cast<std::uint32_t>(marked.size()))];
    VReg as = random_.below(2) == 0
                  ? value
                  : VReg(random_.below(static_cast<std::uint32_t>(function_.vreg_count())));
    edit = Edit::recompute(edit.point, value, as, edit.to);
    touch(edit, "recomputed: ");
    return true;
  }

  // Every mention of one slot becomes another: what the two held is mixed up.
  bool joined_slots() {
    if (out().spillslots < 2) return false;
    Location from = Location::stack(SpillSlot(random_.below(out().spillslots)));
    Location to = random_.below(2) == 0
                      ? shifted(from)
                      : Location::stack(SpillSlot(random_.below(out().spillslots)));
    rename(from, to);
    return true;
  }

  // Every mention of a register in one block's edits and lists becomes another register.
  bool joined_registers() {
    RegClass cls = any_class();
    rename(any_register(cls), any_register(cls));
    return true;
  }

  bool shrunk_frame() {
    if (out().spillslots == 0) return false;
    std::uint32_t by = 1 + random_.below(std::min(out().spillslots, 3u));
    out().spillslots -= by;
    for (const Edit& edit : out().edits) {
      bool beyond = false;
      for (Location end : {edit.from, edit.to}) {
        beyond = beyond || (end.is_stack() && end.as_stack().value() >= out().spillslots);
      }
      if (beyond) damaged_.places.push_back(edit.point.inst());
    }
    if (damaged_.places.size() > 4) damaged_.places.resize(4);
    damaged_.what = "the frame is smaller by " + std::to_string(by);
    return true;
  }

  bool moved_label() {
    if (out().debug_locations.empty()) return false;
    DebugLocation& label = pick_label();
    label.location = random_.below(4) == 0
                         ? any_place(any_class())
                         : out().debug_locations[random_.below(labels())].location;
    touch(label);
    return true;
  }

  bool stretched_label() {
    if (out().debug_locations.empty()) return false;
    DebugLocation& label = pick_label();
    std::uint32_t by = 1 + random_.below(6);
    if (random_.below(2) == 0) {
      label.from = ProgPoint::from_bits(label.from.bits() - std::min(label.from.bits(), by));
    } else {
      label.to = ProgPoint::from_bits(label.to.bits() + by);
    }
    touch(label);
    return true;
  }

 private:
  enum class Among { Anywhere, First };
  struct Spot {
    Inst inst;
    std::uint32_t place;    // in Output::locations
    std::uint32_t operand;  // in the instruction
  };

  Output& out() { return damaged_.output; }

  std::optional<Spot> pick_operand() {
    if (out().locations.empty()) return std::nullopt;
    std::uint32_t place = random_.below(static_cast<std::uint32_t>(out().locations.size()));
    auto after = std::upper_bound(out().first_location.begin(), out().first_location.end(), place);
    Inst inst(static_cast<std::uint32_t>(after - out().first_location.begin() - 1));
    Spot spot{inst, place, place - out().first_location[inst.value()]};
    if (spot.operand >= function_.operands(inst).size()) return std::nullopt;
    if (function_.operands(inst)[spot.operand].is_pin()) return std::nullopt;
    return spot;
  }
  std::uint32_t pick_edit() {
    return random_.below(static_cast<std::uint32_t>(out().edits.size()));
  }
  std::uint32_t labels() const {
    return static_cast<std::uint32_t>(damaged_.output.debug_locations.size());
  }
  DebugLocation& pick_label() { return out().debug_locations[random_.below(labels())]; }

  RegClass class_of_operand(const Spot& spot) const {
    return function_.vreg_class(function_.operands(spot.inst)[spot.operand].vreg());
  }
  RegClass class_of_edit(const Edit& edit) const {
    if (edit.to.is_reg()) return class_of(edit.to.as_reg());
    return edit.from.is_reg() ? class_of(edit.from.as_reg()) : RegClass::Int;
  }
  RegClass any_class() {
    std::vector<RegClass> known;
    for (RegClass cls : kClasses) {
      if (!machine_.allocatable(cls).empty()) known.push_back(cls);
    }
    return known[random_.below(static_cast<std::uint32_t>(known.size()))];
  }

  Location any_register(RegClass cls) {
    std::vector<PReg> registers;
    machine_.allocatable(cls).for_each([&](PReg reg) { registers.push_back(reg); });
    return Location::reg(registers[random_.below(static_cast<std::uint32_t>(registers.size()))]);
  }
  // A register of the class, a slot of the frame, or a place that some edit uses.
  Location any_place(RegClass cls) {
    std::uint32_t choice = random_.below(4);
    if (choice == 0 && out().spillslots > 0) {
      return Location::stack(SpillSlot(random_.below(out().spillslots)));
    }
    if (choice == 1 && !out().edits.empty()) {
      const Edit& edit = out().edits[pick_edit()];
      if (edit.kind == EditKind::Move) return random_.below(2) == 0 ? edit.from : edit.to;
    }
    return any_register(cls);
  }
  Location shifted(Location slot) {
    std::uint32_t number = slot.as_stack().value();
    bool down = number > 0 && random_.below(2) == 0;
    return Location::stack(SpillSlot(down ? number - 1 : number + 1));
  }

  bool set(const Spot& spot, Location to) {
    Location was = out().locations[spot.place];
    out().locations[spot.place] = to;
    say(spot, to_string(was) + " became " + to_string(to));
    return true;
  }
  void say(const Spot& spot, const std::string& what) {
    damaged_.places.push_back(spot.inst);
    damaged_.what = to_string(spot.inst) + ", operand " + std::to_string(spot.operand) + " (" +
                    to_string(function_.operands(spot.inst)[spot.operand], function_) +
                    "): " + what;
  }
  void touch(const Edit& edit, const std::string& what) {
    damaged_.places.push_back(edit.point.inst());
    damaged_.edits.push_back(edit);
    if (!damaged_.what.empty()) damaged_.what += "; ";
    damaged_.what += what + to_string(edit.point) + " " + to_string(edit, function_);
  }
  void touch(const DebugLocation& label) {
    damaged_.places.push_back(Inst(std::min(
        label.from.inst().value(), static_cast<std::uint32_t>(function_.inst_count() - 1))));
    damaged_.what = "label " + std::to_string(label.label) + " now from " + to_string(label.from) +
                    " to " + to_string(label.to) + " in " + to_string(label.location);
  }

  void rename(Location from, Location to) {
    std::uint32_t changed = 0;
    auto change = [&](Location& place, Inst inst) {
      if (place != from) return;
      place = to;
      if (++changed <= 4) damaged_.places.push_back(inst);
    };
    for (Inst inst : function_.insts()) {
      for (std::uint32_t i = out().first_location[inst.value()];
           i < out().first_location[inst.value() + 1]; ++i) {
        change(out().locations[i], inst);
      }
    }
    for (Edit& edit : out().edits) {
      change(edit.from, edit.point.inst());
      change(edit.to, edit.point.inst());
    }
    damaged_.what = to_string(from) + " is " + to_string(to) + " everywhere (" +
                    std::to_string(changed) + " times)";
  }

  // Up to four points away from where it stood.
  void insert_nearby(const Edit& edit) {
    std::int64_t point = std::int64_t{edit.point.bits()} + random_.below(9) - 4;
    std::int64_t last = static_cast<std::int64_t>(2 * function_.inst_count()) - 1;
    insert_at(static_cast<std::uint32_t>(std::clamp<std::int64_t>(point, 0, last)), edit);
  }
  // Among the edits of that point; the list stays sorted.
  void insert_at(std::uint32_t point, Edit edit, Among among = Among::Anywhere) {
    edit.point = ProgPoint::from_bits(point);
    auto begins = [](const Edit& a, const Edit& b) { return a.point < b.point; };
    auto [first, end] = std::equal_range(out().edits.begin(), out().edits.end(), edit, begins);
    std::uint32_t offset = 0;
    if (among == Among::Anywhere) {
      offset = random_.below(static_cast<std::uint32_t>(end - first + 1));
    }
    out().edits.insert(first + offset, edit);
    touch(edit, "added: ");
  }

  const Answered& answered_;
  FunctionView function_;
  const Machine& machine_;
  RandomStream& random_;
  Damaged damaged_;
};

}  // namespace regproof::testing
