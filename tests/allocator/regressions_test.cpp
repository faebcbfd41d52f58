// Faults that were found and fixed stay fixed: every program of corpus/regressions, through the
// engine, with and without a budget to search, and before the judges.
#include <gtest/gtest.h>

#include "tests/allocator/judged.h"

namespace regproof {
namespace {

TEST(Regressions, EveryProgramIsProven) {
  auto files = testing::programs_in(REGPROOF_SOURCE_DIR "/corpus/regressions");
  ASSERT_GE(files.size(), 6u);
  for (const auto& file : files) {
    SCOPED_TRACE(file.filename().string());
    EXPECT_EQ(testing::read_file(file).substr(0, 2), "# ") << "does not say what it shows";
    std::vector<testing::Sample> samples = testing::samples_in(file);
    EXPECT_FALSE(samples.empty());
    for (const testing::Sample& sample : samples) {
      for (std::uint32_t budget : {64u, 0u}) {
        AllocatorOptions options;
        options.budget_per_operand = budget;
        EXPECT_EQ(testing::faults_of(sample, testing::allocate_fresh(sample, options)), "");
      }
    }
  }
}

}  // namespace
}  // namespace regproof
