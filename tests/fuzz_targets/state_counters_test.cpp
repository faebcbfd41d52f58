// Which counter a statistic sets, and that the target sets some.
#include "fuzz_targets/state_counters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "fuzz_targets/property.h"
#include "ssagen/knobs.h"
#include "ssagen/ssagen.h"

namespace regproof {
namespace {

class StateCounters : public ::testing::Test {
 protected:
  void SetUp() override {
    std::fill(state_counters().begin(), state_counters().end(), std::uint8_t{0});
  }
  static int set() { return std::accumulate(state_counters().begin(), state_counters().end(), 0); }
};

TEST_F(StateCounters, APowerOfTwoHasACounter) {
  count_states(AllocatorStats());
  EXPECT_EQ(set(), 0);
  AllocatorStats stats;
  stats.splits = 4;
  count_states(stats);
  EXPECT_EQ(set(), 1);
  stats.splits = 7;
  count_states(stats);
  EXPECT_EQ(set(), 1) << "7 is of the power of 4";
  stats.splits = 8;
  stats.evictions = 1u << 30;
  count_states(stats);
  EXPECT_EQ(set(), 3);
}

TEST_F(StateCounters, ATwentiethOfGrowthHasACounter) {
  count_growth(1.01);
  count_growth(1.02);
  EXPECT_EQ(set(), 1);
  count_growth(1.06);
  count_growth(-3);
  count_growth(1e9);
  EXPECT_EQ(set(), 4);
}

TEST_F(StateCounters, TheTargetCounts) {
  Program program = generate(1, find_profile("pressure")->knobs);
  std::vector<std::uint8_t> input = encode(program.function.view(), program.machine);
  EXPECT_FALSE(ion_checker_property(input).has_value());
  EXPECT_GE(set(), 4);
}

}  // namespace
}  // namespace regproof
