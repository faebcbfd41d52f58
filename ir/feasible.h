// Can one instruction's operands be satisfied together? Exact in both directions: a program is
// allocatable if and only if each of its instructions is, since everything else can be spilled
// around it.
//
// What is asked (docs/text.md): give each operand a place such that its constraint holds, a reuse
// has the place of its input, and what two operands hold at one phase stands in different places
// unless both are uses of one vreg. An early use is held early, a late def late, an early def and a
// late use at both; a clobber is held late. Several defs of one vreg (`multiple_defs`) are one def.
// Memory is unlimited, so `any` and `stack` operands are always satisfiable; what is scarce are
// registers. Pins are not tracked and take part in nothing.
//
// Cost: most instructions are decided by counting, in tens of nanoseconds. The general question
// contains three-dimensional matching and hitting set, so the search behind it has a budget,
// `FeasibilityOptions::max_nodes`. An instruction that exhausts it is treated as infeasible (the careful answer
// for a generator and for an allocator) and marked: `undecided()`, `Infeasibility::proven`. A judge
// must not build a verdict on a marked answer. No instruction of a real program has come near.
//
// Tested by tests/ir/feasible_test.cpp, tests/ir/feasible_sweep_test.cpp (all small instructions
// against brute force) and tests/ir/feasible_stress_test.cpp (dense large ones).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ir/function.h"
#include "ir/machine.h"

namespace regproof {

// Search steps that one instruction may take before the solver gives up: fractions of a second. What
// is decided at all is nearly always decided within 2^10 of them (tests/ir/feasible_stress_test.cpp).
inline constexpr std::uint64_t kMaxSearchNodes = 1u << 13;

struct FeasibilityOptions {
  std::uint64_t max_nodes = kMaxSearchNodes;
  std::uint64_t plain_nodes = 8;  // steps before bounds that cost more come in; tests say 0
};

// Why an instruction is impossible: a set of operands (indices, ascending) that cannot be satisfied
// together, though every proper subset of them can, given the instruction's clobbers. In a subset
// without the input of a reuse, the reuse may stand anywhere. (Should the search give up on a
// subset, its operands are kept, and the set is impossible but perhaps not smallest.)
struct Infeasibility {
  Inst inst;
  std::vector<std::uint32_t> operands;
  RegSet clobbers;      // those of the instruction's clobbers that take part; none can be left out
  RegSet registers;     // what the operands compete for
  std::string message;  // "inst7: operands 0 (...), 2 (...) and 3 (...) compete for p0i p1i"
  bool proven = true;   // false: the search gave up, and nothing is said about the operands
};

// What a solver has done so far.
struct FeasibilityCounts {
  std::uint64_t solves = 0;      // questions asked, those of `explain` included
  std::uint64_t counted = 0;     // of them, decided by counting alone
  std::uint64_t searched = 0;    // of them, where one matching per phase was not enough
  std::uint64_t most_nodes = 0;  // search steps of the hardest question
  std::uint64_t undecided = 0;   // questions that exhausted the budget
};

// Solves instructions one after another; keeps its memory between them. Not thread-safe.
class FeasibilitySolver {
 public:
  explicit FeasibilitySolver(const Machine& machine, const FeasibilityOptions& options = {});
  ~FeasibilitySolver();
  FeasibilitySolver(FeasibilitySolver&&) noexcept;
  FeasibilitySolver& operator=(FeasibilitySolver&&) noexcept;

  // True if the operands of `inst` have a joint assignment. `function` is legal.
  bool feasible(const FunctionView& function, Inst inst);

  // The same, and on success fills `places` with one register per operand, or none for those that
  // stand in memory (every `any` and every `stack` that no other constraint draws into a register).
  // Pins get their register, `fixed` operands theirs even if it is a fixed_stack one. Preferred
  // registers come first, and the uses of one vreg stand in one register where that costs nothing;
  // neither is carried to an optimum.
  bool assign(const FunctionView& function, Inst inst, std::vector<PReg>& places);

  // Of an infeasible instruction: a smallest conflicting set of operands (smallest in the sense that
  // no operand can be left out). Costs a few dozen solves.
  Infeasibility explain(const FunctionView& function, Inst inst);

  // Whether the last `feasible` or `assign` said no because its budget was exhausted.
  bool undecided() const;
  const FeasibilityCounts& counts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The first instruction that is proven infeasible, explained; if there is none, the first undecided
// one, marked; or nothing: the function is feasible.
std::optional<Infeasibility> find_infeasible(const FunctionView& function, const Machine& machine,
                                             const FeasibilityOptions& options = {});
// The same with a solver that is there already.
std::optional<Infeasibility> find_infeasible(const FunctionView& function,
                                             FeasibilitySolver& solver);

}  // namespace regproof
