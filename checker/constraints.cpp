// Operands. For each instruction, reachable or not:
//
//   ListLength              one location per operand, and lists for just the function's instructions
//   MissingLocation         no operand is nowhere
//   WrongClass              a register is one of the operand's class
//   NotAllocatable          `any`, `reg`, `limit`, `in`: an allocatable register; `any` and `stack`
//                           also take a fixed_stack one. Scratch registers are not allocatable.
//   NotRegister, NotStack   memory (a slot or a fixed_stack register) where a register is demanded,
//                           or the other way round
//   NotFixed, NotReuse, BeyondLimit, NotInSet, NotPin
//                           the operand's own register, its input's place, the limit, the set
//   SlotBeyondFrame, SlotMisaligned
//                           a slot's units lie in the frame, and start at a multiple of their number
//                           rounded up to a power of two
//   SameInstructionOverlap  what two operands hold at one phase does not overlap, unless both are
//                           uses of one vreg in one location, or defs of one vreg in one location
//   MultipleDefsApart       several defs of one vreg stand in one location
//   ClobberedOperand        nothing that is held at the late phase is in a clobbered register
//
//               early use   late def   early def   late use   clobber
//   early           x                      x          x
//   late                       x           x          x          x
//
// A reuse def is late; its input holds the same register at the early phase. A def that nobody reads
// is a def. A pin is nobody's value: it must be answered by its register, and overlaps nothing.
//
// One finding per operand for its own rule, and one for its first overlap.
#include "checker/constraints.h"

#include <algorithm>
#include <array>
#include <optional>

#include "checker/places.h"
#include "ir/names.h"

namespace regproof {
namespace {

constexpr bool held_early(Operand op) {
  return op.is_early() || op.is_use();
}
constexpr bool held_late(Operand op) {
  return op.is_late() || op.is_def();
}

// A broken rule and the sentence's end: "p3f is " + text.
struct Broken {
  FindingKind kind;
  std::string text;
};

class OperandRules {
 public:
  OperandRules(const FunctionView& function, const Machine& machine, const Output& output,
               Findings& findings)
      : function_(function), machine_(machine), output_(output), findings_(findings) {
    if (function.multiple_defs) first_defs_.resize(function.vreg_count());
  }

  void check(Inst inst) {
    inst_ = inst;
    operands_ = function_.operands(inst);
    locations_ = output_.locations_of(inst);
    if (locations_.size() != operands_.size()) report_length();
    std::size_t count = std::min(locations_.size(), operands_.size());
    slots_.clear();
    ++stamp_;
    for (std::uint32_t k = 0; k < count; ++k) {
      check_rule(k);
      if (!operands_[k].is_pin()) take_places(k);
    }
    if (function_.multiple_defs) check_multiple_defs(static_cast<std::uint32_t>(count));
    if (slots_.size() > 1) check_slot_overlaps();
  }

 private:
  // Operand `operand` is the first that holds the register at this phase of instruction `stamp`.
  struct Holder {
    std::uint32_t stamp = 0;
    std::uint32_t operand = 0;
  };
  struct SlotUse {
    UnitRange units;
    std::uint32_t operand;
  };

  void report_length() {
    if (findings_.full()) return;
    findings_.add({FindingKind::ListLength, inst_, kNoPlace, kNoPlace, Location::none(),
                   to_string(inst_) + " has " + std::to_string(operands_.size()) +
                       " operands, its list has " + std::to_string(locations_.size()) +
                       " locations"});
  }

  void report(std::uint32_t k, FindingKind kind, const std::string& text) {
    if (findings_.full()) return;
    findings_.add({kind, inst_, k, kNoPlace, locations_[k],
                   describe(inst_, k, function_) + ": " + describe(locations_[k]) + " " + text});
  }

  void check_rule(std::uint32_t k) {
    std::optional<Broken> broken = broken_rule(operands_[k], locations_[k]);
    if (broken) report(k, broken->kind, broken->text);
  }

  std::optional<Broken> broken_rule(Operand op, Location at) {
    if (op.is_pin()) {
      if (at == Location::reg(op.preg())) return std::nullopt;
      return Broken{FindingKind::NotPin, "is not the pinned register " + to_string(op.preg())};
    }
    if (at.is_none()) return Broken{FindingKind::MissingLocation, "is no location"};
    switch (op.constraint()) {
      case Constraint::Any:
        return is_memory(at) ? broken_memory(op, at) : broken_register(op, at);
      case Constraint::Stack:
        if (is_memory(at)) return broken_memory(op, at);
        return Broken{FindingKind::NotStack, "is not memory, which the operand demands"};
      case Constraint::Fixed:
        if (at == Location::reg(op.preg())) return broken_class(op, at);
        return Broken{FindingKind::NotFixed, "is not the fixed " + to_string(op.preg())};
      case Constraint::Reuse:
        return broken_reuse(op, at);
      case Constraint::Reg:
      case Constraint::Limit:
      case Constraint::In:
        return broken_register(op, at);
      case Constraint::Pin:
        break;
    }
    return std::nullopt;
  }

  bool is_memory(Location at) const {
    return at.is_stack() || (is_known_reg(at) && at.is_memory(machine_));
  }

  std::optional<Broken> broken_class(Operand op, Location at) const {
    RegClass cls = function_.vreg_class(op.vreg());
    if (!is_known_reg(at) || class_of(at.as_reg()) == cls) return std::nullopt;
    return Broken{FindingKind::WrongClass, std::string("is a register of class ") +
                                               name_of(class_of(at.as_reg())) +
                                               ", the operand is of class " + name_of(cls)};
  }

  std::optional<Broken> broken_memory(Operand op, Location at) const {
    if (!at.is_stack()) return broken_class(op, at);
    RegClass cls = function_.vreg_class(op.vreg());
    switch (slot_fault(at.as_stack(), cls, machine_, output_.spillslots)) {
      case SlotFault::None:
        break;
      case SlotFault::BeyondFrame:
        return Broken{
            FindingKind::SlotBeyondFrame,
            "is not wholly inside the frame of " + std::to_string(output_.spillslots) + " units"};
      case SlotFault::Misaligned:
        return Broken{
            FindingKind::SlotMisaligned,
            "is not aligned to " + std::to_string(machine_.slot_alignment_of(cls)) + " units"};
    }
    return std::nullopt;
  }

  // Of `any` outside of memory, `reg`, `limit` and `in`.
  std::optional<Broken> broken_register(Operand op, Location at) const {
    if (is_memory(at)) {
      return Broken{FindingKind::NotRegister, "is memory, the operand demands a register"};
    }
    if (!is_known_reg(at)) {
      return Broken{FindingKind::NotAllocatable, "cannot hold a value"};
    }
    if (std::optional<Broken> broken = broken_class(op, at)) return broken;
    PReg reg = at.as_reg();
    if (op.constraint() == Constraint::Limit && number_of(reg) >= op.limit()) {
      return Broken{FindingKind::BeyondLimit,
                    "is not below the limit of " + std::to_string(op.limit())};
    }
    if (op.constraint() == Constraint::In && !function_.reg_set(op.reg_set()).contains(reg)) {
      return Broken{FindingKind::NotInSet,
                    "is not one of " + to_string(function_.reg_set(op.reg_set()))};
    }
    if (!machine_.allocatable().contains(reg)) {
      return Broken{FindingKind::NotAllocatable,
                    machine_.is_scratch(reg) ? "is a scratch register, which no operand may hold"
                                             : "is not an allocatable register"};
    }
    return std::nullopt;
  }

  // The input's own constraint says which registers are good.
  std::optional<Broken> broken_reuse(Operand op, Location at) const {
    std::uint32_t input = op.reuse_index();
    if (input < locations_.size() && locations_[input] == at) return broken_class(op, at);
    return Broken{FindingKind::NotReuse,
                  "is not where operand " + std::to_string(input) + " is, in " +
                      (input < locations_.size() ? describe(locations_[input]) : "no place")};
  }

  // Registers meet their other holders here, slots are collected.
  void take_places(std::uint32_t k) {
    Operand op = operands_[k];
    Location at = locations_[k];
    if (at.is_stack()) {
      auto units = slot_units(at.as_stack(), function_.vreg_class(op.vreg()), machine_);
      if (units) slots_.push_back({*units, k});
      return;
    }
    if (!is_known_reg(at)) return;
    if (held_late(op) && function_.clobbers(inst_).contains(at.as_reg())) {
      report(k, FindingKind::ClobberedOperand,
             "is clobbered by the instruction while the operand is held");
    }
    bool clean = !held_early(op) || take_register(early_, k);
    if (held_late(op) && !take_register(late_, k)) clean = false;
    if (!clean) report_overlap(k, conflicting_operand_);
  }

  // False if another operand holds the register at this phase and may not share it. It is enough to
  // ask the first holder: all that may share with it may share with each other.
  bool take_register(std::array<Holder, kRegCount>& holders, std::uint32_t k) {
    Holder& holder = holders[locations_[k].as_reg().value()];
    if (holder.stamp != stamp_) {
      holder = {stamp_, k};
      return true;
    }
    if (may_share(holder.operand, k)) return true;
    conflicting_operand_ = holder.operand;
    return false;
  }

  bool may_share(std::uint32_t a, std::uint32_t b) const {
    Operand x = operands_[a], y = operands_[b];
    return x.vreg() == y.vreg() && x.kind() == y.kind() && locations_[a] == locations_[b];
  }

  void report_overlap(std::uint32_t k, std::uint32_t other) {
    if (findings_.full()) return;
    report(k, FindingKind::SameInstructionOverlap,
           "overlaps operand " + std::to_string(other) + " (" +
               to_string(operands_[other], function_) + ") in " + describe(locations_[other]) +
               " while both are held");
  }

  void check_multiple_defs(std::uint32_t count) {
    for (std::uint32_t k = 0; k < count; ++k) {
      Operand op = operands_[k];
      if (!op.is_def() || op.is_pin() || op.vreg().value() >= first_defs_.size()) continue;
      Holder& first = first_defs_[op.vreg().value()];
      if (first.stamp != stamp_) {
        first = {stamp_, k};
      } else if (locations_[first.operand] != locations_[k]) {
        report(k, FindingKind::MultipleDefsApart,
               "is not where operand " + std::to_string(first.operand) +
                   ", a def of the same value, is, in " + describe(locations_[first.operand]));
      }
    }
  }

  // Each slot against the one that reaches farthest among those that start before it, at each phase.
  void check_slot_overlaps() {
    std::sort(slots_.begin(), slots_.end(), [](const SlotUse& a, const SlotUse& b) {
      if (a.units.first != b.units.first) return a.units.first < b.units.first;
      if (a.units.end != b.units.end) return a.units.end < b.units.end;
      return a.operand < b.operand;
    });
    const SlotUse* farthest_early = nullptr;
    const SlotUse* farthest_late = nullptr;
    for (const SlotUse& slot : slots_) {
      Operand op = operands_[slot.operand];
      const SlotUse* other = nullptr;
      if (held_early(op)) other = meet_slot(farthest_early, slot);
      if (held_late(op)) {
        const SlotUse* late = meet_slot(farthest_late, slot);
        if (other == nullptr) other = late;
      }
      if (other != nullptr) report_overlap(slot.operand, other->operand);
    }
  }

  // The slot that overlaps, or null; `farthest` moves on.
  const SlotUse* meet_slot(const SlotUse*& farthest, const SlotUse& slot) const {
    const SlotUse* before = farthest;
    if (before == nullptr || slot.units.end > before->units.end) farthest = &slot;
    if (before == nullptr || slot.units.first >= before->units.end) return nullptr;
    return may_share(before->operand, slot.operand) ? nullptr : before;
  }

  const FunctionView& function_;
  const Machine& machine_;
  const Output& output_;
  Findings& findings_;

  Inst inst_;
  std::span<const Operand> operands_;
  std::span<const Location> locations_;
  std::uint32_t stamp_ = 0;  // of the current instruction; holders of earlier ones do not count
  std::array<Holder, kRegCount> early_{};
  std::array<Holder, kRegCount> late_{};
  std::uint32_t conflicting_operand_ = 0;
  std::vector<SlotUse> slots_;
  std::vector<Holder> first_defs_;  // by vreg, where one instruction may define a value twice
};

}  // namespace

bool lists_readable(const FunctionView& function, const Output& output) {
  const auto& first = output.first_location;
  return first.size() == function.inst_count() + 1 && std::is_sorted(first.begin(), first.end()) &&
         first.back() <= output.locations.size();
}

void check_operands(const FunctionView& function, const Machine& machine, const Output& output,
                    Findings& findings) {
  OperandRules rules(function, machine, output, findings);
  for (Inst inst : function.insts()) {
    if (findings.full()) return;
    rules.check(inst);
  }
}

void check_constraints(const FunctionView& function, const Machine& machine, const Output& output,
                       std::vector<Finding>& findings) {
  Findings collected(findings);
  if (lists_readable(function, output)) {
    check_operands(function, machine, output, collected);
  } else {
    collected.add({FindingKind::ListLength, Inst::none(), kNoPlace, kNoPlace, Location::none(),
                   "the answer's lists do not fit the " + std::to_string(function.inst_count()) +
                       " instructions of the function"});
  }
  check_edits(function, machine, output, collected);
  check_debug_places(function, machine, output, collected);
}

}  // namespace regproof
