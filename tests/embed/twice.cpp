#include <cstdio>
#include <utility>

#include "allocator/allocator.h"
#include "ir/builder.h"
#include "ir/names.h"
#include "ir/validate.h"

using namespace regproof;

int main() {
  Machine machine;
  for (unsigned r = 0; r < 2; ++r) machine.preferred.add(make_preg(RegClass::Int, r));

  FunctionBuilder builder("twice");
  VReg x = builder.vreg(RegClass::Int), y = builder.vreg(RegClass::Int);
  builder.begin_block();
  builder.op({Operand::def(x, Constraint::Reg)});
  Inst add = builder.op({Operand::use(x, Constraint::Reg), Operand::def(y, Constraint::Reuse, 0)});
  builder.ret({Operand::use(y, Constraint::Fixed, make_preg(RegClass::Int, 1).value())});
  Result<Function, BuildError> function = std::move(builder).finish();
  if (!function || !validate(function->view(), machine).empty()) return 1;

  AllocatorContext context;  // one per thread, for any number of functions
  Result<Output, AllocError> answer = allocate(function->view(), machine, {}, context);
  if (!answer) return 1;  // answer.error().message says why
  for (Location place : answer->locations_of(add)) std::puts(to_string(place).c_str());
  for (const Edit& edit : answer->edits) std::puts(to_string(edit, function->view()).c_str());
}
