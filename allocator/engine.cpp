#include "allocator/engine.h"

#include <utility>

#include "allocator/assign.h"
#include "allocator/bundles.h"
#include "allocator/emit.h"
#include "allocator/invariants.h"
#include "allocator/layout.h"
#include "allocator/lift.h"
#include "allocator/moves.h"
#include "allocator/pieces.h"
#include "allocator/second_chance.h"
#include "allocator/sequence.h"
#include "allocator/unfilled.h"

namespace regproof {

Run::Run(const FunctionView& f, const Machine& m, const AllocatorOptions& o, Engine& e)
    : function(f), machine(m), options(o), engine(e), facts{f,       m,          e.layout,
                                                            e.plans, e.liveness, e.recipes} {
  if (!e.solver || e.solver_machine != m) {
    e.solver.emplace(m);
    e.solver_machine = m;
  }
}

AllocError error_of(AllocError::Kind kind, const FunctionView& function,
                    const std::string& sentence) {
  AllocError error;
  error.kind = kind;
  error.message = "function " + std::string(function.name) + ": " + sentence;
  return error;
}

namespace {

void refuse_infeasible(Run& r) {
  std::optional<Infeasibility> why = find_infeasible(r.function, *r.engine.solver);
  if (!why) return;
  AllocError error;
  error.kind = why->proven ? AllocError::Kind::Impossible : AllocError::Kind::Undecided;
  error.message = std::move(why->message);
  error.inst = why->inst;
  error.operands = std::move(why->operands);
  r.error = std::move(error);
}

void find_recipes(Run& r) {
  r.engine.recipes.clear();
  if (r.options.rematerialize) r.engine.recipes.derive(r.function, r.cfg);
}

std::uint64_t budget_of(const Run& r) {
  std::uint64_t size = r.function.operand_array.size() + r.function.vreg_count() + 16;
  return size * r.options.budget_per_operand;
}

void give_slots(Run& r) {
  Engine& e = r.engine;
  if (assign_slots(r.function, r.machine, e.bundles, e.moves, e.stats, e.slots)) return;
  r.error = error_of(AllocError::Kind::TooLarge, r.function,
                     "the frame would have more than " + std::to_string(kMaxSpillSlots) + " units");
}

constexpr Phase kPhases[] = {
    {"control flow", [](Run& r) { r.cfg = analyze_cfg(r.function); }, nullptr},
    {"feasibility", refuse_infeasible, nullptr},
    {"recipes", find_recipes, nullptr},
    {"layout", [](Run& r) { build_layout(r.function, r.cfg, r.engine.layout); }, nullptr},
    {"lift",
     [](Run& r) {
       Engine& e = r.engine;
       lift_constraints(r.function, *e.solver, e.plans, e.registers);
     },
     nullptr},
    {"liveness",
     [](Run& r) {
       Engine& e = r.engine;
       e.liveness_builder.build(r.function, e.layout, e.liveness);
       e.recipes.weigh_memory(r.function, e.layout, e.liveness);
     },
     [](const Run& r) { invariants::verify_liveness(r.function, r.engine.liveness); }},
    {"bundles",
     [](Run& r) {
       Engine& e = r.engine;
       build_bundles(r.function, r.machine, e.layout, *e.solver, e.plans, e.liveness, e.recipes,
                     e.registers, e.stats, e.groups, e.bundles);
     },
     [](const Run& r) {
       invariants::verify_bundles(r.facts, r.engine.bundles, r.engine.registers);
     }},
    {"assign",
     [](Run& r) {
       Engine& e = r.engine;
       assign_registers(r.facts, r.cfg, *e.solver, budget_of(r), e.plans, e.bundles, e.registers,
                        e.stats, e.waiting);
     },
     [](const Run& r) { invariants::verify_assignment(r.engine.bundles, r.engine.registers); }},
    {"second chance",
     [](Run& r) {
       Engine& e = r.engine;
       give_second_chance(r.facts, e.bundles, e.registers, e.stats);
     },
     [](const Run& r) { invariants::verify_assignment(r.engine.bundles, r.engine.registers); }},
    {"pieces", [](Run& r) { collect_pieces(r.function, r.engine.bundles, r.engine.pieces); },
     [](const Run& r) { invariants::verify_pieces(r.facts, r.engine.pieces); }},
    {"moves",
     [](Run& r) {
       find_unfilled(r.facts, r.engine.pieces, r.engine.moves);
       collect_moves(r.facts, r.engine.pieces, r.engine.moves);
     },
     [](const Run& r) { invariants::verify_moves(r.engine.moves); }},
    {"sequence",
     [](Run& r) {
       Engine& e = r.engine;
       sequence_edits(r.facts, e.registers, e.stats, e.moves);
     },
     [](const Run& r) { invariants::verify_edits("sequence", r.facts, r.engine.moves); }},
    {"redundant",
     [](Run& r) {
       Engine& e = r.engine;
       remove_redundant(r.facts, r.cfg, e.bundles, e.pieces, e.registers, e.stats, e.redundant,
                        e.moves);
     },
     [](const Run& r) { invariants::verify_edits("redundant", r.facts, r.engine.moves); }},
    {"slots", give_slots,
     [](const Run& r) { invariants::verify_slots(r.facts, r.engine.bundles, r.engine.slots); }},
    {"emit",
     [](Run& r) {
       emit_output(r.facts, r.engine.pieces, r.engine.moves, r.engine.slots, r.output);
     },
     nullptr},
};

}  // namespace

std::span<const Phase> phases() {
  return kPhases;
}

}  // namespace regproof
