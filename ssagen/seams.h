// Seams: which bytes of an input made which part of its program. Parts nest (a block's bytes hold those
// of its instructions, theirs those of its operands) or stand apart; none straddles another's end. Bytes
// that made nothing belong to no part.
//
// The mutator cuts, copies, swaps and redraws inputs along them (ssagen/mutate_bytes.h), in both forms:
// choices stay choices, with all that follows from them.
//
// Tested by tests/ssagen/seams_test.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace regproof {

enum class Part : std::uint8_t {
  Settings,      // form, profile, swarm: what all else depends on
  Machine,       // one of its lists of registers, scratch registers or sizes, or all of it
  Edges,         // a shape of the graph, an edge, or a target with its arguments
  Blocks,        // all of a block's instructions
  Params,        // the parameters of a block
  Instructions,  // with its operands
  Operands,      // with its constraint and its value
  Labels,
};
inline constexpr std::size_t kPartCount = 8;

struct Seam {
  Part part = Part::Settings;
  std::uint32_t from = 0;  // bytes, the last one excluded; never empty
  std::uint32_t to = 0;

  friend bool operator==(const Seam&, const Seam&) = default;
};

// How an input is read: as targets whose inputs have an answer do, or as `decode_unloosened` does.
enum class Reading : std::uint8_t { Feasible, Unloosened };

// In the order in which the parts end. Total, as `decode` is; cost that of `decode`.
std::vector<Seam> seams_of(std::span<const std::uint8_t> input,
                           Reading reading = Reading::Feasible);

}  // namespace regproof
