// Blocks, terminators and edges. See ir/validate.cpp for the rules.
//
// Tested by tests/ir/validate_test.cpp.
#include <cmath>
#include <string>

#include "ir/names.h"
#include "ir/validate_report.h"

namespace regproof::validation {
namespace {

std::string counted(std::size_t count, const std::string& thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

bool exists(const FunctionView& f, Block block) {
  return block.value() < f.block_count();
}

// The caller is the entry's predecessor.
std::size_t predecessor_count(const FunctionView& f, Block block) {
  return f.predecessors(block).size() + (block == FunctionView::entry() ? 1 : 0);
}

void check_block(const FunctionView& f, Block block, Report& report) {
  Place place{block, Inst::none(), kNoOperand};
  if (block == FunctionView::entry() && !f.params(block).empty()) {
    report.add(
        Rule::EntryHasParams, place,
        "the entry takes " + counted(f.params(block).size(), "parameter") + ", expected none");
  }
  double frequency = f.frequency(block);
  if (frequency != 0 && (!std::isfinite(frequency) || frequency < 0)) {
    report.add(
        Rule::FrequencyNotPositive, place,
        "the frequency is " + std::to_string(frequency) + ", expected a finite number above 0");
  }
}

void check_instructions(const FunctionView& f, Block block, Report& report) {
  auto insts = f.insts(block);
  if (insts.empty()) {
    report.add(Rule::BlockWithoutTerminator, {block, Inst::none(), kNoOperand},
               "the block has no instruction, expected a branch or ret at its end");
    return;
  }
  for (Inst inst : IndexRange<Inst>(insts.front(), insts.back())) {
    if (!f.is_terminator(inst)) continue;
    report.add(Rule::TerminatorInsideBlock, {block, inst, kNoOperand},
               "a branch or ret stands inside the block, expected at its end");
  }
  if (!f.is_terminator(insts.back())) {
    report.add(Rule::BlockWithoutTerminator, {block, insts.back(), kNoOperand},
               "the block ends in an op, expected a branch or ret");
  }
}

void check_arguments(const FunctionView& f, Place place, Edge edge, Report& report) {
  Block target = f.target(edge);
  auto arguments = f.arguments(edge);
  auto params = f.params(target);
  if (arguments.size() != params.size()) {
    report.add(Rule::ArgumentCount, place,
               counted(arguments.size(), "argument") + " for " + to_string(target) + ", expected " +
                   std::to_string(params.size()));
  }
  for (std::size_t i = 0; i < arguments.size() && i < params.size(); ++i) {
    RegClass from = f.vreg_class(arguments[i]), to = f.vreg_class(params[i]);
    if (from == to || from == RegClass::None || to == RegClass::None) continue;
    report.add(Rule::ArgumentClass, place,
               "argument " + std::to_string(i) + " for " + to_string(target) + " is " +
                   to_string(arguments[i], f) + ", expected class " + name_of(to) + " as of " +
                   to_string(params[i], f));
  }
}

// The target has a predecessor beside the edge that leads there from `place`.
void check_shared_target(const FunctionView& f, Place place, Block target, Report& report) {
  std::size_t successors = f.successors(place.block).size();
  std::string arrivals = to_string(target) + " has " +
                         std::to_string(predecessor_count(f, target)) + " predecessors" +
                         (target == FunctionView::entry() ? ", the caller counted" : "");
  if (successors > 1) {
    report.add(Rule::CriticalEdge, place,
               "the edge to " + to_string(target) + " is critical: " + to_string(place.block) +
                   " has " + std::to_string(successors) + " successors and " + arrivals);
  }
  bool carries = place.inst.valid() && f.kind(place.inst) == InstKind::Branch &&
                 (!f.operands(place.inst).empty() || !f.clobbers(place.inst).empty());
  if (carries) {
    report.add(
        Rule::BranchOperandsSharedTarget, place,
        "the branch has operands or clobbers and " + arrivals + ", expected this branch alone");
  }
}

void check_edge(const FunctionView& f, Place place, Edge edge, Report& report) {
  Block target = f.target(edge);
  if (!exists(f, target)) {
    std::string name = target.valid() ? to_string(target) : "no block";
    report.add(
        Rule::EdgeTargetMissing, place,
        "leads to " + name + ", expected a block below block" + std::to_string(f.block_count()));
    return;
  }
  if (predecessor_count(f, target) > 1) check_shared_target(f, place, target, report);
  check_arguments(f, place, edge, report);
}

void check_edges(const FunctionView& f, Block block, Report& report) {
  auto insts = f.insts(block);
  auto edges = f.successors(block);
  Place place{block, insts.empty() ? Inst::none() : insts.back(), kNoOperand};
  if (place.inst.valid() && f.kind(place.inst) == InstKind::Ret && !edges.empty()) {
    report.add(Rule::ReturnHasEdges, place,
               "a ret has " + counted(edges.size(), "target") + ", expected none");
  }
  if (place.inst.valid() && f.kind(place.inst) == InstKind::Branch && edges.empty()) {
    report.add(Rule::BranchWithoutTarget, place, "the branch has no target, expected one or more");
  }
  for (Edge edge : edges) {
    if (report.full()) return;
    check_edge(f, place, edge, report);
  }
}

}  // namespace

void check_control(const FunctionView& function, Report& report) {
  for (Block block : function.blocks()) {
    if (report.full()) return;
    check_block(function, block, report);
    check_instructions(function, block, report);
    check_edges(function, block, report);
  }
}

}  // namespace regproof::validation
