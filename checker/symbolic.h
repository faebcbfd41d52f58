// The judge of values: on every path, every use reads a place that holds its value, and every debug
// location holds what it claims. Abstract interpretation to a fixpoint, after regalloc.rs and
// regalloc2; the argument why "no findings" means correct stands at the head of symbolic.cpp.
//
//   symbolic_cells   the places of the answer, numbered, and which of them overlap
//   symbolic_state   which values each place holds at one point
//   symbolic_order   reachable blocks in reverse postorder; which values are worth knowing where
//   symbolic_flow    instructions, edits and edges as changes of the state; the fixpoint
//   symbolic_debug   debug locations against the fixpoint
//   blame            who put the wrong value there, for the messages
//
// Cost: linear in operands and edits for each visit of a block (a block is visited again only when
// what is known at its head shrinks), plus what is known at the heads of blocks, which is about the
// number of live values there.
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
