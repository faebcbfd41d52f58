// An operand that stands where its own constraint forbids it, often with its value in place.
#include "sabotage/ways.h"

namespace regproof::sabotage {
namespace {

std::optional<Spot> pick_of(Scene& scene, Constraint constraint) {
  return scene.pick_operand([&](const Spot& s) { return s.op.constraint() == constraint; });
}

// An allocatable register of the spot's class that `accepts` takes; none where there is none.
template <class Accepts>
Location register_that(Scene& scene, const Spot& spot, Accepts&& accepts) {
  RegClass cls = scene.class_of_spot(spot);
  auto number = scene.pick(kRegsPerClass, [&](std::uint32_t n) {
    return scene.machine.allocatable().contains(make_preg(cls, n)) && accepts(make_preg(cls, n));
  });
  return number ? Location::reg(make_preg(cls, *number)) : Location::none();
}

bool put_if_any(Scene& scene, const Spot& spot, Location to) {
  return !to.is_none() && scene.put(spot, to);
}

// Memory that holds what the operand asks for: the other end of the move that loaded or stored it.
Location memory_beside(Scene& scene, const Spot& spot) {
  Location at = scene.place_of(spot);
  for (const Edit& edit : scene.output.edits) {
    bool near =
        edit.point == ProgPoint::before(spot.inst) || edit.point == ProgPoint::after(spot.inst);
    if (!near || edit.kind != EditKind::Move) continue;
    if (edit.to == at && scene.is_memory(edit.from)) return edit.from;
    if (edit.from == at && scene.is_memory(edit.to)) return edit.to;
  }
  std::optional<Location> slot = scene.any_slot();
  return slot ? *slot : Location::none();
}

bool register_operand_in_memory(Scene& scene) {
  auto spot = scene.pick_operand([](const Spot& s) {
    Constraint c = s.op.constraint();
    return c == Constraint::Reg || c == Constraint::Limit || c == Constraint::In;
  });
  return spot && put_if_any(scene, *spot, memory_beside(scene, *spot));
}

bool stack_operand_in_register(Scene& scene) {
  auto spot = pick_of(scene, Constraint::Stack);
  return spot && put_if_any(scene, *spot, scene.any_register(scene.class_of_spot(*spot)));
}

bool fixed_elsewhere(Scene& scene) {
  auto spot = pick_of(scene, Constraint::Fixed);
  return spot && put_if_any(scene, *spot, scene.any_place(scene.class_of_spot(*spot)));
}

// The move that fills a fixed register is left out, and the operand reads the move's source.
bool fixed_not_filled(Scene& scene) {
  auto filler = [&](const Spot& s) -> const Edit* {
    Scene::Group group = scene.group_at(ProgPoint::before(s.inst));
    for (std::size_t e = group.first; e < group.end; ++e) {
      const Edit& edit = scene.output.edits[e];
      if (edit.kind == EditKind::Move && edit.to == scene.place_of(s)) return &edit;
    }
    return nullptr;
  };
  auto spot = scene.pick_operand([&](const Spot& s) {
    return s.op.constraint() == Constraint::Fixed && s.op.is_use() && filler(s) != nullptr;
  });
  if (!spot) return false;
  const Edit* edit = filler(*spot);
  scene.place_of(*spot) = edit->from;
  scene.erase_edit(scene.index_of_edit(edit));
  return true;
}

bool reuse_not_reused(Scene& scene) {
  auto spot = pick_of(scene, Constraint::Reuse);
  return spot && put_if_any(scene, *spot, scene.any_register(scene.class_of_spot(*spot)));
}

// The input stays where it was, beside its def.
bool reused_input_elsewhere(Scene& scene) {
  auto spot = pick_of(scene, Constraint::Reuse);
  if (!spot) return false;
  std::uint32_t input = spot->op.reuse_index();
  Spot other{spot->inst, input, scene.function.operands(spot->inst)[input]};
  return put_if_any(scene, other, scene.any_register(scene.class_of_spot(other)));
}

bool limit_exceeded(Scene& scene) {
  auto spot = pick_of(scene, Constraint::Limit);
  if (!spot) return false;
  return put_if_any(scene, *spot, register_that(scene, *spot, [&](PReg reg) {
                      return number_of(reg) >= spot->op.limit();
                    }));
}

bool set_left(Scene& scene) {
  auto spot = pick_of(scene, Constraint::In);
  if (!spot) return false;
  return put_if_any(scene, *spot, register_that(scene, *spot, [&](PReg reg) {
                      return !scene.function.reg_set(spot->op.reg_set()).contains(reg);
                    }));
}

bool pin_elsewhere(Scene& scene) {
  auto place = scene.pick(scene.function.operand_array.size(), [&](std::uint32_t p) {
    return scene.function.operand_array[p].is_pin();
  });
  if (!place || scene.output.locations.size() != scene.function.operand_array.size()) return false;
  Location& at = scene.output.locations[*place];
  at = scene.coin() ? Location::none() : scene.any_place(class_of(at.as_reg()));
  return true;
}

bool multiple_defs_apart(Scene& scene) {
  if (!scene.function.multiple_defs) return false;
  auto spot = scene.pick_operand([&](const Spot& s) {
    if (!s.op.is_def()) return false;
    std::size_t defs = 0;
    for (const Spot& other : scene.operands_of(s.inst)) {
      defs += other.op.is_def() && other.op.vreg() == s.op.vreg();
    }
    return defs > 1;
  });
  return spot && put_if_any(scene, *spot, scene.any_place(scene.class_of_spot(*spot)));
}

const Way kWays[] = {
    {"register-operand-in-memory",
     "an operand that needs a register stands in memory",
     {FindingKind::NotRegister},
     register_operand_in_memory},
    {"stack-operand-in-register",
     "an operand that needs memory stands in a register",
     {FindingKind::NotStack},
     stack_operand_in_register},
    {"fixed-elsewhere",
     "a fixed operand stands in another place",
     {FindingKind::NotFixed},
     fixed_elsewhere},
    {"fixed-not-filled",
     "a fixed use reads what should have been moved to its register",
     {FindingKind::NotFixed},
     fixed_not_filled},
    {"reuse-not-reused",
     "a reuse def stands beside its input",
     {FindingKind::NotReuse},
     reuse_not_reused},
    {"reused-input-elsewhere",
     "the input of a reuse def stands beside it",
     {FindingKind::NotReuse},
     reused_input_elsewhere},
    {"limit-exceeded",
     "a register at or above the limit",
     {FindingKind::BeyondLimit},
     limit_exceeded},
    {"set-left", "a register outside of the operand's set", {FindingKind::NotInSet}, set_left},
    {"pin-elsewhere",
     "a pin is not answered by its register",
     {FindingKind::NotPin},
     pin_elsewhere},
    {"multiple-defs-apart",
     "several defs of one value stand in two places",
     {FindingKind::MultipleDefsApart},
     multiple_defs_apart},
};

}  // namespace

std::span<const Way> constraint_ways() {
  return kWays;
}

}  // namespace regproof::sabotage
