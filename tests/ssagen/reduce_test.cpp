// What a reduction keeps and what it ends in: the smallest program that still has what was asked for,
// legal at each step, the same every time; and that a sketch of a program is that program.
#include "ssagen/reduce.h"

#include <gtest/gtest.h>

#include <string>

#include "ir/feasible.h"
#include "ir/text.h"
#include "ir/validate.h"
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

struct Goal {
  const char* name;
  bool (*holds)(const Program&);
  std::size_t insts;  // of the smallest program, worked out by hand
  std::size_t operands;
};

// An instruction that clobbers and a ret; an input, the instruction that reuses it, and a branch
// back from anywhere; a parameter needs an edge, its use an instruction, both an argument.
constexpr Goal kGoals[] = {
    {"a clobber", has_clobber, 2, 0},
    {"a reuse in a loop", has_reuse_in_loop, 4, 3},
    {"a fixed use of a parameter", has_argument_fixed_at_use, 3, 2},
};

TEST(Reduce, EndsInTheSmallestProgram) {
  for (const Goal& goal : kGoals) {
    int reduced = 0;
    for (std::uint64_t seed = 1; seed <= 40 && reduced < 4; ++seed) {
      Program program = from_profile("default", seed);
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

// Nothing is loosened behind the back of who asks for an infeasible program.
TEST(Reduce, InfeasibleProgramsStayInfeasible) {
  auto text = R"(
machine {
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
)";
  FunctionReader reader("crowded", text);
  auto read = reader.next();
  ASSERT_TRUE(read && *read);
  Program program{(*read)->machine, std::move((*read)->function)};
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
