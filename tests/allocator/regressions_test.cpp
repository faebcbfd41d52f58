// Faults that were found and fixed stay fixed: every program of corpus/regressions, through the
// engine, with and without a budget to search, and before the judges. Each file begins by saying who
// found the fault and what was wrong:
//
//   # found by: WHO, AND WHEN IT IS KNOWN
//   # what was wrong: ONE SENTENCE, IN THE PAST
//
// and may go on in comments. docs/findings.md has the same sentences.
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "tests/allocator/judged.h"

namespace regproof {
namespace {

// What the two lines at the head lack; empty if they are as they should be.
std::string fault_of_header(const std::string& text) {
  std::istringstream lines(text);
  for (std::string key : {"# found by: ", "# what was wrong: "}) {
    std::string line;
    std::getline(lines, line);
    if (line.compare(0, key.size(), key) != 0) return "a line '" + key + "...' is expected";
    if (line.size() < key.size() + 5) return "'" + key + "' says nothing";
  }
  return "";
}

TEST(Regressions, AHeaderSaysWhoFoundWhat) {
  EXPECT_EQ(fault_of_header("# found by: someone\n# what was wrong: a thing.\nmachine {\n"), "");
  for (const char* bad :
       {"", "# what was wrong: a thing.\n# found by: someone\n", "# found by: someone\nmachine {\n",
        "# found by: \n# what was wrong: x\n", "# found by: someone\n# what was wrong: \n"}) {
    EXPECT_NE(fault_of_header(bad), "") << bad;
  }
}

TEST(Regressions, EveryProgramIsProven) {
  auto files = testing::programs_in(REGPROOF_SOURCE_DIR "/corpus/regressions");
  ASSERT_GE(files.size(), 6u);
  for (const auto& file : files) {
    SCOPED_TRACE(file.filename().string());
    EXPECT_EQ(fault_of_header(testing::read_file(file)), "");
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
