// What programs look like: for each construct of docs/text.md, and for each shape that a generator
// once could not draw while a fault hid behind it, how many programs show it and how often in all.
// A statistic that stays at 0 is a gap in the generator; tests/ssagen/shapes_test.cpp fails on it.
//
// Cost: near-linear in the program.
//
// Tested by tests/ssagen/shapes_test.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ir/function.h"
#include "ir/machine.h"

namespace regproof {

enum class Shape : std::uint8_t {
  // constraints and positions
  UseAny,
  UseReg,
  UseStack,
  UseFixed,
  UseLimit,
  UseIn,
  DefAny,
  DefReg,
  DefStack,
  DefFixed,
  DefLimit,
  DefIn,
  Reuse,
  Pin,
  LateUse,
  EarlyDef,
  LateFixedUse,
  EarlyFixedDef,
  // combinations within an instruction
  FixedInAndOut,      // one register for an early use and for another value's late def
  FixedUseClobbered,  // an early use's register is clobbered
  FixedUsesTwice,     // one value under several fixed registers
  ValueTwice,         // one value in several operands
  SameOperandTwice,   // even under the same constraint
  EarlyAndLateUse,    // of one value
  CallShape,          // two fixed uses, a fixed def and clobbers
  CallExtraDefs,      // besides, three or more defs under `any`
  ManyDefs,           // more defs than the class has registers
  ManyOperands,       // ten or more
  HugeOperands,       // more than 255
  SeveralReuses,
  ReuseOfFixed,        // the input is fixed
  ReuseWithFixed,      // beside a fixed operand or a clobber
  ReuseNotFirst,       // the def is not operand 0
  ReuseBeforeInput,    // the def stands before its input
  ReuseInputKept,      // the input is used again later
  PinWithOthers,       // beside fixed operands, clobbers or reuses
  FixedStack,          // fixed to a stack location
  ClobberManyClasses,  // one number in several classes
  ClobberUnallocatable,
  EarlyDefWithUses,  // beside early uses in registers
  DeadDef,
  LiveExtraDef,         // a call's def under `any` that is used later
  DefinedSeveralTimes,  // one value by one instruction
  // branches and returns
  BranchUses,
  BranchDefs,
  BranchClobbers,
  ReturnUses,
  ReturnClobbers,
  OwnDefAsArgument,    // a branch passes what it defines
  OwnDefLiveIn,        // what a branch defines is used in a successor
  ArgumentAndOperand,  // a value is operand and argument of one branch
  // control flow
  SelfLoop,
  ManyTargets,
  LoopToEntry,
  Irreducible,
  DeepLoops,
  Unreachable,
  UnreachableIntoReachable,
  UnreachableUses,
  BeforePredecessors,
  EmptyBlock,
  CriticalSplit,
  EntryOnlyJump,
  EndlessLoop,
  SeveralReturns,
  // values
  BlockParams,
  ParamsOfEveryClass,
  ManyParams,
  ParamsSwapped,
  ParamPassedOn,
  SameArgumentTwice,
  CrowdedEdge,           // more than 256 arguments
  LongLived,             // a use more than 2048 instructions behind its def
  LiveAcrossManyBlocks,  // a use ten or more blocks away from its def
  HighPressure,          // more values of a class alive at a block's start than it has registers
  UsedInManyBlocks,      // a value used in four or more blocks besides its own
  ManyCrossUses,         // more than three uses in a block of values from other blocks
  VRegGaps,
  Rematerializable,
  RecipeConstant,    // a recipe without values among its inputs
  RecipeInputs,      // of values
  RecipeManyInputs,  // of three or more
  RecipePin,         // a register outside of the allocation among its inputs
  RecipeClobbers,
  RecipeReuse,
  RecipeDear,           // costs more than a load
  RecipeChain,          // an input has a recipe, too
  RecipeDeepChain,      // four recipes, each an input of the next
  RecipeInputDies,      // an input is not used behind the definition
  RecipeInputLives,     // an input is used later than the value
  RecipeConstantInput,  // an input is rematerializable
  RecipeInLoop,         // in a loop, from what stands outside of it
  RecipeOfParameter,
  ParamOfRecipe,      // each edge passes one and the same value that has a recipe
  ParamOfRecipes,     // each edge passes a value that has a recipe, of several
  ParamPartlyRecipe,  // one edge does, another passes a value without
  Frequency,
  // labels
  Labels,
  OverlappingLabels,
  LabelOnSeveralValues,
  SeveralLabelsOnValue,
  // machine
  OneRegister,
  FewRegisters,
  ManyRegisters,
  NonPreferred,
  HolesInFile,
  Scratch,
  NoScratch,
  WideSlots,
  OddSlots,
  NamedByLast,
  FixedStackRegisters,
  TwoClasses,
  ThreeClasses,
  OneClass,
  Count,
};

inline constexpr std::size_t kShapeCount = static_cast<std::size_t>(Shape::Count);

// "fixed-in-and-out"
std::string_view name_of(Shape shape);
// The shape in a few words, with the gap of past generators that it answers where there is one.
std::string_view meaning_of(Shape shape);

struct ShapeCounts {
  struct Row {
    std::uint64_t programs = 0;  // that show it
    std::uint64_t total = 0;     // instructions, blocks or values that show it
  };
  std::uint64_t programs = 0;
  std::uint64_t blocks = 0;
  std::uint64_t insts = 0;
  std::uint64_t operands = 0;
  std::array<Row, kShapeCount> rows{};

  const Row& operator[](Shape shape) const { return rows[static_cast<std::size_t>(shape)]; }
};

// Adds one program, which is legal.
void count_shapes(const FunctionView& function, const Machine& machine, ShapeCounts& counts);

struct ShapeRow {
  std::string_view name;
  std::string_view meaning;
  std::uint64_t programs = 0;
  std::uint64_t total = 0;
};
// In the order of `Shape`.
std::vector<ShapeRow> shape_rows(const ShapeCounts& counts);
// The rows as an aligned table, one line each.
std::string shape_table(const ShapeCounts& counts);

}  // namespace regproof
