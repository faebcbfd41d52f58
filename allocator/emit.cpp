#include "allocator/emit.h"

#include <algorithm>

#include "allocator/layout.h"
#include "allocator/moves.h"
#include "allocator/pieces.h"
#include "base/work.h"

namespace regproof {
namespace {

class Emitter {
 public:
  Emitter(const Facts& facts, const Pieces& pieces, const Moves& moves, const SlotPlan& slots,
          Output& out)
      : facts_(facts),
        function_(facts.function),
        pieces_(pieces),
        moves_(moves),
        slots_(slots),
        out_(out) {}

  void locations();
  void edits();
  void labels();

 private:
  Location real(Location l) const {
    if (!l.is_stack()) return l;
    return Location::stack(slots_.slot[l.as_stack().value()]);
  }
  void label_block(const DebugLabel& label, Block b, ProgPoint from, ProgPoint to);
  void label_segment(const DebugLabel& label, const Segment& segment);
  void find_definers();
  ProgPoint written(VReg v, const Segment& segment) const;
  PReg last_place(VReg v, const Segment& segment) const;
  void add_label(std::uint32_t label, ProgPoint from, ProgPoint to, Location location);

  const Facts& facts_;
  const FunctionView& function_;
  const Pieces& pieces_;
  const Moves& moves_;
  const SlotPlan& slots_;
  Output& out_;
  Vector<Inst> definer_;  // by vreg: the instruction that writes it, or none
};

void Emitter::locations() {
  out_.locations.resize(moves_.places.size());
  for (std::size_t k = 0; k < moves_.places.size(); ++k) out_.locations[k] = real(moves_.places[k]);
  out_.first_location.resize(function_.inst_count() + 1);
  for (Inst inst : function_.insts()) {
    out_.first_location[inst.value()] = function_.first_operand(inst);
  }
  out_.first_location.back() = static_cast<std::uint32_t>(out_.locations.size());
}

void Emitter::edits() {
  out_.edits.resize(moves_.edits.size());
  for (std::size_t k = 0; k < moves_.edits.size(); ++k) {
    const Edit& edit = moves_.edits[k];
    out_.edits[k] = edit;
    out_.edits[k].from = real(edit.from);
    out_.edits[k].to = real(edit.to);
  }
}

void Emitter::add_label(std::uint32_t label, ProgPoint from, ProgPoint to, Location location) {
  if (!out_.debug_locations.empty()) {
    DebugLocation& last = out_.debug_locations.back();
    if (last.label == label && last.to == from && last.location == location) {
      last.to = to;
      return;
    }
  }
  out_.debug_locations.push_back({label, from, to, location});
}

// Within one block: where the value stands in registers, and in memory where it has a slot. The last
// two points of a block whose moves stand at its end are left out: there the value may be leaving.
void Emitter::label_block(const DebugLabel& label, Block b, ProgPoint from, ProgPoint to) {
  IndexRange<Edge> successors = function_.successors(b);
  if (successors.size() == 1 && moves_at_source(function_, successors.front())) {
    to = std::min(to, ProgPoint::before(function_.terminator(b)));
  }
  bool unfilled = moves_.is_unfilled(label.vreg);
  while (from < to) {
    std::span<const Piece> pieces = pieces_.of(label.vreg);
    count_work(1);
    auto next = std::upper_bound(pieces.begin(), pieces.end(), from,
                                 [](ProgPoint p, const Piece& piece) { return p < piece.to; });
    bool held = next != pieces.end() && next->from <= from;
    ProgPoint until = next == pieces.end() ? to : std::min(to, held ? next->to : next->from);
    Location location = held ? Location::reg(next->reg) : memory_of(pieces_, label.vreg);
    if (held) {
      add_label(label.label, from, until, location);
    } else if (!unfilled && slots_.slot[location.as_stack().value()].valid()) {
      add_label(label.label, from, until, real(location));
    }
    from = until;
  }
}

void Emitter::find_definers() {
  definer_.assign(function_.vreg_count(), Inst::none());
  for (Inst inst : function_.insts()) {
    for (const Operand& op : function_.operands(inst)) {
      if (op.is_def()) definer_[op.vreg().value()] = inst;
    }
  }
}

// From where on the value of the segment stands where its pieces say: behind the instruction that
// writes it, even if its place is held from before; behind the block, if its terminator writes it.
ProgPoint Emitter::written(VReg v, const Segment& segment) const {
  Inst definer = definer_[v.value()];
  if (!definer.valid()) return segment.from;
  ProgPoint after = ProgPoint::after(definer);
  if (segment.to <= after || segment.from > after) return segment.from;
  return function_.is_terminator(definer) ? after.next() : after;
}

// A value that dies as an early fixed operand is there while its own place may be another's: see
// available_registers. None where it dies otherwise.
PReg Emitter::last_place(VReg v, const Segment& segment) const {
  if (!segment.to.is_after()) return PReg::none();
  std::span<const Reference> all = facts_.liveness.references_of(v);
  auto ref = std::lower_bound(all.begin(), all.end(), segment.to.inst(),
                              [](const Reference& r, Inst i) { return r.inst() < i; });
  for (; ref != all.end() && ref->inst() == segment.to.inst(); ++ref) {
    count_work(1);
    if (!ref->is_operand()) continue;
    const OperandPlan& plan = facts_.plans.operands[ref->operand];
    if (plan.need == Need::Copy && function_.operand_array[ref->operand].is_use())
      return plan.place;
  }
  return PReg::none();
}

void Emitter::label_segment(const DebugLabel& label, const Segment& segment) {
  ProgPoint from = std::max(ProgPoint::before(label.from), written(label.vreg, segment));
  ProgPoint to = std::min(ProgPoint::before(label.to), segment.to);
  PReg last = last_place(label.vreg, segment);
  ProgPoint dying = last.valid() ? ProgPoint::before(segment.to.inst()) : to;
  ProgPoint until = std::min(to, dying);
  while (from < until) {
    Block b = facts_.layout.block_of[from.inst().value()];
    count_work(1);
    ProgPoint end = std::min(until, end_of(function_, b));
    label_block(label, b, from, end);
    from = end;
  }
  if (from < to) add_label(label.label, from, to, Location::reg(last));
}

void Emitter::labels() {
  out_.debug_locations.clear();
  if (function_.debug_labels.empty()) return;
  find_definers();
  for (const DebugLabel& label : function_.debug_labels) {
    if (facts_.liveness.references_of(label.vreg).size() <= 1) continue;
    std::span<const Segment> segments = facts_.liveness.segments_of(label.vreg);
    auto segment = std::lower_bound(segments.begin(), segments.end(), ProgPoint::before(label.from),
                                    [](const Segment& s, ProgPoint from) { return s.to <= from; });
    for (; segment != segments.end() && segment->from < ProgPoint::before(label.to); ++segment) {
      count_work(1);
      label_segment(label, *segment);
    }
  }
  std::sort(out_.debug_locations.begin(), out_.debug_locations.end(),
            [](const DebugLocation& a, const DebugLocation& b) {
              if (a.label != b.label) return a.label < b.label;
              if (a.from != b.from) return a.from < b.from;
              return a.to != b.to ? a.to < b.to : a.location < b.location;
            });
}

}  // namespace

void emit_output(const Facts& facts, const Pieces& pieces, const Moves& moves,
                 const SlotPlan& slots, Output& out) {
  Emitter emitter(facts, pieces, moves, slots, out);
  emitter.locations();
  emitter.edits();
  emitter.labels();
  out.spillslots = static_cast<std::uint32_t>(slots.frame_units);
}

}  // namespace regproof
