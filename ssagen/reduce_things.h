// Finding the n-th thing of a program that is being reduced: what the dimensions of ssagen/reduce.h share.
#pragma once

#include <cstddef>
#include <vector>

#include "ssagen/sketch.h"

namespace regproof {

template <class Visit>
void for_each_inst(Sketch& sketch, Visit&& visit) {
  for (SketchBlock& block : sketch.blocks) {
    for (SketchInst& inst : block.insts) visit(inst);
  }
}

// Counts `things(inst)` over all instructions.
template <class Things>
std::size_t count_in_insts(const Sketch& sketch, Things&& things) {
  std::size_t count = 0;
  for (const SketchBlock& block : sketch.blocks) {
    for (const SketchInst& inst : block.insts) count += things(inst);
  }
  return count;
}

// Calls `visit(inst, k)` for the instruction that holds the thing, its k-th there.
template <class Things, class Visit>
void visit_in_insts(Sketch& sketch, std::size_t thing, Things&& things, Visit&& visit) {
  for (SketchBlock& block : sketch.blocks) {
    for (SketchInst& inst : block.insts) {
      std::size_t here = things(inst);
      if (thing < here) return visit(inst, thing);
      thing -= here;
    }
  }
}

template <class T>
void erase_at(std::vector<T>& list, std::size_t k) {
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(k));
}

}  // namespace regproof
