// What holds between the phases. Each invariant is a function that looks at the structures as they
// are and says what it found: nothing, or one sentence. Checked and fuzz builds ask all that belong
// to a phase when it is over and stop with the phase, the invariant and the sentence.
//
// Cost: about linear in what they look at, and none in other builds.
//
// Tested by tests/allocator/invariants_test.cpp, which breaks each.
#pragma once

#include <string>

#include "allocator/bundle_facts.h"
#include "allocator/state.h"

namespace regproof::invariants {

// After liveness.
std::string references_of_vreg_ascend(const FunctionView& function, const Liveness& liveness);
std::string segments_of_vreg_are_sorted_and_disjoint(const FunctionView& function,
                                                     const Liveness& liveness);

// After bundles.
std::string ranges_of_bundle_are_sorted_and_disjoint(const Bundles& bundles);
std::string bundles_hold_each_segment_once(const Facts& facts, const Bundles& bundles);
std::string cached_registers_equal_recomputed(const Facts& facts, const Bundles& bundles,
                                              const Registers& registers);

// After assign.
std::string register_map_matches_bundles(const Bundles& bundles, const Registers& registers);
std::string occupancy_matches_bundles(const Bundles& bundles, const Registers& registers);
std::string minimal_bundles_are_in_one_instruction(const Bundles& bundles);

// After pieces.
std::string pieces_of_vreg_are_sorted_and_disjoint(const Facts& facts, const Pieces& pieces);
std::string registers_hold_one_value(const Facts& facts, const Pieces& pieces);
std::string demands_are_met(const Facts& facts, const Pieces& pieces);

// After moves, after sequence, after redundant.
std::string moves_of_group_have_one_source(const Moves& moves);
std::string edits_ascend(const Moves& moves);
std::string no_edit_is_from_memory_to_memory(const Facts& facts, const Moves& moves);

// After slots.
std::string sets_of_one_slot_never_live_together(const Facts& facts, const Bundles& bundles,
                                                 const SlotPlan& slots);

// All that belong to a phase; nothing in builds that are not checked.
void verify_liveness(const FunctionView& function, const Liveness& liveness);
void verify_bundles(const Facts& facts, const Bundles& bundles, const Registers& registers);
void verify_assignment(const Bundles& bundles, const Registers& registers);
void verify_pieces(const Facts& facts, const Pieces& pieces);
void verify_moves(const Moves& moves);
void verify_edits(const char* phase, const Facts& facts, const Moves& moves);
void verify_slots(const Facts& facts, const Bundles& bundles, const SlotPlan& slots);

}  // namespace regproof::invariants
