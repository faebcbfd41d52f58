// The places that an answer names, numbered densely: registers by their own number, then each
// distinct (first unit, size) of the slots that stand for values. What breaks the frame's rules gets
// no number. Two slot cells may overlap where sizes differ:
//
//   units      4    5    6    7
//   cells    [ 192      ][ 193      ]     size 2, named stack4 and stack6
//            [194 ]                       size 1, stack4: overlaps 192
//
// Overlaps are listed once, so a write erases what shares its units. With aligned slots a cell
// overlaps at most one larger cell per class, so the lists are short.
//
// Cost: linear in the answer, plus a sort of the slots where there are several sizes.
//
// Tested by tests/checker/symbolic_test.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "checker/definitions.h"
#include "checker/places.h"
#include "checker/recipes.h"
#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"

namespace regproof {

struct CellTag {
  static constexpr bool kOrdered = true;
};
using Cell = Index<CellTag>;  // none: no place that can hold a value

constexpr Cell cell_of(PReg reg) {
  return Cell(reg.value());
}

// One edit, its places resolved. Edits that never run are not among them.
struct ResolvedEdit {
  ProgPoint point;
  std::uint32_t index = 0;  // in Output::edits
  EditKind kind = EditKind::Move;
  RegClass cls = RegClass::None;  // what survives a move; None: nothing does
  Cell from;
  Cell to;
  VReg value;  // of a remat: what it stands for; none where the recipe is not legal
  // Of a remat: what it reads, in `Cells::input_reads`; the registers that its recipe clobbers.
  std::uint32_t first_read = 0;
  std::uint32_t read_count = 0;
  RegSetId clobbers{0};
};

// A remat reads an input of its recipe.
struct InputRead {
  std::uint32_t edit = 0;  // in Output::edits
  std::uint32_t input = 0;
  VReg value;
  Cell cell;
};

class Cells {
 public:
  Cells(const FunctionView& function, const Machine& machine, const Output& output);

  std::size_t count() const { return units_.size() + kRegCount; }
  // The cell of each operand, by place in FunctionView::operand_array.
  std::span<const Cell> operand_cells() const { return operand_cells_; }
  std::span<const Cell> operand_cells(Inst inst) const {
    return std::span(operand_cells_)
        .subspan(function_.first_operand(inst),
                 function_.first_operand(inst.next()) - function_.first_operand(inst));
  }
  // By point, in running order.
  std::span<const ResolvedEdit> edits() const { return edits_; }
  // What edits read of recipes' inputs that are values, by edit in running order, then input.
  std::span<const InputRead> input_reads() const { return input_reads_; }
  std::span<const InputRead> input_reads(const ResolvedEdit& edit) const {
    return std::span(input_reads_).subspan(edit.first_read, edit.read_count);
  }
  // In `input_reads()`, of one of them.
  std::size_t place_of(const InputRead& read) const {
    return static_cast<std::size_t>(&read - input_reads_.data());
  }
  const Recipes& recipes() const { return recipes_; }
  // False where the value counts at the point only under its own name, which nothing holds there: its recipe is open or
  // another value's, and its definition does not dominate the point.
  bool may_be_recomputed(VReg value, ProgPoint point) const;
  // The place of a value of the class, if it was named in the answer's operands, edits or labels.
  Cell find(Location location, RegClass cls) const;
  // The other cells that share units with this one.
  std::span<const Cell> overlapping(Cell cell) const {
    if (cell.value() < kRegCount || overlap_first_.empty()) return {};
    std::size_t slot = cell.value() - kRegCount;
    return std::span(overlaps_).subspan(overlap_first_[slot],
                                        overlap_first_[slot + 1] - overlap_first_[slot]);
  }
  bool overlap(Cell a, Cell b) const;

 private:
  std::uint64_t key_of(SpillSlot slot, RegClass cls) const;
  Cell intern(Location location, RegClass cls);
  void resolve_operands();
  void resolve_edits();
  void resolve_remat(const Edit& edit, ResolvedEdit& resolved);
  void resolve_inputs();
  void find_overlaps();

  const FunctionView& function_;
  const Machine& machine_;
  const Output& output_;
  Recipes recipes_;
  std::vector<Cell> operand_cells_;
  std::vector<ResolvedEdit> edits_;
  std::vector<InputRead> input_reads_;
  std::optional<Definitions> definitions_;              // where recipes or labels may ask
  std::vector<UnitRange> units_;                        // of slot cells
  std::unordered_map<std::uint64_t, Cell> slot_cells_;  // by first unit and size
  std::vector<std::uint32_t> overlap_first_;            // empty where nothing overlaps
  std::vector<Cell> overlaps_;
};

}  // namespace regproof
