// Moves that shall happen at once, as a sequence that does the same: each destination gets what its
// source held before any of them. Memory is never moved to memory; where that is asked for, or where
// moves form a cycle, a register helps: the scratch register, a free one, or, where there is none,
// one that is saved to memory and restored, several times if the moves themselves read or write it in between.
//
// Cost: n log n in the number of moves.
//
// Tested by tests/allocator/parallel_moves_test.cpp (every set of moves between up to six
// locations) and the `moves` target.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ir/output.h"

namespace regproof {

struct Move {
  Location from;
  Location to;
  friend bool operator==(const Move&, const Move&) = default;
};

// What the sequence may use beside the locations of the moves themselves. All of one class.
struct MoveHelp {
  PReg scratch;  // or none
  // Registers, by number, that hold nothing before, during and after. Those that the moves
  // themselves read or write are left alone, even if they are named here.
  std::uint64_t free = 0;
  PReg victim;  // an allocatable register, saved and restored where nothing else is left
  RegSet memory_registers;  // the machine's fixed_stack: registers that are memory
  Location cycle_slot;      // memory for the value that breaks a cycle
  Location victim_slot;     // memory for the victim
};

struct MoveSequenceUse {
  bool cycle_slot = false;
  bool victim_slot = false;
};

// Appends the sequence to `out`. No two moves have one destination. Moves to where the value already
// is are dropped. Says which of the emergency slots the sequence uses.
MoveSequenceUse sequence_moves(std::span<const Move> moves, RegClass cls, const MoveHelp& help,
                               std::vector<Move>& out);

}  // namespace regproof
