// Makes a Function from any IR in one pass, front to back.
//
//   FunctionBuilder b("twice");
//   VReg x = b.vreg(RegClass::Int), y = b.vreg(RegClass::Int);
//   b.begin_block();
//   b.op({Operand::def(x, Constraint::Reg)});
//   b.op({Operand::use(x, Constraint::Reg), Operand::def(y, Constraint::Reuse, 0)});
//   b.ret({Operand::use(y, Constraint::Fixed, make_preg(RegClass::Int, 0).value())});
//   Result<Function, BuildError> f = std::move(b).finish();
//
// Blocks are numbered in the order of `begin_block`; an edge may name a block that comes later.
// Misuse (an instruction outside a block or behind its terminator, a block without terminator, a
// limit of ir/function.h exceeded, one vreg with two classes, a constraint that names a register or
// a set that does not exist) is remembered and the first is reported by `finish`. Whether the
// program is legal is not asked here: see ir/validate.h.
//
// Tested by tests/ir/builder_test.cpp.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "ir/function.h"

namespace regproof {

struct BuildError {
  std::string message;  // one sentence that names the block or instruction
};

class FunctionBuilder {
 public:
  struct Target {
    Block block;
    std::vector<VReg> arguments;
  };

  explicit FunctionBuilder(std::string name);

  // A fresh vreg of the class, numbered by one more than the highest so far.
  VReg vreg(RegClass cls);
  // Says that the vreg, numbered by the client, is of the class. Numbers may have gaps.
  void declare(VReg vreg, RegClass cls);
  // The class that the vreg has been declared with so far, or None.
  RegClass vreg_class(VReg vreg) const {
    return vreg.value() < function_.vreg_classes.size() ? function_.vreg_classes[vreg.value()]
                                                        : RegClass::None;
  }

  // A register set for Operand's `In` constraint and for clobbers; equal sets have one id.
  RegSetId intern(const RegSet& set);

  Block begin_block(std::span<const VReg> params = {}, double frequency = 0);
  Inst op(std::span<const Operand> operands, const RegSet& clobbers = {});
  Inst branch(std::span<const Operand> operands, std::span<const Target> targets,
              const RegSet& clobbers = {});
  Inst ret(std::span<const Operand> operands, const RegSet& clobbers = {});

  Block begin_block(std::initializer_list<VReg> params) {
    return begin_block(std::span(params.begin(), params.size()));
  }
  Inst op(std::initializer_list<Operand> operands, const RegSet& clobbers = {}) {
    return op(std::span(operands.begin(), operands.size()), clobbers);
  }
  Inst branch(std::initializer_list<Operand> operands, std::initializer_list<Target> targets,
              const RegSet& clobbers = {}) {
    return branch(std::span(operands.begin(), operands.size()),
                  std::span(targets.begin(), targets.size()), clobbers);
  }
  Inst ret(std::initializer_list<Operand> operands, const RegSet& clobbers = {}) {
    return ret(std::span(operands.begin(), operands.size()), clobbers);
  }

  // The value can be computed again anywhere, for the price of a move.
  void rematerializable(VReg vreg);
  // The value can be computed again from values that the instruction which defines it uses, and from registers
  // that are not allocatable and never change; see Recipe. `reuse`: the input whose register is the result's.
  void recipe(VReg value, std::span<const Operand> inputs, std::uint32_t cost = 1,
              const RegSet& clobbers = {}, std::uint8_t reuse = Recipe::kNoReuse);
  void recipe(VReg value, std::initializer_list<Operand> inputs, std::uint32_t cost = 1,
              const RegSet& clobbers = {}, std::uint8_t reuse = Recipe::kNoReuse) {
    recipe(value, std::span(inputs.begin(), inputs.size()), cost, clobbers, reuse);
  }
  void debug_label(DebugLabel label);
  void allow_multiple_defs();

  std::size_t block_count() const { return function_.block_records.size(); }
  std::size_t inst_count() const { return function_.inst_records.size(); }

  // The function, or the first misuse. Cost: linear in blocks and edges.
  Result<Function, BuildError> finish() &&;

 private:
  Inst append(std::span<const Operand> operands, InstKind kind, const RegSet& clobbers);
  void fail(std::string message);
  void close_block();
  void link_predecessors();
  void sort_recipes();

  Function function_;
  std::unordered_map<std::uint64_t, std::vector<RegSetId>> sets_by_hash_;
  bool block_open_ = false;
  std::string error_;
};

}  // namespace regproof
