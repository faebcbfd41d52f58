// Inputs that fail by words and by a trap, reduced to the smallest program that does.
#include "fuzz_targets/reduce_input.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace regproof {
namespace {

bool has_reuse(const FunctionView& function) {
  for (const Operand& op : function.operand_array) {
    if (op.constraint() == Constraint::Reuse) return true;
  }
  return false;
}

bool has_clobbers(const FunctionView& function) {
  for (Inst inst : function.insts()) {
    if (!function.clobbers(inst).empty()) return true;
  }
  return false;
}

std::optional<Failure> no_reuse(std::span<const std::uint8_t> input) {
  Program program = decode(input);
  FunctionView function = program.function.view();
  // The number is not what the failure is about.
  std::string more = ": " + std::to_string(function.inst_count());
  if (has_reuse(function)) return Failure{"reuse" + more};
  if (has_clobbers(function)) return Failure{"clobbers" + more};
  return std::nullopt;
}

std::optional<Failure> no_trap(std::span<const std::uint8_t> input) {
  Program program = decode(input);
  if (has_reuse(program.function.view())) std::abort();
  return std::nullopt;
}

// An input whose program has both.
std::vector<std::uint8_t> failing_input() {
  for (std::uint64_t seed = 1;; ++seed) {
    Program program = generate(seed, all_profiles().front().knobs);
    FunctionView function = program.function.view();
    if (has_reuse(function) && has_clobbers(function)) return encode(function, program.machine);
  }
}

TEST(ReduceInput, KeepsTheWordsUpToTheColon) {
  Target target{"reuse", "", no_reuse, InputKind::Program};
  std::optional<ReducedInput> small = reduce_input(target, failing_input(), 60);
  ASSERT_TRUE(small);
  EXPECT_EQ(small->failure, "reuse");
  EXPECT_TRUE(has_reuse(small->program.function.view()));
  EXPECT_LE(small->program.function.view().inst_count(), 3u);
  EXPECT_GT(small->insts_before, 3u);
}

TEST(ReduceInput, TrapsAreReducedToo) {
  Target target{"trap", "", no_trap, InputKind::Program};
  std::optional<ReducedInput> small = reduce_input(target, failing_input(), 60);
  ASSERT_TRUE(small);
  EXPECT_EQ(small->failure, "ended by signal 6");
  EXPECT_LE(small->program.function.view().inst_count(), 3u);
}

TEST(ReduceInput, WhatHoldsIsNotReduced) {
  Target target{"trap", "", no_trap, InputKind::Program};
  for (std::uint64_t seed = 1;; ++seed) {
    Program program = generate(seed, all_profiles().front().knobs);
    if (has_reuse(program.function.view())) continue;
    EXPECT_FALSE(reduce_input(target, encode(program.function.view(), program.machine), 60));
    break;
  }
}

}  // namespace
}  // namespace regproof
