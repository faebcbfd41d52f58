// The list of the fuzz targets. To add one: its property in a source of its own, declared in
// property.h; a line here; a line in fuzz_targets/CMakeLists.txt.
//
// Tested by tests/fuzz_targets/targets_test.cpp.
#include <algorithm>
#include <array>

#include "fuzz_targets/plant_recipes.h"
#include "fuzz_targets/property.h"

namespace regproof {
namespace {

constexpr std::array kTargets = {
    Target{"checker", "sound answers are accepted, broken ones refused; the judges agree",
           checker_property, InputKind::Program},
    Target{"domtree", "dominators and loops agree with Boost.Graph's", domtree_property,
           InputKind::Bytes},
    Target{"feasible", "the engine answers exactly the programs that have an answer",
           feasible_property, InputKind::UnloosenedProgram},
    Target{"growth", "twice the program is about twice the work", growth_property,
           InputKind::Bytes},
    Target{"ion_checker", "the allocator's answer satisfies every judge", ion_checker_property,
           InputKind::Program},
    Target{"moves", "a parallel move, made a sequence, does the same", moves_property,
           InputKind::Bytes},
    Target{"reference_checker", "the reference allocator's answer satisfies every judge",
           reference_checker_property, InputKind::Program},
    Target{"remat", "values that can be computed again are, rightly, and it pays", remat_property,
           InputKind::Program, plant_recipes},
    Target{"reuse_context", "a used context and a fresh one give the same bytes",
           reuse_context_property, InputKind::Program},
    Target{"ssagen",
           "every input is a legal, feasible program, and so is a mutant; encode and decode agree",
           ssagen_property, InputKind::Program},
    Target{"text", "the parsers never crash; parse and print are inverse", text_property,
           InputKind::Text},
};

}  // namespace

std::span<const Target> all_targets() {
  return kTargets;
}

const Target* find_target(std::string_view name) {
  auto has_name = [&](const Target& target) { return target.name == name; };
  auto found = std::find_if(kTargets.begin(), kTargets.end(), has_name);
  return found == kTargets.end() ? nullptr : &*found;
}

}  // namespace regproof
