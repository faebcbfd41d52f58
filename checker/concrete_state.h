// The machine that the interpreter runs an allocated program on: 192 registers and a frame of
// units, each holding a value (a 64-bit hash) or nothing that may be relied on.
//
//   a value in memory     marked stretches of units: class, hash, which of its stretches this is. Reading it
//                         back requires all of them to be right, so slots that overlap spoil each other.
//   a register            holds values of its own class only
//   not to be relied on   what was never written, what came from such a place, from another class, from
//                         memory by a memory-to-memory move, a value that does not fit in the
//                         frame, a register that the machine gives to nobody
//
// The frame is divided where a slot that the answer names, of any class, begins or ends; units between two such
// places share their fate. So memory and time are bounded by the answer's own size, neither by the frame that it claims nor by
// the slots' sizes.
//
// Every place remembers who wrote it last, for the report. `reset` is cheap: places are stamped
// with the run that wrote them.
//
// Tested by tests/checker/interpreter_test.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"

namespace regproof {

struct Held {
  std::uint64_t hash = 0;  // 0: nothing
  VReg origin;             // whose definition made the value

  bool is_value() const { return hash != 0; }
};

struct Writer {
  enum class Kind : std::uint8_t { Nobody, Instruction, Edit };
  Kind kind = Kind::Nobody;
  std::uint32_t index = 0;  // of the instruction, or in Output::edits

  static Writer inst(Inst i) { return {Kind::Instruction, i.value()}; }
  static Writer edit(std::uint32_t index) { return {Kind::Edit, index}; }
};

struct Write {
  Location place;
  RegClass cls = RegClass::None;
  Held value;
  Writer by;
};

// The units of a value of the class in a slot of that name.
struct SlotExtent {
  std::int64_t first;
  std::uint32_t units;
};
SlotExtent slot_extent(const Machine& machine, SpillSlot slot, RegClass cls);

class ConcreteState {
 public:
  // `named`: every slot that is read or written; may repeat. Cost: n log n in their number.
  ConcreteState(const Machine& machine, std::uint32_t frame_units, std::vector<SpillSlot> named);

  // Forgets everything: the state at a function's entry.
  void reset();

  // From now on each write is added to the list; null: to none.
  void keep(std::vector<Write>* writes) { writes_ = writes; }

  // The value of the class in the place, or nothing.
  Held read(Location place, RegClass cls) const;
  // Who wrote the place last; of a slot, the unit that is named.
  Writer writer_of(Location place) const;

  // A slot or a fixed_stack register.
  bool is_memory(Location place) const;

  // Nothing happens where the place is `none`.
  void write(Location place, RegClass cls, Held value, Writer by);
  void poison(PReg reg, Writer by);
  void poison_scratch(Writer by);
  void move(Location from, Location to, Writer by);

 private:
  struct Cell {
    Held value;
    Writer writer;
    std::uint32_t run = 0;   // stale where it is not the current one
    std::uint32_t part = 0;  // of a stretch of the frame: which of the value's stretches
    RegClass cls = RegClass::None;
  };
  // All units lie in the frame.
  bool fits(const SlotExtent& extent) const {
    return extent.first >= 0 && extent.first + extent.units <= frame_units_;
  }
  bool keeps_values(PReg reg) const;
  // The stretches, in `stretches_`, of the extent's units that lie in the frame: from, and up to.
  std::pair<std::size_t, std::size_t> stretches_of(const SlotExtent& extent) const;
  const Cell* find_stretch(SpillSlot named) const;
  void write_register(PReg reg, Held value, Writer by);
  void write_slot(SpillSlot slot, RegClass cls, Held value, Writer by);

  const Machine& machine_;
  RegSet usable_;  // by values at some time: allocatable, fixed_stack, scratch
  std::uint32_t frame_units_;
  std::uint32_t run_ = 1;
  std::array<Cell, kRegCount> registers_{};
  std::vector<std::uint32_t> starts_;  // of the frame's stretches: first units, ascending
  std::vector<Cell> stretches_;
  std::vector<Write>* writes_ = nullptr;
};

}  // namespace regproof
