// Where sabotage takes place: a program, its machine, and a copy of a sound answer that a way
// (sabotage/ways.h) may change as it likes. Whatever is chosen comes from one stream of numbers, so a
// seed, or an input of a fuzz target, makes the same change again.
//
// What is picked is sought from a random place on, so that a way finds what it needs wherever in the
// answer that stands. Cost of a pick: at most one look at each operand, edit or label.
//
// Tested by tests/sabotage/sabotage_test.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "checker/path_chooser.h"
#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"

namespace regproof::sabotage {

// An operand that is no pin.
struct Spot {
  Inst inst;
  std::uint32_t operand = 0;
  Operand op;
};

// An input of a recipe that an edit runs.
struct InputSpot {
  Edit* edit = nullptr;
  const Recipe* recipe = nullptr;
  std::uint32_t input = 0;
  Operand op;

  PReg& reg() const { return edit->inputs[input]; }
};

class Scene {
 public:
  // The answer is sound: its lists are as long as the operands. All of it outlives the scene.
  Scene(const FunctionView& f, const Machine& m, const Output& sound, RandomStream& stream)
      : function(f), machine(m), output(sound), random(stream) {}

  const FunctionView& function;
  const Machine& machine;
  Output output;
  RandomStream& random;

  std::uint32_t below(std::size_t bound) { return random.below(static_cast<std::uint32_t>(bound)); }
  bool coin() { return below(2) == 0; }
  template <class Item>
  Item& one_of(std::vector<Item>& items) {
    return items[below(items.size())];
  }

  // A number below `count` that `accepts` takes.
  template <class Accepts>
  std::optional<std::uint32_t> pick(std::size_t count, Accepts&& accepts) {
    if (count == 0) return std::nullopt;
    std::uint32_t first = below(count);
    for (std::size_t i = 0; i < count; ++i) {
      auto candidate = static_cast<std::uint32_t>((first + i) % count);
      if (accepts(candidate)) return candidate;
    }
    return std::nullopt;
  }
  template <class Accepts>
  std::optional<Spot> pick_operand(Accepts&& accepts) {
    auto found = pick(function.operand_array.size(), [&](std::uint32_t place) {
      return !function.operand_array[place].is_pin() && accepts(spot_at(place));
    });
    return found ? std::optional(spot_at(*found)) : std::nullopt;
  }
  // Null where no edit is accepted.
  template <class Accepts>
  Edit* pick_edit(Accepts&& accepts) {
    auto found =
        pick(output.edits.size(), [&](std::uint32_t e) { return accepts(output.edits[e]); });
    return found ? &output.edits[*found] : nullptr;
  }
  Edit* pick_move() {
    return pick_edit([](const Edit& edit) { return edit.kind == EditKind::Move; });
  }

  // Of an operand: where it stands, its class, its neighbours in the instruction.
  Location& place_of(const Spot& spot) {
    return output.locations[output.first_location[spot.inst.value()] + spot.operand];
  }
  RegClass class_of_spot(const Spot& spot) const { return function.vreg_class(spot.op.vreg()); }
  std::vector<Spot> operands_of(Inst inst) const;
  // True if the place was another one before.
  bool put(const Spot& spot, Location to);

  // Of a move: the class of its registers, which a sound one has.
  RegClass class_of_move(const Edit& edit) const;
  // The edits that stand at one point, as places in Output::edits.
  struct Group {
    std::size_t first;
    std::size_t end;
    std::size_t size() const { return end - first; }
  };
  Group group_at(ProgPoint point) const;
  // Puts the edit among those of its point, anywhere or first.
  void insert(const Edit& edit, bool first = false);
  void erase_edit(std::size_t index) {
    output.edits.erase(output.edits.begin() + static_cast<std::ptrdiff_t>(index));
  }
  std::size_t index_of_edit(const Edit* edit) const {
    return static_cast<std::size_t>(edit - output.edits.data());
  }
  // The stated recipe that the edit runs; null for a move, or where the value is just marked.
  const Recipe* recipe_of(const Edit& edit) const {
    return edit.kind == EditKind::Remat ? function.find_recipe(edit.remat) : nullptr;
  }
  bool reads_values(const Recipe& recipe) const;
  template <class Accepts>
  std::optional<InputSpot> pick_input(Accepts&& accepts) {
    std::vector<InputSpot> spots;
    for (Edit& edit : output.edits) {
      const Recipe* recipe = recipe_of(edit);
      if (recipe == nullptr) continue;
      auto inputs = function.inputs(*recipe);
      for (std::uint32_t k = 0; k < inputs.size(); ++k) {
        InputSpot spot{&edit, recipe, k, inputs[k]};
        if (accepts(spot)) spots.push_back(spot);
      }
    }
    return spots.empty() ? std::nullopt : std::optional(one_of(spots));
  }
  std::optional<InputSpot> pick_value_input() {
    return pick_input([](const InputSpot& spot) { return !spot.op.is_pin(); });
  }
  // A run of the value's recipe, if it has one: inputs are read where operands ahead of the point
  // have them in registers, pins as they are; one that is reused where the result goes.
  Edit recipe_run(ProgPoint point, VReg value, VReg as, Location to);
  ProgPoint any_point() { return ProgPoint::from_bits(below(2 * function.inst_count())); }

  // Places. All registers and slots are ones that the machine and the frame have.
  Location any_register(RegClass cls);
  // A register that may not be given to values, scratch included; none where all may.
  std::optional<Location> reserved_register(RegClass cls);
  // A slot of the frame, wherever in it.
  std::optional<Location> any_slot();
  // A register, a slot, or what some move already uses.
  Location any_place(RegClass cls);
  RegClass any_class();  // one that has registers
  RegClass another_class(RegClass cls);
  bool is_memory(Location place) const { return place.is_memory(machine); }
  // Every mention of the place, in lists, edits, inputs of recipes and labels. True if there was any.
  bool rename(Location from, Location to);

 private:
  Spot spot_at(std::uint32_t place) const;
  Location register_ahead_of(ProgPoint point, VReg value);
};

// The slot one unit further, or back; by chance.
Location shifted(Scene& scene, Location slot);

}  // namespace regproof::sabotage
