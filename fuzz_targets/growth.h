// How the work of the engine grows when a program is repeated (ssagen/repeat.h): a
// stand-in for time that is the same on every machine (base/work.h).
//
// Tested by tests/fuzz_targets/growth_test.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "ssagen/repeat.h"
#include "ssagen/ssagen.h"

namespace regproof {

// What an input of the target `growth` means: a pattern, and how its copies stand and hang together.
struct Pattern {
  Program program;
  In arrangement = In::Sequence;
  Link link = Link::None;
};
Pattern decode_pattern(std::span<const std::uint8_t> input);

// One size of a pattern. Where n values live across n blocks, nobody who tells where values live can do
// with less than n times n steps, and what flows around n loops in each other may come by each block n
// times; so size is not that of the text alone.
struct Sample {
  // Instructions, pairs of a value and a block in which it lives, pairs of an instruction and a loop
  // around it.
  std::uint64_t size = 0;
  std::uint64_t work = 0;  // steps
};

// Pairs of an instruction and a natural loop that holds it.
std::uint64_t count_loop_pairs(const FunctionView& function);

// Pairs of a value and a block in which it lives. Cost: linear in them and in the program.
std::uint64_t count_live_pairs(const FunctionView& function);

// The exponent of work over size, by least squares on logarithms; 0 for fewer than two sizes.
double exponent_of(std::span<const Sample> samples);

using Work = std::function<std::uint64_t(const Program&)>;
// Steps of the engine, with a context of its own.
std::uint64_t work_of_engine(const Program& program);

// The pattern at 4, 8, 16 and 32 copies. Stops early where a program would have more than
// `most_insts` instructions.
std::vector<Sample> sample(const Pattern& pattern, const Work& work, std::uint64_t most_insts);

// Work that is too little to be told from what any program costs is none; else growth beyond
// `kMostExponent` from the second size on is too much.
inline constexpr double kMostExponent = 1.6;
inline constexpr std::uint64_t kLeastWork = 200000;
inline constexpr std::uint64_t kMostInsts = 20000;
bool grows_too_fast(std::span<const Sample> samples);

}  // namespace regproof
