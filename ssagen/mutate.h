// Structure-aware mutation: an input is read as the program that it means, the program is changed
// along its own seams (blocks, edges, instructions, operands, values, registers of the machine), made
// legal and feasible again, and spelled out as tokens. So a change keeps what it does not touch, which
// a flipped byte among choices does not.
//
// A quarter of the steps work on the bytes, along the seams that decoding records (ssagen/seams.h), which
// keeps an input that feeds the generator in that form; one in eight draws an input anew, which has nothing
// of its parent: a population that only grows takes thousands of steps to become a rich program.
//
// Total: any bytes have a successor. Some of the time bytes are changed wherever they are, so that what
// no program says (forms, versions, tokens out of order) is reached, too; and where a program's tokens
// would not fit, always.
//
// Swarms (after Groce and others, "Swarm testing", 2012): an input's own bytes choose which half of the
// mutations it may undergo, so that lines of descent differ.
//
// Nothing here knows an engine; fuzz_targets/mutator_*.cpp are the faces for libFuzzer and AFL++.
//
// Cost: linear in the program, and that of `complete`.
//
// Tested by tests/ssagen/mutate_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "ssagen/choice.h"
#include "ssagen/seams.h"
#include "ssagen/sketch.h"

namespace regproof {

struct Mutation {
  std::string_view name;
  std::string_view sentence;  // what it does to a program
  // False where the program has nothing that could be changed so; it is then as it was.
  bool (*apply)(Sketch&, Choices&);
};

// In a fixed order; new ones are added at the end.
std::span<const Mutation> all_mutations();

// A successor of the input, at least one byte and at most `max_size` bytes long. Deterministic. `max_size` is at
// least 1.
std::vector<std::uint8_t> mutate(std::span<const std::uint8_t> input, std::uint64_t seed,
                                 std::size_t max_size, Reading reading = Reading::Feasible);

// The same of two: a stretch of blocks of `other`, with the values that it reads chosen anew, stands
// somewhere in the program of `input`; or the program runs on the machine of `other`.
std::vector<std::uint8_t> cross(std::span<const std::uint8_t> input,
                                std::span<const std::uint8_t> other, std::uint64_t seed,
                                std::size_t max_size, Reading reading = Reading::Feasible);

}  // namespace regproof
