// The contract's restatement: each sentence of it kept and broken by hand. That it agrees with the
// checker on any answer is what sabotage_test.cpp and the `checker` target hold it to.
#include "sabotage/contract.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/checker/judging.h"

namespace regproof::sabotage {
namespace {

// Empty where the contract is kept.
std::string breach(std::string_view body, std::string_view answer) {
  regproof::testing::Case c = regproof::testing::read_case(body, answer);
  return breach_of_contract(c.function.view(), c.machine, c.output).value_or("");
}

void expect_kept(std::string_view body, std::string_view answer) {
  EXPECT_EQ(breach(body, answer), "") << answer;
}
void expect_broken(std::string_view body, std::string_view answer, std::string_view part) {
  EXPECT_NE(breach(body, answer).find(part), std::string::npos)
      << answer << "\nsays: " << breach(body, answer);
}

TEST(Contract, ListsAreAsLongAsTheOperands) {
  const char* body = "block0():\n op def v0i any, def v1i any\n ret\n";
  expect_kept(body, "inst0: p0i, p1i\n");
  expect_broken(body, "inst0: p0i\n", "not as long");
  expect_broken(body, "inst0: p0i, p1i, p2i\n", "not as long");
}

TEST(Contract, EachConstraintSaysWhereAnOperandMayStand) {
  struct Row {
    const char* constraint;
    const char* good;
    const char* bad;
  };
  const Row rows[] = {
      {"any", "p5i", "p15i"},      {"any", "stack0", "stack1"},   {"any", "p32i", "p0f"},
      {"reg", "p4i", "stack0"},    {"reg", "p0i", "none"},        {"stack", "p33i", "p0i"},
      {"stack", "stack0", "p32f"}, {"fixed(p1i)", "p1i", "p0i"},  {"fixed(p32i)", "p32i", "p33i"},
      {"limit(2)", "p1i", "p2i"},  {"limit(2)", "p0i", "stack0"}, {"in(p2i p4i)", "p4i", "p3i"},
  };
  for (const Row& row : rows) {
    std::string body = std::string("block0():\n op def v0i ") + row.constraint + "\n ret\n";
    expect_kept(body, std::string("spillslots 1\ninst0: ") + row.good + "\n");
    expect_broken(body, std::string("spillslots 1\ninst0: ") + row.bad + "\n", "may not stand");
  }
}

TEST(Contract, ReuseAndPin) {
  const char* body =
      "block0():\n op def v0i reg\n op def v1i reuse(1), use v0i reg, pin p40i\n ret\n";
  expect_kept(body, "inst0: p0i\ninst1: p0i, p0i, p40i\n");
  expect_broken(body, "inst0: p0i\ninst1: p1i, p0i, p40i\n", "operand 0 may not");
  expect_broken(body, "inst0: p0i\ninst1: p0i, p0i, none\n", "operand 2 may not");
}

TEST(Contract, SlotsLieInTheFrameAndAreAligned) {
  const char* body = "block0():\n op def v0f any\n ret\n";
  expect_kept(body, "spillslots 4\ninst0: stack2\n");
  expect_broken(body, "spillslots 4\ninst0: stack1\n", "may not stand");
  expect_broken(body, "spillslots 3\ninst0: stack2\n", "may not stand");
}

TEST(Contract, WhatIsHeldAtOnePhaseStandsApart) {
  const char* uses =
      "block0():\n op def v0i any, def v1i any\n op use v0i any, use v1i any\n ret\n";
  expect_kept(uses, "inst0: p0i, p1i\ninst1: p0i, p1i\n");
  expect_broken(uses, "inst0: p0i, p0i\ninst1: p0i, p1i\n", "inst0, operand 1 stands where");
  expect_broken(uses, "inst0: p0i, p1i\ninst1: p0i, p0i\n", "inst1, operand 1 stands where");
  const char* twice =
      "block0():\n op def v0i any\n op use v0i any, use v0i any, def v1i any\n ret\n";
  expect_kept(twice, "inst0: p0i\ninst1: p0i, p0i, p0i\n");
  const char* early =
      "block0():\n op def v0i any\n op use v0i any, def@early v1i any, def v2i any\n ret\n";
  expect_kept(early, "inst0: p0i\ninst1: p0i, p1i, p0i\n");
  expect_broken(early, "inst0: p0i\ninst1: p0i, p0i, p1i\n", "operand 1 stands where");
  expect_broken(early, "inst0: p0i\ninst1: p0i, p1i, p1i\n", "operand 2 stands where");
  const char* late = "block0():\n op def v0i any\n op use@late v0i any, def v1i any\n ret\n";
  expect_broken(late, "inst0: p0i\ninst1: p0i, p0i\n", "operand 1 stands where");
}

TEST(Contract, ClobbersStrikeAtTheLatePhase) {
  const char* body =
      "block0():\n op def v0i any\n op use v0i any, def v1i any ; clobber p0i\n ret\n";
  expect_kept(body, "inst0: p0i\ninst1: p0i, p1i\n");
  expect_broken(body, "inst0: p0i\ninst1: p0i, p0i\n", "operand 1 is clobbered");
}

TEST(Contract, SeveralDefsOfOneValue) {
  const char* body = "multiple_defs\nblock0():\n op def v0i any, def v0i any\n ret\n";
  expect_kept(body, "inst0: p0i, p0i\n");
  expect_broken(body, "inst0: p0i, p1i\n", "operand 1 stands where");
}

TEST(Contract, EditsRunInOrderBetweenPlacesOfOneClass) {
  const char* body = "block0():\n op def v0i any\n op use v0i any\n ret\n";
  const std::string lists = "spillslots 4\ninst0: p0i\ninst1: p0i\n";
  for (const char* good :
       {"before inst1: move p0i -> p15i\n", "after inst0: move p0i -> stack3\n",
        "before inst0: move p33i -> p0i\n", "before inst2: move p1f -> stack2\n"}) {
    expect_kept(body, lists + good);
  }
  expect_broken(body, lists + "before inst1: move p0i -> p1i\nafter inst0: move p0i -> p1i\n",
                "edit 1 is out of order");
  expect_broken(body, lists + "after inst2: move p0i -> p1i\n", "never runs");
  expect_broken(body, lists + "before inst1: move stack0 -> p32i\n", "memory to memory");
  for (const char* bad : {"p0i -> p0f", "p20i -> p0i", "p0i -> none", "none -> p0i",
                          "p0f -> stack1", "p0f -> stack4", "p0v -> p1v"}) {
    expect_broken(body, lists + "before inst1: move " + bad + "\n", "no move between two places");
  }
}

TEST(Contract, RecipesOfMarkedValuesAndOfParametersThatAlwaysGetThem) {
  const char* body = R"(
    rematerializable v0i
    block0():
      op def v0i reg, def v1i reg
      branch use v1i reg -> block1(), block2()
    block1():
      branch -> block3(v0i, v0i)
    block2():
      branch -> block3(v0i, v1i)
    block3(v2i, v3i):
      branch use v1i reg -> block4(), block5()
    block4():
      branch -> block3(v2i, v3i)
    block5():
      ret
  )";
  const std::string lists = "spillslots 1\ninst0: p0i, p1i\ninst1: p1i\ninst4: p1i\n";
  expect_kept(body, lists + "before inst4: remat v0i -> p2i\n");
  expect_kept(body, lists + "before inst4: remat v0i as v2i -> p15i\n");
  expect_broken(body, lists + "before inst4: remat v0i as v3i -> p2i\n", "does not have");
  expect_broken(body, lists + "before inst4: remat v1i -> p2i\n", "does not have");
  expect_broken(body, lists + "before inst4: remat v0i -> stack0\n", "no register for it");
  expect_broken(body, lists + "before inst4: remat v0i -> p0f\n", "no register for it");
}

constexpr const char* kRecipes = R"(
    rematerializable v9i
    recipe v2i = (v0i, v1f, p40i) clobbers p2i p1f
    recipe v3i = (v0i) reuse 0
    recipe v4i = (p40i)
    block0():
      op def v0i reg, def v1f reg, def v9i reg, def v4i reg
      branch -> block1()
    block1():
      op use v0i reg, use v1f reg, def v2i reg, def v3i reg
      branch use v2i reg -> block2(), block3()
    block2():
      branch -> block4(v2i, v4i)
    block3():
      branch -> block4(v2i, v4i)
    block4(v5i, v6i):
      ret use v5i reg
)";
constexpr const char* kListsOfRecipes =
    "inst0: p0i, p0f, p1i, p3i\ninst2: p0i, p0f, p4i, p5i\ninst3: p4i\ninst6: p4i\n";

TEST(Contract, RecipesReadEachInputInARegisterForIt) {
  auto with = [](const char* edit) { return std::string(kListsOfRecipes) + edit + "\n"; };
  for (const char* good :
       {"before inst3: remat v2i(p0i, p0f, p40i) -> p4i", "after inst2: remat v3i(p0i) -> p0i",
        "before inst6: remat v2i(p4i, p3f, p40i) as v5i -> p4i", "before inst0: remat v9i -> p0i",
        "before inst3: remat v2i(p0i, p0f, p40i) -> p15i", "before inst0: remat v4i(p40i) -> p0i",
        "before inst6: remat v4i(p40i) as v6i -> p0i"}) {
    expect_kept(kRecipes, with(good));
  }
  for (const char* bad :
       {"before inst3: remat v2i(p0i, p0f) -> p4i", "before inst3: remat v2i -> p4i",
        "before inst3: remat v3i(p0i, p0i) -> p0i", "before inst3: remat v9i(p0i) -> p4i"}) {
    expect_broken(kRecipes, with(bad), "more or fewer registers");
  }
  for (const char* bad : {"(p15i, p0f, p40i)", "(p32i, p0f, p40i)", "(p20i, p0f, p40i)",
                          "(p0f, p0f, p40i)", "(p0i, p0i, p40i)", "(p0i, p0f, p41i)",
                          "(p0i, p0f, p0i)", "(p2i, p0f, p40i)", "(p0i, p1f, p40i)"}) {
    expect_broken(kRecipes,
                  with((std::string("before inst3: remat v2i") + bad + " -> p4i").c_str()),
                  "a register that is not for it");
  }
}

TEST(Contract, RecipesPutTheirResultWhereNothingOverwritesIt) {
  auto with = [](const char* edit) { return std::string(kListsOfRecipes) + edit + "\n"; };
  expect_kept(kRecipes, with("before inst3: remat v2i(p0i, p0f, p40i) -> p0i"));
  expect_broken(kRecipes, with("before inst3: remat v2i(p0i, p0f, p40i) -> p2i"),
                "overwrites its own result");
  expect_broken(kRecipes, with("before inst3: remat v3i(p0i) -> p1i"), "input that it reuses");
  expect_broken(kRecipes, with("before inst3: remat v2i(p0i, p0f, p40i) -> p0f"),
                "no register for it");
  expect_broken(kRecipes, with("before inst6: remat v2i(p0i, p0f, p40i) as v6i -> p0i"),
                "does not have");
}

// A recipe that reads values runs behind the definition of its own.
TEST(Contract, RecipesOfValuesRunWhereTheirDefinitionDominates) {
  const char* body = R"(
    recipe v1i = (v0i)
    recipe v4i = (p40i)
    block0():
      op def v0i reg, def v4i reg
      branch use v0i reg -> block1(), block2()
    block1():
      op def v2i reg
      op use v0i reg, def v1i reg
      branch use v1i reg -> block3(), block4()
    block2():
      branch -> block5()
    block3():
      op use v1i reg
      branch -> block5()
    block4():
      branch -> block5()
    block5():
      ret use v0i reg
    block6():
      ret
)";
  const std::string lists =
      "inst0: p0i, p1i\ninst1: p0i\ninst2: p1i\ninst3: p0i, p1i\ninst4: p1i\ninst6: p1i\n"
      "inst9: p0i\n";
  for (const char* good : {"after inst3", "before inst4", "before inst6", "after inst6",
                           "before inst8", "before inst10"}) {
    expect_kept(body, lists + good + ": remat v1i(p0i) -> p2i\n");
  }
  for (const char* bad : {"before inst0", "after inst0", "before inst2", "before inst3",
                          "before inst5", "before inst9"}) {
    expect_broken(body, lists + bad + ": remat v1i(p0i) -> p2i\n", "need not have been defined");
    expect_kept(body, lists + bad + ": remat v4i(p40i) -> p2i\n");
  }
}

// Around a loop the definition's block is entered again, and ahead of the definition in it nothing is
// computed yet; a parameter with a recipe of its own has no other.
TEST(Contract, RecipesInLoopsAndOfParameters) {
  const char* body = R"(
    recipe v2i = (v0i)
    recipe v3i = (p40i)
    block0():
      op def v0i reg
      branch -> block1()
    block1():
      op def v1i reg
      op use v0i reg, def v2i reg
      branch use v1i reg -> block2(), block3()
    block2():
      branch -> block1()
    block3():
      branch -> block4(v2i)
    block4(v3i):
      ret use v3i reg
)";
  const std::string lists = "inst0: p0i\ninst2: p1i\ninst3: p0i, p2i\ninst4: p1i\ninst7: p2i\n";
  expect_kept(body, lists + "before inst5: remat v2i(p0i) -> p2i\n");
  expect_kept(body, lists + "before inst7: remat v2i(p0i) -> p2i\n");
  expect_kept(body, lists + "before inst7: remat v3i(p40i) -> p2i\n");
  expect_broken(body, lists + "before inst2: remat v2i(p0i) -> p2i\n", "need not have been");
  expect_broken(body, lists + "before inst1: remat v2i(p0i) -> p2i\n", "need not have been");
  expect_broken(body, lists + "before inst7: remat v2i(p0i) as v3i -> p2i\n", "does not have");
}

TEST(Contract, LabelsStandWhereTheyAreAskedFor) {
  const char* body = R"(
    debug v0i inst1..inst2 = 4
    debug v0i inst2..inst3 = 4
    debug v1f inst1..inst3 = 6
    block0():
      op def v0i any, def v1f any
      op use v0i any
      op use v0i any
      ret
  )";
  const std::string lists = "spillslots 4\ninst0: p0i, p0f\ninst1: p0i\ninst2: p0i\n";
  expect_kept(body, lists +
                        "debug 4: before inst1 .. before inst3 in p0i\n"
                        "debug 6: after inst1 .. before inst3 in stack2\n");
  expect_broken(body, lists + "debug 4: before inst1 .. after inst3 in p0i\n", "not asked for");
  expect_broken(body, lists + "debug 5: before inst1 .. before inst2 in p0i\n", "not asked for");
  expect_broken(body, lists + "debug 4: before inst2 .. before inst1 in p0i\n", "ends before");
  expect_broken(body,
                lists +
                    "debug 6: before inst1 .. before inst3 in p0f\n"
                    "debug 4: before inst1 .. before inst2 in p0i\n",
                "out of order");
  for (const char* bad : {"p0i", "p15i", "none", "stack1", "stack4"}) {
    expect_broken(body, lists + "debug 6: before inst1 .. before inst3 in " + bad + "\n",
                  "holds no value");
  }
}

}  // namespace
}  // namespace regproof::sabotage
