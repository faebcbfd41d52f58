// The concrete judge: runs a program before and after allocation side by side, on hashed values,
// along a chosen path, and reports the first use that reads another value than it was promised.
//
//   before   values belong to vregs. An instruction's def is a hash of the instruction, the vreg, the
//            values that its uses read, and how many instructions ran before it, so that each
//            iteration of a loop makes its own values. The def of a value with a recipe is a hash of the vreg
//            and of what the recipe's inputs are then; without values among these, good ahead of the def, too. A
//            parameter is its argument.
//   after    values lie in registers and slots (checker/concrete_state.h). Operands read and write
//            the places that the answer gives, edits run between instructions, clobbers and scratch
//            registers lose their contents, everything holds nothing at the entry.
//
// What the contract leaves open is drawn from the seed, anew at each instruction:
//
//   early defs      written before or after the early uses are read
//   late phase      late uses are read, clobbers strike, all defs are written: in any order; the
//                   defs among themselves in any order
//
// so that two operands in one place are seen on some path whenever that matters. `remat a(..) as b` reads
// its inputs, which have to be there as for a use, and writes what a's recipe makes of what they are at that
// point, which is not a where it runs out of time. Labels are checked at every point: the place
// holds the value of a vreg that the label follows there.
//
// Which kind of place a constraint demands is not its business (the constraints judge says that),
// except that a reuse def stands where its input stands. It needs no fixpoint, no lattice and no
// idea of what an allocator does; what it proves is one path. It shares nothing with the symbolic
// judge.
//
// A mismatch is blamed on the first edit or location that went wrong on its path, not just on the last
// writer of the place: the path is run once more, each write being noted (checker/place_history.h).
//
// Robust against any answer: short lists, slots outside of the frame, `none`, edits anywhere (those
// behind a terminator or outside of the function never run). The program is legal.
//
// Cost: preparation n log n in program and answer; a path costs its instructions, operands, edits, and at each point the
// claims of labels that hold there (checker/label_watch.h).
//
// Tested by tests/checker/interpreter_test.cpp, tests/checker/interpreter_blame_test.cpp, on broken
// answers by tests/sabotage/sabotage_test.cpp, and on all answers to tiny programs by
// tests/checker/tiny_outputs_test.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "checker/verdict.h"
#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"

namespace regproof {

// Runs paths of one program and one answer, one after another. The edges that earlier paths took
// are taken less often by later ones.
class Interpreter {
 public:
  // The spans of `function`, and `output`, outlive the interpreter.
  Interpreter(const FunctionView& function, const Machine& machine, const Output& output);
  ~Interpreter();
  Interpreter(Interpreter&&) noexcept;
  Interpreter& operator=(Interpreter&&) noexcept;

  // Paths are led to this block first, then to the other one; none: they go anywhere.
  void set_goal(Block goal, Block then = Block());

  // The first mismatch on the path of the seed, which ends after `max_steps` instructions.
  std::optional<Finding> run(std::uint64_t seed, std::uint32_t max_steps);

  // The first mismatch on any path of up to `max_steps` instructions, in any of the orders that the
  // contract leaves open. For tiny programs: there are as many runs as there are such paths.
  std::optional<Finding> run_all(std::uint32_t max_steps);

  // Whether any path so far entered the block.
  bool was_entered(Block block) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// One path: a function of the seed alone.
std::optional<Finding> run_and_compare(const FunctionView& function, const Machine& machine,
                                       const Output& output, std::uint64_t seed,
                                       std::uint32_t max_steps);

// Paths of the seeds 0 to `paths` - 1: their findings, one for each operand and place.
std::vector<Finding> interpret(const FunctionView& function, const Machine& machine,
                               const Output& output, std::uint32_t paths, std::uint32_t max_steps);

}  // namespace regproof
