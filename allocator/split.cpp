#include "allocator/split.h"

#include <algorithm>

#include "allocator/tuning.h"
#include "base/work.h"

namespace regproof {
namespace {

// References that make one piece, in the order of the program.
struct Span {
  ProgPoint from;
  ProgPoint to;
  Inst first;
  Inst last;
  std::uint32_t references = 0;
  bool demands = false;  // some reference demands a register
  bool recomputes =
      false;  // some reads a value that can be computed again, and would rather not from memory

  // Some other is dearer in memory. Where all accept it, a piece in a register would be stored behind, or loaded ahead, for
  // nothing: without such pieces LLVM's files cost 0 to 2.4 % less.
  bool pays = false;

  bool worthwhile() const { return demands || recomputes || (pays && references > 1); }
};

class Splitter {
 public:
  Splitter(const Facts& facts, const Cfg& cfg, const Registers& registers, std::uint32_t index,
           Bundles& bundles)
      : facts_(facts),
        cfg_(cfg),
        registers_(registers),
        bundle_(bundles.all[index]),
        bundles_(bundles) {}

  void by_regions();
  void by_runs();
  void by_instructions();

 private:
  struct LoopGain {
    Loop loop;
    std::uint32_t order = 0;  // of its first reference
    float gain = 0;
  };

  template <class Visit>
  void for_each_reference_of_bundle(Visit&& visit) const {
    for (std::uint32_t r = 0; r < bundle_.range_count; ++r) {
      LiveRange range = bundles_.ranges[bundle_.first_range + r];
      for_each_reference(facts_, range, [&](const Reference& ref) { visit(ref); });
    }
  }
  Block block_of(const Reference& ref) const { return facts_.layout.block_of[ref.inst().value()]; }
  bool demands(const Reference& ref) const {
    return ref.is_operand() && facts_.plans.operands[ref.operand].need == Need::Register;
  }
  bool pays(const Reference& ref) const {
    if (ref.operand == Reference::kParameter) return true;
    if (!ref.is_operand()) return false;
    Need need = facts_.plans.operands[ref.operand].need;
    return need == Need::Copy || need == Need::Tied;
  }
  bool recomputes(const Reference& ref) const {
    if (!ref.is_operand() || facts_.plans.operands[ref.operand].need != Need::Any) return false;
    const Operand& op = facts_.function.operand_array[ref.operand];
    return op.is_use() && facts_.recipes.avoids_memory(op.vreg());
  }
  Loop child_loop(Block b, Loop region) const;
  Vector<Loop> paying_loops() const;
  void extend(Span& span, const Reference& ref) const;
  std::uint32_t first_range_behind(ProgPoint point) const;
  bool is_shorter(const Span& span) const;
  void add_piece(const Span& span, Stage stage);
  void add_loop_piece(Loop loop);
  void finish_piece(Bundle piece);

  const Facts& facts_;
  const Cfg& cfg_;
  const Registers& registers_;
  const Bundle bundle_;  // a copy: the array grows
  Bundles& bundles_;
};

// The outermost loop around `b` inside of `region`, or none.
Loop Splitter::child_loop(Block b, Loop region) const {
  Loop innermost = cfg_.innermost_loop[b];
  if (!innermost.valid()) return Loop::none();
  const OuterLoops& outer = facts_.layout.outer_loops[innermost.value()];
  std::uint32_t level = region.valid() ? cfg_.loops[region].depth : 0;
  if (level > 0 && outer[level - 1] != region) return outer[0];
  return level < outer.size() ? outer[level] : Loop::none();
}

// In the order of their first references. A value may be read in as many loops as there are, so each
// is found by sorting.
Vector<Loop> Splitter::paying_loops() const {
  Vector<LoopGain> gains;
  for_each_reference_of_bundle([&](const Reference& ref) {
    Loop loop = child_loop(block_of(ref), bundle_.region);
    if (!loop.valid()) return;
    if (gains.empty() || gains.back().loop != loop) {
      gains.push_back({loop, static_cast<std::uint32_t>(gains.size()), 0});
    }
    gains.back().gain += cost_in_memory(facts_, ref);
  });
  std::sort(gains.begin(), gains.end(), [](const LoopGain& a, const LoopGain& b) {
    return a.loop != b.loop ? a.loop < b.loop : a.order < b.order;
  });
  std::size_t count = 0;
  for (const LoopGain& g : gains) {
    if (count > 0 && gains[count - 1].loop == g.loop) {
      gains[count - 1].gain += g.gain;
    } else {
      gains[count++] = g;
    }
  }
  count_work(gains.size());
  gains.resize(count);
  std::sort(gains.begin(), gains.end(),
            [](const LoopGain& a, const LoopGain& b) { return a.order < b.order; });
  Vector<Loop> paying;
  for (const LoopGain& g : gains) {
    float inside = facts_.layout.frequency[cfg_.loops[g.loop].header.value()];
    float way_in = inside / tuning::kLoopFrequency * tuning::kUseCost;
    if (g.gain > way_in * tuning::kLoopPieceGain) paying.push_back(g.loop);
  }
  return paying;
}

void Splitter::extend(Span& span, const Reference& ref) const {
  ProgPoint from = held_from(facts_, ref), to = held_until(facts_, ref);
  if (span.references == 0) {
    span = {from, to, ref.inst(), ref.inst()};
  }
  span.from = std::min(span.from, from);
  span.to = std::max(span.to, to);
  span.last = ref.inst();
  ++span.references;
  span.demands |= demands(ref);
  span.pays |= pays(ref);
  span.recomputes |= recomputes(ref);
}

void Splitter::finish_piece(Bundle piece) {
  piece.range_count = static_cast<std::uint32_t>(bundles_.ranges.size()) - piece.first_range;
  if (piece.range_count == 0) return;
  piece.reg = PReg::none();
  piece.piece_count = 0;
  summarize(facts_, bundles_, registers_, piece);
  bundles_.all.push_back(piece);
}

// The first range of the bundle that ends behind a point.
std::uint32_t Splitter::first_range_behind(ProgPoint point) const {
  auto first = bundles_.ranges.begin() + bundle_.first_range;
  auto at = std::upper_bound(first, first + bundle_.range_count, point,
                             [](ProgPoint p, const LiveRange& range) { return p < range.to; });
  return static_cast<std::uint32_t>(at - bundles_.ranges.begin());
}

// Than the bundle: else the piece would be the bundle once more.
bool Splitter::is_shorter(const Span& span) const {
  const LiveRange& first = bundles_.ranges[bundle_.first_range];
  const LiveRange& last = bundles_.ranges[bundle_.first_range + bundle_.range_count - 1];
  return first.from < span.from || span.to < last.to;
}

void Splitter::add_piece(const Span& span, Stage stage) {
  Bundle piece = bundle_;
  piece.stage = stage;
  piece.first_range = static_cast<std::uint32_t>(bundles_.ranges.size());
  for (std::uint32_t r = first_range_behind(span.from);
       r < bundle_.first_range + bundle_.range_count; ++r) {
    LiveRange range = bundles_.ranges[r];
    count_work(1);
    if (range.from >= span.to) break;
    range.from = std::max(range.from, span.from);
    range.to = std::min(range.to, span.to);
    bundles_.ranges.push_back(range);
  }
  finish_piece(piece);
}

void Splitter::add_loop_piece(Loop loop) {
  Bundle piece = bundle_;
  piece.stage = Stage::InLoop;
  piece.region = loop;
  piece.loop_splits = static_cast<std::uint8_t>(bundle_.loop_splits + 1);
  piece.first_range = static_cast<std::uint32_t>(bundles_.ranges.size());
  const Layout& layout = facts_.layout;
  std::uint32_t i = layout.first_loop_interval[loop.value()];
  std::uint32_t end = layout.first_loop_interval[loop.value() + 1];
  std::uint32_t last = bundle_.first_range + bundle_.range_count;
  std::uint32_t r = i < end ? first_range_behind(layout.loop_intervals[i].from) : last;
  while (i < end && r < last) {
    LiveRange range = bundles_.ranges[r];
    const Layout::Interval& interval = layout.loop_intervals[i];
    count_work(1);
    LiveRange common{std::max(range.from, interval.from), std::min(range.to, interval.to),
                     range.vreg};
    if (common.from < common.to) bundles_.ranges.push_back(common);
    if (range.to < interval.to) {
      ++r;
    } else {
      ++i;
    }
  }
  finish_piece(piece);
}

void Splitter::by_regions() {
  Vector<Loop> loops;
  if (bundle_.loop_splits < tuning::kMaxLoopSplits) loops = paying_loops();
  for (Loop loop : loops) add_loop_piece(loop);
  std::sort(loops.begin(), loops.end());
  Span span;
  Block block = Block::none();
  auto flush = [&] {
    if (span.references > 0 && span.worthwhile()) add_piece(span, Stage::InBlock);
    span = Span();
  };
  for_each_reference_of_bundle([&](const Reference& ref) {
    Block b = block_of(ref);
    if (b != block) flush();
    block = b;
    Loop child = child_loop(b, bundle_.region);
    if (child.valid() && std::binary_search(loops.begin(), loops.end(), child)) return;
    if (ref.operand == Reference::kArgument) return;
    extend(span, ref);
  });
  flush();
}

void Splitter::by_runs() {
  Span span;
  Vector<Span> all;
  for_each_reference_of_bundle([&](const Reference& ref) {
    if (ref.operand == Reference::kArgument) return;
    const auto& calls = facts_.layout.calls_before;
    bool cut = span.references > 0 && ref.inst() != span.last &&
               (calls[ref.inst().value()] != calls[span.last.value()] ||
                ref.inst().value() - span.last.value() > tuning::kRunGap);
    if (cut) {
      all.push_back(span);
      span = Span();
    }
    extend(span, ref);
  });
  if (span.references > 0) all.push_back(span);
  if (all.size() <= 1) return by_instructions();
  for (const Span& run : all) {
    if (run.worthwhile()) add_piece(run, Stage::Run);
  }
}

// What can be computed again takes a register where it could stand in memory, too, if one is to be had: else
// its memory must be filled for that.
void Splitter::by_instructions() {
  Vector<Span> all;
  for_each_reference_of_bundle([&](const Reference& ref) {
    if (ref.operand == Reference::kArgument || ref.operand == Reference::kParameter) return;
    if (all.empty() || ref.inst() != all.back().last) all.emplace_back();
    extend(all.back(), ref);
  });
  for (const Span& span : all) {
    if (span.demands) {
      add_piece(span, Stage::Minimal);
    } else if (span.recomputes && is_shorter(span)) {
      add_piece(span, Stage::Run);
    }
  }
}

}  // namespace

void split_bundle(const Facts& facts, const Cfg& cfg, const Registers& registers,
                  std::uint32_t index, bool straight, Bundles& bundles) {
  Splitter splitter(facts, cfg, registers, index, bundles);
  Stage stage = bundles.all[index].stage;
  if (stage == Stage::Minimal) return;
  if (straight || stage == Stage::Run) return splitter.by_instructions();
  if (stage == Stage::InBlock) return splitter.by_runs();
  splitter.by_regions();
}

}  // namespace regproof
