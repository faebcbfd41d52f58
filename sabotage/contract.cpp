#include "sabotage/contract.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "ir/names.h"

namespace regproof::sabotage {
namespace {

using Breach = std::optional<std::string>;

// What a value takes: registers are numbered from 0, the frame's units behind them.
struct Extent {
  std::uint64_t first = 0;
  std::uint64_t end = 0;

  bool meets(const Extent& other) const { return first < other.end && other.first < end; }
};

class Contract {
 public:
  Contract(const FunctionView& function, const Machine& machine, const Output& output)
      : function_(function), machine_(machine), output_(output) {}

  Breach first_breach() {
    if (Breach breach = breach_of_lists()) return breach;
    for (Inst inst : function_.insts()) {
      if (Breach breach = breach_of_operands(inst)) return breach;
    }
    for (std::size_t e = 0; e < output_.edits.size(); ++e) {
      if (const char* breach = breach_of_edit(e)) return "edit " + std::to_string(e) + breach;
    }
    for (std::size_t c = 0; c < output_.debug_locations.size(); ++c) {
      if (const char* breach = breach_of_label(c)) {
        return "debug location " + std::to_string(c) + breach;
      }
    }
    return std::nullopt;
  }

 private:
  // Lists.

  Breach breach_of_lists() const {
    const auto& first = output_.first_location;
    if (first.size() != function_.inst_count() + 1) return "lists for other instructions";
    for (Inst inst : function_.insts()) {
      std::uint64_t begin = first[inst.value()], end = first[inst.value() + 1];
      if (end < begin || end > output_.locations.size() ||
          end - begin != function_.operands(inst).size()) {
        return "the list of " + to_string(inst) + " is not as long as its operands";
      }
    }
    return std::nullopt;
  }

  // Places.

  static bool is_register(Location at) { return at.is_reg() && at.as_reg().value() < kRegCount; }
  bool is_register_of(Location at, RegClass cls, const RegSet& set) const {
    return is_register(at) && class_of(at.as_reg()) == cls && set.contains(at.as_reg());
  }
  bool is_register_for_values(Location at, RegClass cls) const {
    return is_register_of(at, cls, machine_.allocatable());
  }
  bool is_memory(Location at) const {
    return at.is_stack() || (is_register(at) && machine_.fixed_stack.contains(at.as_reg()));
  }
  bool is_memory_for(Location at, RegClass cls) const {
    return slot_fits(at, cls) || is_register_of(at, cls, machine_.fixed_stack);
  }

  // Of a slot: k units, named by the first or the last.
  std::int64_t first_unit(Location slot, RegClass cls) const {
    std::int64_t named = slot.as_stack().value();
    return machine_.slot_named_by_last ? named - (std::int64_t{machine_.slot_size_of(cls)} - 1)
                                       : named;
  }
  bool slot_fits(Location at, RegClass cls) const {
    if (!at.is_stack() || cls == RegClass::None) return false;
    std::int64_t units = machine_.slot_size_of(cls), alignment = 1;
    while (alignment < units) alignment *= 2;
    std::int64_t first = first_unit(at, cls);
    return first >= 0 && first + units <= std::int64_t{output_.spillslots} &&
           first % alignment == 0;
  }
  // Of a place that may hold a value of the class.
  Extent extent_of(Location at, RegClass cls) const {
    if (is_register(at)) return {at.as_reg().value(), at.as_reg().value() + std::uint64_t{1}};
    std::uint64_t first = kRegCount + static_cast<std::uint64_t>(first_unit(at, cls));
    return {first, first + machine_.slot_size_of(cls)};
  }

  // Operands.

  bool may_stand(Inst inst, Operand op, Location at) const {
    if (op.is_pin()) return at == Location::reg(op.preg());
    RegClass cls = function_.vreg_class(op.vreg());
    bool value_register = is_register_for_values(at, cls);
    switch (op.constraint()) {
      case Constraint::Any:
        return value_register || is_memory_for(at, cls);
      case Constraint::Reg:
        return value_register;
      case Constraint::Stack:
        return is_memory_for(at, cls);
      case Constraint::Fixed:
        return at == Location::reg(op.preg());
      case Constraint::Reuse:
        return at == output_.locations_of(inst)[op.reuse_index()];
      case Constraint::Limit:
        return value_register && number_of(at.as_reg()) < op.limit();
      case Constraint::In:
        return value_register && function_.reg_set(op.reg_set()).contains(at.as_reg());
      case Constraint::Pin:
        break;
    }
    return false;
  }

  // A bare use is held at the early phase, a bare def at the late one; the others at both.
  static bool is_held(Operand op, OperandPos phase) {
    return op.pos() == phase || op.is_use() == (op.pos() == OperandPos::Late);
  }

  // Two operands of one instruction, each where it may stand.
  bool stand_together(Operand a, Location at_a, Operand b, Location at_b) const {
    bool one_value = a.vreg() == b.vreg();
    if (one_value && a.is_use() && b.is_use() && at_a == at_b) return true;
    if (one_value && a.is_def() && b.is_def()) return at_a == at_b;  // as if once
    bool early = is_held(a, OperandPos::Early) && is_held(b, OperandPos::Early);
    bool late = is_held(a, OperandPos::Late) && is_held(b, OperandPos::Late);
    if (!early && !late) return true;
    return !extent_of(at_a, function_.vreg_class(a.vreg()))
                .meets(extent_of(at_b, function_.vreg_class(b.vreg())));
  }

  Breach breach_of_operands(Inst inst) const {
    auto operands = function_.operands(inst);
    auto places = output_.locations_of(inst);
    auto say = [&](std::size_t k, const char* what) {
      return to_string(inst) + ", operand " + std::to_string(k) + what;
    };
    for (std::size_t k = 0; k < operands.size(); ++k) {
      if (!may_stand(inst, operands[k], places[k])) return say(k, " may not stand there");
      if (!operands[k].is_pin() && is_held(operands[k], OperandPos::Late) &&
          is_register(places[k]) && function_.clobbers(inst).contains(places[k].as_reg())) {
        return say(k, " is clobbered");
      }
    }
    for (std::size_t k = 0; k < operands.size(); ++k) {
      for (std::size_t other = 0; other < k; ++other) {
        if (operands[k].is_pin() || operands[other].is_pin()) continue;
        if (!stand_together(operands[k], places[k], operands[other], places[other])) {
          return say(k, " stands where another one does");
        }
      }
    }
    return std::nullopt;
  }

  // Edits.

  const char* breach_of_edit(std::size_t index) {
    const Edit& edit = output_.edits[index];
    if (index > 0 && edit.point < output_.edits[index - 1].point) return " is out of order";
    Inst inst = edit.point.inst();
    if (inst.value() >= function_.inst_count()) return " stands beyond the function";
    if (edit.point.is_after() && function_.is_terminator(inst)) return " never runs";
    return edit.kind == EditKind::Move ? breach_of_move(edit) : breach_of_recipe(edit);
  }

  bool takes_part(Location at, RegClass cls) const {
    RegSet registers = machine_.allocatable();
    if (machine_.scratch_of(cls).valid()) registers.add(machine_.scratch_of(cls));
    return is_register_of(at, cls, registers);
  }

  const char* breach_of_move(const Edit& edit) const {
    if (is_memory(edit.from) && is_memory(edit.to)) return " copies memory to memory";
    for (RegClass cls : kClasses) {
      bool from = takes_part(edit.from, cls), to = takes_part(edit.to, cls);
      if (from && (to || is_memory_for(edit.to, cls))) return nullptr;
      if (to && is_memory_for(edit.from, cls)) return nullptr;
    }
    return " is no move between two places of one class";
  }

  const char* breach_of_recipe(const Edit& edit) {
    if (!has_recipe(edit.remat_as, edit.remat))
      return " runs a recipe that the value does not have";
    if (!takes_part(edit.to, function_.vreg_class(edit.remat_as)))
      return " computes a value into what is no register for it";
    return breach_of_inputs(edit);
  }

  const char* breach_of_inputs(const Edit& edit) const {
    const Recipe* recipe = function_.find_recipe(edit.remat);
    std::span<const Operand> inputs;
    if (recipe != nullptr) inputs = function_.inputs(*recipe);
    for (std::size_t k = 0; k < edit.inputs.size(); ++k) {
      if (edit.inputs[k].valid() != (k < inputs.size()))
        return " names more or fewer registers than the recipe has inputs";
    }
    if (recipe == nullptr) return nullptr;
    const RegSet& overwritten = function_.reg_set(recipe->clobbers);
    bool reads_values = false;
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      reads_values = reads_values || !inputs[k].is_pin();
      if (!may_be_read_in(inputs[k], edit.inputs[k], overwritten))
        return " reads an input in a register that is not for it";
    }
    if (overwritten.contains(edit.to.as_reg())) return " overwrites its own result";
    if (recipe->has_reuse() && edit.to.as_reg() != edit.inputs[recipe->reuse])
      return " has its result elsewhere than the input that it reuses";
    return reads_values && !lies_behind(edit.point, edit.remat)
               ? " runs where its value need not have been defined"
               : nullptr;
  }

  bool may_be_read_in(Operand input, PReg reg, const RegSet& overwritten) const {
    if (input.is_pin()) return reg == input.preg();
    return is_register_for_values(Location::reg(reg), function_.vreg_class(input.vreg())) &&
           !overwritten.contains(reg);
  }

  // Whether all paths to the point run the instruction that defines the value.
  bool lies_behind(ProgPoint point, VReg value) const {
    for (Block home : function_.blocks()) {
      for (Inst inst : function_.insts(home)) {
        auto operands = function_.operands(inst);
        bool defines = std::any_of(operands.begin(), operands.end(),
                                   [&](Operand op) { return op.is_def() && op.vreg() == value; });
        if (defines) return lies_behind(point, home, inst);
      }
    }
    return false;
  }
  bool lies_behind(ProgPoint point, Block home, Inst definition) const {
    Block block = function_.block_of(point.inst());
    if (!reached_blocks()[block.value()]) return true;
    if (block == home) return point >= ProgPoint::after(definition);
    return !reached_blocks(home)[block.value()];
  }

  // Whether `value` is `recipe`, or a parameter that is never given anything else. All parameters
  // are believed first, then those are dropped that some edge gives another value.
  bool has_recipe(VReg value, VReg recipe) {
    if (!recipe.valid() || !has_recipe_of_its_own(recipe)) return false;
    if (value == recipe) return true;
    if (!value.valid() || value.value() >= function_.vreg_count()) return false;
    if (recipe != believed_recipe_) find_believed(recipe);
    return believed_[value.value()];
  }

  bool has_recipe_of_its_own(VReg value) const {
    return function_.is_rematerializable(value) || function_.find_recipe(value) != nullptr;
  }

  void find_believed(VReg recipe) {
    believed_recipe_ = recipe;
    std::vector<bool> reached = reached_blocks();
    believed_.assign(function_.vreg_count(), false);
    for (Block block : function_.blocks()) {
      for (VReg param : function_.params(block)) {
        believed_[param.value()] = reached[block.value()] && !has_recipe_of_its_own(param);
      }
    }
    for (bool dropped = true; dropped;) {
      dropped = false;
      for (Edge edge : function_.edges()) {
        if (reached[function_.source(edge).value()]) dropped |= drop_contradicted(edge, recipe);
      }
    }
  }

  bool drop_contradicted(Edge edge, VReg recipe) {
    auto arguments = function_.arguments(edge);
    auto params = function_.params(function_.target(edge));
    bool dropped = false;
    for (std::size_t i = 0; i < params.size(); ++i) {
      bool given = arguments[i] == recipe || believed_[arguments[i].value()];
      if (given || !believed_[params[i].value()]) continue;
      believed_[params[i].value()] = false;
      dropped = true;
    }
    return dropped;
  }

  // Blocks that some path from the entry comes to; without those that come by way of `avoided`.
  std::vector<bool> reached_blocks(Block avoided = Block::none()) const {
    std::vector<bool> reached(function_.block_count(), false);
    reached[FunctionView::entry().value()] = FunctionView::entry() != avoided;
    for (bool grown = true; grown;) {
      grown = false;
      for (Edge edge : function_.edges()) {
        if (!reached[function_.source(edge).value()]) continue;
        Block target = function_.target(edge);
        if (reached[target.value()] || target == avoided) continue;
        reached[target.value()] = true;
        grown = true;
      }
    }
    return reached;
  }

  // Labels.

  const char* breach_of_label(std::size_t index) const {
    const DebugLocation& claim = output_.debug_locations[index];
    if (claim.to < claim.from) return " ends before it begins";
    if (index > 0) {
      const DebugLocation& before = output_.debug_locations[index - 1];
      if (std::pair(claim.label, claim.from) < std::pair(before.label, before.from)) {
        return " is out of order";
      }
    }
    for (ProgPoint point = claim.from; point < claim.to;) {
      ProgPoint end = asked_until(claim.label, point);
      if (end == point) return " is not asked for";
      point = end;
    }
    return can_hold(claim) ? nullptr : " is in a place that holds no value of it";
  }

  // The end of a request for the label that covers the point; the point itself where there is none.
  ProgPoint asked_until(std::uint32_t label, ProgPoint point) const {
    ProgPoint end = point;
    for (const DebugLabel& asked : function_.debug_labels) {
      if (asked.label != label || point < ProgPoint::before(asked.from)) continue;
      end = std::max(end, ProgPoint::before(asked.to));
    }
    return end;
  }

  bool can_hold(const DebugLocation& claim) const {
    RegSet registers = machine_.allocatable() | machine_.fixed_stack;
    if (is_register(claim.location) && claim.from == claim.to) {
      return registers.contains(claim.location.as_reg());
    }
    for (const DebugLabel& asked : function_.debug_labels) {
      bool apart =
          ProgPoint::before(asked.to) <= claim.from || claim.to <= ProgPoint::before(asked.from);
      if (asked.label != claim.label || apart) continue;
      RegClass cls = function_.vreg_class(asked.vreg);
      if (slot_fits(claim.location, cls) || is_register_of(claim.location, cls, registers)) {
        return true;
      }
    }
    return false;
  }

  const FunctionView& function_;
  const Machine& machine_;
  const Output& output_;
  std::vector<bool> believed_;  // by vreg: a parameter that always is `believed_recipe_`
  VReg believed_recipe_;
};

}  // namespace

std::optional<std::string> breach_of_contract(const FunctionView& function, const Machine& machine,
                                              const Output& output) {
  return Contract(function, machine, output).first_breach();
}

}  // namespace regproof::sabotage
