// Where a value can stand, in numbers: the units of a slot, and whether a location names anything
// at all. Both judges measure with this; it decides nothing. Also how messages write a location, an
// edit and an operand of an answer that may hold any bits.
//
// Tested by tests/checker/constraints_test.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"

namespace regproof {

// Units of the frame, the end exclusive.
struct UnitRange {
  std::uint64_t first = 0;
  std::uint64_t end = 0;

  friend bool operator==(const UnitRange&, const UnitRange&) = default;
};

// True if the location is a register that exists.
inline bool is_known_reg(Location location) {
  return location.is_reg() && location.as_reg().value() < kRegCount;
}

// The units that a value of the class takes in the slot; nothing where it would start below the
// frame (a wide slot that is named by its last unit).
std::optional<UnitRange> slot_units(SpillSlot slot, RegClass cls, const Machine& machine);

enum class SlotFault : std::uint8_t { None, BeyondFrame, Misaligned };
// What is wrong with the slot as the place of a value of the class.
SlotFault slot_fault(SpillSlot slot, RegClass cls, const Machine& machine,
                     std::uint32_t spillslots);

// The registers that stand for no value after an instruction.
RegSet scratch_registers(const Machine& machine);

// As to_string of ir/names.h, for locations that need not exist.
std::string describe(Location location);
std::string describe(const Edit& edit, const FunctionView& function);
// "inst17, operand 1 (use v4i reg)"
std::string describe(Inst inst, std::uint32_t operand, const FunctionView& function);
// "edit 12 (before inst15: move stack2 -> p3i)"
std::string describe_edit(std::uint32_t index, const Edit& edit, const FunctionView& function);

}  // namespace regproof
