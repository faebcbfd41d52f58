// From an input that fails to the smallest program that fails in the same way: in the same words up to
// the first colon, or by the same signal or exit status, or by hanging. Each candidate runs in a child process, so
// traps and hangs can be reduced too, and only what the property says of the program counts.
//
// Where a property draws what it does from its bytes, candidates are asked about under up to 27 names of their function: first those that
// are much smaller, under as many as are needed, in the end all. The result has the name under which it fails. A hang is looked for with a sixteenth of its time first; what is found
// so is waited for the whole time before it is the result, or the search begins anew with more time.
//
// Cost: that of `reduce` (ssagen/reduce.h) and a child process for each candidate and name.
//
// Tested by tests/fuzz_targets/reduce_input_test.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "fuzz_targets/property.h"
#include "ssagen/ssagen.h"

namespace regproof {

struct ReducedInput {
  Program program;
  std::string failure;  // what stayed the same
  std::uint64_t asked = 0;
  std::size_t insts_before = 0;
};

// None if the input, as a program, does not fail. `target.reads_program()`. Once `stopped` says so, which is asked between
// candidates, the smallest so far is the result; it may be empty.
std::optional<ReducedInput> reduce_input(const Target& target, std::span<const std::uint8_t> input,
                                         unsigned seconds_per_input,
                                         const std::function<bool()>& stopped = {});

}  // namespace regproof
