// What differs between a sound answer and a broken one: where paths should lead to see it, and the
// lines of text for a report.
//
// Cost: linear in the answers.
//
// Tested by tests/sabotage/sabotage_test.cpp.
#pragma once

#include <string>
#include <vector>

#include "ir/function.h"
#include "ir/output.h"

namespace regproof::sabotage {

inline constexpr std::size_t kMostPlaces = 8;

// Instructions whose locations, or around which edits or labels, differ: at most kMostPlaces, spread
// over the function.
std::vector<Inst> differing_places(const FunctionView& function, const Output& sound,
                                   const Output& broken);

// The edits, lists, labels of one answer that the other one lacks: lines that begin in `- ` and `+ `.
std::string differing_lines(const FunctionView& function, const Output& sound,
                            const Output& broken);

}  // namespace regproof::sabotage
