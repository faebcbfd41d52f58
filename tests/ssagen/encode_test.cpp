// Functions become inputs and come back the same: those of corpus/seeds and corpus/regressions, and,
// compactly, real ones of ../shared/problems, where these are; it says so where they are not.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "ir/feasible.h"
#include "ir/text.h"
#include "ir/validate.h"
#include "ssagen/generate.h"
#include "ssagen/ssagen.h"

namespace regproof {
namespace {

std::vector<std::filesystem::path> problem_files() {
  std::vector<std::filesystem::path> files;
  std::filesystem::path root = std::filesystem::path(REGPROOF_SOURCE_DIR) / "../shared/problems";
  std::error_code missing;
  for (const auto& folder : {root, root / "llvm"}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder, missing)) {
      if (entry.path().extension() == ".func") files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Totals {
  std::size_t functions = 0;
  std::size_t insts = 0;
  std::size_t bytes = 0;
  std::size_t labels_left_out = 0;
};

// Labels of real compilers may be empty or follow values that are gone; tokens have none such.
std::size_t drop_unstated_labels(Function& function, const Machine& machine) {
  std::size_t before = function.debug_labels.size();
  std::vector<std::uint8_t> defined(function.vreg_classes.size(), 0);
  for (VReg v : function.params) defined[v.value()] = 1;
  for (const Operand& op : function.operands) {
    if (op.is_def()) defined[op.vreg().value()] = 1;
  }
  auto unstated = [&](const DebugLabel& label) {
    return label.vreg.value() >= defined.size() || defined[label.vreg.value()] == 0 ||
           label.from >= label.to;
  };
  auto& labels = function.debug_labels;
  labels.erase(std::remove_if(labels.begin(), labels.end(), unstated), labels.end());
  auto& classes = function.vreg_classes;  // numbers that only such labels named become gaps
  for (std::size_t v = 0; v < classes.size(); ++v) {
    if (defined[v] == 0) classes[v] = RegClass::None;
  }
  while (!classes.empty() && classes.back() == RegClass::None) classes.pop_back();
  EXPECT_TRUE(validate(function.view(), machine).empty()) << function.name;
  return before - labels.size();
}

void expect_inverse(FunctionText& item, Totals& totals) {
  totals.labels_left_out += drop_unstated_labels(item.function, item.machine);
  std::vector<std::uint8_t> bytes = encode(item.function.view(), item.machine);
  RepairCounts repairs;
  Program again = decode_counted(bytes, repairs);
  EXPECT_EQ(again.machine, item.machine) << item.function.name;
  EXPECT_TRUE(same_program(again.function.view(), item.function.view())) << item.function.name;
  EXPECT_EQ(repairs, RepairCounts()) << item.function.name;
  ++totals.functions;
  totals.insts += item.function.view().inst_count();
  totals.bytes += bytes.size();
}

// Those that are impossible are inputs of `decode_unloosened`.
void expect_inverse_unloosened(const FunctionText& item) {
  std::vector<std::uint8_t> bytes = encode(item.function.view(), item.machine);
  Program again = decode_unloosened(bytes);
  EXPECT_EQ(again.machine, item.machine) << item.function.name;
  EXPECT_TRUE(same_program(again.function.view(), item.function.view())) << item.function.name;
}

TEST(Encode, CommittedFunctionsComeBackTheSame) {
  Totals totals;
  for (const char* folder : {"seeds", "regressions"}) {
    auto path = std::filesystem::path(REGPROOF_SOURCE_DIR) / "corpus" / folder;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      if (entry.path().extension() != ".func") continue;
      SCOPED_TRACE(entry.path().string());
      std::string text = contents(entry.path());
      FunctionReader reader(entry.path().filename().string(), text);
      for (auto item = reader.next();; item = reader.next()) {
        ASSERT_TRUE(item.ok()) << item.error().text();
        if (!item->has_value()) break;
        expect_inverse_unloosened(**item);
        bool feasible = !find_infeasible((*item)->function.view(), (*item)->machine);
        if (feasible) expect_inverse(**item, totals);
      }
    }
  }
  EXPECT_GT(totals.functions, 40u);
}

TEST(Encode, RealFunctionsComeBackTheSame) {
  std::vector<std::filesystem::path> files = problem_files();
  if (files.empty()) GTEST_SKIP() << "no files under ../shared/problems";
  Totals totals;
  for (const auto& path : files) {
    SCOPED_TRACE(path.string());
    std::string text = contents(path);
    FunctionReader reader(path.filename().string(), text);
    for (auto item = reader.next();; item = reader.next()) {
      ASSERT_TRUE(item.ok()) << item.error().text();
      if (!item->has_value()) break;
      expect_inverse(**item, totals);
    }
  }
  EXPECT_GT(totals.functions, 1000u);
  double bytes_per_inst = static_cast<double>(totals.bytes) / static_cast<double>(totals.insts);
  EXPECT_LT(bytes_per_inst, 9.0);
  std::cout << totals.functions << " functions, " << totals.insts << " instructions, "
            << bytes_per_inst << " bytes each, " << totals.labels_left_out << " labels left out\n";
}

FunctionText read(const char* text) {
  FunctionReader reader("text", text);
  auto item = reader.next();
  EXPECT_TRUE(item.ok() && item->has_value());
  return item.ok() && item->has_value() ? std::move(**item) : FunctionText();
}

TEST(Encode, LabelsOfNothingAreLeftOut) {
  FunctionText item = read(R"(machine {
  int p0i..p3i |
}
function "f" {
  debug v0i inst0..inst0 = 1
  debug v0i inst2..inst2 = 2
  debug v7i inst0..inst1 = 3
  debug v0i inst1..inst2 = 4
  block0():
    op def v0i any
    ret use v0i any
})");
  EXPECT_TRUE(validate(item.function.view(), item.machine).empty());
  Program again = decode(encode(item.function.view(), item.machine));
  ASSERT_EQ(again.function.debug_labels.size(), 1u);
  EXPECT_EQ(again.function.debug_labels[0], item.function.debug_labels[3]);
}

}  // namespace
}  // namespace regproof
