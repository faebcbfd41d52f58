#include "ssagen/complete.h"

#include <algorithm>
#include <boost/container/flat_set.hpp>
#include <cmath>

#include "ir/builder.h"
#include "ssagen/graph.h"
#include "ssagen/values.h"

namespace regproof {
namespace {

FlowGraph flow_of(const Draft& draft) {
  FlowGraph graph;
  graph.first_successor.reserve(draft.blocks.size() + 1);
  graph.first_successor.push_back(0);
  for (const DraftBlock& block : draft.blocks) {
    const DraftInst& last = draft.insts[block.end_inst - 1];
    for (std::uint32_t t = last.first_target; t < last.end_target; ++t) {
      graph.successors.push_back(static_cast<std::uint32_t>(draft.targets[t].block));
    }
    graph.first_successor.push_back(static_cast<std::uint32_t>(graph.successors.size()));
  }
  return graph;
}

// What stands behind the most operands that an instruction may have.
void drop_surplus_operands(Draft& draft, RepairCounts& counts) {
  for (DraftInst& inst : draft.insts) {
    if (inst.end_operand - inst.first_operand <= kMaxOperandsOfInst) continue;
    inst.end_operand = inst.first_operand + kMaxOperandsOfInst;
    ++counts.constraints_changed;
  }
}

// The work of `complete` on one draft whose graph is repaired.
class Completion {
 public:
  Completion(Draft& draft, const Machine& machine, RepairCounts& counts)
      : draft_(draft), machine_(machine), counts_(counts), builder_(draft.name) {}

  Function run() {
    choose_classes();
    dominance_ = find_dominance(flow_of(draft_));
    number_definitions();
    values_.finish(dominance_);
    for (std::uint32_t b = 0; b < draft_.blocks.size(); ++b) resolve_block(b);
    emit();
    Result<Function, BuildError> built = std::move(builder_).finish();
    check([&] { return built.ok(); }, "a completed draft is well formed");
    return *std::move(built);
  }

 private:
  // Where a value is defined, by its number.
  struct Definition {
    RegClass cls = RegClass::None;
    std::uint32_t block = 0;
    std::uint32_t order = 0;  // among its class's values in its block
    std::uint32_t inst = 0;   // place in the draft, 1 more; 0 for parameters
    OperandPos pos = OperandPos::Late;
  };
  using Counts = std::array<std::uint32_t, kClassCount>;

  void choose_classes() {
    for (RegClass cls : kClasses) {
      RegClass& usable = usable_[index_of(cls)];
      if (!machine_.allocatable(cls).empty()) usable = cls;
      for (RegClass other : kClasses) {
        if (usable == RegClass::None && !machine_.allocatable(other).empty()) usable = other;
      }
    }
  }
  RegClass usable(RegClass cls) const { return usable_[index_of(cls)]; }

  bool is_taken(std::int64_t number) const {
    return number >= 0 && number < static_cast<std::int64_t>(definitions_.size()) &&
           definitions_[static_cast<std::size_t>(number)].cls != RegClass::None;
  }

  std::uint32_t free_number() {
    while (is_taken(first_free_)) ++first_free_;
    return first_free_;
  }

  // Gives the definition a number of its own, or that of another definition of the instruction
  // where several are allowed. `inst` is 1 more than its place; 0 for parameters.
  VReg define(const DraftDef& def, RegClass cls, std::uint32_t block, std::uint32_t inst,
              OperandPos pos) {
    std::int64_t number = previous_ + 1 + def.number_step;
    bool legal = number >= 0 && number < draft_.number_limit;
    if (legal && is_taken(number) && draft_.multiple_defs && inst != 0) {
      const Definition& other = definitions_[static_cast<std::size_t>(number)];
      bool same_phase = other.pos == pos || draft_.defs_in_both_phases;
      if (other.inst == inst && other.cls == cls && same_phase) {
        previous_ = number;
        return VReg(static_cast<std::uint32_t>(number));
      }
    }
    if (!legal || is_taken(number)) {
      number = free_number();
      ++counts_.numbers_changed;
    }
    previous_ = number;
    auto place = static_cast<std::size_t>(number);
    if (place >= definitions_.size()) definitions_.resize(place + 1);
    std::uint32_t& order = local_[index_of(cls)];
    definitions_[place] = {cls, block, order++, inst, pos};
    VReg vreg(static_cast<std::uint32_t>(number));
    values_.add(vreg, cls);
    return vreg;
  }

  void number_definitions() {
    param_values_.assign(draft_.params.size(), VReg::none());
    operand_values_.assign(draft_.operands.size(), VReg::none());
    operand_classes_.assign(draft_.operands.size(), RegClass::None);
    counted_.assign(draft_.operands.size(), 0);
    for (std::uint32_t b = 0; b < draft_.blocks.size(); ++b) {
      const DraftBlock& block = draft_.blocks[b];
      values_.begin_block();
      local_ = Counts{};
      for (std::uint32_t p = block.first_param; p < block.end_param; ++p) {
        RegClass cls = usable(draft_.params[p].cls);
        if (cls == RegClass::None) continue;
        param_values_[p] = define(draft_.params[p], cls, b, 0, OperandPos::Late);
      }
      for (std::uint32_t i = block.first_inst; i < block.end_inst; ++i) number_inst(b, i);
    }
    materialized_number_ = static_cast<std::uint32_t>(definitions_.size());
  }

  void number_inst(std::uint32_t block, std::uint32_t i) {
    const DraftInst& inst = draft_.insts[i];
    for (std::uint32_t k = inst.first_operand; k < inst.end_operand; ++k) {
      const DraftOperand& operand = draft_.operands[k];
      if (operand.kind != OperandKind::Def || operand.constraint == Constraint::Pin) continue;
      RegClass cls = usable(operand.def.cls);
      operand_classes_[k] = cls;
      if (cls == RegClass::None) continue;
      std::uint32_t before = local_[index_of(cls)];
      operand_values_[k] = define(operand.def, cls, block, i + 1, operand.pos);
      counted_[k] = local_[index_of(cls)] != before;
    }
  }

  // A definition at the head of the entry, one per class, for uses that find nothing.
  VReg materialize(RegClass cls) {
    VReg& value = materialized_[index_of(cls)];
    if (!value.valid()) {
      bool room = materialized_number_ < kMaxVRegs;
      value = VReg(room ? materialized_number_++ : free_number());
      if (!room) definitions_[value.value()].cls = cls;
      ++counts_.values_materialized;
    }
    return value;
  }

  // May `exact` be used in the block where `available` values of its class were defined?
  bool is_usable(VReg exact, std::uint32_t block, const Counts& available) const {
    if (exact.value() >= definitions_.size()) return false;
    const Definition& def = definitions_[exact.value()];
    if (def.cls == RegClass::None) return false;
    std::uint32_t number = values_.at_entry(def.block, def.cls) + def.order;
    bool defined_before = number < available[index_of(def.cls)];
    if (dominance_.reachable[block] == 0) return def.block != block || defined_before;
    return dominance_.dominates(def.block, block) && defined_before;
  }

  // The value of a use; `cls` becomes its class.
  VReg resolve(const DraftRef& use, std::uint32_t block, const Counts& available, bool keep_class,
               RegClass& cls) {
    cls = usable(use.cls);
    if (cls == RegClass::None) return VReg::none();
    if (use.exact.valid() && is_usable(use.exact, block, available)) {
      RegClass exact = definitions_[use.exact.value()].cls;
      if (!keep_class || exact == cls) {
        cls = exact;
        return use.exact;
      }
    }
    for (RegClass other : kClasses) {
      if (available[index_of(cls)] == 0 && !keep_class && available[index_of(other)] != 0) {
        cls = other;
      }
    }
    std::uint32_t count = available[index_of(cls)];
    counts_.values_replaced += use.distance >= count || use.exact.valid() || cls != use.cls;
    if (count == 0) return materialize(cls);
    return values_.value(block, cls, count - 1 - use.distance % count);
  }

  // Uses of an instruction come before its definitions, arguments behind them.
  void resolve_block(std::uint32_t b) {
    const DraftBlock& block = draft_.blocks[b];
    Counts available;
    for (RegClass cls : kClasses) available[index_of(cls)] = values_.at_entry(b, cls);
    for (std::uint32_t p = block.first_param; p < block.end_param; ++p) {
      if (param_values_[p].valid()) ++available[index_of(usable(draft_.params[p].cls))];
    }
    for (std::uint32_t i = block.first_inst; i < block.end_inst; ++i) {
      const DraftInst& inst = draft_.insts[i];
      for (std::uint32_t k = inst.first_operand; k < inst.end_operand; ++k) {
        const DraftOperand& operand = draft_.operands[k];
        if (operand.kind != OperandKind::Use || operand.constraint == Constraint::Pin) continue;
        operand_values_[k] = resolve(operand.use, b, available, false, operand_classes_[k]);
      }
      for (std::uint32_t k = inst.first_operand; k < inst.end_operand; ++k) {
        if (counted_[k] != 0) ++available[index_of(operand_classes_[k])];
      }
    }
    resolve_arguments(b, available);
  }

  void resolve_arguments(std::uint32_t b, const Counts& available) {
    const DraftInst& last = draft_.insts[draft_.blocks[b].end_inst - 1];
    for (std::uint32_t t = last.first_target; t < last.end_target; ++t) {
      const DraftTarget& target = draft_.targets[t];
      const DraftBlock& to = draft_.blocks[static_cast<std::size_t>(target.block)];
      FunctionBuilder::Target result{Block(static_cast<std::uint32_t>(target.block)), {}};
      std::uint32_t argument = target.first_argument;
      for (std::uint32_t p = to.first_param; p < to.end_param; ++p) {
        if (!param_values_[p].valid()) continue;
        DraftRef use;
        if (argument < target.end_argument) {
          use = draft_.arguments[argument++];
        } else {
          ++counts_.arguments_supplied;
        }
        RegClass cls = usable(draft_.params[p].cls);
        use.cls = cls;
        result.arguments.push_back(resolve(use, b, available, true, cls));
      }
      targets_.push_back(std::move(result));
    }
  }

  void emit() {
    std::size_t next_target = 0;
    std::vector<VReg> params;
    for (std::uint32_t b = 0; b < draft_.blocks.size(); ++b) {
      const DraftBlock& block = draft_.blocks[b];
      params.clear();
      for (std::uint32_t p = block.first_param; p < block.end_param; ++p) {
        if (!param_values_[p].valid()) continue;
        params.push_back(param_values_[p]);
        declare(param_values_[p], draft_.params[p], {});
      }
      bool stated = std::isfinite(block.frequency) && block.frequency > 0;
      builder_.begin_block(params, stated ? block.frequency : 0);
      if (b == 0) emit_materialized();
      for (std::uint32_t i = block.first_inst; i < block.end_inst; ++i) {
        emit_inst(draft_.insts[i], next_target);
      }
    }
    emit_labels();
    drop_needless_recipes();
    emit_recipes(std::move(stated_), machine_, clobbered_, builder_, counts_);
    if (draft_.multiple_defs) builder_.allow_multiple_defs();
  }

  // `operands`: of the instruction that defines it, through their values.
  void declare(VReg vreg, const DraftDef& def, std::span<const Operand> operands) {
    builder_.declare(vreg, definitions_[vreg.value()].cls);
    if (def.rematerializable) builder_.rematerializable(vreg);
    if (def.rematerializable) rematerializable_.insert(vreg);
    if (def.recipe == 0) return;
    StatedRecipe stated{vreg, &draft_.recipes[def.recipe - 1], {}};
    for (const Operand& op : operands) {
      if (op.is_use() && op.vreg().valid()) stated.uses.push_back(op.vreg());
    }
    stated_.push_back(std::move(stated));
  }

  // What can be computed from nothing, anywhere, needs no recipe.
  void drop_needless_recipes() {
    counts_.recipes_changed += static_cast<std::uint32_t>(std::erase_if(
        stated_, [&](const StatedRecipe& one) { return rematerializable_.count(one.value) != 0; }));
  }

  void emit_materialized() {
    for (RegClass cls : kClasses) {
      VReg value = materialized_[index_of(cls)];
      if (!value.valid()) continue;
      builder_.declare(value, cls);
      builder_.op({Operand::def(value)});
    }
  }

  void emit_inst(const DraftInst& inst, std::size_t& next_target) {
    std::size_t count = inst.end_operand - inst.first_operand;
    RegSet clobbers = draft_.sets[inst.clobbers];
    repair_operands(draft_, machine_, std::span(draft_.operands).subspan(inst.first_operand, count),
                    std::span(operand_values_).subspan(inst.first_operand, count),
                    std::span(operand_classes_).subspan(inst.first_operand, count), operands_,
                    clobbers, counts_);
    for (std::size_t k = 0; k < count; ++k) {
      const DraftOperand& operand = draft_.operands[inst.first_operand + k];
      VReg value = operand_values_[inst.first_operand + k];
      if (operand.kind == OperandKind::Def && value.valid()) {
        declare(value, operand.def, operands_);
      }
      if (operands_[k].constraint() == Constraint::In) {
        RegSet set = draft_.sets[operand.payload] &
                     machine_.allocatable(operand_classes_[inst.first_operand + k]);
        operands_[k] = Operand::make(operand.kind, operand.pos, value, Constraint::In,
                                     builder_.intern(set).value());
      }
    }
    clobbered_ = clobbered_ | clobbers;
    drop_impossible(operands_);
    if (inst.kind == InstKind::Op) builder_.op(operands_, clobbers);
    if (inst.kind == InstKind::Ret) builder_.ret(operands_, clobbers);
    if (inst.kind == InstKind::Branch) {
      std::size_t targets = inst.end_target - inst.first_target;
      builder_.branch(operands_, std::span(targets_).subspan(next_target, targets), clobbers);
      next_target += targets;
    }
  }

  // Operands without a value, because no class has registers, and pins, because each register is
  // allocatable. In both cases reuses are rare enough to become `reg`.
  void drop_impossible(std::vector<Operand>& operands) {
    auto impossible = [](const Operand& op) { return !op.is_pin() && !op.vreg().valid(); };
    if (std::none_of(operands.begin(), operands.end(), impossible)) return;
    ++counts_.constraints_changed;
    for (Operand& operand : operands) {
      if (operand.constraint() != Constraint::Reuse) continue;
      operand = Operand::def(operand.vreg(), Constraint::Reg);
    }
    operands.erase(std::remove_if(operands.begin(), operands.end(), impossible), operands.end());
  }

  // The defined number at or below `wanted`, else above it; none where nothing is defined. Looks at
  // few numbers only: where these are all gaps, the label is dropped.
  VReg defined_near(std::int64_t wanted) const {
    auto count = static_cast<std::int64_t>(definitions_.size());
    constexpr std::int64_t kReach = 64;
    if (count == 0) return VReg::none();
    wanted = ((wanted % count) + count) % count;
    for (std::int64_t step = 0; step < kReach; ++step) {
      if (is_taken(wanted - step)) return VReg(static_cast<std::uint32_t>(wanted - step));
      if (is_taken(wanted + step)) return VReg(static_cast<std::uint32_t>(wanted + step));
    }
    return VReg::none();
  }

  bool is_defined(std::int64_t number) const {
    auto same = [&](VReg v) { return v.valid() && v.value() == number; };
    return is_taken(number) || std::any_of(materialized_.begin(), materialized_.end(), same);
  }

  VReg followed_by(const DraftLabel& label) {
    if (label.undefined == RegClass::None || is_defined(label.vreg)) {
      return defined_near(label.vreg);
    }
    VReg vreg(static_cast<std::uint32_t>(label.vreg));
    builder_.declare(vreg, label.undefined);
    return vreg;
  }

  void emit_labels() {
    auto count = static_cast<std::int64_t>(builder_.inst_count());
    for (const DraftLabel& label : draft_.labels) {
      VReg vreg = followed_by(label);
      if (!vreg.valid()) continue;
      if (label.exact && label.from <= label.to && label.to <= count) {
        builder_.debug_label({vreg, Inst(static_cast<std::uint32_t>(label.from)),
                              Inst(static_cast<std::uint32_t>(label.to)), label.label});
        continue;
      }
      std::int64_t from = ((label.from % count) + count) % count;
      std::int64_t to = std::clamp(label.to, from + 1, count);
      builder_.debug_label({vreg, Inst(static_cast<std::uint32_t>(from)),
                            Inst(static_cast<std::uint32_t>(to)), label.label});
    }
  }

  Draft& draft_;
  const Machine& machine_;
  RepairCounts& counts_;
  FunctionBuilder builder_;
  std::array<RegClass, kClassCount> usable_ = {RegClass::None, RegClass::None, RegClass::None};
  Dominance dominance_;
  ValueOrder values_;
  std::vector<Definition> definitions_;  // by number
  std::int64_t previous_ = -1;
  std::uint32_t first_free_ = 0;
  Counts local_{};  // values of the block so far
  std::vector<VReg> param_values_;
  std::vector<VReg> operand_values_;
  std::vector<RegClass> operand_classes_;
  std::vector<std::uint8_t> counted_;  // by operand: defines a value, as the first to do so
  std::uint32_t materialized_number_ = 0;
  std::array<VReg, kClassCount> materialized_{};
  std::vector<FunctionBuilder::Target> targets_;  // of all branches, in order
  std::vector<Operand> operands_;
  RegSet clobbered_;                                   // by instructions so far
  boost::container::flat_set<VReg> rematerializable_;  // so far
  std::vector<StatedRecipe> stated_;
};

}  // namespace

Machine repair_machine(Machine machine) {
  constexpr std::uint32_t kLargestSlot = 65536;
  machine.non_preferred = machine.non_preferred - machine.preferred;
  machine.fixed_stack = machine.fixed_stack - machine.allocatable();
  for (RegClass cls : kClasses) {
    PReg& scratch = machine.scratch[index_of(cls)];
    bool legal = scratch.valid() && scratch.value() < kRegCount && class_of(scratch) == cls &&
                 !machine.allocatable().contains(scratch) && !machine.fixed_stack.contains(scratch);
    if (!legal) scratch = PReg::none();
    std::uint32_t& slot = machine.slot_size[index_of(cls)];
    slot = std::clamp(slot, std::uint32_t{1}, kLargestSlot);
  }
  return machine;
}

Function complete_unloosened(Draft draft, const Machine& machine, RepairCounts& counts) {
  draft.number_limit = std::min(draft.number_limit, kMaxVRegs);
  drop_surplus_operands(draft, counts);
  repair_graph(draft, counts);
  return Completion(draft, machine, counts).run();
}

Function complete(Draft draft, const Machine& machine, RepairCounts* counts) {
  RepairCounts ignored;
  RepairCounts& repairs = counts != nullptr ? *counts : ignored;
  Function function = complete_unloosened(std::move(draft), machine, repairs);
  loosen_infeasible(function, machine, repairs);
  return function;
}

}  // namespace regproof
