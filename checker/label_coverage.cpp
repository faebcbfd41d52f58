#include "checker/label_coverage.h"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/bit_set.h"

namespace regproof {
namespace {

struct Stretch {
  ProgPoint from;
  ProgPoint to;
};
using Stretches = std::vector<Stretch>;

// Sorted, and those that meet or overlap made one.
void normalize(Stretches& all) {
  std::sort(all.begin(), all.end(),
            [](const Stretch& a, const Stretch& b) { return a.from < b.from; });
  std::size_t count = 0;
  for (const Stretch& s : all) {
    if (s.from >= s.to) continue;
    if (count > 0 && s.from <= all[count - 1].to) {
      all[count - 1].to = std::max(all[count - 1].to, s.to);
    } else {
      all[count++] = s;
    }
  }
  all.resize(count);
}

std::uint64_t points_of(const Stretch& s) {
  return s.from < s.to ? s.to.bits() - s.from.bits() : 0;
}

// Points in both; both are normalized.
std::uint64_t common_points(const Stretches& a, const Stretches& b) {
  std::uint64_t points = 0;
  for (std::size_t i = 0, k = 0; i < a.size() && k < b.size();) {
    points += points_of({std::max(a[i].from, b[k].from), std::min(a[i].to, b[k].to)});
    (a[i].to < b[k].to ? i : k)++;
  }
  return points;
}

// Where one value lives, block by block.
class Life {
 public:
  Life(const FunctionView& function, VReg v) : function_(function), v_(v) {
    lives_out_.reset(function.block_count());
    for (Block b : function.blocks()) look_at(b);
    for (Block b : read_from_start_) enter(b);
    while (!pending_.empty()) {
      Block b = pending_.back();
      pending_.pop_back();
      if (!defined_in(b)) enter(b);
    }
    for (Block b : function.blocks()) add_stretch(b);
  }

  const Stretches& stretches() const { return stretches_; }

 private:
  struct InBlock {
    std::optional<ProgPoint> written;
    std::optional<ProgPoint> read_up_to;
  };

  bool defined_in(Block b) const {
    return blocks_.count(b.value()) != 0 && blocks_.at(b.value()).written;
  }

  void look_at(Block b) {
    InBlock here;
    IndexRange<Inst> insts = function_.insts(b);
    ProgPoint end = ProgPoint::after(insts.back()).next();
    for (VReg p : function_.params(b)) {
      if (p == v_) here.written = ProgPoint::before(insts.front());
    }
    for (Inst inst : insts) {
      ProgPoint before = ProgPoint::before(inst), after = ProgPoint::after(inst);
      for (const Operand& op : function_.operands(inst)) {
        if (op.is_pin() || op.vreg() != v_) continue;
        if (op.is_def()) {
          ProgPoint point = op.is_early() ? before : after;
          here.written = here.written ? std::min(*here.written, point) : point;
        } else {
          if (!here.written) note_read_from_start(b);
          here.read_up_to = op.is_early() ? after : after.next();
        }
      }
    }
    for (Edge e : function_.successors(b)) {
      std::span<const VReg> arguments = function_.arguments(e);
      if (std::find(arguments.begin(), arguments.end(), v_) == arguments.end()) continue;
      if (!here.written) note_read_from_start(b);
      here.read_up_to = end;
    }
    if (here.written || here.read_up_to) blocks_[b.value()] = here;
  }

  void note_read_from_start(Block b) {
    if (read_from_start_.empty() || read_from_start_.back() != b) read_from_start_.push_back(b);
  }
  void enter(Block b) {
    for (Edge e : function_.predecessors(b)) {
      Block from = function_.source(e);
      if (lives_out_.add(from.value())) pending_.push_back(from);
    }
  }

  // A value that is read before its own block's definition, in a loop, does not exist in SSA.
  void add_stretch(Block b) {
    auto here = blocks_.find(b.value());
    bool out = lives_out_.contains(b.value());
    if (here == blocks_.end() && !out) return;
    IndexRange<Inst> insts = function_.insts(b);
    Stretch stretch{ProgPoint::before(insts.front()), ProgPoint::before(insts.front())};
    if (here != blocks_.end()) {
      if (here->second.written) stretch.from = *here->second.written;
      if (here->second.read_up_to) stretch.to = *here->second.read_up_to;
    }
    if (out) stretch.to = ProgPoint::after(insts.back()).next();
    if (stretch.from < stretch.to) stretches_.push_back(stretch);
  }

  const FunctionView& function_;
  VReg v_;
  std::map<std::uint32_t, InBlock> blocks_;
  std::vector<Block> read_from_start_;
  std::vector<Block> pending_;
  BitSet lives_out_;
  Stretches stretches_;
};

}  // namespace

LabelCoverage measure_labels(const FunctionView& function, const Output& output) {
  std::map<std::uint32_t, Stretches> asked, given;  // by label
  std::map<std::uint32_t, Stretches> lives;         // by vreg
  for (const DebugLabel& label : function.debug_labels) {
    auto [life, fresh] = lives.try_emplace(label.vreg.value());
    if (fresh) life->second = Life(function, label.vreg).stretches();
    ProgPoint from = ProgPoint::before(label.from), to = ProgPoint::before(label.to);
    for (const Stretch& s : life->second) {
      asked[label.label].push_back({std::max(from, s.from), std::min(to, s.to)});
    }
  }
  for (const DebugLocation& location : output.debug_locations) {
    given[location.label].push_back({location.from, location.to});
  }
  LabelCoverage coverage;
  for (auto& [label, stretches] : asked) {
    normalize(stretches);
    for (const Stretch& s : stretches) coverage.asked += points_of(s);
    normalize(given[label]);
    coverage.given += common_points(stretches, given[label]);
  }
  return coverage;
}

}  // namespace regproof
