// A program that is easy to take apart: blocks, instructions, operands and edges as plain lists, values
// by their numbers, registers sets by value. What a reduction or a mutation leaves behind need not be
// legal: `finish` has ssagen/complete.h repair it.
//
//   Program > sketch_of > Sketch > (edits) > finish > Program
//
// `finish` of an unchanged sketch is the same program. Cost: linear, and that of `complete`.
//
// Tested by tests/ssagen/reduce_test.cpp.
#pragma once

#include <boost/container/flat_map.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "ir/function.h"
#include "ir/machine.h"
#include "ssagen/ssagen.h"

namespace regproof {

struct SketchOperand {
  Operand operand;
  RegSet set;  // of `In`; the operand's own payload means nothing then
};

struct SketchTarget {
  std::size_t block = 0;
  std::vector<VReg> arguments;
};

struct SketchInst {
  InstKind kind = InstKind::Op;
  std::vector<SketchOperand> operands;
  RegSet clobbers;
  std::vector<SketchTarget> targets;
};

struct SketchBlock {
  std::vector<VReg> params;
  std::vector<SketchInst> insts;  // the last is the branch or ret
  double frequency = 0;
};

struct SketchLabel {
  DebugLabel debug;
  bool undefined = false;  // follows what nothing defined to begin with, and stays there
};

struct SketchRecipe {
  std::vector<Operand> inputs;  // uses in a register, and pins
  std::uint8_t cost = 1;
  std::uint8_t reuse = Recipe::kNoReuse;
  RegSet clobbers;
};

struct Sketch {
  Machine machine;
  std::string name;
  bool multiple_defs = false;
  std::vector<SketchBlock> blocks;
  std::vector<RegClass> classes;               // by vreg number
  std::vector<std::uint8_t> rematerializable;  // by vreg number
  boost::container::flat_map<VReg, SketchRecipe> recipes;
  std::vector<SketchLabel> labels;
};

// A branch to one block, without arguments.
SketchInst jump_to(std::size_t block);

// One more value, which nothing defines yet.
VReg new_value(Sketch& sketch, RegClass cls);

// Different ones that anything names. Numbers without a value are gaps.
std::size_t count_values(const Sketch& sketch);

// `from` has a recipe: `to` gets the same one.
void copy_recipe(Sketch& sketch, VReg from, VReg to);

// One input less; a reuse of it goes, too.
void drop_input(SketchRecipe& recipe, std::size_t input);

// How values are ordered: by where the text names them first, or as they were.
enum class NumberBy : std::uint8_t { Place, Number };

// Values are numbered from 0 without gaps.
void close_gaps(Sketch& sketch, NumberBy by);

// In the order of their numbers; the set has more than `n`.
PReg nth_register(RegSet set, std::size_t n);

Sketch sketch_of(const FunctionView& function, const Machine& machine);

// `feasible`: what cannot be satisfied together is loosened; else it is left as it stands.
Program finish(const Sketch& sketch, bool feasible);

}  // namespace regproof
