#include "ssagen/generate.h"

namespace regproof {
namespace {

// Registers from a first number upwards, with holes as far as the numbers suffice.
RegSet draw_registers(Choices& choices, const Knobs& knobs, RegClass cls) {
  std::uint32_t count = choices.in(knobs.registers);
  if (choices.chance(knobs.tiny_file)) {
    count = choices.in(knobs.tiny_registers);
  } else if (choices.chance(knobs.whole_file)) {
    count = choices.in({24, kRegsPerClass});
  }
  auto spare = static_cast<std::uint32_t>(kRegsPerClass) - count;
  RegSet result;
  for (unsigned number = 0; count != 0; ++number) {
    if (spare != 0 && choices.chance(knobs.hole)) {
      --spare;
      continue;
    }
    result.add(make_preg(cls, number));
    --count;
  }
  return result;
}

void draw_class(Choices& choices, const Knobs& knobs, RegClass cls, Machine& machine) {
  PartScope part(choices, Part::Machine);
  draw_registers(choices, knobs, cls).for_each([&](PReg reg) {
    (choices.chance(knobs.non_preferred) ? machine.non_preferred : machine.preferred).add(reg);
  });
  // What is not allocatable, from the top: real machines keep those numbers there.
  std::uint32_t stack_count = 0;
  if (choices.chance(knobs.fixed_stack)) stack_count = choices.in(knobs.fixed_stack_registers);
  bool wants_scratch = choices.chance(knobs.scratch);
  for (unsigned number = kRegsPerClass; number-- > 0;) {
    PReg reg = make_preg(cls, number);
    if (machine.allocatable().contains(reg)) continue;
    if (wants_scratch) {
      machine.scratch[index_of(cls)] = reg;
      wants_scratch = false;
    } else if (stack_count != 0) {
      machine.fixed_stack.add(reg);
      --stack_count;
    }
  }
  if (choices.chance(knobs.wide_slot)) {
    machine.slot_size[index_of(cls)] = choices.in(knobs.slot_units);
  }
}

}  // namespace

Machine draw_machine(Choices& choices, const Knobs& knobs) {
  Machine machine;
  bool any = false;
  const Chance present[kClassCount] = {knobs.int_class, knobs.float_class, knobs.vector_class};
  for (RegClass cls : kClasses) {
    bool drawn = choices.chance(present[index_of(cls)]);
    if (!drawn && (any || cls != RegClass::Vector)) continue;
    any = true;
    draw_class(choices, knobs, drawn ? cls : RegClass::Int, machine);
  }
  machine.slot_named_by_last = choices.chance(knobs.slot_named_by_last);
  return machine;
}

}  // namespace regproof
