// An operand in a place where its value does not stand, or that something else holds.
#include <utility>

#include "sabotage/ways.h"

namespace regproof::sabotage {
namespace {

bool any(const Spot&) {
  return true;
}

bool operands_exchanged(Scene& scene) {
  auto spot =
      scene.pick_operand([&](const Spot& s) { return scene.operands_of(s.inst).size() > 1; });
  if (!spot) return false;
  auto neighbours = scene.operands_of(spot->inst);
  std::swap(scene.place_of(*spot), scene.place_of(scene.one_of(neighbours)));
  return true;
}

bool operand_elsewhere(Scene& scene) {
  auto spot = scene.pick_operand(any);
  return spot && scene.put(*spot, scene.any_place(scene.class_of_spot(*spot)));
}

bool operand_in_another_register(Scene& scene) {
  auto spot = scene.pick_operand([&](const Spot& s) { return scene.place_of(s).is_reg(); });
  return spot && scene.put(*spot, scene.any_register(scene.class_of_spot(*spot)));
}

// A use reads where another instruction's operand stands: the place of some other time.
bool use_of_another_value(Scene& scene) {
  auto spot = scene.pick_operand([](const Spot& s) { return s.op.is_use(); });
  if (!spot) return false;
  RegClass cls = scene.class_of_spot(*spot);
  auto other = scene.pick_operand([&](const Spot& s) {
    return scene.class_of_spot(s) == cls && s.op.vreg() != spot->op.vreg() &&
           scene.place_of(s) != scene.place_of(*spot);
  });
  return other && scene.put(*spot, scene.place_of(*other));
}

// A use reads where its own value stood at another instruction.
bool use_at_another_time(Scene& scene) {
  auto spot = scene.pick_operand([](const Spot& s) { return s.op.is_use(); });
  if (!spot) return false;
  auto other = scene.pick_operand([&](const Spot& s) {
    return s.op.vreg() == spot->op.vreg() && scene.place_of(s) != scene.place_of(*spot);
  });
  return other && scene.put(*spot, scene.place_of(*other));
}

bool def_elsewhere(Scene& scene) {
  auto spot = scene.pick_operand([](const Spot& s) { return s.op.is_def(); });
  return spot && scene.put(*spot, scene.any_place(scene.class_of_spot(*spot)));
}

// Puts an operand of the first kind where one of the second kind stands in the same instruction.
template <class First, class Second>
bool overlap(Scene& scene, First&& first, Second&& second) {
  auto meets = [&](const Spot& a, const Spot& b) {
    return a.operand != b.operand && second(b) && a.op.vreg() != b.op.vreg() &&
           scene.class_of_spot(a) == scene.class_of_spot(b);
  };
  auto spot = scene.pick_operand([&](const Spot& a) {
    if (!first(a)) return false;
    for (const Spot& b : scene.operands_of(a.inst)) {
      if (meets(a, b)) return true;
    }
    return false;
  });
  if (!spot) return false;
  std::vector<Spot> others;
  for (const Spot& b : scene.operands_of(spot->inst)) {
    if (meets(*spot, b)) others.push_back(b);
  }
  return scene.put(*spot, scene.place_of(scene.one_of(others)));
}

bool use_on_use(Scene& scene) {
  auto use = [](const Spot& s) { return s.op.is_use(); };
  return overlap(scene, use, use);
}

bool def_on_def(Scene& scene) {
  auto def = [](const Spot& s) { return s.op.is_def(); };
  return overlap(scene, def, def);
}

bool early_def_on_use(Scene& scene) {
  auto use = [](const Spot& s) { return s.op.is_use() && s.op.is_early(); };
  return overlap(
      scene, [](const Spot& s) { return s.op.is_def() && s.op.is_early(); }, use);
}

bool def_on_late_use(Scene& scene) {
  auto use = [](const Spot& s) { return s.op.is_use() && s.op.is_late(); };
  return overlap(
      scene, [](const Spot& s) { return s.op.is_def(); }, use);
}

bool operand_clobbered(Scene& scene) {
  auto clobbers_of = [&](const Spot& s) {
    return scene.function.clobbers(s.inst).of(scene.class_of_spot(s)) & scene.machine.allocatable();
  };
  auto spot = scene.pick_operand([&](const Spot& s) { return !clobbers_of(s).empty(); });
  if (!spot) return false;
  std::vector<PReg> registers;
  clobbers_of(*spot).for_each([&](PReg reg) { registers.push_back(reg); });
  return scene.put(*spot, Location::reg(scene.one_of(registers)));
}

bool operand_of_wrong_class(Scene& scene) {
  auto spot = scene.pick_operand([&](const Spot& s) { return scene.place_of(s).is_reg(); });
  if (!spot) return false;
  RegClass cls = scene.another_class(scene.class_of_spot(*spot));
  Location there = scene.any_register(cls);
  unsigned number = number_of(scene.place_of(*spot).as_reg());
  return scene.put(*spot, there.is_none() ? Location::reg(make_preg(cls, number)) : there);
}

bool operand_in_reserved_register(Scene& scene) {
  auto spot = scene.pick_operand(any);
  if (!spot) return false;
  auto reserved = scene.reserved_register(scene.class_of_spot(*spot));
  return reserved && scene.put(*spot, *reserved);
}

bool operand_in_no_register(Scene& scene) {
  auto spot = scene.pick_operand(any);
  std::uint32_t beyond = static_cast<std::uint32_t>(kRegCount) + scene.below(1000);
  return spot && scene.put(*spot, Location::reg(PReg(static_cast<std::uint16_t>(beyond))));
}

bool operand_nowhere(Scene& scene) {
  auto spot = scene.pick_operand(any);
  return spot && scene.put(*spot, Location::none());
}

bool registers_joined(Scene& scene) {
  RegClass cls = scene.any_class();
  return scene.rename(scene.any_register(cls), scene.any_register(cls));
}

// In one block alone, two registers change their roles.
bool registers_exchanged_in_block(Scene& scene) {
  Block block(scene.below(scene.function.block_count()));
  RegClass cls = scene.any_class();
  Location a = scene.any_register(cls), b = scene.any_register(cls);
  auto exchange = [&](Location& place) {
    if (place == a || place == b) place = place == a ? b : a;
  };
  auto insts = scene.function.insts(block);
  for (Inst inst : insts) {
    for (const Spot& spot : scene.operands_of(inst)) exchange(scene.place_of(spot));
  }
  for (Edit& edit : scene.output.edits) {
    if (edit.point.inst() < insts.front() || edit.point.inst() > insts.back()) continue;
    exchange(edit.from);
    exchange(edit.to);
    for (PReg& input : edit.inputs) {
      if (!input.valid()) continue;
      Location place = Location::reg(input);
      exchange(place);
      input = place.as_reg();
    }
  }
  return true;
}

constexpr FindingKind kOverlap = FindingKind::SameInstructionOverlap;

const Way kWays[] = {
    {"operands-exchanged", "two operands of one instruction change places", kUseRules,
     operands_exchanged},
    {"operand-elsewhere", "an operand stands in any place", kUseRules, operand_elsewhere},
    {"operand-in-another-register", "an operand stands in another register of its class", kUseRules,
     operand_in_another_register},
    {"use-of-another-value", "a use reads the place of another value", kUseRules,
     use_of_another_value},
    {"use-at-another-time", "a use reads where its value stands at another instruction", kUseRules,
     use_at_another_time},
    {"def-elsewhere", "a def is written to any place", kUseRules, def_elsewhere},
    {"use-on-use", "a use stands where a use of another value does", {kOverlap}, use_on_use},
    {"def-on-def",
     "a def stands where another def of the instruction does",
     {kOverlap},
     def_on_def},
    {"early-def-on-use",
     "an early def stands where an early use does",
     {kOverlap},
     early_def_on_use},
    {"def-on-late-use", "a def stands where a late use does", {kOverlap}, def_on_late_use},
    {"operand-clobbered",
     "an operand stands in a register that its instruction destroys",
     {FindingKind::ClobberedOperand},
     operand_clobbered},
    {"operand-of-wrong-class",
     "an operand stands in a register of another class",
     {FindingKind::WrongClass},
     operand_of_wrong_class},
    {"operand-in-reserved-register",
     "an operand stands in a register that is given to nobody",
     {FindingKind::NotAllocatable},
     operand_in_reserved_register},
    {"operand-in-no-register",
     "an operand stands in a register that does not exist",
     {FindingKind::NotAllocatable},
     operand_in_no_register},
    {"operand-nowhere",
     "an operand has no location",
     {FindingKind::MissingLocation},
     operand_nowhere},
    {"registers-joined", "every mention of one register is another one", kUseRules,
     registers_joined},
    {"registers-exchanged-in-block", "two registers change their roles in one block", kUseRules,
     registers_exchanged_in_block},
};

}  // namespace

std::span<const Way> operand_ways() {
  return kWays;
}

}  // namespace regproof::sabotage
