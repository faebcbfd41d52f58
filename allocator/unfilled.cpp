#include "allocator/unfilled.h"

#include <algorithm>

#include "allocator/layout.h"
#include "allocator/pieces.h"
#include "base/work.h"

namespace regproof {
namespace {

bool stands_in_memory(const Pieces& pieces, VReg v, ProgPoint point) {
  count_work(1);
  return !register_at(pieces, v, point).valid();
}

bool wants_memory(const Facts& facts, const Pieces& pieces, VReg v, const Reference& ref) {
  if (!ref.is_operand()) return false;
  const Operand& op = facts.function.operand_array[ref.operand];
  const OperandPlan& plan = facts.plans.operands[ref.operand];
  if (!op.is_use()) return false;
  ProgPoint before = ProgPoint::before(ref.inst());
  switch (plan.need) {
    case Need::Memory:
      return true;
    case Need::Any:
      return stands_in_memory(pieces, v, op.is_early() ? before : before.next());
    case Need::Copy:
    case Need::Register:
    case Need::Tied:
    case Need::Nothing:
      break;
  }
  return false;
}

// A parameter that arrives in memory, and an argument with a recipe that leaves from that memory.
struct Arrival {
  VReg param;
  VReg argument;
};

Vector<Arrival> arrivals_in_memory(const Facts& facts, const Pieces& pieces) {
  const FunctionView& function = facts.function;
  Vector<Arrival> all;
  for (Edge e : function.edges()) {
    std::span<const VReg> arguments = function.arguments(e);
    if (arguments.empty()) continue;
    std::span<const VReg> params = function.params(function.target(e));
    ProgPoint leaving = ProgPoint::after(function.terminator(function.source(e)));
    ProgPoint arriving = start_of(function, function.target(e));
    for (std::size_t k = 0; k < arguments.size(); ++k) {
      count_work(1);
      bool read = facts.liveness.references_of(params[k]).size() > 1;
      if (!read || !facts.recipes.of(arguments[k]).valid()) continue;
      if (pieces.set_of[params[k].value()] != pieces.set_of[arguments[k].value()]) continue;
      if (!stands_in_memory(pieces, params[k], arriving)) continue;
      if (stands_in_memory(pieces, arguments[k], leaving)) all.push_back({params[k], arguments[k]});
    }
  }
  std::sort(all.begin(), all.end(),
            [](const Arrival& a, const Arrival& b) { return a.param < b.param; });
  return all;
}

}  // namespace

void find_unfilled(const Facts& facts, const Pieces& pieces, Moves& moves) {
  moves.unfilled.clear();
  if (!facts.recipes.any()) return;
  std::size_t count = facts.function.vreg_count();
  moves.unfilled.assign(count, 0);
  Vector<VReg> wanted;
  for (std::uint32_t v = 0; v < count; ++v) {
    bool lives = !facts.liveness.segments_of(VReg(v)).empty();
    if (!lives || !facts.recipes.of(VReg(v)).valid()) continue;
    std::span<const Reference> all = facts.liveness.references_of(VReg(v));
    bool wants = std::any_of(all.begin(), all.end(), [&](const Reference& ref) {
      return wants_memory(facts, pieces, VReg(v), ref);
    });
    moves.unfilled[v] = 1;
    if (wants) wanted.push_back(VReg(v));
  }
  Vector<Arrival> arrivals = arrivals_in_memory(facts, pieces);
  for (const Arrival& a : arrivals) {
    if (moves.unfilled[a.param.value()] == 0) wanted.push_back(a.argument);
  }
  while (!wanted.empty()) {
    VReg v = wanted.back();
    wanted.pop_back();
    if (moves.unfilled[v.value()] == 0) continue;
    moves.unfilled[v.value()] = 0;
    auto a = std::lower_bound(arrivals.begin(), arrivals.end(), v,
                              [](const Arrival& x, VReg param) { return x.param < param; });
    for (; a != arrivals.end() && a->param == v; ++a) wanted.push_back(a->argument);
  }
}

}  // namespace regproof
