// A parallel move and the sequence that shall do the same: executed on a store, move by move, and
// compared, for the `moves` target and for parallel_moves_test.
//
//   values      each destination ends with what its source held in the beginning; every other place
//               that is no helper ends as it began, the victim too
//   writes      only destinations and helpers are written: the scratch register, free registers that
//               no move names, the emergency slots and the victim where their use is reported
//   memory      no move goes from memory to memory
//   reports     an emergency slot is used if and only if the sequence says so
//
// Cost: quadratic in the number of places, linear in the sequence's length.
//
// Tested by tests/allocator/parallel_moves_test.cpp, which also hands it wrong sequences.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "allocator/parallel_moves.h"

namespace regproof {

struct MoveProblem {
  RegClass cls = RegClass::Int;
  std::vector<Move> moves;
  MoveHelp help;
};

// Keeps its memory from one sequence to the next.
class MoveExecution {
 public:
  // What is wrong with the sequence, or nothing.
  std::optional<std::string> first_fault(const MoveProblem& problem, std::span<const Move> sequence,
                                         MoveSequenceUse use);

 private:
  struct Cell {
    Location place;
    Location content;  // the place whose first content stands here
  };
  Location content_of(Location place) const;
  void write(Location place, Location content);
  bool is_memory(Location place) const;
  bool is_named(Location place) const;
  bool is_helper(Location place, MoveSequenceUse use) const;
  bool may_write(Location place, MoveSequenceUse use) const;
  bool is_of_class(Location place) const;
  std::optional<std::string> run(std::span<const Move> sequence, MoveSequenceUse use);
  std::optional<std::string> compare(MoveSequenceUse use) const;

  const MoveProblem* problem_ = nullptr;
  std::vector<Cell> cells_;  // those that were written
};

// The problem and the sequence, for people.
std::string to_string(const MoveProblem& problem, std::span<const Move> sequence);

}  // namespace regproof
