// Shapes of one instruction: its operands, positions, clobbers.
#include <algorithm>
#include <bit>

#include "ssagen/count_shapes.h"

namespace regproof {
namespace {

bool holds_register(Constraint constraint) {
  return constraint == Constraint::Reg || constraint == Constraint::Fixed ||
         constraint == Constraint::Limit || constraint == Constraint::In;
}

// One instruction, with sums over its operands.
class InstTally {
 public:
  InstTally(const FunctionView& function, const Machine& machine, const ValueFacts& facts,
            Inst inst, ShapeTally& tally)
      : function_(function),
        machine_(machine),
        facts_(facts),
        inst_(inst),
        operands_(function.operands(inst)),
        clobbers_(function.clobbers(inst)),
        tally_(tally) {}

  void run() {
    for (std::size_t k = 0; k < operands_.size(); ++k) {
      tally_constraint(operands_[k]);
      if (operands_[k].constraint() == Constraint::Reuse) tally_reuse(k);
      if (!operands_[k].is_pin()) tally_repeats(k);
    }
    tally_call();
    tally_clobbers();
    bool mixed = fixed_uses_ + fixed_defs_ + reuses_ != 0 || !clobbers_.empty();
    tally_.add_if(pins_ != 0 && mixed, Shape::PinWithOthers);
    tally_.add_if(reuses_ > 1, Shape::SeveralReuses);
    tally_.add_if(operands_.size() >= 10, Shape::ManyOperands);
    tally_.add_if(operands_.size() > 255, Shape::HugeOperands);
    tally_.add_if(early_defs_ != 0 && early_register_uses_ != 0, Shape::EarlyDefWithUses);
    for (RegClass cls : kClasses) {
      bool many = defs_[index_of(cls)] > machine_.allocatable(cls).size();
      tally_.add_if(many, Shape::ManyDefs);
    }
  }

 private:
  void tally_constraint(const Operand& op) {
    if (op.is_pin()) {
      ++pins_;
      return tally_.add(Shape::Pin);
    }
    constexpr Shape kUses[] = {Shape::UseAny, Shape::UseReg,   Shape::UseStack, Shape::UseFixed,
                               Shape::Reuse,  Shape::UseLimit, Shape::UseIn};
    constexpr Shape kDefs[] = {Shape::DefAny, Shape::DefReg,   Shape::DefStack, Shape::DefFixed,
                               Shape::Reuse,  Shape::DefLimit, Shape::DefIn};
    auto constraint = static_cast<std::size_t>(op.constraint());
    tally_.add(op.is_use() ? kUses[constraint] : kDefs[constraint]);
    bool fixed = op.constraint() == Constraint::Fixed;
    tally_.add_if(fixed && machine_.fixed_stack.contains(op.preg()), Shape::FixedStack);
    if (op.is_use()) {
      fixed_uses_ += fixed;
      tally_.add_if(op.is_late(), Shape::LateUse);
      tally_.add_if(op.is_late() && fixed, Shape::LateFixedUse);
      early_register_uses_ += op.is_early() && holds_register(op.constraint());
      if (fixed && op.is_early()) {
        early_fixed_.add(op.preg());
        tally_.add_if(clobbers_.contains(op.preg()), Shape::FixedUseClobbered);
      }
      return;
    }
    ++defs_[index_of(function_.vreg_class(op.vreg()))];
    fixed_defs_ += fixed;
    any_defs_ += op.constraint() == Constraint::Any;
    early_defs_ += op.is_early();
    if (fixed && op.is_late()) late_fixed_defs_.add(op.preg());
    tally_.add_if(op.is_early(), Shape::EarlyDef);
    tally_.add_if(op.is_early() && fixed, Shape::EarlyFixedDef);
    tally_.add_if(facts_.uses[op.vreg().value()] == 0, Shape::DeadDef);
  }

  void tally_reuse(std::size_t k) {
    ++reuses_;
    std::uint32_t input = operands_[k].reuse_index();
    const Operand& use = operands_[input];
    tally_.add_if(use.constraint() == Constraint::Fixed, Shape::ReuseOfFixed);
    tally_.add_if(k != 0, Shape::ReuseNotFirst);
    tally_.add_if(k < input, Shape::ReuseBeforeInput);
    Inst last = facts_.last_use[use.vreg().value()];
    tally_.add_if(last.valid() && last > inst_, Shape::ReuseInputKept);
    bool fixed = std::any_of(operands_.begin(), operands_.end(), [](const Operand& op) {
      return op.constraint() == Constraint::Fixed;
    });
    tally_.add_if(fixed || !clobbers_.empty(), Shape::ReuseWithFixed);
  }

  // Against the operands before it, of which only so many are looked at.
  void tally_repeats(std::size_t k) {
    constexpr std::size_t kReach = 32;
    const Operand& op = operands_[k];
    for (std::size_t j = k > kReach ? k - kReach : 0; j < k; ++j) {
      const Operand& other = operands_[j];
      if (other.is_pin() || other.vreg() != op.vreg()) continue;
      if (op.is_def()) return tally_.add(Shape::DefinedSeveralTimes);
      bool fixed = op.constraint() == Constraint::Fixed && other.constraint() == Constraint::Fixed;
      tally_.add(Shape::ValueTwice);
      tally_.add_if(op == other, Shape::SameOperandTwice);
      tally_.add_if(fixed && op.preg() != other.preg(), Shape::FixedUsesTwice);
      tally_.add_if(op.pos() != other.pos(), Shape::EarlyAndLateUse);
      return;
    }
  }

  void tally_call() {
    tally_.add(Shape::FixedInAndOut, (early_fixed_ & late_fixed_defs_).size());
    bool call = fixed_uses_ >= 2 && fixed_defs_ >= 1 && !clobbers_.empty();
    tally_.add_if(call, Shape::CallShape);
    tally_.add_if(call && any_defs_ >= 3, Shape::CallExtraDefs);
    if (clobbers_.empty() || fixed_uses_ == 0) return;
    for (const Operand& op : operands_) {
      bool live =
          op.is_def() && op.constraint() == Constraint::Any && facts_.uses[op.vreg().value()] != 0;
      tally_.add_if(live, Shape::LiveExtraDef);
    }
  }

  void tally_clobbers() {
    if (clobbers_.empty()) return;
    std::uint64_t i = clobbers_.bits(RegClass::Int), f = clobbers_.bits(RegClass::Float),
                  v = clobbers_.bits(RegClass::Vector);
    tally_.add_if(((i & f) | (i & v) | (f & v)) != 0, Shape::ClobberManyClasses);
    tally_.add_if(!(clobbers_ - machine_.allocatable()).empty(), Shape::ClobberUnallocatable);
  }

  const FunctionView& function_;
  const Machine& machine_;
  const ValueFacts& facts_;
  Inst inst_;
  std::span<const Operand> operands_;
  const RegSet& clobbers_;
  ShapeTally& tally_;
  std::size_t fixed_uses_ = 0, fixed_defs_ = 0, any_defs_ = 0, early_defs_ = 0, reuses_ = 0;
  std::size_t pins_ = 0, early_register_uses_ = 0;
  std::array<std::size_t, kClassCount> defs_{};
  RegSet early_fixed_;
  RegSet late_fixed_defs_;
};

}  // namespace

void tally_operands(const FunctionView& function, const Machine& machine, const ValueFacts& facts,
                    ShapeTally& tally) {
  for (Inst inst : function.insts()) InstTally(function, machine, facts, inst, tally).run();
}

void tally_branches(const FunctionView& function, const ValueFacts& facts, ShapeTally& tally) {
  for (Block block : function.blocks()) {
    Inst last = function.terminator(block);
    bool branch = function.kind(last) == InstKind::Branch;
    bool uses = false, defs = false;
    for (const Operand& op : function.operands(last)) {
      uses |= op.is_use() && !op.is_pin();
      defs |= op.is_def();
    }
    bool clobbers = !function.clobbers(last).empty();
    tally.add_if(branch && uses, Shape::BranchUses);
    tally.add_if(branch && defs, Shape::BranchDefs);
    tally.add_if(branch && clobbers, Shape::BranchClobbers);
    tally.add_if(!branch && uses, Shape::ReturnUses);
    tally.add_if(!branch && clobbers, Shape::ReturnClobbers);
    for (const Operand& op : function.operands(last)) {
      if (op.is_pin()) continue;
      bool passed = false;
      for (Edge edge : function.successors(block)) {
        auto arguments = function.arguments(edge);
        passed |= std::find(arguments.begin(), arguments.end(), op.vreg()) != arguments.end();
      }
      tally.add_if(passed && op.is_def(), Shape::OwnDefAsArgument);
      tally.add_if(passed && op.is_use(), Shape::ArgumentAndOperand);
      Inst use = facts.last_use[op.vreg().value()];
      tally.add_if(branch && op.is_def() && use.valid() && use != last, Shape::OwnDefLiveIn);
    }
  }
}

}  // namespace regproof
