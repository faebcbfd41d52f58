#include "checker/blame.h"

#include <algorithm>

#include "checker/places.h"
#include "checker/symbolic_demand.h"
#include "ir/names.h"

namespace regproof {

Blame::Blame(const FunctionView& function, const Machine& machine, const Output& output,
             const Cells& cells, const Flow& flow)
    : function_(function),
      machine_(machine),
      output_(output),
      cells_(cells),
      flow_(flow),
      state_(function, cells),
      asked_at_(function.block_count(), 0) {}

Blame::Trail Blame::trail_to(ProgPoint point, VReg value, Cell cell) const {
  auto edits = cells_.edits();
  auto end = std::upper_bound(edits.begin(), edits.end(), point,
                              [](ProgPoint p, const ResolvedEdit& edit) { return p < edit.point; });
  return {function_.block_of(point.inst()), point.inst().value() + (point.is_after() ? 1 : 0),
          static_cast<std::size_t>(end - edits.begin()), value, cell};
}

Blame::Trail Blame::trail_to_end(Block block, VReg value, Cell cell) const {
  Inst last = function_.terminator(block);
  Trail trail = trail_to(ProgPoint::before(last), value, cell);
  trail.insts_end = last.value() + 1;
  return trail;
}

std::string Blame::of_use(Inst inst, Operand op, Cell cell) {
  Trail trail = trail_to(ProgPoint::before(inst), op.vreg(), cell);
  if (op.is_late()) {
    if (auto writer = writes_early(inst, trail)) return *writer;
  }
  return follow(trail);
}

std::string Blame::of_input(const ResolvedEdit& edit, const InputRead& read) {
  Trail trail = trail_to(edit.point, read.value, read.cell);
  trail.edits_end = static_cast<std::size_t>(&edit - cells_.edits().data());
  return follow(trail);
}

std::string Blame::of_point(ProgPoint point, VReg value, Cell cell) {
  return follow(trail_to(point, value, cell));
}

std::string Blame::follow(Trail trail) {
  ++question_;
  for (;;) {
    if (spent_ > kBudget) return "";
    if (auto writer = last_writer(trail)) return *writer;
    asked_at_[trail.block.value()] = question_;
    if (trail.block == FunctionView::entry()) {
      return ": nothing writes it on a path from the function's entry";
    }
    std::optional<Trail> before = missing_predecessor(trail);
    if (!before) return " at the head of " + to_string(trail.block);
    trail = *before;
  }
}

// Edits and instructions of the block, the last first.
std::optional<std::string> Blame::last_writer(const Trail& trail) {
  auto edits = cells_.edits();
  std::uint32_t first = function_.insts(trail.block).front().value();
  Inst last = function_.terminator(trail.block);
  std::size_t edit = trail.edits_end;
  std::uint32_t inst = trail.insts_end;
  for (;;) {
    bool edit_left = edit > 0 && edits[edit - 1].point >= ProgPoint::before(Inst(first));
    bool edit_next =
        edit_left && (inst == first || edits[edit - 1].point > ProgPoint::before(Inst(inst - 1)));
    if (!edit_next && inst == first) return std::nullopt;
    ++spent_;
    std::optional<std::string> writer;
    if (edit_next) {
      --edit;
      bool runs = !(edits[edit].point == ProgPoint::after(last));
      if (runs) writer = writes(edits[edit], trail);
    } else {
      writer = writes(Inst(--inst), trail);
    }
    if (writer) return writer;
  }
}

std::optional<std::string> Blame::writes(const ResolvedEdit& edit, const Trail& trail) const {
  bool writes_clobber = is_register_in(trail.cell, function_.reg_set(edit.clobbers));
  bool writes_scratch = edit.kind == EditKind::Remat && edit.cls != RegClass::None &&
                        machine_.scratch_of(edit.cls).valid() &&
                        cell_of(machine_.scratch_of(edit.cls)) == trail.cell;
  bool writes_it = writes_clobber || writes_scratch || cells_.overlap(edit.to, trail.cell);
  if (!writes_it) return std::nullopt;
  return " since " + describe_edit(edit.index, output_.edits[edit.index], function_);
}

std::optional<std::string> Blame::def_writes(Inst inst, std::optional<OperandPos> pos,
                                             const Trail& trail) const {
  auto operands = function_.operands(inst);
  auto cells = cells_.operand_cells(inst);
  for (std::size_t k = operands.size(); k-- > 0;) {
    Operand op = operands[k];
    if (!op.is_def() || (pos && op.pos() != *pos)) continue;
    if (cells_.overlap(cells[k], trail.cell)) {
      return " since " + to_string(inst) + " writes " + to_string(op.vreg(), function_) + " there";
    }
    if (op.vreg() == trail.value) {
      auto locations = output_.locations_of(inst);
      return ": nothing writes it after " + to_string(inst) + " defines " +
             to_string(op.vreg(), function_) + " in " +
             (k < locations.size() ? describe(locations[k]) : "no place");
    }
  }
  return std::nullopt;
}

std::optional<std::string> Blame::writes_early(Inst inst, const Trail& trail) const {
  if (trail.cell.value() < kRegCount) {
    PReg reg(static_cast<std::uint16_t>(trail.cell.value()));
    if (function_.clobbers(inst).contains(reg)) {
      return " since " + to_string(inst) + " clobbers it";
    }
  }
  return def_writes(inst, OperandPos::Early, trail);
}

std::optional<std::string> Blame::writes(Inst inst, const Trail& trail) const {
  if (auto writer = def_writes(inst, std::nullopt, trail)) return writer;
  if (trail.cell.value() >= kRegCount) return std::nullopt;
  PReg reg(static_cast<std::uint16_t>(trail.cell.value()));
  if (function_.clobbers(inst).contains(reg)) return " since " + to_string(inst) + " clobbers it";
  if (flow_.steps().scratch().contains(reg)) {
    return " since " + to_string(inst) + ", after which a scratch register holds nothing";
  }
  return std::nullopt;
}

std::optional<Blame::Trail> Blame::missing_predecessor(const Trail& trail) {
  auto params = function_.params(trail.block);
  auto param = std::find(params.begin(), params.end(), trail.value);
  for (Edge edge : function_.predecessors(trail.block)) {
    Block source = function_.source(edge);
    if (!flow_.order().is_reachable(source)) continue;
    if (asked_at_[source.value()] == question_) continue;
    VReg value = trail.value;
    if (param != params.end()) {
      auto index = static_cast<std::size_t>(param - params.begin());
      if (index >= function_.arguments(edge).size()) continue;
      value = function_.arguments(edge)[index];
    }
    spent_ += function_.insts(source).size();
    state_.load(flow_.facts_at(source));
    Watcher nothing;
    flow_.steps().run_block(source, state_, nothing);
    if (!state_.holds(trail.cell, value)) return trail_to_end(source, value, trail.cell);
  }
  return std::nullopt;
}

}  // namespace regproof
