// What is planted is legal, of every kind, and leaves alone what was there.
#include "fuzz_targets/plant_recipes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "ir/validate.h"
#include "ssagen/ssagen.h"
#include "tests/checker/programs.h"

namespace regproof {
namespace {

testing::Sample sample_of(const std::string& body) {
  return testing::read_sample(
      "machine {\n  int p0i..p3i |\n  float |\n  vector |\n}\nfunction \"f\" {\n" + body + "\n}\n");
}

TEST(PlantRecipes, LegalAndOfEveryKind) {
  int planted = 0;
  std::size_t inputs = 0, clobbers = 0, reuses = 0, dear = 0, marked = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    Program program = generate(seed, find_profile(seed % 2 == 0 ? "default" : "remat")->knobs);
    planted += plant_recipes(program.function) ? 1 : 0;
    EXPECT_FALSE(plant_recipes(program.function)) << "it states them now; seed " << seed;
    FunctionView view = program.function.view();
    ASSERT_TRUE(validate(view, program.machine).empty())
        << validate(view, program.machine)[0].message;
    marked += view.rematerializable.size();
    for (const Recipe& recipe : view.recipes) {
      inputs += recipe.input_count > 1 ? 1 : 0;
      clobbers += view.reg_set(recipe.clobbers).empty() ? 0 : 1;
      reuses += recipe.has_reuse() ? 1 : 0;
      dear += recipe.cost > 10 ? 1 : 0;
    }
  }
  EXPECT_GT(planted, 500);
  EXPECT_LT(planted, 1990) << "some have enough";
  for (std::size_t count : {inputs, clobbers, reuses, dear, marked}) EXPECT_GT(count, 20u);
}

TEST(PlantRecipes, KeepsWhatIsThere) {
  testing::Sample sample = sample_of(R"(  rematerializable v1i
  recipe v2i = (p9i) cost 7
  block0():
    op def v0i reg
    op use v0i reg, def v1i reg
    op use v0i reg, def v2i reg
    op use v0i reg, use v1i reg, def v3i reg
    op use v0i reg, def v4i reg
    op def v5i reg, def v6i reg, def v7i reg, def v8i reg
    ret)");
  EXPECT_TRUE(plant_recipes(sample.function));
  FunctionView view = sample.function.view();
  EXPECT_TRUE(view.is_rematerializable(VReg(0)));
  EXPECT_TRUE(view.is_rematerializable(VReg(1)));
  EXPECT_EQ(view.find_recipe(VReg(1)), nullptr);
  EXPECT_EQ(view.find_recipe(VReg(2))->cost, 7);
  ASSERT_NE(view.find_recipe(VReg(3)), nullptr);
  EXPECT_EQ(view.inputs(*view.find_recipe(VReg(3))).size(), 2u);
  EXPECT_EQ(view.find_recipe(VReg(4)), nullptr) << "every fourth instruction is left alone";
  EXPECT_TRUE(validate(view, sample.machine).empty());
}

TEST(PlantRecipes, NoneWhereThereAreEnough) {
  testing::Sample sample = sample_of(R"(  recipe v2i = (p9i) cost 7
  block0():
    op def v0i reg
    op use v0i reg, def v1i reg
    op use v0i reg, use v1i reg, def v2i reg
    op use v0i reg, def v3i reg
    ret)");
  EXPECT_FALSE(plant_recipes(sample.function)) << "one of four";
  EXPECT_EQ(sample.function.recipes.size(), 1u);
  EXPECT_TRUE(sample.function.rematerializable.empty());
}

TEST(PlantClobbers, WhatALaterEditReadsOrAnEarlierOneWrote) {
  testing::Sample sample = testing::read_sample(R"(
machine {
  int p0i..p5i |
  float |
  vector |
}
function "f" {
  recipe v1i = (v0i)
  recipe v2i = (v0i)
  recipe v3i = ()
  block0():
    op def v0i reg
    op use v0i reg, def v1i reg
    op use v0i reg, def v2i reg
    op def v3i reg
    ret
}
)");
  Output answer;
  auto compute = [&](std::uint32_t inst, std::uint32_t v, unsigned to) {
    PReg from = make_preg(RegClass::Int, 0);
    Edit edit = Edit::recompute(ProgPoint::before(Inst(inst)), VReg(v), VReg(v),
                                Location::reg(make_preg(RegClass::Int, to)));
    edit.inputs[0] = v == 3 ? PReg::none() : from;
    answer.edits.push_back(edit);
  };
  auto move = [&](std::uint32_t inst, unsigned from, unsigned to) {
    answer.edits.push_back(Edit::move(ProgPoint::before(Inst(inst)),
                                      Location::reg(make_preg(RegClass::Int, from)),
                                      Location::reg(make_preg(RegClass::Int, to))));
  };
  compute(3, 1, 1);
  EXPECT_FALSE(plant_clobbers(sample.function, answer)) << "no other edit";
  move(3, 0, 2);
  move(3, 5, 3);
  move(4, 2, 4);
  compute(4, 2, 1);
  compute(4, 3, 1);
  EXPECT_TRUE(plant_clobbers(sample.function, answer));
  FunctionView view = sample.function.view();
  auto clobbered = [&](std::uint32_t v) {
    return view.reg_set(view.find_recipe(VReg(v))->clobbers);
  };
  EXPECT_EQ(clobbered(1).bits(RegClass::Int), 1u << 5) << "p0i is its input";
  EXPECT_EQ(clobbered(2).bits(RegClass::Int), 1u << 4);
  EXPECT_TRUE(clobbered(3).empty()) << "it would no longer be free";
  EXPECT_TRUE(validate(view, sample.machine).empty());
}

}  // namespace
}  // namespace regproof
