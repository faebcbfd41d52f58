// Debug locations: untrue, too long, stale, in no order.
#include <algorithm>
#include <utility>

#include "sabotage/ways.h"

namespace regproof::sabotage {
namespace {

DebugLocation* pick_label(Scene& scene) {
  auto& labels = scene.output.debug_locations;
  return labels.empty() ? nullptr : &scene.one_of(labels);
}

bool label_elsewhere(Scene& scene) {
  DebugLocation* label = pick_label(scene);
  if (label == nullptr) return false;
  label->location = scene.any_place(scene.any_class());
  return true;
}

bool label_at_another(Scene& scene) {
  DebugLocation* label = pick_label(scene);
  if (label == nullptr) return false;
  label->location = pick_label(scene)->location;
  return true;
}

bool label_begins_early(Scene& scene) {
  DebugLocation* label = pick_label(scene);
  if (label == nullptr) return false;
  std::uint32_t by = 1 + scene.below(6), bits = label->from.bits();
  label->from = ProgPoint::from_bits(bits - std::min(bits, by));
  return true;
}

bool label_ends_late(Scene& scene) {
  DebugLocation* label = pick_label(scene);
  if (label == nullptr) return false;
  label->to = ProgPoint::from_bits(label->to.bits() + 1 + scene.below(6));
  return true;
}

// What the program asks for, of one label at one point.
bool is_asked(const Scene& scene, std::uint32_t label, ProgPoint point) {
  auto asked = scene.function.debug_labels;
  return std::any_of(asked.begin(), asked.end(), [&](const DebugLabel& a) {
    return a.label == label && ProgPoint::before(a.from) <= point &&
           point < ProgPoint::before(a.to);
  });
}

// As far as the program asks: what the value stood in may hold another one by then.
bool label_stale(Scene& scene) {
  auto extendable = [&](std::uint32_t i) {
    const DebugLocation& label = scene.output.debug_locations[i];
    return is_asked(scene, label.label, label.to);
  };
  auto index = scene.pick(scene.output.debug_locations.size(), extendable);
  if (!index) return false;
  DebugLocation& label = scene.output.debug_locations[*index];
  std::uint32_t longest = 1 + scene.below(40);
  for (std::uint32_t i = 0; i < longest && is_asked(scene, label.label, label.to); ++i) {
    label.to = label.to.next();
  }
  return true;
}

// A claim of a register that is for values, for a label that the program asks for, anywhere.
bool label_invented(Scene& scene) {
  auto asked = scene.function.debug_labels;
  if (asked.empty()) return false;
  const DebugLabel& label = asked[scene.below(asked.size())];
  if (label.from >= label.to) return false;
  std::uint32_t first = ProgPoint::before(label.from).bits();
  std::uint32_t length = ProgPoint::before(label.to).bits() - first;
  std::uint32_t from = first + scene.below(length);
  DebugLocation claim{label.label, ProgPoint::from_bits(from), ProgPoint::from_bits(from + 1),
                      scene.any_place(scene.function.vreg_class(label.vreg))};
  auto& claims = scene.output.debug_locations;
  auto behind = std::upper_bound(claims.begin(), claims.end(), claim,
                                 [](const DebugLocation& a, const DebugLocation& b) {
                                   return std::pair(a.label, a.from) < std::pair(b.label, b.from);
                                 });
  claims.insert(behind, claim);
  return true;
}

bool label_in_illegal_place(Scene& scene) {
  DebugLocation* label = pick_label(scene);
  if (label == nullptr) return false;
  auto reserved = scene.reserved_register(scene.any_class());
  std::uint32_t choice = scene.below(3);
  if (choice == 0 && reserved) {
    label->location = *reserved;
  } else if (choice == 1) {
    label->location = Location::stack(SpillSlot(scene.output.spillslots + scene.below(3)));
  } else {
    label->location = Location::none();
  }
  return true;
}

bool labels_exchanged(Scene& scene) {
  DebugLocation* first = pick_label(scene);
  if (first == nullptr) return false;
  std::swap(*first, *pick_label(scene));
  return true;
}

bool label_backwards(Scene& scene) {
  DebugLocation* label = pick_label(scene);
  if (label == nullptr) return false;
  std::swap(label->from, label->to);
  return true;
}

bool label_renumbered(Scene& scene) {
  DebugLocation* label = pick_label(scene);
  if (label == nullptr) return false;
  label->label += 1;
  return true;
}

constexpr FindingKind kUntrue = FindingKind::DebugWrongValue;

const Way kWays[] = {
    {"label-elsewhere", "a label is in any place", {kUntrue}, label_elsewhere},
    {"label-at-another", "a label is where another one is", {kUntrue}, label_at_another},
    {"label-begins-early",
     "a label begins up to six points early",
     {kUntrue, FindingKind::DebugNotAsked},
     label_begins_early},
    {"label-ends-late",
     "a label ends up to six points late",
     {kUntrue, FindingKind::DebugNotAsked},
     label_ends_late},
    {"label-stale",
     "a label outlives its place, as far as the program asks",
     {kUntrue},
     label_stale},
    {"label-invented",
     "a label that is asked for is claimed in any place",
     {kUntrue},
     label_invented},
    {"label-in-illegal-place",
     "a label is in a place that holds no values",
     {FindingKind::DebugIllegalPlace},
     label_in_illegal_place},
    {"labels-exchanged",
     "two labels stand in each other's place in the list",
     {FindingKind::DebugOutOfOrder},
     labels_exchanged},
    {"label-backwards",
     "a label ends before it begins",
     {FindingKind::DebugOutOfOrder},
     label_backwards},
    {"label-renumbered",
     "a label has the number of another one",
     {FindingKind::DebugNotAsked},
     label_renumbered},
};

}  // namespace

std::span<const Way> label_ways() {
  return kWays;
}

}  // namespace regproof::sabotage
