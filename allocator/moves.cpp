#include "allocator/moves.h"

#include <algorithm>

#include "allocator/layout.h"
#include "allocator/pieces.h"
#include "base/work.h"

namespace regproof {

bool moves_at_source(const FunctionView& function, Edge e) {
  Block source = function.source(e);
  Inst branch = function.terminator(source);
  return function.successors(source).size() == 1 && function.operands(branch).empty() &&
         function.clobbers(branch).empty();
}

namespace {

// The point and group of the edge's moves.
std::uint64_t edge_key(const FunctionView& function, Edge e) {
  Inst branch = function.terminator(function.source(e));
  ProgPoint head = start_of(function, function.target(e));
  return moves_at_source(function, e)
             ? PendingMove::key_of(ProgPoint::before(branch), PendingMove::EdgeTail)
             : PendingMove::key_of(head, PendingMove::EdgeHead);
}

// Brings a value from a place of `source` to one of `target`, which it is or becomes. What would come from
// memory is computed again where it can be (as `target` rather than `source`: behind an edge the one is no
// longer known as the other), and nothing is brought to memory that `target` does not fill.
void carry(const Facts& facts, std::uint64_t key, VReg source, Location from, VReg target,
           Location to, Moves& moves) {
  if (from == to || (to.is_stack() && moves.is_unfilled(target))) return;
  VReg value = facts.recipes.of(target).valid() ? target : source;
  bool recomputed = from.is_stack() && facts.recipes.of(value).valid();
  moves.all.push_back(
      {key, from, to, facts.function.vreg_class(target), recomputed ? value : VReg::none()});
}

constexpr std::uint32_t kNoOperand = 0xffffffffu;

// The operand by which the instruction writes the value.
std::uint32_t defining_operand(const Facts& facts, VReg v, Inst inst) {
  std::span<const Reference> all = facts.liveness.references_of(v);
  auto ref = std::lower_bound(all.begin(), all.end(), inst,
                              [](const Reference& r, Inst i) { return r.inst() < i; });
  for (; ref != all.end() && ref->inst() == inst; ++ref) {
    count_work(1);
    if (ref->operand == Reference::kArgument) break;  // they are the last
    if (ref->is_operand() && facts.function.operand_array[ref->operand].is_def())
      return ref->operand;
  }
  return kNoOperand;
}

// All copies of one value: within blocks, over edges, to memory.
class ValueMoves {
 public:
  ValueMoves(const Facts& facts, const Pieces& pieces, Moves& moves)
      : facts_(facts),
        function_(facts.function),
        pieces_(pieces),
        moves_(moves),
        blocks_(facts.function.block_count()),
        parameter_(facts.function.vreg_count()) {
    for (Block b : function_.blocks()) {
      std::span<const VReg> params = function_.params(b);
      for (std::uint32_t k = 0; k < params.size(); ++k) parameter_[params[k].value()] = k;
    }
  }

  void collect(VReg v);

 private:
  struct Definition {
    Inst inst;
    Block block;
    ProgPoint point;  // where the value begins
    Location place;   // where it is written
    bool parameter = false;
  };
  struct BlockPlaces {
    Location arriving;
    Location leaving;
    bool filled = false;  // `leaving` was loaded in this block: the slot holds the value
  };
  // A way from a register to memory that finds the slot unfilled.
  struct Spill {
    std::uint64_t key;
    PReg from;
    float frequency;
  };

  // How the slot of a parameter is filled: at the block's head, or on those of its edges that do not
  // find the argument in that very slot.
  struct ParameterFill {
    bool on_edges = false;
    float frequency = 0;
  };

  void walk_references();
  void walk_operand(const Reference& ref, Location before, Location after);
  void define(Inst inst, ProgPoint point, Location place, bool parameter);
  bool stays_in_one_register() const;
  void copy_definition();
  void walk_pieces();
  template <class Visit>
  void for_each_block(Visit&& visit) const;
  void walk_blocks();
  void walk_edges();
  void cross(Edge e);
  void fill_memory();
  void fill_at_definition();
  void fill_parameter();
  ParameterFill parameter_fill() const;
  Location argument_place(Edge e) const;
  bool lives_at(ProgPoint point) const;

  Location at(ProgPoint point) const { return location_at(pieces_, v_, point); }
  bool in_memory(Location l) const { return l == memory_; }
  float frequency_of(Edge e) const {
    const Vector<float>& frequency = facts_.layout.frequency;
    return std::min(frequency[function_.source(e).value()], frequency[function_.target(e).value()]);
  }
  void add(ProgPoint point, PendingMove::Group group, Location from, Location to) {
    bring(PendingMove::key_of(point, group), from, to);
  }
  void bring(std::uint64_t key, Location from, Location to) {
    carry(facts_, key, v_, from, v_, to, moves_);
  }
  void add_spill(ProgPoint point, PendingMove::Group group, PReg from, Block block) {
    spills_.push_back(
        {PendingMove::key_of(point, group), from, facts_.layout.frequency[block.value()]});
  }
  Block block_at(ProgPoint point) const { return facts_.layout.block_of[point.inst().value()]; }
  bool begins_block(ProgPoint point) const { return point == start_of(function_, block_at(point)); }

  const Facts& facts_;
  const FunctionView& function_;
  const Pieces& pieces_;
  Moves& moves_;
  VReg v_;
  RegClass cls_ = RegClass::None;
  Location memory_;
  Definition def_;
  bool memory_demanded_ = false;  // by an operand that wants the slot
  Vector<std::uint8_t> loaded_;   // by piece: it begins with a load, in the middle of a block
  Vector<Spill> spills_;
  Vector<BlockPlaces> blocks_;       // of the blocks that the value lives in
  Vector<std::uint32_t> parameter_;  // by vreg: of parameters, which of their block's it is
};

void ValueMoves::define(Inst inst, ProgPoint point, Location place, bool parameter) {
  if (def_.inst == inst) point = std::min(point, def_.point);  // `multiple_defs`
  def_ = {inst, block_at(point), point, place, parameter};
}

// Where the operand stands, given where its value is before and after the instruction; the copy that
// takes it there. Ties are completed when all values are placed.
void ValueMoves::walk_operand(const Reference& ref, Location before, Location after) {
  const Operand& op = function_.operand_array[ref.operand];
  const OperandPlan& plan = facts_.plans.operands[ref.operand];
  Location place;
  switch (plan.need) {
    case Need::Copy:
      place = Location::reg(plan.place);
      break;
    case Need::Memory:
      place = memory_;
      memory_demanded_ |= op.is_use();
      break;
    case Need::Any:
      place = op.is_early() ? before : after;
      break;
    case Need::Register:
      place = op.is_use() || op.is_early() ? before : after;
      break;
    case Need::Nothing:
    case Need::Tied:
      break;
  }
  moves_.places[ref.operand] = place;
  if (op.is_def()) {
    ProgPoint point = op.is_early() ? ProgPoint::before(ref.inst()) : ProgPoint::after(ref.inst());
    return define(ref.inst(), point, place, false);
  }
  if (plan.need == Need::Copy) {
    add(ProgPoint::before(ref.inst()), PendingMove::BeforeInst, before, place);
  }
}

void ValueMoves::walk_references() {
  def_ = Definition();
  memory_demanded_ = false;
  PieceCursor cursor(pieces_.of(v_));
  auto at = [&](ProgPoint point) {
    PReg reg = cursor.advance(point);
    return reg.valid() ? Location::reg(reg) : memory_;
  };
  for (const Reference& ref : facts_.liveness.references_of(v_)) {
    if (ref.operand == Reference::kArgument) continue;
    ProgPoint point = ProgPoint::before(ref.inst());
    Location before = at(point);
    count_work(1);
    if (ref.operand == Reference::kParameter) {
      define(ref.inst(), point, before, true);
    } else {
      PieceCursor ahead = cursor;
      PReg reg = ahead.advance(point.next());
      walk_operand(ref, before, reg.valid() ? Location::reg(reg) : memory_);
    }
  }
}

bool ValueMoves::stays_in_one_register() const {
  std::span<const Piece> pieces = pieces_.of(v_);
  std::uint32_t held = 0, lived = 0;
  for (const Piece& piece : pieces) {
    if (piece.reg != pieces.front().reg) return false;
    held += piece.to.bits() - piece.from.bits();
  }
  for (const Segment& s : facts_.liveness.segments_of(v_)) lived += s.to.bits() - s.from.bits();
  return held == lived;
}

// From the place that the instruction wrote to where the value lives on.
void ValueMoves::copy_definition() {
  if (!def_.inst.valid() || def_.parameter || function_.is_terminator(def_.inst)) return;
  add(ProgPoint::after(def_.inst), PendingMove::AfterInst, def_.place,
      at(ProgPoint::after(def_.inst)));
}

void ValueMoves::walk_pieces() {
  std::span<const Piece> pieces = pieces_.of(v_);
  std::span<const Segment> segments = facts_.liveness.segments_of(v_);
  loaded_.assign(pieces.size(), 0);
  std::size_t s = 0;
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    const Piece& piece = pieces[k];
    count_work(1);
    while (segments[s].to <= piece.from) ++s;
    Block block = block_at(piece.from);
    bool continues = k > 0 && pieces[k - 1].to == piece.from && piece.from > segments[s].from &&
                     !begins_block(piece.from);
    bool written = def_.inst.valid() && piece.from == def_.point;
    if (piece.from > segments[s].from && !written && !begins_block(piece.from)) {
      Location before = continues ? Location::reg(pieces[k - 1].reg) : memory_;
      add(piece.from, PendingMove::Boundary, before, Location::reg(piece.reg));
      loaded_[k] = !continues || (loaded_[k - 1] && block_at(pieces[k - 1].from) == block);
    }
    bool lives_on = piece.to < segments[s].to;
    bool followed = k + 1 < pieces.size() && pieces[k + 1].from == piece.to;
    ProgPoint last = ProgPoint::from_bits(piece.to.bits() - 1);
    if (!lives_on || followed || begins_block(piece.to)) continue;
    if (loaded_[k] && block_at(last) == block) continue;
    // Behind an early use the register may be written: the slot is filled ahead of the instruction.
    // What enters its register at that very point is stored from where it comes.
    ProgPoint point = piece.to.is_after() ? ProgPoint::before(piece.to.inst()) : piece.to;
    PReg from = continues && piece.from == point ? pieces[k - 1].reg : piece.reg;
    add_spill(point, PendingMove::Boundary, from, block_at(last));
  }
}

// Calls `visit(block, enters)` for the blocks that the value lives in, in layout order; `enters` if
// it lives there from the start.
template <class Visit>
void ValueMoves::for_each_block(Visit&& visit) const {
  for (const Segment& segment : facts_.liveness.segments_of(v_)) {
    Block b = block_at(segment.from);
    bool enters = segment.from == start_of(function_, b);
    count_work(1);
    for (; b.value() < function_.block_count() && start_of(function_, b) < segment.to;
         b = b.next()) {
      count_work(1);
      visit(b, enters);
      enters = true;
    }
  }
}

// Where the value is at the start and at the end of each block that it lives in. A block that it
// enters has only predecessors that it leaves, so all that `cross` asks for was just written.
void ValueMoves::walk_blocks() {
  PieceCursor cursor(pieces_.of(v_));
  auto place = [&](ProgPoint point) {
    PReg reg = cursor.advance(point);
    return reg.valid() ? Location::reg(reg) : memory_;
  };
  for_each_block([&](Block b, bool) {
    BlockPlaces& places = blocks_[b.value()];
    places.arriving = place(start_of(function_, b));
    Inst branch = function_.terminator(b);
    places.leaving = place(ProgPoint::after(branch));
    places.filled = false;
    if (places.leaving != memory_) {
      std::size_t k = pieces_.of(v_).size() - cursor.left();
      places.filled = loaded_[k] != 0 && pieces_.of(v_)[k].from >= start_of(function_, b);
    }
    if (branch == def_.inst && !def_.parameter) places.leaving = def_.place;
  });
}

void ValueMoves::cross(Edge e) {
  const BlockPlaces& source = blocks_[function_.source(e).value()];
  Location from = source.leaving, to = blocks_[function_.target(e).value()].arriving;
  if (from == to) return;
  if (!in_memory(to)) {
    bring(edge_key(function_, e), from, to);
  } else if (!source.filled) {
    spills_.push_back({edge_key(function_, e), from.as_reg(), frequency_of(e)});
  }
}

void ValueMoves::walk_edges() {
  walk_blocks();
  for_each_block([&](Block b, bool enters) {
    if (b == def_.block || !enters) return;
    count_work(function_.predecessors(b).size());
    for (Edge e : function_.predecessors(b)) cross(e);
  });
}

bool ValueMoves::lives_at(ProgPoint point) const {
  std::span<const Segment> segments = facts_.liveness.segments_of(v_);
  auto next = std::upper_bound(segments.begin(), segments.end(), point,
                               [](ProgPoint p, const Segment& s) { return p < s.to; });
  return next != segments.end() && next->from <= point;
}

// Where the edge's argument for the parameter is; none where the branch itself writes it, or where it may be
// nowhere.
Location ValueMoves::argument_place(Edge e) const {
  VReg argument = function_.arguments(e)[parameter_[v_.value()]];
  Inst branch = function_.terminator(function_.source(e));
  if (defining_operand(facts_, argument, branch) != kNoOperand) return Location::none();
  Location place = location_at(pieces_, argument, ProgPoint::after(branch));
  return place.is_stack() && facts_.recipes.of(argument).valid() ? Location::none() : place;
}

ValueMoves::ParameterFill ValueMoves::parameter_fill() const {
  ParameterFill fill;
  for (Edge e : function_.predecessors(def_.block)) {
    Location place = argument_place(e);
    if (place == memory_) {
      fill.on_edges = true;
    } else if (place.is_reg()) {
      fill.frequency += frequency_of(e);
    } else {
      fill.on_edges = false;
      break;
    }
  }
  if (!fill.on_edges) fill.frequency = facts_.layout.frequency[def_.block.value()];
  return fill;
}

void ValueMoves::fill_parameter() {
  if (!parameter_fill().on_edges) {
    return add(def_.point, PendingMove::HeadStore, def_.place, memory_);
  }
  for (Edge e : function_.predecessors(def_.block)) {
    Location place = argument_place(e);
    if (place != memory_) bring(edge_key(function_, e), place, memory_);
  }
}

void ValueMoves::fill_at_definition() {
  if (def_.parameter) return fill_parameter();
  if (!function_.is_terminator(def_.inst)) {
    return add(ProgPoint::after(def_.inst), PendingMove::AfterInst, def_.place, memory_);
  }
  for (Edge e : function_.successors(def_.block)) {
    ProgPoint head = start_of(function_, function_.target(e));
    if (lives_at(head)) add(head, PendingMove::EdgeHead, def_.place, memory_);
  }
}

// A value that is born in memory is never stored. Else: once at the definition, or at each spill.
void ValueMoves::fill_memory() {
  if (moves_.is_unfilled(v_) || (spills_.empty() && !memory_demanded_)) return;
  Location first = def_.parameter || !def_.inst.valid() || function_.is_terminator(def_.inst)
                       ? def_.place
                       : at(ProgPoint::after(def_.inst));
  bool terminator = def_.inst.valid() && !def_.parameter && function_.is_terminator(def_.inst);
  if (!terminator && (in_memory(first) || in_memory(def_.place))) return;
  if (terminator && in_memory(def_.place)) return;
  float at_spills = 0;
  for (const Spill& spill : spills_) at_spills += spill.frequency;
  float at_definition =
      def_.parameter ? parameter_fill().frequency : facts_.layout.frequency[def_.block.value()];
  if (memory_demanded_ || at_definition <= at_spills) return fill_at_definition();
  for (const Spill& spill : spills_) {
    bring(spill.key, Location::reg(spill.from), memory_);
  }
}

void ValueMoves::collect(VReg v) {
  v_ = v;
  cls_ = function_.vreg_class(v);
  memory_ = memory_of(pieces_, v);
  spills_.clear();
  walk_references();
  if (facts_.liveness.references_of(v).size() <= 1) return;
  copy_definition();
  if (!memory_demanded_ && stays_in_one_register() && def_.place.is_reg() &&
      !(def_.inst.valid() && function_.is_terminator(def_.inst))) {
    return;
  }
  walk_pieces();
  walk_edges();
  fill_memory();
}

// The input of a reuse that could not be joined is copied to where the result is held early.
void collect_tie_copies(const Facts& facts, const Pieces& pieces, Moves& moves) {
  for (const Tie& tie : facts.plans.ties) {
    if (facts.plans.operands[tie.use].need != Need::Tied) continue;
    VReg input = facts.function.operand_array[tie.use].vreg();
    VReg result = facts.function.operand_array[tie.def].vreg();
    ProgPoint before = ProgPoint::before(tie.inst);
    Location from = location_at(pieces, input, before), to = location_at(pieces, result, before);
    moves.places[tie.use] = to;
    carry(facts, PendingMove::key_of(before, PendingMove::BeforeInst), input, from, input, to,
          moves);
  }
}

bool is_read(const Liveness& liveness, VReg parameter) {
  return liveness.references_of(parameter).size() > 1;
}

// Arguments move to their parameters.
void collect_argument_moves(const Facts& facts, const Pieces& pieces, Moves& moves) {
  const FunctionView& function = facts.function;
  for (Edge e : function.edges()) {
    std::span<const VReg> arguments = function.arguments(e);
    if (arguments.empty()) continue;
    std::span<const VReg> params = function.params(function.target(e));
    Inst branch = function.terminator(function.source(e));
    ProgPoint arrival = start_of(function, function.target(e));
    std::uint64_t key = edge_key(function, e);
    for (std::size_t k = 0; k < arguments.size(); ++k) {
      if (!is_read(facts.liveness, params[k])) continue;
      std::uint32_t written = defining_operand(facts, arguments[k], branch);
      Location from = written != kNoOperand
                          ? moves.places[written]
                          : location_at(pieces, arguments[k], ProgPoint::after(branch));
      Location to = location_at(pieces, params[k], arrival);
      carry(facts, key, arguments[k], from, params[k], to, moves);
      count_work(1);
    }
  }
}

// Pins stand where they say.
void place_pins(const FunctionView& function, Moves& moves) {
  moves.places.resize(function.operand_array.size());
  for (std::size_t k = 0; k < moves.places.size(); ++k) {
    const Operand& op = function.operand_array[k];
    moves.places[k] = op.is_pin() ? Location::reg(op.preg()) : Location::none();
  }
}

}  // namespace

void collect_moves(const Facts& facts, const Pieces& pieces, Moves& moves) {
  moves.all.clear();
  std::uint32_t sets = 0;
  for (SpillSet set : pieces.set_of) {
    if (set.valid()) sets = std::max(sets, set.value() + 1);
  }
  moves.set_count = sets;
  place_pins(facts.function, moves);
  ValueMoves values(facts, pieces, moves);
  for (std::uint32_t v = 0; v < facts.function.vreg_count(); ++v) {
    if (!facts.liveness.segments_of(VReg(v)).empty()) values.collect(VReg(v));
  }
  collect_tie_copies(facts, pieces, moves);
  collect_argument_moves(facts, pieces, moves);
  std::sort(moves.all.begin(), moves.all.end(),
            [](const PendingMove& a, const PendingMove& b) { return a.key < b.key; });
}

}  // namespace regproof
