// Where values are defined, and which points that dominates: on every path to the point the definition
// has run, so the value has been received.
//
//   inst3: op def v9i      dominates `after inst3` and what comes behind it in its block, and the points
//                          of all blocks that its block dominates
//   block2(v4i)            likewise from before the block's first instruction on
//
// Points that nothing reaches are dominated by everything. Dominators are those of ir/cfg.h, which the
// target `domtree` holds to another implementation.
//
// Cost: linear in operands and blocks; a question costs a binary search.
//
// Tested by tests/checker/symbolic_test.cpp, and on all points of tiny programs by
// tests/checker/tiny_outputs_test.cpp.
#pragma once

#include <vector>

#include "ir/cfg.h"
#include "ir/function.h"

namespace regproof {

class Definitions {
 public:
  // The spans of the view outlive it.
  explicit Definitions(const FunctionView& function);

  // The point's instruction exists.
  bool dominate(VReg value, ProgPoint point) const;

 private:
  struct Place {
    Block block;  // none: nothing defines the value
    ProgPoint from;
  };

  FunctionView function_;
  Cfg cfg_;
  std::vector<Place> places_;  // by vreg
};

}  // namespace regproof
