// Programs near the limit of what is solvable: about half of them have no answer. The engine has to
// answer the others and to refuse these, by the feasibility solver, which brute force confirms on
// each instruction that is small enough.
//
// REGPROOF_FULL_SWEEP=1 in the environment asks a million programs instead of a few thousand
// (minutes).
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "fuzz_targets/ion_allocator.h"
#include "ir/feasible.h"
#include "ir/text.h"
#include "ir/validate.h"
#include "ssagen/planted.h"
#include "tests/ir/feasible_brute.h"

namespace regproof {
namespace {

std::string text_of(const Program& program) {
  std::string text;
  print_machine(program.machine, text);
  print_function(program.function.view(), text);
  return text;
}

struct Tally {
  std::uint64_t feasible = 0;
  std::uint64_t infeasible = 0;
  std::uint64_t undecided = 0;
  std::uint64_t brute_feasible = 0;  // instructions
  std::uint64_t brute_infeasible = 0;
};

// The solver's word on each instruction of up to seven operands.
void compare_with_brute_force(const Program& program, FeasibilitySolver& solver, Tally& tally) {
  constexpr std::size_t kMostOperands = 7;
  FunctionView function = program.function.view();
  for (Inst inst : function.insts()) {
    std::size_t count = function.operands(inst).size();
    if (count == 0 || count > kMostOperands) continue;
    bool feasible = solver.feasible(function, inst);
    if (!feasible && solver.undecided()) continue;
    bool brute = test::LiteralRules(function, program.machine, inst).satisfiable();
    ASSERT_EQ(feasible, brute) << "inst" << inst.value() << "\n" << text_of(program);
    ++(brute ? tally.brute_feasible : tally.brute_infeasible);
  }
}

// An answer and a refusal are both judged.
void judge_engine(const Program& program, IonAllocator& engine, Tally& tally) {
  FunctionView function = program.function.view();
  auto conflict = find_infeasible(function, program.machine);
  bool undecided = conflict && !conflict->proven;
  ++(undecided ? tally.undecided : conflict ? tally.infeasible : tally.feasible);
  Result<Output, AllocError> answer = engine.allocate(function, program.machine);
  Verdict verdict = judge_answer(function, program.machine, answer);
  for (const Finding& finding : verdict.findings) {
    if (undecided && finding.kind == FindingKind::FeasibilityUndecided) continue;
    FAIL() << finding.message << "\n" << text_of(program);
  }
  ASSERT_TRUE(undecided || answer.ok() == !conflict) << text_of(program);
}

TEST(Limit, TheEngineAnswersExactlyWhatHasAnAnswer) {
  bool full = std::getenv("REGPROOF_FULL_SWEEP") != nullptr;
  std::uint64_t count = full ? 1'000'000 : 3'000;
  IonAllocator engine;
  Tally tally;
  for (std::uint64_t seed = 0; seed < count && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Program program = generate_at_limit(seed);
    ASSERT_TRUE(validate(program.function.view(), program.machine).empty()) << text_of(program);
    FeasibilitySolver solver(program.machine);
    compare_with_brute_force(program, solver, tally);
    judge_engine(program, engine, tally);
  }
  std::printf(
      "%llu programs feasible, %llu infeasible, %llu undecided; brute force agrees on %llu "
      "feasible "
      "and %llu infeasible instructions\n",
      static_cast<unsigned long long>(tally.feasible),
      static_cast<unsigned long long>(tally.infeasible),
      static_cast<unsigned long long>(tally.undecided),
      static_cast<unsigned long long>(tally.brute_feasible),
      static_cast<unsigned long long>(tally.brute_infeasible));
  EXPECT_GT(tally.feasible, count / 4);
  EXPECT_GT(tally.infeasible, count / 4);
  EXPECT_GT(tally.brute_infeasible, count / 4);
}

}  // namespace
}  // namespace regproof
