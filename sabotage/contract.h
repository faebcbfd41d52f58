// The contract of answers, restated from docs/text.md by brute force: what an answer must be whatever
// its values are. No code, table or order of checker/constraints.cpp is used, so that the two can be
// held against each other: for each answer, either both find a breach or none does.
//
//   lists    as many as instructions, each as long as its instruction's operands
//   places   each operand stands where its constraint allows it; a slot lies in the frame, aligned
//   phases   what is held at one phase of an instruction stands apart, all pairs compared
//   edits    in order, at points that run, between places of one class, never memory to memory;
//            recipes of values that have one, into registers, their inputs in registers for them that
//            the recipe does not overwrite; those that read values only behind their definition
//   labels   in order, where the program asks for them, in places for values
//
// Whether a place holds the value that is read there is left to paths (sabotage/classify.h).
//
// Cost: quadratic in the operands of an instruction and in the labels of a number; the function once,
// or as often as its graph is deep, for an edit that runs a recipe; else linear.
//
// Tested by tests/sabotage/contract_test.cpp.
#pragma once

#include <optional>
#include <string>

#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"

namespace regproof::sabotage {

// The first breach, as one sentence; nothing where the contract is kept. The program is legal.
std::optional<std::string> breach_of_contract(const FunctionView& function, const Machine& machine,
                                              const Output& output);

}  // namespace regproof::sabotage
