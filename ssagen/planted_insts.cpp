#include "ssagen/planted_insts.h"

#include <algorithm>
#include <utility>

namespace regproof {
namespace {

bool has(const std::vector<Location>& places, Location place) {
  return std::find(places.begin(), places.end(), place) != places.end();
}

}  // namespace

PlantedInstDrawer::PlantedInstDrawer(Choices& choices, const Knobs& knobs, const Machine& machine,
                                     PlantedPlaces& places)
    : choices_(choices), knobs_(knobs), machine_(machine), places_(places) {
  for (RegClass cls : kClasses) {
    if (!machine.allocatable(cls).empty()) classes_.push_back(cls);
  }
  tightness_ = {static_cast<std::uint16_t>(choices.in(knobs.planted_tightness))};
  remat_ = choices.chance(knobs.remat_program);
  recipes_ = choices.chance(knobs.recipe_program);
  multiple_defs_ = choices.chance(knobs.multiple_defs);
}

RegClass PlantedInstDrawer::draw_class() {
  return classes_[choices_.below(static_cast<std::uint32_t>(classes_.size()))];
}

PReg PlantedInstDrawer::any_register(RegClass cls) {
  RegSet registers = machine_.allocatable(cls);
  auto skip = choices_.below(static_cast<std::uint32_t>(registers.size()));
  for (; skip != 0; --skip) registers.remove(registers.first());
  return registers.first();
}

void PlantedInstDrawer::begin(InstKind kind) {
  inst_ = PlantedInst();
  inst_.kind = kind;
  early_.clear();
  late_.clear();
}

PlantedInst PlantedInstDrawer::end() {
  save_what_is_overwritten();
  inst_.clobbers.for_each([&](PReg reg) { places_.lose(Location::reg(reg)); });
  for (const PlantedOperand& op : inst_.operands) {
    if (op.operand.is_def()) places_.define(op.place, op.operand.vreg());
  }
  places_.release_all();
  if (recipes_) give_recipes();
  if (choices_.chance(knobs_.shuffle)) shuffle();
  forget_places();
  if (inst_.kind == InstKind::Op && choices_.chance(knobs_.planted_overdraw)) overdraw();
  inst_.edits = places_.take_edits();
  inst_.edits_after_last = choices_.below(static_cast<std::uint32_t>(inst_.edits.size()) + 1);
  return std::move(inst_);
}

void PlantedInstDrawer::plain() {
  bool dense = choices_.chance(knobs_.dense);
  uses(choices_.in(dense ? knobs_.dense_uses : knobs_.uses));
  defs(choices_.in(dense ? knobs_.dense_defs : knobs_.defs));
  if (choices_.chance(knobs_.planted_fill)) fill();
  pins();
  if (choices_.chance(knobs_.clobber)) clobbers();
}

void PlantedInstDrawer::call() {
  uses(choices_.in(knobs_.call_uses));
  defs(choices_.in(knobs_.call_defs) + choices_.in(knobs_.call_extra_defs));
  pins();
  clobbers();
}

void PlantedInstDrawer::uses(std::uint32_t count) {
  for (; count != 0; --count) use();
}

void PlantedInstDrawer::defs(std::uint32_t count) {
  for (; count != 0; --count) def();
  if (multiple_defs_ && choices_.chance({100})) define_again();
}

// Something that is held, mostly of the latest; one more place of a value that the instruction uses
// already, where the choice says so. False where its place is taken for another value.
bool PlantedInstDrawer::choose_use(Holding& chosen) {
  const std::vector<Holding>& held = places_.held();
  if (held.empty()) return false;
  auto count = static_cast<std::uint32_t>(held.size());
  std::uint32_t reach = choices_.chance(knobs_.far_use) ? count : std::min(count, 8u);
  chosen = held[count - 1 - choices_.below(reach)];
  if (!inst_.operands.empty() && choices_.chance(knobs_.repeat_use)) {
    VReg again = inst_.operands.back().operand.vreg();
    std::uint32_t start = choices_.below(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (held[(start + i) % count].value == again) chosen = held[(start + i) % count];
    }
  }
  return std::none_of(inst_.operands.begin(), inst_.operands.end(), [&](const PlantedOperand& op) {
    return op.place == chosen.place && op.operand.vreg() != chosen.value;
  });
}

// The value's new place, or the old one where no register is free of this instruction's operands.
Location PlantedInstDrawer::bring_elsewhere(const Holding& from) {
  RegSet candidates = machine_.allocatable(places_.class_of(from.value));
  for (Location place : early_) {
    if (!places_.is_memory(place)) candidates.remove(place.as_reg());
  }
  if (!places_.is_memory(from.place)) candidates.remove(from.place.as_reg());
  Location to = places_.draw_register(candidates);
  if (to.is_none()) return from.place;
  places_.vacate(to);
  places_.copy(from.value, to);
  return to;
}

void PlantedInstDrawer::use() {
  PartScope part(choices_, Part::Operands);
  Holding chosen;
  if (!choose_use(chosen)) return;
  if (choices_.chance(knobs_.planted_move)) chosen.place = bring_elsewhere(chosen);
  bool late = choices_.chance(knobs_.late_use);
  Operand operand = late ? Operand::late_use(chosen.value) : Operand::use(chosen.value);
  inst_.operands.push_back({operand, RegSet(), chosen.place});
  places_.reserve(chosen.place);
  early_.push_back(chosen.place);
  if (late) late_.push_back(chosen.place);
}

bool PlantedInstDrawer::is_free_for(Location place, OperandPos pos) const {
  return !has(late_, place) && (pos == OperandPos::Late || !has(early_, place));
}

// A register whose contents may go or can be saved: that of an early use, any other, or a
// fixed_stack one. Memory where there is none.
Location PlantedInstDrawer::place_for_def(RegClass cls, OperandPos pos) {
  if (choices_.chance(knobs_.stack)) return places_.empty_slot(cls);
  RegSet registers, inputs;
  auto offer = [&](PReg reg) {
    Location place = Location::reg(reg);
    if (!is_free_for(place, pos)) return;
    registers.add(reg);
    if (has(early_, place)) inputs.add(reg);
  };
  bool to_stack = choices_.chance(knobs_.fixed) && choices_.chance(knobs_.fixed_to_stack);
  RegSet stack = machine_.fixed_stack.of(cls);
  (to_stack && !stack.empty() ? stack : machine_.allocatable(cls)).for_each(offer);
  if (!inputs.empty() && choices_.chance(knobs_.reuse)) registers = inputs;
  Location place = places_.draw_register(registers);
  return place.is_none() ? places_.empty_slot(cls) : place;
}

VReg PlantedInstDrawer::add_def(RegClass cls, OperandPos pos, Location place) {
  VReg value = places_.new_value(cls, remat_ && choices_.chance(knobs_.remat));
  inst_.operands.push_back(
      {Operand::make(OperandKind::Def, pos, value, Constraint::Any), RegSet(), place});
  places_.reserve(place);
  late_.push_back(place);
  if (pos == OperandPos::Early) early_.push_back(place);
  return value;
}

void PlantedInstDrawer::def() {
  PartScope part(choices_, Part::Operands);
  OperandPos pos = choices_.chance(knobs_.early_def) ? OperandPos::Early : OperandPos::Late;
  RegClass cls = draw_class();
  add_def(cls, pos, place_for_def(cls, pos));
}

VReg PlantedInstDrawer::def_in_memory(RegClass cls) {
  return add_def(cls, OperandPos::Late, places_.empty_slot(cls));
}

void PlantedInstDrawer::fill() {
  RegClass cls = draw_class();
  machine_.allocatable(cls).for_each([&](PReg reg) {
    Location place = Location::reg(reg);
    if (!is_free_for(place, OperandPos::Late)) return;
    bool early = is_free_for(place, OperandPos::Early) && choices_.chance(knobs_.early_def);
    add_def(cls, early ? OperandPos::Early : OperandPos::Late, place);
  });
}

// One def once more, in the same place.
void PlantedInstDrawer::define_again() {
  if (inst_.operands.empty() || !inst_.operands.back().operand.is_def()) return;
  inst_.operands.push_back(PlantedOperand(inst_.operands.back()));
}

void PlantedInstDrawer::pins() {
  for (int i = 0; i < 3 && choices_.chance(knobs_.pin); ++i) {
    auto number = static_cast<std::uint16_t>(choices_.below(kRegCount));
    for (std::uint16_t k = 0; k < kRegCount; ++k) {
      PReg reg(static_cast<std::uint16_t>((number + k) % kRegCount));
      if (machine_.allocatable().contains(reg)) continue;
      inst_.operands.push_back({Operand::pin(reg), RegSet(), Location::reg(reg)});
      break;
    }
  }
}

// Single registers, some of them under one number in every class.
RegSet PlantedInstDrawer::few_registers() {
  RegSet set;
  for (std::uint32_t n = choices_.below(5) + 1; n != 0; --n) {
    PReg reg = any_register(draw_class());
    set.add(reg);
    if (!choices_.chance({80})) continue;
    for (RegClass cls : kClasses) set.add(make_preg(cls, number_of(reg)));
  }
  return set;
}

void PlantedInstDrawer::clobbers() {
  if (choices_.chance(knobs_.clobber_all)) {
    inst_.clobbers = machine_.allocatable();
  } else {
    inst_.clobbers = choices_.chance({110}) ? machine_.preferred : few_registers();
  }
  for (Location place : late_) {
    if (place.is_reg()) inst_.clobbers.remove(place.as_reg());
  }
}

// Places of values that would all be overwritten are saved one by one; so the last one is.
void PlantedInstDrawer::save_what_is_overwritten() {
  std::vector<Location> overwritten;
  inst_.clobbers.for_each([&](PReg reg) { overwritten.push_back(Location::reg(reg)); });
  for (const PlantedOperand& op : inst_.operands) {
    if (op.operand.is_def()) overwritten.push_back(op.place);
  }
  std::vector<Holding> held = places_.held();
  for (const Holding& h : held) {
    if (!has(overwritten, h.place)) continue;
    bool stays = std::any_of(places_.held().begin(), places_.held().end(), [&](const Holding& o) {
      return o.value == h.value && !has(overwritten, o.place);
    });
    if (!stays) places_.save(h);
  }
}

// To values that the instruction defines, from values that it uses.
void PlantedInstDrawer::give_recipes() {
  std::vector<VReg> uses;
  for (const PlantedOperand& op : inst_.operands) {
    if (op.operand.is_use() && !op.operand.is_pin()) uses.push_back(op.operand.vreg());
  }
  for (const PlantedOperand& op : inst_.operands) {
    VReg value = op.operand.vreg();
    if (!op.operand.is_def() || places_.is_rematerializable(value)) continue;
    if (choices_.chance(knobs_.recipe)) places_.give_recipe(value, draw_recipe(value, uses));
  }
}

PlantedRecipe PlantedInstDrawer::draw_recipe(VReg value, const std::vector<VReg>& uses) {
  PlantedRecipe recipe;
  for (std::uint32_t n = choices_.in(knobs_.recipe_inputs); n != 0; --n) {
    PReg pin = choices_.chance(knobs_.recipe_pin) ? draw_pin() : PReg::none();
    if (pin.valid()) {
      recipe.inputs.push_back(Operand::pin(pin));
    } else if (!uses.empty()) {
      VReg input = uses[choices_.below(static_cast<std::uint32_t>(uses.size()))];
      recipe.inputs.push_back(Operand::use(input, Constraint::Reg));
    }
  }
  if (choices_.chance(knobs_.recipe_dear)) recipe.cost = choices_.in(knobs_.recipe_cost);
  while (choices_.chance(knobs_.recipe_clobber)) recipe.clobbers.add(any_register(draw_class()));
  if (recipe.inputs.empty() || !choices_.chance(knobs_.recipe_reuse)) return recipe;
  std::uint32_t reuse = choices_.below(static_cast<std::uint32_t>(recipe.inputs.size()));
  const Operand& input = recipe.inputs[reuse];
  bool fits = !input.is_pin() && places_.class_of(input.vreg()) == places_.class_of(value);
  if (fits) recipe.reuse = static_cast<std::uint8_t>(reuse);
  return recipe;
}

// None where each register is allocatable, a stack location or for moves.
PReg PlantedInstDrawer::draw_pin() {
  RegClass cls = draw_class();
  for (unsigned number = kRegsPerClass; number-- > 0;) {
    PReg reg = make_preg(cls, number);
    bool used = machine_.allocatable().contains(reg) || machine_.fixed_stack.contains(reg) ||
                machine_.scratch_of(cls) == reg;
    if (!used) return reg;
  }
  return PReg::none();
}

void PlantedInstDrawer::shuffle() {
  auto count = static_cast<std::uint32_t>(inst_.operands.size());
  for (std::uint32_t k = 0; k + 1 < count; ++k) {
    std::swap(inst_.operands[k], inst_.operands[k + choices_.below(count - k)]);
  }
}

void PlantedInstDrawer::forget_places() {
  for (PlantedOperand& op : inst_.operands) {
    if (!op.operand.is_pin()) tighten(op);
  }
  reuse_inputs();
}

void PlantedInstDrawer::constrain(PlantedOperand& op, Constraint constraint,
                                  std::uint32_t payload) {
  op.operand =
      Operand::make(op.operand.kind(), op.operand.pos(), op.operand.vreg(), constraint, payload);
}

void PlantedInstDrawer::tighten(PlantedOperand& op) {
  if (!places_.is_memory(op.place)) return tighten_register(op, op.place.as_reg());
  if (!choices_.chance(tightness_)) return;
  std::uint32_t total = std::uint32_t{knobs_.stack.of_256} + knobs_.fixed.of_256;
  bool fixed = choices_.below(total) >= knobs_.stack.of_256 && op.place.is_reg();
  if (fixed) return constrain(op, Constraint::Fixed, op.place.as_reg().value());
  if (knobs_.stack.of_256 != 0) constrain(op, Constraint::Stack);
}

// The tight ones against each other by the weights that they have in free programs.
void PlantedInstDrawer::tighten_register(PlantedOperand& op, PReg reg) {
  std::uint32_t fixed = knobs_.fixed.of_256, limit = knobs_.limit.of_256, in = knobs_.in_set.of_256;
  if (fixed + limit + in == 0 || !choices_.chance(tightness_)) {
    return constrain(op, choices_.chance(knobs_.reg) ? Constraint::Reg : Constraint::Any);
  }
  std::uint32_t drawn = choices_.below(fixed + limit + in);
  if (drawn < fixed) return constrain(op, Constraint::Fixed, reg.value());
  if (drawn < fixed + limit) {
    std::uint32_t slack = choices_.below(4);
    std::uint32_t tight = number_of(reg) + 1;
    return constrain(op, Constraint::Limit,
                     std::min(tight + slack, static_cast<std::uint32_t>(kRegsPerClass)));
  }
  op.set = RegSet();
  op.set.add(reg);
  for (std::uint32_t more = choices_.below(4); more != 0; --more) {
    op.set.add(any_register(class_of(reg)));
  }
  constrain(op, Constraint::In);
}

// A late def in the register of an early use may say so.
void PlantedInstDrawer::reuse_inputs() {
  std::vector<PlantedOperand>& operands = inst_.operands;
  for (PlantedOperand& def : operands) {
    if (!def.operand.is_def() || def.operand.is_early() || places_.is_memory(def.place)) continue;
    auto input = std::find_if(operands.begin(), operands.end(), [&](const PlantedOperand& use) {
      return use.operand.is_use() && !use.operand.is_pin() && use.operand.is_early() &&
             use.place == def.place;
    });
    if (input == operands.end() || knobs_.reuse.of_256 == 0 || !choices_.chance({180})) continue;
    if (input->operand.constraint() == Constraint::Any) constrain(*input, Constraint::Reg);
    constrain(def, Constraint::Reuse, static_cast<std::uint32_t>(input - operands.begin()));
  }
}

}  // namespace regproof
