// Programs that show how time and memory grow: one ordinary kind, and the kinds that break
// allocators, each at any size.
//
//   mixed           nested ifs and loops, calls, ties: what a compiler's output looks like
//   scarce          the same where the machine has four registers
//   calls           calls with six fixed arguments each, values alive across all of them
//   mega_block      one block, no control flow
//   alive_across    a quarter of all instructions define values that live to the end
//   block_params    a chain of blocks that rotate 24 parameters
//   switches        branches with 500 targets that meet again, four arguments each
//   loop_nests      loops 50 deep, the innermost using values from every level
//   fixed_swaps     the same two values in swapped fixed registers, again and again
//   remats          recomputable values, far more than registers, used everywhere
//   reuse_chains    results tied to inputs that live on
//
// All are legal and feasible on the machine that comes with them. The same name and size give the
// same program on every machine. Cost: linear in the size; `mixed` runs its generator twice, since an
// edge names blocks that come later.
//
// Tested by `regproof_sizes --check`, which ctest runs.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "ir/function.h"
#include "ir/machine.h"

namespace regproof::bench {

struct Shape {
  const char* name;
  std::vector<std::size_t> sizes;  // instructions, about; ascending
  Function (*make)(std::size_t insts);
  Machine (*machine)();
};

std::span<const Shape> all_shapes();

}  // namespace regproof::bench
