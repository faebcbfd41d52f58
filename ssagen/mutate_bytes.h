// Mutations of an input's bytes: along the seams of its program, anywhere, or all of them anew. The
// parts of ssagen/mutate.h that keep choices choices.
//
// Tested by tests/ssagen/seams_test.cpp, tests/ssagen/mutate_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ssagen/choice.h"
#include "ssagen/seams.h"

namespace regproof {

// One part is cut out, doubled, moved, swapped with another of its kind, or drawn anew. The input as it
// was where it has no parts.
std::vector<std::uint8_t> change_part(std::span<const std::uint8_t> input,
                                      std::span<const Seam> seams, Choices& choices);

// A part of `other` in place of one of its kind, or beside it; the input as it was where they have no kind
// in common. Both are of the same form.
std::vector<std::uint8_t> take_part(std::span<const std::uint8_t> input,
                                    std::span<const Seam> seams,
                                    std::span<const std::uint8_t> other,
                                    std::span<const Seam> other_seams, Choices& choices);

// Bytes changed, put in, cut out or copied, wherever they are.
std::vector<std::uint8_t> change_bytes(std::span<const std::uint8_t> input, Choices& choices);

// Choices that nobody has seen; half of them shorter than 64 bytes, none longer than `max_size`.
std::vector<std::uint8_t> draw_anew(Choices& choices, std::size_t max_size);

}  // namespace regproof
