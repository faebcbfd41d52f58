// Every committed input of every target, one test each: `TARGET/Corpus.FOLDER_FILE`. Which folders of
// corpus/ belong to a target stands in the list that configuring writes (fuzz_targets/CMakeLists.txt).
//
//   corpus_test --gtest_filter='ion_checker/*'
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "fuzz_targets/property.h"

namespace regproof {
namespace {

class Replay : public ::testing::Test {
 public:
  Replay(const Target& target, std::filesystem::path file)
      : target_(target), file_(std::move(file)) {}

  void TestBody() override {
    std::ifstream in(file_, std::ios::binary);
    ASSERT_TRUE(in) << file_;
    std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(in),
                                    std::istreambuf_iterator<char>()};
    // A block of exactly its size, so that a sanitizer sees a read beyond its end.
    std::unique_ptr<std::uint8_t[]> input(new std::uint8_t[bytes.size()]);
    std::copy(bytes.begin(), bytes.end(), input.get());
    std::optional<Failure> failure = target_.property({input.get(), bytes.size()});
    EXPECT_FALSE(failure) << target_.promise << ": " << failure->message
                          << "\nreplay: regproof replay " << target_.name << " " << file_.string();
  }

 private:
  const Target& target_;
  std::filesystem::path file_;
};

std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::is_directory(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Registers what the list names; how many tests.
std::size_t register_inputs(const std::string& list) {
  std::ifstream lines(list);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name, folder;
    words >> name;
    const Target* target = find_target(name);
    if (target == nullptr) continue;
    words.str(line);
    words.clear();
    while (words >> folder) {
      for (const auto& file : files_below(REGPROOF_SOURCE_DIR "/corpus/" + folder)) {
        std::string test = folder + "_" + file.filename().string();
        ::testing::RegisterTest((name + "/Corpus").c_str(), test.c_str(), nullptr, nullptr,
                                __FILE__, __LINE__,
                                [target, file] { return new Replay(*target, file); });
        ++count;
      }
    }
  }
  return count;
}

// The list names every target and no other, and the folders it names hold something.
TEST(CorpusList, NamesEveryTarget) {
  std::ifstream lines(REGPROOF_FUZZ_TARGETS);
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);)
    names.push_back(line.substr(0, line.find(' ')));
  std::sort(names.begin(), names.end());
  std::vector<std::string> expected;
  for (const Target& target : all_targets()) expected.emplace_back(target.name);
  EXPECT_EQ(names, expected);
}

}  // namespace
}  // namespace regproof

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (regproof::register_inputs(REGPROOF_FUZZ_TARGETS) == 0) {
    std::fprintf(stderr, "no committed inputs\n");
    return 1;
  }
  return RUN_ALL_TESTS();
}
