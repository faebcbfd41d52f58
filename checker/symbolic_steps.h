// Edits and instructions as changes of a state: the one transfer function of the symbolic judge.
//
// Who wants to see something on the way (uses that fail, points for debug locations) hands in a
// watcher, so that the fixpoint, the messages and the labels follow the same rules. So does who asks
// with another kind of state: the values that places hold (symbolic_state), or from where their
// contents come (symbolic_demand). A state has `copy`, `put`, `define`, `erase` and `holds`, as those
// two say.
//
// Tested by tests/checker/symbolic_test.cpp.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/work.h"
#include "checker/places.h"
#include "checker/symbolic_cells.h"
#include "ir/function.h"
#include "ir/machine.h"

namespace regproof {

// What a watcher of `run_block` may see; inherits to see less.
struct Watcher {
  // The use reads its cell now.
  void reads(Inst, std::uint32_t /*operand*/) {}
  // It does not find its value there.
  void failed_use(Inst, std::uint32_t /*operand*/) {}
  // The remat reads an input of its recipe now.
  void reads_input(const ResolvedEdit&, const InputRead&) {}
  // It does not find it there.
  void failed_input(const InputRead&) {}
  // The edits of the point have run.
  void at_point(ProgPoint) {}
  // The cell is overwritten.
  void wrote(Cell) {}
  void wrote(const RegSet&) {}
};

class Steps {
 public:
  Steps(const FunctionView& function, const Machine& machine, const Cells& cells)
      : function_(function), cells_(cells), scratch_(scratch_registers(machine)) {}

  const RegSet& scratch() const { return scratch_; }

  // From the block's head, which `state` stands for, to behind its terminator.
  template <class State, class Watch>
  void run_block(Block block, State& state, Watch& watch) const;

 private:
  template <class State, class Watch>
  void run_edit(const ResolvedEdit& edit, State& state, Watch& watch) const;
  template <class State, class Watch>
  void run_inst(Inst inst, State& state, Watch& watch) const;
  template <class State, class Watch>
  void write_defs(Inst inst, OperandPos pos, State& state, Watch& watch) const;

  // Edits at points from before `inst` on.
  std::size_t first_edit(Inst inst) const {
    auto edits = cells_.edits();
    auto first = std::lower_bound(
        edits.begin(), edits.end(), ProgPoint::before(inst),
        [](const ResolvedEdit& edit, ProgPoint point) { return edit.point < point; });
    return static_cast<std::size_t>(first - edits.begin());
  }

  const FunctionView& function_;
  const Cells& cells_;
  RegSet scratch_;
};

template <class State, class Watch>
void Steps::run_edit(const ResolvedEdit& edit, State& state, Watch& watch) const {
  if (edit.kind == EditKind::Move) {
    if (!edit.to.valid()) return;
    state.copy(edit.from, edit.to, edit.cls);
    watch.wrote(edit.to);
    return;
  }
  for (const InputRead& read : cells_.input_reads(edit)) {
    watch.reads_input(edit, read);
    if (!state.holds(read.cell, read.value)) watch.failed_input(read);
  }
  const RegSet& clobbers = function_.reg_set(edit.clobbers);
  if (!clobbers.empty()) {
    state.erase(clobbers);
    watch.wrote(clobbers);
  }
  if (!edit.to.valid()) return;
  if (edit.cls != RegClass::None) {
    state.erase(scratch_.of(edit.cls));
    watch.wrote(scratch_.of(edit.cls));
  }
  if (edit.value.valid()) {
    state.put(edit.value, edit.to);
  } else {
    state.erase(edit.to);
  }
  watch.wrote(edit.to);
}

template <class State, class Watch>
void Steps::write_defs(Inst inst, OperandPos pos, State& state, Watch& watch) const {
  auto operands = function_.operands(inst);
  auto cells = cells_.operand_cells(inst);
  for (std::uint32_t k = 0; k < operands.size(); ++k) {
    if (!operands[k].is_def() || operands[k].pos() != pos) continue;
    state.define(operands[k].vreg(), cells[k]);
    if (cells[k].valid()) watch.wrote(cells[k]);
  }
}

// Early uses, early defs, clobbers, late uses, late defs.
template <class State, class Watch>
void Steps::run_inst(Inst inst, State& state, Watch& watch) const {
  auto operands = function_.operands(inst);
  auto cells = cells_.operand_cells(inst);
  bool unusual = false;
  auto read = [&](std::uint32_t k) {
    if (!cells[k].valid()) return;
    watch.reads(inst, k);
    if (!state.holds(cells[k], operands[k].vreg())) watch.failed_use(inst, k);
  };
  for (std::uint32_t k = 0; k < operands.size(); ++k) {
    Operand op = operands[k];
    if (op.is_use() && op.is_early()) {
      if (!op.is_pin()) read(k);
    } else if (op.is_use() || op.is_early()) {
      unusual = true;
    }
  }
  if (unusual) write_defs(inst, OperandPos::Early, state, watch);
  const RegSet& clobbers = function_.clobbers(inst);
  state.erase(clobbers);
  watch.wrote(clobbers);
  if (unusual) {
    for (std::uint32_t k = 0; k < operands.size(); ++k) {
      if (operands[k].is_use() && operands[k].is_late()) read(k);
    }
  }
  write_defs(inst, OperandPos::Late, state, watch);
  state.erase(scratch_);
  watch.wrote(scratch_);
}

template <class State, class Watch>
void Steps::run_block(Block block, State& state, Watch& watch) const {
  auto edits = cells_.edits();
  std::size_t first = first_edit(function_.insts(block).front());
  std::size_t next = first;
  auto run_edits = [&](ProgPoint point) {
    for (; next < edits.size() && edits[next].point == point; ++next) {
      run_edit(edits[next], state, watch);
    }
  };
  Inst last = function_.terminator(block);
  for (Inst inst : function_.insts(block)) {
    run_edits(ProgPoint::before(inst));
    watch.at_point(ProgPoint::before(inst));
    run_inst(inst, state, watch);
    if (inst != last) run_edits(ProgPoint::after(inst));
    watch.at_point(ProgPoint::after(inst));
  }
  count_work(function_.insts(block).size() + (next - first));
}

}  // namespace regproof
