// A load that may be spared: can its value be computed from what registers hold at that place?
//
//   load of v9 into p2i      v9 = f(v3), v3 in p4i                    remat v9(p4i) -> p2i
//                            v9 = f(v3), v3 = g(v1), v1 in p4i        remat v3(p4i) -> p2i; remat v9(p2i) -> p2i
//
// An input that no register holds is computed first, into the register of the result, which is to be overwritten
// anyway, and so is copied what a recipe replaces: no step needs a free register, and a chain has one missing input at
// each step. Registers are asked, never ranges: no input lives longer for it.
//
// Cost: recipes of a chain, which is short, times their inputs times the registers of a class.
//
// Tested by tests/allocator/recompute_test.cpp and the `remat` target.
#pragma once

#include <array>
#include <cstdint>

#include "allocator/bundle_facts.h"
#include "allocator/register_contents.h"
#include "allocator/state.h"
#include "allocator/tuning.h"

namespace regproof {

// Steps that leave a value in one register, in running order.
struct Computation {
  std::array<Edit, 2 * tuning::kMaxRecipeChain> steps;
  std::uint32_t count = 0;
  std::uint32_t cost = 0;  // in moves
  RegSet clobbers;         // besides the register and the class's scratch register
};

// Finds the steps that make the value, named as in `contents`, in `to` at the point, if they are cheaper than a load.
// Whether what they overwrite besides is free is the caller's to ask.
bool find_computation(const Facts& facts, const RegisterContents& contents, ProgPoint point,
                      VReg value, PReg to, Computation& found);

}  // namespace regproof
