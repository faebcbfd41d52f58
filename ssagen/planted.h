// Planted programs: an allocated program is drawn first (machine, graph, then instructions that read
// and write registers and slots, with the moves between them), and then its places are forgotten.
// What is left is an ordinary program that has an answer by construction, however tight its
// constraints are. Who refuses it is wrong, and what the forgotten answer costs bounds the cost of a
// good one from above.
//
//   machine, graph   as of free programs (ssagen/generate.h)
//   PlantedGraph     ssagen/planted_graph.h    what has to live through which blocks
//   PlantedPlaces    ssagen/planted_places.h   what stands where, and the edits that change it
//   PlantedInsts     ssagen/planted_insts.h    instructions, and how they forget their places
//   plant            ssagen/planted.cpp        the walk over the blocks, joins and edges
//
// The walk takes dominators first. Where it leaves a block D, it chooses what the joins below D rely
// on and where that stands there; until then the blocks between keep it alive, and each edge into a
// join ends in the moves that bring it there.
//
// Tested by tests/ssagen/planted_test.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "ir/output.h"
#include "ssagen/choice.h"
#include "ssagen/complete.h"
#include "ssagen/knobs.h"
#include "ssagen/ssagen.h"

namespace regproof {

struct PlantedProgram {
  Program program;
  Output known;            // an answer to it
  bool overdrawn = false;  // unless more was demanded of some instruction, as the knobs may say
};

// With all constraints as they were drawn.
PlantedProgram plant(Choices& choices, const Knobs& knobs);

// `generate` with the answer; knobs that do not plant are made to, and none overdraws.
PlantedProgram generate_planted(std::uint64_t seed, const Knobs& knobs);

// The answer to `decode` of these bytes; nothing where none is known.
std::optional<Output> known_answer(std::span<const std::uint8_t> bytes);

// Near the limit: a small legal program, most of whose instructions demand every register of a class
// or one more, so that about half of these programs have no answer. It is not loosened.
Program generate_at_limit(std::uint64_t seed);

}  // namespace regproof
