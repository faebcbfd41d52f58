// Free programs: machine, graph, then instructions whose values are found by dominance, constraints
// as they come; `complete` repairs what does not fit. The pieces of `generate` (ssagen/ssagen.h).
//
//   draw_machine   ssagen/draw_machine.cpp   register file, frame
//   draw_graph     ssagen/draw_graph.cpp     nests, arbitrary edges, unreachable blocks, layout
//   draw_insts     ssagen/draw_insts.cpp     parameters, instructions, branches, labels
//   draw_program   ssagen/draw_program.cpp   these in their order, or a planted program; larger at times
//
// Tested by tests/ssagen/ssagen_test.cpp, tests/ssagen/shapes_test.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "ir/output.h"
#include "ssagen/choice.h"
#include "ssagen/complete.h"
#include "ssagen/draft.h"
#include "ssagen/knobs.h"
#include "ssagen/ssagen.h"

namespace regproof {

// Successors by block, in layout order; the entry is 0.
using DrawnGraph = std::vector<std::vector<std::uint32_t>>;

Machine draw_machine(Choices& choices, const Knobs& knobs);
DrawnGraph draw_graph(Choices& choices, const Knobs& knobs);
Draft draw_insts(Choices& choices, const Knobs& knobs, const Machine& machine,
                 const DrawnGraph& graph);

struct DrawnProgram {
  Program program;
  std::optional<Output> known;  // of a planted one that was not made larger: an answer to it
};
// Free or planted, as the knobs say.
DrawnProgram draw_program(Choices& choices, const Knobs& knobs, RepairCounts& counts);

// One byte chooses a profile, three bytes switch features off, as `decode` reads choices. Since
// version 1 there are planted programs, since version 2 oversized ones, since version 4 recipes.
Knobs swarmed_knobs(Choices& choices, unsigned version);

// `decode` with what was repaired.
Program decode_counted(std::span<const std::uint8_t> bytes, RepairCounts& counts);
// The same with the known answer. Where `seams` is given, with what choices made (ssagen/seams.h).
DrawnProgram decode_drawn(std::span<const std::uint8_t> bytes, RepairCounts& counts,
                          std::vector<Seam>* seams = nullptr);

}  // namespace regproof
