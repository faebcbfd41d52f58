// Planted programs are legal, and the answer that was forgotten is one: both judges accept it, the
// feasibility solver finds no impossible instruction, the engine refuses none. So generator, judges,
// solver and engine are each held against the others.
//
// REGPROOF_FULL_SWEEP=1 in the environment asks 200 times as many seeds (minutes).
#include "ssagen/planted.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "checker/interpreter.h"
#include "checker/judge.h"
#include "fuzz_targets/ion_allocator.h"
#include "ir/cfg.h"
#include "ir/cost.h"
#include "ir/feasible.h"
#include "ir/text.h"
#include "ir/validate.h"
#include "ssagen/generate.h"

namespace regproof {
namespace {

std::uint64_t seeds_of(const Profile& profile) {
  std::uint64_t few = profile.name == "large" ? 1 : profile.knobs.planted.of_256 != 0 ? 60 : 12;
  return std::getenv("REGPROOF_FULL_SWEEP") != nullptr ? few * 200 : few;
}

std::string text_of(const PlantedProgram& planted) {
  FunctionView function = planted.program.function.view();
  std::string text;
  print_machine(planted.program.machine, text);
  print_function(function, text);
  print_allocation(function, planted.known, text);
  return text;
}

void expect_legal(const PlantedProgram& planted) {
  const Machine& machine = planted.program.machine;
  for (const Violation& violation : validate(planted.program.function.view(), machine)) {
    ADD_FAILURE() << violation.message << "\n" << text_of(planted);
  }
}

void expect_known_is_an_answer(const PlantedProgram& planted) {
  FunctionView function = planted.program.function.view();
  const Machine& machine = planted.program.machine;
  Verdict verdict = judge_output(function, machine, planted.known);
  ASSERT_TRUE(verdict.proven()) << verdict.findings.front().message << "\n" << text_of(planted);
  constexpr std::uint32_t kPaths = 8, kSteps = 300;
  auto findings = interpret(function, machine, planted.known, kPaths, kSteps);
  ASSERT_TRUE(findings.empty()) << findings.front().message << "\n" << text_of(planted);
  auto conflict = find_infeasible(function, machine);
  ASSERT_FALSE(conflict && conflict->proven) << conflict->message << "\n" << text_of(planted);
}

PlantedProgram planted_of(std::uint64_t seed, Knobs knobs) {
  knobs.planted_overdraw = {0};
  Choices choices = Choices::from_seed(seed);
  return plant(choices, knobs);
}

TEST(Planted, KnownAnswersAreProvenInEveryProfile) {
  for (const Profile& profile : all_profiles()) {
    SCOPED_TRACE(std::string(profile.name));
    for (std::uint64_t seed = 0; seed < seeds_of(profile) && !HasFailure(); ++seed) {
      SCOPED_TRACE(seed);
      PlantedProgram planted = planted_of(seed, profile.knobs);
      expect_legal(planted);
      expect_known_is_an_answer(planted);
    }
  }
}

// What the engine's answers cost beside the known ones.
struct Contest {
  std::uint64_t programs = 0;
  std::uint64_t dearer = 0;
  double log_sum = 0;  // of the ratios, where neither cost is 0
  double worst = 0;    // of the ratios
  std::uint64_t ratios = 0;
  double engine = 0;
  double known = 0;

  void add(double engine_cost, double known_cost) {
    ++programs;
    dearer += engine_cost > known_cost;
    engine += engine_cost;
    known += known_cost;
    if (engine_cost == 0 || known_cost == 0) return;
    log_sum += std::log(engine_cost / known_cost);
    worst = std::max(worst, engine_cost / known_cost);
    ++ratios;
  }
  void print(std::string_view name) const {
    double mean = ratios == 0 ? 1 : std::exp(log_sum / static_cast<double>(ratios));
    std::printf(
        "%-16s %8llu programs, engine dearer in %llu, cost %.0f to %.0f, mean ratio %.3f, "
        "worst %.2f\n",
        std::string(name).c_str(), static_cast<unsigned long long>(programs),
        static_cast<unsigned long long>(dearer), engine, known, mean, worst);
  }
};

TEST(Planted, TheEngineRefusesNone) {
  IonAllocator engine;
  for (const Profile& profile : all_profiles()) {
    SCOPED_TRACE(std::string(profile.name));
    Contest contest;
    for (std::uint64_t seed = 0; seed < seeds_of(profile) && !HasFailure(); ++seed) {
      SCOPED_TRACE(seed);
      PlantedProgram planted = generate_planted(seed, profile.knobs);
      FunctionView function = planted.program.function.view();
      const Machine& machine = planted.program.machine;
      Result<Output, AllocError> answer = engine.allocate(function, machine);
      ASSERT_TRUE(answer.ok()) << answer.error().message << "\n" << text_of(planted);
      Verdict verdict = judge_output(function, machine, *answer);
      ASSERT_TRUE(verdict.proven()) << verdict.findings.front().message << "\n" << text_of(planted);
      Cfg cfg = analyze_cfg(function);
      contest.add(cost_of(function, machine, cfg, *answer).weighted_cost,
                  cost_of(function, machine, cfg, planted.known).weighted_cost);
    }
    contest.print(profile.name);
  }
}

// A byte string that means a planted program has an answer, and `decode` draws that very program.
TEST(Planted, BytesHaveTheirKnownAnswer) {
  Choices choices = Choices::from_seed(31);
  int planted = 0;
  for (int i = 0; i < 400 && !HasFailure(); ++i) {
    std::vector<std::uint8_t> bytes(choices.below(2000) + 1);
    for (std::uint8_t& byte : bytes) byte = choices.byte();
    bytes[0] = 1;
    std::optional<Output> known = known_answer(bytes);
    if (!known) continue;
    ++planted;
    expect_known_is_an_answer({decode(bytes), *known});
  }
  EXPECT_GT(planted, 50);
  EXPECT_LT(planted, 350);
  EXPECT_FALSE(known_answer({}).has_value());
}

// As docs/text.md says.
void expect_recipe_may_run(const PlantedProgram& planted, const Edit& edit) {
  FunctionView function = planted.program.function.view();
  const Recipe& recipe = *function.find_recipe(edit.remat);
  auto inputs = function.inputs(recipe);
  RegSet clobbers = function.reg_set(recipe.clobbers);
  EXPECT_FALSE(clobbers.contains(edit.to.as_reg())) << text_of(planted);
  ASSERT_EQ(edit.input_count(), inputs.size()) << text_of(planted);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    PReg reg = edit.inputs[i];
    if (inputs[i].is_pin()) {
      EXPECT_EQ(reg, inputs[i].preg());
    } else {
      EXPECT_TRUE(planted.program.machine.allocatable().contains(reg)) << text_of(planted);
      EXPECT_FALSE(clobbers.contains(reg)) << text_of(planted);
    }
    bool in_place = recipe.reuse != i || Location::reg(reg) == edit.to;
    EXPECT_TRUE(in_place) << text_of(planted);
  }
}

// With inputs, clobbers, reuses and pins; and they run.
TEST(Planted, RecipesArePlanted) {
  std::size_t inputs = 0, pins = 0, clobbers = 0, reuses = 0, runs = 0;
  Knobs knobs = find_profile("remat")->knobs;
  knobs.clobber = {90};
  knobs.planted_recompute = {128};
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    PlantedProgram planted = planted_of(seed, knobs);
    expect_legal(planted);
    FunctionView function = planted.program.function.view();
    for (const Recipe& recipe : function.recipes) {
      for (const Operand& input : function.inputs(recipe)) ++(input.is_pin() ? pins : inputs);
      clobbers += function.reg_set(recipe.clobbers).size();
      reuses += recipe.has_reuse() ? 1 : 0;
    }
    for (const Edit& edit : planted.known.edits) {
      if (edit.kind != EditKind::Remat || function.find_recipe(edit.remat) == nullptr) continue;
      expect_recipe_may_run(planted, edit);
      runs += edit.input_count() != 0 ? 1 : 0;
    }
  }
  for (std::size_t count : {inputs, pins, clobbers, reuses, runs}) EXPECT_GT(count, 20u);
}

// Choices that run out plant a program all the same.
TEST(Planted, FewChoicesAreEnough) {
  Choices source = Choices::from_seed(32);
  for (std::size_t length = 0; length < 200 && !HasFailure(); ++length) {
    std::vector<std::uint8_t> bytes(length);
    for (std::uint8_t& byte : bytes) byte = source.byte();
    Choices choices = Choices::from_bytes(bytes);
    PlantedProgram planted = plant(choices, find_profile("planted")->knobs);
    expect_legal(planted);
    expect_known_is_an_answer(planted);
  }
}

}  // namespace
}  // namespace regproof
