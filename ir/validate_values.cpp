// Definitions, uses and what stands beside the code. See ir/validate.cpp for the rules.
//
// First pass: where each vreg is defined, in program order, second defs reported. Second pass: each
// use against that place. Dominance is a comparison of intervals, so both are linear.
//
// Tested by tests/ir/validate_values_test.cpp, and tests/ir/validate_dominance_test.cpp: every tiny
// program.
#include <algorithm>
#include <string>
#include <vector>

#include "ir/names.h"
#include "ir/validate_report.h"

namespace regproof::validation {
namespace {

class Values {
 public:
  Values(const FunctionView& function, const Machine& machine, const Cfg& cfg, Report& report)
      : f_(function), machine_(machine), cfg_(cfg), report_(report), defs_(function.vreg_count()) {}

  void collect();
  void check_uses();
  void check_beside();
  void check_recipes();

 private:
  // A parameter's instruction is none. No block: not defined (yet).
  struct Def {
    Block block;
    Inst inst;
    std::uint32_t operand = kNoOperand;
  };

  RegSet clobbered() const;
  void check_input(const Recipe& recipe, std::uint32_t index, const RegSet& changing);
  bool is_used_by_definition(VReg value, VReg input) const;
  bool has_class(VReg vreg, Place place, const char* what);
  void define(VReg vreg, Place place);
  void define_again(VReg vreg, Place place);
  void use(VReg vreg, Place place, bool is_argument);
  bool precedes(const Def& def, const Place& use, bool is_argument) const;
  bool is_defined(VReg vreg) const {
    return vreg.value() < defs_.size() && defs_[vreg].block.valid();
  }

  const FunctionView& f_;
  const Machine& machine_;
  const Cfg& cfg_;
  Report& report_;
  Side<VReg, Def> defs_;
};

std::string number(VReg vreg) {
  return vreg.valid() ? "v" + std::to_string(vreg.value()) : "no vreg";
}

std::string text_of(Block block, Inst inst) {
  return inst.valid() ? to_string(inst) + " in " + to_string(block)
                      : "a parameter of " + to_string(block);
}

bool Values::has_class(VReg vreg, Place place, const char* what) {
  if (f_.vreg_class(vreg) != RegClass::None) return true;
  report_.add(
      Rule::VRegWithoutClass, place,
      std::string(what) + " is " + number(vreg) + ", which has no class, expected a declared vreg");
  return false;
}

void Values::define(VReg vreg, Place place) {
  if (!has_class(vreg, place, place.inst.valid() ? "the operand's vreg" : "a parameter")) return;
  RegClass cls = f_.vreg_class(vreg);
  if (machine_.allocatable(cls).empty()) {
    report_.add(Rule::ClassWithoutRegisters, place,
                to_string(vreg, f_) + " is of class " + name_of(cls) +
                    ", which has no allocatable register, expected a class that has some");
  }
  if (is_defined(vreg)) return define_again(vreg, place);
  defs_[vreg] = {place.block, place.inst, place.operand};
}

void Values::define_again(VReg vreg, Place place) {
  const Def& first = defs_[vreg];
  bool same_inst = place.inst.valid() && first.inst == place.inst;
  if (!same_inst || !f_.multiple_defs) {
    report_.add(Rule::DefinedTwice, place,
                to_string(vreg, f_) + " is defined a second time, expected only " +
                    text_of(first.block, first.inst) +
                    (same_inst ? " (once, where the function does not say multiple_defs)" : ""));
    return;
  }
}

void Values::collect() {
  for (Block block : f_.blocks()) {
    for (VReg param : f_.params(block)) define(param, {block, Inst::none(), kNoOperand});
    for (Inst inst : f_.insts(block)) {
      Place place{block, inst, kNoOperand};
      for (Operand operand : f_.operands(inst)) {
        ++place.operand;  // from none to 0
        if (operand.is_def() && !operand.is_pin()) define(operand.vreg(), place);
      }
    }
    if (report_.full()) return;
  }
}

bool Values::precedes(const Def& def, const Place& use, bool is_argument) const {
  if (def.block != use.block) {
    return !cfg_.is_reachable(use.block) || cfg_.dominates(def.block, use.block);
  }
  return !def.inst.valid() || def.inst < use.inst || (is_argument && def.inst == use.inst);
}

void Values::use(VReg vreg, Place place, bool is_argument) {
  if (!has_class(vreg, place, is_argument ? "an argument" : "the operand's vreg")) return;
  if (!is_defined(vreg)) {
    report_.add(Rule::UsedWithoutDefinition, place,
                to_string(vreg, f_) + (is_argument ? " is passed" : " is used") +
                    " but never defined, expected a def before");
    return;
  }
  const Def& def = defs_[vreg];
  if (precedes(def, place, is_argument)) return;
  bool itself = def.inst.valid() && def.inst == place.inst;
  report_.add(Rule::DefinitionDoesNotDominate, place,
              to_string(vreg, f_) + " is used " +
                  (itself ? "by the instruction that defines it"
                          : "where its definition, " + text_of(def.block, def.inst) +
                                ", has not always run") +
                  ", expected a def on every path to the use");
}

void Values::check_uses() {
  for (Block block : f_.blocks()) {
    Place place{block, Inst::none(), kNoOperand};
    for (Inst inst : f_.insts(block)) {
      place = {block, inst, kNoOperand};
      for (Operand operand : f_.operands(inst)) {
        ++place.operand;
        if (operand.is_use() && !operand.is_pin()) use(operand.vreg(), place, false);
      }
    }
    if (report_.full()) return;
    // Arguments belong to the block's last instruction.
    place.operand = kNoOperand;
    for (Edge edge : f_.successors(block)) {
      for (VReg argument : f_.arguments(edge)) use(argument, place, true);
    }
  }
}

void Values::check_beside() {
  for (VReg vreg : f_.rematerializable) {
    if (report_.full()) return;
    if (is_defined(vreg)) continue;
    report_.add(Rule::RematerializableUndefined, {},
                number(vreg) + " is rematerializable but never defined, expected a def");
  }
  for (const DebugLabel& label : f_.debug_labels) {
    if (report_.full()) return;
    std::string name = "debug label " + std::to_string(label.label);
    if (f_.vreg_class(label.vreg) == RegClass::None) {
      report_.add(Rule::LabelVRegMissing, {},
                  name + ": " + number(label.vreg) + " is no vreg of the function");
    }
    bool in_order = label.from <= label.to;
    if (in_order && label.to.value() <= f_.inst_count()) continue;
    auto point = [](Inst inst) { return inst.valid() ? to_string(inst) : "no instruction"; };
    report_.add(Rule::LabelRange, {},
                name + ": the range is " + point(label.from) + ".." + point(label.to) +
                    ", expected not to descend and to end at inst" +
                    std::to_string(f_.inst_count()) + " or before");
  }
}

// What some instruction or recipe overwrites.
RegSet Values::clobbered() const {
  RegSet result;
  for (Inst inst : f_.insts()) result = result | f_.clobbers(inst);
  for (const Recipe& recipe : f_.recipes) result = result | f_.reg_set(recipe.clobbers);
  return result;
}

bool Values::is_used_by_definition(VReg value, VReg input) const {
  const Def& def = defs_[value];
  if (!def.inst.valid()) return false;
  auto operands = f_.operands(def.inst);
  return std::any_of(operands.begin(), operands.end(),
                     [&](Operand op) { return op.is_use() && op.vreg() == input; });
}

// `changing`: registers that a recipe may not rely on.
void Values::check_input(const Recipe& recipe, std::uint32_t index, const RegSet& changing) {
  Operand input = f_.inputs(recipe)[index];
  std::string what =
      "recipe of " + to_string(recipe.value, f_) + ": input " + std::to_string(index) + ", ";
  if (input.is_pin()) {
    if (!changing.contains(input.preg())) return;
    return report_.add(Rule::RecipePin, {},
                       what + to_string(input.preg()) +
                           ", expected a register that nothing may be given or clobbers");
  }
  if (input.vreg().valid() && is_used_by_definition(recipe.value, input.vreg())) return;
  report_.add(Rule::RecipeInput, {},
              what + to_string(input.vreg(), f_) +
                  ", expected a value that the instruction uses which defines " +
                  to_string(recipe.value, f_));
}

void Values::check_recipes() {
  RegSet changing = machine_.allocatable() | machine_.fixed_stack | clobbered();
  for (PReg reg : machine_.scratch) {
    if (reg.valid() && reg.value() < kRegCount) changing.add(reg);
  }
  for (const Recipe& recipe : f_.recipes) {
    if (report_.full()) return;
    std::string what = "recipe of " + number(recipe.value);
    if (!is_defined(recipe.value)) {
      report_.add(Rule::RecipeUndefined, {}, what + ", which is never defined, expected a def");
      continue;
    }
    if (f_.is_rematerializable(recipe.value)) {
      report_.add(Rule::RecipeTwice, {},
                  what + ", which is rematerializable, too, expected one or the other");
    }
    for (std::uint32_t i = 0; i < recipe.input_count; ++i) check_input(recipe, i, changing);
    if (!recipe.has_reuse()) continue;
    bool fits =
        recipe.reuse < recipe.input_count && !f_.inputs(recipe)[recipe.reuse].is_pin() &&
        f_.vreg_class(f_.inputs(recipe)[recipe.reuse].vreg()) == f_.vreg_class(recipe.value);
    if (fits) continue;
    report_.add(Rule::RecipeReuse, {},
                what + ": reuse of input " + std::to_string(recipe.reuse) +
                    ", expected an input of the value's class that is no pin");
  }
}

}  // namespace

void check_values(const FunctionView& function, const Machine& machine, const Cfg& cfg,
                  Report& report) {
  Values values(function, machine, cfg, report);
  values.collect();
  values.check_uses();
  values.check_beside();
  if (!function.recipes.empty()) values.check_recipes();
}

}  // namespace regproof::validation
