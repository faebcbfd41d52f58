#include "ir/unread.h"

#include <algorithm>

#include "base/work.h"
#include "ir/cfg.h"

namespace regproof {
namespace {

class Reads {
 public:
  Reads(const FunctionView& function, const Machine& machine, const Output& output)
      : function_(function),
        machine_(machine),
        output_(output),
        at_head_(function.block_count()),
        read_(function.vreg_count(), false) {
    for (const DebugLocation& claim : output.debug_locations) {
      if (is_plain(claim.location)) claimed_.add(claim.location.as_reg());
    }
  }

  std::vector<VReg> unread_values();

 private:
  void walk_blocks();
  bool walk_block(Block b);
  void read_all_of_block(Block b);
  void walk_edit(const Edit& edit);
  void walk_inst(Inst inst);
  void write_defs(Inst inst, OperandPos pos);
  void read_uses(Inst inst, OperandPos pos);
  std::size_t edits_up_to(ProgPoint point) const;
  bool is_wanted(PReg reg) const { return now_.contains(reg) || claimed_.contains(reg); }
  bool is_plain(Location l) const { return l.is_reg() && !l.is_memory(machine_); }
  void note_read(VReg v) {
    if (v.valid()) read_[v.value()] = true;
  }

  const FunctionView& function_;
  const Machine& machine_;
  const Output& output_;
  std::vector<RegSet> at_head_;  // by block: registers that somebody reads
  std::vector<bool> read_;       // by vreg: its definition is
  RegSet now_;
  RegSet claimed_;  // by labels, somewhere: always read
};

// Edits at points up to this one.
std::size_t Reads::edits_up_to(ProgPoint point) const {
  auto end = std::upper_bound(output_.edits.begin(), output_.edits.end(), point,
                              [](ProgPoint p, const Edit& edit) { return p < edit.point; });
  return static_cast<std::size_t>(end - output_.edits.begin());
}

void Reads::walk_edit(const Edit& edit) {
  bool wanted = !is_plain(edit.to) || is_wanted(edit.to.as_reg());
  if (is_plain(edit.to)) now_.remove(edit.to.as_reg());
  if (edit.kind == EditKind::Move) {
    if (wanted && is_plain(edit.from)) now_.add(edit.from.as_reg());
    return;
  }
  for (std::size_t k = 0; k < edit.input_count(); ++k) now_.add(edit.inputs[k]);
}

void Reads::write_defs(Inst inst, OperandPos pos) {
  auto operands = function_.operands(inst);
  auto places = output_.locations_of(inst);
  for (std::size_t k = 0; k < operands.size(); ++k) {
    if (!operands[k].is_def() || operands[k].pos() != pos) continue;
    if (!is_plain(places[k]) || is_wanted(places[k].as_reg())) note_read(operands[k].vreg());
  }
  for (std::size_t k = 0; k < operands.size(); ++k) {
    bool written = operands[k].is_def() && operands[k].pos() == pos && is_plain(places[k]);
    if (written) now_.remove(places[k].as_reg());
  }
}

void Reads::read_uses(Inst inst, OperandPos pos) {
  auto operands = function_.operands(inst);
  auto places = output_.locations_of(inst);
  for (std::size_t k = 0; k < operands.size(); ++k) {
    bool read = operands[k].is_use() && !operands[k].is_pin() && operands[k].pos() == pos;
    if (read && is_plain(places[k])) now_.add(places[k].as_reg());
  }
}

void Reads::walk_inst(Inst inst) {
  write_defs(inst, OperandPos::Late);
  read_uses(inst, OperandPos::Late);
  write_defs(inst, OperandPos::Early);
  read_uses(inst, OperandPos::Early);
}

// Whether more is read at the block's head than was known.
bool Reads::walk_block(Block b) {
  now_ = RegSet();
  for (Edge e : function_.successors(b)) now_ = now_ | at_head_[function_.target(e).value()];
  Inst first = function_.insts(b).front(), last = function_.terminator(b);
  std::size_t edit = edits_up_to(ProgPoint::after(last));
  std::size_t begin = edits_up_to(ProgPoint::before(first));
  while (begin > 0 && output_.edits[begin - 1].point == ProgPoint::before(first)) --begin;
  auto run_back = [&](ProgPoint point) {
    for (; edit > begin && output_.edits[edit - 1].point == point; --edit) {
      walk_edit(output_.edits[edit - 1]);
    }
  };
  for (Inst inst = last;; inst = inst.previous()) {
    run_back(ProgPoint::after(inst));
    walk_inst(inst);
    run_back(ProgPoint::before(inst));
    if (inst == first) break;
  }
  bool grew = now_ != at_head_[b.value()];
  at_head_[b.value()] = now_;
  return grew;
}

// A block that nothing reaches: what it defines counts as read.
void Reads::read_all_of_block(Block b) {
  for (Inst inst : function_.insts(b)) {
    for (const Operand& op : function_.operands(inst)) {
      if (op.is_def()) note_read(op.vreg());
    }
  }
}

// In postorder again and again, as long as a block is read more of that has been walked in this round.
void Reads::walk_blocks() {
  Cfg cfg = analyze_cfg(function_);
  std::vector<bool> pending(function_.block_count(), true);
  for (bool again = true; again;) {
    again = false;
    count_work(cfg.postorder.size());
    for (Block b : cfg.postorder) {
      if (!pending[b.value()]) continue;
      pending[b.value()] = false;
      if (!walk_block(b)) continue;
      for (Edge e : function_.predecessors(b)) {
        Block source = function_.source(e);
        if (!cfg.is_reachable(source)) continue;
        pending[source.value()] = true;
        again |= cfg.rpo_index[source] >= cfg.rpo_index[b];
      }
    }
  }
  for (Block b : function_.blocks()) {
    if (!cfg.is_reachable(b)) read_all_of_block(b);
  }
}

std::vector<VReg> Reads::unread_values() {
  walk_blocks();
  for (Block b : function_.blocks()) {
    for (VReg param : function_.params(b)) note_read(param);
  }
  for (const DebugLabel& label : function_.debug_labels) note_read(label.vreg);
  std::vector<VReg> unread;
  for (std::uint32_t v = 0; v < read_.size(); ++v) {
    bool computed = function_.is_rematerializable(VReg(v)) || function_.find_recipe(VReg(v));
    if (computed && !read_[v]) unread.push_back(VReg(v));
  }
  return unread;
}

}  // namespace

std::vector<VReg> unread_definitions(const FunctionView& function, const Machine& machine,
                                     const Output& output) {
  if (function.rematerializable.empty() && function.recipes.empty()) return {};
  return Reads(function, machine, output).unread_values();
}

}  // namespace regproof
