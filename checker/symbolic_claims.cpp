#include "checker/symbolic_claims.h"

namespace regproof {

std::vector<LabelRequest> label_requests(const FunctionView& function) {
  std::vector<LabelRequest> all;
  for (const DebugLabel& label : function.debug_labels) {
    if (label.vreg.value() >= function.vreg_count()) continue;
    all.push_back({label.label, label.vreg, std::uint64_t{label.from.value()} * 2,
                   std::uint64_t{label.to.value()} * 2});
  }
  std::sort(all.begin(), all.end(), [](const LabelRequest& a, const LabelRequest& b) {
    if (a.label != b.label) return a.label < b.label;
    if (a.value != b.value) return a.value < b.value;
    return a.from < b.from;
  });
  std::vector<LabelRequest> merged;
  for (const LabelRequest& request : all) {
    bool joins = !merged.empty() && merged.back().label == request.label &&
                 merged.back().value == request.value && request.from <= merged.back().to;
    if (joins) {
      merged.back().to = std::max(merged.back().to, request.to);
    } else {
      merged.push_back(request);
    }
  }
  return merged;
}

}  // namespace regproof
