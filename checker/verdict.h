// What the judges say. A verdict is a list of findings; an empty one means proven.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ir/function.h"
#include "ir/output.h"

namespace regproof {

// Each names one rule of one judge; what it means stands at the head of the judge's source.
enum class FindingKind : std::uint8_t {
  // constraints
  ListLength,              // an instruction's list is not as long as its operands
  MissingLocation,         // `none` where an operand is read or written
  WrongClass,              // a register of another class than the operand's or the move's
  NotAllocatable,          // a register that may not be given to values
  NotRegister,             // memory where a register is demanded
  NotStack,                // a register where memory is demanded
  NotFixed,                // another place than the fixed one
  NotReuse,                // a reuse def that is not where its input is
  BeyondLimit,             // a register numbered at or above the limit
  NotInSet,                // a register outside of `in`
  NotPin,                  // a pin that is not answered by its register
  SlotBeyondFrame,         // a slot, or the end of a wide one, outside of the frame
  SlotMisaligned,          // a wide slot at a place that is not aligned
  SameInstructionOverlap,  // two operands of one instruction overlap in a phase in which both live
  MultipleDefsApart,       // several defs of one vreg in one instruction, not in one place
  ClobberedOperand,        // a def or late use in a clobbered register
  EditOutOfOrder,          // edits not sorted by point
  EditOutOfRange,          // an edit at a point that the function does not have
  EditAfterTerminator,     // an edit after a block's last instruction
  EditMemoryToMemory,      // a move from memory to memory
  EditIllegalPlace,        // an edit from or to nowhere or a register that may not take part
  RematIllegal,            // a remat of a value that has no recipe, or to memory
  DebugOutOfOrder,         // labels not sorted
  DebugNotAsked,           // a label where the program does not ask for it
  DebugIllegalPlace,       // a label in a place that cannot hold a value
  // symbolic
  WrongValue,       // a use reads a location that holds another value
  UndefinedValue,   // a use reads a location that holds nothing known
  DebugWrongValue,  // a label's location does not hold its value
  // the harness's own
  RefusedFeasible,       // "cannot allocate", though every instruction is feasible
  FeasibilityUndecided,  // "cannot allocate", and whether that is so is not known
  AcceptedInfeasible,    // an answer to a program that has none
  AllocatorFailed,       // an error that is neither of these
  InterpreterMismatch,   // the program behaves otherwise after allocation
};

// A stable, lower-case, hyphenated word: "wrong-value".
const char* name_of(FindingKind kind);

inline constexpr std::uint32_t kNoPlace = 0xffffffffu;

struct Finding {
  FindingKind kind = FindingKind::WrongValue;
  Inst inst;                         // none where the finding is about no instruction
  std::uint32_t operand = kNoPlace;  // index in the instruction
  std::uint32_t edit = kNoPlace;     // index in Output::edits
  Location location;
  // One sentence for people: the instruction, the operand, the location, what it should hold, what
  // it holds and since which edit or instruction.
  std::string message;
};

struct Verdict {
  std::vector<Finding> findings;

  bool proven() const { return findings.empty(); }
  bool has(FindingKind kind) const {
    for (const Finding& finding : findings) {
      if (finding.kind == kind) return true;
    }
    return false;
  }
};

}  // namespace regproof
