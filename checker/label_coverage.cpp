#include "checker/label_coverage.h"

#include <algorithm>
#include <boost/container/flat_map.hpp>
#include <vector>

#include "checker/lifetimes.h"

namespace regproof {
namespace {

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

}  // namespace

LabelCoverage measure_labels(const FunctionView& function, const Output& output) {
  if (function.debug_labels.empty()) return {};
  boost::container::flat_map<std::uint32_t, Stretches> asked, given;  // by label
  Lifetimes lifetimes(function);
  for (const DebugLabel& label : function.debug_labels) {
    ProgPoint from = ProgPoint::before(label.from), to = ProgPoint::before(label.to);
    for (const Stretch& s : lifetimes.of(label.vreg)) {
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
