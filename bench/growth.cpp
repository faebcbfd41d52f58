// `regproof_growth`: how fast the engine's work grows on inputs of the fuzz target `growth`, the steepest
// first. Steps are counted (base/work.h), so that machines and their load do not matter.
//
//   regproof_growth FILE|FOLDER ...   one line each: exponent, steps for each unit of size at the smallest and
//                                     the largest number of copies, how the copies hang together, the file
//   regproof_growth --files N ...     the names of the N steepest alone
//
// `little`: fewer steps than can be told from what any program costs. Exit status: 0; 2 where a file cannot be read. The hunt for such inputs is ci/growth.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "fuzz_targets/growth.h"
#include "ssagen/repeat.h"

namespace {

using namespace regproof;

struct Row {
  std::string file;
  std::string hang_together;
  double exponent = 0;
  double first = 0;  // steps for each unit of size
  double last = 0;
};

std::vector<std::string> files_of(const std::vector<std::string>& paths) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    if (!fs::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Of an input that makes hardly any work, the exponent is 0.
Row measure(const std::string& file, std::span<const std::uint8_t> bytes) {
  Pattern pattern = decode_pattern(bytes);
  std::vector<Sample> samples = sample(pattern, work_of_engine, kMostInsts);
  Row row;
  row.file = file;
  row.hang_together =
      std::string(name_of(pattern.arrangement)) + "/" + std::string(name_of(pattern.link));
  if (samples.empty()) return row;
  auto per_size = [](const Sample& s) {
    return static_cast<double>(s.work) / static_cast<double>(std::max<std::uint64_t>(s.size, 1));
  };
  row.first = per_size(samples.front());
  row.last = per_size(samples.back());
  if (samples.back().work >= kLeastWork) row.exponent = exponent_of(std::span(samples).subspan(1));
  return row;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"How fast the work of the allocator grows on inputs of the target growth"};
  std::vector<std::string> paths;
  std::size_t files_only = 0;
  app.add_option("paths", paths, "Inputs, or folders of them")
      ->required()
      ->check(CLI::ExistingPath);
  app.add_option("--files", files_only, "Print the names of so many of the steepest, and no more");
  CLI11_PARSE(app, argc, argv);
  std::vector<Row> rows;
  for (const std::string& file : files_of(paths)) {
    std::ifstream in(file, std::ios::binary);
    std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(in), {}};
    if (!in) {
      std::fprintf(stderr, "%s: cannot be read\n", file.c_str());
      return 2;
    }
    rows.push_back(measure(file, bytes));
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.exponent != b.exponent ? a.exponent > b.exponent : a.file < b.file;
  });
  if (files_only > 0) {
    for (std::size_t i = 0; i < std::min(files_only, rows.size()); ++i)
      fmt::print("{}\n", rows[i].file);
    return 0;
  }
  fmt::print("exponent  steps/size: first    last  copies            input\n");
  for (const Row& row : rows) {
    std::string exponent = row.exponent == 0 ? "little" : fmt::format("{:.2f}", row.exponent);
    fmt::print("{:>8}  {:17.1f} {:7.1f}  {:16}  {}\n", exponent, row.first, row.last,
               row.hang_together, row.file);
  }
  return 0;
}
