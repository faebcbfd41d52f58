// Which uses does the validator accept? Held against the definition, for every program of a small
// kind: a def on every path from the entry to the use. And the faults that validators of other
// projects have had, each as a program.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/ir/validate_programs.h"

namespace regproof {
namespace {

// Blocks below 5 and edges between them as bits.
struct TinyGraph {
  std::uint32_t blocks;
  std::uint32_t matrix;

  bool edge(std::uint32_t from, std::uint32_t to) const {
    return (matrix >> (from * blocks + to) & 1) != 0;
  }
  std::uint32_t successors(std::uint32_t b) const {
    std::uint32_t count = 0;
    for (std::uint32_t to = 0; to < blocks; ++to) count += edge(b, to) ? 1 : 0;
    return count;
  }
  std::uint32_t predecessors(std::uint32_t b) const {
    std::uint32_t count = b == 0 ? 1 : 0;
    for (std::uint32_t from = 0; from < blocks; ++from) count += edge(from, b) ? 1 : 0;
    return count;
  }
  bool has_critical_edge() const {
    for (std::uint32_t from = 0; from < blocks; ++from) {
      for (std::uint32_t to = 0; to < blocks; ++to) {
        if (edge(from, to) && successors(from) > 1 && predecessors(to) > 1) return true;
      }
    }
    return false;
  }
  // Blocks that the entry reaches (as bits) when nothing leaves block `stop`.
  std::uint32_t reached(std::uint32_t stop) const {
    std::uint32_t seen = 1, before = 0;
    while (seen != before) {
      before = seen;
      for (std::uint32_t from = 0; from < blocks; ++from) {
        if ((seen >> from & 1) == 0 || from == stop) continue;
        for (std::uint32_t to = 0; to < blocks; ++to) seen |= edge(from, to) ? 1u << to : 0;
      }
    }
    return seen;
  }
};

// Where things stand in a block, in order; `Argument` is on an edge out of it.
enum class Spot { Parameter, Before, Middle, After, Argument };

// Value v has one def, in the middle of a block or as its parameter, and one use. Value w is
// defined
// first of all and fills the arguments that are left.
struct TinyProgram {
  TinyGraph graph;
  std::uint32_t def_block;
  bool def_is_parameter;
  std::uint32_t use_block;
  Spot use;
  std::uint32_t use_edge_to = 0;  // where the use is an argument

  bool is_correct() const {
    bool def_first = def_is_parameter || use == Spot::After || use == Spot::Argument;
    bool after_def = use_block == def_block && def_first;
    bool is_reached = (graph.reached(graph.blocks) >> use_block & 1) != 0;
    // What no path reaches is dominated by everything but what comes behind it in its block.
    if (!is_reached) return use_block != def_block || def_first;
    return after_def || (graph.reached(def_block) >> use_block & 1) == 0;
  }

  Function function() const {
    Program p;
    VReg v = p.i(), w = p.i(), other = p.i();
    auto has_parameter = [&](std::uint32_t b) {
      return (def_is_parameter && b == def_block) || (use == Spot::Argument && b == use_edge_to);
    };
    for (std::uint32_t b = 0; b < graph.blocks; ++b) {
      std::vector<VReg> params;
      if (has_parameter(b)) params.push_back(def_is_parameter && b == def_block ? v : other);
      p.begin_block(params);
      if (b == 0) p.op({Operand::def(w)});
      if (b == use_block && use == Spot::Before) p.op({Operand::use(v)});
      std::vector<Operand> middle;
      if (b == def_block && !def_is_parameter) middle.push_back(Operand::def(v));
      if (b == use_block && use == Spot::Middle) middle.push_back(Operand::use(v));
      p.op(middle);
      if (b == use_block && use == Spot::After) p.op({Operand::use(v)});
      std::vector<FunctionBuilder::Target> targets;
      for (std::uint32_t to = 0; to < graph.blocks; ++to) {
        if (!graph.edge(b, to)) continue;
        bool uses = use == Spot::Argument && b == use_block && to == use_edge_to;
        targets.push_back({Block(to), {}});
        if (has_parameter(to)) targets.back().arguments.push_back(uses ? v : w);
      }
      if (targets.empty()) {
        p.ret({});
      } else {
        p.branch(std::span<const Operand>(), targets);
      }
    }
    return p.done();
  }
};

struct Counts {
  std::uint64_t graphs = 0, accepted = 0, rejected = 0;
};

void hold_against_definition(const TinyProgram& program, Counts& counts) {
  Function function = program.function();
  std::vector<Violation> found = validate(function.view(), machine());
  bool correct = program.is_correct();
  ++(correct ? counts.accepted : counts.rejected);
  if (correct) {
    ASSERT_TRUE(found.empty()) << found[0].message << ", matrix " << program.graph.matrix;
    return;
  }
  ASSERT_EQ(found.size(), 1u) << "matrix " << program.graph.matrix << ", def in block "
                              << program.def_block << ", use in block " << program.use_block;
  ASSERT_EQ(found[0].rule, Rule::DefinitionDoesNotDominate);
  ASSERT_EQ(found[0].block, Block(program.use_block));
}

void all_programs_on(TinyGraph graph, Counts& counts) {
  for (std::uint32_t def = 0; def < graph.blocks; ++def) {
    for (bool is_parameter : {false, true}) {
      if (is_parameter && def == 0) continue;
      for (std::uint32_t use = 0; use < graph.blocks; ++use) {
        for (Spot spot : {Spot::Before, Spot::Middle, Spot::After}) {
          hold_against_definition({graph, def, is_parameter, use, spot}, counts);
        }
        for (std::uint32_t to = 1; to < graph.blocks; ++to) {
          if (!graph.edge(use, to)) continue;
          hold_against_definition({graph, def, is_parameter, use, Spot::Argument, to}, counts);
        }
      }
    }
  }
}

TEST(ValidateDominance, EveryTinyProgram) {
  Counts counts;
  for (std::uint32_t blocks = 1; blocks <= 4; ++blocks) {
    for (std::uint32_t matrix = 0; matrix < 1u << (blocks * blocks); ++matrix) {
      TinyGraph graph{blocks, matrix};
      if (graph.has_critical_edge()) continue;
      ++counts.graphs;
      all_programs_on(graph, counts);
      ASSERT_FALSE(HasFatalFailure());
    }
  }
  EXPECT_GT(counts.graphs, 500u);
  EXPECT_GT(counts.accepted, 10000u);
  EXPECT_GT(counts.rejected, 10000u);
  RecordProperty("graphs", std::to_string(counts.graphs));
  RecordProperty("accepted", std::to_string(counts.accepted));
  RecordProperty("rejected", std::to_string(counts.rejected));
}

// ---- faults that validators have had

// Dominance was tested by block only: a use above its def, an instruction that uses what it
// defines.
TEST(ValidateFaults, OrderWithinABlock) {
  Program above;
  VReg v = above.i();
  above.begin_block();
  Inst use = above.op({Operand::use(v)});
  above.op({Operand::def(v)});
  above.ret({});
  expect_one(above, Rule::DefinitionDoesNotDominate, 0, use, 0);

  Program itself;
  v = itself.i();
  itself.begin_block();
  Inst both = itself.op({Operand::def(v), Operand::use(v)});
  itself.ret({});
  expect_one(itself, Rule::DefinitionDoesNotDominate, 0, both, 1);
}

// Branch arguments were counted and not looked at.
TEST(ValidateFaults, ArgumentsAreUses) {
  Program p;
  VReg a = p.i(), b = p.f(), c = p.i(), undefined = p.i();
  VReg x = p.i(), y = p.i(), z = p.i();
  p.begin_block();
  p.op({Operand::def(b)});
  p.to({1, 2});
  p.begin_block();
  p.op({Operand::def(a)});
  Inst left = p.branch({}, {{Block(3), {b, a, a}}});
  p.begin_block();
  p.op({Operand::def(c)});
  Inst right = p.branch({}, {{Block(3), {c, a, undefined}}});
  p.begin_block(std::initializer_list<VReg>{x, y, z});
  p.ret({});
  expect(p.done(), {{Rule::ArgumentClass, Block(1), left},
                    {Rule::DefinitionDoesNotDominate, Block(2), right},
                    {Rule::UsedWithoutDefinition, Block(2), right}});
}

// What stands for a register that nobody tracks was required to have a def.
TEST(ValidateFaults, PinsNeedNoDefinition) {
  Program p;
  p.begin_block();
  p.op({Operand::pin(pi(63))});
  p.ret({Operand::pin(pi(15)), Operand::pin(pi(63))});
  expect_legal(p);
}

// Numbers beyond the declared counts indexed out of bounds.
TEST(ValidateFaults, SparseNumbers) {
  Program p;
  VReg v = p.i();
  p.begin_block();
  Inst op = p.op({Operand::def(v), Operand::use(VReg(1000000)), Operand::def(VReg(1u << 31))});
  Inst branch = p.to({1000000});
  expect(p.done(), {{Rule::VRegWithoutClass, Block(0), op, 1},
                    {Rule::VRegWithoutClass, Block(0), op, 2},
                    {Rule::EdgeTargetMissing, Block(0), branch}});
}

// Diamond in a loop: v before it, w in one arm, x merges. Each damage makes it illegal.
struct Diamond {
  VReg v{0}, w{1}, x{2}, y{3};
  bool use_above_def = false, other_argument = false, second_def = false, other_class = false,
       argument_dropped = false;

  Function function() const {
    Program p;
    p.declare(v, RegClass::Int);
    p.declare(w, RegClass::Int);
    p.declare(x, other_class ? RegClass::Float : RegClass::Int);
    p.declare(y, RegClass::Int);
    p.begin_block();
    if (use_above_def) p.op({Operand::use(v)});
    p.op({Operand::def(v)});
    p.to({1});
    p.begin_block();
    p.to({2, 3, 5}, {});
    p.begin_block();
    p.op({Operand::def(w), Operand::use(v)});
    p.branch({}, {{Block(4), {w}}});
    p.begin_block();
    std::vector<VReg> arguments = {other_argument ? w : v};
    if (argument_dropped) arguments.clear();
    p.branch({}, {{Block(4), arguments}});
    p.begin_block({x});
    p.op({Operand::use(x), Operand::def(second_def ? v : y)});
    p.to({1});
    p.begin_block();
    p.ret({Operand::use(v)});
    return p.done();
  }
};

// A validator that was only ever shown legal programs may accept everything.
TEST(ValidateFaults, DamagedProgramsAreRejected) {
  Diamond whole;
  expect(whole.function(), {});
  auto expect_damaged = [](auto damage, std::vector<Rule> rules) {
    Diamond diamond;
    damage(diamond);
    std::vector<Rule> found;
    for (const Violation& violation : validate(diamond.function().view(), machine())) {
      found.push_back(violation.rule);
    }
    EXPECT_EQ(found, rules);
  };
  expect_damaged([](Diamond& d) { d.use_above_def = true; }, {Rule::DefinitionDoesNotDominate});
  expect_damaged([](Diamond& d) { d.other_argument = true; }, {Rule::DefinitionDoesNotDominate});
  expect_damaged([](Diamond& d) { d.second_def = true; }, {Rule::DefinedTwice});
  expect_damaged([](Diamond& d) { d.other_class = true; },
                 {Rule::ArgumentClass, Rule::ArgumentClass});
  expect_damaged([](Diamond& d) { d.argument_dropped = true; }, {Rule::ArgumentCount});
}

// if ((a && b) || c) use: the value of b's block reaches the join only on some paths. An earlier
// pass broke dominance, the dominators were wrong, and nobody noticed either.
TEST(ValidateFaults, NestedShortCircuitConditions) {
  for (bool defined_before : {false, true}) {
    Program p;
    VReg v = p.i();
    p.begin_block();  // a
    if (defined_before) p.op({Operand::def(v)});
    p.to({1, 2});
    p.begin_block();  // b
    if (!defined_before) p.op({Operand::def(v)});
    p.to({3, 4});
    p.begin_block();  // not a
    p.to({5});
    p.begin_block();  // a, not b
    p.to({5});
    p.begin_block();  // a and b
    p.to({7});
    p.begin_block();  // c
    p.to({6, 8});
    p.begin_block();  // c holds
    p.to({7});
    p.begin_block();  // then
    Inst then = p.op({Operand::use(v)});
    p.ret({});
    p.begin_block();  // else
    Inst otherwise = p.ret({Operand::use(v)});
    if (defined_before) {
      expect_legal(p);
    } else {
      expect(p.done(), {{Rule::DefinitionDoesNotDominate, Block(7), then, 0},
                        {Rule::DefinitionDoesNotDominate, Block(8), otherwise, 0}});
    }
  }
}

}  // namespace
}  // namespace regproof
