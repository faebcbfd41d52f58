// ir/feasible against brute force: every instruction of up to three operands over machines of one to
// three registers and a fixed_stack one, every clobber set; samples of larger ones. For each
// instance: `feasible` agrees with the judge that tries everything, what `assign` answers obeys the
// rules as they are written, and what `explain` names cannot be satisfied but can without any one of
// its operands or clobbers.
//
// REGPROOF_FULL_SWEEP=1 in the environment looks at all instances instead of a sample (minutes).
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <vector>

#include "ir/builder.h"
#include "ir/feasible.h"
#include "ir/names.h"
#include "tests/ir/feasible_brute.h"

namespace regproof {
namespace {

using test::LiteralRules;

PReg p(unsigned number) {
  return make_preg(RegClass::Int, number);
}

bool full_sweep() {
  return std::getenv("REGPROOF_FULL_SWEEP") != nullptr;
}

struct Instance {
  std::vector<Operand> operands;
  RegSet clobbers;
};

struct Tally {
  std::uint64_t compared = 0;
  std::uint64_t infeasible = 0;
  std::uint64_t explained = 0;
};

// Collects instances and compares them, a function's worth at a time.
class Comparison {
 public:
  Comparison(unsigned registers, bool fixed_stack, bool multiple_defs)
      : registers_(registers), multiple_defs_(multiple_defs) {
    for (unsigned i = 0; i < registers; ++i) {
      (i % 2 == 0 ? machine_.preferred : machine_.non_preferred).add(p(i));
    }
    if (fixed_stack) machine_.fixed_stack.add(p(kStackRegister));
    machine_.scratch[0] = p(kScratch);
    solver_ = std::make_unique<FeasibilitySolver>(machine_);
    // The bounds that are meant for long searches, at once.
    eager_ = std::make_unique<FeasibilitySolver>(machine_, FeasibilityOptions{kMaxSearchNodes, 0});
  }
  ~Comparison() { EXPECT_TRUE(pending_.empty()) << "instances were left over"; }

  static constexpr unsigned kStackRegister = 9;
  static constexpr unsigned kScratch = 8;

  unsigned registers() const { return registers_; }
  const Machine& machine() const { return machine_; }
  bool multiple_defs() const { return multiple_defs_; }
  const Tally& tally() const { return tally_; }
  const FeasibilityCounts& counts() const { return solver_->counts(); }
  void explain_one_in(std::uint64_t n) { explain_one_in_ = n; }

  // `sets[k]` is what an `in` operand with payload k means.
  void sets(std::vector<RegSet> sets) { sets_ = std::move(sets); }

  void add(const Instance& instance) {
    pending_.push_back(instance);
    if (pending_.size() == 4096) flush();
  }

  void flush() {
    if (pending_.empty()) return;
    FunctionBuilder builder("sweep");
    for (int i = 0; i < 16; ++i) builder.vreg(RegClass::Int);
    if (multiple_defs_) builder.allow_multiple_defs();
    builder.begin_block();
    std::vector<RegSetId> ids;
    for (const RegSet& set : sets_) ids.push_back(builder.intern(set));
    for (Instance& instance : pending_) {
      for (Operand& op : instance.operands) {
        if (op.constraint() != Constraint::In) continue;
        op = Operand::make(op.kind(), op.pos(), op.vreg(), Constraint::In,
                           ids[op.payload()].value());
      }
      builder.op(instance.operands, instance.clobbers);
    }
    builder.ret({});
    auto result = std::move(builder).finish();
    ASSERT_TRUE(result.ok());
    FunctionView view = result->view();
    for (std::uint32_t i = 0; i < pending_.size(); ++i) compare(view, Inst(i));
    pending_.clear();
  }

 private:
  std::string show(const FunctionView& view, Inst inst) {
    std::string out;
    for (const Operand& op : view.operands(inst)) out += to_string(op, view) + ", ";
    return out + "; clobber " + to_string(view.clobbers(inst)) + ", " + std::to_string(registers_) +
           " registers";
  }

  void compare(const FunctionView& view, Inst inst) {
    LiteralRules rules(view, machine_, inst);
    bool expected = rules.satisfiable();
    ++tally_.compared;
    tally_.infeasible += !expected;
    ASSERT_EQ(solver_->feasible(view, inst), expected) << show(view, inst);
    ASSERT_FALSE(solver_->undecided());
    ASSERT_EQ(solver_->assign(view, inst, places_), expected) << show(view, inst);
    bool eager = full_sweep() || tally_.compared % 4 == 0;
    if (eager) {
      ASSERT_EQ(eager_->assign(view, inst, eager_places_), expected) << show(view, inst);
    }
    if (expected) {
      ASSERT_TRUE(rules.obeyed_by(test::as_places(view, inst, places_))) << show(view, inst);
      if (eager) {
        ASSERT_TRUE(rules.obeyed_by(test::as_places(view, inst, eager_places_)))
            << show(view, inst);
      }
    } else if (tally_.infeasible % explain_one_in_ == 0) {
      compare_explanation(view, inst);
    }
  }

  void compare_explanation(const FunctionView& view, Inst inst) {
    ++tally_.explained;
    Infeasibility why = solver_->explain(view, inst);
    ASSERT_TRUE(why.proven);
    ASSERT_FALSE(why.operands.empty());
    ASSERT_FALSE(why.message.empty());
    std::size_t count = view.operands(inst).size();
    unsigned left_out = (1u << count) - 1;
    for (std::uint32_t operand : why.operands) {
      ASSERT_LT(operand, count);
      left_out &= ~(1u << operand);
    }
    ASSERT_FALSE(LiteralRules(view, machine_, inst, left_out).satisfiable())
        << show(view, inst) << why.message;
    for (std::uint32_t operand : why.operands) {
      ASSERT_TRUE(LiteralRules(view, machine_, inst, left_out | 1u << operand).satisfiable())
          << show(view, inst) << why.message << " without operand " << operand;
    }
    ASSERT_EQ(why.clobbers, why.clobbers & view.clobbers(inst));
    compare_clobbers(view, inst, why, left_out);
  }

  // The clobbers that are named suffice, and each is needed.
  void compare_clobbers(const FunctionView& view, Inst inst, const Infeasibility& why,
                        unsigned left_out) {
    auto satisfiable = [&](const RegSet& clobbers) {
      Function copy = function_of(view, inst, clobbers);
      FunctionView other = copy.view();
      return LiteralRules(other, machine_, Inst(0), left_out).satisfiable();
    };
    ASSERT_FALSE(satisfiable(why.clobbers)) << show(view, inst) << why.message;
    why.clobbers.for_each([&](PReg reg) {
      RegSet fewer = why.clobbers;
      fewer.remove(reg);
      EXPECT_TRUE(satisfiable(fewer)) << show(view, inst) << why.message;
    });
  }

  static Function function_of(const FunctionView& view, Inst inst, const RegSet& clobbers) {
    Function out;
    out.reg_sets.assign(view.reg_sets.begin(), view.reg_sets.end());
    out.reg_sets.push_back(clobbers);
    out.vreg_classes.assign(view.vreg_classes.begin(), view.vreg_classes.end());
    out.operands.assign(view.operands(inst).begin(), view.operands(inst).end());
    RegSetId id(static_cast<std::uint32_t>(out.reg_sets.size() - 1));
    out.inst_records = {InstRecord::make(0, InstKind::Op, id),
                        InstRecord::make(static_cast<std::uint32_t>(out.operands.size()),
                                         InstKind::Op, RegSetId(0))};
    out.block_records.resize(1);
    out.edge_records.resize(1);
    return out;
  }

  unsigned registers_;
  bool multiple_defs_;
  Machine machine_;
  std::unique_ptr<FeasibilitySolver> solver_, eager_;
  std::vector<RegSet> sets_;
  std::vector<Instance> pending_;
  std::vector<PReg> places_, eager_places_;
  std::uint64_t explain_one_in_ = 1;
  Tally tally_;
};

// What one operand can be, apart from a reuse: `vreg` is still to be set for defs.
std::vector<Operand> shapes(Comparison& comparison) {
  unsigned n = comparison.registers();
  std::vector<std::pair<Constraint, std::uint32_t>> constraints = {
      {Constraint::Any, 0}, {Constraint::Reg, 0}, {Constraint::Stack, 0}};
  for (unsigned i = 0; i < n; ++i) constraints.push_back({Constraint::Fixed, p(i).value()});
  if (!comparison.machine().fixed_stack.empty()) {
    constraints.push_back({Constraint::Fixed, p(Comparison::kStackRegister).value()});
  }
  for (unsigned i = 1; i < n; ++i) constraints.push_back({Constraint::Limit, i});
  std::vector<RegSet> sets;
  // Sets that neither `fixed` nor `limit` nor `reg` can say.
  for (unsigned bits = 1; bits < 1u << n; ++bits) {
    if (std::has_single_bit(bits) || std::has_single_bit(bits + 1)) continue;
    RegSet set;
    set.set_bits(RegClass::Int, bits);
    constraints.push_back({Constraint::In, static_cast<std::uint32_t>(sets.size())});
    sets.push_back(set);
  }
  comparison.sets(sets);
  std::vector<Operand> result;
  for (OperandPos pos : {OperandPos::Early, OperandPos::Late}) {
    for (auto [constraint, payload] : constraints) {
      for (std::uint32_t v = 0; v < 2; ++v) {
        result.push_back(Operand::make(OperandKind::Use, pos, VReg(v), constraint, payload));
      }
      for (std::uint32_t v = 2; v < (comparison.multiple_defs() ? 4u : 3u); ++v) {
        result.push_back(Operand::make(OperandKind::Def, pos, VReg(v), constraint, payload));
      }
    }
  }
  return result;
}

bool may_be_reused(const Operand& op) {
  return op.is_use() && op.is_early() && op.constraint() != Constraint::Any &&
         op.constraint() != Constraint::Stack;
}

// Makes the operands legal, or says that they are not: inputs of reuses, one def of each vreg.
bool make_legal(std::vector<Operand>& operands, bool multiple_defs) {
  for (std::size_t i = 0; i < operands.size(); ++i) {
    Operand& op = operands[i];
    if (op.constraint() == Constraint::Reuse &&
        (op.reuse_index() >= operands.size() || !may_be_reused(operands[op.reuse_index()]))) {
      return false;
    }
    if (op.is_def() && !multiple_defs) {
      op = Operand::make(op.kind(), op.pos(), VReg(2 + static_cast<std::uint32_t>(i)),
                         op.constraint(), op.payload());
    }
  }
  return true;
}

std::vector<Operand> with_reuses(std::vector<Operand> all, std::size_t count, bool multiple_defs) {
  for (std::uint32_t k = 0; k < count; ++k) {
    for (std::uint32_t v = 2; v < (multiple_defs ? 4u : 3u); ++v) {
      all.push_back(Operand::def(VReg(v), Constraint::Reuse, k));
    }
  }
  return all;
}

RegSet clobber_set(const Comparison& comparison, unsigned bits) {
  RegSet set;
  for (unsigned i = 0; i < comparison.registers(); ++i) {
    if ((bits >> i & 1) != 0) set.add(p(i));
  }
  if ((bits >> comparison.registers() & 1) != 0) set.add(p(Comparison::kStackRegister));
  return set;
}

// All instructions of `count` operands, or each with the chance of one in `one_in`.
void sweep(Comparison& comparison, std::size_t count, std::uint64_t one_in) {
  std::mt19937_64 random(comparison.registers() * 100 + count);
  auto all = with_reuses(shapes(comparison), count, comparison.multiple_defs());
  unsigned clobbers = 1u << (comparison.registers() + !comparison.machine().fixed_stack.empty());
  std::vector<std::size_t> choice(count, 0);
  for (bool more = true; more;) {
    Instance instance;
    for (std::size_t c : choice) instance.operands.push_back(all[c]);
    if (make_legal(instance.operands, comparison.multiple_defs())) {
      for (unsigned bits = 0; bits < clobbers; ++bits) {
        if (one_in > 1 && random() % one_in != 0) continue;
        instance.clobbers = clobber_set(comparison, bits);
        comparison.add(instance);
        if (testing::Test::HasFatalFailure()) return;
      }
    }
    more = false;
    for (std::size_t k = count; k-- > 0 && !more;) {
      more = ++choice[k] < all.size();
      if (!more) choice[k] = 0;
    }
  }
  comparison.flush();
}

void sample(Comparison& comparison, std::size_t count, std::uint64_t instances,
            std::uint32_t use_vregs) {
  std::mt19937_64 random(comparison.registers() * 1000 + count * 10 + use_vregs);
  auto all = with_reuses(shapes(comparison), count, comparison.multiple_defs());
  unsigned clobbers = 1u << (comparison.registers() + !comparison.machine().fixed_stack.empty());
  for (std::uint64_t made = 0; made < instances;) {
    Instance instance;
    for (std::size_t k = 0; k < count; ++k) {
      Operand op = all[random() % all.size()];
      if (op.constraint() == Constraint::Stack && random() % 2 == 0)
        op = all[random() % all.size()];
      if (op.is_use()) {
        op = Operand::make(op.kind(), op.pos(),
                           VReg(random() % use_vregs + (use_vregs > 2 ? 10 : 0)), op.constraint(),
                           op.payload());
      }
      instance.operands.push_back(op);
    }
    if (!make_legal(instance.operands, comparison.multiple_defs())) continue;
    instance.clobbers = clobber_set(comparison, random() % 3 == 0 ? random() % clobbers : 0);
    comparison.add(instance);
    if (testing::Test::HasFatalFailure()) return;
    ++made;
  }
  comparison.flush();
}

void report(const char* what, const Comparison& comparison) {
  std::printf(
      "%s, %u registers%s: %llu compared, %llu infeasible, %llu explained, %llu by counting,"
      " %llu branched, at most %llu nodes\n",
      what, comparison.registers(), comparison.multiple_defs() ? ", multiple defs" : "",
      static_cast<unsigned long long>(comparison.tally().compared),
      static_cast<unsigned long long>(comparison.tally().infeasible),
      static_cast<unsigned long long>(comparison.tally().explained),
      static_cast<unsigned long long>(comparison.counts().counted),
      static_cast<unsigned long long>(comparison.counts().searched),
      static_cast<unsigned long long>(comparison.counts().most_nodes));
  EXPECT_GT(comparison.tally().infeasible, 0u);
  EXPECT_LT(comparison.tally().infeasible, comparison.tally().compared);
}

class Sweep : public testing::TestWithParam<std::tuple<unsigned, bool>> {};

TEST_P(Sweep, UpToTwoOperands) {
  auto [registers, multiple] = GetParam();
  Comparison comparison(registers, true, multiple);
  for (std::size_t count = 1; count <= 2; ++count) sweep(comparison, count, 1);
  report("1 and 2 operands", comparison);
}

TEST_P(Sweep, ThreeOperands) {
  auto [registers, multiple] = GetParam();
  Comparison comparison(registers, true, multiple);
  comparison.explain_one_in(full_sweep() ? 1 : 23);
  std::uint64_t one_in = full_sweep() || registers == 1 ? 1 : registers == 2 ? 8 : 80;
  sweep(comparison, 3, one_in);
  report("3 operands", comparison);
}

TEST_P(Sweep, FourOperands) {
  auto [registers, multiple] = GetParam();
  Comparison comparison(registers, true, multiple);
  comparison.explain_one_in(full_sweep() ? 7 : 23);
  if (full_sweep() && registers == 1) {
    sweep(comparison, 4, 1);
  } else {
    sample(comparison, 4, full_sweep() ? 2'000'000 : 30'000, 2);
  }
  report("4 operands", comparison);
}

INSTANTIATE_TEST_SUITE_P(Machines, Sweep,
                         testing::Combine(testing::Values(1u, 2u, 3u), testing::Bool()));

class Sample : public testing::TestWithParam<std::tuple<unsigned, bool>> {};

TEST_P(Sample, UpToEightOperands) {
  auto [registers, multiple] = GetParam();
  Comparison comparison(registers, true, multiple);
  comparison.explain_one_in(full_sweep() ? 3 : 23);
  for (std::size_t count = 5; count <= 8; ++count) {
    for (std::uint32_t use_vregs : {1u, 2u, 4u}) {
      sample(comparison, count, full_sweep() ? 100'000 : 1'500, use_vregs);
    }
  }
  report("5 to 8 operands", comparison);
}

INSTANTIATE_TEST_SUITE_P(Machines, Sample,
                         testing::Combine(testing::Values(3u, 4u, 5u), testing::Bool()));

}  // namespace
}  // namespace regproof
