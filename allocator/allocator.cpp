#include "allocator/allocator.h"

#include <new>
#include <optional>
#include <string>
#include <utility>

#include "allocator/engine.h"
#include "allocator/metered.h"
#include "base/check.h"
#include "ir/validate.h"

namespace regproof {

struct AllocatorContext::State {
  MemoryMeter meter;  // first: the engine's memory is counted in it
  Engine engine;
};

AllocatorStats& AllocatorStats::operator+=(const AllocatorStats& other) {
  bundles += other.bundles;
  merges += other.merges;
  steps += other.steps;
  evictions += other.evictions;
  splits += other.splits;
  second_chances += other.second_chances;
  solved_insts += other.solved_insts;
  spill_sets += other.spill_sets;
  emergency_moves += other.emergency_moves;
  dropped_edits += other.dropped_edits;
  saved_loads += other.saved_loads;
  moves += other.moves;
  loads += other.loads;
  stores += other.stores;
  remats += other.remats;
  spillslots += other.spillslots;
  return *this;
}

AllocatorContext::AllocatorContext() : state_(std::make_unique<State>()) {}
AllocatorContext::~AllocatorContext() = default;
AllocatorContext::AllocatorContext(AllocatorContext&&) noexcept = default;
AllocatorContext& AllocatorContext::operator=(AllocatorContext&&) noexcept = default;
const AllocatorStats& AllocatorContext::stats() const {
  return state_->engine.stats;
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
    if (edit.kind == EditKind::Remat) {
      ++stats.remats;
      continue;
    }
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

Result<Output, AllocError> allocate_once(const FunctionView& function, const Machine& machine,
                                         const AllocatorOptions& options, Engine& engine) {
  Run run(function, machine, options, engine);
  check([&] { return validate(function, machine).empty(); },
        "the program is not legal: see validate()");
  for (const Phase& phase : phases()) {
    phase.run(run);
    if (run.error) return std::move(*run.error);
    if (phase.verify != nullptr) phase.verify(run);
  }
  count_edits(machine, run.output, engine.stats);
  return std::move(run.output);
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
  state.engine.stats = AllocatorStats();
  if (std::string sentence = too_large(function); !sentence.empty()) {
    return error_of(AllocError::Kind::TooLarge, function, sentence);
  }
  MeterScope scope(state.meter);
  state.meter.limit = options.memory_limit;
  // Memory that earlier functions left behind must not decide: it goes, and there is a second try.
  for (bool fresh = state.meter.now == 0;; fresh = true) {
    state.meter.refused = false;
    try {
      return allocate_once(function, machine, options, state.engine);
    } catch (const std::bad_alloc&) {
      bool refused = state.meter.refused;
      context.release_memory();
      if (fresh) return out_of_memory(function, refused);
    }
  }
}

}  // namespace regproof
