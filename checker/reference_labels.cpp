#include "checker/reference_labels.h"

#include <algorithm>
#include <tuple>

#include "ir/cfg.h"

namespace regproof {
namespace {

// Blocks that the labels may walk over: this many for each block and each label.
constexpr std::uint64_t kWalkPerItem = 16;

struct Definition {
  Block block;      // none where the vreg is not defined
  ProgPoint since;  // in that block, the slot holds the vreg from here on
};

std::vector<Definition> find_definitions(const FunctionView& function) {
  std::vector<Definition> definitions(function.vreg_count());
  for (Block block : function.blocks()) {
    for (VReg param : function.params(block)) {
      definitions[param.value()] = {block, ProgPoint::before(function.insts(block).front())};
    }
    for (Inst inst : function.insts(block)) {
      // A branch's defs are stored by the targets, so they hold nowhere in the branch's own block.
      ProgPoint stored =
          function.is_terminator(inst) ? ProgPoint::before(inst.next()) : ProgPoint::after(inst);
      for (Operand op : function.operands(inst)) {
        if (op.is_def()) definitions[op.vreg().value()] = {block, stored};
      }
    }
  }
  return definitions;
}

}  // namespace

void answer_labels(const FunctionView& function, const std::vector<Location>& slots,
                   Output& output) {
  Cfg cfg = analyze_cfg(function);
  std::vector<Definition> definitions = find_definitions(function);
  std::vector<DebugLocation>& answers = output.debug_locations;
  std::uint64_t budget = kWalkPerItem * (function.block_count() + function.debug_labels.size());
  for (const DebugLabel& asked : function.debug_labels) {
    if (asked.vreg.value() >= definitions.size() || asked.from >= asked.to) continue;
    Definition definition = definitions[asked.vreg.value()];
    if (!definition.block.valid() || asked.from.value() >= function.inst_count()) continue;
    std::size_t first_answer = answers.size();
    for (Block block = function.block_of(asked.from);
         block.value() < function.block_count() && function.insts(block).front() < asked.to &&
         budget > 0;
         block = block.next(), --budget) {
      if (!cfg.dominates(definition.block, block)) continue;
      IndexRange<Inst> insts = function.insts(block);
      ProgPoint from = ProgPoint::before(std::max(insts.front(), asked.from));
      ProgPoint to = ProgPoint::before(std::min(insts.back().next(), asked.to));
      if (block == definition.block) from = std::max(from, definition.since);
      if (from >= to) continue;
      if (answers.size() > first_answer && answers.back().to == from) {
        answers.back().to = to;
      } else {
        answers.push_back({asked.label, from, to, slots[asked.vreg.value()]});
      }
    }
  }
  std::sort(answers.begin(), answers.end(), [](const DebugLocation& a, const DebugLocation& b) {
    return std::tuple(a.label, a.from, a.to, a.location) <
           std::tuple(b.label, b.from, b.to, b.location);
  });
}

}  // namespace regproof
