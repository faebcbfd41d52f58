// Phase 2: constraints made uniform. Afterwards an operand needs a register of a set, memory, or
// nothing; fixed operands are reservations and copies; reuses are ties. Shapes that this form cannot
// say (several defs of one vreg in an instruction) are placed by the exact solver at once.
//
// Tested by tests/allocator/allocator_test.cpp and the `ion_checker` target, invariants on.
#pragma once

#include <optional>

#include "allocator/state.h"
#include "ir/feasible.h"

namespace regproof {

void lift_constraints(const FunctionView& function, FeasibilitySolver& solver, Plans& plans,
                      Registers& registers);

// Gives every operand of `inst` that stands in a register the one that the solver finds, as a
// reservation and a copy. False if the instruction is infeasible.
bool solve_instruction(const FunctionView& function, Inst inst, FeasibilitySolver& solver,
                       Plans& plans, Registers& registers);

// The registers, by number, that the operand's constraint allows; of a reuse those of its input.
std::uint64_t allowed_registers(const FunctionView& function, const Machine& machine, Inst inst,
                                std::uint32_t operand);

// The points at which a copied operand holds its place.
Segment reserved_points(Inst inst, const Operand& operand);

}  // namespace regproof
