#include "checker/judge.h"

#include <optional>
#include <string>
#include <utility>

#include "checker/constraints.h"
#include "checker/symbolic.h"
#include "ir/names.h"

namespace regproof {
namespace {

Finding about_answer(FindingKind kind, Inst inst, std::string message) {
  return {kind, inst, kNoPlace, kNoPlace, Location::none(), std::move(message)};
}

const char* name_of_error(AllocError::Kind kind) {
  switch (kind) {
    case AllocError::Kind::Impossible:
      return "impossible";
    case AllocError::Kind::Undecided:
      return "undecided";
    case AllocError::Kind::InvalidProgram:
      return "invalid program";
    case AllocError::Kind::TooLarge:
      return "too large";
    case AllocError::Kind::OutOfMemory:
      return "out of memory";
    case AllocError::Kind::Internal:
      return "internal error";
  }
  return "unknown error";
}

Verdict judge_refusal(const FunctionView& function, const Machine& machine, const AllocError& error,
                      const FeasibilityOptions& options) {
  Verdict verdict;
  auto report = [&](FindingKind kind, Inst inst, std::string message) {
    verdict.findings.push_back(about_answer(kind, inst, std::move(message)));
  };
  if (error.kind != AllocError::Kind::Impossible && error.kind != AllocError::Kind::Undecided) {
    report(
        FindingKind::AllocatorFailed, error.inst,
        std::string("the allocator failed (") + name_of_error(error.kind) + "): " + error.message);
    return verdict;
  }
  std::optional<Infeasibility> reason = find_infeasible(function, machine, options);
  if (!reason) {
    report(
        FindingKind::RefusedFeasible, error.inst,
        "the allocator refused a program of which every instruction is feasible: " + error.message);
  } else if (!reason->proven) {
    report(FindingKind::FeasibilityUndecided, reason->inst,
           "the allocator refused a program of which nobody knows whether it has an answer: " +
               reason->message);
  }
  return verdict;
}

}  // namespace

Verdict judge_output(const FunctionView& function, const Machine& machine, const Output& output) {
  Verdict verdict;
  check_constraints(function, machine, output, verdict.findings);
  if (lists_readable(function, output)) {
    check_symbolic(function, machine, output, verdict.findings);
  }
  return verdict;
}

Verdict judge_answer(const FunctionView& function, const Machine& machine,
                     const Result<Output, AllocError>& answer, const FeasibilityOptions& options) {
  if (!answer) return judge_refusal(function, machine, answer.error(), options);
  Verdict verdict = judge_output(function, machine, *answer);
  // Where the search gave up the answer decides: no finding in it means that there is one.
  if (auto infeasible = find_infeasible(function, machine, options);
      infeasible && infeasible->proven) {
    verdict.findings.push_back(about_answer(
        FindingKind::AcceptedInfeasible, infeasible->inst,
        "the allocator answered a program that has no answer: " + infeasible->message));
  }
  return verdict;
}

Verdict judge_allocator(const FunctionView& function, const Machine& machine,
                        Allocator& allocator) {
  return judge_answer(function, machine, allocator.allocate(function, machine));
}

}  // namespace regproof
