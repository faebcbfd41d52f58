#include <algorithm>
#include <array>
#include <boost/container/flat_map.hpp>

#include "ssagen/inst_drawer.h"

namespace regproof {
namespace {

class ProgramDrawer {
 public:
  ProgramDrawer(Choices& choices, const Knobs& knobs, const Machine& machine,
                const DrawnGraph& graph)
      : choices_(choices), knobs_(knobs), graph_(graph), insts_(choices, knobs, machine, draft_) {}

  Draft run() {
    draft_.number_limit = kMaxVRegs;
    bool frequencies = choices_.chance(knobs_.frequency);
    for (std::uint32_t b = 0; b < graph_.size(); ++b) draw_params(b, frequencies);
    bool single = graph_[0].size() == 1 && graph_[0][0] != 0;
    if (single && choices_.chance(knobs_.bare_entry)) values_block_ = graph_[0][0];
    param_numbers_.assign(draft_.params.size(), VReg::none());
    for (std::uint32_t b = 0; b < graph_.size(); ++b) draw_block(b);
    if (choices_.chance(knobs_.labels)) draw_labels();
    return std::move(draft_);
  }

 private:
  void draw_params(std::uint32_t b, bool frequencies) {
    PartScope part(choices_, Part::Params);
    DraftBlock block;
    block.first_param = static_cast<std::uint32_t>(draft_.params.size());
    if (b != 0 && choices_.chance(knobs_.params)) {
      bool many = choices_.chance(knobs_.many_params);
      std::uint32_t n = choices_.in(many ? knobs_.many_block_params : knobs_.block_params);
      for (; n != 0; --n) draft_.params.push_back(insts_.draw_def(insts_.draw_class()));
    }
    block.end_param = static_cast<std::uint32_t>(draft_.params.size());
    constexpr double kFrequencies[] = {0, 1, 0.5, 10, 8.5, 100, 0.001, 1e9};
    if (frequencies) block.frequency = kFrequencies[choices_.below(std::size(kFrequencies))];
    draft_.blocks.push_back(block);
  }

  void draw_block(std::uint32_t b) {
    PartScope part(choices_, Part::Blocks);
    draft_.blocks[b].first_inst = static_cast<std::uint32_t>(draft_.insts.size());
    number_params(b);
    if (b == values_block_) draw_entry_values();
    if (b == 0 && values_block_ != 0) return draw_end(b);
    for (std::uint32_t n = choices_.in(knobs_.block_insts); n != 0 && !insts_.is_full(); --n) {
      PartScope inst(choices_, Part::Instructions);
      insts_.begin(InstKind::Op);
      if (choices_.chance(knobs_.call)) {
        insts_.call();
      } else {
        insts_.plain();
      }
      insts_.end();
    }
    while (insts_.has_recipes() && !insts_.is_full() && choices_.chance(knobs_.recipe_chain)) {
      draw_chain();
    }
    draw_end(b);
  }

  // Values that are computed from one another, each with a recipe, and a use of the last.
  void draw_chain() {
    RegClass cls = insts_.draw_class();
    std::uint32_t depth = choices_.in(knobs_.recipe_depth);
    for (std::uint32_t d = 0; d <= depth; ++d) {
      PartScope inst(choices_, Part::Instructions);
      insts_.chain_link(cls, d == 0);
    }
    if (!choices_.chance(knobs_.recipe_chain_call)) return;
    PartScope inst(choices_, Part::Instructions);
    insts_.begin(InstKind::Op);
    insts_.call();
    insts_.end();
  }

  // A few at a time, so that most of them can be in registers.
  void draw_entry_values() {
    constexpr std::uint32_t kAtATime = 4;
    for (std::uint32_t n = choices_.in(knobs_.entry_values); n != 0;) {
      PartScope inst(choices_, Part::Instructions);
      std::uint32_t now = std::min(n, kAtATime);
      insts_.begin(InstKind::Op);
      insts_.defs(now, knobs_.fixed_entry);
      insts_.end();
      n -= now;
    }
  }

  void draw_end(std::uint32_t b) {
    PartScope inst(choices_, Part::Instructions);
    bool branch = !graph_[b].empty();
    insts_.begin(branch ? InstKind::Branch : InstKind::Ret);
    bool room = !insts_.is_full();
    if (branch && room && choices_.chance(knobs_.branch_call)) {
      insts_.call();
    } else if (branch && room && choices_.chance(knobs_.branch_operands)) {
      insts_.plain();
    } else if (!branch && room && choices_.chance(knobs_.return_operands)) {
      insts_.uses(choices_.below(4), {200});
      insts_.pins();
      if (choices_.chance(knobs_.clobber)) insts_.clobbers();
    }
    insts_.end();
    number_definitions();
    for (std::uint32_t to : graph_[b]) draw_edge(to);
    DraftInst& last = draft_.insts.back();
    last.end_target = static_cast<std::uint32_t>(draft_.targets.size());
    draft_.blocks[b].end_inst = static_cast<std::uint32_t>(draft_.insts.size());
  }

  // Those of the block, when its instructions are drawn.
  void number_definitions() {
    for (std::uint32_t k = numbered_; k < draft_.operands.size(); ++k) {
      const DraftOperand& op = draft_.operands[k];
      if (op.kind != OperandKind::Def) continue;
      next_number_ += op.def.number_step + 1;
      if (op.def.recipe == 0) continue;
      computable_[index_of(op.def.cls)].push_back(
          VReg(static_cast<std::uint32_t>(next_number_ - 1)));
    }
    numbered_ = static_cast<std::uint32_t>(draft_.operands.size());
  }

  // The numbers that `complete` will give to the block's parameters: nothing collides here.
  void number_params(std::uint32_t b) {
    for (std::uint32_t p = draft_.blocks[b].first_param; p < draft_.blocks[b].end_param; ++p) {
      next_number_ += draft_.params[p].number_step;
      param_numbers_[p] = VReg(static_cast<std::uint32_t>(next_number_++));
    }
  }

  // Another parameter of the class, in a circle; itself where there is none, none where the block
  // is not drawn yet.
  VReg neighbour(const DraftBlock& block, std::uint32_t p) const {
    for (std::uint32_t q = p + 1; q < block.end_param; ++q) {
      if (draft_.params[q].cls == draft_.params[p].cls) return param_numbers_[q];
    }
    for (std::uint32_t q = block.first_param; q < p; ++q) {
      if (draft_.params[q].cls == draft_.params[p].cls) return param_numbers_[q];
    }
    return param_numbers_[p];
  }

  void draw_edge(std::uint32_t to) {
    PartScope part(choices_, Part::Edges);
    const DraftInst& branch = draft_.insts.back();
    std::uint32_t own[kClassCount] = {};
    for (std::uint32_t k = branch.first_operand; k < branch.end_operand; ++k) {
      const DraftOperand& op = draft_.operands[k];
      if (op.kind == OperandKind::Def) ++own[index_of(op.def.cls)];
    }
    DraftTarget target;
    target.block = to;
    target.first_argument = static_cast<std::uint32_t>(draft_.arguments.size());
    const DraftBlock& block = draft_.blocks[to];
    bool permuted = choices_.chance(knobs_.permuted_params);
    for (std::uint32_t p = block.first_param; p < block.end_param; ++p) {
      RegClass cls = draft_.params[p].cls;
      DraftRef argument = insts_.draw_ref(cls);
      std::uint32_t results = own[index_of(cls)];
      if (results != 0 && choices_.chance(knobs_.argument_from_branch)) {
        argument.distance = choices_.below(results);
      }
      if (permuted) argument.exact = neighbour(block, p);  // where it dominates
      if (insts_.has_recipes() && !permuted) argument.exact = draw_computable(p);
      draft_.arguments.push_back(argument);
    }
    target.end_argument = static_cast<std::uint32_t>(draft_.arguments.size());
    draft_.targets.push_back(target);
  }

  // One value for all edges, where it dominates; none where the parameter does not carry such a one. An
  // edge that disagrees passes another, or what it likes.
  VReg draw_computable(std::uint32_t p) {
    auto [carried, fresh] = carried_.try_emplace(p);
    if (fresh && choices_.chance(knobs_.recipe_argument)) carried->second = any_computable(p);
    if (!carried->second.valid() || !choices_.chance(knobs_.recipe_disagree))
      return carried->second;
    return choices_.chance({128}) ? any_computable(p) : VReg::none();
  }

  // Of those of the parameter's class so far.
  VReg any_computable(std::uint32_t p) {
    const std::vector<VReg>& values = computable_[index_of(draft_.params[p].cls)];
    if (values.empty()) return VReg::none();
    return values[choices_.below(static_cast<std::uint32_t>(values.size()))];
  }

  // Any value, anywhere; some values get several labels, some labels several values.
  void draw_labels() {
    auto insts = static_cast<std::uint32_t>(draft_.insts.size());
    auto values = static_cast<std::uint32_t>(draft_.operands.size() + draft_.params.size()) + 1;
    for (std::uint32_t n = choices_.in(knobs_.label_count); n != 0; --n) {
      PartScope part(choices_, Part::Labels);
      DraftLabel label;
      label.vreg = choices_.below(choices_.chance({90}) ? 4 : values);
      label.from = choices_.below(insts);
      label.to = label.from + 1 + choices_.below(choices_.chance({128}) ? 8 : insts);
      label.label = choices_.below(choices_.chance({128}) ? 4 : 1000);
      draft_.labels.push_back(label);
    }
  }

  Choices& choices_;
  const Knobs& knobs_;
  const DrawnGraph& graph_;
  Draft draft_;
  InstDrawer insts_;
  std::uint32_t values_block_ = 0;   // where the values to begin with are defined
  std::vector<VReg> param_numbers_;  // by parameter, of the blocks drawn so far
  std::int64_t next_number_ = 0;
  std::array<std::vector<VReg>, kClassCount> computable_;    // have recipes, by their numbers
  boost::container::flat_map<std::uint32_t, VReg> carried_;  // by parameter: what edges pass
  std::uint32_t numbered_ = 0;  // operands before this are counted in `next_number_`
};

}  // namespace

Draft draw_insts(Choices& choices, const Knobs& knobs, const Machine& machine,
                 const DrawnGraph& graph) {
  return ProgramDrawer(choices, knobs, machine, graph).run();
}

}  // namespace regproof
