// Programs of one shape, in several sizes: twice the program is about twice the work.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "allocator/allocator.h"
#include "base/work.h"
#include "tests/checker/programs.h"

namespace regproof {
namespace {

constexpr std::size_t kSmall = 500;
constexpr double kMostRatio = 2.3;  // n log n is somewhat more than twice

// Repeats `one`, with each `#` in it replaced by numbers from `first` on.
std::string repeat(std::size_t count, std::size_t first, const std::string& one,
                   const std::string& between = "") {
  std::string all;
  for (std::size_t k = 0; k < count; ++k) {
    if (k > 0) all += between;
    for (char c : one) c == '#' ? all += std::to_string(first + k) : all += c;
  }
  return all;
}

std::string program_of(const std::string& registers, const std::string& body) {
  return "machine {\n  int " + registers + " |\n  float |\n  vector |\n}\nfunction \"f\" {\n" +
         body + "}\n";
}

// What dies in a copy ahead of an instruction stands where another copy is made.
std::string dies_where_copied(std::size_t n) {
  return program_of(
      "p0i..p2i",
      "  block0():\n    op def v1i stack, def v2i stack, def v0i reg\n"
      "    op ; clobber p1i p2i\n    branch -> " +
          repeat(n, 1, "block#()", ", ") + "\n" +
          repeat(n, 1,
                 "  block#():\n    op use v0i fixed(p2i), use@late v1i reg, use v2i in(p1i)\n"
                 "    ret\n"));
}

// One value, read in many arms, with a label in each.
std::string labels_in_arms(std::size_t n) {
  std::string labels;
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t inst = 2 + 2 * k;
    labels += "  debug v0i inst" + std::to_string(inst) + "..inst" + std::to_string(inst + 1) +
              " = " + std::to_string(k) + "\n";
  }
  return program_of("p0i..p1i", labels + "  block0():\n    op def v0i reg\n    branch -> " +
                                    repeat(n, 1, "block#()", ", ") + "\n" +
                                    repeat(n, 1, "  block#():\n    op use v0i reg\n    ret\n"));
}

// A value that is copied on as many edges as it has pieces.
std::string handed_to_arms(std::size_t n) {
  return program_of("p0i..p1i",
                    "  block0():\n    op def v0i reg\n    branch -> " +
                        repeat(n, 1, "block#(v0i)", ", ") + "\n" +
                        repeat(n, 1,
                               "  block#(v#i):\n    op ; clobber p0i p1i\n    op use v0i reg\n"
                               "    op use v#i reg, use v0i any\n    ret\n"));
}

// One value for every parameter.
std::string one_argument(std::size_t n) {
  return program_of("p0i..p1i", "  block0():\n    op def v0i any\n    branch -> block1(" +
                                    repeat(n, 0, "v0i", ", ") + ")\n  block1(" +
                                    repeat(n, 1, "v#i", ", ") + "):\n" +
                                    repeat(n, 1, "    op use v#i any\n") + "    ret\n");
}

// One value in one register, by many operands of the instruction at which it dies.
std::string dies_in_many_operands(std::size_t n) {
  return program_of("p0i..p3i", "  block0():\n    op def v0i reg\n    op def v1i reg\n    op " +
                                    repeat(n, 0, "use v0i fixed(p0i)", ", ") +
                                    ", use v1i fixed(p1i)\n    ret\n");
}

std::uint64_t work_of(const std::string& text) {
  testing::Sample sample = testing::read_sample(text);
  AllocatorContext context;
  std::uint64_t before = work_done;
  auto answer = allocate(sample.function.view(), sample.machine, {}, context);
  EXPECT_TRUE(answer) << answer.error().message;
  return work_done - before;
}

TEST(Work, GrowsWithTheProgram) {
  using Shape = std::string (*)(std::size_t);
  const std::pair<const char*, Shape> shapes[] = {
      {"dies_where_copied", dies_where_copied},
      {"labels_in_arms", labels_in_arms},
      {"handed_to_arms", handed_to_arms},
      {"one_argument", one_argument},
      {"dies_in_many_operands", dies_in_many_operands},
  };
  for (auto [name, shape] : shapes) {
    std::uint64_t small = work_of(shape(kSmall)), large = work_of(shape(2 * kSmall));
    double ratio = static_cast<double>(large) / static_cast<double>(small);
    EXPECT_LT(ratio, kMostRatio) << name << ": " << small << " and " << large;
  }
}

}  // namespace
}  // namespace regproof
