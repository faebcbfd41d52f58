// Whether, when and in which order an edit runs. What it does stays as it was.
#include <algorithm>
#include <utility>

#include "sabotage/ways.h"

namespace regproof::sabotage {
namespace {

bool any(const Edit&) {
  return true;
}

bool edit_dropped(Scene& scene) {
  Edit* edit = scene.pick_edit(any);
  if (edit == nullptr) return false;
  scene.erase_edit(scene.index_of_edit(edit));
  return true;
}

bool edits_dropped_at_point(Scene& scene) {
  Edit* edit = scene.pick_edit(any);
  if (edit == nullptr) return false;
  Scene::Group group = scene.group_at(edit->point);
  auto begin = scene.output.edits.begin();
  scene.output.edits.erase(begin + static_cast<std::ptrdiff_t>(group.first),
                           begin + static_cast<std::ptrdiff_t>(group.end));
  return true;
}

// A store, while what it stored is still loaded from there.
bool store_dropped(Scene& scene) {
  Edit* store = scene.pick_edit([&](const Edit& e) {
    bool loaded = std::any_of(
        scene.output.edits.begin(), scene.output.edits.end(),
        [&](const Edit& load) { return load.kind == EditKind::Move && load.from == e.to; });
    return e.kind == EditKind::Move && scene.is_memory(e.to) && loaded;
  });
  if (store == nullptr) return false;
  scene.erase_edit(scene.index_of_edit(store));
  return true;
}

// Runs once more among the edits of its point.
bool edit_doubled(Scene& scene) {
  Edit* edit = scene.pick_edit(any);
  if (edit == nullptr) return false;
  Edit copy = *edit;
  scene.insert(copy);
  return true;
}

bool is_crowded(const Scene& scene, const Edit& edit) {
  return scene.group_at(edit.point).size() > 1;
}

bool edits_exchanged(Scene& scene) {
  Edit* edit = scene.pick_edit([&](const Edit& e) { return is_crowded(scene, e); });
  if (edit == nullptr) return false;
  Scene::Group group = scene.group_at(edit->point);
  std::size_t first = group.first + scene.below(group.size() - 1);
  std::swap(scene.output.edits[first], scene.output.edits[first + 1]);
  return true;
}

bool edits_in_reverse(Scene& scene) {
  Edit* edit = scene.pick_edit([&](const Edit& e) { return is_crowded(scene, e); });
  if (edit == nullptr) return false;
  Scene::Group group = scene.group_at(edit->point);
  auto begin = scene.output.edits.begin();
  std::reverse(begin + static_cast<std::ptrdiff_t>(group.first),
               begin + static_cast<std::ptrdiff_t>(group.end));
  return true;
}

// Takes the edit out and puts it in at the other point, where there is one.
bool rerun_at(Scene& scene, Edit* edit, std::int64_t point) {
  std::int64_t end = std::int64_t{2} * static_cast<std::int64_t>(scene.function.inst_count());
  if (edit == nullptr || point < 0 || point >= end) return false;
  Edit moved = *edit;
  scene.erase_edit(scene.index_of_edit(edit));
  moved.point = ProgPoint::from_bits(static_cast<std::uint32_t>(point));
  scene.insert(moved);
  return true;
}

bool edit_one_point_earlier(Scene& scene) {
  Edit* edit = scene.pick_edit(any);
  return edit != nullptr && rerun_at(scene, edit, std::int64_t{edit->point.bits()} - 1);
}

bool edit_one_point_later(Scene& scene) {
  Edit* edit = scene.pick_edit(any);
  return edit != nullptr && rerun_at(scene, edit, std::int64_t{edit->point.bits()} + 1);
}

bool edit_in_its_block(Scene& scene) {
  Edit* edit = scene.pick_edit(any);
  if (edit == nullptr) return false;
  auto insts = scene.function.insts(scene.function.block_of(edit->point.inst()));
  std::uint32_t first = ProgPoint::before(insts.front()).bits();
  return rerun_at(scene, edit, first + scene.below(2 * insts.size()));
}

bool edit_anywhere(Scene& scene) {
  Edit* edit = scene.pick_edit(any);
  return edit != nullptr && rerun_at(scene, edit, scene.any_point().bits());
}

bool edit_again_nearby(Scene& scene) {
  Edit* edit = scene.pick_edit(any);
  if (edit == nullptr) return false;
  Edit copy = *edit;
  std::uint32_t last = static_cast<std::uint32_t>(2 * scene.function.inst_count() - 1);
  std::uint32_t point = copy.point.bits() + scene.below(9);
  copy.point = ProgPoint::from_bits(std::min(point - std::min(point, 4u), last));
  scene.insert(copy);
  return true;
}

// A value is fetched after the instruction that needed it, or saved ahead of the one that makes it.
bool edit_on_the_other_side(Scene& scene) {
  Edit* edit = scene.pick_edit(any);
  if (edit == nullptr) return false;
  std::uint32_t bits = edit->point.bits();
  return rerun_at(scene, edit, edit->point.is_after() ? bits - 1 : bits + 1);
}

bool edits_out_of_order(Scene& scene) {
  Edit* first = scene.pick_edit(any);
  if (first == nullptr) return false;
  Edit* second = scene.pick_edit([&](const Edit& e) { return e.point != first->point; });
  if (second == nullptr) return false;
  std::swap(*first, *second);
  return true;
}

bool edit_behind_terminator(Scene& scene) {
  Edit* edit = scene.pick_edit(any);
  if (edit == nullptr) return false;
  Inst last = scene.function.terminator(scene.function.block_of(edit->point.inst()));
  return rerun_at(scene, edit, ProgPoint::after(last).bits());
}

bool edit_beyond_function(Scene& scene) {
  Edit* edit = scene.pick_edit(any);
  if (edit == nullptr) return false;
  Edit moved = *edit;
  scene.erase_edit(scene.index_of_edit(edit));
  auto end = static_cast<std::uint32_t>(2 * scene.function.inst_count());
  moved.point = ProgPoint::from_bits(scene.coin() ? end + scene.below(4) : 0xfffffff0u);
  scene.output.edits.push_back(moved);
  return true;
}

const Way kWays[] = {
    {"edit-dropped", "an edit is left out", kUseRules, edit_dropped},
    {"edits-dropped-at-point", "all edits of one point are left out", kUseRules,
     edits_dropped_at_point},
    {"store-dropped", "a value is not stored that is loaded", kUseRules, store_dropped},
    {"edit-doubled", "an edit runs twice among those of its point", kUseRules, edit_doubled},
    {"edits-exchanged", "two neighbours at one point change their order", kUseRules,
     edits_exchanged},
    {"edits-in-reverse", "the edits of one point run in reverse", kUseRules, edits_in_reverse},
    {"edit-one-point-earlier", "an edit runs a point too early", kUseRules, edit_one_point_earlier},
    {"edit-one-point-later", "an edit runs a point too late", kUseRules, edit_one_point_later},
    {"edit-in-its-block", "an edit runs elsewhere in its block", kUseRules, edit_in_its_block},
    {"edit-anywhere", "an edit runs anywhere in the function", kUseRules, edit_anywhere},
    {"edit-again-nearby", "an edit runs once more, up to four points away", kUseRules,
     edit_again_nearby},
    {"edit-on-the-other-side", "an edit runs on the other side of its instruction", kUseRules,
     edit_on_the_other_side},
    {"edits-out-of-order",
     "two edits of different points stand in each other's place",
     {FindingKind::EditOutOfOrder},
     edits_out_of_order},
    {"edit-behind-terminator",
     "an edit stands behind its block's last instruction",
     {FindingKind::EditAfterTerminator},
     edit_behind_terminator},
    {"edit-beyond-function",
     "an edit stands at a point that the function does not have",
     {FindingKind::EditOutOfRange},
     edit_beyond_function},
};

}  // namespace

std::span<const Way> edit_ways() {
  return kWays;
}

}  // namespace regproof::sabotage
