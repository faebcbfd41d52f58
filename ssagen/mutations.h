// What mutations have in common: choosing something of a program, and making operands that fit its
// machine. The parts of ssagen/mutate.h; each part has a table of its own.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "ssagen/mutate.h"
#include "ssagen/sketch.h"

namespace regproof {

std::span<const Mutation> operand_mutations();  // ssagen/mutations_operands.cpp
std::span<const Mutation> inst_mutations();     // ssagen/mutations_insts.cpp
std::span<const Mutation> graph_mutations();    // ssagen/mutations_graph.cpp
std::span<const Mutation> machine_mutations();  // ssagen/mutations_machine.cpp

std::span<const Mutation> recipe_mutations();  // ssagen/mutations_recipes.cpp

// One thing of a dimension of the reducer (ssagen/reduce_dimensions.h) becomes simpler; false where there
// is none.
bool simplify(Sketch& sketch, Choices& choices, std::string_view dimension);

inline std::size_t pick(Choices& choices, std::size_t count) {
  return choices.below(static_cast<std::uint32_t>(count));
}

SketchBlock& any_block(Sketch& sketch, Choices& choices);

// Where an instruction may be put: ahead of a block's last one.
std::size_t any_place(const SketchBlock& block, Choices& choices);

// One that is no terminator, or null.
SketchInst* any_op(Sketch& sketch, Choices& choices);

SketchInst& any_inst(Sketch& sketch, Choices& choices);

// For one operand more.
inline bool has_room(const SketchInst& inst) {
  return inst.operands.size() < kMaxOperandsOfInst;
}

// A branch with targets, or null.
SketchInst* any_branch(Sketch& sketch, Choices& choices);

// A class that has registers.
RegClass any_class(const Sketch& sketch, Choices& choices);

// A value of the class; where there is none, a new one, which gets a definition when finished.
VReg any_value(Sketch& sketch, RegClass cls, Choices& choices);

// An allocatable register of the class or, at times, a stack location that is called one; none where
// the class has none.
PReg any_register(const Sketch& sketch, RegClass cls, Choices& choices);

SketchOperand operand_with(OperandKind kind, OperandPos pos, VReg v, Constraint constraint,
                           std::uint32_t payload = 0);

// A place that an operand of the class may ask for, other than by a tie.
void constrain(const Sketch& sketch, SketchOperand& operand, RegClass cls, Choices& choices);

SketchOperand new_use(Sketch& sketch, Choices& choices);

SketchOperand new_def(Sketch& sketch, Choices& choices);

void insert(SketchBlock& block, std::size_t at, SketchInst inst);

// With results of its own.
SketchInst copy_of(Sketch& sketch, const SketchInst& from);

inline bool is_value(const Operand& op) {
  return !op.is_pin();
}
inline bool is_read(const Operand& op) {
  return !op.is_pin() && op.is_use();
}

// An instruction with operands for which `fits` holds, and one of these; null where a few tries find none.
template <class Fits>
SketchOperand* any_operand(Sketch& sketch, Choices& choices, SketchInst*& inst, Fits&& fits) {
  for (int tries = 0; tries < 8; ++tries) {
    inst = &any_inst(sketch, choices);
    if (inst->operands.empty()) continue;
    SketchOperand& operand = inst->operands[pick(choices, inst->operands.size())];
    if (fits(operand.operand)) return &operand;
  }
  return nullptr;
}

}  // namespace regproof
