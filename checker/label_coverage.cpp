#include "checker/label_coverage.h"

#include <algorithm>
#include <span>
#include <vector>

#include "checker/lifetimes.h"

namespace regproof {
namespace {

// What a label is asked for, or given, at some points.
struct OfLabel {
  std::uint32_t label;
  Stretch stretch;
};

// By label, each one's sorted, and those that meet or overlap made one.
void normalize(std::vector<OfLabel>& all) {
  std::sort(all.begin(), all.end(), [](const OfLabel& a, const OfLabel& b) {
    return a.label != b.label ? a.label < b.label : a.stretch.from < b.stretch.from;
  });
  std::size_t count = 0;
  for (const OfLabel& next : all) {
    if (next.stretch.from >= next.stretch.to) continue;
    OfLabel* last = count > 0 ? &all[count - 1] : nullptr;
    if (last != nullptr && last->label == next.label && next.stretch.from <= last->stretch.to) {
      last->stretch.to = std::max(last->stretch.to, next.stretch.to);
    } else {
      all[count++] = next;
    }
  }
  all.resize(count);
}

std::uint64_t points_of(const Stretch& s) {
  return s.from < s.to ? s.to.bits() - s.from.bits() : 0;
}

// Points in both; both are normalized.
std::uint64_t common_points(const std::vector<OfLabel>& a, const std::vector<OfLabel>& b) {
  std::uint64_t points = 0;
  for (std::size_t i = 0, k = 0; i < a.size() && k < b.size();) {
    if (a[i].label != b[k].label) {
      (a[i].label < b[k].label ? i : k)++;
      continue;
    }
    const Stretch &x = a[i].stretch, &y = b[k].stretch;
    points += points_of({std::max(x.from, y.from), std::min(x.to, y.to)});
    (x.to < y.to ? i : k)++;
  }
  return points;
}

// What the labels of one value are asked for.
void add_asked(const DebugLabel& label, std::span<const Stretch> lifetime,
               std::vector<OfLabel>& asked) {
  ProgPoint from = ProgPoint::before(label.from), to = ProgPoint::before(label.to);
  auto next = std::lower_bound(lifetime.begin(), lifetime.end(), from,
                               [](const Stretch& s, ProgPoint p) { return s.to <= p; });
  for (; next != lifetime.end() && next->from < to; ++next) {
    asked.push_back({label.label, {std::max(from, next->from), std::min(to, next->to)}});
  }
}

}  // namespace

LabelCoverage measure_labels(const FunctionView& function, const Output& output) {
  if (function.debug_labels.empty()) return {};
  std::vector<DebugLabel> labels(function.debug_labels.begin(), function.debug_labels.end());
  std::sort(labels.begin(), labels.end(),
            [](const DebugLabel& a, const DebugLabel& b) { return a.vreg < b.vreg; });
  std::vector<OfLabel> asked, given;
  Lifetimes lifetimes(function);
  std::span<const Stretch> lifetime;
  for (std::size_t k = 0; k < labels.size(); ++k) {
    bool first = k == 0 || labels[k - 1].vreg != labels[k].vreg;
    if (first) lifetime = lifetimes.of(labels[k].vreg);
    add_asked(labels[k], lifetime, asked);
  }
  for (const DebugLocation& location : output.debug_locations) {
    given.push_back({location.label, {location.from, location.to}});
  }
  normalize(asked);
  normalize(given);
  LabelCoverage coverage;
  for (const OfLabel& one : asked) coverage.asked += points_of(one.stretch);
  coverage.given = common_points(asked, given);
  return coverage;
}

}  // namespace regproof
