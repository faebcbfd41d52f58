// From a draft to a program that is legal by `validate` and feasible by `find_infeasible`. Total and
// deterministic; on the draft of a legal and feasible program every step is the identity.
//
//   1. graph       targets into range; critical edges, and edges from branches with operands to
//                  shared blocks, split by new blocks at the end (ssagen/repair_graph.cpp)
//   2. numbers     each definition gets its vreg; taken or too large numbers give way to free ones
//   3. values      each use finds its value by dominance; a class without values gives way to
//                  another, or to a definition that is put at the head of the entry
//   4. constraints registers, sets, limits and reuses that do not exist become others that do
//                  (ssagen/repair_operands.cpp)
//   5. recipes     what is no use of the defining instruction, nor a register that never changes, goes;
//                  so does a recipe of a value that is rematerializable anyway
//   6. feasibility operands that cannot be satisfied with those before them become `any`
//                  (ssagen/loosen.cpp)
//
// Cost: near-linear in the draft, plus the feasibility solver's time per instruction.
//
// Tested by tests/ssagen/ssagen_test.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ir/function.h"
#include "ir/machine.h"
#include "ssagen/draft.h"

namespace regproof {

class FunctionBuilder;

// How often a repair changed something. All zero for the draft of a legal and feasible program.
struct RepairCounts {
  std::uint32_t edges_split = 0;
  std::uint32_t arguments_supplied = 0;
  std::uint32_t values_replaced = 0;      // a use got another class, or a value that dominates it
  std::uint32_t values_materialized = 0;  // definitions added at the head of the entry
  std::uint32_t numbers_changed = 0;
  std::uint32_t constraints_changed = 0;
  std::uint32_t clobbers_dropped = 0;
  std::uint32_t recipes_changed = 0;
  std::uint32_t operands_loosened = 0;
  std::uint32_t solves_undecided = 0;  // the feasibility solver gave up, the operands were loosened

  friend bool operator==(const RepairCounts&, const RepairCounts&) = default;
};

// The machine without what `validate_machine` would refuse.
Machine repair_machine(Machine machine);

// Each block of the draft ends in its one branch or ret. `machine` is legal. `counts` may be null.
Function complete(Draft draft, const Machine& machine, RepairCounts* counts = nullptr);

// The steps 1 to 5 alone: legal, and feasible only where the draft was.
Function complete_unloosened(Draft draft, const Machine& machine, RepairCounts& counts);

// The steps that have files of their own.

void repair_graph(Draft& draft, RepairCounts& counts);

// Operands of one instruction whose values are known. What stays in `operands` is legal; `clobbers`
// loses the registers that an operand holds late.
void repair_operands(const Draft& draft, const Machine& machine,
                     std::span<const DraftOperand> drafts, std::span<const VReg> values,
                     std::span<const RegClass> classes, std::vector<Operand>& operands,
                     RegSet& clobbers, RepairCounts& counts);

// A recipe that is stated, for the value that it is of.
struct StatedRecipe {
  VReg value;
  const DraftRecipe* recipe = nullptr;
  std::vector<VReg> uses;  // of the defining instruction
};
// The builder has all instructions. `clobbered`: what they overwrite.
void emit_recipes(const std::vector<StatedRecipe>& stated, const Machine& machine,
                  const RegSet& clobbered, FunctionBuilder& builder, RepairCounts& counts);

// `In` sets of operands are places in the draft's sets until the builder knows them.
void loosen_infeasible(Function& function, const Machine& machine, RepairCounts& counts);

}  // namespace regproof
