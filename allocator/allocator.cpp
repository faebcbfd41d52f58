#include "allocator/allocator.h"

#include <new>
#include <optional>
#include <string>
#include <utility>

#include "allocator/assign.h"
#include "allocator/bundles.h"
#include "allocator/emit.h"
#include "allocator/invariants.h"
#include "allocator/layout.h"
#include "allocator/lift.h"
#include "allocator/liveness.h"
#include "allocator/moves.h"
#include "allocator/pieces.h"
#include "allocator/range_forest.h"
#include "allocator/redundant.h"
#include "allocator/sequence.h"
#include "allocator/slots.h"
#include "allocator/state.h"
#include "base/check.h"
#include "ir/feasible.h"
#include "ir/validate.h"

namespace regproof {

struct AllocatorContext::State {
  MemoryMeter meter;  // first: the others' memory is counted in it
  std::optional<FeasibilitySolver> solver;
  Machine solver_machine;
  RangeForest groups;
  RedundantScratch redundant;
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

AllocatorStats& AllocatorStats::operator+=(const AllocatorStats& other) {
  bundles += other.bundles;
  merges += other.merges;
  steps += other.steps;
  evictions += other.evictions;
  splits += other.splits;
  solved_insts += other.solved_insts;
  spill_sets += other.spill_sets;
  emergency_moves += other.emergency_moves;
  dropped_edits += other.dropped_edits;
  saved_loads += other.saved_loads;
  moves += other.moves;
  loads += other.loads;
  stores += other.stores;
  spillslots += other.spillslots;
  return *this;
}

AllocatorContext::AllocatorContext() : state_(std::make_unique<State>()) {}
AllocatorContext::~AllocatorContext() = default;
AllocatorContext::AllocatorContext(AllocatorContext&&) noexcept = default;
AllocatorContext& AllocatorContext::operator=(AllocatorContext&&) noexcept = default;
const AllocatorStats& AllocatorContext::stats() const {
  return state_->stats;
}
std::size_t AllocatorContext::peak_memory() const {
  return state_->meter.peak;
}
void AllocatorContext::release_memory() {
  MemoryMeter meter = state_->meter;
  *state_ = State();
  meter.now = 0;
  state_->meter = meter;
}

namespace {

void count_edits(const Machine& machine, const Output& output, AllocatorStats& stats) {
  for (const Edit& edit : output.edits) {
    bool from = edit.from.is_memory(machine), to = edit.to.is_memory(machine);
    ++(from ? stats.loads : to ? stats.stores : stats.moves);
  }
  stats.spillslots = output.spillslots;
}

// A sentence if the function is larger than ids and offsets are made for.
std::string too_large(const FunctionView& function) {
  auto exceeds = [](std::size_t count, std::size_t limit, const char* what) {
    if (count <= limit) return std::string();
    return std::to_string(count) + " " + what + ", at most " + std::to_string(limit) +
           " are possible";
  };
  for (const std::string& sentence :
       {exceeds(function.vreg_count(), kMaxVRegs, "vregs"),
        exceeds(function.block_count(), kMaxBlocks, "blocks"),
        exceeds(function.inst_count(), kMaxInsts, "instructions"),
        exceeds(function.operand_array.size(), kMaxOperands, "operands")}) {
    if (!sentence.empty()) return sentence;
  }
  return "";
}

AllocError error_of(AllocError::Kind kind, const FunctionView& function,
                    const std::string& sentence) {
  AllocError error;
  error.kind = kind;
  error.message = "function " + std::string(function.name) + ": " + sentence;
  return error;
}

AllocError refusal(Infeasibility why) {
  AllocError error;
  error.kind = why.proven ? AllocError::Kind::Impossible : AllocError::Kind::Undecided;
  error.message = std::move(why.message);
  error.inst = why.inst;
  error.operands = std::move(why.operands);
  return error;
}

// Each phase hands over what it made, after its invariants in checked builds.
Result<Output, AllocError> run_phases(const FunctionView& function, const Machine& machine,
                                      const Cfg& cfg, const AllocatorOptions& options,
                                      AllocatorContext::State& s) {
  FeasibilitySolver& solver = *s.solver;
  Facts facts{function, machine, s.layout, s.plans, s.liveness};
  build_layout(function, cfg, s.layout);
  lift_constraints(function, machine, solver, s.plans, s.registers);
  s.liveness_builder.build(function, s.layout, s.liveness);
  invariants::verify_liveness(function, s.liveness);
  build_bundles(function, machine, s.layout, solver, s.plans, s.liveness, s.registers, s.stats,
                s.groups, s.bundles);
  invariants::verify_bundles(facts, s.bundles, s.registers);
  std::uint64_t size = function.operand_array.size() + function.vreg_count() + 16;
  assign_registers(facts, cfg, solver, size * options.budget_per_operand, s.plans, s.bundles,
                   s.registers, s.stats);
  invariants::verify_assignment(s.bundles, s.registers);
  collect_pieces(function, s.bundles, s.pieces);
  invariants::verify_pieces(facts, s.pieces);
  collect_moves(facts, s.pieces, s.moves);
  invariants::verify_moves(s.moves);
  sequence_edits(facts, s.registers, s.stats, s.moves);
  invariants::verify_edits("sequence", facts, s.moves);
  remove_redundant(facts, cfg, s.bundles, s.pieces, s.stats, s.redundant, s.moves);
  invariants::verify_edits("redundant", facts, s.moves);
  if (!assign_slots(function, machine, s.bundles, s.moves, s.stats, s.slots)) {
    return error_of(AllocError::Kind::TooLarge, function,
                    "the frame would have more than " + std::to_string(kMaxSpillSlots) + " units");
  }
  invariants::verify_slots(facts, s.bundles, s.slots);
  Output out;
  emit_output(facts, s.pieces, s.moves, s.slots, out);
  count_edits(machine, out, s.stats);
  return out;
}

Result<Output, AllocError> allocate_once(const FunctionView& function, const Machine& machine,
                                         const AllocatorOptions& options,
                                         AllocatorContext::State& state) {
  state.stats = AllocatorStats();
  Cfg cfg = analyze_cfg(function);
  check([&] { return validate(function, machine, cfg).empty(); },
        "the program is not legal: see validate()");
  if (!state.solver || state.solver_machine != machine) {
    state.solver.emplace(machine);
    state.solver_machine = machine;
  }
  if (auto why = find_infeasible(function, *state.solver)) return refusal(std::move(*why));
  return run_phases(function, machine, cfg, options, state);
}

// What is left of memory may not suffice for the sentence either.
AllocError out_of_memory(const FunctionView& function, bool limited) {
  AllocError error;
  error.kind = AllocError::Kind::OutOfMemory;
  try {
    error = error_of(AllocError::Kind::OutOfMemory, function,
                     limited ? "the limit of memory does not suffice" : "no memory is left");
  } catch (const std::bad_alloc&) {
  }
  return error;
}

}  // namespace

Result<Output, AllocError> allocate(const FunctionView& function, const Machine& machine,
                                    const AllocatorOptions& options, AllocatorContext& context) {
  AllocatorContext::State& state = context.state();
  state.stats = AllocatorStats();
  if (std::string sentence = too_large(function); !sentence.empty()) {
    return error_of(AllocError::Kind::TooLarge, function, sentence);
  }
  MeterScope scope(state.meter);
  state.meter.limit = options.memory_limit;
  // Memory that earlier functions left behind must not decide: it goes, and there is a second try.
  for (bool fresh = state.meter.now == 0;; fresh = true) {
    state.meter.refused = false;
    try {
      return allocate_once(function, machine, options, state);
    } catch (const std::bad_alloc&) {
      bool refused = state.meter.refused;
      context.release_memory();
      if (fresh) return out_of_memory(function, refused);
    }
  }
}

}  // namespace regproof
