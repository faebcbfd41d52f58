// How a bundle that found no register is divided. Between the pieces its value is in memory.
//
//   Whole    -> InLoop    for each loop inside of its region whose references pay for the way in
//            -> InBlock   elsewhere, for each block: from its first reference to its last
//   InLoop   -> the same, one level deeper
//   InBlock  -> Run       cut at calls and wide gaps
//   Run      -> Minimal   one instruction
//
//   block:   . d . u . . call . u u . |        InBlock  [d ... u]
//            Run      [d . u]      [u u]       Minimal  [d][u]  [u][u]
//
// References that demand nothing make no piece of their own.
//
// Tested by tests/allocator/allocator_test.cpp and the `ion_checker` target, invariants on.
#pragma once

#include "allocator/bundle_facts.h"
#include "allocator/state.h"

namespace regproof {

// Adds the pieces of bundle `index` behind the others, summarized. `straight` goes to single
// instructions at once. A Minimal bundle has no pieces.
void split_bundle(const Facts& facts, const Cfg& cfg, const Registers& registers,
                  std::uint32_t index, bool straight, Bundles& bundles);

}  // namespace regproof
