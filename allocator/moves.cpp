#include "allocator/moves.h"

#include <algorithm>

#include "allocator/layout.h"
#include "allocator/pieces.h"

namespace regproof {

bool moves_at_source(const FunctionView& function, Edge e) {
  Block source = function.source(e);
  Inst branch = function.terminator(source);
  return function.successors(source).size() == 1 && function.operands(branch).empty() &&
         function.clobbers(branch).empty();
}

namespace {

// The def that a reuse's input is copied to.
std::uint32_t def_of_tie(const Facts& facts, Inst inst, std::uint32_t use) {
  std::uint32_t first = facts.function.first_operand(inst);
  std::span<const Operand> operands = facts.function.operands(inst);
  for (std::uint32_t k = 0; k < operands.size(); ++k) {
    if (operands[k].constraint() == Constraint::Reuse && operands[k].reuse_index() == use - first) {
      return first + k;
    }
  }
  return use;
}

}  // namespace

Location place_of(const Facts& facts, const Pieces& pieces, Inst inst, std::uint32_t operand) {
  const Operand& op = facts.function.operand_array[operand];
  const OperandPlan& plan = facts.plans.operands[operand];
  ProgPoint before = ProgPoint::before(inst), after = ProgPoint::after(inst);
  switch (plan.need) {
    case Need::Nothing:
      return Location::reg(op.preg());
    case Need::Copy:
      return Location::reg(plan.place);
    case Need::Memory:
      return memory_of(pieces, op.vreg());
    case Need::Tied: {
      std::uint32_t def = def_of_tie(facts, inst, operand);
      return location_at(pieces, facts.function.operand_array[def].vreg(), before);
    }
    case Need::Any:
      return location_at(pieces, op.vreg(), op.is_early() ? before : after);
    case Need::Register:
      return location_at(pieces, op.vreg(), op.is_use() || op.is_early() ? before : after);
  }
  return Location::none();
}

namespace {

// All copies of one value: within blocks, over edges, to memory.
class ValueMoves {
 public:
  ValueMoves(const Facts& facts, const Pieces& pieces, Moves& moves)
      : facts_(facts), function_(facts.function), pieces_(pieces), moves_(moves) {}

  void collect(VReg v);

 private:
  struct Definition {
    Inst inst;
    Block block;
    ProgPoint point;  // where the value begins
    Location place;   // where it is written
    bool parameter = false;
  };
  // A way from a register to memory that finds the slot unfilled.
  struct Spill {
    std::uint64_t key;
    PReg from;
    float frequency;
  };

  void find_definition();
  bool stays_in_one_register() const;
  void copy_definition();
  void walk_pieces();
  void walk_edges();
  void cross(Edge e, ProgPoint arrival);
  void fill_memory();
  void fill_at_definition();
  bool lives_at(ProgPoint point) const;

  Location at(ProgPoint point) const { return location_at(pieces_, v_, point); }
  bool in_memory(Location l) const { return l == memory_; }
  void add(ProgPoint point, PendingMove::Group group, Location from, Location to) {
    if (from != to) moves_.all.push_back({PendingMove::key_of(point, group), from, to, cls_});
  }
  void add_spill(ProgPoint point, PendingMove::Group group, PReg from, Block block) {
    spills_.push_back(
        {PendingMove::key_of(point, group), from, facts_.layout.frequency[block.value()]});
  }
  Block block_at(ProgPoint point) const { return facts_.layout.block_of[point.inst().value()]; }
  bool begins_block(ProgPoint point) const { return point == start_of(function_, block_at(point)); }
  Location leaving(Edge e) const;
  bool filled_on_leaving(Edge e) const;

  const Facts& facts_;
  const FunctionView& function_;
  const Pieces& pieces_;
  Moves& moves_;
  VReg v_;
  RegClass cls_ = RegClass::None;
  Location memory_;
  Definition def_;
  bool memory_demanded_ = false;      // by an operand that wants the slot
  std::vector<std::uint8_t> loaded_;  // by piece: it begins with a load, in the middle of a block
  std::vector<Spill> spills_;
};

void ValueMoves::find_definition() {
  def_ = Definition();
  memory_demanded_ = false;
  for (const Reference& ref : facts_.liveness.references_of(v_)) {
    if (ref.operand == Reference::kParameter) {
      def_ = {ref.inst, block_at(ProgPoint::before(ref.inst)), ProgPoint::before(ref.inst),
              at(ProgPoint::before(ref.inst)), true};
      continue;
    }
    if (!ref.is_operand()) continue;
    const Operand& op = function_.operand_array[ref.operand];
    const OperandPlan& plan = facts_.plans.operands[ref.operand];
    memory_demanded_ |= plan.need == Need::Memory && op.is_use();
    if (!op.is_def()) continue;
    ProgPoint point = op.is_early() ? ProgPoint::before(ref.inst) : ProgPoint::after(ref.inst);
    if (def_.inst == ref.inst) point = std::min(point, def_.point);  // `multiple_defs`
    def_ = {ref.inst, block_at(point), point, place_of(facts_, pieces_, ref.inst, ref.operand),
            false};
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

Location ValueMoves::leaving(Edge e) const {
  Inst branch = function_.terminator(function_.source(e));
  if (branch == def_.inst && !def_.parameter) return def_.place;
  return at(ProgPoint::after(branch));
}

bool ValueMoves::filled_on_leaving(Edge e) const {
  Block source = function_.source(e);
  ProgPoint last = ProgPoint::after(function_.terminator(source));
  std::span<const Piece> pieces = pieces_.of(v_);
  auto next = std::upper_bound(pieces.begin(), pieces.end(), last,
                               [](ProgPoint p, const Piece& piece) { return p < piece.to; });
  if (next == pieces.end() || next->from > last) return false;
  return loaded_[static_cast<std::size_t>(next - pieces.begin())] != 0 &&
         block_at(next->from) == source;
}

void ValueMoves::cross(Edge e, ProgPoint arrival) {
  Location from = leaving(e), to = at(arrival);
  if (from == to) return;
  bool tail = moves_at_source(function_, e);
  ProgPoint point = tail ? ProgPoint::before(function_.terminator(function_.source(e))) : arrival;
  PendingMove::Group group = tail ? PendingMove::EdgeTail : PendingMove::EdgeHead;
  if (!in_memory(to)) return add(point, group, from, to);
  if (from.is_reg() && filled_on_leaving(e)) return;
  spills_.push_back({PendingMove::key_of(point, group), from.as_reg(),
                     std::min(facts_.layout.frequency[function_.source(e).value()],
                              facts_.layout.frequency[function_.target(e).value()])});
}

void ValueMoves::walk_edges() {
  for (const Segment& segment : facts_.liveness.segments_of(v_)) {
    Block b = block_at(segment.from);
    if (segment.from != start_of(function_, b)) b = b.next();
    for (; b.value() < function_.block_count() && start_of(function_, b) < segment.to;
         b = b.next()) {
      if (b == def_.block) continue;
      for (Edge e : function_.predecessors(b)) cross(e, start_of(function_, b));
    }
  }
}

bool ValueMoves::lives_at(ProgPoint point) const {
  std::span<const Segment> segments = facts_.liveness.segments_of(v_);
  auto next = std::upper_bound(segments.begin(), segments.end(), point,
                               [](ProgPoint p, const Segment& s) { return p < s.to; });
  return next != segments.end() && next->from <= point;
}

void ValueMoves::fill_at_definition() {
  if (def_.parameter) {
    return add(def_.point, PendingMove::HeadStore, def_.place, memory_);
  }
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
  if (spills_.empty() && !memory_demanded_) return;
  Location first = def_.parameter || !def_.inst.valid() || function_.is_terminator(def_.inst)
                       ? def_.place
                       : at(ProgPoint::after(def_.inst));
  bool terminator = def_.inst.valid() && !def_.parameter && function_.is_terminator(def_.inst);
  if (!terminator && (in_memory(first) || in_memory(def_.place))) return;
  if (terminator && in_memory(def_.place)) return;
  float at_spills = 0;
  for (const Spill& spill : spills_) at_spills += spill.frequency;
  float at_definition = facts_.layout.frequency[def_.block.value()];
  if (memory_demanded_ || at_definition <= at_spills) return fill_at_definition();
  for (const Spill& spill : spills_) {
    moves_.all.push_back({spill.key, Location::reg(spill.from), memory_, cls_});
  }
}

void ValueMoves::collect(VReg v) {
  v_ = v;
  cls_ = function_.vreg_class(v);
  memory_ = memory_of(pieces_, v);
  spills_.clear();
  find_definition();
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

// Operands with a place of their own get their value there.
void collect_operand_copies(const Facts& facts, const Pieces& pieces, Moves& moves) {
  for (Inst inst : facts.function.insts()) {
    std::uint32_t operand = facts.function.first_operand(inst);
    for (const Operand& op : facts.function.operands(inst)) {
      Need need = facts.plans.operands[operand].need;
      if (op.is_use() && (need == Need::Copy || need == Need::Tied)) {
        Location from = location_at(pieces, op.vreg(), ProgPoint::before(inst));
        Location to = place_of(facts, pieces, inst, operand);
        if (from != to) {
          moves.all.push_back(
              {PendingMove::key_of(ProgPoint::before(inst), PendingMove::BeforeInst), from, to,
               facts.function.vreg_class(op.vreg())});
        }
      }
      ++operand;
    }
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
    bool tail = moves_at_source(function, e);
    std::uint64_t key = tail ? PendingMove::key_of(ProgPoint::before(branch), PendingMove::EdgeTail)
                             : PendingMove::key_of(arrival, PendingMove::EdgeHead);
    for (std::size_t k = 0; k < arguments.size(); ++k) {
      if (!is_read(facts.liveness, params[k])) continue;
      Location from = location_at(pieces, arguments[k], ProgPoint::after(branch));
      std::uint32_t operand = function.first_operand(branch);
      for (const Operand& op : function.operands(branch)) {
        if (op.is_def() && op.vreg() == arguments[k])
          from = place_of(facts, pieces, branch, operand);
        ++operand;
      }
      Location to = location_at(pieces, params[k], arrival);
      if (from != to) moves.all.push_back({key, from, to, function.vreg_class(params[k])});
    }
  }
}

// Memory that a move or an operand names must exist.
void mark_memory(const Facts& facts, const Pieces& pieces, Moves& moves) {
  auto mark = [&](Location l) {
    if (l.is_stack()) moves.in_memory[l.as_stack().value()] = 1;
  };
  for (const PendingMove& move : moves.all) {
    mark(move.from);
    mark(move.to);
  }
  for (Inst inst : facts.function.insts()) {
    std::uint32_t operand = facts.function.first_operand(inst);
    for ([[maybe_unused]] const Operand& op : facts.function.operands(inst)) {
      mark(place_of(facts, pieces, inst, operand++));
    }
  }
}

}  // namespace

void collect_moves(const Facts& facts, const Pieces& pieces, Moves& moves) {
  moves.all.clear();
  std::uint32_t sets = 0;
  for (SpillSet set : pieces.set_of) {
    if (set.valid()) sets = std::max(sets, set.value() + 1);
  }
  moves.in_memory.assign(sets, 0);
  ValueMoves values(facts, pieces, moves);
  for (std::uint32_t v = 0; v < facts.function.vreg_count(); ++v) {
    if (!facts.liveness.segments_of(VReg(v)).empty()) values.collect(VReg(v));
  }
  collect_operand_copies(facts, pieces, moves);
  collect_argument_moves(facts, pieces, moves);
  mark_memory(facts, pieces, moves);
  std::stable_sort(moves.all.begin(), moves.all.end(),
                   [](const PendingMove& a, const PendingMove& b) { return a.key < b.key; });
}

}  // namespace regproof
