// What a client does: describe the machine, build a function from its own IR, have it allocated, and
// ask beforehand whether that can work. Uses regproof::allocator alone; twice.cpp beside it reads an
// answer. README.md shows parts of both as they stand here (ci/examples.py compares them).
//
// Exits 0 if the answer is what it must be, and what is impossible is called impossible.
#include <cstdio>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "allocator/allocator.h"
#include "ir/builder.h"
#include "ir/feasible.h"
#include "ir/machine.h"
#include "ir/names.h"
#include "ir/unread.h"
#include "ir/validate.h"

namespace {

using namespace regproof;

bool holds(bool condition, const char* what) {
  std::printf("%s: %s\n", what, condition ? "yes" : "NO");
  return condition;
}

// Two integer registers.
Machine small_machine() {
  Machine machine;
  machine.preferred.add(make_preg(RegClass::Int, 0));
  machine.preferred.add(make_preg(RegClass::Int, 1));
  return machine;
}

void emit_recipe(PReg to, VReg value, std::span<const PReg> inputs) {
  std::printf("  v%u is computed into %s", value.value(), to_string(to).c_str());
  for (PReg input : inputs) std::printf(", from %s", to_string(input).c_str());
  std::puts("");
}

// A constant lives across a call that destroys all registers.
bool across_a_call() {
  Machine machine = small_machine();
  FunctionBuilder builder("across_a_call");
  builder.begin_block();

  VReg five = builder.vreg(RegClass::Int);
  builder.op({Operand::def(five, Constraint::Reg)});  // li five, 5
  builder.rematerializable(five);

  builder.op({}, machine.preferred);
  builder.ret({Operand::use(five, Constraint::Reg)});
  Result<Function, BuildError> function = std::move(builder).finish();
  AllocatorContext context;
  Result<Output, AllocError> answer = allocate(function->view(), machine, {}, context);
  if (!answer) return false;
  for (const Edit& edit : answer->edits) {
    if (edit.kind != EditKind::Remat) continue;
    emit_recipe(edit.to.as_reg(), edit.remat, std::span(edit.inputs).first(edit.input_count()));
  }
  return holds(answer->edits.size() == 1 && answer->spillslots == 0,
               "a constant is computed again");
}

// A call leaves one register alone: the base stays there, and what was computed from it is again.
bool from_what_is_left() {
  Machine machine = small_machine();
  PReg kept = make_preg(RegClass::Int, 1);
  RegSet lost = machine.preferred;
  lost.remove(kept);
  FunctionBuilder builder("from_what_is_left");
  VReg base = builder.vreg(RegClass::Int), sum = builder.vreg(RegClass::Int);
  builder.begin_block();
  builder.op({Operand::def(base, Constraint::Fixed, kept.value())});

  builder.op({Operand::use(base, Constraint::Reg), Operand::def(sum, Constraint::Reg)});
  builder.recipe(sum, {Operand::use(base, Constraint::Reg)}, 1);  // as dear as one move

  builder.op({Operand::late_use(base, Constraint::Fixed, kept.value())}, lost);
  builder.ret({Operand::use(sum, Constraint::Reg), Operand::use(base, Constraint::Reg)});
  Result<Function, BuildError> function = std::move(builder).finish();
  AllocatorContext context;
  Result<Output, AllocError> answer = allocate(function->view(), machine, {}, context);
  if (!answer) return false;
  for (const Edit& edit : answer->edits) {
    if (edit.kind != EditKind::Remat) continue;
    emit_recipe(edit.to.as_reg(), edit.remat, std::span(edit.inputs).first(edit.input_count()));
  }
  bool unread = unread_definitions(function->view(), machine, *answer) == std::vector<VReg>{sum};
  return holds(unread && answer->spillslots == 0, "a sum is computed again");
}

// `count` values, all of them wanted in registers by one instruction.
Result<Function, BuildError> sum_of(unsigned count) {
  FunctionBuilder builder("sum");
  std::vector<Operand> uses;
  builder.begin_block();
  for (unsigned i = 0; i < count; ++i) {
    VReg value = builder.vreg(RegClass::Int);
    builder.op({Operand::def(value)});
    uses.push_back(Operand::use(value, Constraint::Reg));
  }
  builder.ret(uses);
  return std::move(builder).finish();
}

}  // namespace

int main() {
  Machine machine = small_machine();
  Result<Function, BuildError> two = sum_of(2);
  Result<Function, BuildError> three = sum_of(3);
  if (!holds(two.ok() && three.ok(), "both functions were built")) return 1;

  bool good = holds(validate_machine(machine).empty(), "the machine makes sense");
  good &= holds(validate(two->view(), machine).empty(), "two values: legal");
  good &= holds(!find_infeasible(two->view(), machine), "two values: feasible");
  good &= holds(validate(three->view(), machine).empty(), "three values: legal");

  std::optional<Infeasibility> why = find_infeasible(three->view(), machine);
  good &= holds(why && why->operands.size() == 3, "three values: infeasible, all three compete");
  if (why) std::printf("  %s\n", why->message.c_str());

  AllocatorContext context;
  good &= holds(allocate(two->view(), machine, {}, context).ok(), "two values: allocated");
  Result<Output, AllocError> refusal = allocate(three->view(), machine, {}, context);
  good &= holds(!refusal && refusal.error().operands.size() == 3, "three values: refused");
  good &= across_a_call();
  good &= from_what_is_left();
  return good ? 0 : 1;
}
