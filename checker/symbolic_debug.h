// Debug locations: at each of its points, a claim's place holds a value that the program asks its
// label to follow there. A point's state is that after the edits of the point have run.
//
// A claim is looked at again only where its truth may change: where it begins, at the head of each
// block, where its place is written, and where a request of its label ends. (A def makes no other
// place stale: along the first way to come to a def of v, v has not been made yet, so no place is known
// to hold it but by a recipe, which makes the same value.) So the cost is that of the claims, plus a
// look at the open claims for each block.
//
// Tested by tests/checker/symbolic_test.cpp.
#pragma once

#include "checker/blame.h"
#include "checker/findings.h"
#include "checker/symbolic_flow.h"

namespace regproof {

// One finding per claim, for the first point in layout order at which it is untrue.
void check_debug_values(const FunctionView& function, const Output& output, const Cells& cells,
                        const Flow& flow, Blame& blame, Findings& findings);

// What a cell holds, for messages: "v9i", "v1i and v2i", "nothing known".
std::string describe_values(const ValueState& state, Cell cell, const FunctionView& function);

}  // namespace regproof
