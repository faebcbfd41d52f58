// What the interpreter says went wrong first: the edit or location without which the value would have
// been there, however many moves of the wrong value lie between it and the use.
#include <gtest/gtest.h>

#include <string>

#include "checker/interpreter.h"
#include "tests/checker/programs.h"

namespace regproof {
namespace {

constexpr std::uint32_t kPaths = 64;
constexpr std::uint32_t kSteps = 100;

// Two values, a pause, and both are read.
constexpr const char* kPause =
    "block0():\n op def v0i any\n op def v1i any\n op ; clobber p5i\n ret use v0i any, use v1i "
    "any\n";

std::vector<Finding> findings(const std::string& machine, const std::string& body,
                              const std::string& answer) {
  testing::Sample sample = testing::read_sample(machine + "function \"f\" {\n" + body + "}\n");
  return interpret(sample.function.view(), sample.machine, testing::read_answer(sample, answer),
                   kPaths, kSteps);
}

// The first finding blames the edit (or none), and its message ends so.
void expect_blame(const std::string& machine, const std::string& body, const std::string& answer,
                  std::uint32_t edit, const std::string& culprit) {
  std::vector<Finding> found = findings(machine, body, answer);
  ASSERT_FALSE(found.empty());
  const std::string& message = found[0].message;
  std::string end = "; first wrong: " + culprit;
  EXPECT_EQ(message.substr(message.size() - std::min(message.size(), end.size())), end) << message;
  EXPECT_EQ(found[0].edit, edit) << message;
}

const std::string kMachine(testing::kNarrow);

TEST(InterpreterBlame, ADefThatOverwritesLongBefore) {
  expect_blame(kMachine, kPause,
               "spillslots 1\ninst0: p0i\ninst1: p0i\nafter inst1: move p0i -> stack0\n"
               "before inst3: move stack0 -> p1i\ninst3: p1i, p0i",
               kNoPlace, "inst1, operand 0 (def v1i any) overwrites it in p0i");
}

TEST(InterpreterBlame, AnEditThatOverwrites) {
  expect_blame(
      kMachine, kPause,
      "inst0: p0i\ninst1: p1i\nbefore inst2: move p1i -> p0i\nbefore inst3: move p0i -> p2i\n"
      "inst3: p2i, p1i",
      0, "edit 0 (before inst2: move p1i -> p0i) overwrites it in p0i");
}

TEST(InterpreterBlame, AClobber) {
  expect_blame(kMachine, kPause,
               "inst0: p5i\ninst1: p1i\nbefore inst3: move p5i -> p0i\ninst3: p0i, p1i", kNoPlace,
               "it stays in p5i, which inst2 clobbers");
}

// The value was saved, its register rightly taken, and then the wrong slot read.
TEST(InterpreterBlame, AReloadFromTheWrongSlot) {
  expect_blame(kMachine, kPause,
               "spillslots 2\ninst0: p0i\nbefore inst1: move p0i -> stack0\ninst1: p0i\n"
               "before inst3: move p0i -> p1i\nbefore inst3: move stack1 -> p0i\ninst3: p0i, p1i",
               2,
               "edit 2 (before inst3: move stack1 -> p0i) copies from stack1, where it never was");
}

// The wrong register was saved; the reload does what it should.
TEST(InterpreterBlame, ASaveOfTheWrongRegister) {
  expect_blame(kMachine, kPause,
               "spillslots 1\ninst0: p5i\ninst1: p1i\nbefore inst2: move p2i -> stack0\n"
               "before inst3: move stack0 -> p0i\ninst3: p0i, p1i",
               0, "edit 0 (before inst2: move p2i -> stack0) copies from p2i, where it never was");
}

TEST(InterpreterBlame, AMoveFromMemoryToMemory) {
  expect_blame(kMachine, kPause,
               "spillslots 2\ninst0: stack0\ninst1: p1i\nbefore inst2: move stack0 -> stack1\n"
               "before inst3: move stack1 -> p0i\ninst3: p0i, p1i",
               0, "edit 0 (before inst2: move stack0 -> stack1) cannot carry it");
}

TEST(InterpreterBlame, TheLocationOfTheUse) {
  expect_blame(kMachine, kPause, "inst0: p0i\ninst1: p1i\ninst3: p2i, p1i", kNoPlace,
               "it never was in p2i");
  expect_blame(kMachine, kPause, "inst0: p0i\ninst1: p1i\ninst3: p0i, p0i", kNoPlace,
               "it never was in p0i");
}

TEST(InterpreterBlame, WhatARecipeClobbers) {
  expect_blame(kMachine, "recipe v1i = () clobbers p0i\n" + std::string(kPause),
               "inst0: p0i\ninst1: p1i\nbefore inst3: remat v1i -> p1i\ninst3: p0i, p1i", 0,
               "edit 0 (before inst3: remat v1i -> p1i) overwrites it in p0i");
}

TEST(InterpreterBlame, AnInputThatIsNotThere) {
  expect_blame(kMachine,
               "recipe v1i = (v0i)\nblock0():\n op def v0i any\n op use v0i any, def v1i any\n"
               " ret use v1i any\n",
               "inst0: p0i\ninst1: p0i, p1i\nbefore inst2: move p1i -> p0i\n"
               "before inst2: remat v1i(p0i) -> p2i\ninst2: p2i",
               0, "edit 0 (before inst2: move p1i -> p0i) overwrites it in p0i");
}

TEST(InterpreterBlame, AnotherRecipe) {
  expect_blame(kMachine, "rematerializable v0i v1i\n" + std::string(kPause),
               "inst0: p5i\ninst1: p1i\nbefore inst3: remat v1i -> p0i\ninst3: p0i, p1i", 0,
               "edit 0 (before inst3: remat v1i -> p0i) recomputes another value");
}

// The first time around all is well.
TEST(InterpreterBlame, InALoopTheEditOfTheIterationBefore) {
  expect_blame(kMachine,
               "block0():\n op def v0i any, def v1i any\n branch -> block1(v0i)\n"
               "block1(v2i):\n op use v2i any, use v1i any\n branch -> block2(), block3()\n"
               "block2():\n branch -> block1(v2i)\nblock3():\n ret\n",
               "inst0: p0i, p1i\ninst2: p0i, p1i\nbefore inst4: move p0i -> p2i\n"
               "before inst4: move p2i -> p1i\n",
               1, "edit 1 (before inst4: move p2i -> p1i) overwrites it in p1i");
}

TEST(InterpreterBlame, APartOfAWideSlot) {
  std::string wide(testing::kWide);
  std::string body = "block0():\n op def v0f any\n op def v1i any\n ret use v0f any, use v1i any\n";
  std::vector<Finding> found =
      findings(wide, body, "spillslots 2\ninst0: stack0\ninst1: stack1\ninst2: stack0, stack1");
  ASSERT_FALSE(found.empty());
  EXPECT_NE(found[0].message.find("first wrong: inst1 overwrites a part of it in stack0"),
            std::string::npos)
      << found[0].message;
}

// Nothing is to blame where there is no value yet, or no place.
TEST(InterpreterBlame, NobodyForAPlaceThatIsMissing) {
  std::vector<Finding> found =
      findings(kMachine, kPause, "inst0: p0i\ninst1: p1i\ninst3: none, p1i");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].message.find("first wrong"), std::string::npos) << found[0].message;
  EXPECT_EQ(found[0].edit, kNoPlace);
}

}  // namespace
}  // namespace regproof
