// The allocator: backtracking over bundles of live ranges, for compilers that want to trust it.
//
//   AllocatorContext context;                        // one per thread; keeps its memory
//   Result<Output, AllocError> r = allocate(function.view(), machine, {}, context);
//   if (!r) report(r.error().message);
//
// Requires a program that is legal by `validate` and a machine that is legal by `validate_machine`
// (checked builds verify it). Succeeds exactly where `find_infeasible` finds nothing; else the error
// is of kind Impossible and names the operands that cannot be satisfied together (or Undecided, where
// the exact test gave up). The same input gives the same output, whatever the context was used for
// before. Contexts share nothing: one per thread.
//
// Cost: close to linear in the size of the program. Memory that runs out, the options' limit and the
// limits of ir/function.h and ir/output.h end in errors, and the context stays usable.
//
// Tested by tests/allocator/allocator_test.cpp and the `ion_checker` target.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/result.h"
#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"

namespace regproof {

struct AllocatorOptions {
  // Work that the search may do, as a multiple of the program's size; past it, values go to memory
  // without further search. The default is far above what real programs need.
  std::uint32_t budget_per_operand = 64;
  // Values that the program marks `rematerializable`, and parameters that carry nothing else, are computed
  // again where that is cheaper than to keep them. Off, they are values like all others.
  bool rematerialize = true;
  // Bytes that the context's structures may take together, 0 for no limit. The control flow and the
  // output, which are small beside them, are not counted. Where a fresh context gets by, a used one
  // does, too; it may get by with a little less, since what it kept need not grow again.
  std::size_t memory_limit = 0;
};

// Counted during one `allocate`.
struct AllocatorStats {
  std::uint64_t bundles = 0;          // made, before and by splitting
  std::uint64_t merges = 0;           // of two bundles
  std::uint64_t steps = 0;            // bundles taken from the queue
  std::uint64_t evictions = 0;        // bundles that lost their register to another
  std::uint64_t splits = 0;           // bundles that were divided
  std::uint64_t second_chances = 0;   // divided bundles that got a register in the end
  std::uint64_t solved_insts = 0;     // instructions whose operands the exact solver placed
  std::uint64_t spill_sets = 0;       // sets of values that got a slot
  std::uint64_t emergency_moves = 0;  // memory-to-memory moves without a free register
  std::uint64_t dropped_edits = 0;    // moves that would have changed nothing that is read
  std::uint64_t saved_loads = 0;      // loads that became moves from a register
  std::uint64_t moves = 0;            // edits between registers
  std::uint64_t loads = 0;            // edits from memory
  std::uint64_t stores = 0;           // edits to memory
  std::uint64_t remats = 0;           // edits that compute a value again
  std::uint64_t spillslots = 0;       // units of the frame

  AllocatorStats& operator+=(const AllocatorStats& other);
  friend bool operator==(const AllocatorStats&, const AllocatorStats&) = default;
};

class AllocatorContext {
 public:
  AllocatorContext();
  ~AllocatorContext();
  AllocatorContext(AllocatorContext&&) noexcept;
  AllocatorContext& operator=(AllocatorContext&&) noexcept;

  // Of the last `allocate`.
  const AllocatorStats& stats() const;
  // Bytes that the context's structures took at their largest, over all functions so far.
  std::size_t peak_memory() const;
  // Gives back what is kept for the next function. The statistics go, too.
  void release_memory();

  struct State;
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

Result<Output, AllocError> allocate(const FunctionView& function, const Machine& machine,
                                    const AllocatorOptions& options, AllocatorContext& context);

}  // namespace regproof
