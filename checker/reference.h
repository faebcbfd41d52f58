// The allocator that is right by being dull. Every vreg owns one spill slot and lives there; an
// instruction's operands visit registers only for that instruction.
//
//   before inst   each use that needs a register is loaded from its vreg's slot
//   inst          `any` and `stack` operands are answered by the slot itself
//   after inst    each def that was written to a register is stored to its vreg's slot
//
// A block parameter has a second, incoming slot: an edge copies each argument's slot to the
// parameter's incoming slot, and the block's head copies incoming slots to own slots. Incoming
// slots are read nowhere else, so the order of these copies does not matter and no parallel move
// needs to be resolved. Between instructions every register is free, so copies from memory to
// memory go through the first allocatable register of the class, and no scratch register is needed.
//
// The registers of one instruction are those of FeasibilitySolver::assign, so exactly the feasible
// programs are allocated. It tests the judges and answers "is it the allocator?".
//
// Requires a legal program (ir/validate.h). Cost: linear in the program, plus the solver's.
//
// Tested by tests/checker/reference_test.cpp.
#pragma once

#include "checker/judge.h"

namespace regproof {

class ReferenceAllocator : public Allocator {
 public:
  const char* name() const override { return "reference"; }

  // Impossible where an instruction is infeasible; TooLarge where the frame would exceed
  // kMaxSpillSlots; InvalidProgram where a vreg's class has no register.
  Result<Output, AllocError> allocate(const FunctionView& function,
                                      const Machine& machine) override;
};

}  // namespace regproof
