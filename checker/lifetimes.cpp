#include "checker/lifetimes.h"

#include <algorithm>

namespace regproof {
namespace {

ProgPoint start_of(const FunctionView& function, Block b) {
  return ProgPoint::before(function.insts(b).front());
}
ProgPoint end_of(const FunctionView& function, Block b) {
  return ProgPoint::after(function.insts(b).back()).next();
}

}  // namespace

// Calls `visit(vreg, mention)` in the order of the program. Within an instruction reads come first: what
// it reads, it reads before it writes.
template <class Visit>
void Lifetimes::for_each_mention(Visit&& visit) const {
  for (Block b : function_.blocks()) {
    for (VReg v : function_.params(b)) visit(v, Mention{b, start_of(function_, b), true});
    for (Inst inst : function_.insts(b)) {
      ProgPoint before = ProgPoint::before(inst), after = ProgPoint::after(inst);
      for (bool defs : {false, true}) {
        for (const Operand& op : function_.operands(inst)) {
          if (op.is_pin() || op.is_def() != defs) continue;
          bool early = op.is_early();
          ProgPoint point = defs ? (early ? before : after) : (early ? after : after.next());
          visit(op.vreg(), Mention{b, point, defs});
        }
      }
    }
    for (Edge e : function_.successors(b)) {
      for (VReg v : function_.arguments(e)) visit(v, Mention{b, end_of(function_, b), false});
    }
  }
}

Lifetimes::Lifetimes(const FunctionView& function)
    : function_(function), first_(function.vreg_count() + 2, 0), blocks_(function.block_count()) {
  for_each_mention([&](VReg v, const Mention&) { ++first_[v.value() + 2]; });
  for (std::size_t v = 2; v < first_.size(); ++v) first_[v] += first_[v - 1];
  mentions_.resize(first_.back());
  for_each_mention([&](VReg v, const Mention& m) { mentions_[first_[v.value() + 1]++] = m; });
  first_.pop_back();
}

Lifetimes::InBlock& Lifetimes::touch(Block b) {
  InBlock& here = blocks_[b.value()];
  if (here.stamp != stamp_) {
    here = {stamp_, false, false, ProgPoint(), start_of(function_, b)};
    touched_.push_back(b);
  }
  return here;
}

// The value lives at the block's start, so at the end of all blocks ahead of it.
void Lifetimes::enter(Block b) {
  for (Edge e : function_.predecessors(b)) {
    Block from = function_.source(e);
    InBlock& here = touch(from);
    if (here.lives_out) continue;
    here.lives_out = true;
    if (!here.defined) pending_.push_back(from);
  }
}

std::span<const Stretch> Lifetimes::of(VReg v) {
  ++stamp_;
  touched_.clear();
  stretches_.clear();
  std::span<const Mention> mentions(mentions_.data() + first_[v.value()],
                                    mentions_.data() + first_[v.value() + 1]);
  for (const Mention& m : mentions) {
    InBlock& here = touch(m.block);
    if (m.is_def) {
      here.written = here.defined ? std::min(here.written, m.point) : m.point;
      here.defined = true;
    } else {
      if (!here.defined) pending_.push_back(m.block);
      here.read_up_to = m.point;
    }
  }
  while (!pending_.empty()) {
    Block b = pending_.back();
    pending_.pop_back();
    enter(b);
  }
  std::sort(touched_.begin(), touched_.end());
  for (Block b : touched_) {
    const InBlock& here = blocks_[b.value()];
    ProgPoint from = here.defined ? here.written : start_of(function_, b);
    ProgPoint to = here.lives_out ? end_of(function_, b) : here.read_up_to;
    if (from < to) stretches_.push_back({from, to});
  }
  return stretches_;
}

}  // namespace regproof
