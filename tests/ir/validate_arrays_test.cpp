// The validator on arrays that are not what ir/function.h says: each kind of damage by itself, and
// random damage, which must be reported or harmless, never read out of bounds (run under
// AddressSanitizer by ci/test).
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <random>
#include <utility>
#include <vector>

#include "tests/ir/validate_programs.h"

namespace regproof {
namespace {

// Blocks with parameters, arguments, clobbers, sets, a loop, a branch with operands, remats,
// labels.
Function rich_program() {
  Program p;
  VReg a = p.i(), b = p.i(), c = p.f(), d = p.i(), e = p.i(), g = p.f();
  RegSetId set = p.intern(set_of({pi(1), pi(2)}));
  p.rematerializable(a);
  p.rematerializable(c);
  p.recipe(b, {Operand::use(a, Constraint::Reg), Operand::pin(pi(60))}, 3, set_of({pi(5)}), 0);
  p.recipe(e, {Operand::use(d, Constraint::Reg)});
  p.debug_label({a, Inst(1), Inst(4), 7});
  p.begin_block();
  p.op({Operand::def(a, Constraint::Reg), Operand::def(c)}, set_of({pi(3)}));
  p.branch({Operand::use(a, Constraint::In, set.value()), fixed_def(b, pi(0))},
           {{Block(1), {a, c}}, {Block(3), {}}}, set_of({pi(4), pi(15)}));
  p.begin_block(std::initializer_list<VReg>{d, g});
  p.op({reuse_def(e, 1), Operand::use(d, Constraint::Reg), Operand::pin(pi(60))});
  p.to({2});
  p.begin_block();
  p.to({2});
  p.begin_block({}, 2.5);
  p.ret({Operand::use(b, Constraint::Limit, 3), Operand::use(c, Constraint::Stack)});
  return p.done();
}

TEST(ValidateArrays, TheWholeProgramIsLegal) {
  expect(rich_program(), {});
}

// Damage by `harm` is reported as inconsistent arrays, and as nothing else.
void expect_inconsistent(const std::function<void(Function&)>& harm) {
  Function f = rich_program();
  harm(f);
  std::vector<Violation> found = validate(f.view(), machine());
  ASSERT_FALSE(found.empty());
  for (const Violation& v : found) EXPECT_EQ(v.rule, Rule::ArraysInconsistent) << v.message;
}

TEST(ValidateArrays, SentinelsAndEmptyArrays) {
  std::vector<Violation> found = validate(FunctionView(), machine());
  EXPECT_FALSE(found.empty());
  expect_inconsistent([](Function& f) { f.block_records.clear(); });
  expect_inconsistent([](Function& f) { f.block_records.resize(1); });
  expect_inconsistent([](Function& f) { f.inst_records.clear(); });
  expect_inconsistent([](Function& f) { f.edge_records.clear(); });
  expect_inconsistent([](Function& f) { f.reg_sets.clear(); });
  expect_inconsistent([](Function& f) { f.block_records.pop_back(); });
  expect_inconsistent([](Function& f) { f.inst_records.pop_back(); });
  expect_inconsistent([](Function& f) { f.edge_records.pop_back(); });
}

TEST(ValidateArrays, OwnedArraysOfAnotherLength) {
  expect_inconsistent([](Function& f) { f.operands.pop_back(); });
  expect_inconsistent([](Function& f) { f.operands.push_back(f.operands[0]); });
  expect_inconsistent([](Function& f) { f.params.pop_back(); });
  expect_inconsistent([](Function& f) { f.arguments.pop_back(); });
  expect_inconsistent([](Function& f) { f.predecessors.pop_back(); });
}

TEST(ValidateArrays, RangesThatStartLateOrDescend) {
  expect_inconsistent([](Function& f) { f.block_records[0].first_inst = Inst(1); });
  expect_inconsistent([](Function& f) { f.block_records[0].first_edge = Edge(1); });
  expect_inconsistent([](Function& f) { f.block_records[0].first_predecessor = 1; });
  expect_inconsistent([](Function& f) { f.block_records[0].first_param = 1; });
  expect_inconsistent([](Function& f) { f.inst_records[0].first_operand = 1; });
  expect_inconsistent([](Function& f) { f.edge_records[0].first_argument = 1; });
  expect_inconsistent([](Function& f) { f.block_records[1].first_inst = Inst(1000); });
  expect_inconsistent([](Function& f) { f.block_records[2].first_inst = Inst(0); });
  expect_inconsistent([](Function& f) { f.block_records[2].first_edge = Edge(0); });
  expect_inconsistent([](Function& f) { f.block_records[1].first_predecessor = 77; });
  expect_inconsistent([](Function& f) { f.block_records[1].first_param = 0xffffffff; });
  expect_inconsistent([](Function& f) { f.inst_records[1].first_operand = 0xffffffff; });
  expect_inconsistent([](Function& f) { f.edge_records[1].first_argument = 99; });
}

TEST(ValidateArrays, NumbersThatNameNothing) {
  expect_inconsistent([](Function& f) { f.inst_records[2].word |= 3; });
  expect_inconsistent(
      [](Function& f) { f.inst_records[0] = InstRecord::make(0, InstKind::Op, RegSetId(55)); });
  expect_inconsistent(
      [](Function& f) { f.operands[2] = Operand::use(f.operands[2].vreg(), Constraint::In, 55); });
  expect_inconsistent([](Function& f) { f.vreg_classes[1] = static_cast<RegClass>(4); });
  expect_inconsistent([](Function& f) { f.vreg_classes[1] = static_cast<RegClass>(255); });
  expect_inconsistent([](Function& f) { f.reg_sets[0].add(pi(0)); });
}

TEST(ValidateArrays, EdgesAndPredecessorsThatDisagree) {
  expect_inconsistent([](Function& f) { f.edge_records[0].from = Block(2); });
  expect_inconsistent([](Function& f) { f.edge_records[0].from = Block::none(); });
  expect_inconsistent([](Function& f) { f.edge_records[0].to = Block(2); });
  expect_inconsistent([](Function& f) { f.predecessors[0] = Edge(1000); });
  expect_inconsistent([](Function& f) { f.predecessors[0] = f.predecessors[1]; });
  // block2 has two: its own and block1's.
  expect_inconsistent([](Function& f) { std::swap(f.predecessors[1], f.predecessors[2]); });
  expect_inconsistent([](Function& f) { f.predecessors[2] = f.predecessors[1]; });
}

TEST(ValidateArrays, OperandsThatTextCannotSay) {
  expect_inconsistent(
      [](Function& f) { f.operands[0] = Operand::def(f.operands[0].vreg(), Constraint::Reg, 1); });
  for (auto make : {&Operand::late_use, &Operand::early_def}) {
    expect_inconsistent([&](Function& f) {
      for (Operand& operand : f.operands) {
        if (operand.is_pin()) operand = make(VReg::none(), Constraint::Pin, operand.payload());
      }
    });
  }
}

TEST(ValidateArrays, RematerializableOutOfOrder) {
  expect_inconsistent([](Function& f) { std::swap(f.rematerializable[0], f.rematerializable[1]); });
  expect_inconsistent([](Function& f) { f.rematerializable[1] = f.rematerializable[0]; });
}

TEST(ValidateArrays, Recipes) {
  expect_inconsistent([](Function& f) { std::swap(f.recipes[0], f.recipes[1]); });
  expect_inconsistent([](Function& f) { f.recipes[1].value = f.recipes[0].value; });
  expect_inconsistent([](Function& f) { f.recipes[1].first_input = 3; });
  expect_inconsistent([](Function& f) { f.recipes[1].first_input = 0xffffffff; });
  expect_inconsistent([](Function& f) { f.recipes[1].input_count = 2; });
  expect_inconsistent([](Function& f) { f.recipe_inputs.pop_back(); });
  expect_inconsistent([](Function& f) { f.recipes[0].clobbers = RegSetId(55); });
  expect_inconsistent([](Function& f) { f.recipes[0].cost = 0; });
  expect_inconsistent([](Function& f) {
    f.recipe_inputs.insert(f.recipe_inputs.end(), 3, f.recipe_inputs[0]);
    f.recipes[0].input_count = kMaxRecipeInputs + 1;
  });
  for (Operand wrong :
       {Operand::use(VReg(0)), Operand::late_use(VReg(0), Constraint::Reg),
        Operand::def(VReg(0), Constraint::Reg), Operand::use(VReg(0), Constraint::Reg, 1),
        Operand::pin(PReg(kRegCount)), Operand::late_use(VReg::none(), Constraint::Pin, 60)}) {
    expect_inconsistent([&](Function& f) { f.recipe_inputs[0] = wrong; });
  }
}

TEST(ValidateArrays, TooLarge) {
  Function many_vregs = rich_program();
  many_vregs.vreg_classes.resize(std::size_t{kMaxVRegs} + 1, RegClass::None);
  expect(many_vregs, {{Rule::TooLarge, Block(), Inst()}});
  many_vregs.vreg_classes.resize(kMaxVRegs);
  expect(many_vregs, {});

  Program p;
  VReg v = p.i();
  p.begin_block();
  p.op({Operand::def(v)});
  std::vector<Operand> operands(kMaxOperandsOfInst, Operand::use(v));
  Inst wide = p.op(operands);
  p.ret({});
  Function f = p.done();
  expect(f, {});
  f.operands.push_back(Operand::use(v));
  f.inst_records[2].first_operand += 1;
  f.inst_records[3].first_operand += 1;
  expect(f, {{Rule::TooLarge, Block(), wide}});
}

// A word anywhere is set to something: a small number, a large one, or one bit is turned.
class Damage {
 public:
  explicit Damage(std::uint32_t seed) : random_(seed) {}

  void harm(Function& f) {
    switch (random_() % 12) {
      case 0:
        return harm_words(f.block_records);
      case 1:
        return harm_words(f.inst_records);
      case 2:
        return harm_words(f.edge_records);
      case 3:
        return harm_words(f.operands);
      case 4:
        return harm_words(f.predecessors);
      case 5:
        return harm_words(f.params);
      case 6:
        return harm_words(f.arguments);
      case 7:
        return harm_words(f.rematerializable);
      case 8:
        return harm_words(f.debug_labels);
      case 9:
        return harm_words(f.recipes);
      case 10:
        return harm_words(f.recipe_inputs);
      default:
        return resize(f);
    }
  }

 private:
  template <class T>
  void harm_words(std::vector<T>& items) {
    if (items.empty()) return;
    auto* bytes = reinterpret_cast<unsigned char*>(items.data());
    std::size_t at = random_() % (items.size() * sizeof(T) / 4) * 4;
    std::uint32_t word = 0;
    std::memcpy(&word, bytes + at, 4);
    switch (random_() % 3) {
      case 0:
        word = static_cast<std::uint32_t>(random_() % 12);
        break;
      case 1:
        word = static_cast<std::uint32_t>(0xffffffffu - random_() % 3);
        break;
      default:
        word ^= 1u << random_() % 32;
        break;
    }
    std::memcpy(bytes + at, &word, 4);
  }

  void resize(Function& f) {
    auto change = [&](auto& items) {
      items.resize(items.size() + random_() % 3 - (items.empty() ? 0 : 1));
      items.shrink_to_fit();
    };
    switch (random_() % 13) {
      case 0:
        return change(f.block_records);
      case 1:
        return change(f.inst_records);
      case 2:
        return change(f.edge_records);
      case 3:
        return change(f.operands);
      case 4:
        return change(f.predecessors);
      case 5:
        return change(f.params);
      case 6:
        return change(f.arguments);
      case 7:
        return change(f.reg_sets);
      case 8:
        return change(f.vreg_classes);
      case 9:
        return change(f.recipes);
      case 10:
        return change(f.recipe_inputs);
      case 11:
        if (!f.vreg_classes.empty()) f.vreg_classes[0] = static_cast<RegClass>(random_() % 256);
        return;
      default:
        return change(f.debug_labels);
    }
  }

  std::mt19937 random_;
};

TEST(ValidateArrays, RandomDamageIsHarmless) {
  const Function whole = rich_program();
  std::size_t rejected = 0, accepted = 0;
  for (std::uint32_t seed = 0; seed < 20000; ++seed) {
    Damage damage(seed);
    Function f = whole;
    for (std::uint32_t i = 0; i <= seed % 3; ++i) damage.harm(f);
    ++(validate(f.view(), machine()).empty() ? accepted : rejected);
  }
  // Some harm is none: a larger limit, another label.
  EXPECT_GT(rejected, accepted);
  EXPECT_GT(accepted, 0u);
}

}  // namespace
}  // namespace regproof
