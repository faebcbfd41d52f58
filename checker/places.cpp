#include "checker/places.h"

#include <algorithm>

#include "ir/names.h"

namespace regproof {

std::optional<UnitRange> slot_units(SpillSlot slot, RegClass cls, const Machine& machine) {
  std::uint64_t size = std::max(1u, machine.slot_size_of(cls));
  std::uint64_t name = slot.value();
  if (!machine.slot_named_by_last) return UnitRange{name, name + size};
  if (name + 1 < size) return std::nullopt;
  return UnitRange{name + 1 - size, name + 1};
}

SlotFault slot_fault(SpillSlot slot, RegClass cls, const Machine& machine,
                     std::uint32_t spillslots) {
  std::optional<UnitRange> units = slot_units(slot, cls, machine);
  if (!units || units->end > spillslots) return SlotFault::BeyondFrame;
  std::uint64_t alignment = std::bit_ceil(units->end - units->first);
  return units->first % alignment == 0 ? SlotFault::None : SlotFault::Misaligned;
}

RegSet scratch_registers(const Machine& machine) {
  RegSet set;
  for (PReg reg : machine.scratch) {
    if (reg.valid()) set.add(reg);
  }
  return set;
}

std::string describe(Location location) {
  if (location.is_none()) return "none";
  if (is_known_reg(location) || location.is_stack()) return to_string(location);
  return "a place that does not exist";
}

std::string describe(const Edit& edit, const FunctionView& function) {
  if (edit.kind == EditKind::Move) {
    return "move " + describe(edit.from) + " -> " + describe(edit.to);
  }
  std::string out = "remat " + to_string(edit.remat, function) + inputs_text(edit);
  if (edit.remat_as != edit.remat) out += " as " + to_string(edit.remat_as, function);
  return out + " -> " + describe(edit.to);
}

std::string describe(Inst inst, std::uint32_t operand, const FunctionView& function) {
  return to_string(inst) + ", operand " + std::to_string(operand) + " (" +
         to_string(function.operands(inst)[operand], function) + ")";
}

std::string describe_edit(std::uint32_t index, const Edit& edit, const FunctionView& function) {
  return "edit " + std::to_string(index) + " (" + to_string(edit.point) + ": " +
         describe(edit, function) + ")";
}

}  // namespace regproof
