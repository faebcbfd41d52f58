// Opportunities to compute values again, added to a program that has few: which, depends on the program alone.
//
// Tested by tests/fuzz_targets/plant_recipes_test.cpp.
#pragma once

#include "ir/function.h"
#include "ir/output.h"

namespace regproof {

// Marks what instructions without uses define, as constants and addresses are; and gives what others define a
// recipe over the values that they use, as address arithmetic is, some of them with clobbers, with `reuse`, and dear
// ones. Values that can be computed again keep the recipes that they have. Nothing is planted, and the answer is false, where
// a quarter of what could have a recipe can be computed again as it is. Cost: linear in the program.
bool plant_recipes(Function& function);

// Gives recipes over values clobbers that are in the way where the answer runs them: a register that a later edit of that
// point reads, or one that an earlier edit has written. False where the answer has no such place. Cost: edits, times
// those of a point.
bool plant_clobbers(Function& function, const Output& answer);

}  // namespace regproof
