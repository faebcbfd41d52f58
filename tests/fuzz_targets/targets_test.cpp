#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "fuzz_targets/explain.h"
#include "fuzz_targets/property.h"

namespace regproof {
namespace {

TEST(Targets, StandInTheOrderOfTheirNames) {
  std::span<const Target> targets = all_targets();
  ASSERT_FALSE(targets.empty());
  for (std::size_t i = 1; i < targets.size(); ++i) {
    EXPECT_LT(targets[i - 1].name, targets[i].name);
  }
}

TEST(Targets, AreFoundByName) {
  for (const Target& target : all_targets()) EXPECT_EQ(find_target(target.name), &target);
  EXPECT_EQ(find_target(""), nullptr);
  EXPECT_EQ(find_target("ion"), nullptr);
}

// A target that the build does not know would never be fuzzed.
TEST(Targets, EachIsBuilt) {
  std::ifstream file(REGPROOF_SOURCE_DIR "/fuzz_targets/CMakeLists.txt");
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  for (const Target& target : all_targets()) {
    std::string line = "\nadd_fuzz_target(" + std::string(target.name);
    EXPECT_TRUE(text.find(line + ")\n") != std::string::npos ||
                text.find(line + " ") != std::string::npos)
        << target.name;
  }
}

TEST(Targets, HoldForDegenerateInputs) {
  for (const Target& target : all_targets()) {
    for (std::size_t size : {0, 1, 2, 3, 17, 4096}) {
      for (int byte : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
        std::vector<std::uint8_t> input(size, static_cast<std::uint8_t>(byte));
        std::optional<Failure> failure = target.property(input);
        EXPECT_FALSE(failure) << target.name << ", " << size << " times " << byte << ": "
                              << failure->message;
      }
    }
  }
}

TEST(Targets, ExplainWithFindingProgramAndAnswer) {
  Program program = decode({});
  Verdict verdict;
  verdict.findings.push_back(
      {FindingKind::WrongValue, Inst(0), 0, kNoPlace, Location::none(), "so"});
  Output answer;
  answer.first_location.assign(program.function.view().inst_count() + 1, 0);
  std::string answered = explain(program, answer, verdict);
  for (const char* part : {"wrong-value: so", "machine {", "function \"f\"", "allocation \"f\""}) {
    EXPECT_NE(answered.find(part), std::string::npos) << part << " in\n" << answered;
  }
  std::string refused =
      explain(program, AllocError{AllocError::Kind::Internal, "no", {}, {}}, verdict);
  EXPECT_NE(refused.find("# refused: no"), std::string::npos) << refused;
}

}  // namespace
}  // namespace regproof
