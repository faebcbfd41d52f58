#include <algorithm>

#include "ssagen/complete.h"

namespace regproof {
namespace {

void put_targets_in_range(Draft& draft) {
  auto count = static_cast<std::int64_t>(draft.blocks.size());
  for (DraftTarget& target : draft.targets) {
    target.block = ((target.block % count) + count) % count;
  }
}

std::vector<std::uint32_t> count_predecessors(const Draft& draft) {
  std::vector<std::uint32_t> predecessors(draft.blocks.size(), 0);
  predecessors[0] = 1;  // the caller
  for (const DraftBlock& block : draft.blocks) {
    const DraftInst& last = draft.insts[block.end_inst - 1];
    for (std::uint32_t t = last.first_target; t < last.end_target; ++t) {
      ++predecessors[static_cast<std::size_t>(draft.targets[t].block)];
    }
  }
  return predecessors;
}

// A block that holds the edge's arguments and nothing else; the edge leads to it instead.
void split_edge(Draft& draft, std::uint32_t place) {
  DraftInst jump;
  jump.kind = InstKind::Branch;
  jump.first_operand = jump.end_operand = static_cast<std::uint32_t>(draft.operands.size());
  jump.first_target = static_cast<std::uint32_t>(draft.targets.size());
  jump.end_target = jump.first_target + 1;
  draft.targets.push_back(DraftTarget(draft.targets[place]));

  DraftTarget& edge = draft.targets[place];
  edge.block = static_cast<std::int64_t>(draft.blocks.size());
  edge.end_argument = edge.first_argument;

  DraftBlock block;
  block.first_param = block.end_param = static_cast<std::uint32_t>(draft.params.size());
  block.first_inst = static_cast<std::uint32_t>(draft.insts.size());
  block.end_inst = block.first_inst + 1;
  draft.insts.push_back(jump);
  draft.blocks.push_back(block);
}

}  // namespace

void repair_graph(Draft& draft, RepairCounts& counts) {
  put_targets_in_range(draft);
  draft.blocks[0].end_param = draft.blocks[0].first_param;
  for (const DraftBlock& block : draft.blocks) {
    DraftInst& last = draft.insts[block.end_inst - 1];
    if (last.kind == InstKind::Ret) last.end_target = last.first_target;
    if (last.kind == InstKind::Branch && last.first_target == last.end_target) {
      last.kind = InstKind::Ret;
    }
  }
  std::vector<std::uint32_t> predecessors = count_predecessors(draft);
  std::size_t old_count = draft.blocks.size();
  for (std::size_t b = 0; b < old_count; ++b) {
    DraftInst last = draft.insts[draft.blocks[b].end_inst - 1];
    bool single = last.end_target - last.first_target <= 1;
    bool bare = last.first_operand == last.end_operand && draft.sets[last.clobbers].empty();
    if (single && bare) continue;
    for (std::uint32_t t = last.first_target; t < last.end_target; ++t) {
      if (predecessors[static_cast<std::size_t>(draft.targets[t].block)] <= 1) continue;
      split_edge(draft, t);
      ++counts.edges_split;
    }
  }
}

}  // namespace regproof
