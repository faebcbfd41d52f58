// How much of what debug labels ask for an answer says. An answer may leave stretches out, so this is
// no rule but a measure: points at which a label's value lives (it was written, and somebody reads it
// later), and those of them at which the answer has a place for the label. Points of several values
// under one label count once.
//
// Whether a place is right is the judges' business, not asked here.
//
// Cost: linear in the function; for each value with labels, the blocks in which it lives; and n log n in the
// debug locations.
//
// Tested by tests/checker/label_coverage_test.cpp.
#pragma once

#include <cstdint>

#include "ir/function.h"
#include "ir/output.h"

namespace regproof {

struct LabelCoverage {
  std::uint64_t asked = 0;  // points, two for each instruction
  std::uint64_t given = 0;  // of these

  LabelCoverage& operator+=(const LabelCoverage& other) {
    asked += other.asked;
    given += other.given;
    return *this;
  }
  friend bool operator==(const LabelCoverage&, const LabelCoverage&) = default;
};

LabelCoverage measure_labels(const FunctionView& function, const Output& output);

}  // namespace regproof
