// What the interpreter stands on: paths that come everywhere, a machine state that forgets; and the
// interpreter on answers made of any bits.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "checker/concrete_state.h"
#include "checker/interpreter.h"
#include "checker/path_chooser.h"
#include "ir/names.h"
#include "tests/checker/programs.h"

namespace regproof {
namespace {

using testing::Sample;

constexpr std::uint32_t kSteps = 100;

// Any bits are an answer: nothing here may crash or hang. Run under the sanitizers.
TEST(InterpreterPaths, SurvivesAnyAnswer) {
  RandomStream random(7);
  std::size_t mismatches = 0;
  for (const Sample& sample : testing::all_samples()) {
    FunctionView function = sample.function.view();
    for (int round = 0; round < 40; ++round) {
      Output output;
      auto place = [&] {
        switch (random.below(4)) {
          case 0:
            return Location::none();
          case 1:
            return Location::reg(PReg(static_cast<std::uint16_t>(random.below(400))));
          case 2:
            return Location::stack(SpillSlot(random.below(12)));
          default:
            return Location::stack(SpillSlot(random.below(1u << 30)));
        }
      };
      output.spillslots = random.below(3) == 0 ? 0xffffffffu : random.below(20);
      for (std::uint32_t i = random.below(40); i > 0; --i) output.locations.push_back(place());
      if (random.below(4) != 0) {
        for (Inst inst : function.insts()) {
          if (inst.value() == 5 && random.below(3) == 0) break;
          output.first_location.push_back(random.below(45));
        }
        output.first_location.push_back(random.below(3) == 0 ? 0xffffffffu : 40);
      }
      std::uint32_t points = static_cast<std::uint32_t>(2 * function.inst_count() + 4);
      for (std::uint32_t i = random.below(30); i > 0; --i) {
        ProgPoint point = ProgPoint::from_bits(random.below(8) == 0 ? ~0u : random.below(points));
        if (random.below(3) != 0) {
          output.edits.push_back(Edit::move(point, place(), place()));
        } else {
          VReg v = random.below(8) == 0 ? VReg::none() : VReg(random.below(12));
          output.edits.push_back(Edit::recompute(point, v, v, place()));
        }
        output.debug_locations.push_back(
            {random.below(2) == 0 ? 7u : 3u, ProgPoint::from_bits(random.below(points)),
             ProgPoint::from_bits(random.below(4) == 0 ? ~0u : points), place()});
      }
      mismatches += interpret(function, sample.machine, output, 4, kSteps).size();
    }
  }
  EXPECT_GT(mismatches, 1000u);
}

TEST(PathChooser, ReachesItsGoalAndEveryEdge) {
  Sample sample = testing::read_sample(std::string(testing::kNarrow) + R"(
function "deep" {
  block0():
    op def v0i reg
    branch use v0i any -> block1(), block2()
  block1():
    branch use v0i any -> block3(), block4()
  block2():
    ret
  block3():
    branch use v0i any -> block5(), block6()
  block4():
    ret
  block5():
    branch use v0i any -> block7(), block8()
  block6():
    ret
  block7():
    ret
  block8():
    branch -> block9()
  block9():
    ret
})");
  FunctionView function = sample.function.view();
  auto walk = [&](PathChooser& path, std::uint64_t seed) {
    path.start(seed);
    Block block = FunctionView::entry();
    path.enter(block);
    for (int step = 0; step < 100; ++step) {
      Edge edge = path.leave(block);
      if (!edge.valid()) break;
      block = function.target(edge);
      path.enter(block);
    }
    return block;
  };
  PathChooser led(function);
  led.set_goal(Block(9));
  int reached = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) reached += walk(led, seed) == Block(9);
  EXPECT_GT(reached, 50);
  PathChooser free(function);
  for (std::uint64_t seed = 0; seed < 60; ++seed) walk(free, seed);
  for (Block block : function.blocks()) EXPECT_TRUE(free.was_entered(block)) << to_string(block);
}

TEST(Enumeration, MakesEverySequenceOnce) {
  Enumeration all;
  std::set<std::vector<std::uint32_t>> seen;
  std::size_t count = 0;
  do {
    all.rewind();
    std::vector<std::uint32_t> sequence{all.below(2), all.below(1)};
    if (sequence[0] == 1) sequence.push_back(all.below(3));
    seen.insert(sequence);
    ++count;
  } while (all.advance());
  EXPECT_EQ(count, 4u);
  EXPECT_EQ(seen.size(), 4u);
}

// One path of three, in one of two orders: nothing else shows it.
TEST(InterpreterPaths, AllOfThemFindWhatOneShows) {
  Sample sample = testing::read_sample(std::string(testing::kNarrow) + R"(
function "rare" {
  block0():
    op def v0i reg, def v1i reg
    branch -> block1(), block2(), block3()
  block1():
    ret use v0i any
  block2():
    ret use v1i any
  block3():
    op use v0i reg, use v1i reg, def@early v2i reg
    ret use v2i reg
})");
  constexpr const char* kLists = "inst0: p0i, p1i\ninst2: p0i\ninst3: p1i\ninst5: p2i\n";
  auto run_all = [&](const char* inst4, std::uint32_t steps) {
    Output output = testing::read_answer(sample, std::string(kLists) + inst4);
    Interpreter interpreter(sample.function.view(), sample.machine, output);
    return interpreter.run_all(steps);
  };
  EXPECT_FALSE(run_all("inst4: p0i, p1i, p2i", kSteps));
  EXPECT_FALSE(run_all("inst4: p0i, p1i, p1i", 2));
  auto found = run_all("inst4: p0i, p1i, p1i", 3);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->inst, Inst(4));
  EXPECT_EQ(found->operand, 1u);
}

TEST(ConcreteState, ForgetsAtReset) {
  Machine machine;
  machine.preferred.add(make_preg(RegClass::Int, 0));
  ConcreteState state(machine, 100, {SpillSlot(50), SpillSlot(1)});
  Location near = Location::stack(SpillSlot(1)), far = Location::stack(SpillSlot(50));
  Location reg = Location::reg(make_preg(RegClass::Int, 0));
  for (Location place : {near, far, reg}) {
    state.write(place, RegClass::Int, {42, VReg(1)}, Writer());
    EXPECT_EQ(state.read(place, RegClass::Int).hash, 42u);
    EXPECT_FALSE(state.read(place, RegClass::Float).is_value());
  }
  state.reset();
  for (Location place : {near, far, reg}) {
    EXPECT_FALSE(state.read(place, RegClass::Int).is_value());
  }
}

// Slots of sizes up to the whole frame, named by their first or last unit, against an array of units.
TEST(ConcreteState, SlotsSpoilEachOtherWhereTheyOverlap) {
  constexpr std::uint32_t kFrame = 12;
  constexpr int kWrites = 40;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    RandomStream random(seed);
    Machine machine;
    for (RegClass cls : kClasses) {
      machine.slot_size[index_of(cls)] = 1 + random.below(seed % 2 == 0 ? 3 : kFrame);
    }
    machine.slot_named_by_last = random.below(2) == 0;
    std::vector<SpillSlot> named;
    for (int k = 0; k < 5; ++k) named.push_back(SpillSlot(random.below(kFrame + 2)));
    ConcreteState state(machine, kFrame, named);
    struct Unit {
      std::uint64_t hash = 0;
      std::int64_t first = 0;  // of the slot that was written
      RegClass cls = RegClass::None;
    };
    Unit frame[kFrame];
    auto expected = [&](SpillSlot slot, RegClass cls) -> std::uint64_t {
      SlotExtent extent = slot_extent(machine, slot, cls);
      if (extent.first < 0 || extent.first + extent.units > kFrame) return 0;
      std::uint64_t hash = frame[extent.first].hash;
      for (std::uint32_t u = 0; u < extent.units; ++u) {
        const Unit& unit = frame[extent.first + u];
        bool right = unit.cls == cls && unit.first == extent.first && unit.hash == hash;
        if (!right) return 0;
      }
      return hash;
    };
    for (int k = 0; k < kWrites; ++k) {
      SpillSlot slot = named[random.below(static_cast<std::uint32_t>(named.size()))];
      RegClass cls = kClasses[random.below(kClassCount)];
      std::uint64_t hash = 1 + random.below(3);
      state.write(Location::stack(slot), cls, {hash, VReg(1)}, Writer());
      SlotExtent extent = slot_extent(machine, slot, cls);
      bool fits = extent.first >= 0 && extent.first + extent.units <= kFrame;
      for (std::int64_t u = extent.first; u < extent.first + extent.units; ++u) {
        if (u >= 0 && u < kFrame) frame[u] = {fits ? hash : 0, extent.first, cls};
      }
      for (SpillSlot asked : named) {
        for (RegClass of : kClasses) {
          ASSERT_EQ(state.read(Location::stack(asked), of).hash, expected(asked, of)) << seed;
        }
      }
    }
  }
}

}  // namespace
}  // namespace regproof
