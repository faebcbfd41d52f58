// Three passes, in this order: slots for vregs; locations for every instruction; edits in layout
// order, so that they come out sorted. The second pass is over before the third begins because a
// block may stand ahead of the branch whose defs it has to store.
#include "checker/reference.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checker/reference_labels.h"
#include "ir/feasible.h"
#include "ir/names.h"

namespace regproof {
namespace {

// Where values live. By vreg number; none for numbers that are gaps and, in `incoming`, for vregs
// that are no parameters.
struct Homes {
  std::vector<Location> own;
  std::vector<Location> incoming;
  std::uint32_t frame = 0;
};

// Hands out the units of the frame in ascending order.
class FrameLayout {
 public:
  explicit FrameLayout(const Machine& machine) : machine_(machine) {}

  // None when the frame is full.
  Location take(RegClass cls) {
    std::uint64_t size = machine_.slot_size_of(cls);
    std::uint64_t alignment = machine_.slot_alignment_of(cls);
    std::uint64_t first = (next_ + alignment - 1) / alignment * alignment;
    if (first + size > kMaxSpillSlots) return Location::none();
    next_ = first + size;
    std::uint64_t name = machine_.slot_named_by_last ? first + size - 1 : first;
    return Location::stack(SpillSlot(static_cast<std::uint32_t>(name)));
  }
  std::uint32_t units() const { return static_cast<std::uint32_t>(next_); }

 private:
  const Machine& machine_;
  std::uint64_t next_ = 0;
};

AllocError too_large() {
  return {AllocError::Kind::TooLarge,
          "the values need more than " + std::to_string(kMaxSpillSlots) + " units of frame",
          Inst(),
          {}};
}

Result<Homes, AllocError> make_homes(const FunctionView& function, const Machine& machine) {
  Homes homes;
  FrameLayout layout(machine);
  homes.own.assign(function.vreg_count(), Location::none());
  homes.incoming.assign(function.vreg_count(), Location::none());
  for (VReg v : IndexRange<VReg>(function.vreg_count())) {
    RegClass cls = function.vreg_class(v);
    if (cls == RegClass::None) continue;
    if (machine.allocatable(cls).empty()) {
      return AllocError{AllocError::Kind::InvalidProgram,
                        to_string(v, function) + " is of a class without allocatable registers",
                        Inst(),
                        {}};
    }
    homes.own[v.value()] = layout.take(cls);
    if (homes.own[v.value()].is_none()) return too_large();
  }
  for (VReg param : function.param_array) {
    if (param.value() >= homes.incoming.size()) continue;
    homes.incoming[param.value()] = layout.take(function.vreg_class(param));
    if (homes.incoming[param.value()].is_none()) return too_large();
  }
  homes.frame = layout.units();
  return homes;
}

AllocError impossible(FeasibilitySolver& solver, const FunctionView& function, Inst inst) {
  Infeasibility why = solver.explain(function, inst);
  auto kind = why.proven ? AllocError::Kind::Impossible : AllocError::Kind::Undecided;
  return {kind, std::move(why.message), inst, std::move(why.operands)};
}

// Several defs of one vreg stand in one place: where one of them needs a register, all have it.
// `place_of`: by vreg number, none everywhere before and after.
void join_multiple_defs(std::span<const Operand> operands, std::vector<PReg>& places,
                        std::vector<PReg>& place_of) {
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (operands[i].is_def() && places[i].valid()) place_of[operands[i].vreg().value()] = places[i];
  }
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (operands[i].is_def()) places[i] = place_of[operands[i].vreg().value()];
  }
  for (Operand op : operands) {
    if (op.is_def()) place_of[op.vreg().value()] = PReg::none();
  }
}

// The first impossible instruction's error, or nothing once each operand has its location.
std::optional<AllocError> answer_operands(const FunctionView& function, const Machine& machine,
                                          const Homes& homes, Output& output) {
  FeasibilitySolver solver(machine);
  std::vector<PReg> places;
  std::vector<PReg> place_of(function.multiple_defs ? function.vreg_count() : 0);
  output.locations.reserve(function.operand_array.size());
  output.first_location.reserve(function.inst_count() + 1);
  output.first_location.push_back(0);
  for (Inst inst : function.insts()) {
    std::span<const Operand> operands = function.operands(inst);
    if (!operands.empty()) {
      if (!solver.assign(function, inst, places)) return impossible(solver, function, inst);
      if (function.multiple_defs) join_multiple_defs(operands, places, place_of);
    }
    for (std::size_t i = 0; i < operands.size(); ++i) {
      Operand op = operands[i];
      output.locations.push_back(op.is_pin()         ? Location::reg(op.preg())
                                 : places[i].valid() ? Location::reg(places[i])
                                                     : homes.own[op.vreg().value()]);
    }
    output.first_location.push_back(static_cast<std::uint32_t>(output.locations.size()));
  }
  return std::nullopt;
}

// Appends the edits, point by point.
class EditWriter {
 public:
  EditWriter(const FunctionView& function, const Machine& machine, const Homes& homes,
             Output& output)
      : function_(function), machine_(machine), homes_(homes), output_(output) {
    for (RegClass cls : kClasses) {
      RegSet preferred = machine.preferred.of(cls), all = machine.allocatable(cls);
      if (!all.empty())
        bridge_[index_of(cls)] = preferred.empty() ? all.first() : preferred.first();
    }
  }

  void write() {
    output_.edits.reserve(function_.operand_array.size() +
                          2 * (function_.argument_array.size() + function_.param_array.size()));
    for (Block block : function_.blocks()) {
      enter(block);
      for (Inst inst : function_.insts(block)) {
        bool last = function_.is_terminator(inst);
        if (last) leave(block, inst);
        load_uses(inst);
        if (!last) store_defs(inst, ProgPoint::after(inst));
      }
    }
  }

 private:
  // Whether the moves of the block's edges stand before its branch: the edge is the only one, and
  // the branch neither reads nor writes what they would disturb. Otherwise each target has this one
  // predecessor, and they stand at the target's head.
  bool moves_before_branch(Block block) const {
    return function_.successors(block).size() == 1 &&
           function_.operands(function_.terminator(block)).empty();
  }

  void enter(Block block) {
    ProgPoint head = ProgPoint::before(function_.insts(block).front());
    std::span<const Edge> edges = function_.predecessors(block);
    if (edges.size() == 1 && !moves_before_branch(function_.source(edges[0]))) {
      store_defs(function_.terminator(function_.source(edges[0])), head);
      pass_arguments(edges[0], head);
    }
    for (VReg param : function_.params(block)) {
      bridge(head, homes_.incoming[param.value()], homes_.own[param.value()],
             function_.vreg_class(param));
    }
  }

  void leave(Block block, Inst branch) {
    if (function_.kind(branch) != InstKind::Branch || !moves_before_branch(block)) return;
    pass_arguments(function_.successors(block).front(), ProgPoint::before(branch));
  }

  void pass_arguments(Edge edge, ProgPoint point) {
    std::span<const VReg> arguments = function_.arguments(edge);
    std::span<const VReg> params = function_.params(function_.target(edge));
    for (std::size_t i = 0; i < arguments.size() && i < params.size(); ++i) {
      bridge(point, homes_.own[arguments[i].value()], homes_.incoming[params[i].value()],
             function_.vreg_class(params[i]));
    }
  }

  // The fixed_stack ones go first, while no register holds anything yet.
  void load_uses(Inst inst) {
    ProgPoint point = ProgPoint::before(inst);
    for_each_register(inst, OperandKind::Use, true, [&](VReg v, Location place) {
      bridge(point, homes_.own[v.value()], place, function_.vreg_class(v));
    });
    for_each_register(inst, OperandKind::Use, false,
                      [&](VReg v, Location place) { move(point, homes_.own[v.value()], place); });
  }

  // The fixed_stack ones go last, when every register has been stored.
  void store_defs(Inst inst, ProgPoint point) {
    for_each_register(inst, OperandKind::Def, false,
                      [&](VReg v, Location place) { move(point, place, homes_.own[v.value()]); });
    for_each_register(inst, OperandKind::Def, true, [&](VReg v, Location place) {
      bridge(point, place, homes_.own[v.value()], function_.vreg_class(v));
    });
  }

  // Calls `visit` once for each register among the operands of one kind: those of fixed_stack, or
  // the others.
  template <class Visit>
  void for_each_register(Inst inst, OperandKind kind, bool fixed_stack, Visit&& visit) {
    std::span<const Operand> operands = function_.operands(inst);
    std::span<const Location> locations = output_.locations_of(inst);
    RegSet seen;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      if (operands[i].is_pin() || operands[i].kind() != kind || !locations[i].is_reg()) continue;
      PReg reg = locations[i].as_reg();
      if (machine_.fixed_stack.contains(reg) != fixed_stack || seen.contains(reg)) continue;
      seen.add(reg);
      visit(operands[i].vreg(), locations[i]);
    }
  }

  void move(ProgPoint point, Location from, Location to) {
    output_.edits.push_back(Edit::move(point, from, to));
  }

  // From memory to memory.
  void bridge(ProgPoint point, Location from, Location to, RegClass cls) {
    Location over = Location::reg(bridge_[index_of(cls)]);
    move(point, from, over);
    move(point, over, to);
  }

  const FunctionView& function_;
  const Machine& machine_;
  const Homes& homes_;
  Output& output_;
  std::array<PReg, kClassCount> bridge_{};  // none where the class has no register
};

}  // namespace

Result<Output, AllocError> ReferenceAllocator::allocate(const FunctionView& function,
                                                        const Machine& machine) {
  Result<Homes, AllocError> homes = make_homes(function, machine);
  if (!homes) return homes.error();
  Output output;
  output.spillslots = homes->frame;
  std::optional<AllocError> error = answer_operands(function, machine, *homes, output);
  if (error) return std::move(*error);
  EditWriter(function, machine, *homes, output).write();
  if (!function.debug_labels.empty()) answer_labels(function, homes->own, output);
  return output;
}

}  // namespace regproof
