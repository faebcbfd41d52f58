// How the text formats write single things: for messages, and for ir/text itself. Standard library
// only, so that the validator and the engine's errors can name places too.
//
// Tested by tests/ir/names_test.cpp.
#pragma once

#include <string>

#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"

namespace regproof {

std::string to_string(PReg reg);           // "p3i"
std::string to_string(Location location);  // "p3i", "stack4", "none"
std::string to_string(Block block);        // "block4"
std::string to_string(Inst inst);          // "inst17"
std::string to_string(ProgPoint point);    // "before inst17"
std::string to_string(const RegSet& set);  // "p0i..p3i p5f"; runs of three or more as ranges
std::string to_string(VReg vreg, const FunctionView& function);  // "v12i"; "v12" without a class
std::string to_string(const Operand& operand, const FunctionView& function);  // "use v3i reg"
std::string inputs_text(const Edit& edit);  // of a remat: "(p3i, p15i)"; nothing where it has none
std::string to_string(const Edit& edit, const FunctionView& function);  // "move p0i -> p4i"

}  // namespace regproof
