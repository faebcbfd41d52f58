// The contract of an answer, read literally from docs/text.md: each location alone, each two operands
// of one instruction, each edit. For tests of the constraints judge, with which it shares no code: a
// place is the set of its atoms (a register, or the units of a slot), and everything is asked anew.
// What values the places hold is not asked.
#pragma once

#include <algorithm>
#include <cstdint>
#include <set>

#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"

namespace regproof::testing {

class Contract {
 public:
  Contract(const FunctionView& function, const Machine& machine, const Output& output)
      : f_(function), m_(machine), o_(output) {}

  // Lists are as long as the operands. Debug locations are not looked at.
  bool is_kept() const {
    for (Inst inst : f_.insts()) {
      for (std::size_t i = 0; i < f_.operands(inst).size(); ++i) {
        if (!suits(inst, i)) return false;
        for (std::size_t k = 0; k < i; ++k) {
          if (!together(inst, i, k)) return false;
        }
      }
    }
    for (std::size_t e = 0; e < o_.edits.size(); ++e) {
      if (e > 0 && o_.edits[e].point < o_.edits[e - 1].point) return false;
      if (!is_legal(o_.edits[e])) return false;
    }
    return true;
  }

 private:
  bool is_class_reg(Location place, RegClass cls) const {
    return place.is_reg() && place.as_reg().value() < kRegCount && class_of(place.as_reg()) == cls;
  }
  bool is_allocatable(Location place, RegClass cls) const {
    return is_class_reg(place, cls) &&
           (m_.preferred.contains(place.as_reg()) || m_.non_preferred.contains(place.as_reg()));
  }
  bool is_fixed_stack(Location place, RegClass cls) const {
    return is_class_reg(place, cls) && m_.fixed_stack.contains(place.as_reg());
  }
  // All units of a value of the class lie in the frame, the first at a multiple of their number
  // rounded up to a power of two.
  bool is_slot(Location place, RegClass cls) const {
    if (!place.is_stack()) return false;
    std::int64_t units = m_.slot_size[index_of(cls)];
    std::int64_t first = place.as_stack().value();
    if (m_.slot_named_by_last) first -= units - 1;
    std::int64_t alignment = 1;
    while (alignment < units) alignment *= 2;
    return first >= 0 && first % alignment == 0 &&
           first + units <= static_cast<std::int64_t>(o_.spillslots);
  }
  bool is_memory(Location place, RegClass cls) const {
    return is_slot(place, cls) || is_fixed_stack(place, cls);
  }

  Location place_of(Inst inst, std::size_t i) const { return o_.locations_of(inst)[i]; }
  RegClass class_of_operand(const Operand& op) const { return f_.vreg_class(op.vreg()); }

  static bool is_early_held(const Operand& op) { return op.is_use() || op.is_early(); }
  static bool is_late_held(const Operand& op) { return op.is_def() || op.is_late(); }

  bool suits(Inst inst, std::size_t i) const {
    const Operand& op = f_.operands(inst)[i];
    Location place = place_of(inst, i);
    if (op.is_pin()) return place == Location::reg(op.preg());
    RegClass cls = class_of_operand(op);
    bool clobbered = place.is_reg() && place.as_reg().value() < kRegCount &&
                     f_.clobbers(inst).contains(place.as_reg());
    if (is_late_held(op) && clobbered) return false;
    bool reg = is_allocatable(place, cls);
    switch (op.constraint()) {
      case Constraint::Any:
        return reg || is_memory(place, cls);
      case Constraint::Reg:
        return reg;
      case Constraint::Stack:
        return is_memory(place, cls);
      case Constraint::Fixed:
        return place == Location::reg(op.preg());
      case Constraint::Reuse:
        return reg && place == place_of(inst, op.reuse_index());
      case Constraint::Limit:
        return reg && number_of(place.as_reg()) < op.limit();
      case Constraint::In:
        return reg && f_.reg_set(op.reg_set()).contains(place.as_reg());
      case Constraint::Pin:
        break;
    }
    return false;
  }

  // Registers as they are numbered, units of the frame behind them.
  std::set<std::int64_t> atoms(const Operand& op, Location place) const {
    if (place.is_reg()) return {place.as_reg().value()};
    if (!place.is_stack()) return {};
    std::int64_t units = m_.slot_size[index_of(class_of_operand(op))];
    std::int64_t first = place.as_stack().value() - (m_.slot_named_by_last ? units - 1 : 0);
    std::set<std::int64_t> result;
    for (std::int64_t unit = first; unit < first + units; ++unit) {
      result.insert(static_cast<std::int64_t>(kRegCount) + unit);
    }
    return result;
  }

  bool together(Inst inst, std::size_t i, std::size_t k) const {
    const Operand& a = f_.operands(inst)[i];
    const Operand& b = f_.operands(inst)[k];
    if (a.is_pin() || b.is_pin()) return true;
    Location here = place_of(inst, i), there = place_of(inst, k);
    bool same_value = a.vreg() == b.vreg();
    if (same_value && a.is_def() && b.is_def()) return here == there;
    if (same_value && a.is_use() && b.is_use() && here == there) return true;
    bool meet = (is_early_held(a) && is_early_held(b)) || (is_late_held(a) && is_late_held(b));
    std::set<std::int64_t> mine = atoms(a, here), other = atoms(b, there);
    bool overlap = std::any_of(mine.begin(), mine.end(),
                               [&](std::int64_t atom) { return other.count(atom) != 0; });
    return !meet || !overlap;
  }

  bool is_inside(const Edit& edit) const {
    if (edit.point.inst().value() >= f_.inst_count()) return false;
    return !(edit.point.is_after() && f_.kind(edit.point.inst()) != InstKind::Op);
  }
  bool is_register(Location place, RegClass cls) const {
    return is_allocatable(place, cls) ||
           (is_class_reg(place, cls) && m_.scratch[index_of(cls)] == place.as_reg());
  }

  bool is_marked(VReg value) const {
    return std::count(f_.rematerializable.begin(), f_.rematerializable.end(), value) != 0;
  }
  // `as` is the value, or a parameter that is nothing else, by whatever edges it comes. All blocks are
  // reachable.
  bool stands_for(VReg value, VReg as, std::set<VReg>& asked) const {
    if (as == value) return true;
    if (is_marked(as)) return false;
    if (!asked.insert(as).second) return true;
    bool is_param = false;
    for (Edge edge : f_.edges()) {
      auto params = f_.params(f_.target(edge));
      auto found = std::find(params.begin(), params.end(), as);
      if (found == params.end()) continue;
      is_param = true;
      VReg argument = f_.arguments(edge)[static_cast<std::size_t>(found - params.begin())];
      if (!stands_for(value, argument, asked)) return false;
    }
    return is_param;
  }

  bool is_legal(const Edit& edit) const {
    if (!is_inside(edit)) return false;
    if (edit.kind == EditKind::Remat) {
      std::set<VReg> asked;
      return is_marked(edit.remat) && stands_for(edit.remat, edit.remat_as, asked) &&
             is_register(edit.to, f_.vreg_class(edit.remat));
    }
    for (RegClass cls : kClasses) {
      bool from = is_register(edit.from, cls), to = is_register(edit.to, cls);
      if (from && to) return true;
      if (from && is_memory(edit.to, cls)) return true;
      if (to && is_memory(edit.from, cls)) return true;
    }
    return false;
  }

  const FunctionView& f_;
  const Machine& m_;
  const Output& o_;
};

}  // namespace regproof::testing
