// The validator: for every rule of machines and control flow the smallest programs that break it,
// and nothing else, with the
// place that is reported; beside them legal programs that nearly do.
#include "tests/ir/validate_programs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

namespace regproof {
namespace {

TEST(ValidateNames, AreAllDifferentWords) {
  std::set<std::string> names;
  for (int rule = 0; rule <= static_cast<int>(kLastRule); ++rule) {
    names.insert(name_of(static_cast<Rule>(rule)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kLastRule) + 1);
  EXPECT_EQ(names.count("unknown"), 0u);
}

TEST(ValidateMessage, NamesPlaceAndWhatIsExpected) {
  Program p;
  VReg v = p.i();
  p.begin_block();
  p.op({});
  p.ret({Operand::pin(pi(9)), Operand::use(v)});
  std::vector<Violation> found = validate(p.done().view(), machine());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].message,
            "block0, inst1, operand 1: v0i is used but never defined, expected a def before");
}

// ---- the machine

void expect_machine(const Machine& m, std::vector<Rule> rules) {
  std::vector<Violation> found = validate_machine(m);
  std::vector<Rule> found_rules;
  for (const Violation& v : found) found_rules.push_back(v.rule);
  EXPECT_EQ(found_rules, rules) << testing::PrintToString(found);
  // `validate` says the same about the machine that it is given.
  Program p;
  p.begin_block();
  p.ret({});
  EXPECT_EQ(validate(p.done().view(), m).size(), rules.size());
}

TEST(ValidateMachine, GoodOnes) {
  expect_machine(machine(), {});
  expect_machine(Machine(), {});
  Machine m = machine();
  m.slot_size = {1, 3, 65536};
  m.scratch[index_of(RegClass::Vector)] = make_preg(RegClass::Vector, 63);
  expect_machine(m, {});
}

TEST(ValidateMachine, RegisterTwice) {
  Machine m = machine();
  m.non_preferred.add(pi(0));
  expect_machine(m, {Rule::MachineRegisterTwice});
}

TEST(ValidateMachine, Scratch) {
  for (PReg reg : {pi(0), pi(4), pi(32), pf(15), PReg(192), PReg(0xfffe)}) {
    Machine m = machine();
    m.scratch[index_of(RegClass::Int)] = reg;
    expect_machine(m, {Rule::MachineScratchAllocatable});
  }
}

TEST(ValidateMachine, FixedStackAllocatable) {
  Machine m = machine();
  m.fixed_stack.add(pf(1));
  expect_machine(m, {Rule::MachineFixedStackAllocatable});
}

TEST(ValidateMachine, SlotSize) {
  for (std::uint32_t size : {0u, 65537u, 0xffffffffu}) {
    Machine m = machine();
    m.slot_size[1] = size;
    expect_machine(m, {Rule::MachineSlotSize});
  }
}

// ---- control flow

TEST(ValidateControl, BlockWithoutTerminator) {
  // The builder refuses such blocks, so a finished program is damaged.
  Program p;
  p.begin_block();
  Inst last = p.op({});
  p.ret({});
  Function f = p.done();
  f.inst_records[1] = InstRecord::make(0, InstKind::Op, RegSetId(0));
  expect(f, {{Rule::BlockWithoutTerminator, Block(0), last.next()}});

  Program q;
  q.begin_block();
  q.ret({});
  Function g = q.done();
  g.block_records.insert(g.block_records.begin() + 1, {Inst(1), Edge(0), 0, 0, 0});
  expect(g, {{Rule::BlockWithoutTerminator, Block(1), kNone}});
}

TEST(ValidateControl, TerminatorInsideBlock) {
  for (InstKind kind : {InstKind::Branch, InstKind::Ret}) {
    Program p;
    p.begin_block();
    Inst inside = p.op({});
    p.op({});
    p.ret({});
    Function f = p.done();
    f.inst_records[inside.value()] = InstRecord::make(0, kind, RegSetId(0));
    expect(f, {{Rule::TerminatorInsideBlock, Block(0), inside}});
  }
}

TEST(ValidateControl, EntryHasParams) {
  Program p;
  VReg v = p.i();
  p.begin_block({v});
  p.ret({Operand::use(v)});
  expect_one(p, Rule::EntryHasParams, 0, kNone);
}

TEST(ValidateControl, EdgeTargetMissing) {
  for (std::uint32_t target : {1u, 7u, 0xfffffffeu, 0xffffffffu}) {
    Program p;
    p.begin_block();
    Inst branch = p.to({target});
    expect_one(p, Rule::EdgeTargetMissing, 0, branch);
  }
}

TEST(ValidateControl, EdgeTargetMissingLeavesTheRestToBeChecked) {
  Program p;
  VReg v = p.i();
  p.begin_block();
  Inst branch = p.to({1, 7});
  p.begin_block();
  Inst ret = p.ret({Operand::use(v)});
  expect(p.done(), {{Rule::EdgeTargetMissing, Block(0), branch},
                    {Rule::UsedWithoutDefinition, Block(1), ret, 0}});
}

TEST(ValidateControl, ReturnHasEdges) {
  Program p;
  p.begin_block();
  Inst branch = p.to({1});
  p.begin_block();
  p.ret({});
  Function f = p.done();
  f.inst_records[branch.value()] = InstRecord::make(0, InstKind::Ret, RegSetId(0));
  expect(f, {{Rule::ReturnHasEdges, Block(0), branch}});
}

TEST(ValidateControl, BranchWithoutTarget) {
  Program p;
  p.begin_block();
  Inst branch = p.to({});
  expect_one(p, Rule::BranchWithoutTarget, 0, branch);
}

TEST(ValidateControl, CriticalEdge) {
  Program p;
  p.begin_block();
  Inst branch = p.to({1, 2});
  p.begin_block();
  p.to({2});
  p.begin_block();
  p.ret({});
  expect_one(p, Rule::CriticalEdge, 0, branch);
}

TEST(ValidateControl, CriticalEdgeTwiceToOneTarget) {
  Program p;
  p.begin_block();
  Inst branch = p.to({1, 1});
  p.begin_block();
  p.ret({});
  expect(p.done(),
         {{Rule::CriticalEdge, Block(0), branch}, {Rule::CriticalEdge, Block(0), branch}});
}

TEST(ValidateControl, CriticalEdgeToTheEntryCountsTheCaller) {
  Program p;
  p.begin_block();
  Inst branch = p.to({0, 1});
  p.begin_block();
  p.ret({});
  expect_one(p, Rule::CriticalEdge, 0, branch);
}

TEST(ValidateControl, CriticalEdgeByAnUnreachablePredecessor) {
  Program p;
  p.begin_block();
  Inst branch = p.to({1, 2});
  p.begin_block();
  p.ret({});
  p.begin_block();
  p.ret({});
  p.begin_block();  // nothing leads here
  p.to({2});
  expect_one(p, Rule::CriticalEdge, 0, branch);
}

TEST(ValidateControl, CriticalEdgeOutOfAnUnreachableBlock) {
  Program p;
  p.begin_block();
  p.to({1});
  p.begin_block();
  p.ret({});
  p.begin_block();
  Inst branch = p.to({1, 3});
  p.begin_block();
  p.ret({});
  expect_one(p, Rule::CriticalEdge, 2, branch);
}

TEST(ValidateControl, LegalGraphs) {
  Program loop_to_entry;
  loop_to_entry.begin_block();
  loop_to_entry.to({0});
  expect_legal(loop_to_entry);

  Program long_loop_to_entry;
  long_loop_to_entry.begin_block();
  long_loop_to_entry.to({1, 2});
  long_loop_to_entry.begin_block();
  long_loop_to_entry.to({0});
  long_loop_to_entry.begin_block();
  long_loop_to_entry.ret({});
  expect_legal(long_loop_to_entry);

  Program self_loop;
  self_loop.begin_block();
  self_loop.to({1});
  self_loop.begin_block();
  self_loop.to({1});
  expect_legal(self_loop);

  Program unreachable;
  unreachable.begin_block();
  unreachable.ret({});
  unreachable.begin_block();
  unreachable.to({1, 2});  // its own second predecessor it is not: nothing else leads there
  unreachable.begin_block();
  unreachable.to({3});
  unreachable.begin_block();
  unreachable.to({3});
  expect_legal(unreachable);

  Program irreducible;
  irreducible.begin_block();
  irreducible.to({1, 2});
  irreducible.begin_block();
  irreducible.to({3});
  irreducible.begin_block();
  irreducible.to({4});
  irreducible.begin_block();
  irreducible.to({4});
  irreducible.begin_block();
  irreducible.to({3});
  expect_legal(irreducible);
}

TEST(ValidateControl, BranchOperandsSharedTarget) {
  for (int form = 0; form < 3; ++form) {
    Program p;
    VReg v = p.i();
    p.begin_block();
    p.op({Operand::def(v)});
    p.to({1, 2});
    p.begin_block();
    Inst branch = form == 0   ? p.to({3}, {Operand::use(v)})
                  : form == 1 ? p.to({3}, {}, set_of({pi(0)}))
                              : p.to({3}, {Operand::pin(pi(60))});
    p.begin_block();
    p.to({3});
    p.begin_block();
    p.ret({});
    expect_one(p, Rule::BranchOperandsSharedTarget, 1, branch);
  }
}

TEST(ValidateControl, BranchOperandsToTheEntry) {
  Program p;
  VReg v = p.i();
  p.begin_block();
  p.op({Operand::def(v)});
  Inst branch = p.to({0}, {Operand::use(v)});
  expect_one(p, Rule::BranchOperandsSharedTarget, 0, branch);
}

TEST(ValidateControl, BranchOperandsToOwnTargets) {
  Program p;
  VReg v = p.i(), w = p.i();
  p.begin_block();
  p.op({Operand::def(v)});
  p.to({1, 2}, {Operand::use(v), Operand::def(w)}, set_of({pi(0)}));
  p.begin_block();
  p.ret({Operand::use(w)});
  p.begin_block();
  p.ret({});
  expect_legal(p);
}

TEST(ValidateControl, ArgumentCount) {
  for (std::size_t count : {0, 2}) {
    Program p;
    VReg v = p.i(), param = p.i();
    p.begin_block();
    p.op({Operand::def(v)});
    Inst branch = p.to_with(1, std::vector<VReg>(count, v));
    p.begin_block({param});
    p.ret({});
    expect_one(p, Rule::ArgumentCount, 0, branch);
  }
}

TEST(ValidateControl, ArgumentClass) {
  Program p;
  VReg v = p.f(), param = p.i();
  p.begin_block();
  p.op({Operand::def(v)});
  Inst branch = p.to_with(1, {v});
  p.begin_block({param});
  p.ret({});
  expect_one(p, Rule::ArgumentClass, 0, branch);
}

TEST(ValidateControl, Frequency) {
  double infinity = std::numeric_limits<double>::infinity();
  for (double frequency : {-1.0, -1e-300, infinity, -infinity, std::nan("")}) {
    Program p;
    p.begin_block({}, frequency);
    p.ret({});
    expect_one(p, Rule::FrequencyNotPositive, 0, kNone);
  }
  for (double frequency : {0.0, -0.0, 1e-300, 5e-324, 1e300}) {
    Program p;
    p.begin_block({}, frequency);
    p.ret({});
    expect_legal(p);
  }
}

// ---- the list itself

TEST(ValidateList, StandsInTheOrderOfTheProgram) {
  Program p;
  VReg v = p.i(), w = p.i();
  p.rematerializable(w);
  p.begin_block();
  Inst first = p.op({Operand::use(v), Operand::use(v, Constraint::Limit, 0)});
  Inst branch = p.to({1, 1});
  p.begin_block();
  Inst ret = p.ret({Operand::use(v, Constraint::In, 0)});
  Machine m = machine();
  m.slot_size[0] = 0;
  expect(p.done(),
         {{Rule::MachineSlotSize, Block(), Inst()},
          {Rule::UsedWithoutDefinition, Block(0), first, 0},
          {Rule::LimitRange, Block(0), first, 1},
          {Rule::UsedWithoutDefinition, Block(0), first, 1},
          {Rule::CriticalEdge, Block(0), branch},
          {Rule::CriticalEdge, Block(0), branch},
          {Rule::InEmpty, Block(1), ret, 0},
          {Rule::UsedWithoutDefinition, Block(1), ret, 0},
          {Rule::RematerializableUndefined, Block(), Inst()}},
         m);
}

TEST(ValidateList, EndsAtAThousand) {
  Program p;
  VReg v = p.i();
  p.begin_block();
  for (int i = 0; i < 5000; ++i) p.op({Operand::use(v, Constraint::Limit, 0)});
  p.ret({});
  EXPECT_EQ(validate(p.done().view(), machine()).size(), 1000u);
}

TEST(ValidateList, AKnownCfgGivesTheSame) {
  Program p;
  VReg v = p.i();
  p.begin_block();
  p.to({1});
  p.begin_block();
  p.op({Operand::use(v)});
  p.op({Operand::def(v)});
  p.to({1});
  Function f = p.done();
  Cfg cfg = analyze_cfg(f.view());
  std::vector<Violation> found = validate(f.view(), machine(), cfg);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].message, validate(f.view(), machine())[0].message);
}

}  // namespace
}  // namespace regproof
