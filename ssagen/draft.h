// A draft: a program as it was drawn or read from tokens, before anybody asked whether it is legal.
// Values are not named yet: a use says its class and how many definitions back the value lies among
// those that dominate it; a definition says by how much its number differs from the next one.
//
//   bytes, choices > generate > Draft .
//                                     >-- complete > Function
//   bytes, tokens  > decode   > Draft '
//
// `complete` (ssagen/complete.h) turns any draft into a legal, feasible program; on the draft of a
// legal and feasible program it changes nothing.
//
// What a record owns is the range from its `first_*` to its `end_*`. Blocks stand in layout order,
// each ends in its one branch or ret.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "ir/function.h"
#include "ir/machine.h"

namespace regproof {

struct DraftRef {
  RegClass cls = RegClass::Int;
  std::uint32_t distance = 0;  // 0 is the nearest definition; taken modulo what there is
  VReg exact;                  // if valid and legal here, this value and not `distance`
};

// How a value can be computed again from what the instruction uses that defines it.
struct DraftRecipe {
  struct Input {
    bool is_pin = false;
    std::uint32_t number = 0;  // of a pin the register; else of a use, modulo how many there are
  };
  std::array<Input, kMaxRecipeInputs> inputs{};
  std::uint32_t input_count = 0;
  std::uint32_t cost = 1;
  std::uint32_t reuse = Recipe::kNoReuse;
  RegSet clobbers;
};

struct DraftDef {
  RegClass cls = RegClass::Int;
  std::int32_t number_step =
      0;  // its number is that of the definition before it, plus 1, plus this
  bool rematerializable = false;
  std::uint32_t recipe = 0;  // 1 more than its place in `recipes`; 0 where there is none
};

struct DraftOperand {
  OperandKind kind = OperandKind::Use;
  OperandPos pos = OperandPos::Early;
  Constraint constraint = Constraint::Any;
  // Fixed and Pin: the hardware number; Reuse: an operand; Limit: the limit; In: a place in `sets`.
  std::uint32_t payload = 0;
  DraftRef use;  // of uses and pins; of a pin only the class
  DraftDef def;  // of defs
};

struct DraftTarget {
  std::int64_t block = 0;  // modulo the number of blocks
  std::uint32_t first_argument = 0;
  std::uint32_t end_argument = 0;
};

struct DraftInst {
  InstKind kind = InstKind::Op;
  std::uint32_t clobbers = 0;  // a place in `sets`
  std::uint32_t first_operand = 0;
  std::uint32_t end_operand = 0;
  std::uint32_t first_target = 0;
  std::uint32_t end_target = 0;
};

struct DraftBlock {
  std::uint32_t first_param = 0;
  std::uint32_t end_param = 0;
  std::uint32_t first_inst = 0;
  std::uint32_t end_inst = 0;
  double frequency = 0;
};

struct DraftLabel {
  std::int64_t vreg = 0;  // a number; the nearest defined one below is taken, else above
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::uint32_t label = 0;
  bool exact = false;                   // a range that fits stands, though it be empty
  RegClass undefined = RegClass::None;  // that of `vreg`, where no definition is meant to be found
};

struct Draft {
  std::string name = "f";
  bool multiple_defs = false;
  bool defs_in_both_phases = false;   // early and late ones may be of one value
  std::uint32_t number_limit = 1024;  // vreg numbers stay below; at least the number of values
  std::vector<DraftBlock> blocks;
  std::vector<DraftDef> params;
  std::vector<DraftInst> insts;
  std::vector<DraftOperand> operands;
  std::vector<DraftTarget> targets;
  std::vector<DraftRef> arguments;
  std::vector<RegSet> sets = {RegSet()};  // the first is empty
  std::vector<DraftRecipe> recipes;
  std::vector<DraftLabel> labels;
};

}  // namespace regproof
