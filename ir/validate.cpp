// The rules of a legal program, each with the code that reports it.
//
//   validate_machine.cpp   check_machine
//     machine-register-twice        a register is preferred and non-preferred
//     machine-scratch-allocatable   a scratch register is allocatable, is a fixed_stack one, is of
//                                   another class, or is no register
//     machine-fixed-stack-allocatable  a fixed_stack register is allocatable
//     machine-slot-size             a spilled value has 0 units, or more than 65536
//   validate_arrays.cpp    check_arrays; nothing else is looked at when one of these is broken
//     arrays-inconsistent           a range descends or ends elsewhere than its array; the sentinel
//                                   is missing; a number names an edge, a register set, a kind or a
//                                   class that there is not; predecessors are not the edges by
//                                   target; the first register set is not empty; rematerializable
//                                   vregs or recipes do not ascend; an operand has a payload that its
//                                   constraint does not know, a pin is not an early use
//     too-large                     a limit of ir/function.h is exceeded
//   validate_control.cpp   check_control
//     block-without-terminator      a block is empty, or ends in an `op`
//     terminator-inside-block       a `branch` or `ret` is not its block's last instruction
//     entry-has-params              the entry takes parameters
//     edge-target-missing           an edge leads to a block that there is not
//     return-has-edges              a block that ends in `ret` has successors
//     branch-without-target         a `branch` has none
//     critical-edge                 from a block with several successors to one with several
//                                   predecessors; the entry has one more than its edges
//     branch-operands-shared-target a branch has operands or clobbers and a target has another
//                                   predecessor (the caller is one, for the entry)
//     argument-count                an edge has more or fewer arguments than its target parameters
//     argument-class                an argument and its parameter are of different classes
//     frequency-not-positive        a block's frequency is stated and not finite or not above 0
//   validate_values.cpp    check_values
//     vreg-without-class            an operand, parameter or argument names a vreg without a class
//     class-without-registers       a vreg is defined whose class has no allocatable register
//     defined-twice                 a vreg has a second def: operand or parameter
//     used-without-definition       a use or argument of a vreg that nothing defines
//     definition-does-not-dominate  a path from the entry to the use avoids the def. Within a block
//                                   the order of instructions decides; an instruction may not use
//                                   what it defines, but a branch may pass it as an argument. What
//                                   no path reaches is dominated by everything: a use in an
//                                   unreachable block needs a def somewhere, and not behind it in
//                                   its own block.
//     rematerializable-undefined    a rematerializable vreg has no def
//     label-vreg-missing            a debug label follows a number that is no vreg of the function (one
//                                   that nothing defines may be named: there is nothing to follow)
//     label-range                   not from <= to <= number of instructions
//     recipe-twice                  a value with a recipe is rematerializable, too
//     recipe-undefined              a value with a recipe has no def
//     recipe-input                  an input is no use of the instruction that defines the value (a
//                                   parameter has no inputs but pins)
//     recipe-pin                    a pinned input is allocatable, a scratch or a fixed_stack register,
//                                   or something clobbers it
//     recipe-reuse                  the recipe does not have that input, or it is a pin or of another
//                                   class than the value
//   validate_operands.cpp  check_operands
//     reuse-not-late-def            a use or an early def has the constraint reuse
//     reuse-index-missing           reuse of an operand that the instruction does not have
//     reuse-of-wrong-operand        reuse of what is not an early use under reg, limit, in, or
//     fixed
//                                   to an allocatable register
//     reuse-class                   def and reused use are of different classes
//     constraint-class              fixed or in names a register of another class than the vreg's
//     fixed-not-allocatable         fixed to a register neither allocatable nor fixed_stack
//     in-not-allocatable            in names a register that is not allocatable
//     in-empty                      in names none
//     limit-range                   limit is not 1 to 64
//     pin-allocatable               a pin's register is allocatable, or is none
//     pin-has-vreg                  a pin carries a vreg
//
// Clobbers may name any register, allocatable or not. Cost: near-linear in the program.
//
// Tested by tests/ir/validate_test.cpp, tests/ir/rejected_test.cpp.
#include "ir/validate.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "ir/names.h"
#include "ir/validate_report.h"

namespace regproof {

const char* name_of(Rule rule) {
  switch (rule) {
    case Rule::MachineRegisterTwice:
      return "machine-register-twice";
    case Rule::MachineScratchAllocatable:
      return "machine-scratch-allocatable";
    case Rule::MachineFixedStackAllocatable:
      return "machine-fixed-stack-allocatable";
    case Rule::MachineSlotSize:
      return "machine-slot-size";
    case Rule::ArraysInconsistent:
      return "arrays-inconsistent";
    case Rule::TooLarge:
      return "too-large";
    case Rule::BlockWithoutTerminator:
      return "block-without-terminator";
    case Rule::TerminatorInsideBlock:
      return "terminator-inside-block";
    case Rule::EntryHasParams:
      return "entry-has-params";
    case Rule::EdgeTargetMissing:
      return "edge-target-missing";
    case Rule::ReturnHasEdges:
      return "return-has-edges";
    case Rule::BranchWithoutTarget:
      return "branch-without-target";
    case Rule::CriticalEdge:
      return "critical-edge";
    case Rule::BranchOperandsSharedTarget:
      return "branch-operands-shared-target";
    case Rule::ArgumentCount:
      return "argument-count";
    case Rule::ArgumentClass:
      return "argument-class";
    case Rule::FrequencyNotPositive:
      return "frequency-not-positive";
    case Rule::VRegWithoutClass:
      return "vreg-without-class";
    case Rule::ClassWithoutRegisters:
      return "class-without-registers";
    case Rule::DefinedTwice:
      return "defined-twice";
    case Rule::UsedWithoutDefinition:
      return "used-without-definition";
    case Rule::DefinitionDoesNotDominate:
      return "definition-does-not-dominate";
    case Rule::ReuseNotLateDef:
      return "reuse-not-late-def";
    case Rule::ReuseIndexMissing:
      return "reuse-index-missing";
    case Rule::ReuseOfWrongOperand:
      return "reuse-of-wrong-operand";
    case Rule::ReuseClass:
      return "reuse-class";
    case Rule::ConstraintClass:
      return "constraint-class";
    case Rule::FixedNotAllocatable:
      return "fixed-not-allocatable";
    case Rule::InNotAllocatable:
      return "in-not-allocatable";
    case Rule::InEmpty:
      return "in-empty";
    case Rule::LimitRange:
      return "limit-range";
    case Rule::PinAllocatable:
      return "pin-allocatable";
    case Rule::PinHasVReg:
      return "pin-has-vreg";
    case Rule::RematerializableUndefined:
      return "rematerializable-undefined";
    case Rule::LabelVRegMissing:
      return "label-vreg-missing";
    case Rule::LabelRange:
      return "label-range";
    case Rule::RecipeTwice:
      return "recipe-twice";
    case Rule::RecipeUndefined:
      return "recipe-undefined";
    case Rule::RecipeInput:
      return "recipe-input";
    case Rule::RecipePin:
      return "recipe-pin";
    case Rule::RecipeReuse:
      return "recipe-reuse";
  }
  return "unknown";
}

namespace validation {

void Report::add(Rule rule, Place place, const std::string& wrong) {
  if (full()) return;
  std::string message;
  auto append = [&](const std::string& part) { message += (message.empty() ? "" : ", ") + part; };
  if (place.block.valid()) append(to_string(place.block));
  if (place.inst.valid()) append(to_string(place.inst));
  if (place.operand != kNoOperand) append("operand " + std::to_string(place.operand));
  if (!message.empty()) message += ": ";
  violations_.push_back({rule, place.block, place.inst, place.operand, message + wrong});
}

std::vector<Violation> Report::sorted() && {
  auto key = [](const Violation& v) {
    std::uint32_t section = v.rule < Rule::BlockWithoutTerminator      ? 0
                            : v.rule < Rule::RematerializableUndefined ? 1
                                                                       : 2;
    // None is the largest number: one more is 0, ahead of all.
    return std::tuple(section, v.block.value() + 1, v.inst.value() + 1, v.operand + 1);
  };
  std::vector<std::pair<decltype(key(violations_.front())), std::size_t>> order;
  for (std::size_t i = 0; i < violations_.size(); ++i) order.emplace_back(key(violations_[i]), i);
  std::sort(order.begin(), order.end());
  std::vector<Violation> result;
  for (const auto& [unused, i] : order) result.push_back(std::move(violations_[i]));
  return result;
}

namespace {

std::vector<Violation> run(const FunctionView& function, const Machine& machine, const Cfg* known) {
  Report report;
  check_arrays(function, report);
  bool readable = report.empty();
  check_machine(machine, report);
  if (!readable) return std::move(report).sorted();
  check_control(function, report);
  check_operands(function, machine, report);
  if (known != nullptr) {
    check_values(function, machine, *known, report);
  } else {
    check_values(function, machine, analyze_cfg(function), report);
  }
  return std::move(report).sorted();
}

}  // namespace
}  // namespace validation

std::vector<Violation> validate_machine(const Machine& machine) {
  validation::Report report;
  validation::check_machine(machine, report);
  return std::move(report).sorted();
}

std::vector<Violation> validate(const FunctionView& function, const Machine& machine) {
  return validation::run(function, machine, nullptr);
}

std::vector<Violation> validate(const FunctionView& function, const Machine& machine,
                                const Cfg& cfg) {
  return validation::run(function, machine, &cfg);
}

}  // namespace regproof
