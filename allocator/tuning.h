// Every number that decides quality or speed by judgement, with its unit and reason.
#pragma once

#include <cstddef>
#include <cstdint>

namespace regproof::tuning {

// What it costs to have a value in memory at an operand, in loads at frequency 1. The ratios follow
// the weights of ir/cost.h.
inline constexpr float kUseCost = 1.0f;      // `reg` use: a load
inline constexpr float kDefCost = 0.4f;      // `reg` def: a store, cheaper than a load
inline constexpr float kCopyUseCost = 0.9f;  // fixed use: a load instead of a move
inline constexpr float kCopyDefCost = 0.3f;  // fixed def: a store instead of a move
inline constexpr float kAnyCost = 0.2f;      // memory is accepted, a register is still faster

// A recipe's cost is in moves: what one is, in loads. A use that computes the value again costs so much instead of a load, and
// its definition nothing: with 0.25 loads whatever the recipe, the geometric mean of the cost over the 32 files of docs/remat.md
// is 0.819 of that without recomputation, with this 0.805; with 0.7 to 2 times this it is never better by more than 0.002.
inline constexpr float kRematCost = 0.05f;

// What computing a value must stay below to stand for a load, in moves: their weights in ir/cost.h.
inline constexpr std::uint32_t kMovesOfLoad = 20;

// Recipes in a row that spare one load. With a fourth, the geometric mean of the cost over the 32 files with recipes planted
// (docs/remat.md) goes from 0.7548 to 0.7545 of that without recomputation.
inline constexpr std::uint32_t kMaxRecipeChain = 3;

// A block runs this often per run of the loop around it, where the program does not say.
inline constexpr float kLoopFrequency = 10.0f;
inline constexpr std::uint32_t kMaxFrequencyDepth = 6;  // more would drown everything else

// Frequencies that the program states are held to this range, so that sums of costs stay finite and
// below the weight of minimal bundles.
inline constexpr double kMinFrequency = 1e-9;
inline constexpr double kMaxFrequency = 1e18;

// Weight of a bundle that must have a register: nothing evicts it.
inline constexpr float kMinimalWeight = 1e30f;

// Merging two bundles walks the shorter and searches in the longer; where both are longer than this
// many ranges the walk would make chains of merges quadratic, so it is not tried.
inline constexpr std::uint32_t kMaxMergeRanges = 256;

// Loop levels that one value is split by before its blocks are looked at one by one: deeper nests
// would divide it once per level.
inline constexpr std::uint32_t kMaxLoopSplits = 3;

// A loop gets a piece of its own if what its references save is more than this many loads on the way
// into it.
inline constexpr float kLoopPieceGain = 1.0f;

// Where a value's piece chooses its register, so many of the copies that connect the value with others have a say, the most frequent
// ones. With 64, as with all, 32 files of Cranelift's and LLVM's cost the same; with 16 and 8 single ones from 0.6 % less to 0.7 % more.
// A value with as many pieces as copies would take quadratic time.
inline constexpr std::size_t kMostHints = 64;

// Within a block, references that are further apart than this many instructions are cut apart when
// the block's piece found no register.
inline constexpr std::uint32_t kRunGap = 16;

// Bundles shorter than 2^kFarShift points wait window by window, of 2^kWindowShift points each, so that
// what a window needs (some 200 bytes an instruction) stays in the second cache. Registers for a million
// instructions of ordinary code (`mixed`) take 742 to 877 ns for each, with a single window 1593 to 1688.
inline constexpr std::uint32_t kWindowShift = 13;
inline constexpr std::uint32_t kFarShift = 12;

// Lengths of waiting bundles are told apart to one part in so many, a power of two. With whole powers of
// four or two one of Cranelift's 24 files became dearer by 7 % than in exact order, with 4, 8 and 16 parts
// by 4, -4 and 3 %; the sum over all files changed by 0.03 % at most, that over LLVM's by 0.6 % with each.
inline constexpr std::uint32_t kLengthSteps = 8;

// Added to a bundle's length where weights are compared, so that tiny bundles do not outweigh
// everything by their shortness alone. Points.
inline constexpr std::uint32_t kLengthBias = 8;

}  // namespace regproof::tuning
