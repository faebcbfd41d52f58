// The machine, labels and recipes.
#include <algorithm>
#include <array>
#include <utility>

#include "ssagen/mutations.h"

namespace regproof {
namespace {

bool change_registers(Sketch& sketch, Choices& choices) {
  RegClass cls = kClasses[pick(choices, kClassCount)];
  PReg reg = make_preg(cls, choices.below(choices.below(4) == 3 ? 64 : 8));
  std::array<RegSet*, 3> sets = {&sketch.machine.preferred, &sketch.machine.non_preferred,
                                 &sketch.machine.fixed_stack};
  for (RegSet* set : sets) set->remove(reg);
  std::size_t to = pick(choices, sets.size() + 1);
  if (to < sets.size()) sets[to]->add(reg);
  return true;
}

bool change_scratch(Sketch& sketch, Choices& choices) {
  std::size_t c = pick(choices, kClassCount);
  PReg& scratch = sketch.machine.scratch[c];
  scratch = scratch.valid() ? PReg::none() : make_preg(kClasses[c], 63);
  return true;
}

bool change_slots(Sketch& sketch, Choices& choices) {
  if (choices.below(4) == 3) {
    sketch.machine.slot_named_by_last = !sketch.machine.slot_named_by_last;
  } else {
    sketch.machine.slot_size[pick(choices, kClassCount)] = 1 + choices.below(16);
  }
  return true;
}

bool add_label(Sketch& sketch, Choices& choices) {
  std::uint32_t insts = 0;
  for (const SketchBlock& block : sketch.blocks) {
    insts += static_cast<std::uint32_t>(block.insts.size());
  }
  VReg v = any_value(sketch, any_class(sketch, choices), choices);
  std::uint32_t from = choices.below(insts), length = 1 + choices.below(insts - from);
  sketch.labels.push_back({{v, Inst(from), Inst(from + length), choices.below(4)}});
  return true;
}

bool change_recipe(Sketch& sketch, Choices& choices) {
  VReg v = any_value(sketch, any_class(sketch, choices), choices);
  sketch.rematerializable[v.value()] ^= 1;
  return true;
}

constexpr Mutation kMutations[] = {
    {"change-registers", "a register comes, goes, or changes its kind", change_registers},
    {"change-scratch", "a class gets a scratch register, or loses it", change_scratch},
    {"change-slots", "the slots of a class have another size, or another end names them",
     change_slots},
    {"add-label", "a debug label follows a value", add_label},
    {"change-recipe", "a value can be recomputed, or no longer", change_recipe},
};

}  // namespace

std::span<const Mutation> machine_mutations() {
  return kMutations;
}

}  // namespace regproof
