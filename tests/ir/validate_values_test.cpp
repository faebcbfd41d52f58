// The validator: for every rule of values the smallest programs that break it, and nothing else,
// with the
// place that is reported; beside them legal programs that nearly do.
#include "tests/ir/validate_programs.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace regproof {
namespace {

// ---- values

TEST(ValidateValues, VRegWithoutClass) {
  for (VReg missing : {VReg(1), VReg(500), VReg(0xfffffffe), VReg::none()}) {
    Program use;
    use.declare(VReg(2), RegClass::Int);  // so v1 is a gap
    use.begin_block();
    use.op({Operand::def(VReg(2))});
    Inst ret = use.ret({Operand::use(missing)});
    expect_one(use, Rule::VRegWithoutClass, 0, ret, 0);

    Program def;
    def.declare(VReg(2), RegClass::Int);
    def.begin_block();
    Inst op = def.op({Operand::def(VReg(2)), Operand::def(missing)});
    def.ret({});
    expect_one(def, Rule::VRegWithoutClass, 0, op, 1);

    Program argument;
    argument.declare(VReg(2), RegClass::Int);
    argument.begin_block();
    Inst branch = argument.to_with(1, {missing});
    argument.begin_block({VReg(2)});
    argument.ret({});
    expect_one(argument, Rule::VRegWithoutClass, 0, branch);

    Program param;
    param.declare(VReg(2), RegClass::Int);
    param.begin_block();
    param.op({Operand::def(VReg(2))});
    param.to_with(1, {VReg(2)});
    param.begin_block({missing});
    param.ret({});
    expect_one(param, Rule::VRegWithoutClass, 1, kNone);
  }
}

TEST(ValidateValues, ClassWithoutRegisters) {
  Program p;
  VReg v = p.vreg(RegClass::Vector);
  p.begin_block();
  Inst op = p.op({Operand::def(v)});
  p.ret({Operand::use(v)});
  expect_one(p, Rule::ClassWithoutRegisters, 0, op, 0);

  Program param;
  VReg w = param.vreg(RegClass::Vector);
  param.begin_block();
  param.ret({});
  param.begin_block({w});
  param.ret({});
  expect_one(param, Rule::ClassWithoutRegisters, 1, kNone);
}

TEST(ValidateValues, DefinedTwice) {
  Program p;
  VReg v = p.i();
  p.begin_block();
  p.op({Operand::def(v)});
  Inst again = p.op({Operand::def(v)});
  p.ret({});
  expect_one(p, Rule::DefinedTwice, 0, again, 0);
}

TEST(ValidateValues, DefinedTwiceByParameters) {
  Program p;
  VReg v = p.i(), w = p.i();
  p.begin_block();
  p.op({Operand::def(w)});
  p.branch({}, {{Block(1), {w, w}}});
  p.begin_block({v, v});
  p.ret({});
  expect_one(p, Rule::DefinedTwice, 1, kNone);
}

TEST(ValidateValues, DefinedAsParameterAndInUnreachableBlock) {
  Program p;
  VReg v = p.i(), w = p.i();
  p.begin_block();
  p.op({Operand::def(w)});
  p.to_with(1, {w});
  p.begin_block({v});
  p.ret({});
  p.begin_block();
  Inst again = p.op({Operand::def(v)});
  p.ret({});
  expect_one(p, Rule::DefinedTwice, 2, again, 0);
}

TEST(ValidateValues, DefinedTwiceByOneInstruction) {
  Program refused;
  VReg v = refused.i();
  refused.begin_block();
  Inst op = refused.op({Operand::def(v), Operand::def(v)});
  refused.ret({});
  expect_one(refused, Rule::DefinedTwice, 0, op, 1);

  Program allowed;
  allowed.allow_multiple_defs();
  v = allowed.i();
  allowed.begin_block();
  allowed.op({Operand::def(v), fixed_def(v, pi(0)), fixed_def(v, pi(1))});
  allowed.ret({Operand::use(v)});
  expect_legal(allowed);

  // That two instructions define it stays forbidden.
  Program two;
  two.allow_multiple_defs();
  v = two.i();
  two.begin_block();
  two.op({Operand::def(v)});
  Inst second = two.op({Operand::def(v)});
  two.ret({});
  expect_one(two, Rule::DefinedTwice, 0, second, 0);
}

// As if once: the def is held at both phases then.
TEST(ValidateValues, MultipleDefsMayDifferInPosition) {
  Program p;
  p.allow_multiple_defs();
  VReg v = p.i();
  p.begin_block();
  p.op({Operand::def(v), Operand::def(v), Operand::early_def(v)});
  p.ret({});
  expect(p.done(), {});
}

TEST(ValidateValues, UsedWithoutDefinition) {
  Program p;
  VReg v = p.i();
  p.begin_block();
  Inst ret = p.ret({Operand::use(v), Operand::late_use(v)});
  expect(p.done(), {{Rule::UsedWithoutDefinition, Block(0), ret, 0},
                    {Rule::UsedWithoutDefinition, Block(0), ret, 1}});

  Program argument;
  v = argument.i();
  VReg param = argument.i();
  argument.begin_block();
  Inst branch = argument.to_with(1, {v});
  argument.begin_block({param});
  argument.ret({});
  expect_one(argument, Rule::UsedWithoutDefinition, 0, branch);

  Program unreachable;
  v = unreachable.i();
  unreachable.begin_block();
  unreachable.ret({});
  unreachable.begin_block();
  ret = unreachable.ret({Operand::use(v)});
  expect_one(unreachable, Rule::UsedWithoutDefinition, 1, ret, 0);
}

TEST(ValidateValues, DefinitionLaterInTheBlock) {
  for (std::uint32_t block : {0u, 1u}) {  // in a reachable block and in an unreachable one
    Program p;
    VReg v = p.i();
    p.begin_block();
    if (block == 1) {
      p.ret({});
      p.begin_block();
    }
    Inst use = p.op({Operand::use(v)});
    p.op({Operand::def(v)});
    p.ret({});
    expect_one(p, Rule::DefinitionDoesNotDominate, block, use, 0);
  }
}

TEST(ValidateValues, InstructionUsesWhatItDefines) {
  for (bool use_first : {false, true}) {
    Program p;
    VReg v = p.i();
    p.begin_block();
    Operand use = Operand::late_use(v), def = Operand::early_def(v);
    Inst op = use_first ? p.op({use, def}) : p.op({def, use});
    p.ret({});
    expect_one(p, Rule::DefinitionDoesNotDominate, 0, op, use_first ? 0 : 1);
  }
}

TEST(ValidateValues, BranchUsesWhatItDefines) {
  Program p;
  VReg v = p.i();
  p.begin_block();
  Inst branch = p.to({1}, {Operand::def(v), Operand::use(v)});
  p.begin_block();
  p.ret({});
  expect_one(p, Rule::DefinitionDoesNotDominate, 0, branch, 1);
}

TEST(ValidateValues, BranchDefAsItsOwnArgument) {
  Program p;
  VReg v = p.i(), param = p.i();
  p.begin_block();
  p.branch({Operand::def(v)}, {{Block(1), {v}}});
  p.begin_block({param});
  p.ret({Operand::use(param), Operand::use(v)});
  expect_legal(p);
}

TEST(ValidateValues, ParameterOfTheTargetIsNoArgument) {
  Program p;
  VReg param = p.i();
  p.begin_block();
  Inst branch = p.to_with(1, {param});
  p.begin_block({param});
  p.ret({});
  expect_one(p, Rule::DefinitionDoesNotDominate, 0, branch);
}

TEST(ValidateValues, ParameterAsArgumentOfItsOwnLoop) {
  Program p;
  VReg v = p.i(), param = p.i();
  p.begin_block();
  p.op({Operand::def(v)});
  p.to_with(1, {v});
  p.begin_block({param});
  p.to_with(1, {param});
  expect_legal(p);
}

TEST(ValidateValues, DefinitionInOneArmOnly) {
  Program p;
  VReg v = p.i();
  p.begin_block();
  p.to({1, 2});
  p.begin_block();
  p.op({Operand::def(v)});
  p.to({3});
  p.begin_block();
  p.to({3});
  p.begin_block();
  Inst ret = p.ret({Operand::use(v)});
  expect_one(p, Rule::DefinitionDoesNotDominate, 3, ret, 0);
}

TEST(ValidateValues, UseInALoopBeforeTheDefinition) {
  Program p;
  VReg v = p.i();
  p.begin_block();
  p.to({1});
  p.begin_block();
  Inst use = p.op({Operand::use(v)});
  p.op({Operand::def(v)});
  p.to({1});
  expect_one(p, Rule::DefinitionDoesNotDominate, 1, use, 0);
}

// The documented choice: what no path reaches is dominated by everything.
TEST(ValidateValues, UnreachableBlocks) {
  Program uses;
  VReg v = uses.i();
  uses.begin_block();
  uses.to({1});
  uses.begin_block();
  uses.op({Operand::def(v)});
  uses.ret({});
  uses.begin_block();
  uses.op({Operand::use(v)});
  uses.ret({});
  expect_legal(uses);

  Program among_them;
  v = among_them.i();
  among_them.begin_block();
  among_them.ret({});
  among_them.begin_block();
  among_them.op({Operand::use(v)});
  among_them.to({2});
  among_them.begin_block();
  among_them.op({Operand::def(v)});
  among_them.ret({});
  expect_legal(among_them);

  // A def in an unreachable block dominates no reachable use.
  Program defines;
  v = defines.i();
  defines.begin_block();
  Inst ret = defines.ret({Operand::use(v)});
  defines.begin_block();
  defines.op({Operand::def(v)});
  defines.ret({});
  expect_one(defines, Rule::DefinitionDoesNotDominate, 0, ret, 0);
}

// ---- beside the code

TEST(ValidateBeside, RematerializableUndefined) {
  for (VReg v : {VReg(0), VReg(1), VReg(77), VReg(0xfffffffe)}) {
    Program p;
    p.declare(VReg(0), RegClass::Int);
    p.declare(VReg(2), RegClass::Int);
    p.rematerializable(v);
    p.rematerializable(VReg(2));
    p.begin_block();
    p.op({Operand::def(VReg(2))});
    p.ret({});
    expect(p.done(), {{Rule::RematerializableUndefined, Block(), Inst()}});
  }
}

// inst1 uses a and b and defines c and d, which get recipes; p60i and p61i are outside of the allocation.
struct WithRecipe : Prepared {
  VReg c, d;
  WithRecipe() {
    c = i();
    d = f();
  }
  Function made(const RegSet& clobbers = {}) {
    op({Operand::use(a), Operand::late_use(b, Constraint::Stack), Operand::def(c),
        Operand::def(d)});
    ret({}, clobbers);
    return done();
  }
};

Operand input(VReg v) {
  return Operand::use(v, Constraint::Reg);
}

void expect_recipe(const Function& function, std::vector<Rule> rules) {
  std::vector<Expected> expected;
  for (Rule rule : rules) expected.push_back({rule, Block(), Inst()});
  expect(function, expected);
}

TEST(ValidateRecipe, LegalOnes) {
  WithRecipe p;
  p.recipe(p.c, {input(p.a), input(p.b), input(p.a), Operand::pin(pi(60))}, 255,
           set_of({pi(0), pi(15), pi(32), pi(61), pf(1)}), 2);
  p.recipe(p.d, {});
  expect_recipe(p.made(), {});
}

TEST(ValidateRecipe, RecipeTwice) {
  WithRecipe p;
  p.recipe(p.c, {input(p.a)});
  p.rematerializable(p.c);
  p.rematerializable(p.d);
  expect_recipe(p.made(), {Rule::RecipeTwice});
}

TEST(ValidateRecipe, RecipeUndefined) {
  for (VReg v : {VReg(5), VReg(77), VReg(0xfffffffe)}) {
    WithRecipe p;
    p.declare(VReg(5), RegClass::Int);
    p.recipe(v, {input(p.a)});
    expect_recipe(p.made(), {Rule::RecipeUndefined});
  }
}

TEST(ValidateRecipe, RecipeInput) {
  WithRecipe other;
  VReg e = other.i();
  other.op({Operand::def(e)});
  other.recipe(other.c, {input(other.a), input(e), input(VReg(1000)), input(VReg::none())});
  expect_recipe(other.made(), {Rule::RecipeInput, Rule::RecipeInput, Rule::RecipeInput});

  WithRecipe itself;  // nor what the instruction defines
  itself.recipe(itself.c, {input(itself.c)});
  itself.recipe(itself.d, {input(itself.c)});
  expect_recipe(itself.made(), {Rule::RecipeInput, Rule::RecipeInput});

  for (bool pin : {true, false}) {
    Prepared p;
    VReg param = p.i();
    p.recipe(param, {pin ? Operand::pin(pi(60)) : input(p.a)});
    p.to_with(1, {p.a});
    p.begin_block({param});
    p.ret({});
    Function function = p.done();
    expect_recipe(function, pin ? std::vector<Rule>() : std::vector<Rule>{Rule::RecipeInput});
  }
}

// Of several definitions by one instruction each uses what the others use.
TEST(ValidateRecipe, InputOfAValueThatIsDefinedSeveralTimes) {
  Program p;
  p.allow_multiple_defs();
  VReg v = p.i(), w = p.i();
  p.recipe(w, {input(v)}, 1, {}, 0);
  p.begin_block();
  p.op({Operand::def(v)});
  p.op({Operand::def(w), Operand::use(v), fixed_def(w, pi(0))});
  p.ret({});
  expect_recipe(p.done(), {});
}

TEST(ValidateRecipe, RecipePin) {
  // Allocatable, scratch, fixed_stack.
  for (PReg pin : {pi(0), pi(4), pi(15), pi(32), pf(1)}) {
    WithRecipe p;
    p.recipe(p.c, {input(p.a), Operand::pin(pin)});
    expect_recipe(p.made(), {Rule::RecipePin});
  }
  for (PReg clobbered : {pi(60), pi(61)}) {
    WithRecipe by_inst;
    by_inst.recipe(by_inst.c, {Operand::pin(pi(60))});
    expect_recipe(by_inst.made(set_of({clobbered})),
                  clobbered == pi(60) ? std::vector<Rule>{Rule::RecipePin} : std::vector<Rule>());
    WithRecipe by_recipe;
    by_recipe.recipe(by_recipe.c, {Operand::pin(pi(60))});
    by_recipe.recipe(by_recipe.d, {}, 1, set_of({clobbered}));
    expect_recipe(by_recipe.made(),
                  clobbered == pi(60) ? std::vector<Rule>{Rule::RecipePin} : std::vector<Rule>());
  }
}

TEST(ValidateRecipe, RecipeReuse) {
  for (std::uint8_t reuse : {0, 1, 2, 3, 254}) {
    WithRecipe p;
    p.recipe(p.c, {input(p.a), input(p.b), Operand::pin(pi(60))}, 1, {}, reuse);
    expect_recipe(p.made(),
                  reuse == 0 ? std::vector<Rule>() : std::vector<Rule>{Rule::RecipeReuse});
  }
}

TEST(ValidateBeside, LabelVRegMissing) {
  auto program = [](VReg v) {
    Program p;
    p.declare(VReg(0), RegClass::Int);
    p.debug_label({v, Inst(0), Inst(1), 4});
    p.begin_block();
    p.ret({});
    return p.done();
  };
  expect(program(VReg(77)), {{Rule::LabelVRegMissing, Block(), Inst()}});
  expect(program(VReg::none()), {{Rule::LabelVRegMissing, Block(), Inst()}});
  expect(program(VReg(0)), {});  // never defined: nothing to follow
}

TEST(ValidateBeside, LabelRange) {
  auto program = [](Inst from, Inst to) {
    Prepared p;
    p.debug_label({p.a, from, to, 4});
    p.ret({});
    return p.done();
  };
  expect(program(Inst(1), Inst(1)), {});
  expect(program(Inst(1), Inst(0)), {{Rule::LabelRange, Block(), Inst()}});
  expect(program(Inst(0), Inst(3)), {{Rule::LabelRange, Block(), Inst()}});
  expect(program(Inst(0), Inst::none()), {{Rule::LabelRange, Block(), Inst()}});
  expect(program(Inst(0), Inst(2)), {});
  expect(program(Inst(1), Inst(2)), {});
}

}  // namespace
}  // namespace regproof
