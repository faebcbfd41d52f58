#include "allocator/emit.h"

#include <algorithm>

#include "allocator/allocator.h"
#include "allocator/layout.h"
#include "allocator/moves.h"
#include "allocator/parallel_moves.h"
#include "allocator/pieces.h"
#include "allocator/slots.h"

namespace regproof {
namespace {

class Emitter {
 public:
  Emitter(const Facts& facts, const Pieces& pieces, const Registers& registers,
          AllocatorStats& stats, SlotPlan& slots, Output& out)
      : facts_(facts),
        function_(facts.function),
        machine_(facts.machine),
        pieces_(pieces),
        registers_(registers),
        stats_(stats),
        slots_(slots),
        out_(out) {}

  void locations(const Moves& moves);
  void edits(const Moves& moves);
  void labels();

 private:
  Location real(Location l) const {
    if (!l.is_stack()) return l;
    return Location::stack(slots_.slot[l.as_stack().value()]);
  }
  void sequence_group(std::span<const PendingMove> group);
  void sequence_class(std::span<const PendingMove> group, RegClass cls);
  std::uint64_t busy(ProgPoint point, RegClass cls) const;
  std::uint64_t busy_around(const PendingMove& move) const;
  void label_block(const DebugLabel& label, Block b, ProgPoint from, ProgPoint to);
  ProgPoint written(VReg v, const Segment& segment) const;
  void add_label(std::uint32_t label, ProgPoint from, ProgPoint to, Location location);

  const Facts& facts_;
  const FunctionView& function_;
  const Machine& machine_;
  const Pieces& pieces_;
  const Registers& registers_;
  AllocatorStats& stats_;
  SlotPlan& slots_;
  Output& out_;
  std::vector<Move> moves_;
  std::vector<Move> sequence_;
  SpillSlot cycle_slot_[kClassCount];
  SpillSlot victim_slot_[kClassCount];
};

void Emitter::locations(const Moves& moves) {
  out_.locations.resize(moves.places.size());
  for (std::size_t k = 0; k < moves.places.size(); ++k) out_.locations[k] = real(moves.places[k]);
  out_.first_location.resize(function_.inst_count() + 1);
  for (Inst inst : function_.insts()) {
    out_.first_location[inst.value()] = function_.first_operand(inst);
  }
  out_.first_location.back() = static_cast<std::uint32_t>(out_.locations.size());
}

std::uint64_t Emitter::busy(ProgPoint point, RegClass cls) const {
  return registers_.taken[index_of(cls)].taken(point) |
         registers_.reserved[index_of(cls)].taken(point);
}

// Registers that hold something before, during or after the moves of the group.
std::uint64_t Emitter::busy_around(const PendingMove& move) const {
  ProgPoint point = move.point();
  RegClass cls = move.cls;
  std::uint64_t mask = busy(point, cls);
  if (move.group() == PendingMove::AfterInst) {
    return point.bits() + 1 < function_.inst_count() * 2 ? mask | busy(point.next(), cls) : mask;
  }
  if (point.bits() > 0) mask |= busy(ProgPoint::from_bits(point.bits() - 1), cls);
  Block block = facts_.layout.block_of[point.inst().value()];
  if (point == start_of(function_, block)) {
    for (Edge e : function_.predecessors(block)) {
      mask |= busy(ProgPoint::after(function_.terminator(function_.source(e))), cls);
    }
  }
  if (move.group() == PendingMove::EdgeTail) {
    mask |= busy(point.next(), cls);
    for (Edge e : function_.successors(block)) {
      mask |= busy(start_of(function_, function_.target(e)), cls);
    }
  }
  return mask;
}

void Emitter::sequence_class(std::span<const PendingMove> group, RegClass cls) {
  moves_.clear();
  for (const PendingMove& move : group) {
    if (move.cls == cls) moves_.push_back({real(move.from), real(move.to)});
  }
  if (moves_.empty()) return;
  std::sort(moves_.begin(), moves_.end(), [](const Move& a, const Move& b) {
    return a.to != b.to ? a.to < b.to : a.from < b.from;
  });
  moves_.erase(std::unique(moves_.begin(), moves_.end()), moves_.end());
  PendingMove sample = group.front();
  sample.cls = cls;
  std::size_t c = index_of(cls);
  MoveHelp help;
  help.scratch = machine_.scratch_of(cls);
  help.free = machine_.allocatable().bits(cls) & ~busy_around(sample);
  help.victim = machine_.allocatable(cls).first();
  help.memory_registers = machine_.fixed_stack;
  constexpr std::uint32_t kUnnamed = kMaxSpillSlots;
  help.cycle_slot = Location::stack(SpillSlot(kUnnamed));
  help.victim_slot = Location::stack(SpillSlot(kUnnamed + 1));
  sequence_.clear();
  MoveSequenceUse use = sequence_moves(moves_, cls, help, sequence_);
  if (use.cycle_slot && !cycle_slot_[c].valid()) cycle_slot_[c] = add_slot(machine_, cls, slots_);
  if (use.victim_slot && !victim_slot_[c].valid()) {
    victim_slot_[c] = add_slot(machine_, cls, slots_);
  }
  stats_.emergency_moves += use.victim_slot ? 1 : 0;
  auto named = [&](Location l) {
    if (l == help.cycle_slot) return Location::stack(cycle_slot_[c]);
    if (l == help.victim_slot) return Location::stack(victim_slot_[c]);
    return l;
  };
  for (const Move& move : sequence_) {
    out_.edits.push_back(Edit::move(group.front().point(), named(move.from), named(move.to)));
  }
}

void Emitter::sequence_group(std::span<const PendingMove> group) {
  if (group.size() == 1) {
    Location from = real(group.front().from), to = real(group.front().to);
    if (!from.is_memory(machine_) || !to.is_memory(machine_)) {
      out_.edits.push_back(Edit::move(group.front().point(), from, to));
      return;
    }
  }
  for (RegClass cls : kClasses) sequence_class(group, cls);
}

void Emitter::edits(const Moves& moves) {
  out_.edits.clear();
  std::span<const PendingMove> all = moves.all;
  for (std::size_t begin = 0; begin < all.size();) {
    std::size_t end = begin + 1;
    while (end < all.size() && all[end].key == all[begin].key) ++end;
    sequence_group(all.subspan(begin, end - begin));
    begin = end;
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
  while (from < to) {
    std::span<const Piece> pieces = pieces_.of(label.vreg);
    auto next = std::upper_bound(pieces.begin(), pieces.end(), from,
                                 [](ProgPoint p, const Piece& piece) { return p < piece.to; });
    bool held = next != pieces.end() && next->from <= from;
    ProgPoint until = next == pieces.end() ? to : std::min(to, held ? next->to : next->from);
    Location location = held ? Location::reg(next->reg) : memory_of(pieces_, label.vreg);
    if (held) {
      add_label(label.label, from, until, location);
    } else if (slots_.slot[location.as_stack().value()].valid()) {
      add_label(label.label, from, until, real(location));
    }
    from = until;
  }
}

// From where on the value of the segment stands where its pieces say: behind the instruction that
// writes it, even if its place is held from before; behind the block, if its terminator writes it.
ProgPoint Emitter::written(VReg v, const Segment& segment) const {
  for (const Reference& ref : facts_.liveness.references_of(v)) {
    if (!ref.is_operand() || !function_.operand_array[ref.operand].is_def()) continue;
    ProgPoint after = ProgPoint::after(ref.inst());
    if (segment.to <= after || segment.from > after) continue;
    return function_.is_terminator(ref.inst()) ? after.next() : after;
  }
  return segment.from;
}

void Emitter::labels() {
  out_.debug_locations.clear();
  for (const DebugLabel& label : function_.debug_labels) {
    ProgPoint first = ProgPoint::before(label.from), last = ProgPoint::before(label.to);
    if (facts_.liveness.references_of(label.vreg).size() <= 1) continue;
    for (const Segment& segment : facts_.liveness.segments_of(label.vreg)) {
      ProgPoint from = std::max(first, written(label.vreg, segment)),
                to = std::min(last, segment.to);
      while (from < to) {
        Block b = facts_.layout.block_of[from.inst().value()];
        ProgPoint end = std::min(to, end_of(function_, b));
        label_block(label, b, from, end);
        from = end;
      }
    }
  }
  std::stable_sort(out_.debug_locations.begin(), out_.debug_locations.end(),
                   [](const DebugLocation& a, const DebugLocation& b) {
                     return a.label != b.label ? a.label < b.label : a.from < b.from;
                   });
}

}  // namespace

void emit_output(const Facts& facts, const Pieces& pieces, const Registers& registers,
                 const Moves& moves, AllocatorStats& stats, SlotPlan& slots, Output& out) {
  Emitter emitter(facts, pieces, registers, stats, slots, out);
  emitter.locations(moves);
  emitter.edits(moves);
  emitter.labels();
  out.spillslots = slots.frame_units;
}

}  // namespace regproof
