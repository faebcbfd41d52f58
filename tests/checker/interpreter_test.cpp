// The interpreter, by hand: for each thing that it executes, an answer that behaves and one that
// differs from it in this one thing and is seen.
#include "checker/interpreter.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/checker/programs.h"

namespace regproof {
namespace {

using testing::Sample;

constexpr std::uint32_t kPaths = 64;
constexpr std::uint32_t kSteps = 100;

Sample narrow(const std::string& body) {
  return testing::read_sample(std::string(testing::kNarrow) + body);
}
Sample wide(const std::string& body) {
  return testing::read_sample(std::string(testing::kWide) + body);
}
Sample wide_last(const std::string& body) {
  return testing::read_sample(std::string(testing::kWideLast) + body);
}

std::vector<Finding> findings(const Sample& sample, const std::string& answer) {
  return interpret(sample.function.view(), sample.machine, testing::read_answer(sample, answer),
                   kPaths, kSteps);
}

void expect_same(const Sample& sample, const std::string& answer) {
  for (const Finding& finding : findings(sample, answer)) ADD_FAILURE() << finding.message;
}

// Some path meets a mismatch at this instruction and operand.
void expect_differs(const Sample& sample, const std::string& answer, std::uint32_t inst,
                    std::uint32_t operand) {
  std::vector<Finding> found = findings(sample, answer);
  bool there = false;
  std::string all;
  for (const Finding& finding : found) {
    EXPECT_EQ(finding.kind, FindingKind::InterpreterMismatch);
    there = there || (finding.inst == Inst(inst) && finding.operand == operand);
    all += finding.message + "\n";
  }
  EXPECT_TRUE(there) << "no mismatch at inst" << inst << ", operand " << operand << "\n" << all;
}

const char* const kTwo = R"(
function "two" {
  block0():
    op def v0i reg, def v1i reg
    op use v0i reg, use v1i any
    ret
})";

TEST(Interpreter, UsesReadTheirValues) {
  Sample two = narrow(kTwo);
  expect_same(two, "inst0: p0i, p1i\ninst1: p0i, p1i");
  expect_differs(two, "inst0: p0i, p1i\ninst1: p1i, p1i", 1, 0);
  expect_differs(two, "inst0: p0i, p1i\ninst1: p0i, p0i", 1, 1);
  expect_differs(two, "inst0: p0i, p1i\ninst1: p0i, p2i", 1, 1);
  expect_differs(two, "inst0: p1i, p0i\ninst1: p0i, p1i", 1, 0);
}

TEST(Interpreter, AListMayBeShortOrHoldNone) {
  Sample two = narrow(kTwo);
  expect_differs(two, "inst0: p0i, p1i\ninst1: p0i", 1, 1);
  expect_differs(two, "inst0: p0i, p1i", 1, 0);
  expect_differs(two, "inst0: p0i\ninst1: p0i, p1i", 1, 1);
  expect_differs(two, "inst0: p0i, p1i\ninst1: p0i, none", 1, 1);
  expect_differs(two, "inst0: p0i, none\ninst1: p0i, p1i", 1, 1);
}

TEST(Interpreter, MovesCopyInTheirOrder) {
  Sample two = narrow(kTwo);
  std::string lists = "spillslots 2\ninst0: p0i, p1i\ninst1: p1i, p0i\n";
  expect_same(two, lists + R"(after inst0: move p0i -> p2i
    after inst0: move p1i -> p0i
    before inst1: move p2i -> p1i)");
  expect_differs(two, lists + R"(after inst0: move p0i -> p2i
    before inst1: move p2i -> p1i
    before inst1: move p1i -> p0i)",
                 1, 1);
  expect_same(two, lists + R"(after inst0: move p0i -> stack1
    after inst0: move p1i -> p15i
    before inst1: move p15i -> p0i
    before inst1: move stack1 -> p1i)");
}

TEST(Interpreter, AfterRunsAheadOfBefore) {
  Sample two = narrow(kTwo);
  std::string lists = "inst0: p0i, p1i\ninst1: p1i, p0i\n";
  expect_same(two, lists + R"(before inst1: move p2i -> p1i
    after inst0: move p0i -> p2i
    after inst0: move p1i -> p0i)");
}

TEST(Interpreter, AMoveFromNothingLeavesNothing) {
  Sample two = narrow(kTwo);
  expect_differs(two, "inst0: p0i, p1i\nbefore inst1: move p3i -> p1i\ninst1: p0i, p1i", 1, 1);
  expect_differs(two,
                 "spillslots 1\ninst0: p0i, p1i\nbefore inst1: move stack0 -> p1i\n"
                 "inst1: p0i, p1i",
                 1, 1);
  expect_same(two, "inst0: p0i, p1i\nbefore inst1: move p3i -> p2i\ninst1: p0i, p1i");
}

TEST(Interpreter, AMoveFromMemoryToMemoryIsNone) {
  Sample two = narrow(kTwo);
  expect_differs(two, R"(spillslots 2
    inst0: p0i, p1i
    after inst0: move p1i -> stack0
    after inst0: move stack0 -> stack1
    inst1: p0i, stack1)",
                 1, 1);
  Sample fixed = wide(R"(
function "f" {
  block0():
    op def v0i fixed(p32i)
    ret use v0i fixed(p33i)
})");
  expect_same(fixed, R"(inst0: p32i
    after inst0: move p32i -> p0i
    before inst1: move p0i -> p33i
    inst1: p33i)");
  expect_differs(fixed, "inst0: p32i\nafter inst0: move p32i -> p33i\ninst1: p33i", 1, 0);
}

TEST(Interpreter, ClassesAreKeptApart) {
  Sample two = narrow(kTwo);
  expect_differs(two, R"(spillslots 2
    inst0: p0i, p1i
    after inst0: move p1i -> p0f
    before inst1: move p0f -> p1i
    inst1: p0i, p1i)",
                 1, 1);
  // Through memory as well: an int stored, loaded as a float and carried back.
  expect_differs(two, R"(spillslots 2
    inst0: p0i, p1i
    after inst0: move p1i -> stack0
    after inst0: move stack0 -> p0f
    after inst0: move p0f -> stack1
    inst1: p0i, stack1)",
                 1, 1);
  expect_differs(two, "inst0: p0i, p0f\ninst1: p0i, p0f", 1, 1);
}

TEST(Interpreter, RegistersThatNobodyOwnsKeepNothing) {
  Sample two = narrow(kTwo);
  expect_differs(two, R"(inst0: p0i, p1i
    after inst0: move p1i -> p40i
    before inst1: move p40i -> p1i
    inst1: p0i, p1i)",
                 1, 1);
}

TEST(Interpreter, ScratchSurvivesNoInstruction) {
  Sample three = narrow(R"(
function "three" {
  block0():
    op def v0i reg
    op
    ret use v0i reg
})");
  expect_same(three,
              "inst0: p0i\nafter inst0: move p0i -> p15i\nbefore inst1: move p15i -> p1i\n"
              "inst2: p1i");
  expect_differs(three,
                 "inst0: p0i\nafter inst0: move p0i -> p15i\nafter inst1: move p15i -> p1i\n"
                 "inst2: p1i",
                 2, 0);
  expect_differs(three, "inst0: p0i\nbefore inst2: move p0i -> p15i\ninst2: p15i", 2, 0);
  expect_differs(three, "inst0: p15i\nafter inst0: move p15i -> p1i\ninst2: p1i", 2, 0);
}

TEST(Interpreter, ClobbersStrike) {
  Sample call = narrow(R"(
function "call" {
  block0():
    op def v0i reg, def v1i reg
    op use v0i reg, use@late v1i reg, def v2i reg ; clobber p0i..p1i
    ret use v0i any, use v1i any, use v2i any
})");
  expect_same(call, R"(spillslots 1
    inst0: p0i, p2i
    after inst0: move p0i -> stack0
    inst1: p0i, p2i, p3i
    inst2: stack0, p2i, p3i)");
  // After the call, in a clobbered register: nothing.
  expect_differs(call, "inst0: p0i, p2i\ninst1: p0i, p2i, p3i\ninst2: p0i, p2i, p3i", 2, 0);
  // A late use is still read when clobbers strike.
  expect_differs(call, R"(spillslots 2
    inst0: p0i, p1i
    after inst0: move p0i -> stack0
    after inst0: move p1i -> stack1
    inst1: p0i, p1i, p3i
    inst2: stack0, stack1, p3i)",
                 1, 1);
  // A def in a clobbered register is lost.
  expect_differs(call, R"(spillslots 1
    inst0: p0i, p2i
    after inst0: move p0i -> stack0
    inst1: p0i, p2i, p1i
    inst2: stack0, p2i, p1i)",
                 2, 2);
}

TEST(Interpreter, PhasesAreHeld) {
  Sample phases = narrow(R"(
function "phases" {
  block0():
    op def v0i reg, def v1i reg
    op use v0i reg, use@late v1i reg, def@early v2i reg, def v3i reg
    ret use v2i reg, use v3i reg
})");
  // A late def may take an early use's place.
  expect_same(phases, "inst0: p0i, p1i\ninst1: p0i, p1i, p2i, p0i\ninst2: p2i, p0i");
  // An early def may not: it may be written first.
  expect_differs(phases, "inst0: p0i, p1i\ninst1: p0i, p1i, p0i, p3i\ninst2: p0i, p3i", 1, 0);
  // A late use's place belongs to it until the end.
  expect_differs(phases, "inst0: p0i, p1i\ninst1: p0i, p1i, p2i, p1i\ninst2: p2i, p1i", 1, 1);
  expect_differs(phases, "inst0: p0i, p1i\ninst1: p0i, p1i, p1i, p2i\ninst2: p1i, p2i", 1, 1);
  // An early def's place, too: the late def and the early one strike each other.
  expect_differs(phases, "inst0: p0i, p1i\ninst1: p0i, p1i, p2i, p2i\ninst2: p2i, p2i", 2, 0);
}

// Two defs in one place, of which one is dead: which of them stays is not known.
TEST(Interpreter, TwoDefsInOnePlaceAreSeen) {
  for (const char* reader : {"use v0i reg", "use v1i reg"}) {
    Sample pair = narrow(std::string(R"(
function "pair" {
  block0():
    op def v0i reg, def v1i reg
    ret )") + reader + "\n}");
    expect_differs(pair, "inst0: p0i, p0i\ninst1: p0i", 1, 0);
  }
}

TEST(Interpreter, ReuseStandsWhereItsInputStands) {
  Sample reuse = narrow(R"(
function "reuse" {
  block0():
    op def v0i reg
    op def v1i reuse(1), use v0i reg
    ret use v1i reg
})");
  expect_same(reuse, "inst0: p0i\ninst1: p0i, p0i\ninst2: p0i");
  expect_differs(reuse, "inst0: p0i\ninst1: p1i, p0i\ninst2: p1i", 1, 0);
}

TEST(Interpreter, SeveralDefsOfOneValueAreOne) {
  Sample several = narrow(R"(
function "several" {
  multiple_defs
  block0():
    op def v0i reg, def v0i any
    ret use v0i reg
})");
  expect_same(several, "inst0: p1i, p1i\ninst1: p1i");
}

TEST(Interpreter, PinsAreNotRead) {
  Sample pin = narrow(R"(
function "pin" {
  block0():
    op pin p40i, def v0i reg
    ret use v0i reg, pin p40i
})");
  expect_same(pin, "inst0: p40i, p0i\ninst1: p0i, p40i");
}

TEST(Interpreter, WideSlotsNeedAllTheirUnits) {
  const char* const body = R"(
function "wide" {
  block0():
    op def v0f any, def v1i any
    op
    ret use v0f any, use v1i any
})";
  Sample first = wide(body);
  expect_same(first, "spillslots 3\ninst0: stack0, stack2\ninst2: stack0, stack2");
  // v1i in the second unit of v0f.
  expect_differs(first, "spillslots 3\ninst0: stack0, stack1\ninst2: stack0, stack1", 2, 0);
  // Read from the unit beside the one that was written.
  expect_differs(first, "spillslots 4\ninst0: stack0, stack3\ninst2: stack1, stack3", 2, 0);
  // Beyond the frame.
  expect_differs(first, "spillslots 2\ninst0: stack1, stack0\ninst2: stack1, stack0", 2, 0);
  expect_differs(
      first, "spillslots 2\ninst0: stack0, stack268435455\ninst2: stack0, stack268435455", 2, 1);
  // A far frame costs no memory and works.
  expect_same(first,
              "spillslots 268435456\ninst0: stack268435454, stack7\n"
              "inst2: stack268435454, stack7");

  Sample last = wide_last(body);
  expect_same(last, "spillslots 3\ninst0: stack1, stack2\ninst2: stack1, stack2");
  expect_differs(last, "spillslots 3\ninst0: stack2, stack1\ninst2: stack2, stack1", 2, 0);
  expect_differs(last, "spillslots 3\ninst0: stack0, stack1\ninst2: stack0, stack1", 2, 0);
  expect_same(last,
              "spillslots 3\ninst0: p1f, p1i\nafter inst0: move p1f -> stack2\n"
              "after inst1: move stack2 -> p2f\ninst2: p2f, p1i");
}

TEST(Interpreter, BranchesReadWriteAndClobber) {
  Sample branch = narrow(R"(
function "branch" {
  block0():
    op def v0i reg, def v1i reg
    branch use v0i reg, def v2i reg ; clobber p5i -> block1(v2i), block2()
  block1(v3i):
    ret use v3i reg, use v1i reg
  block2():
    ret use v1i reg
})");
  expect_same(branch,
              "inst0: p0i, p1i\ninst1: p0i, p2i\nbefore inst2: move p2i -> p3i\n"
              "inst2: p3i, p1i\ninst3: p1i");
  expect_differs(branch, "inst0: p0i, p1i\ninst1: p1i, p2i\ninst2: p2i, p1i\ninst3: p1i", 1, 0);
  expect_differs(branch, "inst0: p0i, p1i\ninst1: p0i, p1i\ninst2: p1i, p1i\ninst3: p1i", 2, 1);
  expect_differs(branch, "inst0: p0i, p5i\ninst1: p0i, p2i\ninst2: p2i, p5i\ninst3: p5i", 3, 0);
  // An edit behind the branch never runs.
  expect_differs(branch,
                 "inst0: p0i, p1i\ninst1: p0i, p2i\nafter inst1: move p2i -> p3i\n"
                 "inst2: p3i, p1i\ninst3: p1i",
                 2, 0);
}

const char* const kSwap = R"(
function "swap" {
  block0():
    op def v0i reg, def v1i reg
    branch -> block1(v0i, v1i)
  block1(v2i, v3i):
    branch use v2i reg, use v3i reg -> block2(), block3()
  block2():
    branch -> block1(v3i, v2i)
  block3():
    ret use v2i reg, use v3i reg
})";

TEST(Interpreter, ParametersArePassedTogether) {
  Sample swap = narrow(kSwap);
  std::string lists = "inst0: p0i, p1i\ninst2: p0i, p1i\ninst4: p0i, p1i\n";
  expect_same(swap, lists + R"(before inst3: move p0i -> p15i
    before inst3: move p1i -> p0i
    before inst3: move p15i -> p1i)");
  expect_differs(swap, lists, 2, 0);
  expect_differs(swap, lists + "before inst3: move p1i -> p0i\nbefore inst3: move p0i -> p1i", 2,
                 1);
}

// The slot was filled in the first iteration, and is read in every one.
TEST(Interpreter, StaleCopiesAreSeen) {
  Sample loop = narrow(R"(
function "loop" {
  block0():
    op def v0i reg
    branch -> block1(v0i)
  block1(v1i):
    op use v1i any, def v2i reg
    branch use v2i any -> block2(), block3()
  block2():
    branch -> block1(v2i)
  block3():
    ret use v2i any
})");
  expect_same(loop,
              "inst0: p0i\ninst2: p0i, p1i\ninst3: p1i\nbefore inst4: move p1i -> p0i\n"
              "inst5: p1i");
  expect_differs(loop, R"(spillslots 1
    inst0: p0i
    before inst1: move p0i -> stack0
    inst2: stack0, p1i
    inst3: p1i
    inst5: p1i)",
                 2, 0);
}

const char* const kRemat = R"(
function "remat" {
  rematerializable v0i
  block0():
    op def v0i reg
    op def v1i reg ; clobber p0i..p2i
    branch use v1i reg -> block1(), block2()
  block1():
    branch -> block3(v0i)
  block2():
    branch -> block3(v0i)
  block3(v2i):
    branch use v2i reg -> block4(), block5()
  block4():
    branch -> block3(v2i)
  block5():
    ret use v2i reg, use v1i reg
})";

TEST(Interpreter, RecipesMakeTheirValue) {
  Sample remat = narrow(kRemat);
  std::string lists = "inst0: p0i\ninst1: p3i\ninst2: p3i\ninst5: p1i\ninst7: p1i, p3i\n";
  expect_same(remat, lists + "before inst5: remat v0i as v2i -> p1i");
  expect_same(remat, lists + "before inst3: remat v0i -> p1i\nbefore inst4: remat v0i -> p1i");
  // Only on one of the ways.
  expect_differs(remat, lists + "before inst3: remat v0i -> p1i", 5, 0);
  // v1i cannot be recomputed.
  expect_differs(remat, lists + "before inst5: remat v0i -> p1i\nbefore inst7: remat v1i -> p3i", 7,
                 1);
  // Another class, memory.
  expect_differs(remat, lists + "before inst5: remat v0i -> p1f", 5, 0);
  expect_differs(remat,
                 "spillslots 1\n" + lists +
                     "before inst5: remat v0i -> stack0\nbefore inst5: move stack0 -> p1i",
                 5, 0);
}

// There is no other value yet that the label could follow.
TEST(Interpreter, ARecipeMayRunAheadOfTheDef) {
  Sample ahead = narrow(R"(
function "ahead" {
  rematerializable v1i
  debug v1i inst0..inst3 = 7
  block0():
    op def v0i reg
    op def v1i reg
    op use v1i reg
    ret
})");
  std::string lists = "inst0: p0i\ninst1: p1i\ninst2: p3i\nbefore inst1: remat v1i -> p3i\n";
  expect_same(ahead, lists + "debug 7: before inst1 .. before inst3 in p3i");
  expect_differs(ahead, lists + "debug 7: after inst0 .. before inst3 in p3i", 0, kNoPlace);
}

// Its inputs are others in each turn, and so is what it makes.
TEST(Interpreter, RecipesReadTheirInputs) {
  Sample turns = narrow(R"(
function "turns" {
  recipe v2i = (v1i) clobbers p5i
  block0():
    op def v0i reg
    branch -> block1(v0i)
  block1(v1i):
    op use v1i reg, def v2i reg
    op use v2i reg ; clobber p1i
    branch -> block2(), block3()
  block2():
    branch -> block1(v2i)
  block3():
    ret use v2i reg, use v1i reg
})");
  std::string lists = "inst0: p0i\ninst2: p0i, p1i\ninst3: p1i\ninst6: p2i, p0i\n";
  std::string again = "before inst5: remat v2i(p0i) -> p0i\nbefore inst6: remat v2i(p0i) -> p2i\n";
  expect_same(turns, lists + again);
  // Twice: the second time of what it made.
  expect_differs(turns, lists + again + "before inst5: remat v2i(p0i) -> p0i", 5, kNoPlace);
  // Once for all turns.
  expect_differs(turns,
                 lists +
                     "before inst5: remat v2i(p0i) -> p3i\nbefore inst5: move p3i -> p0i\n"
                     "before inst6: move p3i -> p2i",
                 6, 0);
  // Out of a register that holds nothing, or what the recipe clobbers.
  expect_differs(turns, lists + again + "before inst6: remat v2i(p4i) -> p3i", 6, kNoPlace);
  expect_differs(turns,
                 lists +
                     "before inst4: remat v2i(p0i) -> p5i\nbefore inst5: remat v2i(p0i) -> p0i\n"
                     "before inst6: move p5i -> p2i\nbefore inst3: remat v2i(p0i) -> p2i\n"
                     "before inst6: remat v2i(p0i) -> p4i\nbefore inst6: move p5i -> p2i",
                 6, 0);
}

TEST(Interpreter, ARecipeMayTakeTheScratchRegister) {
  Sample remat = narrow(kRemat);
  expect_differs(remat, R"(inst0: p0i
    inst1: p3i
    inst2: p3i
    inst5: p1i
    inst7: p1i, p3i
    before inst5: remat v0i -> p1i
    before inst7: move p3i -> p15i
    before inst7: remat v0i -> p1i
    before inst7: move p15i -> p3i)",
                 7, 1);
}

TEST(Interpreter, LabelsHoldWhatTheyFollow) {
  Sample labels = narrow(R"(
function "labels" {
  debug v0i inst0..inst4 = 7
  debug v1i inst1..inst3 = 7
  block0():
    op def v0i reg
    op def v1i reg
    op ; clobber p0i
    ret use v1i reg
})");
  std::string lists = "spillslots 1\ninst0: p0i\ninst1: p1i\ninst3: p1i\n";
  expect_same(labels, lists +
                          "debug 7: after inst0 .. after inst2 in p0i\n"
                          "debug 7: after inst1 .. before inst3 in p1i");
  // Before the def; after the clobber; another's place; a place of nothing.
  for (const char* wrong :
       {"debug 7: before inst0 .. before inst1 in p0i",
        "debug 7: after inst0 .. before inst3 in p0i", "debug 7: after inst0 .. after inst1 in p1i",
        "debug 7: before inst2 .. after inst2 in stack0"}) {
    std::vector<Finding> found = findings(labels, lists + wrong);
    ASSERT_EQ(found.size(), 1u) << wrong;
    EXPECT_EQ(found[0].operand, kNoPlace);
    EXPECT_NE(found[0].message.find("label 7"), std::string::npos);
  }
  // Of a label that nobody asked for there, it says nothing.
  expect_same(labels, lists + "debug 8: after inst0 .. before inst3 in p0i");
}

TEST(Interpreter, SaysWhatItFoundAndWhoWroteItLast) {
  Sample two = narrow(kTwo);
  auto found = findings(two,
                        "inst0: p0i, p1i\nafter inst0: move p0i -> p2i\n"
                        "before inst1: move p2i -> p1i\ninst1: p0i, p1i");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].edit, 1u);
  EXPECT_EQ(found[0].location, Location::reg(make_preg(RegClass::Int, 1)));
  EXPECT_EQ(found[0].message,
            "inst1, operand 1 (use v1i any): p1i should hold the value of v1i and holds the value "
            "of v0i, written before inst1 by move p2i -> p1i (step 1 of the path); first wrong: "
            "edit 1 (before inst1: move p2i -> p1i) overwrites it in p1i");
}

TEST(Interpreter, APathIsAFunctionOfItsSeed) {
  Sample swap = narrow(kSwap);
  Output wrong = testing::read_answer(swap, "inst0: p0i, p1i\ninst2: p0i, p1i\ninst4: p0i, p1i");
  std::size_t seen = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    auto once = run_and_compare(swap.function.view(), swap.machine, wrong, seed, kSteps);
    auto twice = run_and_compare(swap.function.view(), swap.machine, wrong, seed, kSteps);
    ASSERT_EQ(once.has_value(), twice.has_value());
    if (!once) continue;
    ++seen;
    EXPECT_EQ(once->message, twice->message);
  }
  EXPECT_GT(seen, 10u);
  EXPECT_LT(seen, 50u);  // some leave the loop at once
}

}  // namespace
}  // namespace regproof
