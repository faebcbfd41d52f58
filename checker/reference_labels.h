// Debug labels of the reference allocator: a vreg's slot holds it wherever its definition
// dominates, from the point on at which it was stored. A label that is asked for over many blocks
// is walked block by block; the walks of all labels together have a budget linear in the program,
// beyond which an answer covers less than was asked.
//
// Tested by tests/checker/reference_test.cpp.
#pragma once

#include <vector>

#include "ir/function.h"
#include "ir/output.h"

namespace regproof {

// Fills `output.debug_locations`. `slots`: by vreg number, where the vreg lives.
void answer_labels(const FunctionView& function, const std::vector<Location>& slots,
                   Output& output);

}  // namespace regproof
