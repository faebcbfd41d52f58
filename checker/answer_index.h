// An answer, made safe to look things up in: lists of any length, edits in any order and anywhere. What the
// interpreter reads answers through; its labels through checker/label_watch.h.
//
// Cost: linear in program and answer.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ir/function.h"
#include "ir/output.h"

namespace regproof {

class AnswerIndex {
 public:
  AnswerIndex(const FunctionView& function, const Output& output);

  // Where the operand stands; none where the list is too short.
  Location location(Inst inst, std::uint32_t operand) const;
  // Places in Output::edits of the edits at a point, in the order in which they stand there.
  std::span<const std::uint32_t> edits_at(ProgPoint point) const;

  // Every slot that the answer names; may repeat.
  std::vector<SpillSlot> named_slots() const;

 private:
  const Output& output_;
  std::vector<std::uint32_t> first_edit_;  // by point, one more than there are
  std::vector<std::uint32_t> edit_order_;
};

}  // namespace regproof
