// The rules of one instruction, read literally, and a judge that tries every assignment. For tests
// of ir/feasible, with which it shares no code and no idea.
//
// A place is a number: 0 to 63 is a register of the operand's class (which may be a fixed_stack
// one), beyond that memory. Memory needs no more than one place per vreg and kind here, since the
// input of a reuse is never in memory in the programs that are tested.
#pragma once

#include <vector>

#include "ir/function.h"
#include "ir/machine.h"

namespace regproof::test {

inline constexpr int kMemory = 64;
inline constexpr int kPin = -1;

class LiteralRules {
 public:
  // `left_out` is a mask of operands, of the first 64, that are not there; a reuse of one of them may stand anywhere.
  LiteralRules(const FunctionView& function, const Machine& machine, Inst inst,
               std::uint64_t left_out = 0)
      : function_(function),
        machine_(machine),
        all_(machine.preferred | machine.non_preferred | machine.fixed_stack),
        inst_(inst),
        left_out_(left_out) {}

  bool is_left_out(std::size_t i) const { return i < 64 && (left_out_ >> i & 1) != 0; }

  static int memory_of(const Operand& op) {
    return kMemory + static_cast<int>(op.vreg().value()) * 2 + (op.is_def() ? 1 : 0);
  }

  bool holds_early(const Operand& op) const { return op.is_use() || op.pos() == OperandPos::Early; }
  bool holds_late(const Operand& op) const { return op.is_def() || op.pos() == OperandPos::Late; }

  // Does operand `i` alone tolerate the place?
  bool tolerates(std::size_t i, int place) const {
    const Operand& op = function_.operands(inst_)[i];
    if (op.is_pin()) return place == kPin;
    RegClass cls = function_.vreg_class(op.vreg());
    bool memory = place >= kMemory;
    if (memory && place != memory_of(op)) return false;
    PReg reg = memory ? PReg::none() : make_preg(cls, static_cast<unsigned>(place));
    bool allocatable = !memory && (machine_.preferred | machine_.non_preferred).contains(reg);
    bool stack = memory || machine_.fixed_stack.contains(reg);
    if (!memory && machine_.is_scratch(reg)) return false;
    if (!allocatable && !stack) return false;
    if (!memory && holds_late(op) && function_.clobbers(inst_).contains(reg)) return false;
    switch (op.constraint()) {
      case Constraint::Any:
        return true;
      case Constraint::Reg:
        return allocatable;
      case Constraint::Stack:
        return stack;
      case Constraint::Fixed:
        return reg == op.preg();
      case Constraint::Limit:
        return allocatable && number_of(reg) < op.limit();
      case Constraint::In:
        return allocatable && function_.reg_set(op.reg_set()).contains(reg);
      case Constraint::Reuse:
        return is_left_out(op.reuse_index()) || !memory;
      case Constraint::Pin:
        break;
    }
    return false;
  }

  // Do operands `i` and `j` tolerate each other there?
  bool together(std::size_t i, int place, std::size_t j, int other) const {
    const Operand& a = function_.operands(inst_)[i];
    const Operand& b = function_.operands(inst_)[j];
    if (a.is_pin() || b.is_pin()) return true;
    if (function_.vreg_class(a.vreg()) != function_.vreg_class(b.vreg())) return true;
    if (a.is_def() && b.is_def() && a.vreg() == b.vreg()) return place == other;
    if (a.constraint() == Constraint::Reuse && a.reuse_index() == j && place != other) return false;
    if (b.constraint() == Constraint::Reuse && b.reuse_index() == i && place != other) return false;
    if (place != other) return true;
    if (a.is_use() && b.is_use() && a.vreg() == b.vreg()) return true;
    bool meet_early = holds_early(a) && holds_early(b);
    bool meet_late = holds_late(a) && holds_late(b);
    return !meet_early && !meet_late;
  }

  // Does the whole assignment obey?
  bool obeyed_by(const std::vector<int>& places) const {
    std::size_t count = function_.operands(inst_).size();
    if (places.size() != count) return false;
    for (std::size_t i = 0; i < count; ++i) {
      if (!tolerates(i, places[i])) return false;
      for (std::size_t j = 0; j < i; ++j) {
        if (!together(i, places[i], j, places[j])) return false;
      }
    }
    return true;
  }

  // Is there any assignment? Tries them all, but for those whose beginning is wrong already.
  bool satisfiable() const {
    std::vector<int> places;
    return extend(places);
  }

 private:
  bool extend(std::vector<int>& places) const {
    auto operands = function_.operands(inst_);
    std::size_t i = places.size();
    if (i == operands.size()) return true;
    if (is_left_out(i)) {
      places.push_back(kPin);
      bool good = extend(places);
      places.pop_back();
      return good;
    }
    const Operand& op = operands[i];
    // Registers first, then memory: a number just beyond the registers stands for it.
    for (int number = op.is_pin() ? 64 : 0; number <= 64; ++number) {
      bool exists =
          op.is_pin() || number == 64 ||
          all_.contains(make_preg(function_.vreg_class(op.vreg()), static_cast<unsigned>(number)));
      if (!exists) continue;
      int place = op.is_pin() ? kPin : number < 64 ? number : memory_of(op);
      bool good = tolerates(i, place);
      for (std::size_t j = 0; j < i && good; ++j) {
        good = is_left_out(j) || together(i, place, j, places[j]);
      }
      if (!good) continue;
      places.push_back(place);
      good = extend(places);
      places.pop_back();
      if (good) return true;
    }
    return false;
  }

  const FunctionView& function_;
  const Machine& machine_;
  RegSet all_;
  Inst inst_;
  std::uint64_t left_out_;
};

// An answer of the solver as places: what has no register stands in memory.
inline std::vector<int> as_places(const FunctionView& function, Inst inst,
                                  const std::vector<PReg>& registers) {
  std::vector<int> places;
  auto operands = function.operands(inst);
  for (std::size_t i = 0; i < operands.size() && i < registers.size(); ++i) {
    const Operand& op = operands[i];
    if (op.is_pin()) {
      places.push_back(registers[i] == op.preg() ? kPin : kMemory);
    } else if (!registers[i].valid()) {
      places.push_back(LiteralRules::memory_of(op));
    } else {
      bool same_class = class_of(registers[i]) == function.vreg_class(op.vreg());
      places.push_back(same_class ? static_cast<int>(number_of(registers[i])) : 1 << 20);
    }
  }
  return places;
}

}  // namespace regproof::test
