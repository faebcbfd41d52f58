// Each local rule: the wrong answer is refused by its name, at its place, with the parts that a
// person needs; the sound neighbour is accepted.
#include "checker/constraints.h"

#include <gtest/gtest.h>

#include "ir/builder.h"
#include "tests/checker/judging.h"

namespace regproof {
namespace {

using testing::expect_accepted;
using testing::expect_finding;
using testing::expect_refused;
using testing::expect_refused_only;
using testing::read_case;
using Kind = FindingKind;

constexpr const char* kPair = R"(
  block0():
    op def v0i reg
    ret use v0i reg
)";

TEST(Constraints, ListLength) {
  expect_accepted(kPair, "inst0: p0i\n inst1: p0i\n");
  expect_refused(kPair, "inst0: p0i, p1i\n inst1: p0i\n", {Kind::ListLength, 0},
                 {"inst0", "1 operands", "2 locations"});
  expect_refused_only(kPair, "inst0: p0i\n", {Kind::ListLength, 1}, {"inst1", "0 locations"});
}

TEST(Constraints, UnreadableLists) {
  testing::Case c = read_case(kPair, "inst0: p0i\n inst1: p0i\n");
  for (auto first : {std::vector<std::uint32_t>{}, {0, 1}, {0, 2, 1}, {0, 1, 9}, {0, 1, 2, 2}}) {
    c.output.first_location = first;
    Verdict verdict = testing::judge(c);
    expect_finding(verdict, {Kind::ListLength}, {"2 instructions"});
    EXPECT_EQ(verdict.findings.size(), 1u);
  }
}

TEST(Constraints, MissingLocation) {
  expect_refused(kPair, "inst0: p0i\n inst1: none\n", {Kind::MissingLocation, 1, 0},
                 {"inst1, operand 0 (use v0i reg)", "none"});
  expect_refused(kPair, "inst0: none\n inst1: p0i\n", {Kind::MissingLocation, 0, 0}, {"inst0"});
}

TEST(Constraints, RegisterClass) {
  expect_refused(kPair, "inst0: p0f\n inst1: p0f\n", {Kind::WrongClass, 0, 0},
                 {"inst0, operand 0 (def v0i reg)", "p0f", "float", "int"});
  constexpr const char* kAny = "block0():\n op def v0i any\n ret use v0i any\n";
  expect_refused(kAny, "inst0: p0f\n inst1: p0f\n", {Kind::WrongClass, 1, 0}, {"p0f"});
  expect_refused(kAny, "inst0: p32f\n inst1: p32f\n", {Kind::WrongClass, 0, 0}, {"p32f"});
}

TEST(Constraints, Allocatable) {
  for (const char* place : {"p15i", "p6i", "p63i"}) {
    std::string answer = std::string("inst0: ") + place + "\n inst1: " + place + "\n";
    expect_refused(kPair, answer, {Kind::NotAllocatable, 0, 0}, {place});
    expect_refused("block0():\n op def v0i any\n ret use v0i any\n", answer,
                   {Kind::NotAllocatable, 1, 0}, {place});
  }
  expect_refused(kPair, "inst0: p15i\n inst1: p15i\n", {Kind::NotAllocatable, 0, 0}, {"scratch"});
}

TEST(Constraints, PlacesThatDoNotExist) {
  testing::Case c = read_case(kPair, "inst0: p0i\n inst1: p0i\n");
  for (Location nowhere : {Location::reg(PReg(192)), Location::reg(PReg(0xffff)),
                           Location::stack(SpillSlot::none())}) {
    c.output.locations = {nowhere, nowhere};
    c.output.edits = {Edit::move(ProgPoint::before(Inst(1)), nowhere, nowhere),
                      Edit::recompute(ProgPoint::before(Inst(1)), VReg::none(), VReg(9), nowhere)};
    c.output.debug_locations = {
        {7, ProgPoint::before(Inst(0)), ProgPoint::before(Inst(1)), nowhere}};
    Verdict verdict = testing::judge(c);
    expect_finding(verdict, {Kind::NotAllocatable, 0, 0}, {"a place that does not exist"});
    expect_finding(verdict, {Kind::EditIllegalPlace, 1}, {"edit 0"});
    expect_finding(verdict, {Kind::DebugIllegalPlace, 0}, {"debug label 7"});
  }
}

TEST(Constraints, AnyTakesRegistersSlotsAndFixedStack) {
  constexpr const char* kAny = "block0():\n op def v0i any\n ret use v0i any\n";
  for (const char* place : {"p0i", "p5i", "p32i", "stack0"}) {
    expect_accepted(kAny,
                    std::string("spillslots 1\n inst0: ") + place + "\n inst1: " + place + "\n");
  }
}

TEST(Constraints, RegIsNotMemory) {
  for (const char* place : {"stack0", "p32i"}) {
    expect_refused(kPair, std::string("spillslots 1\n inst0: ") + place + "\n inst1: p0i\n",
                   {Kind::NotRegister, 0, 0}, {"operand 0 (def v0i reg)", place, "memory"});
  }
}

TEST(Constraints, StackIsMemory) {
  constexpr const char* kStack = "block0():\n op def v0i stack\n ret use v0i stack\n";
  expect_accepted(kStack, "spillslots 1\n inst0: stack0\n inst1: stack0\n");
  expect_accepted(kStack, "inst0: p33i\n inst1: p33i\n");
  expect_refused(kStack, "inst0: p0i\n inst1: p0i\n", {Kind::NotStack, 1, 0},
                 {"inst1, operand 0 (use v0i stack)", "p0i"});
}

TEST(Constraints, Fixed) {
  constexpr const char* kFixed =
      "block0():\n op def v0i fixed(p2i)\n op use v0i fixed(p2i), def v1i fixed(p32i)\n"
      " ret use v1i fixed(p32i)\n";
  expect_accepted(kFixed, "inst0: p2i\n inst1: p2i, p32i\n inst2: p32i\n");
  for (const char* place : {"p1i", "p2f", "stack0"}) {
    expect_refused(
        kFixed,
        std::string("spillslots 1\n inst0: ") + place + "\n inst1: p2i, p32i\n inst2: p32i\n",
        {Kind::NotFixed, 0, 0}, {"def v0i fixed(p2i)", place, "p2i"});
  }
}

TEST(Constraints, Reuse) {
  constexpr const char* kReuse =
      "block0():\n op def v0i reg\n op def v1i reuse(1), use v0i reg\n ret use v1i reg\n";
  expect_accepted(kReuse, "inst0: p0i\n inst1: p0i, p0i\n inst2: p0i\n");
  expect_refused_only(kReuse, "inst0: p0i\n inst1: p1i, p0i\n inst2: p1i\n", {Kind::NotReuse, 1, 0},
                      {"inst1, operand 0 (def v1i reuse(1))", "p1i", "operand 1", "p0i"});
}

TEST(Constraints, Limit) {
  constexpr const char* kLimit = "block0():\n op def v0i limit(2)\n ret use v0i limit(2)\n";
  expect_accepted(kLimit, "inst0: p1i\n inst1: p1i\n");
  expect_refused(kLimit, "inst0: p2i\n inst1: p2i\n", {Kind::BeyondLimit, 0, 0},
                 {"def v0i limit(2)", "p2i", "2"});
  expect_refused(kLimit, "spillslots 1\n inst0: stack0\n inst1: stack0\n",
                 {Kind::NotRegister, 0, 0}, {"stack0"});
}

TEST(Constraints, In) {
  constexpr const char* kIn =
      "block0():\n op def v0i in(p0i p2i..p3i)\n ret use v0i in(p0i p2i..p3i)\n";
  expect_accepted(kIn, "inst0: p3i\n inst1: p3i\n");
  expect_refused(kIn, "inst0: p1i\n inst1: p1i\n", {Kind::NotInSet, 0, 0},
                 {"def v0i in(", "p1i is not one of"});
  expect_refused(kIn, "inst0: p32i\n inst1: p32i\n", {Kind::NotRegister, 0, 0}, {"p32i"});
}

TEST(Constraints, Pin) {
  constexpr const char* kPin = "block0():\n op pin p63i, def v0i reg\n ret use v0i reg\n";
  expect_accepted(kPin, "inst0: p63i, p0i\n inst1: p0i\n");
  for (const char* place : {"p62i", "none", "stack0"}) {
    expect_refused_only(kPin,
                        std::string("spillslots 1\n inst0: ") + place + ", p0i\n inst1: p0i\n",
                        {Kind::NotPin, 0, 0}, {"inst0, operand 0 (pin p63i)", place, "p63i"});
  }
}

TEST(Constraints, SlotsLieInTheFrame) {
  constexpr const char* kSlots =
      "block0():\n op def v0i any, def v1f any\n ret use v0i any, use v1f any\n";
  expect_accepted(kSlots, "spillslots 4\n inst0: stack0, stack2\n inst1: stack0, stack2\n");
  expect_refused(kSlots, "spillslots 3\n inst0: stack0, stack2\n inst1: stack0, stack2\n",
                 {Kind::SlotBeyondFrame, 0, 1}, {"def v1f any", "stack2", "3 units"});
  expect_refused(kSlots, "spillslots 2\n inst0: stack2, stack0\n inst1: stack2, stack0\n",
                 {Kind::SlotBeyondFrame, 1, 0}, {"use v0i any", "stack2"});
  expect_refused(kSlots, "spillslots 4\n inst0: stack0, stack1\n inst1: stack0, stack1\n",
                 {Kind::SlotMisaligned, 0, 1}, {"def v1f any", "stack1", "2 units"});
}

TEST(Constraints, SlotsNamedByTheirLastUnit) {
  std::string body =
      "machine {\n int p0i |\n float p0f |\n vector p0v |\n"
      " spillslot_size int 1 float 2 vector 3\n spillslot_named_by last\n}\n"
      "function \"f\" {\n block0():\n op def v0f any, def v1v any\n"
      " ret use v0f any, use v1v any\n}\n";
  expect_accepted(body, "spillslots 7\n inst0: stack1, stack6\n inst1: stack1, stack6\n");
  expect_refused(body, "spillslots 7\n inst0: stack0, stack6\n inst1: stack0, stack6\n",
                 {Kind::SlotBeyondFrame, 0, 0}, {"stack0"});
  expect_refused(body, "spillslots 9\n inst0: stack2, stack6\n inst1: stack2, stack6\n",
                 {Kind::SlotMisaligned, 0, 0}, {"stack2"});
  expect_refused(body, "spillslots 9\n inst0: stack1, stack7\n inst1: stack1, stack7\n",
                 {Kind::SlotMisaligned, 0, 1}, {"stack7", "4 units"});
  expect_refused(body, "spillslots 7\n inst0: stack1, stack2\n inst1: stack1, stack2\n",
                 {Kind::SameInstructionOverlap, 0, 1}, {"overlaps operand 0"});
}

// All pairs of phases, in one register and in one slot.
TEST(Constraints, OverlapByPhase) {
  struct Phase {
    const char* operand;
    bool early, late;
  };
  constexpr Phase kPhases[] = {{"use v%i any", true, false},
                               {"def v%i any", false, true},
                               {"use@late v%i any", true, true},
                               {"def@early v%i any", true, true}};
  auto operand = [](const Phase& phase, char number) {
    std::string text = phase.operand;
    text[text.find('%')] = number;
    return text;
  };
  for (const char* place : {"p3i", "stack1"}) {
    for (const Phase& a : kPhases) {
      for (const Phase& b : kPhases) {
        bool a_uses = a.operand[0] == 'u', b_uses = b.operand[0] == 'u';
        std::string body = "block0():\n op def v0i any, def v1i any\n op " +
                           operand(a, a_uses ? '0' : '2') + ", " + operand(b, b_uses ? '1' : '3') +
                           "\n ret\n";
        std::string answer =
            std::string("spillslots 4\n inst0: p0i, p1i\n inst1: ") + place + ", " + place + "\n";
        Verdict verdict = testing::judge(read_case(body, answer));
        bool overlaps = (a.early && b.early) || (a.late && b.late);
        EXPECT_EQ(verdict.has(Kind::SameInstructionOverlap), overlaps) << body;
        if (overlaps) {
          expect_finding(verdict, {Kind::SameInstructionOverlap, 1, 1},
                         {"inst1, operand 1", place, "overlaps operand 0"});
        }
      }
    }
  }
}

TEST(Constraints, UsesOfOneValueMayShare) {
  constexpr const char* kUses =
      "block0():\n op def v0i reg\n op use v0i any, use@late v0i any, use v0i reg\n ret\n";
  expect_accepted(kUses, "inst0: p0i\n inst1: p0i, p0i, p0i\n");
  expect_accepted(kUses,
                  "spillslots 1\n inst0: p0i\n before inst1: move p0i -> stack0\n"
                  " inst1: stack0, stack0, p0i\n");
  // A late use keeps its place from a late def, an early one does not.
  constexpr const char* kDef = "block0():\n op def v0i reg\n op use v0i any, def v1i any\n ret\n";
  expect_accepted(kDef, "inst0: p0i\n inst1: p0i, p0i\n");
}

TEST(Constraints, WideSlotsOverlapInPart) {
  constexpr const char* kMixed =
      "block0():\n op def v0i reg, def v1f reg\n op use v0i any, use v1f any\n ret\n";
  std::string head = "spillslots 4\n inst0: p0i, p0f\n before inst1: move p0f -> stack0\n";
  expect_accepted(kMixed, head + " before inst1: move p0i -> stack2\n inst1: stack2, stack0\n");
  expect_refused(kMixed, head + " before inst1: move p0i -> stack1\n inst1: stack1, stack0\n",
                 {Kind::SameInstructionOverlap, 1, 0}, {"stack1", "operand 1 (use v1f any)"});
}

// Slots of one value that overlap in part cannot be aligned, but are named all the same.
TEST(Constraints, PartOfTheSameValueOverlaps) {
  expect_refused("block0():\n op def v0f reg\n op use v0f any, use v0f any\n ret\n",
                 "spillslots 4\n inst0: p0f\n inst1: stack0, stack1\n",
                 {Kind::SameInstructionOverlap, 1, 1}, {"operand 0"});
}

TEST(Constraints, MultipleDefs) {
  constexpr const char* kTwice =
      "multiple_defs\n block0():\n op def v0i any, def v0i any, def v1i any\n ret use v0i any\n";
  expect_accepted(kTwice, "inst0: p0i, p0i, p1i\n inst1: p0i\n");
  expect_accepted(kTwice, "spillslots 1\n inst0: stack0, stack0, p1i\n inst1: stack0\n");
  expect_refused(kTwice, "inst0: p0i, p2i, p1i\n inst1: p2i\n", {Kind::MultipleDefsApart, 0, 1},
                 {"inst0, operand 1 (def v0i any)", "p2i", "operand 0", "p0i"});
  expect_refused(kTwice, "inst0: p0i, p0i, p0i\n inst1: p0i\n",
                 {Kind::SameInstructionOverlap, 0, 2}, {"p0i"});
}

TEST(Constraints, Clobbers) {
  auto body = [](const char* operands) {
    return std::string("block0():\n op def v0i reg\n op ") + operands +
           " ; clobber p0i..p1i\n ret\n";
  };
  expect_accepted(body("use v0i reg"), "inst0: p0i\n inst1: p0i\n");
  expect_refused(body("use@late v0i reg"), "inst0: p0i\n inst1: p0i\n",
                 {Kind::ClobberedOperand, 1, 0}, {"use@late v0i reg", "p0i", "clobbered"});
  expect_refused_only(body("def v1i reg"), "inst0: p0i\n inst1: p1i\n",
                      {Kind::ClobberedOperand, 1, 0}, {"def v1i reg", "p1i"});
  expect_refused_only(body("def@early v1i reg"), "inst0: p0i\n inst1: p1i\n",
                      {Kind::ClobberedOperand, 1, 0}, {"def@early v1i reg"});
}

TEST(Constraints, EditOrderAndRange) {
  expect_accepted(kPair,
                  "inst0: p0i\n after inst0: move p0i -> p1i\n"
                  " before inst1: move p1i -> p0i\n inst1: p0i\n");
  expect_refused_only(kPair,
                      "inst0: p0i\n before inst1: move p0i -> p1i\n"
                      " after inst0: move p0i -> p2i\n inst1: p1i\n",
                      {Kind::EditOutOfOrder, 0},
                      {"edit 1", "after inst0", "move p0i -> p2i", "edit 0"});
  testing::Case c = read_case(kPair, "inst0: p0i\n inst1: p0i\n");
  for (std::uint32_t inst : {2u, 3u, 0x7fffffffu}) {
    c.output.edits = {
        Edit::move(ProgPoint::before(Inst(inst)), Location::reg(PReg(0)), Location::reg(PReg(1)))};
    Verdict verdict = testing::judge(c);
    expect_finding(verdict, {Kind::EditOutOfRange}, {"edit 0", "2 instructions"});
    EXPECT_EQ(verdict.findings.size(), 1u);
    EXPECT_EQ(verdict.findings[0].edit, 0u);
  }
}

TEST(Constraints, EditAfterTerminator) {
  expect_refused_only(kPair, "inst0: p0i\n inst1: p0i\n after inst1: move p0i -> p1i\n",
                      {Kind::EditAfterTerminator, 1}, {"edit 0", "after inst1", "never runs"});
}

TEST(Constraints, EditEnds) {
  auto answer = [](const char* move) {
    return std::string("spillslots 4\n inst0: p0i\n before inst1: ") + move + "\n inst1: p0i\n";
  };
  for (const char* good : {"move p0i -> p15i", "move p15i -> p1i", "move p1i -> p32i",
                           "move p32i -> p1i", "move p0i -> stack3", "move stack3 -> p15i",
                           "move p0i -> p0i", "move p0f -> stack2", "move p32f -> p15f"}) {
    expect_accepted(kPair, answer(good));
  }
  for (const char* bad : {"move stack0 -> stack1", "move stack0 -> stack0", "move p32i -> stack0",
                          "move stack0 -> p33i", "move p32i -> p33i", "move p32i -> p32i"}) {
    expect_refused_only(kPair, answer(bad), {Kind::EditMemoryToMemory, 1},
                        {"edit 0", "before inst1", bad});
  }
  for (const char* bad :
       {"move p6i -> p1i", "move p1i -> p6i", "move none -> p1i", "move p1i -> none"}) {
    expect_refused_only(kPair, answer(bad), {Kind::EditIllegalPlace, 1}, {"edit 0", bad});
  }
  expect_refused_only(kPair, answer("move p0f -> p1i"), {Kind::WrongClass, 1},
                      {"move p0f -> p1i", "float", "int"});
  expect_refused_only(kPair, answer("move p1i -> stack4"), {Kind::SlotBeyondFrame, 1},
                      {"move p1i -> stack4", "4 units"});
  expect_refused_only(kPair, answer("move stack3 -> p1f"), {Kind::SlotBeyondFrame, 1}, {"stack3"});
  expect_refused_only(kPair, answer("move p1f -> stack1"), {Kind::SlotMisaligned, 1},
                      {"stack1", "2 units"});
}

constexpr const char* kRemat = R"(
  rematerializable v0i
  block0():
    op def v0i reg, def v1i reg
    branch -> block1(v0i, v1i)
  block1(v2i, v3i):
    op use v0i any, use v1i any
    ret use v2i any, use v3i any
)";

TEST(Constraints, Remats) {
  auto answer = [](const char* remat) {
    return std::string("spillslots 4\n inst0: p0i, p1i\n before inst2: ") + remat +
           "\n inst2: p0i, p1i\n inst3: p0i, p1i\n";
  };
  for (const char* good : {"remat v0i -> p2i", "remat v0i as v2i -> p2i", "remat v0i -> p15i"}) {
    expect_accepted(kRemat, answer(good));
  }
  for (const char* bad : {"remat v1i -> p2i", "remat v2i -> p2i", "remat v0i as v3i -> p2i",
                          "remat v0i as v1i -> p2i", "remat v2i as v0i -> p2i"}) {
    expect_refused_only(kRemat, answer(bad), {Kind::RematIllegal, 2}, {"edit 0", bad, "recipe"});
  }
  for (const char* memory : {"remat v0i -> stack2", "remat v0i -> p32i"}) {
    expect_refused_only(kRemat, answer(memory), {Kind::RematIllegal, 2}, {memory, "memory"});
  }
  expect_refused_only(kRemat, answer("remat v0i -> p2f"), {Kind::WrongClass, 2}, {"p2f"});
  expect_refused_only(kRemat, answer("remat v0i -> p6i"), {Kind::EditIllegalPlace, 2}, {"p6i"});
}

constexpr const char* kRecipes = R"(
  rematerializable v0i
  recipe v2i = (v1i, p20i) clobbers p5i
  recipe v4i = (v1i, v3f) reuse 0
  recipe v5i = () clobbers p5i
  block0():
    op def v0i reg, def v1i reg, def v3f reg, def v5i reg
    op use v1i reg, pin p20i, def v2i reg
    op use v1i reg, use v3f reg, def v4i reg
    op
    ret use v1i reg
)";

// One edit ahead of inst3, where p1i and p0f hold the inputs.
std::string recipe_answer(const std::string& remat, const char* point = "before inst3") {
  return std::string("spillslots 4\n inst0: p0i, p1i, p0f, p4i\n inst1: p1i, p20i, p2i\n") +
         " inst2: p1i, p0f, p3i\n inst4: p1i\n " + point + ": " + remat + "\n";
}

TEST(Constraints, RecipesWithInputs) {
  for (const char* good :
       {"remat v2i(p1i, p20i) -> p0i", "remat v2i(p1i, p20i) -> p15i", "remat v5i -> p0i"}) {
    expect_accepted(kRecipes, recipe_answer(good));
  }
  // The result in its input's register: because it has to be, or may be.
  expect_accepted(kRecipes, recipe_answer("move p1i -> p2i") +
                                " before inst3: remat v4i(p2i, p0f) -> p2i\n"
                                " before inst3: move p1i -> p2i\n"
                                " before inst3: remat v2i(p2i, p20i) -> p2i\n");

  auto refused = [](const std::string& remat, const char* part) {
    expect_refused_only(kRecipes, recipe_answer(remat), {Kind::RematIllegal, 3},
                        {"edit 0", remat, part});
  };
  refused("remat v0i(p1i) -> p0i", "0 inputs");
  refused("remat v2i -> p0i", "2 inputs");
  refused("remat v2i(p1i) -> p0i", "2 inputs");
  refused("remat v2i(p1i, p20i, p1i) -> p0i", "2 inputs");
  refused("remat v2i(p1i, p21i) -> p0i", "input 1, p21i, is not the recipe's p20i");
  refused("remat v2i(p1i, p20i) -> p5i", "result in a register that the recipe clobbers");
  refused("remat v5i -> p5i", "result in a register that the recipe clobbers");
  refused("remat v4i(p1i, p0f) -> p0i", "elsewhere than in the register of input 0");
  refused("remat v2i(p1i, p20i) -> stack0", "memory");
}

// What is read is wrong there, besides.
TEST(Constraints, InputsInUnfitRegisters) {
  auto refused = [](const char* remat, Kind kind, const char* part) {
    expect_refused(kRecipes, recipe_answer(remat), {kind, 3}, {"edit 0", remat, part});
  };
  refused("remat v2i(p5i, p20i) -> p0i", Kind::RematIllegal, "input 0, p5i, is clobbered");
  refused("remat v2i(p15i, p20i) -> p0i", Kind::RematIllegal, "input 0, p15i, is no register");
  refused("remat v2i(p32i, p20i) -> p0i", Kind::RematIllegal, "input 0, p32i, is no register");
  refused("remat v2i(p9i, p20i) -> p0i", Kind::RematIllegal, "input 0, p9i, is no register");
  refused("remat v2i(p1f, p20i) -> p0i", Kind::WrongClass, "v1i of class int from class float");
}

// Values among the inputs tie a recipe to the points that its value's definition dominates.
TEST(Constraints, RecipesRunWhereTheirValueIsDefined) {
  constexpr const char* kArms = R"(
    recipe v1i = (v0i)
    recipe v2i = (p20i)
    block0():
      op def v0i reg
      branch -> block1(), block2()
    block1():
      op use v0i reg, def v1i reg, def v2i reg
      branch -> block3()
    block2():
      branch -> block3()
    block3():
      ret
    block4():
      ret
  )";
  auto answer = [](const char* point, const char* remat) {
    return std::string("inst0: p0i\n inst2: p0i, p1i, p2i\n ") + point + ": " + remat + "\n";
  };
  for (const char* good : {"after inst2", "before inst3", "before inst6"}) {
    expect_accepted(kArms, answer(good, "remat v1i(p0i) -> p3i"));
  }
  int inst = 0;
  for (const char* bad :
       {"after inst0", "before inst1", "before inst2", "", "before inst4", "before inst5"}) {
    if (*bad != 0) {
      expect_refused_only(kArms, answer(bad, "remat v1i(p0i) -> p3i"), {Kind::RematIllegal, inst},
                          {"edit 0", "v1i need not have been defined"});
      expect_accepted(kArms, answer(bad, "remat v2i(p20i) -> p3i"));
    }
    ++inst;
  }
}

constexpr const char* kLabels = R"(
  debug v0i inst1..inst3 = 4
  debug v1f inst3..inst4 = 4
  debug v0i inst2..inst4 = 5
  block0():
    op def v0i reg, def v1f reg
    op
    op
    op
    ret use v0i any, use v1f any
)";
constexpr const char* kLabelBase = "spillslots 4\n inst0: p0i, p0f\n inst4: p0i, p0f\n";

TEST(Constraints, DebugPlaces) {
  auto answer = [](const char* claims) { return std::string(kLabelBase) + claims; };
  expect_accepted(kLabels, answer("debug 4: before inst1 .. before inst3 in p0i\n"
                                  "debug 4: before inst3 .. before inst4 in p0f\n"
                                  "debug 5: after inst2 .. before inst4 in p0i\n"));
  expect_refused_only(kLabels,
                      answer("debug 5: before inst2 .. before inst4 in p0i\n"
                             "debug 4: before inst1 .. before inst3 in p0i\n"),
                      {Kind::DebugOutOfOrder, 1}, {"debug label 4", "before inst1"});
  expect_refused_only(kLabels,
                      answer("debug 4: before inst2 .. before inst3 in p0i\n"
                             "debug 4: before inst1 .. before inst3 in p0i\n"),
                      {Kind::DebugOutOfOrder, 1}, {"debug label 4"});
  for (const char* claim : {"debug 5: before inst1 .. before inst3 in p0i\n",
                            "debug 5: before inst2 .. after inst4 in p0i\n",
                            "debug 6: before inst2 .. before inst3 in p0i\n"}) {
    expect_refused(kLabels, answer(claim), {Kind::DebugNotAsked, claim[20] - '0'},
                   {"debug label", "does not ask"});
  }
  for (const char* place : {"p6i", "p15i", "none", "stack4"}) {
    expect_refused(
        kLabels,
        answer(("debug 5: before inst2 .. before inst3 in " + std::string(place) + "\n").c_str()),
        {Kind::DebugIllegalPlace, 2}, {"debug label 5", place});
  }
}

// A neighbouring request of the label, for an integer, says nothing about where a float may be. In a
// block that nothing reaches no value tells: the place alone has to.
TEST(Constraints, DebugPlacesAreThoseOfTheRequestsThatTheClaimMeets) {
  constexpr const char* kTwoClasses =
      "debug v0i inst0..inst2 = 4\n debug v1f inst2..inst4 = 4\n"
      " block0():\n op def v0i reg, def v1f reg\n ret use v0i any\n"
      " block1():\n op\n op\n branch -> block1()\n";
  std::string base = "spillslots 4\n inst0: p0i, p0f\n inst1: p0i\n";
  expect_accepted(kTwoClasses, base + "debug 4: after inst2 .. before inst4 in stack2\n");
  expect_refused_only(kTwoClasses, base + "debug 4: after inst2 .. before inst4 in stack1\n",
                      {Kind::DebugIllegalPlace, 2}, {"debug label 4", "stack1"});
  expect_refused_only(kTwoClasses, base + "debug 4: before inst2 .. after inst3 in stack1\n",
                      {Kind::DebugIllegalPlace, 2}, {"debug label 4", "stack1"});
  expect_accepted(kTwoClasses, base + "debug 4: before inst2 .. before inst4 in p1f\n");
  expect_refused_only(kTwoClasses, base + "debug 4: before inst2 .. before inst4 in p1i\n",
                      {Kind::DebugIllegalPlace, 2}, {"debug label 4", "p1i"});
}

TEST(Constraints, UnreachableBlocksToo) {
  expect_refused_only("block0():\n ret\n block1():\n op def v0i reg\n ret use v0i reg\n",
                      "inst1: p0i\n inst2: p32i\n", {Kind::NotRegister, 2, 0}, {"inst2"});
}

TEST(Constraints, FindingsAreCapped) {
  FunctionBuilder b("many");
  VReg v = b.vreg(RegClass::Int);
  b.begin_block();
  b.op({Operand::def(v, Constraint::Reg)});
  for (int i = 0; i < 5000; ++i) b.op({Operand::use(v, Constraint::Reg)});
  b.ret({});
  Function function = *std::move(b).finish();
  Output output;
  output.locations.assign(5001, Location::stack(SpillSlot(7)));
  for (std::uint32_t i = 0; i <= 5001; ++i) output.first_location.push_back(i);
  output.first_location.push_back(5001);
  for (int i = 0; i < 5000; ++i) output.edits.push_back(Edit{});
  Machine machine;
  machine.preferred.add(make_preg(RegClass::Int, 0));
  std::vector<Finding> findings;
  check_constraints(function.view(), machine, output, findings);
  EXPECT_EQ(findings.size(), kMaxFindings);
}

}  // namespace
}  // namespace regproof
