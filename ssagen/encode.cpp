// Programs to tokens. Values are named as ssagen/values.h counts them, so the decoder finds the same.
//
// What tokens cannot state is lost, and nothing else: a vreg that is never defined, with its labels; a
// label of an empty range; control bytes in a name. Cost: linear in the program, but for a vreg number
// that is far larger than the program: the input is made longer by a sixteenth of it.
#include <algorithm>
#include <bit>
#include <boost/container/flat_set.hpp>

#include "ssagen/graph.h"
#include "ssagen/ssagen.h"
#include "ssagen/tokens.h"
#include "ssagen/values.h"

namespace regproof {
namespace {

FlowGraph flow_of(const FunctionView& function) {
  FlowGraph graph;
  graph.first_successor.push_back(0);
  for (Block block : function.blocks()) {
    for (Edge edge : function.successors(block)) {
      graph.successors.push_back(function.target(edge).value());
    }
    graph.first_successor.push_back(static_cast<std::uint32_t>(graph.successors.size()));
  }
  return graph;
}

class Encoder {
 public:
  Encoder(const FunctionView& function, const Machine& machine, std::vector<std::uint8_t>& bytes)
      : function_(function), machine_(machine), bytes_(bytes), tokens_(bytes) {}

  void run() {
    place_definitions();
    write_machine();
    write_name();
    if (function_.multiple_defs) {
      tokens_.token(defs_in_both_phases_ ? Token::DefsInBothPhases : Token::MultipleDefs, {});
    }
    for (Block block : function_.blocks()) write_block(block);
    write_labels();
    license_numbers();
  }

 private:
  static constexpr std::uint32_t kUndefined = 0xffffffffu;
  using Counts = std::array<std::uint32_t, kClassCount>;

  // Where each vreg is defined: block and place among its class's values there.
  void place_definitions() {
    block_of_.assign(function_.vreg_count(), kUndefined);
    order_.assign(function_.vreg_count(), 0);
    phases_.assign(function_.vreg_count(), 0);
    dominance_ = find_dominance(flow_of(function_));
    for (Block block : function_.blocks()) {
      values_.begin_block();
      Counts local{};
      for (VReg v : function_.params(block)) place(v, block, local);
      for (Inst inst : function_.insts(block)) {
        for (const Operand& op : function_.operands(inst)) {
          if (!op.is_def() || op.is_pin()) continue;
          note_phase(op);
          place(op.vreg(), block, local);
        }
      }
    }
    values_.finish(dominance_);
  }

  // Several definitions of a value are of one instruction, and may be of both phases.
  void note_phase(const Operand& def) {
    std::uint8_t& phases = phases_[def.vreg().value()];
    phases = static_cast<std::uint8_t>(phases | (def.is_early() ? 1 : 2));
    defs_in_both_phases_ |= phases == 3;
  }

  void place(VReg v, Block block, Counts& local) {
    if (block_of_[v.value()] != kUndefined) return;
    RegClass cls = function_.vreg_class(v);
    block_of_[v.value()] = block.value();
    order_[v.value()] = local[index_of(cls)]++;
    values_.add(v, cls);
  }

  void write_runs(Token token, const RegSet& set) {
    for_each_run(set, [&](PReg first, std::uint32_t more) {
      tokens_.token(token, {first.value(), more});
    });
  }

  // Calls `visit(first, count - 1)` for each stretch of registers.
  template <class Visit>
  static void for_each_run(const RegSet& set, Visit&& visit) {
    for (RegSet rest = set; !rest.empty();) {
      PReg first = rest.first();
      std::uint32_t count = 0;
      for (std::uint32_t r = first.value(); r < kRegCount; ++r, ++count) {
        PReg reg(static_cast<std::uint16_t>(r));
        if (!rest.contains(reg)) break;
        rest.remove(reg);
      }
      visit(first, count - 1);
    }
  }

  void write_machine() {
    tokens_.token(Token::Machine, {machine_.slot_named_by_last ? 1u : 0u});
    write_runs(Token::Preferred, machine_.preferred);
    write_runs(Token::NonPreferred, machine_.non_preferred);
    write_runs(Token::FixedStack, machine_.fixed_stack);
    for (RegClass cls : kClasses) {
      PReg scratch = machine_.scratch_of(cls);
      if (scratch.valid()) tokens_.token(Token::Scratch, {scratch.value()});
      std::uint32_t slot = machine_.slot_size_of(cls);
      if (slot != 1) tokens_.token(Token::SlotSize, {index_of(cls), slot});
    }
  }

  void write_name() {
    if (function_.name == "f") return;
    tokens_.token(Token::Name, {});
    for (char c : function_.name) tokens_.number(static_cast<std::uint8_t>(c));
  }

  void write_block(Block block) {
    tokens_.token(Token::BeginBlock, {});
    if (function_.frequency(block) != 0) {
      auto bits = std::bit_cast<std::uint64_t>(function_.frequency(block));
      tokens_.token(Token::Frequency, {reversed_bits(bits)});
    }
    Counts available;
    for (RegClass cls : kClasses) {
      available[index_of(cls)] = values_.at_entry(block.value(), cls);
    }
    for (VReg v : function_.params(block)) {
      RegClass cls = function_.vreg_class(v);
      auto token = static_cast<Token>(static_cast<std::size_t>(Token::ParamInt) + index_of(cls));
      tokens_.token(token, {number_step(v)});
      if (function_.is_rematerializable(v)) tokens_.token(Token::Remat, {});
      write_recipe(v, Inst::none());
      ++available[index_of(cls)];
    }
    for (Inst inst : function_.insts(block)) write_inst(inst, block, available);
    for (Edge edge : function_.successors(block)) write_edge(edge, block, available);
  }

  std::uint64_t number_step(VReg v) {
    std::int64_t step = static_cast<std::int64_t>(v.value()) - previous_ - 1;
    previous_ = v.value();
    return zigzag(step);
  }

  void write_inst(Inst inst, Block block, Counts& available) {
    InstKind kind = function_.kind(inst);
    tokens_.token(kind == InstKind::Op       ? Token::Op
                  : kind == InstKind::Branch ? Token::Branch
                                             : Token::Ret,
                  {});
    Counts before = available;
    for (const Operand& op : function_.operands(inst)) {
      if (op.is_pin()) {
        tokens_.token(
            operand_head(class_of(op.preg()), OperandKind::Use, OperandPos::Early, Constraint::Pin),
            {number_of(op.preg())});
      } else if (op.is_use()) {
        write_use(op, block, before);
      } else {
        write_def(op, block, available);
        write_recipe(op.vreg(), inst);
      }
    }
    write_clobbers(function_.clobbers(inst));
  }

  // The distance, or nothing where the value does not dominate (in unreachable blocks).
  bool distance_of(VReg v, Block block, const Counts& available, std::uint64_t& distance) const {
    RegClass cls = function_.vreg_class(v);
    std::uint32_t count = available[index_of(cls)];
    std::uint32_t from = block_of_[v.value()];
    std::uint32_t number = values_.at_entry(from, cls) + order_[v.value()];
    distance = count - 1 - number;
    return dominance_.dominates(from, block.value()) && number < count;
  }

  void write_use(const Operand& op, Block block, const Counts& available) {
    std::uint64_t distance = 0;
    bool near = distance_of(op.vreg(), block, available, distance);
    write_operand(op, near ? distance : 0);
    if (!near) tokens_.token(Token::Exact, {op.vreg().value()});
  }

  void write_def(const Operand& op, Block block, Counts& available) {
    RegClass cls = function_.vreg_class(op.vreg());
    write_operand(op, number_step(op.vreg()));
    if (function_.is_rematerializable(op.vreg())) tokens_.token(Token::Remat, {});
    std::uint32_t number = values_.at_entry(block.value(), cls) + order_[op.vreg().value()];
    available[index_of(cls)] = std::max(available[index_of(cls)], number + 1);
  }

  // Which of the instruction's uses it is, pins left out.
  std::uint32_t place_of_use(Inst inst, VReg v) const {
    std::uint32_t place = 0;
    for (const Operand& op : function_.operands(inst)) {
      if (op.is_pin() || op.is_def()) continue;
      if (op.vreg() == v) break;
      ++place;
    }
    return place;
  }

  // Where the value is defined first. `inst` defines it; none where that is a parameter.
  void write_recipe(VReg v, Inst inst) {
    const Recipe* recipe = function_.find_recipe(v);
    if (recipe == nullptr || !recipes_written_.insert(v).second) return;
    tokens_.token(Token::Recipe, {});
    tokens_.number(recipe->input_count);
    for (const Operand& input : function_.inputs(*recipe)) {
      tokens_.number(input.is_pin() ? input.preg().value() * 2u + 1
                                    : place_of_use(inst, input.vreg()) * 2);
    }
    tokens_.number(recipe->cost - 1u);
    tokens_.number(recipe->has_reuse() ? recipe->reuse + 1u : 0u);
    for_each_run(function_.reg_set(recipe->clobbers), [&](PReg first, std::uint32_t more) {
      tokens_.number(first.value());
      tokens_.number(more);
    });
  }

  void write_operand(const Operand& op, std::uint64_t value) {
    std::uint8_t head =
        operand_head(function_.vreg_class(op.vreg()), op.kind(), op.pos(), op.constraint());
    switch (op.constraint()) {
      case Constraint::Any:
      case Constraint::Reg:
      case Constraint::Stack:
      case Constraint::Pin:
        return tokens_.token(head, {value});
      case Constraint::Fixed:
        return tokens_.token(head, {number_of(op.preg()), value});
      case Constraint::Reuse:
      case Constraint::Limit:
        return tokens_.token(head, {op.payload(), value});
      case Constraint::In:
        break;
    }
    const RegSet& set = function_.reg_set(op.reg_set());
    std::uint32_t back = find_set(set);
    tokens_.token(head, {back, value});
    if (back != 0) return;
    write_runs(Token::InRun, set);
    sets_.push_back(set);
  }

  void write_clobbers(const RegSet& set) {
    if (set.empty()) return;
    std::uint32_t back = find_set(set);
    if (back != 0) return tokens_.token(Token::ClobberSame, {back - 1});
    write_runs(Token::ClobberRun, set);
    sets_.push_back(set);
  }

  // How far back the decoder has this set among those that it met; 0 where it is not among the last
  // few. Sets are many only in programs that were made to have many.
  std::uint32_t find_set(const RegSet& set) const {
    constexpr std::size_t kReach = 64;
    for (std::size_t back = 1; back <= std::min(kReach, sets_.size()); ++back) {
      if (sets_[sets_.size() - back] == set) return static_cast<std::uint32_t>(back);
    }
    return 0;
  }

  void write_edge(Edge edge, Block block, const Counts& available) {
    std::int64_t behind = static_cast<std::int64_t>(block.value()) + 1;
    tokens_.token(Token::Target,
                  {zigzag(static_cast<std::int64_t>(function_.target(edge).value()) - behind)});
    for (VReg v : function_.arguments(edge)) {
      std::uint64_t distance = 0;
      bool near = distance_of(v, block, available, distance);
      auto token = static_cast<Token>(static_cast<std::size_t>(Token::ArgumentInt) +
                                      index_of(function_.vreg_class(v)));
      tokens_.token(token, {near ? distance : 0});
      if (!near) tokens_.token(Token::Exact, {v.value()});
    }
  }

  void write_labels() {
    std::int64_t vreg = 0, from = 0;
    for (const DebugLabel& label : function_.debug_labels) {
      if (label.from >= label.to || block_of_[label.vreg.value()] == kUndefined) continue;
      tokens_.token(Token::Label, {zigzag(static_cast<std::int64_t>(label.vreg.value()) - vreg),
                                   zigzag(static_cast<std::int64_t>(label.from.value()) - from),
                                   label.to.value() - label.from.value() - 1, label.label});
      vreg = label.vreg.value();
      from = label.from.value();
    }
  }

  // The decoder allows numbers in proportion to the input: surplus payload makes it longer.
  void license_numbers() {
    std::size_t wanted = function_.vreg_count();
    std::size_t allowed = number_limit(kNewestVersion, bytes_.size() - 1);
    if (wanted <= allowed) return;
    tokens_.token(Token::Padding, {});
    bytes_.resize(bytes_.size() + (wanted - allowed), 0);
  }

  const FunctionView& function_;
  const Machine& machine_;
  std::vector<std::uint8_t>& bytes_;
  TokenWriter tokens_;
  Dominance dominance_;
  ValueOrder values_;
  std::vector<std::uint32_t> block_of_;  // by vreg
  std::vector<std::uint32_t> order_;
  std::vector<std::uint8_t> phases_;  // by vreg: 1 defined early, 2 late
  bool defs_in_both_phases_ = false;
  std::vector<RegSet> sets_;  // as the decoder meets them
  std::int64_t previous_ = -1;
  boost::container::flat_set<VReg> recipes_written_;
};

}  // namespace

std::vector<std::uint8_t> encode(const FunctionView& function, const Machine& machine) {
  std::vector<std::uint8_t> bytes{kNewestVersion | kTokensForm};
  Encoder(function, machine, bytes).run();
  return bytes;
}

}  // namespace regproof
