#include "allocator/allocator.h"

#include <new>
#include <utility>

#include "allocator/assign.h"
#include "allocator/bundles.h"
#include "allocator/emit.h"
#include "allocator/layout.h"
#include "allocator/lift.h"
#include "allocator/liveness.h"
#include "allocator/moves.h"
#include "allocator/pieces.h"
#include "allocator/redundant.h"
#include "allocator/sequence.h"
#include "allocator/slots.h"
#include "allocator/state.h"
#include "ir/feasible.h"
#include "ir/validate.h"

namespace regproof {

struct AllocatorContext::State {
  Layout layout;
  Plans plans;
  LivenessBuilder liveness_builder;
  Liveness liveness;
  Bundles bundles;
  Registers registers;
  Pieces pieces;
  Moves moves;
  SlotPlan slots;
  AllocatorStats stats;
};

AllocatorContext::AllocatorContext() : state_(std::make_unique<State>()) {}
AllocatorContext::~AllocatorContext() = default;
AllocatorContext::AllocatorContext(AllocatorContext&&) noexcept = default;
AllocatorContext& AllocatorContext::operator=(AllocatorContext&&) noexcept = default;
const AllocatorStats& AllocatorContext::stats() const {
  return state_->stats;
}

namespace {

Output run_phases(const FunctionView& function, const Machine& machine, const Cfg& cfg,
                  const AllocatorOptions& options, AllocatorContext::State& s) {
  s.stats = AllocatorStats();
  FeasibilitySolver solver(machine);
  build_layout(function, cfg, s.layout);
  lift_constraints(function, machine, solver, s.plans, s.registers);
  s.liveness_builder.build(function, s.layout, s.liveness);
  build_bundles(function, machine, s.layout, solver, s.plans, s.liveness, s.registers, s.stats,
                s.bundles);
  Facts facts{function, machine, s.layout, s.plans, s.liveness};
  std::uint64_t size = function.operand_array.size() + function.vreg_count() + 16;
  assign_registers(facts, cfg, solver, size * options.budget_per_operand, s.plans, s.bundles,
                   s.registers, s.stats);
  collect_pieces(function, s.bundles, s.pieces);
  collect_moves(facts, s.pieces, s.moves);
  sequence_edits(facts, s.registers, s.stats, s.moves);
  remove_redundant(facts, cfg, s.bundles, s.pieces, s.stats, s.moves);
  assign_slots(function, machine, s.bundles, s.moves, s.slots);
  Output out;
  emit_output(facts, s.pieces, s.moves, s.slots, out);
  return out;
}

}  // namespace

Result<Output, AllocError> allocate(const FunctionView& function, const Machine& machine,
                                    const AllocatorOptions& options, AllocatorContext& context) {
  try {
    Cfg cfg = analyze_cfg(function);
    check([&] { return validate(function, machine, cfg).empty(); },
          "the program is not legal: see validate()");
    if (std::optional<Infeasibility> why = find_infeasible(function, machine)) {
      AllocError error;
      error.kind = AllocError::Kind::Impossible;
      error.message = why->message;
      error.inst = why->inst;
      error.operands = why->operands;
      return error;
    }
    return run_phases(function, machine, cfg, options, context.state());
  } catch (const std::bad_alloc&) {
    AllocError error;
    error.kind = AllocError::Kind::OutOfMemory;
    error.message = "no memory is left to allocate " + std::string(function.name);
    return error;
  }
}

}  // namespace regproof
