// The judge of values: on every path, every use reads a place that holds its value, and every debug
// location holds what it claims. Abstract interpretation to a fixpoint, after regalloc.rs and
// regalloc2; the argument why "no findings" means correct stands at the head of symbolic.cpp.
//
//   symbolic_cells   the places of the answer, numbered, and which of them overlap
//   symbolic_state   which values each place holds at one point
//   symbolic_steps   instructions and edits as changes of the state
//   symbolic_order   reachable blocks in reverse postorder; which values are alive where
//   symbolic_claims  debug locations: when to look at which
//   symbolic_demand  which (place, value) pairs anything downstream asks for
//   symbolic_flow    edges as changes of the state; the fixpoint
//   symbolic_debug   debug locations against the fixpoint
//   blame            who put the wrong value there, for the messages
//
// Cost: linear in operands and edits for each visit of a block, plus the pairs that are asked for at
// heads of blocks: of a right answer, the copies of live values that are read where they stand, and
// a visit or two of each block. A wrong answer may take a visit for each pair that turns out wrong.
//
// Tested by tests/checker/symbolic_test.cpp and holes_test.cpp, and against literal execution by
// tests/checker/paths_test.cpp; against the interpreter, on all answers to tiny programs, by
// tests/checker/tiny_outputs_test.cpp.
#pragma once

#include <vector>

#include "checker/findings.h"
#include "checker/verdict.h"
#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"

namespace regproof {

// Appends what is wrong, at most kMaxFindings findings, one per operand. The program is legal and
// `lists_readable` (checker/constraints.h) holds. Places that break a local rule (none, beyond the
// frame, misaligned) are left to that judge: a pass needs both.
void check_symbolic(const FunctionView& function, const Machine& machine, const Output& output,
                    std::vector<Finding>& findings);

}  // namespace regproof
