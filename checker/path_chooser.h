// Chooses a path through a function, one branch at a time, from a seed: which edge to take where a
// block has several. Half of the choices go to the edge that was taken least often so far (in all
// paths of this chooser), so that paths together come everywhere; some go back to a block that was
// entered before, so that loops are run several times; the rest is chance. With goals, most choices
// lead towards the first of them until it is reached, then towards the second. Every second path then
// has a habit: it mostly leaves a block as it left it before, so that what goes from parameter to
// parameter around a loop comes to all of them.
//
// Or every choice there is, sequence after sequence (`Enumeration`).
//
// Cost: one word per block and per edge; a goal costs one walk over the edges.
//
// Tested by tests/checker/interpreter_test.cpp and tests/checker/interpreter_paths_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ir/function.h"

namespace regproof {

// A stream of numbers that is the same on every platform (SplitMix64).
class RandomStream {
 public:
  explicit RandomStream(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  // Below `bound`, which is not 0.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>((next() >> 32) * bound >> 32);
  }

 private:
  std::uint64_t state_;
};

// All sequences of choices, one after another, like a counter whose digits have the bounds that were
// asked for:
//
//   Enumeration all;
//   do { all.rewind(); ... all.below(2) ... all.below(3) ... } while (all.advance());
class Enumeration {
 public:
  Enumeration() = default;
  // Begins with this sequence.
  explicit Enumeration(const std::vector<std::uint32_t>& first);

  std::uint32_t below(std::uint32_t bound);
  void rewind() { next_ = 0; }
  // To the next sequence; false after the last one.
  bool advance();

 private:
  struct Digit {
    std::uint32_t value;
    std::uint32_t bound;
  };
  std::vector<Digit> digits_;
  std::size_t next_ = 0;
};

class PathChooser {
 public:
  explicit PathChooser(const FunctionView& function);

  // Paths are led to `goal` first, then to the other one; none: they go anywhere.
  void set_goal(Block goal, Block then = Block());
  void start(std::uint64_t seed);
  // The same, each choice being made by `all`, which outlives the path.
  void start(Enumeration& all);
  // The choices of the path so far, for an `Enumeration` that begins with the same path.
  const std::vector<std::uint32_t>& choices() const { return choices_; }
  void enter(Block block);
  // The edge to leave `block` by; none where there is no edge or it leads out of the function.
  Edge leave(Block block);

  bool was_entered(Block block) const { return entered_[block.value()] != 0; }
  // For choices that are not about edges.
  std::uint32_t below(std::uint32_t bound) {
    choices_.push_back(all_ != nullptr ? all_->below(bound) : random_.below(bound));
    return choices_.back();
  }

 private:
  // A block to come to, and how far each block is from it.
  struct Goal {
    Block block;
    std::vector<std::uint32_t> distance;  // by block: edges to the goal
  };

  void add_goal(Block goal);
  Edge draw(IndexRange<Edge> edges);
  Edge towards_goal(IndexRange<Edge> edges);
  Edge least_taken(IndexRange<Edge> edges);
  Edge back_to_known(IndexRange<Edge> edges);
  Edge habitual(IndexRange<Edge> edges) const;

  const FunctionView& function_;
  RandomStream random_{0};
  Enumeration* all_ = nullptr;
  std::vector<std::uint32_t> choices_;
  std::vector<std::uint32_t> taken_;    // by edge
  std::vector<std::uint32_t> entered_;  // by block: times, in all paths
  std::vector<Goal> goals_;
  std::size_t goals_reached_ = 0;  // on this path
  std::uint64_t seed_ = 0;         // of this path
};

}  // namespace regproof
