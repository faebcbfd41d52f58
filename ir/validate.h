// Is this program legal? Every violation, with its place.
//
// The rules are those of docs/text.md; ir/validate.cpp lists them at its head, each with the code
// that reports it. Whether one instruction's operands can be satisfied together is another
// question:
// see ir/feasible.h.
//
// Tested by tests/ir/validate_test.cpp and its neighbours validate_*_test.cpp, and by every file of
// corpus/rejected.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ir/cfg.h"
#include "ir/function.h"
#include "ir/machine.h"

namespace regproof {

// Names and order are stable; what each means stands at the head of ir/validate.cpp.
enum class Rule : std::uint8_t {
  // machine
  MachineRegisterTwice,
  MachineScratchAllocatable,
  MachineFixedStackAllocatable,
  MachineSlotSize,
  // shape of the arrays
  ArraysInconsistent,
  TooLarge,
  // control flow
  BlockWithoutTerminator,
  TerminatorInsideBlock,
  EntryHasParams,
  EdgeTargetMissing,
  ReturnHasEdges,
  BranchWithoutTarget,
  CriticalEdge,
  BranchOperandsSharedTarget,
  ArgumentCount,
  ArgumentClass,
  FrequencyNotPositive,
  // values
  VRegWithoutClass,
  ClassWithoutRegisters,
  DefinedTwice,
  UsedWithoutDefinition,
  DefinitionDoesNotDominate,
  // operands
  ReuseNotLateDef,
  ReuseIndexMissing,
  ReuseOfWrongOperand,
  ReuseClass,
  ConstraintClass,
  FixedNotAllocatable,
  InNotAllocatable,
  InEmpty,
  LimitRange,
  PinAllocatable,
  PinHasVReg,
  // beside the code
  RematerializableUndefined,
  LabelVRegMissing,
  LabelRange,
  RecipeTwice,
  RecipeUndefined,
  RecipeInput,
  RecipePin,
  RecipeReuse,
};
inline constexpr Rule kLastRule = Rule::RecipeReuse;

// A stable, lower-case, hyphenated word for the rule: "critical-edge".
const char* name_of(Rule rule);

inline constexpr std::uint32_t kNoOperand = 0xffffffffu;

struct Violation {
  Rule rule = Rule::ArraysInconsistent;
  Block block;                         // none where the violation is not in one
  Inst inst;                           // likewise
  std::uint32_t operand = kNoOperand;  // index in the instruction, likewise
  std::string message;                 // "block3, inst7, operand 1: v9i is used but never defined"
};

std::vector<Violation> validate_machine(const Machine& machine);

// All violations (of the machine first), in the order of blocks, instructions and operands; a
// thousand at most. An empty list means legal.
// Nothing is assumed about the function but that its spans may be read.
std::vector<Violation> validate(const FunctionView& function, const Machine& machine);
// The same where the caller has a Cfg of this function already.
std::vector<Violation> validate(const FunctionView& function, const Machine& machine,
                                const Cfg& cfg);

}  // namespace regproof
