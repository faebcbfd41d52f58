#include "ssagen/shapes.h"

#include <algorithm>

namespace regproof {
namespace {

struct Description {
  Shape shape;
  std::string_view name;
  std::string_view meaning;
};

// In the order of `Shape`. GN-nn: a gap of past generators.
constexpr Description kDescriptions[] = {
    {Shape::UseAny, "use-any", "a use under `any`"},
    {Shape::UseReg, "use-reg", "a use under `reg`"},
    {Shape::UseStack, "use-stack", "a use under `stack` (GN-09)"},
    {Shape::UseFixed, "use-fixed", "a use in a fixed register"},
    {Shape::UseLimit, "use-limit", "a use under `limit` (GN-10)"},
    {Shape::UseIn, "use-in", "a use in a set of registers"},
    {Shape::DefAny, "def-any", "a def under `any`"},
    {Shape::DefReg, "def-reg", "a def under `reg`"},
    {Shape::DefStack, "def-stack", "a def under `stack` (GN-09)"},
    {Shape::DefFixed, "def-fixed", "a def in a fixed register"},
    {Shape::DefLimit, "def-limit", "a def under `limit` (GN-10)"},
    {Shape::DefIn, "def-in", "a def in a set of registers"},
    {Shape::Reuse, "reuse", "a def that takes its input's register"},
    {Shape::Pin, "pin", "a register that is not allocatable"},
    {Shape::LateUse, "late-use", "a use held at both phases (GN-08)"},
    {Shape::EarlyDef, "early-def", "a def held at both phases"},
    {Shape::LateFixedUse, "late-fixed-use", "a late use in a fixed register (GN-08)"},
    {Shape::EarlyFixedDef, "early-fixed-def", "an early def in a fixed register"},
    {Shape::FixedInAndOut, "fixed-in-and-out",
     "one register, one value before, another after (GN-01)"},
    {Shape::FixedUseClobbered, "fixed-use-clobbered",
     "an early use's fixed register is clobbered (GN-02)"},
    {Shape::FixedUsesTwice, "fixed-uses-twice", "a value in several fixed registers at once"},
    {Shape::ValueTwice, "value-twice", "a value in several operands"},
    {Shape::SameOperandTwice, "same-operand-twice", "a value twice under one constraint"},
    {Shape::EarlyAndLateUse, "early-and-late-use", "a value used early and late (GN-08)"},
    {Shape::CallShape, "call-shape", "fixed uses, fixed defs and clobbers together (GN-02)"},
    {Shape::CallExtraDefs, "call-extra-defs", "a call with three or more defs under `any` (GN-02)"},
    {Shape::ManyDefs, "many-defs", "more defs of a class than it has registers (GN-14)"},
    {Shape::ManyOperands, "many-operands", "ten operands or more (GN-03)"},
    {Shape::HugeOperands, "huge-operands", "more than 255 operands"},
    {Shape::SeveralReuses, "several-reuses", "several reuses in one instruction (GN-11)"},
    {Shape::ReuseOfFixed, "reuse-of-fixed", "a reuse whose input is fixed (GN-11)"},
    {Shape::ReuseWithFixed, "reuse-with-fixed",
     "a reuse beside fixed operands or clobbers (GN-11)"},
    {Shape::ReuseNotFirst, "reuse-not-first", "a reuse that is not operand 0 (GN-11)"},
    {Shape::ReuseBeforeInput, "reuse-before-input", "a reuse that stands before its input"},
    {Shape::ReuseInputKept, "reuse-input-kept", "the input of a reuse is used later"},
    {Shape::PinWithOthers, "pin-with-others", "a pin beside fixed, reuse or clobbers (GN-15)"},
    {Shape::FixedStack, "fixed-stack", "fixed to a register that is a stack location (GN-05)"},
    {Shape::ClobberManyClasses, "clobber-many-classes",
     "one number clobbered in several classes (GN-06)"},
    {Shape::ClobberUnallocatable, "clobber-unallocatable",
     "a register is clobbered that is not allocatable"},
    {Shape::EarlyDefWithUses, "early-def-with-uses", "an early def beside early uses in registers"},
    {Shape::DeadDef, "dead-def", "a def that nobody reads"},
    {Shape::LiveExtraDef, "live-extra-def", "a call's def under `any` is used later (GN-12)"},
    {Shape::DefinedSeveralTimes, "defined-several-times",
     "one instruction defines a value several times"},
    {Shape::BranchUses, "branch-uses", "a branch with uses (GN-07)"},
    {Shape::BranchDefs, "branch-defs", "a branch with defs (GN-07)"},
    {Shape::BranchClobbers, "branch-clobbers", "a branch with clobbers (GN-07)"},
    {Shape::ReturnUses, "return-uses", "a return with uses (GN-07)"},
    {Shape::ReturnClobbers, "return-clobbers", "a return with clobbers (GN-07)"},
    {Shape::OwnDefAsArgument, "own-def-as-argument", "a branch passes its own def (GN-07)"},
    {Shape::OwnDefLiveIn, "own-def-live-in", "a branch's def is used in a successor (GN-07)"},
    {Shape::ArgumentAndOperand, "argument-and-operand", "a branch's operand is its argument too"},
    {Shape::SelfLoop, "self-loop", "a block is its own successor (GN-16)"},
    {Shape::ManyTargets, "many-targets", "a branch with three targets or more (GN-16)"},
    {Shape::LoopToEntry, "loop-to-entry", "an edge to the entry (GN-16)"},
    {Shape::Irreducible, "irreducible", "a cycle with several entries"},
    {Shape::DeepLoops, "deep-loops", "three loops in each other"},
    {Shape::Unreachable, "unreachable", "a block that nothing reaches (GN-16)"},
    {Shape::UnreachableIntoReachable, "unreachable-into-reachable",
     "an unreachable block leads into a reached one (GN-16)"},
    {Shape::UnreachableUses, "unreachable-uses", "an unreachable block with uses (GN-16)"},
    {Shape::BeforePredecessors, "before-predecessors",
     "a block stands before all its predecessors"},
    {Shape::EmptyBlock, "empty-block", "a block that holds only its branch (GN-23)"},
    {Shape::CriticalSplit, "critical-split", "an empty block between a fork and a join (GN-16)"},
    {Shape::EntryOnlyJump, "entry-only-jump", "the entry holds only its branch"},
    {Shape::EndlessLoop, "endless-loop", "reached blocks that reach no return"},
    {Shape::SeveralReturns, "several-returns", "several returns"},
    {Shape::BlockParams, "block-params", "a block with parameters"},
    {Shape::ParamsOfEveryClass, "params-of-every-class",
     "parameters of all classes there are, two or more (GN-04, GN-18)"},
    {Shape::ManyParams, "many-params", "more parameters of a class than registers"},
    {Shape::ParamsSwapped, "params-swapped",
     "a block passes two of its parameters to itself, exchanged"},
    {Shape::ParamPassedOn, "param-passed-on", "a parameter is an argument of its block's branch"},
    {Shape::SameArgumentTwice, "same-argument-twice", "an edge passes one value twice"},
    {Shape::CrowdedEdge, "crowded-edge", "an edge with more than 256 arguments"},
    {Shape::LongLived, "long-lived", "a use more than 2048 instructions behind its def"},
    {Shape::LiveAcrossManyBlocks, "live-across-many-blocks",
     "a use ten or more dominators below its def (GN-17)"},
    {Shape::HighPressure, "high-pressure", "more values alive into a block than registers (GN-14)"},
    {Shape::UsedInManyBlocks, "used-in-many-blocks",
     "a value used in four other blocks or more (GN-17, GN-21)"},
    {Shape::ManyCrossUses, "many-cross-uses",
     "more than three uses in a block of others' values (GN-17)"},
    {Shape::VRegGaps, "vreg-gaps", "vreg numbers with gaps"},
    {Shape::Rematerializable, "rematerializable", "a value that can be recomputed"},
    {Shape::RecipeConstant, "recipe-constant", "a recipe without values among its inputs"},
    {Shape::RecipeInputs, "recipe-inputs", "a recipe that computes from values"},
    {Shape::RecipeManyInputs, "recipe-many-inputs", "a recipe with three inputs or more"},
    {Shape::RecipePin, "recipe-pin", "a recipe with a register outside of the allocation"},
    {Shape::RecipeClobbers, "recipe-clobbers", "a recipe that overwrites registers"},
    {Shape::RecipeReuse, "recipe-reuse", "a recipe whose result takes an input's register"},
    {Shape::RecipeDear, "recipe-dear", "a recipe that costs more than a load"},
    {Shape::RecipeChain, "recipe-chain", "a recipe with an input that has one, too"},
    {Shape::RecipeDeepChain, "recipe-deep-chain", "four recipes, each an input of the next"},
    {Shape::RecipeInputDies, "recipe-input-dies", "a recipe's input is not used any more"},
    {Shape::RecipeInputLives, "recipe-input-lives",
     "a recipe's input is used later than the value"},
    {Shape::RecipeConstantInput, "recipe-constant-input", "a recipe's input is rematerializable"},
    {Shape::RecipeInLoop, "recipe-in-loop", "a recipe in a loop, its input outside"},
    {Shape::RecipeOfParameter, "recipe-of-parameter", "a parameter with a recipe"},
    {Shape::ParamOfRecipe, "param-of-recipe", "edges pass a parameter one value with a recipe"},
    {Shape::ParamOfRecipes, "param-of-recipes",
     "edges pass a parameter several values with recipes"},
    {Shape::ParamPartlyRecipe, "param-partly-recipe",
     "edges pass a parameter values with recipes and without"},
    {Shape::Frequency, "frequency", "a block states its frequency"},
    {Shape::Labels, "labels", "a debug label"},
    {Shape::OverlappingLabels, "overlapping-labels", "two labels of one value overlap"},
    {Shape::LabelOnSeveralValues, "label-on-several-values", "one label follows several values"},
    {Shape::SeveralLabelsOnValue, "several-labels-on-value", "one value has several labels"},
    {Shape::OneRegister, "one-register", "a class with one register (GN-14)"},
    {Shape::FewRegisters, "few-registers", "a class with two to four registers (GN-14)"},
    {Shape::ManyRegisters, "many-registers", "a class with more than 32 registers"},
    {Shape::NonPreferred, "non-preferred", "a class with preferred and other registers"},
    {Shape::HolesInFile, "holes-in-file", "unused numbers between registers"},
    {Shape::Scratch, "scratch", "a class with a scratch register (GN-13)"},
    {Shape::NoScratch, "no-scratch", "a class without"},
    {Shape::WideSlots, "wide-slots", "a class with slots of several units"},
    {Shape::OddSlots, "odd-slots", "a slot's size is no power of two"},
    {Shape::NamedByLast, "named-by-last", "wide slots are named by their last unit"},
    {Shape::FixedStackRegisters, "fixed-stack-registers",
     "registers that are stack locations (GN-05)"},
    {Shape::TwoClasses, "two-classes", "values of two classes (GN-04)"},
    {Shape::ThreeClasses, "three-classes", "values of three classes (GN-04)"},
    {Shape::OneClass, "one-class", "values of one class"},
};
static_assert(std::size(kDescriptions) == kShapeCount, "one description for each shape");

constexpr bool descriptions_are_in_order() {
  for (std::size_t i = 0; i < kShapeCount; ++i) {
    if (kDescriptions[i].shape != static_cast<Shape>(i)) return false;
  }
  return true;
}
static_assert(descriptions_are_in_order());

std::string padded(std::string_view text, std::size_t width) {
  std::string result(text);
  result.resize(std::max(width, result.size()), ' ');
  return result;
}

std::string right(std::uint64_t number, std::size_t width) {
  std::string digits = std::to_string(number);
  return std::string(width > digits.size() ? width - digits.size() : 0, ' ') + digits;
}

}  // namespace

std::string_view name_of(Shape shape) {
  return kDescriptions[static_cast<std::size_t>(shape)].name;
}

std::string_view meaning_of(Shape shape) {
  return kDescriptions[static_cast<std::size_t>(shape)].meaning;
}

std::vector<ShapeRow> shape_rows(const ShapeCounts& counts) {
  std::vector<ShapeRow> rows;
  for (std::size_t i = 0; i < kShapeCount; ++i) {
    rows.push_back({kDescriptions[i].name, kDescriptions[i].meaning, counts.rows[i].programs,
                    counts.rows[i].total});
  }
  return rows;
}

std::string shape_table(const ShapeCounts& counts) {
  constexpr std::size_t kName = 28, kNumber = 11;
  std::string table = padded("shape", kName) + "   programs      total  meaning\n";
  for (const ShapeRow& row : shape_rows(counts)) {
    table += padded(row.name, kName) + right(row.programs, kNumber) + right(row.total, kNumber) +
             "  " + std::string(row.meaning) + "\n";
  }
  return table;
}

}  // namespace regproof
