// The door to the judges, for anyone's allocator: hand over the program, the machine and what was
// answered.
//
//   linked    class Mine : public Allocator { ... };   judge_allocator(function, machine, mine)
//   as text   read both files (ir/text.h);              judge_output(function, machine, output)
//
// The judges take no hint from the allocator and share no code with it. The program is legal
// (`validate`); whether it is feasible is decided here.
//
// Tested by tests/checker/judge_test.cpp.
#pragma once

#include "base/result.h"
#include "checker/verdict.h"
#include "ir/feasible.h"
#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"

namespace regproof {

class Allocator {
 public:
  virtual ~Allocator() = default;
  virtual const char* name() const = 0;
  virtual Result<Output, AllocError> allocate(const FunctionView& function,
                                              const Machine& machine) = 0;
};

// Constraints and symbolic: the findings of both, the cheaper judge's first. The symbolic judge
// runs even where the constraints have findings, as long as the lists can be read at all.
Verdict judge_output(const FunctionView& function, const Machine& machine, const Output& output);

// What the judges say of an answer or a refusal: a refusal is right if and only if the program has
// an instruction that is proven infeasible. Where the search for that gave up (ir/feasible.h), a
// refusal is neither right nor wrong, which is a finding of its own; an answer is judged as it stands.
Verdict judge_answer(const FunctionView& function, const Machine& machine,
                     const Result<Output, AllocError>& answer,
                     const FeasibilityOptions& options = {});

// Allocates, then `judge_answer`.
Verdict judge_allocator(const FunctionView& function, const Machine& machine, Allocator& allocator);

}  // namespace regproof
