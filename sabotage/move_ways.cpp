// What a move copies, and where to.
#include <algorithm>
#include <utility>

#include "sabotage/ways.h"

namespace regproof::sabotage {
namespace {

bool source_redirected(Scene& scene) {
  Edit* edit = scene.pick_move();
  if (edit == nullptr) return false;
  edit->from = scene.any_place(scene.class_of_move(*edit));
  return true;
}

bool destination_redirected(Scene& scene) {
  Edit* edit = scene.pick_move();
  if (edit == nullptr) return false;
  edit->to = scene.any_place(scene.class_of_move(*edit));
  return true;
}

bool move_reversed(Scene& scene) {
  Edit* edit = scene.pick_move();
  if (edit == nullptr) return false;
  std::swap(edit->from, edit->to);
  return true;
}

// A register that no list, edit or label mentions, or a new slot: a place that nobody has written.
bool source_undefined(Scene& scene) {
  Edit* edit = scene.pick_edit(
      [&](const Edit& e) { return e.kind == EditKind::Move && !scene.is_memory(e.to); });
  if (edit == nullptr) return false;
  RegClass cls = scene.class_of_move(*edit);
  std::uint32_t align = scene.machine.slot_alignment_of(cls);
  std::uint32_t size = scene.machine.slot_size_of(cls);
  std::uint32_t first = (scene.output.spillslots + align - 1) / align * align;
  scene.output.spillslots = first + size;
  edit->from =
      Location::stack(SpillSlot(scene.machine.slot_named_by_last ? first + size - 1 : first));
  return true;
}

// Two moves of one point.
template <class Exchange>
bool exchange_two(Scene& scene, Exchange&& exchange) {
  auto other = [&](const Edit& e) -> Edit* {
    Scene::Group group = scene.group_at(e.point);
    for (std::size_t i = group.first; i < group.end; ++i) {
      Edit& candidate = scene.output.edits[i];
      if (&candidate != &e && candidate.kind == EditKind::Move &&
          scene.class_of_move(candidate) == scene.class_of_move(e)) {
        return &candidate;
      }
    }
    return nullptr;
  };
  Edit* edit = scene.pick_edit(
      [&](const Edit& e) { return e.kind == EditKind::Move && other(e) != nullptr; });
  if (edit == nullptr) return false;
  exchange(*edit, *other(*edit));
  return true;
}

bool sources_exchanged(Scene& scene) {
  return exchange_two(scene, [](Edit& a, Edit& b) { std::swap(a.from, b.from); });
}

bool destinations_exchanged(Scene& scene) {
  return exchange_two(scene, [](Edit& a, Edit& b) { std::swap(a.to, b.to); });
}

// The second of two moves reads what the first has just written.
bool source_overwritten(Scene& scene) {
  return exchange_two(scene, [](Edit& a, Edit& b) {
    Edit& second = &a < &b ? b : a;
    second.from = (&a < &b ? a : b).to;
  });
}

bool move_added(Scene& scene) {
  RegClass cls = scene.any_class();
  scene.insert(Edit::move(scene.any_point(), scene.any_place(cls), scene.any_place(cls)));
  return true;
}

// Over a place that an operand reads or writes right there.
bool move_added_over_operand(Scene& scene) {
  auto spot =
      scene.pick_operand([&](const Spot& s) { return !scene.is_memory(scene.place_of(s)); });
  if (!spot) return false;
  bool after = !scene.function.is_terminator(spot->inst) && scene.coin();
  ProgPoint point = after ? ProgPoint::after(spot->inst) : ProgPoint::before(spot->inst);
  scene.insert(
      Edit::move(point, scene.any_place(scene.class_of_spot(*spot)), scene.place_of(*spot)));
  return true;
}

bool move_to_another_class(Scene& scene) {
  Edit* edit = scene.pick_edit(
      [](const Edit& e) { return e.kind == EditKind::Move && e.from.is_reg() && e.to.is_reg(); });
  if (edit == nullptr) return false;
  Location& end = scene.coin() ? edit->to : edit->from;
  RegClass cls = scene.another_class(class_of(end.as_reg()));
  Location there = scene.any_register(cls);
  end = there.is_none() ? Location::reg(make_preg(cls, number_of(end.as_reg()))) : there;
  return true;
}

bool memory_to_memory(Scene& scene) {
  Edit* edit = scene.pick_edit([&](const Edit& e) {
    return e.kind == EditKind::Move && scene.is_memory(e.from) != scene.is_memory(e.to);
  });
  auto slot = scene.any_slot();
  if (edit == nullptr || !slot) return false;
  (scene.is_memory(edit->from) ? edit->to : edit->from) = *slot;
  return true;
}

bool slot_to_itself(Scene& scene) {
  auto slot = scene.any_slot();
  if (!slot) return false;
  scene.insert(Edit::move(scene.any_point(), *slot, *slot));
  return true;
}

bool move_to_reserved_register(Scene& scene) {
  Edit* edit = scene.pick_move();
  if (edit == nullptr) return false;
  auto reserved = scene.reserved_register(scene.class_of_move(*edit));
  if (!reserved) return false;
  edit->to = *reserved;
  return true;
}

bool move_from_reserved_register(Scene& scene) {
  Edit* edit = scene.pick_move();
  if (edit == nullptr) return false;
  auto reserved = scene.reserved_register(scene.class_of_move(*edit));
  if (!reserved) return false;
  edit->from = *reserved;
  return true;
}

bool move_from_nowhere(Scene& scene) {
  Edit* edit = scene.pick_move();
  if (edit == nullptr) return false;
  edit->from = Location::none();
  return true;
}

bool move_to_nowhere(Scene& scene) {
  Edit* edit = scene.pick_move();
  if (edit == nullptr) return false;
  edit->to = Location::none();
  return true;
}

// What a move carries is taken a few points ahead and waits in the scratch register.
bool move_by_way_of_scratch(Scene& scene) {
  Edit* edit = scene.pick_edit([&](const Edit& e) {
    return e.kind == EditKind::Move && e.point.bits() > 0 && !scene.is_memory(e.from) &&
           scene.machine.scratch_of(scene.class_of_move(e)).valid();
  });
  if (edit == nullptr) return false;
  Location scratch = Location::reg(scene.machine.scratch_of(scene.class_of_move(*edit)));
  std::uint32_t ahead = 1 + scene.below(3);
  std::uint32_t point = edit->point.bits();
  Edit park = Edit::move(ProgPoint::from_bits(point - std::min(point, ahead)), edit->from, scratch);
  edit->from = scratch;
  scene.insert(park, true);
  return true;
}

constexpr FindingKind kIllegal = FindingKind::EditIllegalPlace;

const Way kWays[] = {
    {"source-redirected", "a move reads any place", kUseRules, source_redirected},
    {"destination-redirected", "a move writes any place", kUseRules, destination_redirected},
    {"move-reversed", "a move goes the other way", kUseRules, move_reversed},
    {"source-undefined",
     "a move copies a place that nobody has written",
     {FindingKind::UndefinedValue},
     source_undefined},
    {"sources-exchanged", "two moves of one point read each other's place", kUseRules,
     sources_exchanged},
    {"destinations-exchanged", "two moves of one point write each other's place", kUseRules,
     destinations_exchanged},
    {"source-overwritten", "a move reads what another of its point has just written", kUseRules,
     source_overwritten},
    {"move-added", "a move of any place to any place is added", kUseRules, move_added},
    {"move-added-over-operand", "a move is added that overwrites an operand", kUseRules,
     move_added_over_operand},
    {"move-to-another-class",
     "one end of a move is of another class",
     {FindingKind::WrongClass},
     move_to_another_class},
    {"memory-to-memory",
     "a load or a store becomes a copy in memory",
     {FindingKind::EditMemoryToMemory},
     memory_to_memory},
    {"slot-to-itself",
     "a copy of a slot to itself is added",
     {FindingKind::EditMemoryToMemory},
     slot_to_itself},
    {"move-to-reserved-register",
     "a move writes a register that is given to nobody",
     {kIllegal},
     move_to_reserved_register},
    {"move-from-reserved-register",
     "a move reads a register that is given to nobody",
     {kIllegal},
     move_from_reserved_register},
    {"move-from-nowhere", "a move has no source", {kIllegal}, move_from_nowhere},
    {"move-to-nowhere", "a move has no destination", {kIllegal}, move_to_nowhere},
    {"move-by-way-of-scratch", "a value waits in the scratch register across an instruction",
     kUseRules, move_by_way_of_scratch},
};

}  // namespace

std::span<const Way> move_ways() {
  return kWays;
}

}  // namespace regproof::sabotage
