#include "checker/symbolic_debug.h"

#include <algorithm>

#include "checker/places.h"
#include "checker/symbolic_claims.h"
#include "ir/names.h"

namespace regproof {
namespace {

class ClaimReporter : public Watcher {
 public:
  ClaimReporter(const FunctionView& function, const Output& output, const ValueState& state,
                const WrongReads& wrong, Blame& blame, Findings& findings)
      : function_(function),
        output_(output),
        state_(state),
        wrong_(wrong),
        blame_(blame),
        findings_(findings) {}

  void at_point(ProgPoint point) {
    for (; next_ < wrong_.claims.size() && wrong_.claims[next_].point == point; ++next_) {
      if (!findings_.full()) report(wrong_.claims[next_]);
    }
  }

 private:
  void report(const UntrueClaim& untrue) {
    const DebugLocation& claim = output_.debug_locations[untrue.claim];
    std::string holds = "nothing known", since;
    if (untrue.cell.valid()) {
      holds = describe_values(state_, untrue.cell, function_);
      since = blame_.of_point(untrue.point, untrue.expected, untrue.cell);
    }
    findings_.add({FindingKind::DebugWrongValue, untrue.point.inst(), kNoPlace, kNoPlace,
                   claim.location,
                   "debug label " + std::to_string(claim.label) + ", " + to_string(untrue.point) +
                       ": " + describe(claim.location) + " should hold " +
                       to_string(untrue.expected, function_) + " but holds " + holds + since});
  }

  const FunctionView& function_;
  const Output& output_;
  const ValueState& state_;
  const WrongReads& wrong_;
  Blame& blame_;
  Findings& findings_;
  std::size_t next_ = 0;
};

}  // namespace

std::string describe_values(const ValueState& state, Cell cell, const FunctionView& function) {
  constexpr std::size_t kShown = 3;
  std::vector<VReg> values;
  state.for_each_value(cell,
                       [&](VReg value) { values.push_back(state.recipes().value_of(value)); });
  if (values.empty()) return "nothing known";
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  std::string out;
  for (std::size_t i = 0; i < std::min(values.size(), kShown); ++i) {
    out += (i == 0 ? "" : " and ") + to_string(values[i], function);
  }
  return values.size() > kShown ? out + " and others" : out;
}

std::vector<UntrueClaim> untrue_claims(const FunctionView& function, const Output& output,
                                       const Cells& cells, const Flow& flow) {
  std::vector<UntrueClaim> untrue;
  if (output.debug_locations.empty()) return untrue;
  ValueState state(function, cells);
  Claims claims(function, output, cells, state,
                [&](std::uint32_t claim, ProgPoint point, VReg expected) {
                  Location location = output.debug_locations[claim].location;
                  Cell cell = cells.find(location, function.vreg_class(expected));
                  untrue.push_back({claim, point, expected, cell});
                });
  for (Block block : function.blocks()) {
    if (!flow.order().is_reachable(block) || !claims.enter(block)) continue;
    state.load(flow.facts_at(block));
    flow.steps().run_block(block, state, claims);
  }
  return untrue;
}

void report_untrue_claims(const FunctionView& function, const Output& output, const Cells& cells,
                          const Flow& flow, const WrongReads& wrong, Blame& blame,
                          Findings& findings) {
  ValueState state(function, cells);
  ClaimReporter reporter(function, output, state, wrong, blame, findings);
  std::size_t next = 0;
  for (Block block : function.blocks()) {
    if (findings.full() || next == wrong.claims.size()) return;
    if (!function.insts(block).contains(wrong.claims[next].point.inst())) continue;
    while (next < wrong.claims.size() &&
           function.insts(block).contains(wrong.claims[next].point.inst())) {
      ++next;
    }
    state.load(flow.facts_at(block));
    flow.steps().run_block(block, state, reporter);
  }
}

}  // namespace regproof
