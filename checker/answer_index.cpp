#include "checker/answer_index.h"

#include <algorithm>

namespace regproof {

// A stable counting sort of the edits by point; those outside of the function are left out.
AnswerIndex::AnswerIndex(const FunctionView& function, const Output& output) : output_(output) {
  std::size_t points = 2 * function.inst_count();
  first_edit_.assign(points + 1, 0);
  for (const Edit& edit : output.edits) {
    if (edit.point.bits() < points) ++first_edit_[edit.point.bits() + 1];
  }
  for (std::size_t p = 0; p < points; ++p) first_edit_[p + 1] += first_edit_[p];
  edit_order_.resize(first_edit_[points]);
  std::vector<std::uint32_t> next(first_edit_.begin(), first_edit_.end() - 1);
  for (std::size_t e = 0; e < output.edits.size(); ++e) {
    std::uint32_t point = output.edits[e].point.bits();
    if (point < points) edit_order_[next[point]++] = static_cast<std::uint32_t>(e);
  }
}

Location AnswerIndex::location(Inst inst, std::uint32_t operand) const {
  if (std::size_t{inst.value()} + 1 >= output_.first_location.size()) return Location::none();
  std::uint64_t place = std::uint64_t{output_.first_location[inst.value()]} + operand;
  std::uint64_t end =
      std::min<std::uint64_t>(output_.first_location[inst.value() + 1], output_.locations.size());
  return place < end ? output_.locations[place] : Location::none();
}

std::span<const std::uint32_t> AnswerIndex::edits_at(ProgPoint point) const {
  std::uint32_t first = first_edit_[point.bits()], end = first_edit_[point.bits() + 1];
  return std::span(edit_order_).subspan(first, end - first);
}

std::vector<SpillSlot> AnswerIndex::named_slots() const {
  std::vector<SpillSlot> named;
  auto add = [&](Location place) {
    if (place.is_stack()) named.push_back(place.as_stack());
  };
  for (Location place : output_.locations) add(place);
  for (const Edit& edit : output_.edits) {
    add(edit.from);
    add(edit.to);
  }
  for (const DebugLocation& given : output_.debug_locations) add(given.location);
  return named;
}

}  // namespace regproof
