// An answer, made safe to look things up in: lists of any length, edits and labels in any order and
// anywhere. What the interpreter reads answers through.
//
// Cost: linear in program and answer; the labels of a block are looked for when it is first asked
// for, at one test per label.
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

  // What touches one block, of the answer's labels and of those that the program asks for.
  struct BlockLabels {
    std::vector<DebugLocation> given;
    std::vector<DebugLabel> asked;
  };
  const BlockLabels& labels_of(Block block);

  // Every slot that the answer names; may repeat.
  std::vector<SpillSlot> named_slots() const;

 private:
  const FunctionView& function_;
  const Output& output_;
  std::vector<std::uint32_t> first_edit_;  // by point, one more than there are
  std::vector<std::uint32_t> edit_order_;
  std::vector<std::uint32_t> labels_index_;  // by block: place in block_labels_ plus 1, or 0
  std::vector<BlockLabels> block_labels_;
};

}  // namespace regproof
