#include "allocator/layout.h"

#include <algorithm>

#include "allocator/tuning.h"
#include "base/work.h"

namespace regproof {
namespace {

float frequency_of(const FunctionView& function, const Cfg& cfg, Block b) {
  if (function.frequency(b) > 0) {
    return static_cast<float>(
        std::clamp(function.frequency(b), tuning::kMinFrequency, tuning::kMaxFrequency));
  }
  float frequency = 1;
  std::uint32_t depth = std::min(cfg.loop_depth(b), tuning::kMaxFrequencyDepth);
  for (std::uint32_t i = 0; i < depth; ++i) frequency *= tuning::kLoopFrequency;
  return frequency;
}

void find_outer_loops(const Cfg& cfg, Layout& layout) {
  layout.outer_loops.resize(cfg.loops.size());
  for (std::uint32_t l = 0; l < cfg.loops.size(); ++l) {
    const LoopRecord& loop = cfg.loops[Loop(l)];
    OuterLoops outer;
    if (loop.parent.valid()) outer = layout.outer_loops[loop.parent.value()];
    if (loop.depth <= outer.size()) outer[loop.depth - 1] = Loop(l);
    layout.outer_loops[l] = outer;
  }
}

// Calls `visit(loop, block)` for each block and each loop around it that values are split by, blocks in
// layout order.
template <class Visit>
void for_each_loop_block(const FunctionView& function, const Cfg& cfg, const Layout& layout,
                         Visit&& visit) {
  for (Block b : function.blocks()) {
    Loop innermost = cfg.innermost_loop[b];
    if (!innermost.valid()) continue;
    for (Loop l : layout.outer_loops[innermost.value()]) {
      if (!l.valid()) break;
      count_work(1);
      visit(l, b);
    }
  }
}

// Two passes over the same walk: count each loop's maximal runs of blocks, then write them.
void build_loop_intervals(const FunctionView& function, const Cfg& cfg, Layout& layout) {
  std::size_t loops = cfg.loops.size();
  Vector<std::uint32_t>& first = layout.first_loop_interval;
  first.assign(loops + 1, 0);
  Vector<Block> last(loops, Block::none());
  auto continues = [&](Loop l, Block b) {
    Block before = last[l.value()];
    return before.valid() && before.next() == b;
  };
  for_each_loop_block(function, cfg, layout, [&](Loop l, Block b) {
    if (!continues(l, b)) ++first[l.value() + 1];
    last[l.value()] = b;
  });
  for (std::size_t l = 0; l < loops; ++l) first[l + 1] += first[l];
  layout.loop_intervals.assign(first[loops], {});
  Vector<std::uint32_t> next(first.begin(), first.end() - 1);
  last.assign(loops, Block::none());
  for_each_loop_block(function, cfg, layout, [&](Loop l, Block b) {
    if (!continues(l, b)) layout.loop_intervals[next[l.value()]++].from = start_of(function, b);
    layout.loop_intervals[next[l.value()] - 1].to = end_of(function, b);
    last[l.value()] = b;
  });
}

}  // namespace

void build_layout(const FunctionView& function, const Cfg& cfg, Layout& layout) {
  layout.block_of.resize(function.inst_count());
  layout.calls_before.resize(function.inst_count() + 1);
  layout.frequency.resize(function.block_count());
  std::uint32_t calls = 0;
  for (Block b : function.blocks()) {
    layout.frequency[b.value()] = frequency_of(function, cfg, b);
    for (Inst i : function.insts(b)) {
      layout.block_of[i.value()] = b;
      layout.calls_before[i.value()] = calls;
      calls += function.clobbers(i).empty() ? 0 : 1;
    }
  }
  layout.calls_before[function.inst_count()] = calls;
  find_outer_loops(cfg, layout);
  build_loop_intervals(function, cfg, layout);
}

}  // namespace regproof
