// The generator draws every shape: each construct of the text format, and each that a generator once
// missed. A fixed range of seeds over all profiles, so a gap is a failure and not bad luck.
#include "ssagen/shapes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ir/builder.h"
#include "ssagen/generate.h"
#include "ssagen/ssagen.h"

namespace regproof {
namespace {

constexpr std::uint64_t kSeeds = 60;         // of each profile
constexpr std::uint64_t kLeastPrograms = 8;  // of about 1300 that show each shape

TEST(Shapes, EveryShapeIsDrawn) {
  ShapeCounts counts;
  for (const Profile& profile : all_profiles()) {
    std::uint64_t seeds = profile.name == "large" ? 5 : kSeeds;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      Program program = generate(seed, profile.knobs);
      count_shapes(program.function.view(), program.machine, counts);
    }
  }
  for (const ShapeRow& row : shape_rows(counts)) {
    EXPECT_GE(row.programs, kLeastPrograms) << row.name << ": " << row.meaning;
    EXPECT_GE(row.total, row.programs) << row.name;
  }
}

// What fuzzers see: inputs of a version, with features switched off at random.
ShapeCounts shapes_from_bytes(std::uint8_t version) {
  ShapeCounts counts;
  Choices choices = Choices::from_seed(21);
  for (int i = 0; i < 1500; ++i) {
    std::vector<std::uint8_t> bytes(2048);
    for (std::uint8_t& byte : bytes) byte = choices.byte();
    bytes[0] = version;
    Program program = decode(bytes);
    count_shapes(program.function.view(), program.machine, counts);
  }
  return counts;
}

constexpr Shape kOversized[] = {Shape::HugeOperands, Shape::CrowdedEdge, Shape::LongLived};

// Since version 4.
bool is_of_recipes(Shape shape) {
  return shape >= Shape::RecipeConstant && shape <= Shape::ParamPartlyRecipe;
}

// Free programs alone, of the first version, have to show all that is not newer.
TEST(Shapes, NearlyEveryShapeComesFromBytes) {
  ShapeCounts counts = shapes_from_bytes(0);
  std::vector<ShapeRow> rows = shape_rows(counts);
  for (std::size_t s = 0; s < rows.size(); ++s) {
    auto oversized = std::find(std::begin(kOversized), std::end(kOversized), static_cast<Shape>(s));
    if (oversized != std::end(kOversized) || is_of_recipes(static_cast<Shape>(s))) continue;
    EXPECT_GE(rows[s].programs, 1u) << rows[s].name << ": " << rows[s].meaning;
  }
}

TEST(Shapes, OversizedProgramsComeFromBytes) {
  ShapeCounts counts = shapes_from_bytes(2);
  for (Shape shape : kOversized) EXPECT_GE(counts[shape].programs, 1u) << name_of(shape);
}

TEST(Shapes, RecipesComeFromBytesSinceVersionFour) {
  ShapeCounts before = shapes_from_bytes(3), since = shapes_from_bytes(4);
  for (std::size_t s = 0; s < kShapeCount; ++s) {
    auto shape = static_cast<Shape>(s);
    if (!is_of_recipes(shape)) continue;
    EXPECT_EQ(before[shape].programs, 0u) << name_of(shape);
    EXPECT_GE(since[shape].programs, 1u) << name_of(shape);
  }
}

// A profile does what its name says, more than the default does.
TEST(Shapes, ProfilesLeanTheirWay) {
  auto share = [](std::string_view profile, Shape shape) {
    ShapeCounts counts;
    for (std::uint64_t seed = 0; seed < 80; ++seed) {
      Program program = generate(seed, find_profile(profile)->knobs);
      count_shapes(program.function.view(), program.machine, counts);
    }
    return static_cast<double>(counts[shape].total) / static_cast<double>(counts.insts);
  };
  struct Lean {
    std::string_view profile;
    Shape shape;
  };
  constexpr Lean kLeans[] = {
      {"tiny", Shape::OneRegister},
      {"calls", Shape::CallShape},
      {"loops", Shape::DeepLoops},
      {"irreducible", Shape::Irreducible},
      {"switches", Shape::ManyTargets},
      {"pressure", Shape::HighPressure},
      {"reuse", Shape::SeveralReuses},
      {"fixed", Shape::FixedInAndOut},
      {"wide", Shape::WideSlots},
      {"fixed-stack", Shape::FixedStack},
      {"branch-operands", Shape::BranchDefs},
      {"early-late", Shape::EarlyDef},
      {"labels", Shape::OverlappingLabels},
      {"remat", Shape::Rematerializable},
      {"remat", Shape::RecipeChain},
      {"scratch", Shape::Scratch},
      {"no-scratch", Shape::NoScratch},
      {"params", Shape::ManyParams},
      {"unreachable", Shape::UnreachableIntoReachable},
      {"planted-tight", Shape::DefIn},
      {"planted-calls", Shape::FixedUseClobbered},
      {"oversize", Shape::CrowdedEdge},
  };
  for (const Lean& lean : kLeans) {
    EXPECT_GT(share(lean.profile, lean.shape), share("default", lean.shape))
        << lean.profile << ", " << name_of(lean.shape);
  }
}

TEST(Shapes, NamesAreDistinctAndTheTableHasThemAll) {
  std::set<std::string_view> names;
  std::string table = shape_table(ShapeCounts());
  for (const ShapeRow& row : shape_rows(ShapeCounts())) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_NE(table.find("\n" + std::string(row.name) + " "), std::string::npos) << row.name;
    EXPECT_FALSE(row.meaning.empty());
  }
  EXPECT_EQ(names.size(), kShapeCount);
}

// v0 to v3, each from the one before; v5 always gets v3, v6 gets v3 and v4, v7 what has none, too.
TEST(Shapes, ChainsOfRecipesAndParametersAreCounted) {
  FunctionBuilder b("chain");
  std::vector<VReg> v;
  for (int i = 0; i < 8; ++i) v.push_back(b.vreg(RegClass::Int));
  auto input = [](VReg value) { return Operand::use(value, Constraint::Reg); };
  b.recipe(v[0], {});
  for (std::size_t i = 1; i <= 3; ++i) b.recipe(v[i], {input(v[i - 1])});
  b.recipe(v[4], {});
  b.recipe(v[5], {});
  VReg plain = b.vreg(RegClass::Int);
  b.begin_block();
  b.op({Operand::def(v[0]), Operand::def(v[4]), Operand::def(plain)});
  for (std::size_t i = 1; i <= 3; ++i) b.op({Operand::use(v[i - 1]), Operand::def(v[i])});
  b.branch({}, {{Block(1), {}}, {Block(2), {}}});
  b.begin_block();
  b.branch({}, {{Block(3), {v[3], v[3], v[3]}}});
  b.begin_block();
  b.branch({}, {{Block(3), {v[3], v[4], plain}}});
  b.begin_block({v[5], v[6], v[7]});
  b.ret({});
  Function function = *std::move(b).finish();
  Machine machine;
  machine.preferred.add(make_preg(RegClass::Int, 0));
  ShapeCounts counts;
  count_shapes(function.view(), machine, counts);
  EXPECT_EQ(counts[Shape::RecipeChain].total, 3u);
  EXPECT_EQ(counts[Shape::RecipeDeepChain].total, 1u);
  EXPECT_EQ(counts[Shape::RecipeConstant].total, 3u);
  EXPECT_EQ(counts[Shape::RecipeOfParameter].total, 1u);
  EXPECT_EQ(counts[Shape::ParamOfRecipe].total, 1u);
  EXPECT_EQ(counts[Shape::ParamOfRecipes].total, 1u);
  EXPECT_EQ(counts[Shape::ParamPartlyRecipe].total, 1u);
}

// Counting itself: a program made by hand whose shapes are known.
TEST(Shapes, AreCountedWhereTheyAre) {
  FunctionBuilder b("known");
  VReg x = b.vreg(RegClass::Int), y = b.vreg(RegClass::Int), z = b.vreg(RegClass::Int);
  std::uint32_t p0 = make_preg(RegClass::Int, 0).value();
  RegSet p1;
  p1.add(make_preg(RegClass::Int, 1));
  b.recipe(y, {Operand::use(x, Constraint::Reg), Operand::pin(make_preg(RegClass::Int, 9))}, 21, p1,
           0);
  b.recipe(z, {Operand::use(x, Constraint::Reg)});
  b.rematerializable(x);
  b.begin_block();
  b.branch({}, {{Block(1), {}}});
  b.begin_block();
  b.op({Operand::def(x)});
  b.op({Operand::use(x, Constraint::Fixed, p0), Operand::def(y, Constraint::Fixed, p0)}, p1);
  b.op({Operand::def(z, Constraint::Reuse, 1), Operand::use(x, Constraint::Reg)});
  b.branch({}, {{Block(1), {}}});
  Function function = *std::move(b).finish();
  Machine machine;
  machine.preferred.add(make_preg(RegClass::Int, 0));
  machine.preferred.add(make_preg(RegClass::Int, 2));
  ShapeCounts counts;
  count_shapes(function.view(), machine, counts);
  EXPECT_EQ(counts.programs, 1u);
  EXPECT_EQ(counts.insts, 5u);
  EXPECT_EQ(counts[Shape::FixedInAndOut].total, 1u);
  EXPECT_EQ(counts[Shape::Reuse].total, 1u);
  EXPECT_EQ(counts[Shape::ReuseBeforeInput].total, 1u);
  EXPECT_EQ(counts[Shape::ReuseNotFirst].total, 0u);
  EXPECT_EQ(counts[Shape::DeadDef].total, 2u);
  EXPECT_EQ(counts[Shape::SelfLoop].total, 1u);
  EXPECT_EQ(counts[Shape::EntryOnlyJump].total, 1u);
  EXPECT_EQ(counts[Shape::EndlessLoop].total, 2u);
  EXPECT_EQ(counts[Shape::ClobberUnallocatable].total, 1u);
  EXPECT_EQ(counts[Shape::FixedUseClobbered].total, 0u);
  EXPECT_EQ(counts[Shape::HolesInFile].total, 1u);
  EXPECT_EQ(counts[Shape::HighPressure].total, 0u);
  EXPECT_EQ(counts[Shape::OneClass].total, 1u);
  EXPECT_EQ(counts[Shape::RecipeInputs].total, 2u);
  EXPECT_EQ(counts[Shape::RecipeConstant].total, 0u);
  EXPECT_EQ(counts[Shape::RecipePin].total, 1u);
  EXPECT_EQ(counts[Shape::RecipeClobbers].total, 1u);
  EXPECT_EQ(counts[Shape::RecipeReuse].total, 1u);
  EXPECT_EQ(counts[Shape::RecipeDear].total, 1u);
  EXPECT_EQ(counts[Shape::RecipeConstantInput].total, 2u);
  EXPECT_EQ(counts[Shape::RecipeInputDies].total, 1u);
  EXPECT_EQ(counts[Shape::RecipeChain].total, 0u);
  EXPECT_EQ(counts[Shape::RecipeInLoop].total, 0u);
}

}  // namespace
}  // namespace regproof
