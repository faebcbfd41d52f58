// What a client does: describe the machine, build a function from its own IR, ask whether it is
// legal and whether it can be allocated. Uses regproof::allocator alone.
//
// Exits 0 if legal is called legal and impossible is called impossible.
#include <cstdio>
#include <optional>
#include <vector>

#include "ir/builder.h"
#include "ir/feasible.h"
#include "ir/machine.h"
#include "ir/validate.h"

namespace {

using namespace regproof;

// Two integer registers.
Machine small_machine() {
  Machine machine;
  machine.preferred.add(make_preg(RegClass::Int, 0));
  machine.preferred.add(make_preg(RegClass::Int, 1));
  return machine;
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

bool holds(bool condition, const char* what) {
  std::printf("%s: %s\n", what, condition ? "yes" : "NO");
  return condition;
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
  return good ? 0 : 1;
}
