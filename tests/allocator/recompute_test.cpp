// Values that are computed from others instead of loaded: each condition on the smallest program that shows it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/work.h"
#include "ir/builder.h"
#include "ir/cost.h"
#include "ir/names.h"
#include "ir/unread.h"
#include "tests/allocator/judged.h"

namespace regproof {
namespace {

using testing::Sample;

constexpr const char* kMachine = R"(
machine {
  int    p0i..p3i |
  float  p0f |
  vector |
  scratch p15i
  fixed_stack p32i
}
)";

struct Answered {
  Sample sample;
  Output output;
  Cost cost;

  std::vector<std::string> remats() const {
    std::vector<std::string> texts;
    for (const Edit& edit : output.edits) {
      if (edit.kind == EditKind::Remat) texts.push_back(to_string(edit, sample.function.view()));
    }
    return texts;
  }
};

// Proven by all judges.
Answered answer_to(const std::string& body, bool rematerialize = true,
                   const std::string& machine = kMachine) {
  Answered result;
  result.sample = testing::read_sample(machine + "function \"f\" {\n" + body + "}\n");
  AllocatorOptions options;
  options.rematerialize = rematerialize;
  auto answer = testing::allocate_fresh(result.sample, options);
  EXPECT_EQ(testing::faults_of(result.sample, answer), "");
  if (!answer) return result;
  result.output = *answer;
  FunctionView function = result.sample.function.view();
  result.cost = cost_of(function, result.sample.machine, analyze_cfg(function), *answer);
  return result;
}

// v1i is lost at the call, which leaves p0i alone; there is v0i, which it was computed from.
std::string lost_at_a_call(const std::string& recipe, const std::string& use = "use v1i reg") {
  return recipe +
         "  block0():\n    op def v0i fixed(p0i)\n    op use v0i reg, def v1i reg\n"
         "    op use@late v0i fixed(p0i) ; clobber p1i..p3i\n    ret use v0i fixed(p0i), " +
         use + "\n";
}

TEST(Recompute, ALoadBecomesAComputationAndTheStoreGoes) {
  Answered with = answer_to(lost_at_a_call("  recipe v1i = (v0i) cost 3\n"));
  Answered without = answer_to(lost_at_a_call("  recipe v1i = (v0i) cost 3\n"), false);
  EXPECT_EQ(with.remats(), (std::vector<std::string>{"remat v1i(p0i) -> p1i"}));
  EXPECT_EQ(with.cost.loads + with.cost.stores + with.cost.spillslots, 0u);
  EXPECT_EQ(without.cost.loads, 1u);
  EXPECT_EQ(without.cost.stores, 1u);
  EXPECT_TRUE(without.remats().empty());
}

TEST(Recompute, NotWhereALoadIsCheaper) {
  EXPECT_EQ(answer_to(lost_at_a_call("  recipe v1i = (v0i) cost 19\n")).cost.loads, 0u);
  EXPECT_EQ(answer_to(lost_at_a_call("  recipe v1i = (v0i) cost 20\n")).cost.loads, 1u);
}

TEST(Recompute, NotWhereAnInputIsInNoRegister) {
  Answered one = answer_to(
      "  recipe v1i = (v0i)\n  block0():\n    op def v0i fixed(p0i)\n"
      "    op use v0i reg, def v1i reg\n    op ; clobber p0i..p3i\n"
      "    ret use v1i reg, use v0i any\n");
  EXPECT_TRUE(one.remats().empty());
  EXPECT_EQ(one.cost.loads, 1u);
}

TEST(Recompute, WhereWhatTheRecipeClobbersIsFree) {
  std::string recipe = "  recipe v1i = (v0i) clobbers p2i p3i\n";
  EXPECT_EQ(answer_to(lost_at_a_call(recipe)).cost.remats, 1u);
  EXPECT_EQ(answer_to(lost_at_a_call(recipe, "use v1i fixed(p3i)")).cost.remats, 0u);
  // Its input stands in it.
  EXPECT_EQ(answer_to(lost_at_a_call("  recipe v1i = (v0i) clobbers p0i\n")).cost.remats, 0u);
  EXPECT_EQ(answer_to(lost_at_a_call("  recipe v1i = (v0i) clobbers p32i\n")).cost.remats, 0u);
  EXPECT_EQ(answer_to(lost_at_a_call("  recipe v1i = (v0i) clobbers p60i\n")).cost.remats, 1u);
}

// Two values change places over an edge, one of them by way of p1i, which is free but for that, or of the scratch register.
TEST(Recompute, NotWhereTheMovesOfThePointKeepAValueInWhatItClobbers) {
  auto swapped = [](const std::string& clobbered, const std::string& scratch = "") {
    return answer_to("  recipe v1i = (v0i) clobbers " + clobbered +
                         "\n  block0():\n    op def v0i fixed(p2i)\n"
                         "    op use v0i reg, def v1i stack\n    op def v2i fixed(p0i)\n"
                         "    branch -> block1(), block2()\n"
                         "  block1() frequency 10:\n    branch -> block3(v2i, v1i)\n"
                         "  block2():\n    op use v0i reg\n    branch -> block3(v1i, v2i)\n"
                         "  block3(v3i, v4i) frequency 11:\n    op use v3i reg, use v4i stack\n"
                         "    ret\n",
                     true,
                     "machine {\n  int p0i..p2i |\n  float |\n  vector |\n" + scratch + "}\n");
  };
  EXPECT_EQ(swapped("p1i").cost.remats, 0u);
  EXPECT_EQ(swapped("p60i").cost.remats, 1u);
  EXPECT_EQ(swapped("p60i", "  scratch p3i\n").cost.remats, 0u) << "they keep it in p3i";
}

TEST(Recompute, WhatTheResultReplacesIsCopiedFirst) {
  Answered one = answer_to(lost_at_a_call("  recipe v1i = (v0i) reuse 0\n"));
  EXPECT_EQ(one.remats(), (std::vector<std::string>{"remat v1i(p1i) -> p1i"}));
  EXPECT_EQ(one.cost.moves, 1u);
  EXPECT_EQ(one.cost.loads, 0u);
  EXPECT_EQ(answer_to(lost_at_a_call("  recipe v1i = (v0i) cost 19 reuse 0\n")).cost.loads, 1u);
}

TEST(Recompute, AMissingInputIsComputedInTheResultsRegister) {
  Answered one = answer_to(
      "  recipe v1i = (v0i)\n  recipe v2i = (v1i, v0i)\n  block0():\n    op def v0i fixed(p0i)\n"
      "    op use v0i reg, def v1i reg\n    op use v1i reg, use v0i reg, def v2i reg\n"
      "    op use@late v0i fixed(p0i) ; clobber p1i..p3i\n"
      "    ret use v0i fixed(p0i), use v2i fixed(p2i)\n");
  EXPECT_EQ(one.remats(),
            (std::vector<std::string>{"remat v1i(p0i) -> p2i", "remat v2i(p2i, p0i) -> p2i"}));
  EXPECT_EQ(one.cost.loads + one.cost.stores, 0u);
}

TEST(Recompute, AMissingConstantToo) {
  Answered one = answer_to(
      "  rematerializable v1i\n  recipe v2i = (v1i, v0i)\n  block0():\n    op def v0i fixed(p0i)\n"
      "    op def v1i reg\n    op use v1i reg, use v0i reg, def v2i reg\n"
      "    op use@late v0i fixed(p0i) ; clobber p1i..p3i\n"
      "    ret use v0i fixed(p0i), use v2i fixed(p2i)\n");
  EXPECT_EQ(one.remats(),
            (std::vector<std::string>{"remat v1i -> p2i", "remat v2i(p2i, p0i) -> p2i"}));
}

// Of two missing inputs one would need a register of its own.
TEST(Recompute, NotWhereTwoInputsAreMissing) {
  Answered one = answer_to(
      "  rematerializable v1i v3i\n  recipe v2i = (v1i, v3i)\n  block0():\n"
      "    op def v0i fixed(p0i)\n    op def v1i reg, def v3i reg\n"
      "    op use v1i reg, use v3i reg, def v2i reg\n"
      "    op use@late v0i fixed(p0i) ; clobber p1i..p3i\n"
      "    ret use v0i fixed(p0i), use v2i fixed(p2i)\n");
  EXPECT_EQ(one.cost.loads, 1u);
}

TEST(Recompute, ChainsEnd) {
  std::string body, ops;
  for (int v = 1; v <= 5; ++v) {
    std::string result = "v" + std::to_string(v) + "i", input = "v" + std::to_string(v - 1) + "i";
    body += "  recipe " + result + " = (" + input + ")\n";
    ops += "    op use " + input + " reg, def " + result + " reg\n";
  }
  auto with_use = [&](int v) {
    return answer_to(body + "  block0():\n    op def v0i fixed(p0i)\n" + ops +
                     "    op use@late v0i fixed(p0i) ; clobber p1i..p3i\n"
                     "    ret use v0i fixed(p0i), use v" +
                     std::to_string(v) + "i reg\n");
  };
  EXPECT_EQ(with_use(3).cost.remats, 3u);
  EXPECT_EQ(with_use(3).cost.loads, 0u);
  EXPECT_EQ(with_use(4).cost.loads, 1u);
}

TEST(Recompute, ForAParameterThatCarriesIt) {
  Answered one = answer_to(
      "  recipe v1i = (v0i)\n  block0():\n    op def v0i fixed(p0i), def v9i fixed(p1i)\n"
      "    op use v0i reg, def v1i reg\n    branch use v9i reg -> block1(), block2()\n"
      "  block1():\n    branch -> block3(v1i)\n  block2():\n    branch -> block3(v1i)\n"
      "  block3(v2i):\n    op use@late v0i fixed(p0i) ; clobber p1i..p3i\n"
      "    ret use v0i fixed(p0i), use v2i reg\n");
  EXPECT_EQ(one.cost.remats, 1u);
  EXPECT_EQ(one.cost.loads + one.cost.stores, 0u);
}

// Pins alone: as good as marked, from the same register everywhere.
TEST(Recompute, FromPinsAnywhere) {
  std::string recipe = "  recipe v1i = (p63i, p62i) cost 2\n";
  Answered one = answer_to(recipe +
                           "  block0():\n    op pin p63i, def v1i reg\n    op ; clobber p0i..p3i\n"
                           "    ret use v1i fixed(p2i)\n");
  EXPECT_EQ(one.remats(), (std::vector<std::string>{"remat v1i(p63i, p62i) -> p2i"}));
  EXPECT_EQ(one.cost.loads + one.cost.stores + one.cost.spillslots, 0u);
}

// Each iteration makes another v1i: v2i, which the last one made, is kept.
TEST(Recompute, FromTheInputsOfThisIteration) {
  Answered one = answer_to(
      "  recipe v2i = (v1i)\n  block0():\n    op def v0i fixed(p0i)\n    branch -> block1(v0i)\n"
      "  block1(v1i):\n    op use v1i reg, def v2i reg\n"
      "    op use@late v1i fixed(p0i) ; clobber p1i..p3i\n"
      "    op use v2i reg, def v3i fixed(p0i)\n"
      "    branch use v2i any -> block2(), block3()\n  block2():\n    branch -> block1(v3i)\n"
      "  block3():\n    ret use v2i reg, use v3i reg\n");
  EXPECT_GT(one.cost.remats, 0u);
}

TEST(Unread, WhatIsAlwaysComputedAgain) {
  Answered one = answer_to(
      "  rematerializable v0i v1i\n  recipe v3i = (v2i)\n  block0():\n"
      "    op def v0i reg, def v1i reg, def v2i fixed(p0i)\n    op use v2i reg, def v3i reg\n"
      "    op use v1i reg, use@late v2i fixed(p0i) ; clobber p1i..p3i\n"
      "    ret use v0i reg, use v3i reg, use v2i fixed(p0i)\n");
  EXPECT_EQ(one.cost.loads, 0u);
  EXPECT_EQ(unread_definitions(one.sample.function.view(), one.sample.machine, one.output),
            (std::vector<VReg>{VReg(0), VReg(3)}));
}

// The blocks stand in the order in which they run, but for the first one: what it reads comes from the last.
TEST(Unread, InTimeLinearInBlocksWhateverTheirOrder) {
  constexpr std::uint32_t kBlocks = 1000;
  FunctionBuilder builder("f");
  VReg marked = builder.vreg(RegClass::Int), other = builder.vreg(RegClass::Int);
  builder.rematerializable(marked);
  builder.begin_block();
  builder.op({Operand::def(marked, Constraint::Reg), Operand::def(other, Constraint::Reg)});
  builder.branch({}, {{Block(kBlocks), {}}});
  builder.begin_block();
  builder.ret({Operand::use(other, Constraint::Reg)});
  for (std::uint32_t b = 2; b <= kBlocks; ++b) {
    builder.begin_block();
    builder.branch({}, {{Block(b - 1), {}}});
  }
  Sample sample;
  sample.function = *std::move(builder).finish();
  sample.machine = answer_to("  block0():\n    ret\n").sample.machine;
  FunctionView function = sample.function.view();
  Result<Output, AllocError> answer = testing::allocate_fresh(sample, AllocatorOptions());
  std::uint64_t before = work_done;
  EXPECT_EQ(unread_definitions(function, sample.machine, *answer), (std::vector<VReg>{marked}));
  EXPECT_LT(work_done - before, 20 * kBlocks);
}

}  // namespace
}  // namespace regproof
