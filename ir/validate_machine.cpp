// Does the machine make sense? See ir/validate.cpp for the rules.
//
// Tested by tests/ir/validate_test.cpp.
#include "ir/names.h"
#include "ir/validate_report.h"

namespace regproof::validation {
namespace {

constexpr std::uint32_t kMaxSlotSize = 1u << 16;

void check_scratch(const Machine& machine, RegClass cls, Report& report) {
  PReg scratch = machine.scratch_of(cls);
  if (!scratch.valid()) return;
  std::string name = std::string("the scratch register of class ") + name_of(cls);
  auto wrong = [&](const std::string& what) {
    report.add(Rule::MachineScratchAllocatable, {}, name + what);
  };
  if (scratch.value() >= kRegCount) {
    return wrong(" has the number " + std::to_string(scratch.value()) + ", expected one below " +
                 std::to_string(kRegCount));
  }
  name += ", " + to_string(scratch) + ",";
  if (class_of(scratch) != cls) return wrong(" is of another class");
  if (machine.allocatable().contains(scratch)) {
    wrong(" is allocatable, expected one that is given to no value");
  }
  if (machine.fixed_stack.contains(scratch)) {
    wrong(" is a fixed_stack one, expected one that is no stack location");
  }
}

}  // namespace

void check_machine(const Machine& machine, Report& report) {
  RegSet twice = machine.preferred & machine.non_preferred;
  if (!twice.empty()) {
    report.add(Rule::MachineRegisterTwice, {},
               to_string(twice) + " stand on both sides, expected preferred or non-preferred");
  }
  for (RegClass cls : kClasses) check_scratch(machine, cls, report);
  RegSet stack = machine.fixed_stack & machine.allocatable();
  if (!stack.empty()) {
    report.add(Rule::MachineFixedStackAllocatable, {},
               to_string(stack) + " are allocatable and fixed_stack, expected one of the two");
  }
  for (RegClass cls : kClasses) {
    std::uint32_t size = machine.slot_size_of(cls);
    if (size >= 1 && size <= kMaxSlotSize) continue;
    report.add(Rule::MachineSlotSize, {},
               std::string("a spilled value of class ") + name_of(cls) + " has " +
                   std::to_string(size) + " units, expected 1 to " + std::to_string(kMaxSlotSize));
  }
}

}  // namespace regproof::validation
