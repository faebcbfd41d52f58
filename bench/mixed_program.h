// The ordinary program of bench/shapes.h, drawn from a seed: structured control flow over the values
// in scope, most uses close to their definitions, a few far away.
//
// Tested by `regproof_sizes --check`, which ctest runs.
#pragma once

#include <cstddef>
#include <vector>

#include "ir/function.h"
#include "ir/machine.h"

namespace regproof::bench {

struct MixedShape {
  std::size_t insts = 1000;
  std::vector<PReg> argument_regs;  // of calls; the first is also a call's result
  RegSet clobbers;                  // of calls
};

Function make_mixed(const MixedShape& shape);

}  // namespace regproof::bench
