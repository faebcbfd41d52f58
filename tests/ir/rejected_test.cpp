// The programs of corpus/rejected: each line that breaks a rule says so in a comment, `# error:
// RULE`, and the validator reports those lines with those rules and nothing else. What stands
// beside
// the code, or concerns the machine, is reported at the function's first line. A file is named by
// the one rule that its programs break; `syntax-` files are for the reader, in text_error_test.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "ir/text.h"
#include "ir/validate.h"

namespace regproof {
namespace {

using Finding = std::pair<std::uint32_t, std::string>;  // line and rule

std::vector<std::filesystem::path> rejected_programs() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(REGPROOF_SOURCE_DIR "/corpus/rejected")) {
    bool is_syntax = entry.path().filename().string().rfind("syntax-", 0) == 0;
    if (entry.path().extension() == ".func" && !is_syntax) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::set<Finding> annotated(const std::string& text) {
  const std::string mark = "# error: ";
  std::set<Finding> findings;
  std::istringstream lines(text);
  std::string line;
  for (std::uint32_t number = 1; std::getline(lines, line); ++number) {
    std::size_t at = line.find(mark);
    if (at != std::string::npos) findings.insert({number, line.substr(at + mark.size())});
  }
  return findings;
}

std::uint32_t line_of(const Violation& violation, const SourceMap& source) {
  if (violation.inst.valid()) return source.insts[violation.inst.value()].line;
  if (violation.block.valid()) return source.blocks[violation.block.value()].line;
  return source.function.line;
}

// Nothing where the text does not read.
std::optional<std::set<Finding>> found_in(const std::filesystem::path& file,
                                          const std::string& text) {
  std::set<Finding> findings;
  FunctionReader reader(file.filename().string(), text);
  while (true) {
    auto next = reader.next();
    if (!next) {
      ADD_FAILURE() << next.error().text();
      return std::nullopt;
    }
    if (!next->has_value()) return findings;
    const FunctionText& read = **next;
    for (const Violation& v : validate(read.function.view(), read.machine)) {
      findings.insert({line_of(v, read.source), name_of(v.rule)});
    }
  }
}

TEST(Rejected, EveryLineAsAnnotated) {
  std::vector<std::filesystem::path> files = rejected_programs();
  EXPECT_GE(files.size(), 25u);
  for (const std::filesystem::path& file : files) {
    SCOPED_TRACE(file.filename().string());
    std::string text = content_of(file);
    std::set<Finding> expected = annotated(text);
    EXPECT_FALSE(expected.empty());
    for (const auto& [line, rule] : expected) EXPECT_EQ(rule, file.stem().string()) << line;
    std::optional<std::set<Finding>> found = found_in(file, text);
    if (found) {
      EXPECT_EQ(*found, expected);
    }
  }
}

// Rules that a text can break, and no file shows it: none. The others are the reader's to refuse.
TEST(Rejected, EveryRuleThatTextCanBreakHasAFile) {
  const std::set<Rule> refused_by_reader = {Rule::ArraysInconsistent,
                                            Rule::TooLarge,
                                            Rule::BlockWithoutTerminator,
                                            Rule::TerminatorInsideBlock,
                                            Rule::ReturnHasEdges,
                                            Rule::BranchWithoutTarget,
                                            Rule::FrequencyNotPositive,
                                            Rule::LabelVRegMissing,
                                            Rule::VRegWithoutClass,
                                            Rule::InEmpty,
                                            Rule::PinHasVReg};
  std::set<std::string> shown;
  for (const auto& file : rejected_programs()) shown.insert(file.stem().string());
  for (int i = 0; i <= static_cast<int>(kLastRule); ++i) {
    Rule rule = static_cast<Rule>(i);
    EXPECT_EQ(shown.count(name_of(rule)), refused_by_reader.count(rule) == 0 ? 1u : 0u)
        << name_of(rule);
  }
}

}  // namespace
}  // namespace regproof
