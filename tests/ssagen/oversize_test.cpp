// Each way of growing gives what it promises, legally, feasibly and provably, from whatever program.
#include "ssagen/oversize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "allocator/allocator.h"
#include "checker/judge.h"
#include "ir/feasible.h"
#include "ir/validate.h"
#include "ssagen/knobs.h"
#include "ssagen/shapes.h"

namespace regproof {
namespace {

ShapeCounts shapes_of(const Program& program) {
  ShapeCounts counts;
  count_shapes(program.function.view(), program.machine, counts);
  return counts;
}

void expect_good(const Program& program) {
  FunctionView function = program.function.view();
  EXPECT_TRUE(validate(function, program.machine).empty());
  FeasibilitySolver solver(program.machine);
  EXPECT_FALSE(find_infeasible(function, solver).has_value());
  AllocatorContext context;
  auto answer = allocate(function, program.machine, AllocatorOptions(), context);
  EXPECT_TRUE(judge_answer(function, program.machine, answer).proven());
}

class Growing : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  Program small() const {
    const Profile& profile = all_profiles()[GetParam() % 15];  // the small ones
    return generate(GetParam(), profile.knobs);
  }
  // The small program, grown in one way.
  Program grown(bool Oversize::*way) const {
    Oversize oversize;
    oversize.*way = true;
    oversize.extra = static_cast<std::uint32_t>(GetParam() * 37 % 256);
    oversize.where = static_cast<std::uint32_t>(GetParam() * 7919 % 65536);
    oversize.alive = GetParam() % 4 == 3;
    return grow(small(), oversize);
  }
};

TEST_P(Growing, ACrowdCrossesAnEdge) {
  Program program = grown(&Oversize::crowd);
  expect_good(program);
  EXPECT_GE(shapes_of(program)[Shape::CrowdedEdge].total, 1u);
}

TEST_P(Growing, AnInstructionBecomesWide) {
  Program program = grown(&Oversize::widen);
  expect_good(program);
  EXPECT_GE(shapes_of(program)[Shape::HugeOperands].total, 1u);
}

TEST_P(Growing, CopiesMakeItLong) {
  Program program = grown(&Oversize::lengthen);
  expect_good(program);
  EXPECT_GE(program.function.view().inst_count(), kLong);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Growing, ::testing::Range<std::uint64_t>(0, 30));

// A program of a single instruction grows as well, and all ways go together.
TEST(Oversize, TheSmallestProgramGrowsInAllWays) {
  Oversize oversize;
  oversize.crowd = oversize.widen = oversize.lengthen = true;
  Program program = grow(decode({}), oversize);
  expect_good(program);
  ShapeCounts shapes = shapes_of(program);
  EXPECT_GE(shapes[Shape::CrowdedEdge].total, 1u);
  EXPECT_GE(shapes[Shape::HugeOperands].total, 1u);
}

// Where the instruction leaves a register for it.
TEST(Oversize, AReuseHasAnInputOfANumberBeyondAByte) {
  int programs = 0;
  for (std::uint32_t seed = 0; seed < 30; ++seed) {
    Oversize oversize;
    oversize.widen = true;
    oversize.where = seed * 7919;
    Program program = grow(generate(seed, Knobs()), oversize);
    for (const Operand& op : program.function.view().operand_array) {
      programs += op.constraint() == Constraint::Reuse && op.payload() > 255;
    }
  }
  EXPECT_GE(programs, 20);
}

TEST(Oversize, ValuesLiveLong) {
  std::uint64_t programs = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Oversize oversize;
    oversize.lengthen = true;
    Program program = grow(generate(seed, find_profile("pressure")->knobs), oversize);
    programs += shapes_of(program)[Shape::LongLived].total != 0;
  }
  EXPECT_GE(programs, 15u);
}

TEST(Oversize, NothingIsDrawnWhereNothingIsAsked) {
  Choices choices = Choices::from_seed(1), same = Choices::from_seed(1);
  EXPECT_FALSE(draw_oversize(choices, Knobs()).any());
  EXPECT_EQ(choices.byte(), same.byte());
}

}  // namespace
}  // namespace regproof
