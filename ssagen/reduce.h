// Shrinks a program while something stays true of it: that an allocator fails on it in a certain way,
// say. Works along named dimensions, each a list of things that can go or become simpler; of each list
// first all is tried, then runs of powers of two, down to single things (delta debugging: Zeller and Hildebrandt,
// 2002). Goes round until no dimension yields any more.
//
//   blocks         a block goes, its edges lead to where it led
//   edges          a branch loses targets, or becomes a `ret`
//   joins          a block with one way in becomes part of the block before it, one with none of that ahead of it in the
//                  text; what a block holds goes to the end of the entry
//   parameters     a block's parameter and its arguments
//   instructions   all but branches go; or one's operands and clobbers go to the next, so that two become one
//   operands
//   constraints    become `any`, or at least weaker; late becomes early or the other way around
//   clobbers       a set, then single registers
//   recipes        a value's recipe, then its inputs, clobbers, reuse, cost
//   registers      of the machine: allocatable, fixed_stack, scratch; slots of one unit
//   classes        all values of one class become int
//   labels         debug labels, marks of rematerializable values, stated frequencies, the name
//   numbers        values are counted without gaps
//
// Each candidate is made legal by ssagen/complete.h before it is asked for, so a value whose definition
// went is replaced by its nearest neighbour. A candidate is taken only if it is smaller by
// `size_of_program`, so the end is reached. Deterministic.
//
// Cost: the number of candidates is about n log n in the size of the program in the first round and
// linear in that of the result afterwards; each costs a repair and a question.
//
// Tested by tests/ssagen/reduce_test.cpp.
#pragma once

#include <cstdint>
#include <functional>

#include "ssagen/ssagen.h"

namespace regproof {

struct ReduceProgress {
  const char* dimension = "";
  std::uint64_t asked = 0;  // candidates
  std::uint64_t taken = 0;
  std::size_t insts = 0;  // of the smallest so far
  std::size_t size = 0;
};

struct ReduceOptions {
  std::uint64_t max_asked = UINT64_MAX;                 // candidates, then the best so far is it
  std::function<void(const ReduceProgress&)> progress;  // after each candidate; may be empty
  std::function<bool()> stopped;  // likewise: the best so far is it; may be empty
};

// What `reduce` makes smaller: blocks, edges, instructions, operands, registers, ..., each with a weight.
std::size_t size_of_program(const FunctionView& function, const Machine& machine);

// `holds` is true of `program`, which is legal; it is asked of legal programs only. These are feasible
// if `program` is.
Program reduce(const Program& program, const std::function<bool(const Program&)>& holds,
               const ReduceOptions& options = {});

}  // namespace regproof
