// Definitions that nobody reads in an answer: every use of the value is computed again, or there is none. A client
// whose instruction does nothing but compute the value may leave it out.
//
// Liveness of registers, backwards over the allocated program: a move whose result nobody reads reads nothing; a
// recomputation always reads its inputs. What stands in memory or is stored counts as read, and so does a value that a
// debug label follows, all that is put in a register where the answer places some label, and what a block defines that nothing
// reaches.
//
// Cost: instructions, operands and edits, times the depth of the loop nest that they stand in, near enough, in whatever
// order the blocks stand.
//
// Tested by tests/allocator/recompute_test.cpp and the `remat` target.
#pragma once

#include <vector>

#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"

namespace regproof {

// Values that can be computed again, ascending, whose definition by an instruction nobody reads. All of them may be left
// out together; what only they read is not listed. The answer is right (checker/judge.h).
std::vector<VReg> unread_definitions(const FunctionView& function, const Machine& machine,
                                     const Output& output);

}  // namespace regproof
