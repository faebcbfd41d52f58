#include "allocator/redundant.h"

#include <algorithm>

#include "allocator/allocator.h"
#include "allocator/layout.h"
#include "allocator/moves.h"
#include "allocator/pieces.h"
#include "base/work.h"

namespace regproof {
namespace {

// Which value each allocatable register holds, by the name of its recipe where it has one; VReg::none()
// where that is not known.
using Contents = Vector<VReg>;

class Walk {
 public:
  Walk(const Facts& facts, const Cfg& cfg, const Bundles& bundles, const Pieces& pieces,
       AllocatorStats& stats, RedundantScratch& scratch, Moves& moves);

  void run();
  void drop_dead_stores();

 private:
  static constexpr std::uint8_t kUntracked = 255;
  static constexpr std::uint32_t kNoRow = 0xffffffffu;

  void enter(Block b);
  void leave(Block b);
  void walk_block(Block b);
  void walk_edit(Edit& edit);
  void walk_instruction(Inst inst);
  VReg content_of(Location from, ProgPoint point) const;
  VReg in_memory(std::uint32_t set, ProgPoint point) const;
  VReg holder_of(std::uint32_t set, ProgPoint point) const;
  PReg other_holder(VReg value, RegClass cls) const;
  std::uint8_t tracked(Location l) const {
    return l.is_reg() ? index_[l.as_reg().value()] : kUntracked;
  }
  bool walked(Block b) const { return s_.done[b.value()] != 0; }
  std::span<VReg> row(std::uint32_t r) {
    return std::span(s_.rows).subspan(std::size_t{r} * registers_.size(), registers_.size());
  }

  const Facts& facts_;
  const FunctionView& function_;
  const Cfg& cfg_;
  const Bundles& bundles_;
  const Pieces& pieces_;
  AllocatorStats& stats_;
  Moves& moves_;

  Vector<PReg> registers_;  // those that are followed, by their index
  std::uint8_t index_[kRegCount];
  std::uint8_t first_of_class_[kClassCount + 1];
  Contents now_;
  Block block_;

  std::uint32_t stamp_ = 0;
  RedundantScratch& s_;
};

Walk::Walk(const Facts& facts, const Cfg& cfg, const Bundles& bundles, const Pieces& pieces,
           AllocatorStats& stats, RedundantScratch& scratch, Moves& moves)
    : facts_(facts),
      function_(facts.function),
      cfg_(cfg),
      bundles_(bundles),
      pieces_(pieces),
      stats_(stats),
      moves_(moves),
      s_(scratch) {
  std::fill(std::begin(index_), std::end(index_), kUntracked);
  for (RegClass cls : kClasses) {
    first_of_class_[index_of(cls)] = static_cast<std::uint8_t>(registers_.size());
    facts.machine.allocatable(cls).for_each([&](PReg reg) {
      index_[reg.value()] = static_cast<std::uint8_t>(registers_.size());
      registers_.push_back(reg);
    });
  }
  first_of_class_[kClassCount] = static_cast<std::uint8_t>(registers_.size());
  now_.resize(registers_.size());
  s_.written.assign(moves.set_count + 2 * kClassCount, {});
  s_.rows.clear();
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
  for (Edge e : edges) {
    if (!known) break;
    std::span<const VReg> out = row(s_.row_of[function_.source(e).value()]);
    count_work(1);
    for (std::size_t r = 0; r < now_.size(); ++r) {
      now_[r] = first || now_[r] == out[r] ? out[r] : VReg::none();
    }
    first = false;
  }
  if (!known) std::fill(now_.begin(), now_.end(), VReg::none());
  if (edges.size() == 1 && !moves_at_source(function_, edges.front())) return;
  for (VReg p : function_.params(b)) {
    if (facts_.liveness.references_of(p).size() <= 1) continue;
    std::uint8_t r = tracked(location_at(pieces_, p, start_of(function_, b)));
    if (r != kUntracked) now_[r] = facts_.recipes.name_of(p);
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
    s_.unused_rows.push_back(static_cast<std::uint32_t>(s_.rows.size() / now_.size()));
    s_.rows.resize(s_.rows.size() + now_.size());
  }
  s_.row_of[b.value()] = s_.unused_rows.back();
  s_.unused_rows.pop_back();
  std::copy(now_.begin(), now_.end(), row(s_.row_of[b.value()]).begin());
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

// Ahead of the moves of an edge at the head of its target, memory holds what it held at the end of
// the source.
VReg Walk::in_memory(std::uint32_t set, ProgPoint point) const {
  if (s_.written[set].stamp == stamp_) return s_.written[set].value;
  if (point == start_of(function_, block_)) {
    std::span<const Edge> edges = function_.predecessors(block_);
    if (edges.size() == 1 && !moves_at_source(function_, edges.front())) {
      Block source = function_.source(edges.front());
      return holder_of(set, ProgPoint::after(function_.terminator(source)));
    }
  }
  return holder_of(set, point);
}

VReg Walk::content_of(Location from, ProgPoint point) const {
  if (from.is_stack()) return in_memory(from.as_stack().value(), point);
  std::uint8_t r = tracked(from);
  return r == kUntracked ? VReg::none() : now_[r];
}

PReg Walk::other_holder(VReg value, RegClass cls) const {
  std::size_t c = index_of(cls);
  for (std::uint8_t r = first_of_class_[c]; r < first_of_class_[c + 1]; ++r) {
    if (now_[r] == value) return registers_[r];
  }
  return PReg::none();
}

// A dropped edit gets one place for both ends.
void Walk::walk_edit(Edit& edit) {
  bool recomputed = edit.kind == EditKind::Remat;
  VReg value = recomputed ? edit.remat : content_of(edit.from, edit.point);
  count_work(1);
  std::uint8_t to = tracked(edit.to);
  if (edit.to.is_stack()) s_.written[edit.to.as_stack().value()] = {stamp_, value};
  if (value.valid() && edit.to.is_reg()) {
    if (to != kUntracked && now_[to] == value) {
      edit = Edit::move(edit.point, edit.to, edit.to);
      ++stats_.dropped_edits;
      return;
    }
    if (edit.from.is_stack()) {
      PReg holder = other_holder(value, class_of(edit.to.as_reg()));
      if (holder.valid()) {
        edit.from = Location::reg(holder);
        ++stats_.saved_loads;
      }
    }
  }
  if (to != kUntracked) now_[to] = value;
}

void Walk::walk_instruction(Inst inst) {
  const RegSet& clobbers = function_.clobbers(inst);
  if (!clobbers.empty()) {
    for (std::size_t r = 0; r < registers_.size(); ++r) {
      if (clobbers.contains(registers_[r])) now_[r] = VReg::none();
    }
  }
  std::uint32_t operand = function_.first_operand(inst);
  for (const Operand& op : function_.operands(inst)) {
    Location place = moves_.places[operand++];
    if (!op.is_def()) continue;
    std::uint8_t r = tracked(place);
    VReg value = facts_.recipes.name_of(op.vreg());
    if (r != kUntracked) now_[r] = value;
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
    for (; e < end && moves_.edits[e].point == before; ++e) walk_edit(moves_.edits[e]);
    walk_instruction(inst);
    for (; e < end && moves_.edits[e].point == after; ++e) walk_edit(moves_.edits[e]);
  }
  leave(b);
}

void Walk::run() {
  for (std::size_t k = cfg_.postorder.size(); k > 0; --k) walk_block(cfg_.postorder[k - 1]);
}

// Memory that no edit, no operand and no label reads is not written by edits.
void Walk::drop_dead_stores() {
  Vector<std::uint8_t> read(moves_.set_count + 2 * kClassCount, 0);
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
                      const Pieces& pieces, AllocatorStats& stats, RedundantScratch& scratch,
                      Moves& moves) {
  if (moves.edits.empty()) return;
  Walk walk(facts, cfg, bundles, pieces, stats, scratch, moves);
  walk.run();
  walk.drop_dead_stores();
}

}  // namespace regproof
