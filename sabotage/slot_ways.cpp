// The frame: slots one unit off, in each other's units, outside; a frame that is too small.
#include <algorithm>

#include "sabotage/ways.h"

namespace regproof::sabotage {
namespace {

std::optional<Spot> pick_in_slot(Scene& scene) {
  return scene.pick_operand([&](const Spot& s) { return scene.place_of(s).is_stack(); });
}

// The end of some move that is a slot.
Location* pick_slot_end(Scene& scene) {
  Edit* edit = scene.pick_edit([](const Edit& e) {
    return e.kind == EditKind::Move && (e.from.is_stack() || e.to.is_stack());
  });
  if (edit == nullptr) return nullptr;
  return edit->from.is_stack() ? &edit->from : &edit->to;
}

bool is_wide(const Scene& scene, RegClass cls) {
  return cls != RegClass::None && scene.machine.slot_size_of(cls) > 1;
}

bool operand_slot_shifted(Scene& scene) {
  auto spot = pick_in_slot(scene);
  return spot && scene.put(*spot, shifted(scene, scene.place_of(*spot)));
}

bool move_slot_shifted(Scene& scene) {
  Location* end = pick_slot_end(scene);
  if (end == nullptr) return false;
  *end = shifted(scene, *end);
  return true;
}

bool move_slot_exchanged(Scene& scene) {
  Location* end = pick_slot_end(scene);
  if (end == nullptr) return false;
  *end = *scene.any_slot();
  return true;
}

// Every mention of one slot becomes another: what the two held is mixed up.
bool slots_joined(Scene& scene) {
  auto from = scene.any_slot(), to = scene.any_slot();
  return from && scene.rename(*from, *to);
}

bool slot_renamed_to_next(Scene& scene) {
  auto from = scene.any_slot();
  return from && scene.rename(*from, shifted(scene, *from));
}

bool slot_joined_with_fixed_stack(Scene& scene) {
  auto from = scene.any_slot();
  if (!from || scene.machine.fixed_stack.empty()) return false;
  std::vector<PReg> registers;
  scene.machine.fixed_stack.for_each([&](PReg reg) { registers.push_back(reg); });
  return scene.rename(*from, Location::reg(scene.one_of(registers)));
}

// A slot of a wide class, mentioned once, begins where no such slot may.
bool wide_operand_misaligned(Scene& scene) {
  auto spot = scene.pick_operand([&](const Spot& s) {
    return scene.place_of(s).is_stack() && is_wide(scene, scene.class_of_spot(s));
  });
  return spot && scene.put(*spot, shifted(scene, scene.place_of(*spot)));
}

// All mentions, so that the values stay together.
bool wide_slot_misaligned(Scene& scene) {
  auto spot = scene.pick_operand([&](const Spot& s) {
    return scene.place_of(s).is_stack() && is_wide(scene, scene.class_of_spot(s));
  });
  if (!spot) return false;
  Location from = scene.place_of(*spot), to = shifted(scene, from);
  scene.output.spillslots += scene.machine.slot_size_of(scene.class_of_spot(*spot));
  return scene.rename(from, to);
}

// Stands in a unit that a wide slot elsewhere in the answer takes, too.
bool slot_inside_wide_slot(Scene& scene) {
  auto wide = scene.pick_operand([&](const Spot& s) {
    return scene.place_of(s).is_stack() && is_wide(scene, scene.class_of_spot(s));
  });
  if (!wide) return false;
  Location base = scene.place_of(*wide);
  RegClass cls = scene.class_of_spot(*wide);
  auto narrow = scene.pick_operand([&](const Spot& s) {
    return scene.place_of(s).is_stack() && scene.class_of_spot(s) != cls &&
           scene.place_of(s) != base;
  });
  if (!narrow) return false;
  std::uint32_t inside = scene.below(scene.machine.slot_size_of(cls));
  std::uint32_t number = base.as_stack().value();
  if (scene.machine.slot_named_by_last) {
    number -= std::min(number, inside);
  } else {
    number += inside;
  }
  return scene.rename(scene.place_of(*narrow), Location::stack(SpillSlot(number)));
}

// Two operands of one instruction take one slot.
bool operand_on_operand_in_slot(Scene& scene) {
  auto spot = pick_in_slot(scene);
  if (!spot) return false;
  std::vector<Spot> others;
  for (const Spot& other : scene.operands_of(spot->inst)) {
    if (other.op.vreg() != spot->op.vreg() && other.op.constraint() == Constraint::Any) {
      others.push_back(other);
    }
  }
  if (others.empty()) return false;
  Location at = scene.place_of(*spot);
  return scene.put(scene.one_of(others), scene.coin() ? at : shifted(scene, at));
}

bool frame_shrunk(Scene& scene) {
  if (scene.output.spillslots == 0) return false;
  scene.output.spillslots -= 1 + scene.below(std::min(scene.output.spillslots, 3u));
  return true;
}

bool frame_lost(Scene& scene) {
  scene.output.spillslots = 0;
  return true;
}

Location slot_beyond(Scene& scene) {
  std::uint64_t number = std::uint64_t{scene.output.spillslots} + scene.below(4);
  if (scene.below(8) == 0) number = kMaxSpillSlots - 1 + scene.below(4);
  return Location::stack(SpillSlot(static_cast<std::uint32_t>(number)));
}

bool operand_beyond_frame(Scene& scene) {
  auto spot = scene.pick_operand([&](const Spot& s) {
    Constraint c = s.op.constraint();
    return c == Constraint::Any || c == Constraint::Stack;
  });
  return spot && scene.put(*spot, slot_beyond(scene));
}

bool move_beyond_frame(Scene& scene) {
  Location* end = pick_slot_end(scene);
  if (end == nullptr) return false;
  *end = slot_beyond(scene);
  return true;
}

// A wide slot that is named by its last unit and begins below the frame.
bool slot_below_frame(Scene& scene) {
  if (!scene.machine.slot_named_by_last) return false;
  auto spot = scene.pick_operand([&](const Spot& s) {
    return scene.place_of(s).is_stack() && is_wide(scene, scene.class_of_spot(s));
  });
  return spot && scene.put(*spot, Location::stack(SpillSlot(0)));
}

constexpr FindingKind kBeyond = FindingKind::SlotBeyondFrame;
constexpr FindingKind kMisaligned = FindingKind::SlotMisaligned;

const Way kWays[] = {
    {"operand-slot-shifted", "an operand's slot is one unit off", kUseRules, operand_slot_shifted},
    {"move-slot-shifted", "a load or a store is one unit off", kUseRules, move_slot_shifted},
    {"move-slot-exchanged", "a load or a store takes another slot", kUseRules, move_slot_exchanged},
    {"slots-joined", "every mention of one slot is another one", kUseRules, slots_joined},
    {"slot-renamed-to-next", "every mention of one slot is its neighbour", kUseRules,
     slot_renamed_to_next},
    {"slot-joined-with-fixed-stack", "every mention of one slot is a fixed_stack register",
     kUseRules, slot_joined_with_fixed_stack},
    {"wide-operand-misaligned",
     "a wide operand's slot is one unit off",
     {kMisaligned, kBeyond},
     wide_operand_misaligned},
    {"wide-slot-misaligned",
     "every mention of a wide slot is one unit off",
     {kMisaligned},
     wide_slot_misaligned},
    {"slot-inside-wide-slot", "a slot takes a unit of a wide one", kUseRules,
     slot_inside_wide_slot},
    {"operand-on-operand-in-slot",
     "two operands of one instruction overlap in the frame",
     {FindingKind::SameInstructionOverlap},
     operand_on_operand_in_slot},
    {"frame-shrunk", "the frame is smaller by one to three units", {kBeyond}, frame_shrunk},
    {"frame-lost", "the frame is empty", {kBeyond}, frame_lost},
    {"operand-beyond-frame", "an operand stands behind the frame", {kBeyond}, operand_beyond_frame},
    {"move-beyond-frame", "a load or a store goes behind the frame", {kBeyond}, move_beyond_frame},
    {"slot-below-frame", "a wide slot begins ahead of the frame", {kBeyond}, slot_below_frame},
};

}  // namespace

std::span<const Way> slot_ways() {
  return kWays;
}

}  // namespace regproof::sabotage
