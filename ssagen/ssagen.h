// Bytes to programs and back. Any bytes are a program: legal by `validate`, feasible by
// `find_infeasible`, never rejected.
//
// The first byte of an input holds its version (low four bits; versions never change meaning, an
// unknown one is read as the newest) and its form:
//
//   choices  the rest feeds the generator: few bytes make a rich program. Since version 1 it may be
//            a planted one (ssagen/planted.h), since version 2 an oversized one (ssagen/oversize.h),
//            since version 4 its values may have recipes with inputs
//   tokens   the rest spells a program out, token by token; what is not legal is repaired. Since
//            version 3 a value may be defined both early and late by one instruction, since version 4
//            it may have a recipe with inputs, since version 5 gaps between vreg numbers are smaller
//
// `encode` writes tokens, so any legal program in text becomes an input, and a small change of such
// bytes is a small change of the program.
//
// Tested by tests/ssagen/ssagen_test.cpp and the `ssagen` target.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "ir/function.h"
#include "ir/machine.h"
#include "ssagen/knobs.h"

namespace regproof {

struct Program {
  Machine machine;
  Function function;
};

// The program that the bytes mean. Total; deterministic on every platform. Cost: linear in the size
// of the result, which is bounded by the input's length and the knobs.
Program decode(std::span<const std::uint8_t> bytes);

// The same without the last step: legal, but what cannot be satisfied together is left as it stands.
// Choices draw programs near the limit of what is feasible (ssagen/planted.h), whatever the profile.
Program decode_unloosened(std::span<const std::uint8_t> bytes);

// An input that decodes to the same program, in the sense of `same_program`, with the same machine;
// labels of nothing (of an empty range, or of a value that is never defined) are left out.
// The program is legal; where it is infeasible, this holds of `decode_unloosened`.
std::vector<std::uint8_t> encode(const FunctionView& function, const Machine& machine);

// A program drawn with the knobs from a seed.
Program generate(std::uint64_t seed, const Knobs& knobs);

}  // namespace regproof
