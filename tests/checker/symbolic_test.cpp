// The symbolic judge beyond single holes: who gets the blame, debug labels, and that the cost stays
// near-linear on the shapes that make dataflow slow. (That its verdicts are right is the business of
// holes_test, paths_test and answers_test.)
#include "checker/symbolic.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <ctime>

#include "base/work.h"
#include "checker/symbolic_state.h"
#include "ir/builder.h"
#include "tests/checker/judging.h"

namespace regproof {
namespace {

using testing::expect_accepted;
using testing::expect_refused_only;
using Kind = FindingKind;

// Liveness alone already drops old copies at heads of blocks; the argument does not rest on it, so the
// state is asked directly.
TEST(ValueState, ADefMakesAllCopiesStale) {
  testing::Case c = testing::read_case(
      "block0():\n op def v0i reg, def v1i reg\n"
      " ret use v0i reg, use v1i reg\n",
      "inst0: p0i, p1i\n inst1: p0i, p1i\n");
  FunctionView function = c.function.view();
  Cells cells(function, c.machine, c.output);
  ValueState state(function, cells);
  VReg v(0), other(1);
  state.define(v, Cell(0));
  state.copy(Cell(0), Cell(1), RegClass::Int);
  EXPECT_TRUE(state.holds(Cell(0), v));
  EXPECT_TRUE(state.holds(Cell(1), v));
  state.define(v, Cell(2));
  EXPECT_FALSE(state.holds(Cell(0), v));
  EXPECT_FALSE(state.holds(Cell(1), v));
  EXPECT_FALSE(state.knows_anything(Cell(1)));
  EXPECT_TRUE(state.holds(Cell(2), v));
  EXPECT_FALSE(state.holds(Cell(2), other));
  state.load({});
  EXPECT_FALSE(state.holds(Cell(2), v));
}

TEST(Blame, AcrossBlocks) {
  constexpr const char* kFar = R"(
    block0():
      op def v0i reg, def v9i reg
      branch -> block1(), block2()
    block1():
      branch -> block3()
    block2():
      branch -> block3()
    block3():
      op
      branch -> block4()
    block4():
      ret use v0i reg, use v9i reg
  )";
  expect_refused_only(kFar, "inst0: p0i, p1i\n before inst3: move p1i -> p0i\n inst6: p0i, p1i\n",
                      {Kind::UndefinedValue, 6, 0},
                      {"p0i should hold v0i but holds nothing known",
                       "since edit 0 (before inst3: move p1i -> p0i)"});
  expect_accepted(kFar, "inst0: p0i, p1i\n before inst3: move p1i -> p2i\n inst6: p0i, p1i\n");
}

// The trail follows a parameter to its argument.
TEST(Blame, ThroughAParameter) {
  expect_refused_only(R"(
    block0():
      op def v0i reg, def v1i reg
      branch -> block1(v0i, v1i)
    block1(v2i, v3i):
      op ; clobber p3i
      ret use v2i reg, use v3i reg
  )",
                      "inst0: p0i, p1i\n before inst1: move p1i -> p2i\n inst3: p2i, p1i\n",
                      {Kind::WrongValue, 3, 0},
                      {"p2i should hold v2i but holds v3i", "since edit 0"});
}

TEST(Blame, PlacesThatNothingWrites) {
  expect_refused_only(
      "block0():\n op def v0i reg\n branch -> block1(v0i)\n block1(v1i):\n"
      " ret use v1i any\n",
      "spillslots 2\n inst0: p0i\n inst2: stack1\n", {Kind::UndefinedValue, 2, 0},
      {"stack1 should hold v1i", "nothing writes it after inst0 defines v0i in p0i"});
}

TEST(Blame, ScratchAfterAnInstruction) {
  expect_refused_only(
      "debug v0i inst1..inst3 = 2\n block0():\n op def v0i reg\n op\n op\n"
      " ret use v0i reg\n",
      "spillslots 1\n inst0: p0i\n before inst1: move p0i -> stack0\n"
      " before inst2: move p15i -> stack0\n inst3: p0i\n"
      " debug 2: before inst1 .. before inst3 in stack0\n",
      {Kind::DebugWrongValue, 2},
      {"debug label 2, before inst2", "stack0 should hold v0i", "edit 1"});
}

TEST(DebugLabels, FollowOneValueAfterAnother) {
  constexpr const char* kTwo = R"(
    debug v0i inst1..inst3 = 1
    debug v1i inst2..inst4 = 1
    block0():
      op def v0i reg
      op def v1i reg
      op
      op
      ret use v0i any, use v1i any
  )";
  std::string answer = "inst0: p0i\n inst1: p1i\n inst4: p0i, p1i\n";
  expect_accepted(kTwo, answer +
                            "debug 1: before inst1 .. before inst3 in p0i\n"
                            "debug 1: before inst2 .. before inst4 in p1i\n");
  // Where the request for v0 ends, its place is no longer true.
  expect_refused_only(kTwo, answer + "debug 1: before inst1 .. before inst4 in p0i\n",
                      {Kind::DebugWrongValue, 3},
                      {"before inst3", "p0i should hold v1i but holds v0i"});
}

TEST(DebugLabels, AcrossBlocksAndUnreachableOnes) {
  constexpr const char* kBlocks = R"(
    debug v0i inst1..inst5 = 1
    block0():
      op def v0i reg
      branch -> block2()
    block1():
      op ; clobber p0i
      ret
    block2():
      op ; clobber p1i
      ret
  )";
  // v0 is dead in block2; the label still asks for it.
  expect_accepted(kBlocks, "inst0: p0i\n debug 1: before inst1 .. before inst5 in p0i\n");
  expect_refused_only(kBlocks, "inst0: p1i\n debug 1: before inst1 .. before inst5 in p1i\n",
                      {Kind::DebugWrongValue, 4}, {"after inst4", "since inst4 clobbers it"});
}

TEST(DebugLabels, WideSlots) {
  constexpr const char* kWide = R"(
    debug v0f inst1..inst3 = 1
    block0():
      op def v0f reg, def v1i reg
      op
      op
      ret use v0f any, use v1i any
  )";
  std::string head = "spillslots 3\n inst0: p0f, p0i\n before inst1: move p0f -> stack0\n";
  std::string tail = " inst3: p0f, p0i\n debug 1: before inst1 .. before inst3 in stack0\n";
  expect_accepted(kWide, head + " before inst2: move p0i -> stack2\n" + tail);
  expect_refused_only(kWide, head + " before inst2: move p0i -> stack1\n" + tail,
                      {Kind::DebugWrongValue, 2}, {"before inst2", "stack0", "edit 1"});
}

TEST(Recipes, GoRoundLoops) {
  auto body = [](const char* back) {
    return std::string(
               "rematerializable v0i\n block0():\n op def v0i reg\n"
               " branch -> block1(v0i)\n block1(v1i):\n op def v2i reg\n"
               " branch -> block2(), block3()\n block2():\n branch -> block1(") +
           back + ")\n block3():\n op ; clobber p0i..p5i\n ret use v1i reg\n";
  };
  std::string answer =
      "inst0: p0i\n inst2: p1i\n before inst6: remat v0i as v1i -> p2i\n"
      " inst6: p2i\n";
  expect_accepted(body("v1i"), answer);
  expect_accepted(body("v0i"), answer);
  EXPECT_TRUE(testing::judge(testing::read_case(body("v2i"), answer)).has(Kind::RematIllegal));
}

constexpr const char* kEachTurn = R"(
  recipe v2i = (v1i) clobbers p5i
  debug v2i inst1..inst7 = 1
  debug v3i inst1..inst7 = 2
  block0():
    op def v0i reg
    branch -> block1(v0i)
  block1(v1i):
    op use v1i reg, def v2i reg
    branch -> block2(v2i)
  block2(v3i):
    op use v3i reg
    branch use v1i any -> block3(), block4()
  block3():
    branch -> block1(v3i)
  block4():
    ret use v3i reg
)";

// v1i stays in p0i, and v2i is made in p1i; `more` has edits ahead of inst6.
std::string turn_answer(const std::string& more, const char* used = "p1i") {
  return std::string("spillslots 1\n inst0: p0i\n inst2: p0i, p1i\n inst4: ") + used +
         "\n inst5: p0i\n inst7: p1i\n" + more + " before inst6: move p1i -> p0i\n";
}

TEST(Recipes, ReadTheirInputs) {
  expect_accepted(kEachTurn, turn_answer(""));
  expect_accepted(kEachTurn, turn_answer(" before inst4: remat v2i(p0i) as v3i -> p2i\n", "p2i"));
  expect_accepted(kEachTurn, turn_answer(" before inst4: remat v2i(p0i) -> p2i\n", "p2i"));
  expect_refused_only(kEachTurn, turn_answer(" before inst4: remat v2i(p3i) as v3i -> p2i\n"),
                      {Kind::UndefinedValue, 4},
                      {"edit 0 (before inst4: remat v2i(p3i) as v3i -> p2i), input 0",
                       "p3i should hold v1i but holds nothing known"});
  expect_refused_only(kEachTurn, turn_answer(" before inst4: remat v2i(p1i) as v3i -> p2i\n"),
                      {Kind::WrongValue, 4},
                      {"edit 0", "p1i should hold v1i but holds v2i", "since inst2 writes v2i"});
  // The second one reads what the first one wrote.
  expect_refused_only(kEachTurn,
                      turn_answer(" before inst4: remat v2i(p0i) -> p3i\n"
                                  " before inst4: remat v2i(p3i) -> p2i\n",
                                  "p2i"),
                      {Kind::WrongValue, 4}, {"edit 1", "since edit 0"});
}

TEST(Recipes, OverwriteWhatTheyClobber) {
  std::string kept = " after inst0: move p0i -> p5i\n";
  std::string body = kEachTurn;
  body.replace(body.find("ret use v3i reg"), 15, "ret use v3i reg, use v0i any");
  auto answer = [&](const char* more) {
    std::string text = turn_answer(kept + more);
    return text.replace(text.find("inst7: p1i"), 10, "inst7: p1i, p5i");
  };
  expect_accepted(body, answer(""));
  expect_refused_only(body, answer(" before inst4: remat v2i(p0i) -> p2i\n"),
                      {Kind::UndefinedValue, 7, 1},
                      {"p5i should hold v0i but holds nothing known", "remat v2i(p0i)"});
}

// What was made in the last turn is another value. So are older copies of what the recipe made.
TEST(Recipes, OfValuesMakeNoConstants) {
  expect_refused_only(kEachTurn,
                      turn_answer(" before inst1: move p0i -> p4i\n"
                                  " before inst5: move p1i -> p4i\n",
                                  "p4i"),
                      {Kind::WrongValue, 4, 0}, {"p4i should hold v3i"});
  testing::expect_refused(
      kEachTurn,
      turn_answer(" after inst2: remat v2i(p0i) -> p1i\n"
                  " before inst1: move p0i -> p4i\n before inst5: remat v2i(p0i) -> "
                  "p4i\n",
                  "p4i"),
      {Kind::WrongValue, 4, 0}, {"p4i should hold v3i"});
}

// A parameter is computed at the end of the block ahead of it: a label that follows it there would show what
// it is going to be.
TEST(Recipes, OfValuesShowNoLabelAheadOfItsValue) {
  std::string ahead = turn_answer(" before inst3: remat v2i(p0i) as v3i -> p2i\n", "p2i");
  expect_accepted(kEachTurn, ahead + " debug 1: before inst3 .. after inst4 in p2i\n");
  expect_accepted(kEachTurn, ahead + " debug 2: before inst4 .. after inst4 in p2i\n");
  expect_refused_only(kEachTurn, ahead + " debug 2: before inst3 .. after inst4 in p2i\n",
                      {Kind::DebugWrongValue, 3}, {"p2i should hold v3i"});
}

// ---- cost ----

Machine big_machine() {
  Machine machine;
  for (unsigned i = 0; i < 16; ++i) machine.preferred.add(make_preg(RegClass::Int, i));
  return machine;
}
Location reg(std::uint32_t n) {
  return Location::reg(make_preg(RegClass::Int, n % 16));
}
Location slot(std::uint32_t n) {
  return Location::stack(SpillSlot(n));
}

// A program and its answer, grown together.
struct Pair {
  explicit Pair(const char* name) : builder(name) { output.first_location.push_back(0); }

  void list(std::initializer_list<Location> locations) {
    output.locations.insert(output.locations.end(), locations);
    output.first_location.push_back(static_cast<std::uint32_t>(output.locations.size()));
  }
  void op(std::initializer_list<Operand> operands, std::initializer_list<Location> locations) {
    builder.op(operands);
    list(locations);
  }
  Inst next() const { return Inst(static_cast<std::uint32_t>(builder.inst_count())); }
  void move(Location from, Location to) {
    output.edits.push_back(Edit::move(ProgPoint::before(next()), from, to));
  }

  FunctionBuilder builder;
  Output output;
};

// Judges, prints the rate, and holds it above a bound that only quadratic cost would miss, in a build
// of any kind. Where a bound is stated, so are the steps for each operand, edit and argument.
void expect_fast(const char* what, Pair&& pair, std::size_t findings,
                 std::uint64_t most_steps = 0) {
  Function function = *std::move(pair.builder).finish();
  std::uint64_t size =
      function.operands.size() + function.arguments.size() + pair.output.edits.size();
  std::uint64_t work = work_done;
  std::clock_t start = std::clock();
  Verdict verdict = judge_output(function.view(), big_machine(), pair.output);
  double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::printf("%-44s %7zu insts in %.3f s\n", what, function.view().inst_count(), seconds);
  EXPECT_EQ(verdict.findings.size(), findings) << testing::listing(verdict).substr(0, 2000);
  EXPECT_LT(seconds, 30) << what;
  if (most_steps != 0) {
    EXPECT_LT((work_done - work) / size, most_steps) << what;
  }
}

// A def and a use per instruction; every fourth value by way of a slot.
Pair mega_block(std::uint32_t count, bool wrong) {
  Pair p("mega");
  p.builder.begin_block();
  VReg last = p.builder.vreg(RegClass::Int);
  p.op({Operand::def(last)}, {reg(0)});
  for (std::uint32_t i = 1; i < count; ++i) {
    VReg v = p.builder.vreg(RegClass::Int);
    Location from = reg(i - 1);
    if (i % 4 == 0) {
      p.move(from, slot(i % 64));
      from = slot(i % 64);
    }
    p.op({Operand::use(last), Operand::def(v)}, {wrong ? reg(i + 5) : from, reg(i)});
    last = v;
  }
  p.builder.ret({Operand::use(last)});
  p.list({reg(count - 1)});
  p.output.spillslots = 64;
  return p;
}

TEST(Cost, MegaBlock) {
  expect_fast("one block", mega_block(200000, false), 0);
}

TEST(Cost, MegaBlockAllWrong) {
  expect_fast("one block, every use wrong", mega_block(200000, true), kMaxFindings);
}

TEST(Cost, ValuesAliveAcrossManyBlocks) {
  constexpr std::uint32_t kValues = 10000, kBlocks = 300;
  Pair p("alive");
  p.builder.begin_block();
  std::vector<VReg> values;
  for (std::uint32_t i = 0; i < kValues; ++i) {
    values.push_back(p.builder.vreg(RegClass::Int));
    p.op({Operand::def(values.back())}, {slot(i)});
  }
  for (std::uint32_t b = 1; b <= kBlocks; ++b) {
    p.builder.branch({}, {{Block(b), {}}});
    p.list({});
    p.builder.begin_block();
  }
  for (std::uint32_t i = 0; i < kValues; ++i) p.op({Operand::use(values[i])}, {slot(i)});
  p.builder.ret({});
  p.list({});
  p.output.spillslots = kValues;
  expect_fast("10000 values alive across 300 blocks", std::move(p), 0);
}

TEST(Cost, ManyBlocksAndChainsOfParameters) {
  constexpr std::uint32_t kBlocks = 100000;
  Pair p("chain");
  p.builder.begin_block();
  std::vector<VReg> values;
  for (std::uint32_t i = 0; i < 8; ++i) {
    values.push_back(p.builder.vreg(RegClass::Int));
    p.op({Operand::def(values.back())}, {reg(i)});
  }
  for (std::uint32_t b = 1; b <= kBlocks; ++b) {
    p.builder.branch({}, {{Block(b), values}});
    p.list({});
    for (VReg& value : values) value = p.builder.vreg(RegClass::Int);
    p.builder.begin_block(std::span<const VReg>(values));
  }
  p.builder.ret({Operand::use(values[0]), Operand::use(values[7])});
  p.list({reg(0), reg(7)});
  expect_fast("100000 blocks, 8 parameters each", std::move(p), 0);
}

// All parameters are one value: a set of thousands, copied thousands of times.
TEST(Cost, LargeSetsAreShared) {
  constexpr std::uint32_t kParams = 5000, kMoves = 100000;
  Pair p("sets");
  p.builder.begin_block();
  VReg v = p.builder.vreg(RegClass::Int);
  p.op({Operand::def(v)}, {reg(0)});
  p.builder.branch({}, {{Block(1), std::vector<VReg>(kParams, v)}});
  p.list({});
  std::vector<VReg> params;
  for (std::uint32_t i = 0; i < kParams; ++i) params.push_back(p.builder.vreg(RegClass::Int));
  p.builder.begin_block(std::span<const VReg>(params));
  for (std::uint32_t i = 0; i < kMoves; ++i) p.move(reg(i), reg(i + 1));
  for (VReg param : params) p.op({Operand::use(param)}, {reg(kMoves)});
  p.builder.ret({});
  p.list({});
  expect_fast("a set of 5000 values, moved 100000 times", std::move(p), 0);
}

// Each value in a slot of its own. Nothing but what is read there may be followed.
class Slots {
 public:
  explicit Slots(const char* name) : pair(name) { pair.builder.begin_block(); }

  VReg value() {
    ++pair.output.spillslots;
    return pair.builder.vreg(RegClass::Int);
  }
  std::vector<VReg> values(std::uint32_t count) {
    std::vector<VReg> result;
    for (std::uint32_t i = 0; i < count; ++i) result.push_back(value());
    return result;
  }
  void def(VReg v) { pair.op({Operand::def(v)}, {slot(v.value())}); }
  void pass(VReg argument, VReg param) {
    pair.move(slot(argument.value()), reg(0));
    pair.move(reg(0), slot(param.value()));
  }
  void branch(std::initializer_list<Block> targets, const std::vector<VReg>& arguments = {}) {
    std::vector<FunctionBuilder::Target> list;
    for (Block target : targets) list.push_back({target, arguments});
    pair.builder.branch(std::span<const Operand>(), list);
    pair.list({});
  }
  void return_all(const std::vector<VReg>& values) {
    std::vector<Operand> uses;
    for (VReg v : values) {
      uses.push_back(Operand::use(v));
      pair.output.locations.push_back(slot(v.value()));
    }
    pair.builder.ret(std::span<const Operand>(uses));
    pair.list({});
  }

  Pair pair;
};

TEST(Cost, OneValueForManyParameters) {
  Slots s("many");
  VReg v = s.value();
  std::vector<VReg> params = s.values(20000);
  s.def(v);
  for (VReg param : params) s.pass(v, param);
  s.branch({Block(1)}, std::vector<VReg>(params.size(), v));
  s.pair.builder.begin_block(std::span<const VReg>(params));
  s.return_all(params);
  expect_fast("one value for 20000 parameters", std::move(s.pair), 0, 20);
}

// All parameters begin as one value, and each turn of the loop hands each its neighbour's.
Pair shifted(std::uint32_t count, bool wrong) {
  Slots s("shift");
  VReg first = s.value();
  std::vector<VReg> params = s.values(count);
  VReg last = s.value();
  s.def(first);
  s.def(last);
  for (VReg param : params) s.pass(first, param);
  s.branch({Block(1)}, std::vector<VReg>(count, first));
  s.pair.builder.begin_block(std::span<const VReg>(params));
  s.branch({Block(2), Block(3)});
  s.pair.builder.begin_block();
  std::vector<VReg> arguments(params.begin() + 1, params.end());
  arguments.push_back(last);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!wrong || i + 1 < count) s.pass(arguments[i], params[i]);
  }
  s.branch({Block(1)}, arguments);
  s.pair.builder.begin_block();
  s.return_all(params);
  return std::move(s.pair);
}

TEST(Cost, ParametersShiftedInALoop) {
  expect_fast("20000 parameters, shifted in a loop", shifted(20000, false), 0, 20);
}

// The last move is missing, so turn by turn all parameters go wrong.
TEST(Cost, ParametersShiftedInALoopAllWrong) {
  expect_fast("300 parameters, shifted, one move missing", shifted(300, true), 300);
}

TEST(Cost, ARecipeHandedOnThroughManyBlocks) {
  constexpr std::uint32_t kBlocks = 20000;
  Slots s("recipe");
  VReg v = s.value();
  s.pair.builder.rematerializable(v);
  s.def(v);
  for (std::uint32_t b = 1; b <= kBlocks; ++b) {
    VReg param = s.value();
    s.pass(v, param);
    s.branch({Block(b)}, {v});
    s.pair.builder.begin_block(std::span<const VReg>(&param, 1));
    v = param;
  }
  s.return_all({v});
  expect_fast("a recipe handed on through 20000 blocks", std::move(s.pair), 0, 300);
}

TEST(Cost, OneInstructionOfManyOperands) {
  constexpr std::uint32_t kOperands = 60000;
  Pair p("wide");
  p.builder.begin_block();
  std::vector<Operand> defs, uses;
  for (std::uint32_t i = 0; i < kOperands; ++i) {
    defs.push_back(Operand::def(p.builder.vreg(RegClass::Int)));
    uses.push_back(Operand::use(defs.back().vreg()));
    p.output.locations.push_back(slot(i));
  }
  p.builder.op(std::span<const Operand>(defs));
  p.list({});
  for (std::uint32_t i = 0; i < kOperands; ++i) p.output.locations.push_back(slot(i));
  p.builder.ret(std::span<const Operand>(uses));
  p.list({});
  p.output.spillslots = kOperands;
  expect_fast("instructions of 60000 operands", std::move(p), 0);
}

TEST(Cost, ManyLabels) {
  constexpr std::uint32_t kLabels = 2000, kInsts = 100000;
  Pair p("labels");
  p.builder.begin_block();
  std::vector<VReg> values;
  for (std::uint32_t i = 0; i < kLabels; ++i) {
    values.push_back(p.builder.vreg(RegClass::Int));
    p.op({Operand::def(values.back())}, {slot(i)});
  }
  for (std::uint32_t i = 0; i < kInsts; ++i) p.op({}, {});
  Inst end = p.next();
  p.builder.ret({});
  p.list({});
  for (std::uint32_t i = 0; i < kLabels; ++i) {
    p.builder.debug_label({values[i], Inst(kLabels), end, i});
    p.output.debug_locations.push_back(
        {i, ProgPoint::before(Inst(kLabels)), ProgPoint::before(end), slot(i)});
  }
  p.output.spillslots = kLabels;
  expect_fast("2000 labels over 100000 instructions", std::move(p), 0);
}

// Loops in loops: the heads are visited again, the bodies not without end.
TEST(Cost, DeepLoops) {
  constexpr std::uint32_t kDepth = 200;
  Pair p("loops");
  VReg v = p.builder.vreg(RegClass::Int);
  p.builder.begin_block();
  p.op({Operand::def(v)}, {slot(0)});
  p.builder.branch({}, {{Block(1), {}}});
  p.list({});
  // header i = block i + 1; latch of header i, then its exit, from the innermost out.
  for (std::uint32_t i = 0; i < kDepth; ++i) {
    p.builder.begin_block();
    p.move(slot(0), reg(i));
    p.op({Operand::use(v)}, {reg(i)});
    p.builder.branch({}, {{Block(i + 2), {}}});
    p.list({});
  }
  for (std::uint32_t i = 0; i <= kDepth; ++i) {
    std::uint32_t block = kDepth + 1 + 2 * i;
    p.builder.begin_block();
    if (i == kDepth) break;
    p.builder.branch({}, {{Block(block + 1), {}}, {Block(block + 2), {}}});
    p.list({});
    p.builder.begin_block();
    p.builder.branch({}, {{Block(kDepth - i), {}}});
    p.list({});
  }
  p.move(slot(0), reg(0));
  p.builder.ret({Operand::use(v)});
  p.list({reg(0)});
  p.output.spillslots = 1;
  expect_fast("200 loops in loops", std::move(p), 0);
}

}  // namespace
}  // namespace regproof
