#include "ssagen/inst_drawer.h"

#include <algorithm>
#include <bit>

namespace regproof {

InstDrawer::InstDrawer(Choices& choices, const Knobs& knobs, const Machine& machine, Draft& draft)
    : choices_(choices), knobs_(knobs), machine_(machine), draft_(draft) {
  for (RegClass cls : kClasses) {
    if (!machine.allocatable(cls).empty()) classes_.push_back(cls);
  }
  gaps_ = choices.chance(knobs.number_gap);
  remat_ = choices.chance(knobs.remat_program);
  recipes_ = choices.chance(knobs.recipe_program);
  draft.multiple_defs = choices.chance(knobs.multiple_defs);
}

bool InstDrawer::is_full() const {
  return draft_.insts.size() >= knobs_.most_insts || draft_.operands.size() >= knobs_.most_operands;
}

void InstDrawer::begin(InstKind kind) {
  DraftInst inst;
  inst.kind = kind;
  inst.first_operand = inst.end_operand = static_cast<std::uint32_t>(draft_.operands.size());
  inst.first_target = inst.end_target = static_cast<std::uint32_t>(draft_.targets.size());
  draft_.insts.push_back(inst);
  early_ = late_ = RegSet();
  reused_.clear();
}

void InstDrawer::end() {
  if (choices_.chance(knobs_.shuffle)) shuffle();
  if (draft_.multiple_defs) define_again();
  draft_.insts.back().end_operand = static_cast<std::uint32_t>(draft_.operands.size());
}

RegClass InstDrawer::draw_class() {
  return classes_[choices_.below(static_cast<std::uint32_t>(classes_.size()))];
}

DraftRef InstDrawer::draw_ref(RegClass cls) {
  DraftRef ref;
  ref.cls = cls;
  if (choices_.chance(knobs_.far_use)) {
    ref.distance = choices_.below(65536);  // modulo what there is: any of them
  } else {
    ref.distance = choices_.below(choices_.chance(knobs_.near_use) ? 4 : 32);
  }
  return ref;
}

DraftDef InstDrawer::draw_def(RegClass cls) {
  DraftDef def;
  def.cls = cls;
  if (gaps_ && choices_.chance({100})) {
    def.number_step = static_cast<std::int32_t>(choices_.below(choices_.chance({8}) ? 200 : 5));
  }
  def.rematerializable = remat_ && choices_.chance(knobs_.remat);
  if (recipes_ && !def.rematerializable && choices_.chance(knobs_.recipe)) {
    def.recipe = draw_recipe(knobs_.recipe_inputs.min);
  }
  return def;
}

// Which uses its numbers mean is found when all operands of the instruction are drawn.
std::uint32_t InstDrawer::draw_recipe(std::uint32_t least_inputs) {
  DraftRecipe recipe;
  recipe.input_count = std::max(choices_.in(knobs_.recipe_inputs), least_inputs);
  for (std::uint32_t i = 0; i < recipe.input_count; ++i) {
    bool is_pin = i >= least_inputs && choices_.chance(knobs_.recipe_pin);
    // As real machines have them, at the end of a class: a frame pointer, say.
    recipe.inputs[i] = is_pin ? DraftRecipe::Input{true, choices_.below(kRegCount)}
                              : DraftRecipe::Input{false, i < least_inputs ? 0 : choices_.below(4)};
  }
  if (choices_.chance(knobs_.recipe_dear)) recipe.cost = choices_.in(knobs_.recipe_cost);
  while (choices_.chance(knobs_.recipe_clobber)) {
    RegClass cls = draw_class();
    recipe.clobbers.add(pick(machine_.allocatable(cls), cls));
  }
  if (recipe.input_count != 0 && choices_.chance(knobs_.recipe_reuse)) {
    recipe.reuse = choices_.below(recipe.input_count);
  }
  draft_.recipes.push_back(recipe);
  return static_cast<std::uint32_t>(draft_.recipes.size());
}

void InstDrawer::chain_link(RegClass cls, bool first) {
  begin(InstKind::Op);
  if (!first) {
    DraftOperand& input = add(OperandKind::Use, OperandPos::Early);
    input.use.cls = cls;
    input.constraint = Constraint::Reg;
    if (choices_.chance({128})) use(knobs_.fixed);
  }
  DraftOperand& result = add(OperandKind::Def, OperandPos::Late);
  result.constraint = Constraint::Reg;
  result.def.cls = cls;
  bool constant = first && choices_.chance({128});
  if (constant) {
    result.def.rematerializable = true;
  } else {
    std::uint32_t recipe = draw_recipe(first ? 0 : 1);
    draft_.operands.back().def.recipe = recipe;
  }
  draft_.insts.back().end_operand = static_cast<std::uint32_t>(draft_.operands.size());
}

DraftOperand& InstDrawer::add(OperandKind kind, OperandPos pos) {
  DraftOperand operand;
  operand.kind = kind;
  operand.pos = pos;
  draft_.operands.push_back(operand);
  reused_.push_back(0);
  return draft_.operands.back();
}

void InstDrawer::plain() {
  bool dense = choices_.chance(knobs_.dense);
  uses(choices_.in(dense ? knobs_.dense_uses : knobs_.uses), knobs_.fixed);
  reuses();
  defs(choices_.in(dense ? knobs_.dense_defs : knobs_.defs), knobs_.fixed);
  pins();
  if (choices_.chance(knobs_.clobber)) clobbers();
}

void InstDrawer::call() {
  constexpr Chance kNearlyAlways{225};
  uses(choices_.in(knobs_.call_uses), kNearlyAlways);
  defs(choices_.in(knobs_.call_defs), kNearlyAlways);
  Range extra = knobs_.call_extra_defs;
  if (choices_.chance(knobs_.call_many_defs)) extra.max += 8;
  for (std::uint32_t i = choices_.in(extra); i != 0; --i) {
    add(OperandKind::Def, OperandPos::Late).def = draw_def(draw_class());
  }
  reuses();
  pins();
  clobbers();
}

void InstDrawer::uses(std::uint32_t count, Chance fixed) {
  for (std::uint32_t i = 0; i < count; ++i) use(fixed);
}

void InstDrawer::use(Chance fixed) {
  PartScope part(choices_, Part::Operands);
  std::uint32_t before = count();
  if (before != 0 && choices_.chance(knobs_.repeat_use)) {
    DraftOperand other = operand(choices_.below(before));
    if (other.kind == OperandKind::Use && other.constraint != Constraint::Pin) {
      bool same = choices_.chance(knobs_.same_operand);
      DraftOperand& again = add(OperandKind::Use, other.pos);
      again.use = other.use;
      if (same) {
        again = other;
      } else {
        again.pos = choices_.chance(knobs_.late_use) ? OperandPos::Late : OperandPos::Early;
        constrain(again, fixed);
      }
      return;
    }
  }
  bool late = choices_.chance(knobs_.late_use);
  DraftOperand& fresh = add(OperandKind::Use, late ? OperandPos::Late : OperandPos::Early);
  fresh.use = draw_ref(draw_class());
  constrain(fresh, fixed);
}

void InstDrawer::defs(std::uint32_t count, Chance fixed) {
  for (std::uint32_t i = 0; i < count; ++i) {
    PartScope part(choices_, Part::Operands);
    bool early = choices_.chance(knobs_.early_def);
    DraftOperand& def = add(OperandKind::Def, early ? OperandPos::Early : OperandPos::Late);
    def.def = draw_def(draw_class());
    constrain(def, fixed);
  }
}

PReg InstDrawer::pick(const RegSet& set, RegClass cls) {
  std::uint64_t bits = set.bits(cls);
  for (std::uint32_t skip = choices_.below(static_cast<std::uint32_t>(std::popcount(bits)));
       skip != 0; --skip) {
    bits &= bits - 1;
  }
  return make_preg(cls, static_cast<unsigned>(std::countr_zero(bits)));
}

void InstDrawer::constrain(DraftOperand& operand, Chance fixed) {
  RegClass cls = class_of_operand(operand);
  if (choices_.chance(fixed) && fix(operand)) return;
  if (choices_.chance(knobs_.limit)) {
    operand.constraint = Constraint::Limit;
    operand.payload = number_of(pick(machine_.allocatable(cls), cls)) + 1;
  } else if (choices_.chance(knobs_.in_set)) {
    restrict_to_set(operand);
  } else if (choices_.chance(knobs_.stack)) {
    operand.constraint = Constraint::Stack;
  } else {
    operand.constraint = choices_.chance(knobs_.reg) ? Constraint::Reg : Constraint::Any;
  }
}

void InstDrawer::restrict_to_set(DraftOperand& operand) {
  RegClass cls = class_of_operand(operand);
  RegSet set;
  for (std::uint32_t n = choices_.below(5) + 1; n != 0; --n) {
    set.add(pick(machine_.allocatable(cls), cls));
  }
  operand.constraint = Constraint::In;
  operand.payload = static_cast<std::uint32_t>(draft_.sets.size());
  draft_.sets.push_back(set);
}

// False where each register is taken by another value.
bool InstDrawer::fix(DraftOperand& operand) {
  RegClass cls = class_of_operand(operand);
  bool held_early = operand.kind == OperandKind::Use || operand.pos == OperandPos::Early;
  bool held_late = operand.kind == OperandKind::Def || operand.pos == OperandPos::Late;
  RegSet candidates = machine_.allocatable(cls);
  if (!machine_.fixed_stack.of(cls).empty() && choices_.chance(knobs_.fixed_to_stack)) {
    candidates = machine_.fixed_stack.of(cls);
  }
  if (held_early) candidates = candidates - early_;
  if (held_late) candidates = candidates - late_;
  RegSet shared = candidates & early_;
  if (!held_early && !shared.empty() && choices_.chance(knobs_.fixed_pair)) candidates = shared;
  if (candidates.empty()) return false;
  PReg reg = pick(candidates, cls);
  operand.constraint = Constraint::Fixed;
  operand.payload = number_of(reg);
  if (held_early) early_.add(reg);
  if (held_late) late_.add(reg);
  return true;
}

// An early use in a register that no def reuses yet; a new one where there is none.
std::uint32_t InstDrawer::reusable_input() {
  std::uint32_t before = count();
  std::uint32_t start = choices_.below(before);
  for (std::uint32_t i = 0; i < before; ++i) {
    std::uint32_t k = (start + i) % before;
    const DraftOperand& use = operand(k);
    if (use.kind != OperandKind::Use || use.pos != OperandPos::Early || reused_[k] != 0) continue;
    if (use.constraint == Constraint::Any || use.constraint == Constraint::Stack ||
        use.constraint == Constraint::Pin) {
      continue;
    }
    if (use.constraint == Constraint::Fixed) {
      PReg reg = make_preg(use.use.cls, use.payload);
      if (late_.contains(reg) || !machine_.allocatable().contains(reg)) continue;
      late_.add(reg);
    }
    return k;
  }
  DraftOperand& fresh = add(OperandKind::Use, OperandPos::Early);
  fresh.use = draw_ref(draw_class());
  fresh.constraint = Constraint::Reg;
  return before;
}

void InstDrawer::reuses() {
  for (std::uint32_t i = 0; i < knobs_.reuses.max; ++i) {
    if (!choices_.chance(knobs_.reuse) && (i >= knobs_.reuses.min || count() == 0)) break;
    std::uint32_t input = reusable_input();
    reused_[input] = 1;
    RegClass cls = operand(input).use.cls;
    DraftOperand& def = add(OperandKind::Def, OperandPos::Late);
    def.constraint = Constraint::Reuse;
    def.payload = input;
    def.def = draw_def(cls);
  }
}

void InstDrawer::pins() {
  for (int i = 0; i < 3 && choices_.chance(knobs_.pin); ++i) {
    DraftOperand& pin = add(OperandKind::Use, OperandPos::Early);
    pin.constraint = Constraint::Pin;
    pin.use.cls = kClasses[choices_.below(kClassCount)];
    pin.payload = choices_.below(kRegsPerClass);  // the next one above that is not allocatable
  }
}

// Single registers, some of them under one number in every class.
RegSet InstDrawer::few_registers() {
  RegSet set;
  for (std::uint32_t n = choices_.below(5) + 1; n != 0; --n) {
    RegClass cls = draw_class();
    PReg reg = pick(machine_.allocatable(cls), cls);
    set.add(reg);
    if (!choices_.chance({80})) continue;
    for (RegClass other : kClasses) set.add(make_preg(other, number_of(reg)));
  }
  if (choices_.chance({120})) set = set | early_;
  return set;
}

void InstDrawer::clobbers() {
  RegSet set;
  if (choices_.chance(knobs_.clobber_all)) {
    set = machine_.allocatable();
  } else if (choices_.chance({110})) {
    set = machine_.preferred;
  } else {
    set = few_registers();
  }
  set = set - late_;
  if (set.empty()) return;
  draft_.insts.back().clobbers = static_cast<std::uint32_t>(draft_.sets.size());
  draft_.sets.push_back(set);
}

void InstDrawer::shuffle() {
  std::uint32_t n = count();
  std::vector<std::uint32_t> old_place(n), new_place(n);
  for (std::uint32_t k = 0; k < n; ++k) old_place[k] = k;
  for (std::uint32_t k = 0; k + 1 < n; ++k) {
    std::swap(old_place[k], old_place[k + choices_.below(n - k)]);
  }
  std::vector<DraftOperand> shuffled;
  for (std::uint32_t k = 0; k < n; ++k) {
    new_place[old_place[k]] = k;
    shuffled.push_back(operand(old_place[k]));
  }
  for (std::uint32_t k = 0; k < n; ++k) {
    operand(k) = shuffled[k];
    if (shuffled[k].constraint == Constraint::Reuse) {
      operand(k).payload = new_place[shuffled[k].payload];
    }
  }
}

// The last def once more, behind it: its number is that of the def before.
void InstDrawer::define_again() {
  if (!choices_.chance({100})) return;
  for (std::uint32_t k = count(); k-- > 0;) {
    if (operand(k).kind != OperandKind::Def) continue;
    DraftOperand again = operand(k);
    again.def.number_step = -1;
    again.def.rematerializable = false;
    again.def.recipe = 0;
    constexpr Constraint kMeeting[] = {Constraint::Any, Constraint::Reg};
    again.constraint = kMeeting[choices_.below(2)];
    bool memory = operand(k).constraint == Constraint::Stack ||
                  (operand(k).constraint == Constraint::Fixed &&
                   machine_.fixed_stack.contains(make_preg(again.def.cls, again.payload)));
    if (memory) again.constraint = Constraint::Any;
    again.payload = 0;
    draft_.operands.push_back(again);
    return;
  }
}

}  // namespace regproof
