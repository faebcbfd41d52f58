// A property that survives its input: it runs in a child process, and a crash or a hang is a failure like any other,
// told with the program that did it, so that a fuzzing engine's crash file explains itself.
//
// Cost: one fork per input.
//
// Tested by tests/fuzz_targets/replay_test.cpp.
#pragma once

#include "fuzz_targets/property.h"

namespace regproof {

// As `target.property`, of a heap block of exactly the input's size, so that a sanitizer sees a read beyond its end.
std::optional<Failure> run_exactly(const Target& target, std::span<const std::uint8_t> input);

// Likewise, in a child process. Of a crash the failure's message says how it ended and, where inputs are programs, shows the
// program; what the child itself said (a broken invariant, a sanitizer's report) is on the standard error output.
// `seconds`: longer is a hang. Messages beyond 1 MiB are cut.
std::optional<Failure> run_guarded(const Target& target, std::span<const std::uint8_t> input,
                                   unsigned seconds);

}  // namespace regproof
