// What another allocator answered to real problems: every answer must be accepted. Runs over
// ../shared/problems where that folder is beside the checkout, and says so where it is not.
//
// Prints what reading and judging took; the figures mean something in an optimized build only.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "checker/constraints.h"
#include "checker/judge.h"
#include "checker/symbolic.h"
#include "ir/text.h"

namespace regproof {
namespace {

// Processor time, since others may share the machine.
double now() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

// The fastest of several runs.
template <class Run>
double fastest(Run&& run) {
  constexpr int kRuns = 3;
  double best = 1e9;
  for (int i = 0; i < kRuns; ++i) {
    double start = now();
    run();
    best = std::min(best, now() - start);
  }
  return best;
}

struct Totals {
  std::size_t functions = 0;
  std::size_t insts = 0;
  std::size_t edits = 0;
  std::size_t refused = 0;
  double read = 0;
  double constraints = 0;
  double symbolic = 0;
};

std::string slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return std::move(out).str();
}

void judge_one(const FunctionView& function, const Machine& machine, const Output& output,
               const std::string& file, Totals& totals) {
  std::vector<Finding> findings;
  totals.constraints += fastest([&] {
    findings.clear();
    check_constraints(function, machine, output, findings);
  });
  std::size_t of_constraints = findings.size();
  totals.symbolic += fastest([&] {
    findings.resize(of_constraints);
    check_symbolic(function, machine, output, findings);
  });
  ++totals.functions;
  totals.insts += function.inst_count();
  totals.edits += output.edits.size();
  if (findings.empty()) return;
  ++totals.refused;
  if (totals.refused > 5) return;
  ADD_FAILURE() << file << ", " << function.name << ": " << findings.size()
                << " findings, the first: " << findings[0].message;
}

void judge_file(const std::filesystem::path& problem, const std::filesystem::path& answer,
                Totals& totals) {
  std::string functions_text = slurp(problem), answers_text = slurp(answer);
  FunctionReader functions(problem.string(), functions_text);
  AllocationReader answers(answer.string(), answers_text);
  for (;;) {
    double start = now();
    auto function = functions.next();
    auto allocation = answers.next();
    ASSERT_TRUE(function.ok()) << function.error().text();
    ASSERT_TRUE(allocation.ok()) << allocation.error().text();
    ASSERT_EQ(function->has_value(), allocation->has_value()) << problem;
    if (!function->has_value()) return;
    ASSERT_EQ((*function)->function.name, (*allocation)->name);
    FunctionView view = (*function)->function.view();
    auto output = to_output(**allocation, answer.string(), view);
    ASSERT_TRUE(output.ok()) << output.error().text();
    totals.read += now() - start;
    judge_one(view, (*function)->machine, *output, problem.filename().string(), totals);
  }
}

void print(const char* name, const Totals& totals) {
  auto rate = [&](double seconds) { return static_cast<double>(totals.insts) / seconds / 1e6; };
  std::printf(
      "%-28s %5zu functions %7zu insts %7zu edits; million insts/s: read %5.2f, "
      "constraints %6.2f, symbolic %6.2f, both %6.2f\n",
      name, totals.functions, totals.insts, totals.edits, rate(totals.read),
      rate(totals.constraints), rate(totals.symbolic), rate(totals.constraints + totals.symbolic));
}

TEST(Answers, OfAnotherAllocatorAreAccepted) {
  std::filesystem::path problems =
      std::filesystem::path(REGPROOF_SOURCE_DIR) / ".." / "shared" / "problems";
  if (!std::filesystem::is_directory(problems / "answers")) {
    GTEST_SKIP() << "there are no answers to judge: " << problems << " is not beside the checkout";
  }
  std::vector<std::filesystem::path> answers;
  for (const auto& entry : std::filesystem::directory_iterator(problems / "answers")) {
    if (entry.path().extension() == ".alloc") answers.push_back(entry.path());
  }
  std::sort(answers.begin(), answers.end());
  ASSERT_FALSE(answers.empty());
  Totals all;
  for (const auto& answer : answers) {
    Totals totals;
    judge_file(problems / (answer.stem().string() + ".func"), answer, totals);
    print(answer.stem().c_str(), totals);
    all.functions += totals.functions;
    all.insts += totals.insts;
    all.edits += totals.edits;
    all.refused += totals.refused;
    all.read += totals.read;
    all.constraints += totals.constraints;
    all.symbolic += totals.symbolic;
  }
  print("all", all);
  EXPECT_EQ(all.refused, 0u) << "of " << all.functions << " functions";
}

}  // namespace
}  // namespace regproof
