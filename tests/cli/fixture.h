// A workshop with the files of tests/cli/programs.h, and what tests say about how a run ended.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/cli/child_process.h"
#include "tests/cli/programs.h"

namespace regproof::tests {

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

class Cli : public ::testing::Test {
 protected:
  void SetUp() override {
    shop.write("good.func", kProgram);
    shop.write("good.alloc", kAnswers);
    shop.write("wrong.alloc", kWrongAnswers);
    shop.write("impossible.func", kImpossible);
    shop.write("illegal.func", kIllegal);
    shop.write("broken.func", kBroken);
  }

  void expect(int status, const std::vector<std::string>& arguments) {
    ended = shop.run(arguments);
    std::string line;
    for (const std::string& word : arguments) line += " " + word;
    EXPECT_EQ(ended.status, status) << line << "\n" << ended.out << ended.err;
  }
  void expect_out(const std::string& part) {
    EXPECT_TRUE(contains(ended.out, part)) << part << "\n in:\n" << ended.out << ended.err;
  }
  void expect_err(const std::string& part) {
    EXPECT_TRUE(contains(ended.err, part)) << part << "\n in:\n" << ended.err << ended.out;
  }

  Workshop shop;
  Ended ended;
};

}  // namespace regproof::tests
