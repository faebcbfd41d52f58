// Draws the operands of one instruction after another into a draft. Ingredients combine freely: any
// instruction may have fixed uses and defs, reuses, pins, clobbers, early defs and late uses at once.
//
// Contradictions are avoided where that is cheap: no two values are fixed to one register at one
// phase, and clobbers spare what is held late. What is left is found by the feasibility test.
#pragma once

#include <vector>

#include "ssagen/generate.h"

namespace regproof {

class InstDrawer {
 public:
  InstDrawer(Choices& choices, const Knobs& knobs, const Machine& machine, Draft& draft);

  bool is_full() const;

  // `begin`, ingredients, `end` make one instruction.
  void begin(InstKind kind);
  void end();

  void plain();  // uses and defs as the knobs say
  void call();   // fixed arguments and results, more defs, clobbers
  void uses(std::uint32_t count, Chance fixed);
  void defs(std::uint32_t count, Chance fixed);
  void reuses();
  void pins();
  void clobbers();

  // A class that has registers.
  RegClass draw_class();
  DraftRef draw_ref(RegClass cls);
  DraftDef draw_def(RegClass cls);

  // Whether this program has recipes with inputs.
  bool has_recipes() const { return recipes_; }
  // One instruction: computes a value of the class, from the value before it unless it is the `first`.
  void chain_link(RegClass cls, bool first);

 private:
  std::uint32_t draw_recipe(std::uint32_t least_inputs);
  DraftOperand& add(OperandKind kind, OperandPos pos);
  void use(Chance fixed);
  void constrain(DraftOperand& operand, Chance fixed);
  bool fix(DraftOperand& operand);
  void restrict_to_set(DraftOperand& operand);
  PReg pick(const RegSet& set, RegClass cls);
  std::uint32_t reusable_input();
  RegSet few_registers();
  void shuffle();
  void define_again();

  std::uint32_t first() const { return draft_.insts.back().first_operand; }
  std::uint32_t count() const {
    return static_cast<std::uint32_t>(draft_.operands.size()) - first();
  }
  DraftOperand& operand(std::uint32_t k) { return draft_.operands[first() + k]; }
  static RegClass class_of_operand(const DraftOperand& operand) {
    return operand.kind == OperandKind::Use ? operand.use.cls : operand.def.cls;
  }

  Choices& choices_;
  const Knobs& knobs_;
  const Machine& machine_;
  Draft& draft_;
  std::vector<RegClass> classes_;  // those with registers
  bool gaps_;                      // of this program
  bool remat_;
  bool recipes_;
  RegSet early_;  // registers that this instruction's operands are fixed to, by phase
  RegSet late_;
  std::vector<std::uint8_t> reused_;  // by operand
};

}  // namespace regproof
