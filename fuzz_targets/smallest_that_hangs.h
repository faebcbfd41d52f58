// Reducing what hangs. Waiting is what a hang costs, so it is waited for less first: a sixteenth of its time, then four
// times as long, as long as what is found then does not hang for the whole time either.
//
// Tested by tests/fuzz_targets/reduce_input_test.cpp.
#pragma once

#include <chrono>
#include <functional>

#include "ssagen/ssagen.h"

namespace regproof {

using Holds = std::function<bool(const Program&)>;
// Reduces a certain program for as long as this holds.
using Smallest = std::function<Program(const Holds&)>;

struct HangingProgram {
  Program program;
  std::chrono::milliseconds waited;  // for so long; less than `limit` only where it was stopped
};

// `hangs(program, limit)` says whether one runs for longer. Once `stopped`, if given, says so, what was found so far is the result: `smallest` has to end then, too.
HangingProgram smallest_that_hangs(
    std::chrono::milliseconds limit, const Smallest& smallest,
    const std::function<bool(const Program&, std::chrono::milliseconds)>& hangs,
    const std::function<bool()>& stopped = {});

}  // namespace regproof
