// Files that read, print and read again: the seeds, the examples of the documentation, and real
// problems with their answers where those are there.
#include <gtest/gtest.h>

#include "ir/text.h"
#include "tests/ir/text_samples.h"

namespace regproof {
namespace {

void expect_file_round_trips(const std::filesystem::path& path) {
  std::string text = file_text(path);
  FunctionFile file = read_functions(text, path.filename().string());
  ASSERT_EQ(file.error, "");
  EXPECT_FALSE(file.items.empty()) << path;
  for (const FunctionText& item : file.items) expect_round_trip(item);
}

// The answers of `alloc` meet the functions of `func`, and survive printing.
void expect_answers_round_trip(const std::filesystem::path& func,
                               const std::filesystem::path& alloc) {
  std::string functions_text = file_text(func), text = file_text(alloc);
  FunctionFile functions = read_functions(functions_text);
  AllocationFile answers = read_allocations(text, alloc.filename().string());
  ASSERT_EQ(answers.error, "");
  EXPECT_FALSE(answers.items.empty()) << alloc;
  std::size_t next = 0;
  for (const AllocationText& answer : answers.items) {
    while (next < functions.items.size() && functions.items[next].function.name != answer.name) {
      ++next;
    }
    ASSERT_LT(next, functions.items.size()) << answer.name << " is not in " << func;
    FunctionView function = functions.items[next].function.view();
    auto output = to_output(answer, alloc.filename().string(), function);
    ASSERT_TRUE(output.ok()) << output.error().text();
    expect_round_trip(*output, function);
  }
}

TEST(Files, SeedsRoundTrip) {
  std::filesystem::path seeds = REGPROOF_SOURCE_DIR "/corpus/seeds";
  std::vector<std::filesystem::path> files = files_of(seeds, ".func");
  ASSERT_GE(files.size(), 12u);
  for (const auto& path : files) {
    EXPECT_EQ(file_text(path).substr(0, 2), "# ") << path << " does not say what it shows";
    expect_file_round_trips(path);
  }
  std::vector<std::filesystem::path> answers = files_of(seeds, ".alloc");
  ASSERT_GE(answers.size(), 4u);
  for (const auto& path : answers) {
    expect_answers_round_trip(std::filesystem::path(path).replace_extension(".func"), path);
  }
}

// The problem and the answer that docs/text.md explains are the first two of its fenced texts.
TEST(Files, TheExamplesOfTheDocumentation) {
  std::string text = file_text(REGPROOF_SOURCE_DIR "/docs/text.md");
  std::vector<std::string> fenced;
  const std::string fence = "\n```\n";
  std::size_t begin = text.find(fence);
  for (; begin != std::string::npos && fenced.size() < 2; begin = text.find(fence, begin)) {
    begin += fence.size();
    std::size_t end = text.find(fence, begin);
    ASSERT_NE(end, std::string::npos);
    fenced.push_back(text.substr(begin, end + 1 - begin));
    begin = end + fence.size();
  }
  ASSERT_EQ(fenced.size(), 2u);
  FunctionFile functions = read_functions(fenced[0], "docs/text.md");
  ASSERT_EQ(functions.error, "");
  ASSERT_EQ(functions.items.size(), 1u);
  AllocationFile answers = read_allocations(fenced[1], "docs/text.md");
  ASSERT_EQ(answers.error, "");
  ASSERT_EQ(answers.items.size(), 1u);
  FunctionView function = functions.items[0].function.view();
  EXPECT_EQ(answers.items[0].name, function.name);
  auto output = to_output(answers.items[0], "docs/text.md", function);
  ASSERT_TRUE(output.ok()) << output.error().text();
  expect_round_trip(*output, function);
}

TEST(Files, RealProblemsAndAnswersRoundTrip) {
  std::filesystem::path folder = REGPROOF_SOURCE_DIR "/../shared/problems";
  if (!std::filesystem::is_directory(folder)) {
    GTEST_SKIP() << "there is no folder ../shared/problems beside the checkout";
  }
  for (const auto& sub : {folder, folder / "llvm"}) {
    std::vector<std::filesystem::path> files = files_of(sub, ".func");
    EXPECT_FALSE(files.empty());
    for (const auto& path : files) expect_file_round_trips(path);
  }
  std::vector<std::filesystem::path> answers = files_of(folder / "answers", ".alloc");
  EXPECT_FALSE(answers.empty());
  for (const auto& path : answers) {
    expect_answers_round_trip(folder / path.stem().concat(".func"), path);
  }
}

}  // namespace
}  // namespace regproof
