// Holes that checkers of other projects have had, each closed, each with a test of its own: the wrong
// answer is refused for the right reason, and a sound neighbour is accepted. Tests whose names begin
// with CK are numbered as in our catalogue of faults.
#include <gtest/gtest.h>

#include <optional>

#include "tests/checker/judging.h"

namespace regproof {
namespace {

using testing::expect_accepted;
using testing::expect_finding;
using testing::expect_refused;
using testing::expect_refused_only;
using Kind = FindingKind;

// A def's own constraint is tested.
TEST(Holes, CK01_ConstraintsOfDefs) {
  constexpr const char* kDefs =
      "block0():\n op def v0i fixed(p1i), def v1i stack\n ret use v0i any, use v1i any\n";
  expect_accepted(kDefs, "spillslots 1\n inst0: p1i, stack0\n inst1: p1i, stack0\n");
  expect_refused_only(kDefs, "spillslots 1\n inst0: p2i, stack0\n inst1: p2i, stack0\n",
                      {Kind::NotFixed, 0, 0}, {"def v0i fixed(p1i)", "p2i"});
  expect_refused_only(kDefs, "inst0: p1i, p2i\n inst1: p1i, p2i\n", {Kind::NotStack, 0, 1},
                      {"def v1i stack", "p2i"});
}

// A reuse excuses nothing: not itself, not other late defs, not late uses.
TEST(Holes, CK02_ReuseAndWhatStandsBesideIt) {
  constexpr const char* kReuse =
      "block0():\n op def v0i reg, def v1i reg\n"
      " op def v2i reuse(1), use v0i reg, def v3i fixed(p3i), use@late v1i reg\n"
      " ret use v2i any, use v3i any\n";
  auto answer = [](const char* list, const char* last) {
    return std::string("inst0: p0i, p1i\n inst1: ") + list + "\n inst2: " + last + "\n";
  };
  expect_accepted(kReuse, answer("p0i, p0i, p3i, p1i", "p0i, p3i"));
  expect_refused_only(kReuse, answer("p2i, p0i, p3i, p1i", "p2i, p3i"), {Kind::NotReuse, 1, 0},
                      {"def v2i reuse(1)", "p2i", "operand 1", "p0i"});
  expect_refused_only(kReuse, answer("p0i, p0i, p2i, p1i", "p0i, p2i"), {Kind::NotFixed, 1, 2},
                      {"def v3i fixed(p3i)", "p2i"});
  expect_refused_only(kReuse, answer("p0i, p0i, p3i, p2i", "p0i, p3i"),
                      {Kind::UndefinedValue, 1, 3},
                      {"use@late v1i reg", "p2i should hold v1i", "nothing known"});
}

// A move from an unknown place makes its destination unknown; saving an undefined register is fine.
TEST(Holes, CK03_MoveFromUnknown) {
  expect_refused_only("block0():\n op def v0i reg\n ret use v0i reg\n",
                      "inst0: p0i\n before inst1: move p3i -> p0i\n inst1: p0i\n",
                      {Kind::UndefinedValue, 1, 0},
                      {"inst1, operand 0 (use v0i reg)", "p0i should hold v0i",
                       "since edit 0 (before inst1: move p3i -> p0i)"});
  expect_refused_only("block0():\n op def v0i reg\n ret use v0i any\n",
                      "spillslots 2\n inst0: p0i\n before inst1: move p0i -> stack0\n"
                      " before inst1: move stack1 -> p0i\n inst1: p0i\n",
                      {Kind::UndefinedValue, 1, 0}, {"edit 1", "stack1"});
  expect_accepted("block0():\n op def v0i reg\n ret use v0i reg\n",
                  "spillslots 1\n inst0: p0i\n before inst1: move p3i -> stack0\n"
                  " before inst1: move p0i -> p3i\n before inst1: move p3i -> p0i\n"
                  " before inst1: move stack0 -> p3i\n inst1: p0i\n");
}

TEST(Holes, CK04_TwoDefsInOnePlace) {
  for (const char* defs : {"def v0i any, def v1i any", "def v1i any, def v0i any"}) {
    std::string body = std::string("block0():\n op ") + defs + "\n ret use v0i any\n";
    expect_refused(body, "inst0: p0i, p0i\n inst1: p0i\n", {Kind::SameInstructionOverlap, 0, 1},
                   {"p0i overlaps operand 0"});
    expect_refused(body, "spillslots 1\n inst0: stack0, stack0\n inst1: stack0\n",
                   {Kind::SameInstructionOverlap, 0, 1}, {"stack0 overlaps operand 0"});
  }
  expect_accepted("block0():\n op def v0i any, def v1i any\n ret use v0i any\n",
                  "inst0: p0i, p1i\n inst1: p0i\n");
}

TEST(Holes, CK05_EarlyDefOnEarlyUse) {
  constexpr const char* kTemporary =
      "block0():\n op def v0i reg\n op def@early v1i reg, use v0i reg, def v2i reg\n"
      " ret use v2i reg\n";
  expect_accepted(kTemporary, "inst0: p0i\n inst1: p1i, p0i, p0i\n inst2: p0i\n");
  expect_refused_only(kTemporary, "inst0: p0i\n inst1: p0i, p0i, p1i\n inst2: p1i\n",
                      {Kind::SameInstructionOverlap, 1, 1}, {"use v0i reg", "def@early v1i reg"});
  expect_refused_only(kTemporary, "inst0: p0i\n inst1: p1i, p0i, p1i\n inst2: p1i\n",
                      {Kind::SameInstructionOverlap, 1, 2}, {"def v2i reg", "def@early v1i reg"});
}

// At one phase a place has one holder: a late use is held early too, and a use is not excused by
// another use.
TEST(Holes, CK05_WhatIsHeldAtOnePhase) {
  constexpr const char* kPhases =
      "block0():\n op def v0i reg, def v1i reg\n"
      " op use v0i reg, use@late v1i reg, def v2i reg, def@early v3i reg\n"
      " ret use v2i reg, use v3i reg\n";
  auto answer = [](const char* list, const char* last) {
    return std::string("inst0: p0i, p1i\n inst1: ") + list + "\n inst2: " + last + "\n";
  };
  expect_accepted(kPhases, answer("p0i, p1i, p0i, p2i", "p0i, p2i"));
  for (const char* list : {"p0i, p0i, p2i, p3i", "p1i, p1i, p2i, p3i"}) {
    expect_refused(kPhases, answer(list, "p2i, p3i"), {Kind::SameInstructionOverlap, 1, 1},
                   {"use@late v1i reg", "overlaps operand 0 (use v0i reg)"});
  }
  expect_refused_only(kPhases, answer("p0i, p1i, p1i, p2i", "p1i, p2i"),
                      {Kind::SameInstructionOverlap, 1, 2},
                      {"def v2i reg", "overlaps operand 1 (use@late v1i reg)"});
  expect_refused(kPhases, answer("p0i, p1i, p2i, p1i", "p2i, p1i"),
                 {Kind::SameInstructionOverlap, 1, 3}, {"operand 1 (use@late v1i reg)"});
  // Two values, equal by a copy that was left out, may share a place; two operands may not.
  constexpr const char* kTwo =
      "block0():\n op def v0i reg\n branch -> block1(v0i)\n"
      " block1(v1i):\n ret use v0i reg, use v1i reg\n";
  expect_refused_only(kTwo, "inst0: p0i\n inst2: p0i, p0i\n", {Kind::SameInstructionOverlap, 2, 1},
                      {"operand 0 (use v0i reg)"});
}

TEST(Holes, CK06_ClassAndAvailability) {
  constexpr const char* kPair = "block0():\n op def v0i reg\n ret use v0i reg\n";
  expect_refused(kPair, "inst0: p0f\n inst1: p0f\n", {Kind::WrongClass, 0, 0}, {"p0f"});
  expect_refused(kPair, "inst0: p6i\n inst1: p6i\n", {Kind::NotAllocatable, 1, 0}, {"p6i"});
  expect_refused(kPair, "inst0: p15i\n inst1: p15i\n", {Kind::NotAllocatable, 1, 0}, {"scratch"});
  // A register holds values of its class alone, defined there or moved there.
  expect_refused(kPair, "inst0: p0f\n inst1: p0f\n", {Kind::UndefinedValue, 1, 0},
                 {"p0f should hold v0i"});
  expect_refused(kPair, "inst0: p0i\n before inst1: move p0i -> p0f\n inst1: p0f\n",
                 {Kind::UndefinedValue, 1, 0}, {"p0f should hold v0i"});
  // Nor does an edit borrow a register that is not to be given out.
  expect_refused(kPair,
                 "inst0: p0i\n before inst1: move p0i -> p6i\n"
                 " before inst1: move p6i -> p1i\n inst1: p1i\n",
                 {Kind::EditIllegalPlace, 1}, {"edit 0", "writes p6i"});
  // Through another class and back.
  Verdict verdict = testing::judge(testing::read_case(
      kPair,
      "inst0: p0i\n before inst1: move p0i -> p0f\n before inst1: move p0f -> p1i\n"
      " inst1: p1i\n"));
  expect_finding(verdict, {Kind::WrongClass, 1}, {"edit 0", "move p0i -> p0f"});
  expect_finding(verdict, {Kind::UndefinedValue, 1, 0}, {"p1i should hold v0i", "edit 1"});
}

// A value does not change its class by way of a slot, even of its own size.
TEST(Holes, CK06_ClassThroughASlot) {
  std::string body =
      "machine {\n int p0i..p1i |\n float p0f..p1f |\n vector |\n}\n"
      "function \"f\" {\n block0():\n op def v0i reg\n ret use v0i reg\n}\n";
  expect_refused_only(body,
                      "spillslots 1\n inst0: p0i\n before inst1: move p0i -> stack0\n"
                      " before inst1: move stack0 -> p0f\n before inst1: move p0f -> stack0\n"
                      " before inst1: move stack0 -> p1i\n inst1: p1i\n",
                      {Kind::UndefinedValue, 1, 0}, {"p1i should hold v0i", "edit 3"});
}

TEST(Holes, CK07_SlotExtents) {
  constexpr const char* kMixed =
      "block0():\n op def v0f reg, def v1i reg\n op use v1i any\n ret use v0f any\n";
  auto answer = [](const char* slots, const char* narrow) {
    std::string slot = narrow;
    return std::string("spillslots ") + slots + "\n inst0: p0f, p0i\n" +
           " before inst1: move p0f -> stack0\n before inst1: move p0i -> " + slot +
           "\n inst1: " + slot + "\n before inst2: move stack0 -> p1f\n inst2: p1f\n";
  };
  expect_accepted(kMixed, answer("3", "stack2"));
  for (const char* overlapping : {"stack0", "stack1"}) {
    expect_refused_only(kMixed, answer("3", overlapping), {Kind::UndefinedValue, 2, 0},
                        {"p1f should hold v0f", "since edit 2"});
  }
  expect_refused(kMixed, answer("2", "stack2"), {Kind::SlotBeyondFrame, 1, 0}, {"2 units"});
  // The wide one over the narrow one.
  constexpr const char* kOther =
      "block0():\n op def v0f reg, def v1i reg\n op use v0f any\n ret use v1i any\n";
  expect_refused_only(kOther,
                      "spillslots 2\n inst0: p0f, p0i\n before inst1: move p0i -> stack1\n"
                      " before inst1: move p0f -> stack0\n inst1: stack0\n inst2: stack1\n",
                      {Kind::UndefinedValue, 2, 0},
                      {"stack1 should hold v1i", "edit 1 (before inst1: move p0f -> stack0)"});
}

// A write to a wide slot reaches all that lie in it, not the nearest one only.
TEST(Holes, CK07_AllThatLiesInAWideSlot) {
  constexpr const char* kThree =
      "block0():\n op def v0i reg, def v1i reg, def v2f reg\n op use v2f any\n"
      " ret use v0i any, use v1i any\n";
  std::string store =
      "spillslots 4\n inst0: p0i, p1i, p0f\n before inst1: move p0i -> stack0\n"
      " before inst1: move p1i -> stack1\n";
  expect_accepted(kThree, store + "inst1: p0f\n inst2: stack0, stack1\n");
  Verdict verdict = testing::judge(
      testing::read_case(kThree, store + " before inst1: move p0f -> stack0\n inst1: stack0\n"
                                         " inst2: stack0, stack1\n"));
  expect_finding(verdict, {Kind::UndefinedValue, 2, 0}, {"stack0 should hold v0i", "edit 2"});
  expect_finding(verdict, {Kind::UndefinedValue, 2, 1}, {"stack1 should hold v1i", "edit 2"});
}

// Frame and alignment hold for operands and for edits, read or not.
TEST(Holes, CK07_FrameAndAlignment) {
  auto body = [](const char* lines) {
    return std::string("machine {\n int p0i..p3i |\n float p0f..p3f |\n vector p0v..p1v |\n ") +
           lines +
           "\n}\nfunction \"f\" {\n block0():\n"
           " op def v0f any, def v1v any\n ret use v0f reg, use v1v reg\n}\n";
  };
  constexpr const char* kSizes = "spillslot_size int 1 float 2 vector 3";
  constexpr const char* kByLast = "spillslot_size int 1 float 2 vector 3\n spillslot_named_by last";
  auto operands = [](const char* frame, const char* wide, const char* wider) {
    std::string both = std::string(wide) + ", " + wider;
    return std::string("spillslots ") + frame + "\n inst0: " + both + "\n before inst1: move " +
           wide + " -> p0f\n before inst1: move " + wider + " -> p0v\n inst1: p0f, p0v\n";
  };
  auto edits = [](const char* frame, const char* wide, const char* wider) {
    return std::string("spillslots ") + frame + "\n inst0: p0f, p0v\n after inst0: move p0f -> " +
           wide + "\n after inst0: move p0v -> " + wider + "\n inst1: p0f, p0v\n";
  };
  struct {
    const char* machine;
    const char* frame;
    const char* wide;   // 2 units
    const char* wider;  // 3 units, aligned to 4
    std::optional<Kind> wrong_wide, wrong_wider;
  } constexpr kCases[] = {
      {kSizes, "7", "stack0", "stack4", std::nullopt, std::nullopt},
      {kSizes, "7", "stack2", "stack4", std::nullopt, std::nullopt},
      {kSizes, "7", "stack6", "stack0", Kind::SlotBeyondFrame, std::nullopt},
      {kSizes, "6", "stack0", "stack4", std::nullopt, Kind::SlotBeyondFrame},
      {kSizes, "9", "stack1", "stack4", Kind::SlotMisaligned, std::nullopt},
      {kSizes, "9", "stack0", "stack3", std::nullopt, Kind::SlotMisaligned},
      {kSizes, "9", "stack0", "stack6", std::nullopt, Kind::SlotMisaligned},
      {kByLast, "7", "stack1", "stack6", std::nullopt, std::nullopt},
      {kByLast, "7", "stack0", "stack6", Kind::SlotBeyondFrame, std::nullopt},
      {kByLast, "7", "stack2", "stack6", Kind::SlotMisaligned, std::nullopt},
      {kByLast, "7", "stack1", "stack4", std::nullopt, Kind::SlotMisaligned},
      {kByLast, "6", "stack1", "stack6", std::nullopt, Kind::SlotBeyondFrame},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(std::string(c.frame) + " units, " + c.wide + ", " + c.wider);
    for (bool in_operands : {true, false}) {
      std::string answer =
          in_operands ? operands(c.frame, c.wide, c.wider) : edits(c.frame, c.wide, c.wider);
      int inst = 0;
      if (!c.wrong_wide && !c.wrong_wider) expect_accepted(body(c.machine), answer);
      if (c.wrong_wide) {
        expect_refused(body(c.machine), answer, {*c.wrong_wide, inst, in_operands ? 0 : -1},
                       {c.wide});
      }
      if (c.wrong_wider) {
        expect_refused(body(c.machine), answer, {*c.wrong_wider, inst, in_operands ? 1 : -1},
                       {c.wider});
      }
    }
  }
}

TEST(Holes, CK08_LimitInMemory) {
  constexpr const char* kLimit = "block0():\n op def v0i limit(4)\n ret use v0i any\n";
  expect_accepted(kLimit, "inst0: p3i\n inst1: p3i\n");
  expect_refused_only(kLimit, "spillslots 1\n inst0: stack0\n inst1: stack0\n",
                      {Kind::NotRegister, 0, 0}, {"def v0i limit(4)", "stack0"});
  expect_refused_only(kLimit, "inst0: p32i\n inst1: p32i\n", {Kind::NotRegister, 0, 0}, {"p32i"});
  expect_refused_only(kLimit, "inst0: p4i\n inst1: p4i\n", {Kind::BeyondLimit, 0, 0},
                      {"limit of 4"});
  expect_refused_only("block0():\n op def v0i in(p0i p2i)\n ret use v0i any\n",
                      "inst0: p1i\n inst1: p1i\n", {Kind::NotInSet, 0, 0}, {"p0i p2i"});
}

TEST(Holes, CK09_Terminators) {
  constexpr const char* kCall = R"(
    block0():
      op def v0i reg, def v3i reg
      branch use v0i fixed(p0i), def v1i fixed(p1i) ; clobber p2i -> block1(v1i), block2()
    block1(v2i):
      ret use v2i reg, use v3i reg
    block2():
      ret use v1i reg
  )";
  expect_accepted(kCall, "inst0: p0i, p3i\n inst1: p0i, p1i\n inst2: p1i, p3i\n inst3: p1i\n");
  expect_refused_only(kCall, "inst0: p2i, p3i\n inst1: p0i, p1i\n inst2: p1i, p3i\n inst3: p1i\n",
                      {Kind::UndefinedValue, 1, 0}, {"inst1, operand 0 (use v0i fixed(p0i))"});
  expect_refused_only(kCall, "inst0: p0i, p3i\n inst1: p0i, p4i\n inst2: p4i, p3i\n inst3: p4i\n",
                      {Kind::NotFixed, 1, 1}, {"def v1i fixed(p1i)", "p4i"});
  expect_refused_only(kCall, "inst0: p0i, p2i\n inst1: p0i, p1i\n inst2: p1i, p2i\n inst3: p1i\n",
                      {Kind::UndefinedValue, 2, 1}, {"v3i", "since inst1 clobbers it"});
  // The moves of such an edge stand at the head of its target.
  expect_accepted(kCall,
                  "inst0: p0i, p3i\n inst1: p0i, p1i\n before inst2: move p1i -> p0i\n"
                  " inst2: p0i, p3i\n inst3: p1i\n");
}

TEST(Holes, CK10_MemoryToMemory) {
  constexpr const char* kPair = "block0():\n op def v0i stack\n ret use v0i stack\n";
  expect_refused_only(kPair,
                      "spillslots 2\n inst0: stack0\n before inst1: move stack0 -> stack1\n"
                      " inst1: stack0\n",
                      {Kind::EditMemoryToMemory, 1}, {"edit 0", "move stack0 -> stack1"});
  expect_refused_only(kPair,
                      "spillslots 1\n inst0: stack0\n before inst1: move stack0 -> stack0\n"
                      " inst1: stack0\n",
                      {Kind::EditMemoryToMemory, 1}, {"move stack0 -> stack0"});
  expect_accepted(kPair,
                  "spillslots 2\n inst0: stack0\n before inst1: move stack0 -> p15i\n"
                  " before inst1: move p15i -> stack1\n inst1: stack1\n");
}

constexpr const char* kLoop = R"(
  block0():
    branch -> block1()
  block1():
    op def v0i reg
    op ; clobber p0i..p3i
    op use v0i reg
    branch -> block2(), block3()
  block2():
    branch -> block1()
  block3():
    ret
)";

TEST(Holes, CK11_StaleCopies) {
  expect_accepted(kLoop,
                  "spillslots 1\n inst1: p0i\n before inst2: move p0i -> stack0\n"
                  " before inst3: move stack0 -> p1i\n inst3: p1i\n");
  // The slot is filled at the end of an iteration only, for the next one.
  expect_refused_only(kLoop,
                      "spillslots 1\n inst1: p4i\n before inst3: move stack0 -> p1i\n"
                      " inst3: p1i\n before inst5: move p4i -> stack0\n",
                      {Kind::UndefinedValue, 3, 0}, {"p1i should hold v0i", "edit 0"});
  // In one block: a def elsewhere makes the copy stale.
  constexpr const char* kSelf = R"(
    block0():
      op def v9i reg
      branch -> block1(v9i)
    block1(v0i):
      op use v0i reg, def v1i reg
      op use v1i reg
      branch -> block2(), block3()
    block2():
      branch -> block1(v1i)
    block3():
      ret use v1i reg
  )";
  expect_accepted(kSelf, "inst0: p0i\n inst2: p0i, p0i\n inst3: p0i\n inst6: p0i\n");
  expect_refused_only(kSelf, "inst0: p0i\n inst2: p0i, p1i\n inst3: p1i\n inst6: p1i\n",
                      {Kind::UndefinedValue, 2, 0}, {"p0i should hold v0i"});
  // A parameter is bound anew by each edge, straight back to its block too.
  constexpr const char* kEndless =
      "block0():\n op def v9i reg\n branch -> block1(v9i)\n"
      " block1(v0i):\n op use v0i reg, def v1i reg\n branch -> block1(v1i)\n";
  expect_accepted(kEndless, "inst0: p0i\n inst2: p0i, p0i\n");
  expect_refused_only(kEndless, "inst0: p0i\n inst2: p0i, p1i\n", {Kind::UndefinedValue, 2, 0},
                      {"p0i should hold v0i"});
}

// An answer cannot assert what a place holds: a label does not make a value.
TEST(Holes, CK12_AnswersGiveNoHints) {
  expect_refused_only(
      "debug v0i inst1..inst2 = 1\n block0():\n op def v0i reg\n op\n"
      " ret use v0i reg\n",
      "inst0: p0i\n debug 1: before inst1 .. before inst2 in p1i\n inst2: p0i\n",
      {Kind::DebugWrongValue, 1}, {"debug label 1", "p1i should hold v0i"});
  expect_refused(
      "debug v0i inst1..inst2 = 1\n block0():\n op def v0i reg\n op\n"
      " ret use v0i reg\n",
      "inst0: p0i\n debug 1: before inst1 .. before inst2 in p1i\n inst2: p1i\n",
      {Kind::UndefinedValue, 2, 0}, {"p1i should hold v0i"});
}

// One place may equal several values, so copies need not be made.
TEST(Holes, CK13_SeveralValuesInOnePlace) {
  constexpr const char* kDiamond = R"(
    block0():
      op def v0i reg, def v1i reg
      branch -> block1(), block2()
    block1():
      branch -> block3(v0i, v0i)
    block2():
      branch -> block3(v0i, v1i)
    block3(v2i, v3i):
      op use v0i reg
      op use v2i reg
      ret use v3i reg
  )";
  expect_accepted(kDiamond,
                  "inst0: p0i, p1i\n before inst2: move p0i -> p1i\n inst4: p0i\n"
                  " inst5: p0i\n inst6: p1i\n");
  expect_refused_only(kDiamond, "inst0: p0i, p1i\n inst4: p0i\n inst5: p0i\n inst6: p1i\n",
                      {Kind::UndefinedValue, 6, 0}, {"p1i should hold v3i"});
  // The copy there and back again was left out; a later def ends the equality.
  expect_accepted(
      "block0():\n op def v0i reg\n op def v1i reuse(1), use v0i reg\n"
      " ret use v0i any, use v1i any\n",
      "spillslots 1\n inst0: p0i\n after inst0: move p0i -> stack0\n"
      " before inst1: move p0i -> p1i\n inst1: p1i, p1i\n inst2: p0i, p1i\n");
}

// A verdict is the result of having run: nothing to forget to call.
TEST(Holes, CK15_JudgingIsRunning) {
  testing::Case c = testing::read_case("block0():\n op def v0i reg\n ret use v0i reg\n",
                                       "inst0: p0i\n inst1: p1i\n");
  Result<Output, AllocError> answer = c.output;
  EXPECT_FALSE(judge_output(c.function.view(), c.machine, c.output).proven());
  EXPECT_FALSE(judge_answer(c.function.view(), c.machine, answer).proven());
}

// An error is an answer, too: judged, not dropped.
TEST(Holes, CK16_ErrorsAreJudged) {
  testing::Case c = testing::read_case("block0():\n op def v0i reg\n ret use v0i reg\n", "");
  auto judged = [&](AllocError::Kind kind) {
    return judge_answer(c.function.view(), c.machine, AllocError{kind, "no", Inst(0), {}});
  };
  EXPECT_TRUE(judged(AllocError::Kind::Impossible).has(Kind::RefusedFeasible));
  EXPECT_TRUE(judged(AllocError::Kind::Undecided).has(Kind::RefusedFeasible));
  EXPECT_TRUE(judged(AllocError::Kind::TooLarge).has(Kind::AllocatorFailed));
  EXPECT_TRUE(judged(AllocError::Kind::Internal).has(Kind::AllocatorFailed));
}

TEST(Holes, CK17_FindingsSayWhy) {
  Verdict verdict = testing::judge(testing::read_case(
      "block0():\n op def v0i reg, def v1i reg\n op\n ret use v0i reg, use v1i reg\n",
      "inst0: p0i, p1i\n before inst1: move p1i -> p0i\n inst2: p0i, p1i\n"));
  ASSERT_EQ(verdict.findings.size(), 1u);
  EXPECT_EQ(
      verdict.findings[0].message,
      "inst2, operand 0 (use v0i reg): p0i should hold v0i but holds v1i since edit 0 (before "
      "inst1: move p1i -> p0i)");
}

// Edits that do nothing are looked at like others; blocks need not stand in the order in which they run.
TEST(Holes, CK18_EditsThatDoNothingAndAnyBlockOrder) {
  constexpr const char* kBackwards = R"(
    block0():
      op def v0i reg
      branch -> block3()
    block1():
      ret use v1i reg
    block2():
      op use v0i reg, def v1i reg
      branch -> block1()
    block3():
      op use v0i reg
      branch -> block2()
  )";
  expect_accepted(kBackwards,
                  "inst0: p0i\n before inst1: move p0i -> p0i\n inst2: p1i\n"
                  " inst3: p0i, p1i\n inst5: p0i\n");
  expect_refused_only(kBackwards, "inst0: p0i\n inst2: p0i\n inst3: p0i, p1i\n inst5: p0i\n",
                      {Kind::UndefinedValue, 2, 0}, {"p0i should hold v1i"});
}

// An entry that is but a jump: what follows is visited, and judged.
TEST(Holes, CK19_EntryOfOneJump) {
  expect_accepted(kLoop, "inst1: p4i\n inst3: p4i\n");
  expect_refused_only(kLoop, "inst1: p0i\n inst3: p0i\n", {Kind::UndefinedValue, 3, 0},
                      {"p0i should hold v0i", "since inst2 clobbers it"});
}

// The state behind a branch goes to each successor whole.
TEST(Holes, CK20_StatesOfSuccessorsAreApart) {
  constexpr const char* kFork = R"(
    block0():
      op def v0i reg, def v1i reg
      branch -> block1(), block3()
    block1():
      op use v0i reg ; clobber p0i..p3i
      branch -> block2()
    block2():
      branch -> block4(v1i)
    block3():
      op use v0i reg
      branch -> block4(v0i)
    block4(v2i):
      ret use v2i reg
  )";
  expect_accepted(kFork,
                  "inst0: p0i, p4i\n inst2: p0i\n before inst4: move p4i -> p1i\n"
                  " inst5: p0i\n before inst6: move p0i -> p1i\n inst7: p1i\n");
  expect_refused_only(kFork,
                      "inst0: p0i, p4i\n inst2: p0i\n before inst4: move p4i -> p1i\n"
                      " inst5: p0i\n inst7: p1i\n",
                      {Kind::UndefinedValue, 7, 0}, {"p1i should hold v2i"});
}

// What is memory and what may be allocated is the machine's to say.
TEST(Holes, CK21_AnyRegisterFile) {
  auto body = [](const char* line) {
    return std::string("machine {\n ") + line +
           "\n float |\n vector |\n}\nfunction \"f\" {\n block0():\n"
           " op def v0i reg\n ret use v0i any\n}\n";
  };
  expect_accepted(body("int p62i |"), "inst0: p62i\n inst1: p62i\n");
  expect_refused(body("int p62i |"), "inst0: p0i\n inst1: p0i\n", {Kind::NotAllocatable, 0, 0},
                 {"p0i"});
  expect_refused(body("int p62i |\n fixed_stack p0i"), "inst0: p0i\n inst1: p0i\n",
                 {Kind::NotRegister, 0, 0}, {"p0i"});
  expect_accepted(body("int p62i |\n fixed_stack p0i"),
                  "inst0: p62i\n before inst1: move p62i -> p0i\n inst1: p0i\n");
}

// Incoming arguments are defs of the entry's first instruction: nothing else is known there.
TEST(Holes, CK22_EntryState) {
  constexpr const char* kArguments =
      "block0():\n op def v0i fixed(p0i), def v1i fixed(p32i)\n ret use v0i reg, use v1i reg\n";
  expect_accepted(kArguments,
                  "inst0: p0i, p32i\n before inst1: move p32i -> p1i\n inst1: p0i, p1i\n");
  expect_refused_only(
      kArguments, "inst0: p0i, p32i\n inst1: p0i, p1i\n", {Kind::UndefinedValue, 1, 1},
      {"p1i should hold v1i", "nothing known: nothing writes it after inst0 defines v1i in p32i"});
}

// An edge back to the entry does not say what the caller brings.
TEST(Holes, CK22_EntryInALoop) {
  constexpr const char* kLoopToEntry = R"(
    debug v1i inst0..inst1 = 7
    block0():
      op
      branch -> block1(), block2()
    block1():
      op def v1i reg
      branch -> block0()
    block2():
      ret
  )";
  expect_accepted(kLoopToEntry, "inst2: p0i\n");
  expect_refused_only(kLoopToEntry, "inst2: p0i\n debug 7: before inst0 .. before inst1 in p0i\n",
                      {Kind::DebugWrongValue, 0}, {"p0i should hold v1i", "nothing known"});
}

TEST(Holes, CK23_ForgottenOperand) {
  constexpr const char* kThree =
      "block0():\n op def v0i reg, def v1i reg\n ret use v0i reg, use v1i reg\n";
  expect_refused_only(kThree, "inst0: p0i, p1i\n inst1: p0i\n", {Kind::ListLength, 1},
                      {"2 operands", "1 locations"});
  expect_refused_only(kThree, "inst0: p0i, p1i\n inst1: p0i, p1i, p2i\n", {Kind::ListLength, 1},
                      {"2 operands", "3 locations"});
  expect_refused_only(kThree, "inst0: p0i, p1i\n inst1: p0i, none\n", {Kind::MissingLocation, 1, 1},
                      {"none"});
}

TEST(Holes, CK24_DebugLocations) {
  constexpr const char* kLabel = R"(
    debug v0i inst1..inst4 = 3
    block0():
      op def v0i reg
      op
      op ; clobber p0i
      op
      ret use v0i any
  )";
  std::string answer =
      "spillslots 1\n inst0: p0i\n before inst2: move p0i -> stack0\n inst4: stack0\n";
  expect_accepted(kLabel, answer +
                              "debug 3: before inst1 .. after inst2 in p0i\n"
                              "debug 3: before inst2 .. before inst4 in stack0\n");
  expect_refused_only(
      kLabel, answer + "debug 3: before inst1 .. before inst3 in p0i\n", {Kind::DebugWrongValue, 2},
      {"debug label 3, after inst2", "p0i should hold v0i", "since inst2 clobbers it"});
  expect_refused_only(kLabel, answer + "debug 3: after inst1 .. before inst4 in stack0\n",
                      {Kind::DebugWrongValue, 1}, {"after inst1", "stack0 should hold v0i"});
  // A register that is borrowed for a while does not hold the value meanwhile.
  expect_refused_only(kLabel,
                      "spillslots 2\n inst0: p0i\n before inst1: move p0i -> stack0\n"
                      " before inst1: move p1i -> p0i\n after inst1: move stack0 -> p0i\n"
                      " inst4: stack0\n debug 3: before inst1 .. after inst2 in p0i\n",
                      {Kind::DebugWrongValue, 1}, {"before inst1", "edit 1"});
}

// A claim that goes on behind the end of a block holds on every way into the next one.
TEST(Holes, CK24_ClaimsAcrossBlocks) {
  constexpr const char* kDiamond = R"(
    debug v0i inst1..inst6 = 3
    block0():
      op def v0i reg
      branch -> block1(), block2()
    block1():
      op ; clobber p0i
      branch -> block3()
    block2():
      branch -> block3()
    block3():
      op
      ret use v0i any
  )";
  std::string answer =
      "spillslots 1\n inst0: p0i\n after inst0: move p0i -> stack0\n"
      " inst6: stack0\n";
  expect_accepted(kDiamond, answer + "debug 3: before inst4 .. before inst5 in p0i\n");
  expect_accepted(kDiamond, answer + "debug 3: before inst4 .. before inst6 in stack0\n");
  expect_refused_only(kDiamond, answer + "debug 3: before inst4 .. before inst6 in p0i\n",
                      {Kind::DebugWrongValue, 5},
                      {"before inst5", "p0i should hold v0i", "since inst2 clobbers it"});
}

// What a claim may not say, whatever the places hold.
TEST(Holes, CK24_ClaimsNobodyAskedFor) {
  constexpr const char* kLabel = R"(
    debug v0i inst1..inst3 = 3
    block0():
      op def v0i reg
      op
      op
      ret use v0i any
  )";
  std::string answer = "spillslots 1\n inst0: p0i\n inst3: p0i\n";
  auto with = [&](const char* claims) { return answer + claims; };
  expect_accepted(kLabel, with("debug 3: before inst1 .. before inst3 in p0i\n"));
  expect_refused(kLabel, with("debug 4: before inst1 .. before inst2 in p0i\n"),
                 {Kind::DebugNotAsked, 1}, {"debug label 4"});
  expect_refused(kLabel, with("debug 3: before inst1 .. after inst3 in p0i\n"),
                 {Kind::DebugNotAsked, 1}, {"debug label 3"});
  expect_refused(kLabel, with("debug 3: after inst0 .. before inst2 in p0i\n"),
                 {Kind::DebugNotAsked, 0}, {"debug label 3"});
  expect_refused_only(kLabel,
                      with("debug 3: before inst2 .. before inst3 in p0i\n"
                           " debug 3: before inst1 .. before inst2 in p0i\n"),
                      {Kind::DebugOutOfOrder, 1}, {"comes after it"});
  expect_refused(kLabel, with("debug 3: before inst2 .. before inst1 in p0i\n"),
                 {Kind::DebugOutOfOrder, 2}, {"ends before it begins"});
  for (const char* place : {"p15i", "p6i", "stack1"}) {
    expect_refused(kLabel, with("debug 3: before inst1 .. before inst2 in ") + place + "\n",
                   {Kind::DebugIllegalPlace, 1}, {place});
  }
}

// Edits that would never run, or run elsewhere than they stand, are no edits.
TEST(Holes, EditsRunWhereTheyStand) {
  constexpr const char* kTwo =
      "block0():\n op def v0i reg\n branch -> block1()\n block1():\n ret use v0i reg\n";
  expect_accepted(kTwo, "inst0: p0i\n before inst1: move p0i -> p1i\n inst2: p1i\n");
  for (const char* point : {"after inst1", "after inst2"}) {
    expect_refused(kTwo, std::string("inst0: p0i\n ") + point + ": move p0i -> p1i\n inst2: p1i\n",
                   {Kind::EditAfterTerminator, point[10] - '0'}, {"never runs"});
    expect_refused(kTwo, std::string("inst0: p0i\n ") + point + ": move p0i -> p1i\n inst2: p1i\n",
                   {Kind::UndefinedValue, 2, 0}, {"p1i should hold v0i"});
  }
  expect_refused_only(kTwo,
                      "inst0: p0i\n before inst2: move p1i -> p2i\n"
                      " before inst1: move p0i -> p1i\n inst2: p2i\n",
                      {Kind::EditOutOfOrder, 1}, {"behind edit 0"});
}

TEST(Holes, CK39_SlotOfTwoClasses) {
  // Slots may be shared by classes, one after the other.
  constexpr const char* kShared =
      "block0():\n op def v0i any\n op use v0i any, def v1f any\n ret use v1f any\n";
  expect_accepted(kShared,
                  "spillslots 2\n inst0: stack0\n inst1: stack0, stack0\n inst2: stack0\n");
  constexpr const char* kBoth =
      "block0():\n op def v0i any\n op def v1f any\n ret use v0i any, use v1f any\n";
  expect_refused(kBoth, "spillslots 2\n inst0: stack1\n inst1: stack0\n inst2: stack1, stack0\n",
                 {Kind::UndefinedValue, 2, 0},
                 {"stack1 should hold v0i", "inst1 writes v1f there"});
}

TEST(Holes, ScratchHoldsNothingAcrossAnInstruction) {
  expect_refused_only("block0():\n op def v0i reg\n op\n ret use v0i reg\n",
                      "inst0: p0i\n before inst1: move p0i -> p15i\n"
                      " before inst2: move p15i -> p1i\n inst2: p1i\n",
                      {Kind::UndefinedValue, 2, 0}, {"p1i should hold v0i", "edit 1"});
  expect_accepted("block0():\n op def v0i reg\n op\n ret use v0i reg\n",
                  "inst0: p0i\n after inst0: move p0i -> p15i\n before inst1: move p15i -> p1i\n"
                  " inst2: p1i\n");
}

// What is held behind the clobbers' stroke does not stand where they strike.
TEST(Holes, LateUseAndEarlyDefInClobberedRegisters) {
  constexpr const char* kCall =
      "block0():\n op def v0i reg\n op use@late v0i reg, def@early v1i reg ; clobber p0i\n"
      " ret use v0i reg\n";
  expect_accepted(kCall, "inst0: p1i\n inst1: p1i, p2i\n inst2: p1i\n");
  expect_refused_only(kCall, "inst0: p1i\n inst1: p1i, p0i\n inst2: p1i\n",
                      {Kind::ClobberedOperand, 1, 1}, {"def@early v1i reg", "p0i"});
  std::string late = "inst0: p1i\n before inst1: move p1i -> p0i\n inst1: p0i, p2i\n inst2: p1i\n";
  expect_refused(kCall, late, {Kind::ClobberedOperand, 1, 0}, {"use@late v0i reg", "p0i"});
  expect_refused(kCall, late, {Kind::UndefinedValue, 1, 0}, {"p0i should hold v0i"});
}

TEST(Holes, DeadDefInAClobberedRegister) {
  expect_refused_only("block0():\n op def v0i any ; clobber p0i\n ret\n", "inst0: p0i\n",
                      {Kind::ClobberedOperand, 0, 0}, {"def v0i any", "p0i"});
}

// A block before its only predecessor, and a loop that stands so: sound answers are accepted.
TEST(Holes, BlocksBeforeTheirPredecessors) {
  constexpr const char* kRotated = R"(
    block0():
      op def v0i reg
      branch -> block2(v0i)
    block1():
      op use v0i reg, use v1i reg, def v2i reg
      branch -> block2(v2i)
    block2(v1i):
      op use v1i reg
      branch -> block1(), block3()
    block3():
      ret use v0i reg, use v1i reg
  )";
  expect_accepted(kRotated,
                  "inst0: p0i\n before inst1: move p0i -> p1i\n inst2: p0i, p1i, p1i\n"
                  " inst4: p1i\n inst6: p0i, p1i\n");
  expect_refused(kRotated, "inst0: p0i\n inst2: p0i, p1i, p1i\n inst4: p1i\n inst6: p0i, p1i\n",
                 {Kind::UndefinedValue, 4, 0}, {"p1i should hold v1i", "inst0 defines v0i in p0i"});
}

// A block at whose head nothing stays known is queued again like others.
TEST(Holes, EmptyStatesAreStates) {
  constexpr const char* kTwoLoops = R"(
    block0():
      op def v0i reg
      branch -> block1()
    block1():
      op
      branch -> block2(), block4()
    block2():
      op use v0i any
      branch -> block3(), block5()
    block3():
      op ; clobber p0i..p5i
      branch -> block1()
    block4():
      ret
    block5():
      ret
  )";
  expect_refused_only(kTwoLoops, "inst0: p0i\n inst4: p0i\n", {Kind::UndefinedValue, 4, 0},
                      {"p0i should hold v0i", "since inst6 clobbers it"});
  expect_accepted(kTwoLoops,
                  "spillslots 1\n inst0: p0i\n after inst0: move p0i -> stack0\n"
                  " inst4: stack0\n");
}

TEST(Holes, AllFindingsNotTheFirstOnly) {
  Verdict verdict = testing::judge(
      testing::read_case("block0():\n op def v0i reg, def v1i reg\n op use v0i reg, use v1i reg\n"
                         " ret use v0i reg, use v1i reg\n",
                         "inst0: p0i, p1i\n inst1: p1i, p0i\n inst2: p2i, p1i\n"));
  EXPECT_EQ(verdict.findings.size(), 3u) << testing::listing(verdict);
  expect_finding(verdict, {Kind::WrongValue, 1, 0}, {"p1i should hold v0i but holds v1i"});
  expect_finding(verdict, {Kind::WrongValue, 1, 1}, {"p0i should hold v1i but holds v0i"});
  expect_finding(verdict, {Kind::UndefinedValue, 2, 0}, {"p2i should hold v0i"});
}

// Recipes are derived, not believed: one argument without it, and there is none.
TEST(Holes, RecipeThroughAMerge) {
  auto body = [](const char* second, const char* marked = "v0i") {
    return std::string("rematerializable ") + marked + R"(
    block0():
      op def v0i reg, def v1i reg
      branch -> block1(), block2()
    block1():
      branch -> block3(v0i)
    block2():
      branch -> block3()" +
           second + R"()
    block3(v2i):
      op ; clobber p0i..p5i
      ret use v2i reg
    )";
  };
  std::string answer = "inst0: p0i, p1i\n before inst5: remat v0i as v2i -> p1i\n inst5: p1i\n";
  expect_accepted(body("v0i"), answer);
  Verdict verdict = testing::judge(testing::read_case(body("v1i"), answer));
  expect_finding(verdict, {Kind::RematIllegal, 5}, {"edit 0", "remat v0i as v2i -> p1i"});
  expect_finding(verdict, {Kind::UndefinedValue, 5, 0}, {"p1i should hold v2i", "edit 0"});
  // Two recipes are none.
  expect_accepted(body("v0i", "v0i v1i"), answer);
  for (const char* recipe : {"v0i", "v1i"}) {
    std::string other = std::string("inst0: p0i, p1i\n before inst5: remat ") + recipe +
                        " as v2i -> p1i\n inst5: p1i\n";
    verdict = testing::judge(testing::read_case(body("v1i", "v0i v1i"), other));
    expect_finding(verdict, {Kind::RematIllegal, 5}, {"edit 0", "as v2i -> p1i"});
    expect_finding(verdict, {Kind::UndefinedValue, 5, 0}, {"p1i should hold v2i", "edit 0"});
  }
}

// A value that can be recomputed is the same whenever it is made, ahead of its def too: for a use, and
// for a label. What overwrites the copy is noticed.
TEST(Holes, CK24_RecipeAheadOfTheDef) {
  constexpr const char* kAhead =
      "rematerializable v1i\n debug v1i inst0..inst4 = 7\n"
      " block0():\n op def v0i reg\n op def v1i reg\n op def v2i reg\n op use v1i reg\n ret\n";
  auto answer = [](const char* third, const char* label) {
    return std::string("inst0: p0i\n before inst1: remat v1i -> p3i\n inst1: p1i\n inst2: ") +
           third + "\n inst3: p3i\n debug 7: " + label + " in p3i\n";
  };
  expect_accepted(kAhead, answer("p2i", "before inst1 .. before inst4"));
  expect_refused_only(kAhead, answer("p2i", "after inst0 .. before inst4"),
                      {Kind::DebugWrongValue, 0}, {"after inst0", "p3i should hold v1i"});
  expect_finding(
      testing::judge(testing::read_case(kAhead, answer("p3i", "before inst1 .. before inst4"))),
      {Kind::DebugWrongValue, 2}, {"after inst2", "since inst2"});
}

// A remat may overwrite the scratch register; it stands for one value, not for its namesake.
TEST(Holes, RematOverwritesScratch) {
  constexpr const char* kRemat =
      "rematerializable v0i\n block0():\n op def v0i reg, def v1i reg\n op ; clobber p0i..p3i\n"
      " ret use v0i reg, use v1i reg\n";
  expect_accepted(kRemat, "inst0: p0i, p4i\n before inst2: remat v0i -> p1i\n inst2: p1i, p4i\n");
  expect_refused_only(kRemat,
                      "inst0: p0i, p4i\n before inst2: move p4i -> p15i\n"
                      " before inst2: remat v0i -> p1i\n before inst2: move p15i -> p2i\n"
                      " inst2: p1i, p2i\n",
                      {Kind::UndefinedValue, 2, 1}, {"p2i should hold v1i", "edit 2"});
  expect_refused(kRemat,
                 "inst0: p0i, p4i\n before inst2: remat v0i -> p4i\n"
                 " inst2: p4i, p4i\n",
                 {Kind::WrongValue, 2, 1}, {"p4i should hold v1i but holds v0i", "edit 0"});
}

// What a recipe makes is a constant: good ahead of the definition, and in the next iteration of a loop
// that defines it again. What a move carried off from another definition is not.
TEST(Holes, RecipesMakeConstants) {
  constexpr const char* kStraight =
      "rematerializable v0i\n block0():\n op def v0i any\n op ; clobber p0i\n ret use v0i any\n";
  expect_accepted(kStraight, "before inst0: remat v0i -> p1i\n inst0: p0i\n inst2: p1i\n");
  constexpr const char* kAgain =
      "block0():\n op def v1i any\n branch -> block1(v1i)\n"
      "block1(v2i):\n op use v2i any\n op def v0i reg\n branch -> block2(), block3()\n"
      "block2():\n branch -> block1(v0i)\nblock3():\n ret use v0i any\n";
  std::string marked = std::string("rematerializable v0i v1i\n") + kAgain;
  constexpr const char* kOldCopy =
      "inst0: p1i\n before inst1: remat v0i -> p2i\n before inst1: remat v1i -> p0i\n"
      " inst2: p0i\n inst3: p1i\n before inst5: move p1i -> p0i\n inst6: p2i\n";
  expect_accepted(marked, kOldCopy);
  constexpr const char* kMovedCopy =
      "inst0: p1i\n before inst1: move p1i -> p2i\n before inst1: move p1i -> p0i\n"
      " inst2: p0i\n inst3: p1i\n before inst5: move p1i -> p0i\n inst6: p2i\n";
  expect_refused_only(kAgain, kMovedCopy, {Kind::UndefinedValue, 6, 0}, {"p2i should hold v0i"});
  expect_refused_only(marked, kMovedCopy, {Kind::UndefinedValue, 6, 0}, {"p2i should hold v0i"});
}

}  // namespace
}  // namespace regproof
