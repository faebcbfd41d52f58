#include "allocator/redundant.h"

#include <algorithm>

#include "allocator/allocator.h"
#include "allocator/layout.h"
#include "allocator/moves.h"
#include "allocator/pieces.h"
#include "allocator/recompute.h"
#include "allocator/register_contents.h"
#include "base/work.h"

namespace regproof {
namespace {

class Walk {
 public:
  Walk(const Facts& facts, const Cfg& cfg, const Bundles& bundles, const Pieces& pieces,
       const Registers& registers, AllocatorStats& stats, RedundantScratch& scratch, Moves& moves);

  void run();
  void insert_steps();
  void drop_dead_stores();

 private:
  static constexpr std::uint32_t kNoRow = 0xffffffffu;

  void enter(Block b);
  void leave(Block b);
  void walk_block(Block b);
  void walk_edit(std::uint32_t index);
  bool recompute(std::uint32_t index, VReg value);
  bool follows_an_edge(ProgPoint point) const;
  bool is_read_behind(std::uint32_t index, const RegSet& registers) const;
  bool is_free_behind(ProgPoint point, const RegSet& registers) const;
  std::uint64_t held_behind(ProgPoint point, RegClass cls) const;
  void walk_instruction(Inst inst);
  VReg content_of(Location from, ProgPoint point) const;
  VReg in_memory(std::uint32_t set, ProgPoint point) const;
  VReg holder_of(std::uint32_t set, ProgPoint point) const;
  bool walked(Block b) const { return s_.done[b.value()] != 0; }
  std::span<VReg> row(std::uint32_t r) {
    return std::span(s_.rows).subspan(std::size_t{r} * contents_.size(), contents_.size());
  }

  const Facts& facts_;
  const FunctionView& function_;
  const Cfg& cfg_;
  const Bundles& bundles_;
  const Pieces& pieces_;
  const Registers& registers_;
  AllocatorStats& stats_;
  Moves& moves_;

  RegisterContents contents_;
  Block block_;

  std::uint32_t stamp_ = 0;
  RedundantScratch& s_;
};

Walk::Walk(const Facts& facts, const Cfg& cfg, const Bundles& bundles, const Pieces& pieces,
           const Registers& registers, AllocatorStats& stats, RedundantScratch& scratch,
           Moves& moves)
    : facts_(facts),
      function_(facts.function),
      cfg_(cfg),
      bundles_(bundles),
      pieces_(pieces),
      registers_(registers),
      stats_(stats),
      moves_(moves),
      contents_(facts.machine),
      s_(scratch) {
  s_.written.assign(moves.memory_count(), {});
  s_.rows.clear();
  s_.steps.clear();
  s_.unused_rows.clear();
  std::size_t blocks = function_.block_count();
  s_.row_of.assign(blocks, kNoRow);
  s_.waiting.assign(blocks, 0);
  s_.done.assign(blocks, 0);
  s_.first_edit.assign(blocks + 1, 0);
  std::uint32_t e = 0;
  for (Block b : function_.blocks()) {
    s_.first_edit[b.value()] = e;
    ProgPoint end = end_of(function_, b);
    while (e < moves.edits.size() && moves.edits[e].point < end) ++e;
  }
  s_.first_edit[blocks] = e;
}

// What all predecessors agree on, and the parameters, which the moves at their ends have filled.
void Walk::enter(Block b) {
  std::span<const Edge> edges = function_.predecessors(b);
  bool known = edges.size() > 0;
  for (Edge e : edges) known = known && walked(function_.source(e));
  bool first = true;
  std::span<VReg> now = contents_.all();
  for (Edge e : edges) {
    if (!known) break;
    std::span<const VReg> out = row(s_.row_of[function_.source(e).value()]);
    count_work(1);
    for (std::size_t r = 0; r < now.size(); ++r) {
      now[r] = first || now[r] == out[r] ? out[r] : VReg::none();
    }
    first = false;
  }
  if (!known) contents_.clear();
  if (edges.size() == 1 && !moves_at_source(function_, edges.front())) return;
  for (VReg p : function_.params(b)) {
    if (facts_.liveness.references_of(p).size() <= 1) continue;
    contents_.put(location_at(pieces_, p, start_of(function_, b)), facts_.recipes.name_of(p));
  }
}

void Walk::leave(Block b) {
  s_.done[b.value()] = 1;
  for (Edge e : function_.predecessors(b)) {
    Block source = function_.source(e);
    if (!walked(source) || source == b || --s_.waiting[source.value()] > 0) continue;
    s_.unused_rows.push_back(s_.row_of[source.value()]);
    s_.row_of[source.value()] = kNoRow;
  }
  std::uint32_t waiting = 0;
  for (Edge e : function_.successors(b)) waiting += walked(function_.target(e)) ? 0 : 1;
  s_.waiting[b.value()] = waiting;
  if (waiting == 0) return;
  if (s_.unused_rows.empty()) {
    s_.unused_rows.push_back(static_cast<std::uint32_t>(s_.rows.size() / contents_.size()));
    s_.rows.resize(s_.rows.size() + contents_.size());
  }
  s_.row_of[b.value()] = s_.unused_rows.back();
  s_.unused_rows.pop_back();
  std::span<VReg> now = contents_.all();
  std::copy(now.begin(), now.end(), row(s_.row_of[b.value()]).begin());
}

// The value of the set that lives at the point.
VReg Walk::holder_of(std::uint32_t set, ProgPoint point) const {
  if (set >= bundles_.initial) return VReg::none();
  std::span<const LiveRange> ranges = bundles_.ranges_of(bundles_.all[set]);
  auto next = std::upper_bound(ranges.begin(), ranges.end(), point,
                               [](ProgPoint p, const LiveRange& range) { return p < range.to; });
  return next != ranges.end() && next->from <= point ? facts_.recipes.name_of(next->vreg)
                                                     : VReg::none();
}

// The moves of an edge stand at the point, at the head of its target.
bool Walk::follows_an_edge(ProgPoint point) const {
  if (point != start_of(function_, block_)) return false;
  std::span<const Edge> edges = function_.predecessors(block_);
  return edges.size() == 1 && !moves_at_source(function_, edges.front());
}

// Ahead of the moves of an edge at the head of its target, memory holds what it held at the end of
// the source.
VReg Walk::in_memory(std::uint32_t set, ProgPoint point) const {
  if (s_.written[set].stamp == stamp_) return s_.written[set].value;
  if (follows_an_edge(point)) {
    Block source = function_.source(function_.predecessors(block_).front());
    return holder_of(set, ProgPoint::after(function_.terminator(source)));
  }
  return holder_of(set, point);
}

VReg Walk::content_of(Location from, ProgPoint point) const {
  return from.is_stack() ? in_memory(from.as_stack().value(), point) : contents_.at(from);
}

// A dropped edit gets one place for both ends.
void Walk::walk_edit(std::uint32_t index) {
  Edit& edit = moves_.edits[index];
  bool recomputed = edit.kind == EditKind::Remat;
  VReg value = recomputed ? edit.remat : content_of(edit.from, edit.point);
  if (recomputed && facts_.recipes.is_renamed(value)) value = VReg::none();
  count_work(1);
  if (edit.to.is_stack()) s_.written[edit.to.as_stack().value()] = {stamp_, value};
  if (value.valid() && edit.to.is_reg()) {
    if (contents_.at(edit.to) == value) {
      edit = Edit::move(edit.point, edit.to, edit.to);
      ++stats_.dropped_edits;
      return;
    }
    if (edit.from.is_stack()) {
      PReg holder = contents_.holder_of(value, class_of(edit.to.as_reg()));
      if (holder.valid()) {
        edit.from = Location::reg(holder);
        ++stats_.saved_loads;
      } else if (facts_.recipes.any_bound() && recompute(index, value)) {
        return;
      }
    }
  }
  contents_.put(edit.to, value);
}

// Instead of the load that the edit is.
bool Walk::recompute(std::uint32_t index, VReg value) {
  Edit& edit = moves_.edits[index];
  PReg to = edit.to.as_reg();
  Computation found;
  if (!contents_.is_tracked(edit.to)) return false;
  if (facts_.recipes.is_renamed(value)) return false;
  if (!find_computation(facts_, contents_, edit.point, value, to, found)) return false;
  RegSet overwritten = found.clobbers;
  if (PReg scratch = facts_.machine.scratch_of(class_of(to)); scratch.valid()) {
    overwritten.add(scratch);
  }
  if (is_read_behind(index, overwritten)) return false;
  if (!is_free_behind(edit.point, found.clobbers)) return false;
  for (std::uint32_t k = 0; k + 1 < found.count; ++k)
    s_.steps.push_back({index, k, found.steps[k]});
  edit = found.steps[found.count - 1];
  ++stats_.saved_loads;
  contents_.forget(found.clobbers);
  contents_.put(edit.to, value);
  return true;
}

// Whether an edit behind this one, of the same point, reads what one of the registers holds now: a value that moves
// there, or one that its moves keep in a register that is free otherwise. Beyond so many edits it is taken for granted.
bool Walk::is_read_behind(std::uint32_t index, const RegSet& registers) const {
  RegSet open = registers;
  constexpr std::uint32_t kMostEdits = 64;
  for (std::uint32_t k = index + 1; k < moves_.edits.size() && !open.empty(); ++k) {
    const Edit& edit = moves_.edits[k];
    count_work(1);
    if (edit.point != moves_.edits[index].point) break;
    if (k - index > kMostEdits || (edit.from.is_reg() && open.contains(edit.from.as_reg()))) {
      return true;
    }
    if (edit.to.is_reg()) open.remove(edit.to.as_reg());
  }
  return false;
}

// Registers of the class that hold something behind the edits of the point: values that live there, what the
// instruction reserves, and, where the edits are those of edges, what lives at the targets.
std::uint64_t Walk::held_behind(ProgPoint point, RegClass cls) const {
  const Occupancy& taken = registers_.taken[index_of(cls)];
  std::uint64_t mask = taken.taken(point) | registers_.reserved[index_of(cls)].taken(point);
  Block block = facts_.layout.block_of[point.inst().value()];
  if (point.inst() != function_.terminator(block)) return mask;
  count_work(function_.successors(block).size());
  for (Edge e : function_.successors(block)) {
    mask |= taken.taken(start_of(function_, function_.target(e)));
  }
  return mask;
}

bool Walk::is_free_behind(ProgPoint point, const RegSet& registers) const {
  if (!(registers & facts_.machine.fixed_stack).empty()) return false;
  RegSet allocatable = registers & facts_.machine.allocatable();
  return std::all_of(std::begin(kClasses), std::end(kClasses), [&](RegClass cls) {
    std::uint64_t bits = allocatable.bits(cls);
    return bits == 0 || (bits & held_behind(point, cls)) == 0;
  });
}

void Walk::walk_instruction(Inst inst) {
  const RegSet& clobbers = function_.clobbers(inst);
  if (!clobbers.empty()) contents_.forget(clobbers);
  std::uint32_t operand = function_.first_operand(inst);
  for (const Operand& op : function_.operands(inst)) {
    Location place = moves_.places[operand++];
    if (!op.is_def()) continue;
    VReg value = facts_.recipes.name_of(op.vreg());
    contents_.put(place, value);
    if (place.is_stack()) s_.written[place.as_stack().value()] = {stamp_, value};
  }
}

void Walk::walk_block(Block b) {
  block_ = b;
  ++stamp_;
  enter(b);
  std::uint32_t e = s_.first_edit[b.value()], end = s_.first_edit[b.value() + 1];
  for (Inst inst : function_.insts(b)) {
    ProgPoint before = ProgPoint::before(inst), after = ProgPoint::after(inst);
    for (; e < end && moves_.edits[e].point == before; ++e) walk_edit(e);
    walk_instruction(inst);
    for (; e < end && moves_.edits[e].point == after; ++e) walk_edit(e);
  }
  leave(b);
}

void Walk::run() {
  for (std::size_t k = cfg_.postorder.size(); k > 0; --k) walk_block(cfg_.postorder[k - 1]);
}

// All steps find their places.
void Walk::insert_steps() {
  if (s_.steps.empty()) return;
  auto below = [](const RedundantScratch::Step& a, const RedundantScratch::Step& b) {
    return a.ahead_of != b.ahead_of ? a.ahead_of < b.ahead_of : a.order < b.order;
  };
  std::sort(s_.steps.begin(), s_.steps.end(), below);
  std::size_t from = moves_.edits.size(), step = s_.steps.size();
  moves_.edits.resize(from + step);
  for (std::size_t to = moves_.edits.size(); step > 0;) {
    bool is_step = s_.steps[step - 1].ahead_of == from;
    moves_.edits[--to] = is_step ? s_.steps[--step].edit : moves_.edits[--from];
  }
}

// Memory that no edit, no operand and no label reads is not written by edits.
void Walk::drop_dead_stores() {
  Vector<std::uint8_t> read(moves_.memory_count(), 0);
  for (const Edit& edit : moves_.edits) {
    if (edit.from != edit.to && edit.from.is_stack()) read[edit.from.as_stack().value()] = 1;
  }
  for (std::size_t k = 0; k < moves_.places.size(); ++k) {
    Location place = moves_.places[k];
    if (place.is_stack() && function_.operand_array[k].is_use()) {
      read[place.as_stack().value()] = 1;
    }
  }
  for (const DebugLabel& label : function_.debug_labels) {
    SpillSet set = pieces_.set_of[label.vreg.value()];
    if (set.valid()) read[set.value()] = 1;
  }
  auto dead = [&](const Edit& edit) {
    if (edit.from == edit.to) return true;
    return edit.to.is_stack() && read[edit.to.as_stack().value()] == 0;
  };
  std::size_t before = moves_.edits.size();
  std::erase_if(moves_.edits, dead);
  stats_.dropped_edits += before - moves_.edits.size();
}

}  // namespace

void remove_redundant(const Facts& facts, const Cfg& cfg, const Bundles& bundles,
                      const Pieces& pieces, const Registers& registers, AllocatorStats& stats,
                      RedundantScratch& scratch, Moves& moves) {
  if (moves.edits.empty()) return;
  Walk walk(facts, cfg, bundles, pieces, registers, stats, scratch, moves);
  walk.run();
  walk.insert_steps();
  walk.drop_dead_stores();
}

}  // namespace regproof
