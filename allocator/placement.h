// Bundles enter and leave registers: what `assign` and `second_chance` share. Keeps a bundle's `reg`,
// Registers::taken and Registers::holders in step.
//
// Tested by tests/allocator/allocator_test.cpp and the `ion_checker` target, invariants on.
#pragma once

#include "allocator/bundle_facts.h"
#include "allocator/state.h"

namespace regproof {

class Placement {
 public:
  Placement(const Facts& facts, Bundles& bundles, Registers& registers)
      : facts_(facts), bundles_(bundles), registers_(registers) {}

  // Computes the bundle anew where reservations were made since.
  void refresh(std::uint32_t index);

  // The registers, by number, that the bundle may have and that no bundle holds over its ranges.
  std::uint64_t untaken(const Bundle& bundle) const;

  // Of `candidates`, which is not 0: the one that saves the most copies; among equals a preferred
  // one; the lowest.
  unsigned choose(const Bundle& bundle, std::uint64_t candidates) const;

  void place(std::uint32_t index, unsigned number);
  void remove(std::uint32_t index);

 private:
  void score_copies(const Bundle& bundle, float (&score)[kRegsPerClass]) const;

  const Facts& facts_;
  Bundles& bundles_;
  Registers& registers_;
};

}  // namespace regproof
