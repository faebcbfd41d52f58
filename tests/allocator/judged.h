// Programs handed to the engine and its answers to the judges: what the tests of this folder share.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "allocator/allocator.h"
#include "checker/interpreter.h"
#include "checker/judge.h"
#include "tests/checker/programs.h"

namespace regproof::testing {

inline std::string program_text(const Sample& sample) {
  std::string text;
  print_machine(sample.machine, text);
  print_function(sample.function.view(), text);
  return text;
}

inline Result<Output, AllocError> allocate_fresh(const Sample& sample,
                                                 const AllocatorOptions& options = {}) {
  AllocatorContext context;
  return allocate(sample.function.view(), sample.machine, options, context);
}

// What is wrong with the answer, as text; empty if it is proven, and `paths` concrete runs agree.
inline std::string faults_of(const Sample& sample, const Result<Output, AllocError>& answer,
                             std::uint32_t paths = 20) {
  constexpr std::uint32_t kSteps = 200;
  FunctionView function = sample.function.view();
  Verdict verdict = judge_answer(function, sample.machine, answer);
  if (answer) {
    for (Finding& finding : interpret(function, sample.machine, *answer, paths, kSteps)) {
      verdict.findings.push_back(std::move(finding));
    }
  }
  std::string text;
  for (const Finding& finding : verdict.findings) {
    text += std::string(name_of(finding.kind)) + ": " + finding.message + "\n";
  }
  if (text.empty()) return text;
  text += program_text(sample);
  if (answer) {
    print_allocation(function, *answer, text);
  } else {
    text += "refused: " + answer.error().message + "\n";
  }
  return text;
}

// The `.func` files of a folder, sorted.
inline std::vector<std::filesystem::path> programs_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".func") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

inline std::vector<Sample> samples_in(const std::filesystem::path& file) {
  std::size_t void_labels = 0;
  return read_samples(read_file(file), file.filename().string(), void_labels);
}

}  // namespace regproof::testing
