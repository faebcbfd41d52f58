// Instructions, edits and edges as changes of the state, and the fixpoint over them.
//
// `run_block` is the one transfer function. Who wants to see something on the way (uses that fail,
// points for debug locations) hands in a watcher, so that the fixpoint, the messages and the labels
// follow the same rules.
//
// Tested by tests/checker/symbolic_test.cpp.
#pragma once

#include <cstdint>
#include <queue>
#include <vector>

#include "checker/symbolic_cells.h"
#include "checker/symbolic_order.h"
#include "checker/symbolic_state.h"
#include "ir/function.h"

namespace regproof {

// What a watcher of `run_block` may see; inherits to see less.
struct Watcher {
  // The use reads its cell now and does not find its value there.
  void failed_use(Inst, std::uint32_t /*operand*/) {}
  // The edits of the point have run.
  void at_point(ProgPoint) {}
  // The cell is overwritten.
  void wrote(Cell) {}
  void wrote(const RegSet&) {}
};

class Flow {
 public:
  Flow(const FunctionView& function, const Machine& machine, const Output& output,
       const Cells& cells);

  // Computes the states at the heads of all reachable blocks.
  void solve();

  // Of a solved flow, ascending; empty where the block is unreachable.
  const std::vector<Fact>& facts_at(Block block) const { return heads_[block.value()].facts; }
  // Some use of the block does not find its value.
  bool has_failed_use(Block block) const { return heads_[block.value()].failed; }
  const BlockOrder& order() const { return order_; }
  const RegSet& scratch() const { return scratch_; }

  // From the block's head, whose facts `state` holds, to behind its terminator.
  template <class Watch>
  void run_block(Block block, ValueState& state, Watch& watch) const;

  // Edits at points from before `inst` on.
  std::size_t first_edit(Inst inst) const;

 private:
  struct Head {
    std::vector<Fact> facts;
    bool visited = false;  // an edge has arrived; until then everything is known
    bool queued = false;
    bool failed = false;  // of the last visit
  };

  template <class Watch>
  void run_edit(const ResolvedEdit& edit, ValueState& state, Watch& watch) const;
  template <class Watch>
  void run_inst(Inst inst, ValueState& state, Watch& watch) const;
  template <class Watch>
  void write_defs(Inst inst, OperandPos pos, ValueState& state, Watch& watch) const;

  void enqueue(Block block);
  void cross(Edge edge, const ValueState& state);
  void bind_arguments(Edge edge);
  void bind(VReg value, VReg argument);
  void collect_facts(const ValueState& state);
  void add_facts(Cell cell, VReg value);
  void meet(Block target);

  const FunctionView& function_;
  const Cells& cells_;
  BlockOrder order_;
  RegSet scratch_;
  std::vector<std::vector<VReg>> wanted_;  // by block
  std::vector<Head> heads_;                // by block
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> queue_;

  // Of the edge that is crossed: stamps, so that nothing need be cleared.
  struct Binding {
    VReg value;          // a parameter, or of a constant a value with that recipe
    std::uint32_t next;  // another one with the same argument, or kNoBinding
  };
  static constexpr std::uint32_t kNoBinding = 0xffffffffu;
  std::uint64_t crossing_ = 0;
  std::vector<std::uint64_t> wanted_at_;    // by value: the crossing whose target wants it
  std::vector<std::uint64_t> bound_at_;     // by value: the crossing that binds it anew
  std::vector<std::uint64_t> argument_at_;  // by value: the crossing that has it as an argument
  std::vector<std::uint32_t> binding_of_;   // by value: its first binding
  std::vector<Binding> bindings_;
  std::vector<Fact> incoming_;
};

template <class Watch>
void Flow::run_edit(const ResolvedEdit& edit, ValueState& state, Watch& watch) const {
  if (!edit.to.valid()) return;
  if (edit.kind == EditKind::Move) {
    state.copy(edit.from, edit.to, edit.cls);
    watch.wrote(edit.to);
    return;
  }
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

template <class Watch>
void Flow::write_defs(Inst inst, OperandPos pos, ValueState& state, Watch& watch) const {
  auto operands = function_.operands(inst);
  auto cells = cells_.operand_cells(inst);
  for (std::uint32_t k = 0; k < operands.size(); ++k) {
    if (!operands[k].is_def() || operands[k].pos() != pos) continue;
    state.define(operands[k].vreg(), cells[k]);
    if (cells[k].valid()) watch.wrote(cells[k]);
  }
}

// Early uses, early defs, clobbers, late uses, late defs.
template <class Watch>
void Flow::run_inst(Inst inst, ValueState& state, Watch& watch) const {
  auto operands = function_.operands(inst);
  auto cells = cells_.operand_cells(inst);
  bool unusual = false;
  auto read = [&](std::uint32_t k) {
    if (cells[k].valid() && !state.holds(cells[k], operands[k].vreg())) {
      watch.failed_use(inst, k);
    }
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

template <class Watch>
void Flow::run_block(Block block, ValueState& state, Watch& watch) const {
  auto edits = cells_.edits();
  std::size_t next = first_edit(function_.insts(block).front());
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
}

}  // namespace regproof
