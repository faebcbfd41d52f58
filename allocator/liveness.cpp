#include "allocator/liveness.h"

#include <algorithm>
#include <bit>
#include <span>

#include "allocator/layout.h"
#include "base/work.h"

namespace regproof {
namespace {

ProgPoint anchor_of(const Operand& op, Inst inst) {
  return op.is_use() || op.is_early() ? ProgPoint::before(inst) : ProgPoint::after(inst);
}

// Calls `visit(vreg, reference)` for every reference in the order of the program: a block's
// parameters, its operands, the arguments of its edges.
template <class Visit>
void for_each_reference(const FunctionView& function, Visit&& visit) {
  for (Block b : function.blocks()) {
    IndexRange<Inst> insts = function.insts(b);
    ProgPoint start = ProgPoint::before(insts.front()), end = ProgPoint::after(insts.back());
    for (VReg v : function.params(b)) visit(v, Reference{start, Reference::kParameter});
    std::uint32_t operand = function.first_operand(insts.front());
    for (Inst i : insts) {
      for (const Operand& op : function.operands(i)) {
        if (!op.is_pin()) visit(op.vreg(), Reference{anchor_of(op, i), operand});
        ++operand;
      }
    }
    for (Edge e : function.successors(b)) {
      for (VReg v : function.arguments(e)) visit(v, Reference{end, Reference::kArgument});
    }
  }
}

void collect_references(const FunctionView& function, Liveness& liveness) {
  Vector<std::uint32_t>& first = liveness.first_reference;
  first.assign(function.vreg_count() + 2, 0);
  for_each_reference(function, [&](VReg v, Reference) { ++first[v.value() + 2]; });
  for (std::size_t v = 2; v < first.size(); ++v) first[v] += first[v - 1];
  liveness.references.resize(first.back());
  for_each_reference(function, [&](VReg v, Reference reference) {
    liveness.references[first[v.value() + 1]++] = reference;
  });
  first.pop_back();
}

}  // namespace

void LivenessBuilder::touch(Block b, ProgPoint to) {
  Mark& mark = marks_[b.value()];
  if (mark.stamp != stamp_) {
    mark = {stamp_, false, to};
    touched_.push_back(b);
  }
  mark.to = std::max(mark.to, to);
}

void LivenessBuilder::reach_end(Block b) {
  Mark& mark = marks_[b.value()];
  if (mark.stamp == stamp_ && mark.to_end) return;
  touch(b, ProgPoint());
  marks_[b.value()].to_end = true;
  pending_.push_back(b);
}

// Few, or few in a wide range, are sorted; else each sets its bit, and the bits are read in order.
void LivenessBuilder::sort_touched() {
  auto [low, high] = std::minmax_element(touched_.begin(), touched_.end());
  std::uint32_t first = low->value() / 64, last = high->value() / 64;
  if (touched_.size() <= kFewTouched || last - first > touched_.size() * 4) {
    std::sort(touched_.begin(), touched_.end());
    return;
  }
  for (Block b : touched_) bits_[b.value() / 64] |= std::uint64_t{1} << (b.value() % 64);
  touched_.clear();
  count_work(last - first);
  for (std::uint32_t w = first; w <= last; ++w) {
    for (std::uint64_t word = bits_[w]; word != 0; word &= word - 1) {
      touched_.push_back(Block(w * 64 + static_cast<std::uint32_t>(std::countr_zero(word))));
    }
    bits_[w] = 0;
  }
}

// A value whose references stand in one block, its definition first, lives in one segment.
bool LivenessBuilder::trace_local(const FunctionView& function, const Layout& layout,
                                  std::span<const Reference> references, Liveness& liveness) {
  const Reference& first = references.front();
  Block home = layout.block_of[first.inst().value()];
  if (layout.block_of[references.back().inst().value()] != home) return false;
  bool defined = first.operand == Reference::kParameter ||
                 (first.is_operand() && function.operand_array[first.operand].is_def());
  if (!defined) return false;
  ProgPoint from = first.anchor, to = from.next();
  count_work(references.size());
  for (const Reference& ref : references) {
    ProgPoint after = ProgPoint::after(ref.inst());
    if (ref.operand == Reference::kArgument) {
      to = end_of(function, home);
    } else if (ref.is_operand()) {
      const Operand& op = function.operand_array[ref.operand];
      if (op.is_def()) from = std::min(from, ref.anchor);
      to = std::max(to, op.is_use() && op.is_early() ? after : after.next());
    }
  }
  liveness.segments.push_back({from, to});
  return true;
}

void LivenessBuilder::trace(const FunctionView& function, const Layout& layout, VReg v,
                            Liveness& liveness) {
  ++stamp_;
  touched_.clear();
  Block home = Block::none();
  ProgPoint from;
  for (const Reference& ref : liveness.references_of(v)) {
    Block b = layout.block_of[ref.inst().value()];
    if (ref.operand == Reference::kParameter) {
      home = b;
      from = ProgPoint::before(ref.inst());
      touch(b, from.next());
      continue;
    }
    if (ref.operand == Reference::kArgument) {
      reach_end(b);
      continue;
    }
    const Operand& op = function.operand_array[ref.operand];
    ProgPoint after = ProgPoint::after(ref.inst());
    if (op.is_def()) {
      ProgPoint written = op.is_early() ? ProgPoint::before(ref.inst()) : after;
      from = home.valid() ? std::min(from, written) : written;
      home = b;
    }
    touch(b, op.is_use() && op.is_early() ? after : after.next());
  }
  // A block in which the value is read lives up from its start, unless the value is made there.
  std::size_t with_reads = touched_.size();
  auto enter = [&](Block b) {
    if (b == home) return;
    count_work(1 + function.predecessors(b).size());
    for (Edge e : function.predecessors(b)) reach_end(function.source(e));
  };
  for (std::size_t i = 0; i < with_reads; ++i) enter(touched_[i]);
  while (!pending_.empty()) {
    Block b = pending_.back();
    pending_.pop_back();
    enter(b);
  }
  if (touched_.size() > 1) sort_touched();
  count_work(liveness.references_of(v).size() + touched_.size());
  std::size_t first = liveness.segments.size();
  for (Block b : touched_) {
    ProgPoint begin = b == home ? from : start_of(function, b);
    ProgPoint end = marks_[b.value()].to_end ? end_of(function, b) : marks_[b.value()].to;
    if (liveness.segments.size() > first && liveness.segments.back().to == begin) {
      liveness.segments.back().to = end;
    } else {
      liveness.segments.push_back({begin, end});
    }
  }
}

void LivenessBuilder::build(const FunctionView& function, const Layout& layout,
                            Liveness& liveness) {
  collect_references(function, liveness);
  marks_.assign(function.block_count(), Mark());
  bits_.assign(function.block_count() / 64 + 1, 0);
  stamp_ = 0;
  liveness.segments.clear();
  liveness.first_segment.assign(function.vreg_count() + 1, 0);
  for (std::uint32_t v = 0; v < function.vreg_count(); ++v) {
    liveness.first_segment[v] = static_cast<std::uint32_t>(liveness.segments.size());
    std::span<const Reference> references = liveness.references_of(VReg(v));
    if (references.empty() || trace_local(function, layout, references, liveness)) continue;
    trace(function, layout, VReg(v), liveness);
  }
  liveness.first_segment.back() = static_cast<std::uint32_t>(liveness.segments.size());
}

}  // namespace regproof
