#include "bench/phases.h"

#include <array>

#include "allocator/allocator.h"
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
#include "bench/clock.h"
#include "ir/feasible.h"

namespace regproof::bench {

struct PhaseClock::State {
  Layout layout;
  Plans plans;
  LivenessBuilder liveness_builder;
  Liveness liveness;
  RangeForest groups;
  Bundles bundles;
  Registers registers;
  Pieces pieces;
  Moves moves;
  RedundantScratch redundant;
  SlotPlan slots;
  AllocatorStats stats;
  std::array<PhaseTime, 13> times = {{{"control flow"},
                                      {"feasibility"},
                                      {"layout"},
                                      {"lift"},
                                      {"liveness"},
                                      {"bundles"},
                                      {"assign"},
                                      {"pieces"},
                                      {"moves"},
                                      {"sequence"},
                                      {"redundant"},
                                      {"slots"},
                                      {"emit"}}};
};

PhaseClock::PhaseClock() : state_(std::make_unique<State>()) {}
PhaseClock::~PhaseClock() = default;
std::span<const PhaseTime> PhaseClock::times() const {
  return state_->times;
}

Output PhaseClock::run(const FunctionView& function, const Machine& machine) {
  State& s = *state_;
  s.stats = AllocatorStats();
  std::size_t phase = 0;
  auto timed = [&](auto&& work) {
    double start = processor_seconds();
    work();
    s.times[phase++].seconds += processor_seconds_since(start);
  };
  Cfg cfg;
  FeasibilitySolver solver(machine);
  Facts facts{function, machine, s.layout, s.plans, s.liveness};
  std::uint64_t budget = (function.operand_array.size() + function.vreg_count() + 16) *
                         AllocatorOptions().budget_per_operand;
  Output out;
  timed([&] { cfg = analyze_cfg(function); });
  timed([&] { static_cast<void>(find_infeasible(function, solver)); });
  timed([&] { build_layout(function, cfg, s.layout); });
  timed([&] { lift_constraints(function, machine, solver, s.plans, s.registers); });
  timed([&] { s.liveness_builder.build(function, s.layout, s.liveness); });
  timed([&] {
    build_bundles(function, machine, s.layout, solver, s.plans, s.liveness, s.registers, s.stats,
                  s.groups, s.bundles);
  });
  timed([&] {
    assign_registers(facts, cfg, solver, budget, s.plans, s.bundles, s.registers, s.stats);
  });
  timed([&] { collect_pieces(function, s.bundles, s.pieces); });
  timed([&] { collect_moves(facts, s.pieces, s.moves); });
  timed([&] { sequence_edits(facts, s.registers, s.stats, s.moves); });
  timed([&] { remove_redundant(facts, cfg, s.bundles, s.pieces, s.stats, s.redundant, s.moves); });
  timed([&] {
    static_cast<void>(assign_slots(function, machine, s.bundles, s.moves, s.stats, s.slots));
  });
  timed([&] { emit_output(facts, s.pieces, s.moves, s.slots, out); });
  return out;
}

}  // namespace regproof::bench
