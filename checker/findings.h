// Collects a judge's findings, up to a limit: an answer made of garbage must not fill the memory
// with sentences about it. A verdict with one finding is as refused as one with a thousand.
//
// Tested by tests/checker/constraints_test.cpp.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "checker/verdict.h"

namespace regproof {

inline constexpr std::size_t kMaxFindings = 1000;  // of one judge

class Findings {
 public:
  explicit Findings(std::vector<Finding>& list) : list_(list), limit_(list.size() + kMaxFindings) {}

  // Asked before a message is composed.
  bool full() const { return list_.size() >= limit_; }
  void add(Finding finding) {
    if (!full()) list_.push_back(std::move(finding));
  }

 private:
  std::vector<Finding>& list_;
  std::size_t limit_;
};

}  // namespace regproof
