// Constraints of an infeasible instruction are taken away and put back one after another, as long as
// they can be satisfied together; the rest become `any`. So earlier operands win and little more could
// be kept. Operands whose fixed register an earlier one holds are found without solving. With
// k other operands lost out of n this takes about 2 k log(n / k) solves, as long as the program's
// budget lasts; from there on all of an infeasible instruction's operands become `any`.
#include <algorithm>
#include <array>

#include "ir/feasible.h"
#include "ssagen/complete.h"

namespace regproof {
namespace {

Operand as_any(const Operand& operand) {
  if (operand.is_pin()) return operand;
  return Operand::make(operand.kind(), operand.pos(), operand.vreg(), Constraint::Any);
}

// Operands times solves for one program: one to two milliseconds. Programs of hundreds of
// instructions need a fraction of it; random tokens of 4 KiB, which are denser, about all.
constexpr std::int64_t kLooseningBudget = 24576;

class Loosening {
 public:
  Loosening(Function& function, FeasibilitySolver& solver, Inst inst, std::int64_t& budget)
      : function_(function), view_(function.view()), solver_(solver), inst_(inst), budget_(budget) {
    auto operands = view_.operands(inst);
    first_ = view_.first_operand(inst);
    wanted_.assign(operands.begin(), operands.end());
    // Reuses last: they stand only where their input kept its constraint.
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      if (wanted_[i].constraint() != Constraint::Reuse) order_.push_back(i);
    }
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      if (wanted_[i].constraint() == Constraint::Reuse) order_.push_back(i);
    }
  }

  // The number of operands that were loosened.
  std::uint32_t run() {
    for (std::size_t i = 0; i < wanted_.size(); ++i) current(i) = as_any(wanted_[i]);
    drop_collisions();
    std::size_t done = 0;
    while (done < order_.size() && budget_ > 0) {
      std::size_t fitting = count_fitting(done);
      restore(done, fitting);
      done += fitting + 1;
    }
    std::uint32_t lost = 0;
    for (std::size_t i = 0; i < wanted_.size(); ++i) lost += current(i) != wanted_[i];
    return lost;
  }

 private:
  // How many operands from place `from` of the order on fit beside what was kept: steps that double,
  // then halving.
  std::size_t count_fitting(std::size_t from) {
    std::size_t rest = order_.size() - from;
    std::size_t low = 0, high = rest;  // `low` fit, more than `high` do not
    for (std::size_t step = 1; low < rest; step *= 2) {
      std::size_t next = std::min(low + step, rest);
      if (!fits(from, next)) {
        high = next - 1;
        break;
      }
      low = next;
    }
    while (low < high) {
      std::size_t middle = low + (high - low + 1) / 2;
      if (fits(from, middle)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  // Takes operands out of the order whose fixed register holds another value at the same phase.
  void drop_collisions() {
    std::array<std::array<const Operand*, 2>, kRegCount> holder{};
    auto collides = [&](const Operand& op, PReg reg, bool early, bool late) {
      for (std::size_t phase = 0; phase < 2; ++phase) {
        if (!(phase == 0 ? early : late)) continue;
        const Operand* other = holder[reg.value()][phase];
        bool same = other != nullptr && other->vreg() == op.vreg() && other->kind() == op.kind();
        if (other != nullptr && !same) return true;
      }
      if (early) holder[reg.value()][0] = &op;
      if (late) holder[reg.value()][1] = &op;
      return false;
    };
    auto impossible = [&](std::size_t i) {
      const Operand& op = wanted_[i];
      if (op.constraint() == Constraint::Fixed) {
        return collides(op, op.preg(), op.is_use() || op.is_early(), op.is_def() || op.is_late());
      }
      if (op.constraint() != Constraint::Reuse) return false;
      const Operand& input = wanted_[op.reuse_index()];
      return input.constraint() == Constraint::Fixed && collides(op, input.preg(), false, true);
    };
    order_.erase(std::remove_if(order_.begin(), order_.end(), impossible), order_.end());
  }

  Operand& current(std::size_t i) { return function_.operands[first_ + i]; }

  void restore(std::size_t from, std::size_t count) {
    for (std::size_t k = from; k < from + count; ++k) {
      const Operand& wanted = wanted_[order_[k]];
      bool lost_input = wanted.constraint() == Constraint::Reuse &&
                        current(wanted.reuse_index()) != wanted_[wanted.reuse_index()];
      if (!lost_input) current(order_[k]) = wanted;
    }
  }

  bool fits(std::size_t from, std::size_t count) {
    restore(from, count);
    bool feasible = solver_.feasible(view_, inst_);
    budget_ -= static_cast<std::int64_t>(wanted_.size()) + 4;
    if (!feasible && solver_.undecided()) budget_ = 0;
    for (std::size_t k = from; k < from + count; ++k) {
      current(order_[k]) = as_any(wanted_[order_[k]]);
    }
    return feasible;
  }

  Function& function_;
  FunctionView view_;
  FeasibilitySolver& solver_;
  Inst inst_;
  std::uint32_t first_ = 0;
  std::vector<Operand> wanted_;
  std::vector<std::size_t> order_;
  std::int64_t& budget_;  // spent when the solver gives up, too
};

}  // namespace

void loosen_infeasible(Function& function, const Machine& machine, RepairCounts& counts) {
  FeasibilitySolver solver(machine);
  FunctionView view = function.view();
  std::int64_t budget = kLooseningBudget;
  for (Inst inst : view.insts()) {
    if (solver.feasible(view, inst)) continue;
    if (solver.undecided()) budget = 0;
    counts.operands_loosened += Loosening(function, solver, inst, budget).run();
  }
  counts.solves_undecided += static_cast<std::uint32_t>(solver.counts().undecided);
}

}  // namespace regproof
