// Choices to programs: machine, graph, instructions of a free one; or a planted one.
#include <iterator>

#include "ssagen/generate.h"
#include "ssagen/oversize.h"
#include "ssagen/planted.h"
#include "ssagen/tokens.h"

namespace regproof {
namespace {

Program draw_free(Choices& choices, const Knobs& knobs, RepairCounts& counts) {
  Program program;
  program.machine = draw_machine(choices, knobs);
  DrawnGraph graph = draw_graph(choices, knobs);
  Draft draft = draw_insts(choices, knobs, program.machine, graph);
  program.function = complete(std::move(draft), program.machine, &counts);
  return program;
}

// A planted program has an answer, so there is nothing to loosen but what the solver gives up on and
// what was overdrawn.
DrawnProgram draw_small(Choices& choices, const Knobs& knobs, RepairCounts& counts) {
  if (!choices.chance(knobs.planted)) return {draw_free(choices, knobs, counts), std::nullopt};
  PlantedProgram planted = plant(choices, knobs);
  loosen_infeasible(planted.program.function, planted.program.machine, counts);
  if (planted.overdrawn) return {std::move(planted.program), std::nullopt};
  return {std::move(planted.program), std::move(planted.known)};
}

}  // namespace

DrawnProgram draw_program(Choices& choices, const Knobs& knobs, RepairCounts& counts) {
  Oversize oversize = draw_oversize(choices, knobs);
  DrawnProgram drawn = draw_small(choices, knobs, counts);
  if (!oversize.any()) return drawn;
  return {grow(drawn.program, oversize), std::nullopt};
}

Knobs swarmed_knobs(Choices& choices, unsigned version) {
  PartScope part(choices, Part::Settings);
  // Later profiles are for later versions: a byte never changes its meaning.
  constexpr std::uint32_t kProfilesOf[] = {22, 26, 26, 26, 26, 26};
  static_assert(std::size(kProfilesOf) == kNewestVersion + 1);
  Knobs knobs = all_profiles()[choices.below(kProfilesOf[version])].knobs;
  constexpr Chance kPlantedAnyway{64};
  if (version > 0 && knobs.planted.of_256 == 0) knobs.planted = kPlantedAnyway;
  // One program in a hundred; all three together cost a fifth of the executions per second of
  // `replay_ion_checker` (6,300 to 5,000).
  constexpr Chance kOversizeAnyway{1};
  if (version > 1) knobs.crowd = knobs.widen = knobs.lengthen = kOversizeAnyway;
  constexpr Chance kRecipesAnyway{40};
  if (version < 4) knobs.recipe_program = {0};
  if (version >= 4 && knobs.recipe_program.of_256 == 0) knobs.recipe_program = kRecipesAnyway;
  std::uint32_t off = 0;
  for (int i = 0; i < 3; ++i) off = off << 8 | choices.byte();
  switch_off(knobs, off);
  return knobs;
}

Program generate(std::uint64_t seed, const Knobs& knobs) {
  Choices choices = Choices::from_seed(seed);
  RepairCounts counts;
  return draw_program(choices, knobs, counts).program;
}

}  // namespace regproof
