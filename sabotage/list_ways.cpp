// The lists of locations: short, long, another instruction's.
#include <algorithm>
#include <utility>

#include "sabotage/ways.h"

namespace regproof::sabotage {
namespace {

std::optional<Inst> pick_inst(Scene& scene) {
  auto found = scene.pick(scene.function.inst_count(), [&](std::uint32_t i) {
    return !scene.function.operands(Inst(i)).empty();
  });
  return found ? std::optional(Inst(*found)) : std::nullopt;
}

void resize_list(Scene& scene, Inst inst, std::int32_t by) {
  auto& first = scene.output.first_location;
  for (std::size_t i = inst.value() + 1; i < first.size(); ++i) {
    first[i] = static_cast<std::uint32_t>(static_cast<std::int64_t>(first[i]) + by);
  }
}

bool list_short(Scene& scene) {
  auto inst = pick_inst(scene);
  if (!inst) return false;
  std::uint32_t first = scene.output.first_location[inst->value()];
  std::uint32_t at = first + scene.below(scene.function.operands(*inst).size());
  scene.output.locations.erase(scene.output.locations.begin() + at);
  resize_list(scene, *inst, -1);
  return true;
}

bool list_long(Scene& scene) {
  auto inst = pick_inst(scene);
  if (!inst) return false;
  std::uint32_t first = scene.output.first_location[inst->value()];
  std::uint32_t at = first + scene.below(scene.function.operands(*inst).size() + 1);
  Location more = scene.any_place(scene.any_class());
  scene.output.locations.insert(scene.output.locations.begin() + at, more);
  resize_list(scene, *inst, 1);
  return true;
}

bool list_lost(Scene& scene) {
  auto inst = pick_inst(scene);
  if (!inst) return false;
  auto count = static_cast<std::int32_t>(scene.function.operands(*inst).size());
  auto first = scene.output.locations.begin() + scene.output.first_location[inst->value()];
  scene.output.locations.erase(first, first + count);
  resize_list(scene, *inst, -count);
  return true;
}

// One location goes over to the next instruction's list.
bool list_boundary_moved(Scene& scene) {
  auto inst = pick_inst(scene);
  if (!inst || inst->value() + 1 >= scene.function.inst_count()) return false;
  --scene.output.first_location[inst->value() + 1];
  return true;
}

bool lists_exchanged(Scene& scene) {
  auto inst = pick_inst(scene);
  if (!inst) return false;
  std::size_t count = scene.function.operands(*inst).size();
  auto other = scene.pick(scene.function.inst_count(), [&](std::uint32_t i) {
    return Inst(i) != *inst && scene.function.operands(Inst(i)).size() == count;
  });
  if (!other) return false;
  auto begin = scene.output.locations.begin();
  auto first = begin + scene.output.first_location[inst->value()];
  auto second = begin + scene.output.first_location[*other];
  std::swap_ranges(first, first + static_cast<std::ptrdiff_t>(count), second);
  return true;
}

bool lists_cut(Scene& scene) {
  auto& first = scene.output.first_location;
  first.resize(scene.below(first.size()));
  return true;
}

bool lists_for_too_many(Scene& scene) {
  scene.output.first_location.push_back(scene.output.first_location.back());
  return true;
}

bool lists_beyond_locations(Scene& scene) {
  if (scene.output.locations.empty()) return false;
  scene.output.locations.resize(scene.below(scene.output.locations.size()));
  return true;
}

constexpr FindingKind kLength = FindingKind::ListLength;

const Way kWays[] = {
    {"list-short", "an instruction's list lacks a location", {kLength}, list_short},
    {"list-long", "an instruction's list has a location too many", {kLength}, list_long},
    {"list-lost", "an instruction's list is empty", {kLength}, list_lost},
    {"list-boundary-moved",
     "a location belongs to the next instruction",
     {kLength},
     list_boundary_moved},
    {"lists-exchanged", "two instructions have each other's list", kUseRules, lists_exchanged},
    {"lists-cut", "there are lists for the first instructions alone", {kLength}, lists_cut},
    {"lists-for-too-many",
     "there is a list for an instruction too many",
     {kLength},
     lists_for_too_many},
    {"lists-beyond-locations",
     "lists reach beyond the locations",
     {kLength},
     lists_beyond_locations},
};

}  // namespace

std::span<const Way> list_ways() {
  return kWays;
}

}  // namespace regproof::sabotage
