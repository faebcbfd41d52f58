// Draws instructions of an allocated program: operands that read places which hold values and write
// places whose contents may go, and what has to be saved ahead of them. Then each operand forgets its
// place: it keeps a constraint which that place satisfies, from `any` to the one register.
//
//   held: v3 in p1i, v5 in p0i and stack2; v5 is used later
//   drawn: op use p0i, use p1i, def p1i ; clobber p0i        v5 stays in stack2
//   left:  op use v5i any, use v3i limit(2), def v8i reuse(1) ; clobber p0i
//
// An overdrawn instruction then demands one thing more (ssagen/overdraw.cpp), which may be too much.
//
// Tested by tests/ssagen/planted_test.cpp.
#pragma once

#include <cstdint>
#include <vector>

#include "ssagen/choice.h"
#include "ssagen/knobs.h"
#include "ssagen/planted_places.h"

namespace regproof {

struct PlantedOperand {
  Operand operand;  // of an `in`, the payload is set later
  RegSet set;       // of an `in`
  Location place;
};

struct PlantedInst {
  InstKind kind = InstKind::Op;
  std::vector<PlantedOperand> operands;
  RegSet clobbers;
  std::vector<Edit> edits;             // ahead of it
  std::uint32_t edits_after_last = 0;  // so many of them stand after the instruction before it
};

class PlantedInstDrawer {
 public:
  PlantedInstDrawer(Choices& choices, const Knobs& knobs, const Machine& machine,
                    PlantedPlaces& places);

  // `begin`, ingredients, `end` make one instruction. Uses come before defs, defs before clobbers.
  void begin(InstKind kind);
  PlantedInst end();

  void plain();  // uses and defs as the knobs say
  void call();   // more of both, and clobbers
  void uses(std::uint32_t count);
  void defs(std::uint32_t count);
  void fill();  // the registers of a class
  // A def that needs no register.
  VReg def_in_memory(RegClass cls);
  void pins();
  void clobbers();

  // A class that has registers.
  RegClass draw_class();
  bool multiple_defs() const { return multiple_defs_; }
  // Some instruction so far demands more than its places give.
  bool overdrawn() const { return overdrawn_; }

 private:
  void use();
  bool choose_use(Holding& chosen);
  Location bring_elsewhere(const Holding& from);
  void def();
  VReg add_def(RegClass cls, OperandPos pos, Location place);
  void define_again();
  Location place_for_def(RegClass cls, OperandPos pos);
  bool is_free_for(Location place, OperandPos pos) const;
  RegSet few_registers();
  void save_what_is_overwritten();
  void give_recipes();
  PlantedRecipe draw_recipe(VReg value, const std::vector<VReg>& uses);
  PReg draw_pin();
  void shuffle();
  void forget_places();
  void tighten(PlantedOperand& operand);
  void tighten_register(PlantedOperand& operand, PReg reg);
  void constrain(PlantedOperand& operand, Constraint constraint, std::uint32_t payload = 0);
  void reuse_inputs();

  void overdraw();
  void demand_register(PlantedOperand& operand);
  void demand_use();
  void demand_def();
  void demand_more_of(std::uint32_t operand);
  void demand_longer(std::uint32_t operand);
  void clobber_more();
  bool is_bound_by_reuse(std::uint32_t operand) const;
  PReg any_register(RegClass cls);

  Choices& choices_;
  const Knobs& knobs_;
  const Machine& machine_;
  PlantedPlaces& places_;
  std::vector<RegClass> classes_;  // those with registers
  Chance tightness_;               // of this program
  bool remat_;
  bool recipes_;
  bool multiple_defs_;
  bool overdrawn_ = false;
  PlantedInst inst_;
  std::vector<Location> early_;  // held by this instruction's operands, by phase
  std::vector<Location> late_;
};

}  // namespace regproof
