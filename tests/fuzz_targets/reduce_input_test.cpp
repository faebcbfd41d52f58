// Inputs that fail by words, by a trap and by hanging, and by some of their names only, reduced to the smallest program that does.
#include "fuzz_targets/reduce_input.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
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

// As a sanitizer does.
std::optional<Failure> no_sudden_end(std::span<const std::uint8_t> input) {
  Program program = decode(input);
  if (has_reuse(program.function.view())) std::_Exit(1);
  if (has_clobbers(program.function.view())) return Failure{"clobbers"};
  return std::nullopt;
}

// Of programs with a reuse one in so many fails, by what their bytes sum up to.
template <unsigned kOneIn>
std::optional<Failure> no_reuse_by_chance(std::span<const std::uint8_t> input) {
  unsigned sum = 0;
  for (std::uint8_t byte : input) sum = sum * 31 + byte;
  if (sum / 64 % kOneIn != 0 || !has_reuse(decode(input).function.view())) return std::nullopt;
  return Failure{"reuse"};
}

constexpr std::size_t kInstsOfHang = 5;

// Larger ones hang, smaller ones only look like it for a while.
std::optional<Failure> no_hang(std::span<const std::uint8_t> input) {
  bool hangs = decode(input).function.view().inst_count() >= kInstsOfHang;
  std::this_thread::sleep_for(hangs ? std::chrono::minutes(1) : std::chrono::milliseconds(100));
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

std::optional<Failure> no_reuse_without_words(std::span<const std::uint8_t> input) {
  if (!has_reuse(decode(input).function.view())) return std::nullopt;
  return Failure{": no words"};
}

TEST(ReduceInput, AFailureWithoutWordsIsOne) {
  Target target{"reuse", "", no_reuse_without_words, InputKind::Program};
  std::optional<ReducedInput> small = reduce_input(target, failing_input(), 60);
  ASSERT_TRUE(small);
  EXPECT_EQ(small->failure, "");
  EXPECT_LE(small->program.function.view().inst_count(), 3u);
}

TEST(ReduceInput, TrapsAreReducedToo) {
  Target target{"trap", "", no_trap, InputKind::Program};
  std::optional<ReducedInput> small = reduce_input(target, failing_input(), 60);
  ASSERT_TRUE(small);
  EXPECT_EQ(small->failure, "ended by signal 6");
  EXPECT_LE(small->program.function.view().inst_count(), 3u);
}

TEST(ReduceInput, SoIsWhatASanitizerEnds) {
  Target target{"end", "", no_sudden_end, InputKind::Program};
  std::optional<ReducedInput> small = reduce_input(target, failing_input(), 60);
  ASSERT_TRUE(small);
  EXPECT_EQ(small->failure, "ended with status 1");
  EXPECT_TRUE(has_reuse(small->program.function.view()));
  EXPECT_LE(small->program.function.view().inst_count(), 3u);
}

TEST(ReduceInput, WhatFailsByChanceIsReducedByItsName) {
  Target target{"chance", "", no_reuse_by_chance<8>, InputKind::Program};
  for (std::uint64_t seed = 1;; ++seed) {
    Program program = generate(seed, all_profiles().front().knobs);
    std::vector<std::uint8_t> input = encode(program.function.view(), program.machine);
    if (!no_reuse_by_chance<8>(input)) continue;
    std::optional<ReducedInput> small = reduce_input(target, input, 60);
    ASSERT_TRUE(small);
    FunctionView function = small->program.function.view();
    EXPECT_LE(function.inst_count(), 3u);
    EXPECT_TRUE(no_reuse_by_chance<8>(encode(function, small->program.machine)));
    break;
  }
}

// Where few names make a program fail, much of a large one goes at once nevertheless.
TEST(ReduceInput, LargeProgramsShrinkInLargeSteps) {
  Target target{"chance", "", no_reuse_by_chance<64>, InputKind::Program};
  std::optional<ReducedInput> small;
  int questions = 0;  // about candidates and names
  auto stopped = [&] { return ++questions > 20000; };
  for (std::uint64_t seed = 1; !small; ++seed) {
    Program program = generate(seed, find_profile("oversize")->knobs);
    if (program.function.view().inst_count() < 1000) continue;
    for (char letter = 'a'; letter <= 'z' && !small; ++letter) {
      program.function.name = letter;
      small = reduce_input(target, encode(program.function.view(), program.machine), 60, stopped);
    }
  }
  EXPECT_LE(small->program.function.view().inst_count(), 10u) << questions;
}

TEST(ReduceInput, WhatHangsStillDoes) {
  Target target{"hang", "", no_hang, InputKind::Program};
  std::optional<ReducedInput> small = reduce_input(target, failing_input(), 1);
  ASSERT_TRUE(small);
  EXPECT_EQ(small->failure, "still running after 1 seconds");
  EXPECT_EQ(small->program.function.view().inst_count(), kInstsOfHang);
}

TEST(ReduceInput, StopsWhereItIs) {
  Target target{"reuse", "", no_reuse, InputKind::Program};
  int left = 0;
  auto stopped = [&] { return --left < 0; };
  std::optional<ReducedInput> whole = reduce_input(target, failing_input(), 60, stopped);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->program.function.view().inst_count(), whole->insts_before);
  left = 60;
  std::optional<ReducedInput> part = reduce_input(target, failing_input(), 60, stopped);
  ASSERT_TRUE(part);
  EXPECT_LT(part->program.function.view().inst_count(), part->insts_before);
  EXPECT_TRUE(has_reuse(part->program.function.view()));
}

TEST(ReduceInput, StopsInAHang) {
  Target target{"hang", "", no_hang, InputKind::Program};
  std::optional<ReducedInput> whole = reduce_input(target, failing_input(), 1, [] { return true; });
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->program.function.view().inst_count(), whole->insts_before);
  // What was waited for less is told as that.
  int left = 200;
  std::optional<ReducedInput> part =
      reduce_input(target, failing_input(), 10, [&] { return --left < 0; });
  ASSERT_TRUE(part);
  EXPECT_LT(part->program.function.view().inst_count(), part->insts_before);
  EXPECT_EQ(part->failure, "still running after 0.625 seconds");
}

bool mark_the_last(Function& function) {
  if (!function.rematerializable.empty()) return false;
  for (const Operand& op : function.operands) {
    if (!op.is_def()) continue;
    function.rematerializable = {op.vreg()};
  }
  return !function.rematerializable.empty();
}

// Fails where a value is marked that an instruction with a reuse defines.
std::optional<Failure> no_marked_reuse(std::span<const std::uint8_t> input) {
  Program program = decode(input);
  mark_the_last(program.function);
  FunctionView function = program.function.view();
  bool any = false;
  for (const Operand& op : function.operand_array)
    any |= op.is_def() && function.is_rematerializable(op.vreg());
  if (any && has_reuse(function)) return Failure{"marked"};
  return std::nullopt;
}

// The program that is left states what made it fail, whether or not it did before.
TEST(ReduceInput, StatesWhatThePropertyAdds) {
  Target target{"marked", "", no_marked_reuse, InputKind::Program, mark_the_last};
  for (bool stated : {false, true}) {
    std::optional<ReducedInput> small;
    for (std::uint64_t seed = 1; !small; ++seed) {
      Program program = generate(seed, find_profile("calls")->knobs);
      if (!program.function.rematerializable.empty()) continue;
      if (stated) mark_the_last(program.function);
      small = reduce_input(target, encode(program.function.view(), program.machine), 60);
    }
    EXPECT_EQ(small->program.function.rematerializable.size(), 1u) << stated;
    EXPECT_LE(small->program.function.view().inst_count(), 3u) << stated;
  }
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
