// Debug locations: at each of its points, a claim's place holds a value that the program asks its
// label to follow there. A point's state is that after the edits of the point have run; which points
// are worth a look, symbolic_claims says.
//
// Tested by tests/checker/symbolic_test.cpp.
#pragma once

#include <string>
#include <vector>

#include "checker/blame.h"
#include "checker/findings.h"
#include "checker/symbolic_demand.h"
#include "checker/symbolic_flow.h"

namespace regproof {

// In running order, blocks in layout order; of each claim the first point at which it is untrue.
std::vector<UntrueClaim> untrue_claims(const FunctionView& function, const Output& output,
                                       const Cells& cells, const Flow& flow);

// One finding for each of `wrong`.
void report_untrue_claims(const FunctionView& function, const Output& output, const Cells& cells,
                          const Flow& flow, const WrongReads& wrong, Blame& blame,
                          Findings& findings);

// What a cell holds, for messages: "v9i", "v1i and v2i", "nothing known".
std::string describe_values(const ValueState& state, Cell cell, const FunctionView& function);

}  // namespace regproof
