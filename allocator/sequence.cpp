#include "allocator/sequence.h"

#include <algorithm>

#include "allocator/allocator.h"
#include "allocator/layout.h"
#include "allocator/moves.h"
#include "allocator/parallel_moves.h"
#include "base/work.h"

namespace regproof {
namespace {

class Sequencer {
 public:
  Sequencer(const Facts& facts, const Registers& registers, AllocatorStats& stats, Moves& moves)
      : facts_(facts),
        function_(facts.function),
        machine_(facts.machine),
        registers_(registers),
        stats_(stats),
        moves_(moves) {}

  void run();

 private:
  using Group = std::span<const PendingMove>;

  void sequence_group(Group group);
  bool sequence_single(const PendingMove& move);
  void select(Group group, RegClass cls, bool recomputed);
  void select_computed(Group group, RegClass cls);
  void sequence_class(Group group, RegClass cls, bool recomputed);
  void recompute_into_registers(Group group);
  void recompute(ProgPoint point, VReg value, Location to);
  std::uint64_t busy(ProgPoint point, RegClass cls) const;
  std::uint64_t busy_around(const PendingMove& move) const;

  // Where what a recipe makes seems to come from: one place for each recipe.
  std::uint32_t first_computed() const { return moves_.memory_count(); }
  Location computed_place(VReg value) const;
  bool is_computed(Location l) const {
    return l.is_stack() && l.as_stack().value() >= first_computed();
  }
  VReg value_computed(Location l) const {
    return computed_[l.as_stack().value() - first_computed()];
  }

  const Facts& facts_;
  const FunctionView& function_;
  const Machine& machine_;
  const Registers& registers_;
  AllocatorStats& stats_;
  Moves& moves_;
  std::vector<VReg> computed_;  // one value of each recipe that the moves ask for, sorted by recipe
  std::vector<Move> parallel_;
  std::vector<Move> sequence_;
};

std::uint64_t Sequencer::busy(ProgPoint point, RegClass cls) const {
  return registers_.taken[index_of(cls)].taken(point) |
         registers_.reserved[index_of(cls)].taken(point);
}

// Registers that hold something before, during or after the moves of the group.
std::uint64_t Sequencer::busy_around(const PendingMove& move) const {
  ProgPoint point = move.point();
  RegClass cls = move.cls;
  std::uint64_t mask = busy(point, cls);
  if (move.group() == PendingMove::AfterInst) {
    return point.bits() + 1 < function_.inst_count() * 2 ? mask | busy(point.next(), cls) : mask;
  }
  if (point.bits() > 0) mask |= busy(ProgPoint::from_bits(point.bits() - 1), cls);
  Block block = facts_.layout.block_of[point.inst().value()];
  if (point == start_of(function_, block)) {
    count_work(function_.predecessors(block).size());
    for (Edge e : function_.predecessors(block)) {
      mask |= busy(ProgPoint::after(function_.terminator(function_.source(e))), cls);
    }
  }
  if (move.group() == PendingMove::EdgeTail) {
    mask |= busy(point.next(), cls);
    count_work(function_.successors(block).size());
    for (Edge e : function_.successors(block)) {
      mask |= busy(start_of(function_, function_.target(e)), cls);
    }
  }
  return mask;
}

// The usual case: one move, and not from memory to memory.
bool Sequencer::sequence_single(const PendingMove& move) {
  bool into_memory = move.to.is_memory(machine_);
  if (into_memory && (move.recomputed.valid() || move.from.is_memory(machine_))) return false;
  if (move.recomputed.valid()) {
    recompute(move.point(), move.recomputed, move.to);
  } else {
    moves_.edits.push_back(Edit::move(move.point(), move.from, move.to));
  }
  return true;
}

// By a free recipe: all inputs are pins.
void Sequencer::recompute(ProgPoint point, VReg value, Location to) {
  VReg computed = facts_.recipes.of(value);
  Edit edit = Edit::recompute(point, computed, value, to);
  if (const Recipe* recipe = facts_.recipes.stated_for(computed)) {
    for (std::size_t k = 0; k < recipe->input_count; ++k) {
      edit.inputs[k] = function_.inputs(*recipe)[k].preg();
    }
  }
  moves_.edits.push_back(edit);
}

// Fills `computed_`.
void Sequencer::select_computed(Group group, RegClass cls) {
  auto recipe = [&](VReg v) { return facts_.recipes.of(v); };
  computed_.clear();
  count_work(group.size());
  for (const PendingMove& move : group) {
    bool counts = move.cls == cls && move.recomputed.valid() && move.to.is_memory(machine_);
    if (counts) computed_.push_back(move.recomputed);
  }
  std::sort(computed_.begin(), computed_.end(),
            [&](VReg a, VReg b) { return recipe(a) != recipe(b) ? recipe(a) < recipe(b) : a < b; });
  auto same = [&](VReg a, VReg b) { return recipe(a) == recipe(b); };
  computed_.erase(std::unique(computed_.begin(), computed_.end(), same), computed_.end());
}

Location Sequencer::computed_place(VReg value) const {
  auto at = std::lower_bound(computed_.begin(), computed_.end(), facts_.recipes.of(value),
                             [&](VReg v, VReg recipe) { return facts_.recipes.of(v) < recipe; });
  return Location::stack(
      SpillSlot(first_computed() + static_cast<std::uint32_t>(at - computed_.begin())));
}

// Fills `parallel_` with the class's moves of places; or with its recomputations into memory, each of which
// comes from its recipe's place, behind all sets.
void Sequencer::select(Group group, RegClass cls, bool recomputed) {
  if (recomputed) select_computed(group, cls);
  parallel_.clear();
  count_work(group.size());
  for (const PendingMove& move : group) {
    if (move.cls != cls || move.recomputed.valid() != recomputed) continue;
    if (recomputed && !move.to.is_memory(machine_)) continue;
    parallel_.push_back({recomputed ? computed_place(move.recomputed) : move.from, move.to});
  }
  std::sort(parallel_.begin(), parallel_.end(), [](const Move& a, const Move& b) {
    return a.to != b.to ? a.to < b.to : a.from < b.from;
  });
  auto same = [&](const Move& a, const Move& b) { return a == b || (recomputed && a.to == b.to); };
  parallel_.erase(std::unique(parallel_.begin(), parallel_.end(), same), parallel_.end());
}

void Sequencer::sequence_class(Group group, RegClass cls, bool recomputed) {
  select(group, cls, recomputed);
  if (parallel_.empty()) return;
  PendingMove sample = group.front();
  sample.cls = cls;
  MoveHelp help;
  help.scratch = machine_.scratch_of(cls);
  help.free = machine_.allocatable().bits(cls) & ~busy_around(sample);
  help.victim = machine_.allocatable(cls).first();
  help.memory_registers = machine_.fixed_stack;
  help.cycle_slot = Location::stack(SpillSlot(moves_.emergency_set(cls, false)));
  help.victim_slot = Location::stack(SpillSlot(moves_.emergency_set(cls, true)));
  sequence_.clear();
  MoveSequenceUse use = sequence_moves(parallel_, cls, help, sequence_);
  stats_.emergency_moves += use.victim_slot ? 1 : 0;
  for (const Move& move : sequence_) {
    if (is_computed(move.from)) {
      recompute(sample.point(), value_computed(move.from), move.to);
    } else {
      moves_.edits.push_back(Edit::move(sample.point(), move.from, move.to));
    }
  }
}

// Two operands may want the same value in the same place.
void Sequencer::recompute_into_registers(Group group) {
  std::size_t first = moves_.edits.size();
  for (const PendingMove& move : group) {
    if (!move.recomputed.valid() || move.to.is_memory(machine_)) continue;
    bool there = std::any_of(moves_.edits.begin() + static_cast<std::ptrdiff_t>(first),
                             moves_.edits.end(), [&](const Edit& e) { return e.to == move.to; });
    if (!there) recompute(move.point(), move.recomputed, move.to);
  }
}

// Recipes run behind the moves of the group: those read what was there before, a recipe reads nothing, and it
// may write the scratch register. Those into memory, which need a register on their way, run ahead of those
// into registers.
void Sequencer::sequence_group(Group group) {
  if (group.size() == 1 && sequence_single(group.front())) return;
  for (RegClass cls : kClasses) sequence_class(group, cls, false);
  bool recomputes = std::any_of(group.begin(), group.end(),
                                [](const PendingMove& move) { return move.recomputed.valid(); });
  if (!recomputes) return;
  for (RegClass cls : kClasses) sequence_class(group, cls, true);
  recompute_into_registers(group);
}

void Sequencer::run() {
  moves_.edits.clear();
  Group all = moves_.all;
  for (std::size_t begin = 0; begin < all.size();) {
    std::size_t end = begin + 1;
    while (end < all.size() && all[end].key == all[begin].key) ++end;
    Group group = all.subspan(begin, end - begin);
    begin = end;
    sequence_group(group);
  }
}

}  // namespace

void sequence_edits(const Facts& facts, const Registers& registers, AllocatorStats& stats,
                    Moves& moves) {
  Sequencer(facts, registers, stats, moves).run();
}

}  // namespace regproof
