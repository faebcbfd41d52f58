// Where values live, found anew for measures: value by value, from the reads up to the definition (the
// same use-by-use walk as in Boissinot and others, "Fast liveness checking for SSA-form programs", 2008).
// Shares nothing with any allocator.
//
// Cost: making it is linear in the function, asking for a value in the blocks in which it lives.
//
// Tested by tests/checker/label_coverage_test.cpp and tests/fuzz_targets/growth_test.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ir/function.h"

namespace regproof {

// Points from `from` (inclusive) to `to` (exclusive).
struct Stretch {
  ProgPoint from;
  ProgPoint to;
};

class Lifetimes {
 public:
  // Keeps the view, which outlives it.
  explicit Lifetimes(const FunctionView& function);

  // One stretch for each block in which the value lives, ascending: from where it is written, or the
  // block's start, up to its last read there, or the block's end. What nobody reads lives nowhere. The
  // answer is good until the next call.
  std::span<const Stretch> of(VReg v);

 private:
  struct Mention {
    Block block;
    ProgPoint point;  // of a definition where it is written, of a read up to where it is read
    bool is_def;
  };
  // What the value that is asked for does in one block.
  struct InBlock {
    std::uint32_t stamp = 0;  // of the call that wrote it
    bool defined = false;
    bool lives_out = false;
    ProgPoint written;
    ProgPoint read_up_to;
  };

  template <class Visit>
  void for_each_mention(Visit&& visit) const;
  InBlock& touch(Block b);
  void enter(Block b);

  FunctionView function_;
  std::vector<std::uint32_t> first_;  // by vreg, one more than there are
  std::vector<Mention> mentions_;     // by vreg, in the order of the program
  std::vector<InBlock> blocks_;
  std::vector<Block> touched_;
  std::vector<Block> pending_;
  std::vector<Stretch> stretches_;
  std::uint32_t stamp_ = 0;
};

}  // namespace regproof
