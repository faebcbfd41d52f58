#include "allocator/assign.h"

#include <algorithm>
#include <bit>

#include "allocator/allocator.h"
#include "allocator/lift.h"
#include "allocator/placement.h"
#include "allocator/split.h"
#include "base/check.h"
#include "base/work.h"

namespace regproof {
namespace {

class Assigner {
 public:
  Assigner(const Facts& facts, const Cfg& cfg, FeasibilitySolver& solver, std::uint64_t budget,
           Plans& plans, Bundles& bundles, Registers& registers, AllocatorStats& stats,
           WaitingLine& waiting)
      : facts_(facts),
        cfg_(cfg),
        solver_(solver),
        budget_(budget),
        plans_(plans),
        bundles_(bundles),
        registers_(registers),
        stats_(stats),
        placement_(facts, bundles, registers),
        waiting_(waiting) {}

  void run();

 private:
  void enqueue(std::uint32_t index);
  void process(std::uint32_t index);
  void unplace(std::uint32_t index);
  bool evict_for(std::uint32_t index);
  bool lighter_holders(const Bundle& bundle, unsigned number, float& heaviest);
  void evict_holders(PReg reg, ProgPoint from, ProgPoint to, VReg copied = VReg::none());
  bool may_stay(const Bundle& bundle, ProgPoint from, ProgPoint to, VReg copied) const;
  void divide(std::uint32_t index);
  void solve(std::uint32_t index);

  PReg register_of(const Bundle& bundle, unsigned number) const {
    return make_preg(bundle.cls, number);
  }

  const Facts& facts_;
  const Cfg& cfg_;
  FeasibilitySolver& solver_;
  std::uint64_t budget_;
  Plans& plans_;
  Bundles& bundles_;
  Registers& registers_;
  AllocatorStats& stats_;
  Placement placement_;
  WaitingLine& waiting_;
};

void Assigner::enqueue(std::uint32_t index) {
  const Bundle& bundle = bundles_.all[index];
  waiting_.push(index, bundle.length, bundles_.ranges[bundle.first_range].from);
}

void Assigner::unplace(std::uint32_t index) {
  placement_.remove(index);
  ++stats_.evictions;
  enqueue(index);
}

// False if a holder that overlaps the bundle is as heavy as the bundle or as `heaviest`.
bool Assigner::lighter_holders(const Bundle& bundle, unsigned number, float& heaviest) {
  const IntervalMap& holders = registers_.holders[register_of(bundle, number).value()];
  float limit = std::min(bundle.weight, heaviest), worst = 0;
  for (const LiveRange& range : bundles_.ranges_of(bundle)) {
    count_work(1);
    bool lighter = holders.visit_overlaps(range.from, range.to, [&](std::uint32_t, float weight) {
      worst = std::max(worst, weight);
      return worst < limit;
    });
    if (!lighter) return false;
  }
  heaviest = worst;
  return true;
}

// Where a copy of the value `copied` gets the bundle's register at some points of an instruction: whether all that the bundle
// holds there is that value, or is itself no more than copied for the instruction.
bool Assigner::may_stay(const Bundle& bundle, ProgPoint from, ProgPoint to, VReg copied) const {
  std::span<const LiveRange> ranges = bundles_.ranges_of(bundle);
  auto at = std::partition_point(ranges.begin(), ranges.end(),
                                 [&](const LiveRange& range) { return range.to <= from; });
  for (; at != ranges.end() && at->from < to; ++at) {
    count_work(1);
    if (at->vreg != copied && !stays_in_copies(facts_, *at, from.inst(), from, to)) return false;
  }
  return true;
}

// All of them, or, where a copy of `copied` gets the register, those that may not stay.
void Assigner::evict_holders(PReg reg, ProgPoint from, ProgPoint to, VReg copied) {
  Vector<std::uint32_t> losers;
  registers_.holders[reg.value()].visit_overlaps(from, to, [&](std::uint32_t other, float) {
    if (!losers.empty() && losers.back() == other) return true;
    bool stays = copied.valid() && may_stay(bundles_.all[other], from, to, copied);
    if (!stays) losers.push_back(other);
    return true;
  });
  std::sort(losers.begin(), losers.end());
  losers.erase(std::unique(losers.begin(), losers.end()), losers.end());
  for (std::uint32_t loser : losers) unplace(loser);
}

bool Assigner::evict_for(std::uint32_t index) {
  const Bundle bundle = bundles_.all[index];
  bool exhausted = stats_.steps > budget_;
  if (exhausted && bundle.stage != Stage::Minimal) return false;
  float heaviest = bundle.weight;
  unsigned best = 64;
  for (std::uint64_t rest = bundle.available; rest != 0; rest &= rest - 1) {
    auto number = static_cast<unsigned>(std::countr_zero(rest));
    if (lighter_holders(bundle, number, heaviest)) best = number;
  }
  if (best == 64) return false;
  for (std::uint32_t r = 0; r < bundle.range_count; ++r) {
    LiveRange range = bundles_.ranges[bundle.first_range + r];
    evict_holders(register_of(bundle, best), range.from, range.to);
  }
  placement_.place(index, best);
  return true;
}

void Assigner::divide(std::uint32_t index) {
  auto first = static_cast<std::uint32_t>(bundles_.all.size());
  split_bundle(facts_, cfg_, registers_, index, stats_.steps > budget_, bundles_);
  ++stats_.splits;
  bundles_.all[index].first_piece = first;
  bundles_.all[index].piece_count = static_cast<std::uint32_t>(bundles_.all.size()) - first;
  for (std::uint32_t piece = first; piece < bundles_.all.size(); ++piece) enqueue(piece);
}

// A single instruction found no register: all of its operands are placed together. What a copy is made for may be in the
// place that the copy gets, and so may what dies in another copy; many instructions may ask for it there.
void Assigner::solve(std::uint32_t index) {
  LiveRange range = bundles_.ranges[bundles_.all[index].first_range];
  Inst inst = range.from.inst();
  bool solved = solve_instruction(facts_.function, inst, solver_, plans_, registers_);
  check([&] { return solved; }, "a feasible instruction was not solved");
  ++stats_.solved_insts;
  std::uint32_t first = facts_.function.first_operand(inst);
  std::span<const Operand> operands = facts_.function.operands(inst);
  for (std::uint32_t k = 0; k < operands.size(); ++k) {
    const OperandPlan& plan = plans_.operands[first + k];
    if (plan.need != Need::Copy) continue;
    Segment points = reserved_points(inst, operands[k]);
    evict_holders(plan.place, points.from, points.to, operands[k].vreg());
  }
}

void Assigner::process(std::uint32_t index) {
  placement_.refresh(index);
  const Bundle& bundle = bundles_.all[index];
  bool wanted = bundle.needs_register || (bundle.stage != Stage::Minimal && bundle.benefit > 0);
  if (!wanted) return;
  std::uint64_t free = placement_.untaken(bundle);
  if (free != 0) return placement_.place(index, placement_.choose(bundle, free));
  if (evict_for(index)) return;
  if (bundles_.all[index].stage == Stage::Minimal) return solve(index);
  divide(index);
}

void Assigner::run() {
  for (std::uint32_t index = 0; index < bundles_.all.size(); ++index) {
    weigh(facts_, bundles_, bundles_.all[index]);
    enqueue(index);
  }
  while (!waiting_.empty()) {
    ++stats_.steps;
    count_work(1);
    process(waiting_.pop());
  }
  stats_.bundles = bundles_.all.size();
}

}  // namespace

void assign_registers(const Facts& facts, const Cfg& cfg, FeasibilitySolver& solver,
                      std::uint64_t budget, Plans& plans, Bundles& bundles, Registers& registers,
                      AllocatorStats& stats, WaitingLine& waiting) {
  std::uint32_t points = static_cast<std::uint32_t>(facts.function.inst_count()) * 2;
  for (RegClass cls : kClasses) registers.taken[index_of(cls)].reset(points);
  for (IntervalMap& holders : registers.holders) {
    if (!holders.empty()) holders.clear();
  }
  waiting.reset(points);
  Assigner(facts, cfg, solver, budget, plans, bundles, registers, stats, waiting).run();
}

}  // namespace regproof
