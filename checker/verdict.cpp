#include "checker/verdict.h"

namespace regproof {

const char* name_of(FindingKind kind) {
  switch (kind) {
    case FindingKind::ListLength:
      return "list-length";
    case FindingKind::MissingLocation:
      return "missing-location";
    case FindingKind::WrongClass:
      return "wrong-class";
    case FindingKind::NotAllocatable:
      return "not-allocatable";
    case FindingKind::NotRegister:
      return "not-register";
    case FindingKind::NotStack:
      return "not-stack";
    case FindingKind::NotFixed:
      return "not-fixed";
    case FindingKind::NotReuse:
      return "not-reuse";
    case FindingKind::BeyondLimit:
      return "beyond-limit";
    case FindingKind::NotInSet:
      return "not-in-set";
    case FindingKind::NotPin:
      return "not-pin";
    case FindingKind::SlotBeyondFrame:
      return "slot-beyond-frame";
    case FindingKind::SlotMisaligned:
      return "slot-misaligned";
    case FindingKind::SameInstructionOverlap:
      return "same-instruction-overlap";
    case FindingKind::MultipleDefsApart:
      return "multiple-defs-apart";
    case FindingKind::ClobberedOperand:
      return "clobbered-operand";
    case FindingKind::EditOutOfOrder:
      return "edit-out-of-order";
    case FindingKind::EditOutOfRange:
      return "edit-out-of-range";
    case FindingKind::EditAfterTerminator:
      return "edit-after-terminator";
    case FindingKind::EditMemoryToMemory:
      return "edit-memory-to-memory";
    case FindingKind::EditIllegalPlace:
      return "edit-illegal-place";
    case FindingKind::RematIllegal:
      return "remat-illegal";
    case FindingKind::DebugOutOfOrder:
      return "debug-out-of-order";
    case FindingKind::DebugNotAsked:
      return "debug-not-asked";
    case FindingKind::DebugIllegalPlace:
      return "debug-illegal-place";
    case FindingKind::WrongValue:
      return "wrong-value";
    case FindingKind::UndefinedValue:
      return "undefined-value";
    case FindingKind::DebugWrongValue:
      return "debug-wrong-value";
    case FindingKind::RefusedFeasible:
      return "refused-feasible";
    case FindingKind::FeasibilityUndecided:
      return "feasibility-undecided";
    case FindingKind::AcceptedInfeasible:
      return "accepted-infeasible";
    case FindingKind::AllocatorFailed:
      return "allocator-failed";
    case FindingKind::InterpreterMismatch:
      return "interpreter-mismatch";
  }
  return "unknown";
}

}  // namespace regproof
