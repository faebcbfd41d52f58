// Phase 3: where each value is read and written, and where it lives: exactly, one vreg after the
// other, walking from its uses up to its definition (after Boissinot and others, "Fast liveness
// checking for SSA-form programs", 2008, section on use-by-use walks). Cost: linear in the number of
// pairs of a value and a block in which it lives.
//
// Tested by tests/allocator/allocator_test.cpp and the `ion_checker` target, invariants on.
#pragma once

#include "allocator/state.h"

namespace regproof {

class LivenessBuilder {
 public:
  void build(const FunctionView& function, const Layout& layout, Liveness& liveness);

 private:
  bool trace_local(const FunctionView& function, const Layout& layout,
                   std::span<const Reference> references, Liveness& liveness);
  void trace(const FunctionView& function, const Layout& layout, VReg v, Liveness& liveness);
  void reach_end(Block b);
  void touch(Block b, ProgPoint to);
  void sort_touched();

  static constexpr std::size_t kFewTouched = 16;

  struct Mark {
    std::uint32_t stamp = 0;  // which vreg reached the block, plus one
    bool to_end = false;
    ProgPoint to;
  };
  Vector<Mark> marks_;
  Vector<Block> touched_;
  Vector<Block> pending_;
  Vector<std::uint64_t> bits_;  // by block; all clear between two calls of sort_touched
  std::uint32_t stamp_ = 0;
};

}  // namespace regproof
