// The phases in their order, and the memory that they work in. `allocate` runs all of them; benches
// and tests run them one by one.
//
// Tested by tests/allocator/allocator_test.cpp and, phase by phase, invariants_test.cpp.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "allocator/allocator.h"
#include "allocator/bundle_facts.h"
#include "allocator/liveness.h"
#include "allocator/range_forest.h"
#include "allocator/recipes.h"
#include "allocator/redundant.h"
#include "allocator/slots.h"
#include "allocator/state.h"
#include "allocator/waiting_line.h"
#include "ir/cfg.h"
#include "ir/feasible.h"

namespace regproof {

// What is kept from one function to the next. Beside the solver, which knows the machine, and the
// statistics, only its capacity matters.
struct Engine {
  std::optional<FeasibilitySolver> solver;
  Machine solver_machine;
  LivenessBuilder liveness_builder;
  RangeForest groups;
  WaitingLine waiting;
  RedundantScratch redundant;
  RecipeMap recipes;
  Layout layout;
  Plans plans;
  Liveness liveness;
  Bundles bundles;
  Registers registers;
  Pieces pieces;
  Moves moves;
  SlotPlan slots;
  AllocatorStats stats;
};

// One function on its way through the phases. The references outlive it.
struct Run {
  Run(const FunctionView& function, const Machine& machine, const AllocatorOptions& options,
      Engine& engine);

  const FunctionView& function;
  const Machine& machine;
  const AllocatorOptions& options;
  Engine& engine;
  Facts facts;
  Cfg cfg;
  Output output;
  std::optional<AllocError> error;  // once set, no further phase runs
};

struct Phase {
  const char* name;
  void (*run)(Run&);
  void (*verify)(const Run&);  // its invariants, in checked builds; null where it has none
};

std::span<const Phase> phases();

// An error whose message begins with the function's name.
AllocError error_of(AllocError::Kind kind, const FunctionView& function,
                    const std::string& sentence);

}  // namespace regproof
