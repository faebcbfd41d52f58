// What the interpreter says of a mismatch, and whom it blames.
#include <string>
#include <utility>
#include <vector>

#include "checker/interpreter_state.h"
#include "ir/names.h"

namespace regproof {

std::string place_name(Location place) {
  if (place.is_reg() && place.as_reg().value() >= kRegCount) {
    return "register " + std::to_string(place.as_reg().value());
  }
  return to_string(place);
}

std::string Interpreter::State::describe(Held held) const {
  if (!held.is_value()) return "nothing that may be relied on";
  for (VReg v : IndexRange<VReg>(before.size())) {
    if (before[v.value()].value == held.hash) return "the value of " + to_string(v, function);
  }
  return "an earlier value of " + to_string(held.origin, function);
}

std::string Interpreter::State::describe(Writer writer) const {
  if (writer.kind == Writer::Kind::Nobody) return "never written";
  if (writer.kind == Writer::Kind::Instruction)
    return "written by inst" + std::to_string(writer.index);
  const Edit& edit = output.edits[writer.index];
  return "written " + to_string(edit.point) + " by " + to_string(edit, function);
}

Finding Interpreter::State::mismatch(std::string where, VReg expected, Location place) {
  missed = expected;
  RegClass cls = function.vreg_class(expected);
  Finding finding;
  finding.kind = FindingKind::InterpreterMismatch;
  finding.location = place;
  finding.message = std::move(where);
  if (place.is_none()) {
    finding.message += " has no location";
    return finding;
  }
  bool defined = before[expected.value()].value != 0;
  finding.message += ": " + place_name(place) + " should hold the value of " +
                     to_string(expected, function) +
                     (defined ? "" : ", which is not defined on this path,") + " and holds " +
                     describe(after.read(place, cls)) + ", " + describe(after.writer_of(place)) +
                     " (step " + std::to_string(steps) + " of the path)";
  return finding;
}

std::string Interpreter::State::describe_overwriting(const FirstWrong& wrong) const {
  Inst inst(wrong.by.index);
  std::span<const Operand> operands = function.operands(inst);
  for (std::uint32_t i = 0; i < operands.size(); ++i) {
    if (!operands[i].is_def() || answer.location(inst, i) != wrong.place) continue;
    return to_string(inst) + ", operand " + std::to_string(i) + " (" +
           to_string(operands[i], function) + ") overwrites it in " + place_name(wrong.place);
  }
  bool reg = wrong.place.is_reg() && wrong.place.as_reg().value() < kRegCount;
  if (reg && function.clobbers(inst).contains(wrong.place.as_reg())) {
    return "it stays in " + place_name(wrong.place) + ", which " + to_string(inst) + " clobbers";
  }
  if (reg) return "it stays in " + place_name(wrong.place) + " during " + to_string(inst);
  return to_string(inst) + " overwrites a part of it in " + place_name(wrong.place);
}

std::string Interpreter::State::describe(const FirstWrong& wrong) const {
  using Kind = FirstWrong::Kind;
  std::string place = place_name(wrong.place);
  if (wrong.kind == Kind::ReadLocation) return "it never was in " + place;
  if (wrong.by.kind != Writer::Kind::Edit) return describe_overwriting(wrong);
  const Edit& edit = output.edits[wrong.by.index];
  std::string text = "edit " + std::to_string(wrong.by.index) + " (" + to_string(edit.point) +
                     ": " + to_string(edit, function) + ")";
  if (wrong.kind == Kind::Overwrites) return text + " overwrites it in " + place;
  if (wrong.kind == Kind::NeverHeld) return text + " copies from " + place + ", where it never was";
  if (wrong.kind == Kind::CannotCarry) return text + " cannot carry it";
  return text + " recomputes another value";
}

// The same path once more, with everything written down.
void Interpreter::State::blame(Finding& finding, std::uint32_t max_steps) const {
  bool defined = missed.valid() && before[missed.value()].value != 0;
  if (!defined || finding.location.is_none()) return;
  State again(function, machine, output);
  Enumeration same(path.choices());
  std::vector<Write> writes;
  again.path.start(same);
  again.after.keep(&writes);
  again.run_path(max_steps);
  const Promise& promise = before[missed.value()];
  FirstWrong wrong = PlaceHistory(machine, std::move(writes))
                         .first_wrong(
                             finding.location, function.vreg_class(missed),
                             [&](Held held) { return promise.kept_by(held); }, output);
  if (wrong.by.kind == Writer::Kind::Edit) finding.edit = wrong.by.index;
  finding.message += "; first wrong: " + describe(wrong);
}

}  // namespace regproof
