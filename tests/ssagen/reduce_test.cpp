// What a reduction keeps and what it ends in: the smallest program that still has what was asked for,
// legal at each step, the same every time; and that a sketch of a program is that program.
#include "ssagen/reduce.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "ir/feasible.h"
#include "ir/text.h"
#include "ir/validate.h"
#include "ssagen/reduce_dimensions.h"
#include "ssagen/sketch.h"

namespace regproof {
namespace {

std::string text_of(const Program& program) {
  std::string text;
  print_machine(program.machine, text);
  print_function(program.function.view(), text);
  return text;
}

Program from_profile(std::string_view profile, std::uint64_t seed) {
  const Profile* found = find_profile(profile);
  EXPECT_NE(found, nullptr) << profile;
  return found != nullptr ? generate(seed, found->knobs) : Program();
}

TEST(Sketch, IsTheProgram) {
  for (const Profile& profile : all_profiles()) {
    if (profile.name == "large") continue;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      Program program = generate(seed, profile.knobs);
      Program again = finish(sketch_of(program.function.view(), program.machine), true);
      ASSERT_EQ(text_of(program), text_of(again)) << profile.name << " " << seed;
    }
  }
}

Program program_of(const std::string& text) {
  FunctionReader reader("program", text);
  auto read = reader.next();
  EXPECT_TRUE(read && *read);
  if (!read || !*read) return {};
  EXPECT_TRUE(validate((*read)->function.view(), (*read)->machine).empty());
  return {(*read)->machine, std::move((*read)->function)};
}

constexpr const char* kMachine = "machine {\n  int p0i..p3i |\n}\n";

// What `finish` once took for something to be repaired.
const std::string kOdd[] = {
    // One value written early and late.
    R"(function "f" {
  multiple_defs
  block0():
    op def@early v0i any, def v0i any
    op def v2i reg, def@early v2i any, def v1i any
    ret use v0i any, use v2i any
})",
    // Labels of nothing: empty, at the function's end, of a value that nothing defines.
    R"(function "f" {
  debug v0i inst0..inst0 = 1
  debug v0i inst2..inst2 = 2
  debug v0i inst1..inst2 = 3
  debug v7i inst0..inst1 = 4
  debug v3f inst1..inst2 = 5
  block0():
    op def v0i any
    ret use v0i any
})",
    // Numbers with gaps, and in another order than that of the text.
    R"(function "f" {
  rematerializable v9000i
  block0():
    op def v9000i any, def v5i any
    ret use v5i any, use v9000i any
})",
    // Recipes with all their parts, of values that are defined several times, of parameters.
    R"(function "f" {
  multiple_defs
  rematerializable v0i
  recipe v1i = (v0i, v0i, p9i) cost 255 clobbers p2i p0f..p3f reuse 1
  recipe v2i = ()
  recipe v3i = (p63v) cost 2
  recipe v5i = (v4i, v1i) cost 1 reuse 1
  block0():
    op def v0i any, def v2i any
    op def v1i any, use v0i reg, def v1i fixed(p1i), use v0i any
    branch -> block1(v2i)
  block1(v3i):
    op pin p9i, def v4i any
    op use v1i any, pin p9i, use v4i any, def v5i any
    ret use v5i any
})",
};

TEST(Sketch, IsTheProgramWhereThatIsOdd) {
  for (const std::string& odd : kOdd) {
    Program program = program_of(kMachine + odd);
    for (bool feasible : {true, false}) {
      Program again = finish(sketch_of(program.function.view(), program.machine), feasible);
      EXPECT_EQ(text_of(program), text_of(again));
    }
  }
}

// A label whose definition an edit takes away goes on to another value.
TEST(Sketch, LabelsFollowWhatIsLeft) {
  Program program = program_of(kMachine + std::string(R"(function "f" {
  debug v1i inst1..inst2 = 1
  block0():
    op def v0i any
    op def v1i any
    ret
})"));
  Sketch sketch = sketch_of(program.function.view(), program.machine);
  sketch.blocks[0].insts.erase(sketch.blocks[0].insts.begin() + 1);
  Program after = finish(sketch, true);
  ASSERT_EQ(after.function.debug_labels.size(), 1u);
  EXPECT_EQ(after.function.debug_labels[0].vreg, VReg(0));
}

// What a recipe needs and is gone goes from the recipe.
TEST(Sketch, RecipesKeepWhatIsLeft) {
  Program program = program_of(kMachine + std::string(R"(function "f" {
  recipe v2i = (v1i, p9i, v0i) cost 3 clobbers p2i reuse 2
  block0():
    op def v0i any
    op def v1i any
    op use v0i any, use v1i any, def v2i any
    ret
})"));
  auto recipe_after = [&](auto edit) {
    Sketch sketch = sketch_of(program.function.view(), program.machine);
    edit(sketch);
    Program after = finish(sketch, true);
    EXPECT_TRUE(validate(after.function.view(), after.machine).empty());
    std::string text = text_of(after);
    std::size_t at = text.find("recipe");
    return at == std::string::npos ? "" : text.substr(at, text.find('\n', at) - at);
  };
  EXPECT_EQ(recipe_after([](Sketch&) {}),
            "recipe v2i = (v1i, p9i, v0i) cost 3 clobbers p2i reuse 2");
  EXPECT_EQ(recipe_after([](Sketch& s) {
              s.blocks[0].insts[2].operands.erase(s.blocks[0].insts[2].operands.begin() + 1);
            }),
            "recipe v2i = (p9i, v0i) cost 3 clobbers p2i reuse 1");
  EXPECT_EQ(recipe_after([](Sketch& s) {
              s.blocks[0].insts[2].operands.erase(s.blocks[0].insts[2].operands.begin());
            }),
            "recipe v2i = (v1i, p9i) cost 3 clobbers p2i");
  // The operand reads another value, and so does the recipe.
  EXPECT_EQ(recipe_after([](Sketch& s) { s.blocks[0].insts.erase(s.blocks[0].insts.begin() + 1); }),
            "recipe v2i = (v0i, p9i, v0i) cost 3 clobbers p2i reuse 2");
  EXPECT_EQ(recipe_after([](Sketch& s) { s.blocks[0].insts.erase(s.blocks[0].insts.begin() + 2); }),
            "");
  // A register that may change is no input.
  EXPECT_EQ(recipe_after([](Sketch& s) { s.machine.preferred.add(make_preg(RegClass::Int, 9)); }),
            "recipe v2i = (v1i, p10i, v0i) cost 3 clobbers p2i reuse 2");
  EXPECT_EQ(recipe_after(
                [](Sketch& s) { s.blocks[0].insts[3].clobbers.add(make_preg(RegClass::Int, 9)); }),
            "recipe v2i = (v1i, p10i, v0i) cost 3 clobbers p2i reuse 2");
  EXPECT_EQ(recipe_after([](Sketch& s) { s.rematerializable[2] = 1; }), "");
  EXPECT_EQ(recipe_after([](Sketch& s) {
              s.blocks[0].insts.erase(s.blocks[0].insts.begin());
              close_gaps(s, NumberBy::Place);
            }),
            "recipe v2i = (v0i, p9i, v0i) cost 3 clobbers p2i reuse 2");
}

TEST(Sketch, OperandsThatAreTooManyGo) {
  Program program =
      program_of(kMachine + std::string("function \"f\" {\n  block0():\n    ret\n}\n"));
  Sketch sketch = sketch_of(program.function.view(), program.machine);
  SketchOperand pin{Operand::pin(make_preg(RegClass::Int, 9)), RegSet()};
  sketch.blocks[0].insts[0].operands.assign(kMaxOperandsOfInst + 2, pin);
  Program after = finish(sketch, true);
  EXPECT_EQ(after.function.operands.size(), kMaxOperandsOfInst);
  EXPECT_TRUE(validate(after.function.view(), after.machine).empty());
}

TEST(Sketch, GapsAreClosed) {
  Program program = program_of(kMachine + kOdd[2]);
  Sketch sketch = sketch_of(program.function.view(), program.machine);
  EXPECT_EQ(sketch.classes.size(), 9001u);
  EXPECT_EQ(count_values(sketch), 2u);
  close_gaps(sketch, NumberBy::Place);
  EXPECT_EQ(sketch.classes.size(), 2u);
  Program after = finish(sketch, true);
  EXPECT_EQ(after.function.operands[0].vreg(), VReg(0));
  EXPECT_TRUE(after.function.view().is_rematerializable(VReg(0)));
  EXPECT_FALSE(after.function.view().is_rematerializable(VReg(1)));

  Sketch by_number = sketch_of(program.function.view(), program.machine);
  close_gaps(by_number, NumberBy::Number);
  EXPECT_EQ(by_number.classes.size(), 2u);
  after = finish(by_number, true);
  EXPECT_EQ(after.function.operands[0].vreg(), VReg(1));
  EXPECT_TRUE(after.function.view().is_rematerializable(VReg(1)));
}

bool has_clobber(const Program& program) {
  FunctionView function = program.function.view();
  for (Inst inst : function.insts()) {
    if (!function.clobbers(inst).empty()) return true;
  }
  return false;
}

bool has_reuse_in_loop(const Program& program) {
  FunctionView function = program.function.view();
  for (Edge e : function.edges()) {
    if (function.target(e) > function.source(e)) continue;
    for (Inst inst : function.insts(function.target(e))) {
      for (const Operand& op : function.operands(inst)) {
        if (op.constraint() == Constraint::Reuse) return true;
      }
    }
  }
  return false;
}

bool has_argument_fixed_at_use(const Program& program) {
  FunctionView function = program.function.view();
  for (Block b : function.blocks()) {
    for (VReg param : function.params(b)) {
      for (Inst inst : function.insts(b)) {
        for (const Operand& op : function.operands(inst)) {
          if (op.constraint() == Constraint::Fixed && op.is_use() && op.vreg() == param)
            return true;
        }
      }
    }
  }
  return false;
}

// Of two recipes, with a reuse.
bool has_recipe_chain(const Program& program) {
  FunctionView function = program.function.view();
  for (const Recipe& recipe : function.recipes) {
    if (!recipe.has_reuse()) continue;
    for (const Operand& input : function.inputs(recipe)) {
      if (function.find_recipe(input.vreg()) != nullptr) return true;
    }
  }
  return false;
}

struct Goal {
  const char* name;
  bool (*holds)(const Program&);
  std::size_t insts;  // of the smallest program, worked out by hand
  std::size_t operands;
  const char* profile = "default";
};

// An instruction that clobbers and a ret; an input, the instruction that reuses it, and a branch
// back from anywhere; a parameter needs an edge, its use an instruction, both an argument.
constexpr Goal kGoals[] = {
    {"a chain of recipes", has_recipe_chain, 3, 3, "remat"},
    {"a clobber", has_clobber, 2, 0},
    {"a reuse in a loop", has_reuse_in_loop, 4, 3},
    {"a fixed use of a parameter", has_argument_fixed_at_use, 3, 2},
};

TEST(Reduce, EndsInTheSmallestProgram) {
  for (const Goal& goal : kGoals) {
    int reduced = 0;
    for (std::uint64_t seed = 1; seed <= 40 && reduced < 4; ++seed) {
      Program program = from_profile(goal.profile, seed);
      if (!goal.holds(program)) continue;
      ++reduced;
      Program small = reduce(program, goal.holds);
      FunctionView function = small.function.view();
      EXPECT_TRUE(goal.holds(small));
      EXPECT_TRUE(validate(function, small.machine).empty());
      EXPECT_LE(function.inst_count(), goal.insts) << goal.name << " " << seed << text_of(small);
      EXPECT_LE(function.operand_array.size(), goal.operands) << goal.name << text_of(small);
    }
    EXPECT_EQ(reduced, 4) << goal.name;
  }
}

TEST(Reduce, AsksOfLegalAndFeasibleProgramsThatGetSmaller) {
  Program program = from_profile("calls", 3);
  std::size_t last = size_of_program(program.function.view(), program.machine);
  std::size_t asked = 0;
  auto holds = [&](const Program& p) {
    FunctionView function = p.function.view();
    EXPECT_TRUE(validate_machine(p.machine).empty());
    EXPECT_TRUE(validate(function, p.machine).empty());
    EXPECT_FALSE(find_infeasible(function, p.machine));
    std::size_t size = size_of_program(function, p.machine);
    EXPECT_LT(size, last);
    bool kept = function.inst_count() >= 5;
    if (kept) last = size;
    ++asked;
    return kept;
  };
  Program small = reduce(program, holds);
  EXPECT_EQ(small.function.view().inst_count(), 5u);
  EXPECT_GT(asked, 5u);
}

TEST(Reduce, IsTheSameEveryTimeAndKeepsToItsLimit) {
  Program program = from_profile("loops", 5);
  ASSERT_TRUE(has_clobber(program) || has_reuse_in_loop(program));
  auto holds = [](const Program& p) { return has_clobber(p) || has_reuse_in_loop(p); };
  EXPECT_EQ(text_of(reduce(program, holds)), text_of(reduce(program, holds)));
  ReduceOptions options;
  options.max_asked = 3;
  std::uint64_t asked = 0;
  options.progress = [&](const ReduceProgress& progress) { asked = progress.asked; };
  Program some = reduce(program, holds, options);
  EXPECT_LE(asked, 3u);
  EXPECT_TRUE(holds(some));
}

// The place of a use matters by a power of two, as that of a range's end does in arrays of chunks.
TEST(Reduce, KeepsWhatIsAligned) {
  std::string text = std::string(kMachine) + "function \"f\" {\n  block0():\n    op def v0i any\n";
  for (int k = 0; k < 199; ++k) text += "    op\n";
  Program program = program_of(text + "    op use v0i any\n    ret\n}\n");
  auto holds = [](const Program& p) {
    FunctionView function = p.function.view();
    for (Inst inst : function.insts()) {
      bool reads = !function.operands(inst).empty() && function.operands(inst)[0].is_use();
      if (reads && inst.value() >= 64 && inst.value() % 8 == 0) return true;
    }
    return false;
  };
  ASSERT_TRUE(holds(program));
  EXPECT_LE(reduce(program, holds).function.view().inst_count(), 66u);
}

// Of several blocks that no edge leads to, or whose values are read elsewhere, one is left.
TEST(Reduce, BlocksJoinTheEntry) {
  for (const char* terminator : {"ret", "branch -> block2()"}) {
    std::string text = std::string(kMachine) + R"(function "f" {
  block0():
    op def v0i any
    ret
  block1():
    op def v1i any
    )" + terminator + R"(
  block2():
    op use v1i any, use v0i any
    ret
})";
    auto reads_two = [](const Program& p) {
      FunctionView function = p.function.view();
      for (Inst inst : function.insts()) {
        std::span<const Operand> ops = function.operands(inst);
        bool two = ops.size() == 2 && ops[0].is_use() && ops[1].is_use();
        if (two && ops[0].vreg() != ops[1].vreg()) return true;
      }
      return false;
    };
    Program small = reduce(program_of(text), reads_two);
    EXPECT_TRUE(reads_two(small));
    EXPECT_EQ(small.function.view().block_count(), 1u) << text_of(small);
  }
}

const Dimension& last_dimension(std::string_view name) {
  const Dimension* found = nullptr;
  for (const Dimension& dimension : reduce_dimensions()) {
    if (dimension.name == name) found = &dimension;
  }
  EXPECT_NE(found, nullptr) << name;
  return *found;
}

// All operands and clobbers go to the next instruction, and reuses find
// their inputs there.
TEST(Reduce, InstructionsAreFused) {
  Program program = program_of(std::string(kMachine) + R"(function "f" {
  block0():
    op def v0i reg, def v1i any ; clobber p1i
    op use v1i any
    op use v0i reg, def v2i reuse(0) ; clobber p2i
    ret
})");
  Sketch sketch = sketch_of(program.function.view(), program.machine);
  const Dimension& fusing = last_dimension("instructions");
  ASSERT_EQ(fusing.count(sketch), 3u);
  fusing.simplify(sketch, 1);
  Program fused = finish(sketch, false);
  std::string text = text_of(fused);
  EXPECT_NE(text.find("op def v0i reg, def v1i any ; clobber p1i\n"), std::string::npos) << text;
  EXPECT_NE(text.find("op use v1i any, use v0i reg, def v2i reuse(1) ; clobber p2i\n"),
            std::string::npos)
      << text;
  fusing.simplify(sketch, 0);
  EXPECT_EQ(sketch.blocks[0].insts[0].clobbers.size(), 2u);
}

// The last block ahead that ends is not the one just ahead.
TEST(Reduce, BlocksJoinOneFurtherAhead) {
  std::string text = std::string(kMachine) + R"(function "f" {
  block0():
    branch -> block2(), block1()
  block1():
    op
    ret
  block2():
    branch -> block3()
  block3():
    branch -> block3()
  block4():
    op
    ret
})";
  auto holds = [](const Program& p) {
    FunctionView function = p.function.view();
    bool forks = false, loops = false;
    std::size_t plain = 0;
    for (Inst inst : function.insts()) plain += function.kind(inst) == InstKind::Op ? 1 : 0;
    for (Block b : function.blocks()) forks |= function.successors(b).size() == 2;
    for (Edge e : function.edges()) loops |= function.source(e) == function.target(e);
    bool in_entry = function.insts(Block(0)).size() > 1;
    return forks && loops && plain == 2 && !in_entry;
  };
  Program program = program_of(text);
  ASSERT_TRUE(holds(program));
  EXPECT_EQ(reduce(program, holds).function.view().block_count(), 4u);
}

TEST(Reduce, WhereNothingCanGoItIsTheProgram) {
  for (const std::string& odd : kOdd) {
    Program program = program_of(kMachine + odd);
    std::string text = text_of(program);
    Program same = reduce(program, [&](const Program& p) { return text_of(p) == text; });
    EXPECT_EQ(text_of(same), text);
  }
}

TEST(Reduce, StopsWhenItIsTold) {
  Program program = from_profile("loops", 5);
  auto holds = [](const Program& p) { return has_clobber(p) || has_reuse_in_loop(p); };
  ASSERT_TRUE(holds(program));
  ReduceOptions options;
  std::uint64_t asked = 0;
  options.progress = [&](const ReduceProgress& progress) { asked = progress.asked; };
  options.stopped = [&] { return asked >= 3; };
  EXPECT_TRUE(holds(reduce(program, holds, options)));
  EXPECT_EQ(asked, 3u);
}

// Candidates are as many as there are things, not numbers.
TEST(Reduce, NumbersWithGapsCostNothing) {
  Program program = program_of(kMachine + kOdd[2]);
  ReduceOptions options;
  for (bool renumbered : {true, false}) {
    std::size_t candidates = 0;
    options.progress = [&](const ReduceProgress&) { ++candidates; };
    auto holds = [&](const Program& p) {
      return p.function.view().inst_count() == 2 &&
             (renumbered || p.function.view().vreg_count() > 9000);
    };
    Program small = reduce(program, holds, options);
    EXPECT_TRUE(holds(small));
    EXPECT_LT(candidates, 100u);
  }
}

TEST(Reduce, DimensionsCountWhatIsThere) {
  Program bare = program_of(kMachine + std::string("function \"f\" {\n  block0():\n    ret\n}\n"));
  Sketch sketch = sketch_of(bare.function.view(), bare.machine);
  for (const Dimension& dimension : reduce_dimensions()) {
    std::size_t registers = std::string_view(dimension.name) == "registers" ? 4 : 0;
    EXPECT_LE(dimension.count(sketch), registers) << dimension.name;
  }
}

// Each thing that is counted is one: without it, the program is another one.
TEST(Reduce, WhatIsCountedCanGo) {
  std::size_t things = 0, same = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Program program = from_profile(seed % 2 == 0 ? "default" : "remat", seed);
    Sketch sketch = sketch_of(program.function.view(), program.machine);
    std::string text = text_of(program);
    for (const Dimension& dimension : reduce_dimensions()) {
      for (std::size_t k = 0; k < dimension.count(sketch); ++k) {
        Sketch tried = sketch;
        dimension.simplify(tried, k);
        ++things;
        same += text_of(finish(tried, true)) == text ? 1 : 0;
      }
    }
  }
  EXPECT_GT(things, 500u);
  EXPECT_LT(same * 50, things);
}

// All that does not have to stay goes from a recipe.
TEST(Reduce, RecipesBecomePlain) {
  Program program = program_of(kMachine + kOdd[3]);
  auto has_reuse = [](const Program& p) {
    FunctionView function = p.function.view();
    return std::any_of(function.recipes.begin(), function.recipes.end(),
                       [](const Recipe& recipe) { return recipe.has_reuse(); });
  };
  ASSERT_TRUE(has_reuse(program));
  Program small = reduce(program, has_reuse);
  FunctionView function = small.function.view();
  ASSERT_EQ(function.recipes.size(), 1u) << text_of(small);
  EXPECT_EQ(function.recipes[0].input_count, 1u);
  EXPECT_EQ(function.recipes[0].cost, 1u);
  EXPECT_TRUE(function.reg_set(function.recipes[0].clobbers).empty());
}

// Nothing is loosened behind the back of who asks for an infeasible program.
TEST(Reduce, InfeasibleProgramsStayInfeasible) {
  Program program = program_of(R"(machine {
  int p0i..p3i |
  float |
  vector |
}
function "crowded" {
  block0():
    op def v0i reg, def v1i reg, def v2i any
    op use v2i any, def v3i reg
    op use v0i limit(1), use v1i limit(1), use v3i reg ; clobber p3i
    ret use v2i reg
}
)");
  auto infeasible = [](const Program& p) {
    return find_infeasible(p.function.view(), p.machine).has_value();
  };
  ASSERT_TRUE(infeasible(program));
  Program small = reduce(program, infeasible);
  EXPECT_TRUE(infeasible(small));
  EXPECT_LE(small.function.view().inst_count(), 3u) << text_of(small);
}

}  // namespace
}  // namespace regproof
