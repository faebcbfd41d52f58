// The program to allocate: arrays, and spans over them.
//
//   FunctionView   what the allocator, the validator and the judges read: a handful of spans
//   Function       owns such arrays; made by FunctionBuilder (ir/builder.h) or the text reader
//
// Blocks, instructions, edges follow each other in arrays of records; what a record owns (a block's
// instructions, an instruction's operands, an edge's arguments) is the range from its own `first_*`
// to the next record's. So each array of records ends in one sentinel record.
//
//   blocks   [ b0     | b1 | b2    | end ]
//   insts    [ i0  i1 | i2 | i3 i4 | end ]         each: its operands and an interned clobber set
//   edges    [ b0->b1  b0->b2 | b1->b3 | end ]     by source; each: its arguments
//
// Nothing here says that the program is legal: `validate` (ir/validate.h) does. A view made by
// FunctionBuilder is well formed (ranges ascend, ids that index arrays are in range, except that an
// edge's target and any vreg are what the client said).
//
// Tested by tests/ir/function_test.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/index.h"
#include "ir/machine.h"

namespace regproof {

struct BlockTag {
  static constexpr bool kOrdered = true;
};
struct InstTag {
  static constexpr bool kOrdered = true;
};
struct VRegTag {
  static constexpr bool kOrdered = true;
};
struct EdgeTag {
  static constexpr bool kOrdered = true;
};
struct RegSetTag {
  static constexpr bool kOrdered = false;
};
using Block = Index<BlockTag>;
using Inst = Index<InstTag>;
using VReg = Index<VRegTag>;
using Edge = Index<EdgeTag>;        // a place in FunctionView::edges
using RegSetId = Index<RegSetTag>;  // a place in FunctionView::reg_sets; 0 is the empty set

// Limits, checked by FunctionBuilder and `validate`, never wrapped.
inline constexpr std::uint32_t kMaxVRegs = 1u << 24;
inline constexpr std::uint32_t kMaxBlocks = 1u << 26;
inline constexpr std::uint32_t kMaxInsts = 1u << 28;
inline constexpr std::uint32_t kMaxOperands = 1u << 30;        // of a function
inline constexpr std::uint32_t kMaxOperandsOfInst = 1u << 16;  // of one instruction
inline constexpr std::uint32_t kMaxRegSets = 1u << 24;
inline constexpr std::uint32_t kMaxRecipeInputs = 4;  // of one recipe
inline constexpr std::uint32_t kMaxRecipeCost = 255;

// Before or after an instruction. Orders all points of a function.
class ProgPoint {
 public:
  constexpr ProgPoint() = default;
  static constexpr ProgPoint before(Inst inst) { return ProgPoint(inst.value() * 2); }
  static constexpr ProgPoint after(Inst inst) { return ProgPoint(inst.value() * 2 + 1); }
  static constexpr ProgPoint from_bits(std::uint32_t bits) { return ProgPoint(bits); }

  constexpr Inst inst() const { return Inst(bits_ / 2); }
  constexpr bool is_after() const { return (bits_ & 1) != 0; }
  constexpr std::uint32_t bits() const { return bits_; }
  constexpr ProgPoint next() const { return ProgPoint(bits_ + 1); }

  friend constexpr auto operator<=>(ProgPoint, ProgPoint) = default;

 private:
  constexpr explicit ProgPoint(std::uint32_t bits) : bits_(bits) {}
  std::uint32_t bits_ = 0;
};

enum class OperandKind : std::uint8_t { Use, Def };
enum class OperandPos : std::uint8_t { Early, Late };
enum class Constraint : std::uint8_t {
  Any,    // a register of the class, a spill slot, or a fixed_stack register of the class
  Reg,    // an allocatable register of the class
  Stack,  // a spill slot or a fixed_stack register of the class
  Fixed,  // `preg()`: allocatable or fixed_stack
  Reuse,  // late def: the register of operand `reuse_index()`, an early use
  Limit,  // an allocatable register whose hardware number is below `limit()`
  In,     // an allocatable register of `reg_set()`
  Pin,    // not an operand with a vreg: the non-allocatable register `preg()`, as it is
};

// One operand in 8 bytes.
class Operand {
 public:
  constexpr Operand() = default;

  static constexpr Operand make(OperandKind kind, OperandPos pos, VReg vreg, Constraint constraint,
                                std::uint32_t payload = 0) {
    Operand op;
    op.vreg_ = vreg;
    op.word_ = static_cast<std::uint32_t>(kind) | static_cast<std::uint32_t>(pos) << 1 |
               static_cast<std::uint32_t>(constraint) << 2 | payload << 5;
    return op;
  }
  static constexpr Operand use(VReg v, Constraint c = Constraint::Any, std::uint32_t payload = 0) {
    return make(OperandKind::Use, OperandPos::Early, v, c, payload);
  }
  static constexpr Operand late_use(VReg v, Constraint c = Constraint::Any,
                                    std::uint32_t payload = 0) {
    return make(OperandKind::Use, OperandPos::Late, v, c, payload);
  }
  static constexpr Operand def(VReg v, Constraint c = Constraint::Any, std::uint32_t payload = 0) {
    return make(OperandKind::Def, OperandPos::Late, v, c, payload);
  }
  static constexpr Operand early_def(VReg v, Constraint c = Constraint::Any,
                                     std::uint32_t payload = 0) {
    return make(OperandKind::Def, OperandPos::Early, v, c, payload);
  }
  static constexpr Operand pin(PReg reg) {
    return make(OperandKind::Use, OperandPos::Early, VReg::none(), Constraint::Pin, reg.value());
  }

  constexpr VReg vreg() const { return vreg_; }
  constexpr OperandKind kind() const { return static_cast<OperandKind>(word_ & 1); }
  constexpr OperandPos pos() const { return static_cast<OperandPos>(word_ >> 1 & 1); }
  constexpr Constraint constraint() const { return static_cast<Constraint>(word_ >> 2 & 7); }
  constexpr std::uint32_t payload() const { return word_ >> 5; }

  constexpr bool is_use() const { return kind() == OperandKind::Use; }
  constexpr bool is_def() const { return kind() == OperandKind::Def; }
  constexpr bool is_early() const { return pos() == OperandPos::Early; }
  constexpr bool is_late() const { return pos() == OperandPos::Late; }
  constexpr bool is_pin() const { return constraint() == Constraint::Pin; }

  // Of Fixed and Pin.
  constexpr PReg preg() const { return PReg(static_cast<std::uint16_t>(payload())); }
  // Of Reuse: an operand of the same instruction, counted from 0.
  constexpr std::uint32_t reuse_index() const { return payload(); }
  // Of Limit: 1 to 64.
  constexpr std::uint32_t limit() const { return payload(); }
  // Of In.
  constexpr RegSetId reg_set() const { return RegSetId(payload()); }

  friend constexpr bool operator==(const Operand&, const Operand&) = default;

 private:
  VReg vreg_;
  std::uint32_t word_ = 0;  // from bit 0: kind 1, position 1, constraint 3, payload 27
};
static_assert(sizeof(Operand) == 8, "operands are the largest array of a function");

enum class InstKind : std::uint8_t { Op, Branch, Ret };

struct InstRecord {
  std::uint32_t first_operand = 0;
  std::uint32_t word = 0;  // from bit 0: kind 2, clobber set 30

  static constexpr InstRecord make(std::uint32_t first_operand, InstKind kind, RegSetId clobbers) {
    return {first_operand, static_cast<std::uint32_t>(kind) | clobbers.value() << 2};
  }
  constexpr InstKind kind() const { return static_cast<InstKind>(word & 3); }
  constexpr bool is_terminator() const { return kind() != InstKind::Op; }
  constexpr RegSetId clobbers() const { return RegSetId(word >> 2); }
};
static_assert(sizeof(InstRecord) == 8);

struct BlockRecord {
  Inst first_inst{0};
  Edge first_edge{0};  // successors
  std::uint32_t first_predecessor = 0;
  std::uint32_t first_param = 0;
  double frequency = 0;  // runs of the block for one run of the function; 0 where it is not stated
};

struct EdgeRecord {
  Block from;
  Block to;
  std::uint32_t first_argument = 0;
};

// Label `label` follows `vreg` at the points from before `from` up to, not including, before `to`.
struct DebugLabel {
  VReg vreg;
  Inst from;
  Inst to;  // may be one past the last instruction
  std::uint32_t label = 0;

  friend bool operator==(const DebugLabel&, const DebugLabel&) = default;
};

// How a value can be computed again at a point that its definition dominates, from what its inputs hold there.
// In SSA form, wherever the value may be used, the inputs that it was computed from are still the current ones.
// Inputs are read before anything is written.
struct Recipe {
  static constexpr std::uint8_t kNoReuse = 0xff;

  VReg value;
  std::uint32_t first_input = 0;  // in FunctionView::recipe_inputs
  std::uint8_t input_count = 0;   // at most kMaxRecipeInputs
  std::uint8_t cost = 1;          // in moves between registers; 1 to kMaxRecipeCost
  std::uint8_t reuse = kNoReuse;  // the input, counted from 0, whose register is the result's
  RegSetId clobbers{0};           // overwritten besides the result and the class's scratch register

  bool has_reuse() const { return reuse != kNoReuse; }
};

struct FunctionView {
  std::string_view name;
  std::span<const BlockRecord> block_records;  // one more than blocks
  std::span<const InstRecord> inst_records;    // one more than instructions
  std::span<const EdgeRecord> edge_records;    // one more than edges
  std::span<const Operand> operand_array;
  std::span<const Edge> predecessor_array;  // by target; the order of the edges within it
  std::span<const VReg> param_array;
  std::span<const VReg> argument_array;
  std::span<const RegSet> reg_sets;        // interned; the first is empty
  std::span<const RegClass> vreg_classes;  // by vreg number; None where the number is a gap
  std::span<const VReg>
      rematerializable;  // ascending; computed from nothing, anywhere, for the price of a move
  std::span<const Recipe> recipes;           // ascending by value
  std::span<const Operand> recipe_inputs;    // vregs as uses in a register, and pins
  std::span<const DebugLabel> debug_labels;  // in the order of the program text
  bool multiple_defs = false;  // one instruction may define a vreg several times, all in one place

  std::size_t block_count() const { return block_records.size() - 1; }
  std::size_t inst_count() const { return inst_records.size() - 1; }
  std::size_t edge_count() const { return edge_records.size() - 1; }
  std::size_t vreg_count() const { return vreg_classes.size(); }  // gaps included

  static constexpr Block entry() { return Block(0); }
  IndexRange<Block> blocks() const { return IndexRange<Block>(block_count()); }
  IndexRange<Inst> insts() const { return IndexRange<Inst>(inst_count()); }
  IndexRange<Edge> edges() const { return IndexRange<Edge>(edge_count()); }

  IndexRange<Inst> insts(Block b) const {
    return {record(b).first_inst, next_record(b).first_inst};
  }
  // The block's branch or ret.
  Inst terminator(Block b) const { return insts(b).back(); }
  IndexRange<Edge> successors(Block b) const {
    return {record(b).first_edge, next_record(b).first_edge};
  }
  std::span<const Edge> predecessors(Block b) const {
    return predecessor_array.subspan(record(b).first_predecessor, next_record(b).first_predecessor -
                                                                      record(b).first_predecessor);
  }
  std::span<const VReg> params(Block b) const {
    return param_array.subspan(record(b).first_param,
                               next_record(b).first_param - record(b).first_param);
  }
  // 0 where the program does not state it.
  double frequency(Block b) const { return record(b).frequency; }

  Block source(Edge e) const { return edge_records[e.value()].from; }
  Block target(Edge e) const { return edge_records[e.value()].to; }
  std::span<const VReg> arguments(Edge e) const {
    std::uint32_t first = edge_records[e.value()].first_argument;
    return argument_array.subspan(first, edge_records[e.value() + 1].first_argument - first);
  }

  InstKind kind(Inst i) const { return inst_records[i.value()].kind(); }
  bool is_terminator(Inst i) const { return inst_records[i.value()].is_terminator(); }
  std::uint32_t first_operand(Inst i) const { return inst_records[i.value()].first_operand; }
  std::span<const Operand> operands(Inst i) const {
    std::uint32_t first = first_operand(i);
    return operand_array.subspan(first, first_operand(i.next()) - first);
  }
  const RegSet& clobbers(Inst i) const {
    return reg_sets[inst_records[i.value()].clobbers().value()];
  }
  const RegSet& reg_set(RegSetId id) const { return reg_sets[id.value()]; }

  // None for a number that no operand or parameter has, and for a pin's missing vreg.
  RegClass vreg_class(VReg v) const {
    return v.value() < vreg_classes.size() ? vreg_classes[v.value()] : RegClass::None;
  }
  bool is_rematerializable(VReg v) const;
  // Null where the program states none. Cost: a binary search.
  const Recipe* find_recipe(VReg v) const;
  std::span<const Operand> inputs(const Recipe& recipe) const {
    return recipe_inputs.subspan(recipe.first_input, recipe.input_count);
  }
  // The block that holds the instruction. Cost: a binary search.
  Block block_of(Inst i) const;

 private:
  const BlockRecord& record(Block b) const { return block_records[b.value()]; }
  const BlockRecord& next_record(Block b) const { return block_records[b.value() + 1]; }
};

// Owns the arrays of one function. Movable and copyable; `view()` is valid while it lives unmoved.
struct Function {
  std::string name;
  std::vector<BlockRecord> block_records;
  std::vector<InstRecord> inst_records;
  std::vector<EdgeRecord> edge_records;
  std::vector<Operand> operands;
  std::vector<Edge> predecessors;
  std::vector<VReg> params;
  std::vector<VReg> arguments;
  std::vector<RegSet> reg_sets;
  std::vector<RegClass> vreg_classes;
  std::vector<VReg> rematerializable;
  std::vector<Recipe> recipes;
  std::vector<Operand> recipe_inputs;
  std::vector<DebugLabel> debug_labels;
  bool multiple_defs = false;

  FunctionView view() const;
};

// Same program: names, blocks, instructions, operands, constraints, edges, labels are equal (register
// sets by content, not by number).
bool same_program(const FunctionView& a, const FunctionView& b);

}  // namespace regproof
