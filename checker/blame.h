// Who is to blame that a place does not hold a value: the last edit or instruction that wrote it,
// sought backwards from the point in question, through the predecessors at whose ends the value is
// missing, up to the function's entry. Runs for findings only; the work for one verdict is bounded,
// and where the bound is reached the sentence just ends earlier.
//
// Tested by tests/checker/symbolic_test.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "checker/symbolic_flow.h"

namespace regproof {

class Blame {
 public:
  Blame(const FunctionView& function, const Machine& machine, const Output& output,
        const Cells& cells, const Flow& flow);

  // " since edit 12 (before inst15: move stack2 -> p3i)", of a use that does not find its value.
  std::string of_use(Inst inst, Operand op, Cell cell);
  // Of an input that a recipe does not find.
  std::string of_input(const ResolvedEdit& edit, const InputRead& read);
  // The same after the edits of a point have run.
  std::string of_point(ProgPoint point, VReg value, Cell cell);

 private:
  // The values of the state behind `at`, or before it, in a block.
  struct Trail {
    Block block;
    std::uint32_t insts_end;  // instructions below this one are still to be asked
    std::size_t edits_end;    // edits below this one likewise
    VReg value;
    Cell cell;
  };
  static constexpr std::size_t kBudget = 2'000'000;  // instructions and edits looked at

  Trail trail_to(ProgPoint point, VReg value, Cell cell) const;
  Trail trail_to_end(Block block, VReg value, Cell cell) const;
  std::string follow(Trail trail);
  std::optional<std::string> last_writer(const Trail& trail);
  std::optional<std::string> writes(const ResolvedEdit& edit, const Trail& trail) const;
  std::optional<std::string> writes(Inst inst, const Trail& trail) const;
  std::optional<std::string> writes_early(Inst inst, const Trail& trail) const;
  std::optional<std::string> def_writes(Inst inst, std::optional<OperandPos> pos,
                                        const Trail& trail) const;
  std::optional<Trail> missing_predecessor(const Trail& trail);

  const FunctionView& function_;
  const Machine& machine_;
  const Output& output_;
  const Cells& cells_;
  const Flow& flow_;
  ValueState state_;
  std::vector<std::uint32_t> asked_at_;  // by block: the question that passed through last
  std::uint32_t question_ = 0;
  std::size_t spent_ = 0;
};

}  // namespace regproof
