// Phase 7: the outcome of assignment by value: where each stands in which register.
//
// Tested by tests/allocator/allocator_test.cpp and the `ion_checker` target, invariants on.
#pragma once

#include "allocator/state.h"

namespace regproof {

void collect_pieces(const FunctionView& function, const Bundles& bundles, Pieces& pieces);

// Walks one value's pieces with points that never descend.
class PieceCursor {
 public:
  explicit PieceCursor(std::span<const Piece> pieces)
      : at_(pieces.data()), end_(pieces.data() + pieces.size()) {}

  // The register that holds the value at the point, or none.
  PReg advance(ProgPoint point) {
    while (at_ != end_ && at_->to <= point) ++at_;
    return at_ != end_ && at_->from <= point ? at_->reg : PReg::none();
  }
  // How many pieces are not left behind.
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

 private:
  const Piece* at_;
  const Piece* end_;
};

// The register that holds the value at the point, or none: memory. Cost: a binary search.
PReg register_at(const Pieces& pieces, VReg v, ProgPoint point);

// The same as a location; memory is the stack location of the number of the value's spill set.
Location location_at(const Pieces& pieces, VReg v, ProgPoint point);
Location memory_of(const Pieces& pieces, VReg v);

}  // namespace regproof
