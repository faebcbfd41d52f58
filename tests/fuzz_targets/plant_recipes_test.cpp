// What is planted is legal, of every kind, and leaves alone what was there.
#include "fuzz_targets/plant_recipes.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ir/validate.h"
#include "ssagen/ssagen.h"
#include "tests/checker/programs.h"

namespace regproof {
namespace {

TEST(PlantRecipes, LegalAndOfEveryKind) {
  std::size_t inputs = 0, clobbers = 0, reuses = 0, dear = 0, marked = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    Program program = generate(seed, find_profile(seed % 2 == 0 ? "default" : "remat")->knobs);
    plant_recipes(program.function);
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
  for (std::size_t count : {inputs, clobbers, reuses, dear, marked}) EXPECT_GT(count, 20u);
}

TEST(PlantRecipes, KeepsWhatIsThere) {
  testing::Sample sample = testing::read_sample(R"(
machine {
  int p0i..p3i |
  float |
  vector |
}
function "f" {
  rematerializable v1i
  recipe v2i = (p9i) cost 7
  block0():
    op def v0i reg
    op use v0i reg, def v1i reg
    op use v0i reg, def v2i reg
    op use v0i reg, use v1i reg, def v3i reg
    op use v0i reg, def v4i reg
    ret
}
)");
  plant_recipes(sample.function);
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

}  // namespace
}  // namespace regproof
