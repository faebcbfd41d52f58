// The judge of local rules: every location satisfies its operand, no two values of one instruction
// stand in one place at one phase, every edit and every debug location is one that the machine can
// carry out. What values the places hold is not asked here: see checker/symbolic.h.
//
// The rules, by the FindingKind that reports them, stand at the head of constraints.cpp (operands)
// and constraints_edits.cpp (edits and debug locations). They hold in unreachable blocks too.
//
// Cost: n log n in operands, edits and debug locations. At most kMaxFindings findings.
//
// Tested by tests/checker/constraints_test.cpp and holes_test.cpp.
#pragma once

#include <vector>

#include "checker/findings.h"
#include "checker/verdict.h"
#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"

namespace regproof {

// Appends what is wrong. The program is legal; about the output nothing is assumed.
void check_constraints(const FunctionView& function, const Machine& machine, const Output& output,
                       std::vector<Finding>& findings);

// True if `output.locations_of` may be called for each instruction of the function. A list may
// still be shorter or longer than the operands.
bool lists_readable(const FunctionView& function, const Output& output);

// The parts, in the order in which `check_constraints` runs them. The first one needs readable lists.
void check_operands(const FunctionView& function, const Machine& machine, const Output& output,
                    Findings& findings);
void check_edits(const FunctionView& function, const Machine& machine, const Output& output,
                 Findings& findings);
void check_debug_places(const FunctionView& function, const Machine& machine, const Output& output,
                        Findings& findings);

}  // namespace regproof
