#include "ir/function.h"

#include <algorithm>

namespace regproof {

bool FunctionView::is_rematerializable(VReg v) const {
  return std::binary_search(rematerializable.begin(), rematerializable.end(), v);
}

const Recipe* FunctionView::find_recipe(VReg v) const {
  auto at = std::lower_bound(recipes.begin(), recipes.end(), v,
                             [](const Recipe& recipe, VReg value) { return recipe.value < value; });
  return at != recipes.end() && at->value == v ? &*at : nullptr;
}

Block FunctionView::block_of(Inst i) const {
  auto after = std::upper_bound(
      block_records.begin(), block_records.end() - 1, i,
      [](Inst inst, const BlockRecord& record) { return inst < record.first_inst; });
  return Block(static_cast<std::uint32_t>(after - block_records.begin() - 1));
}

FunctionView Function::view() const {
  FunctionView v;
  v.name = name;
  v.block_records = block_records;
  v.inst_records = inst_records;
  v.edge_records = edge_records;
  v.operand_array = operands;
  v.predecessor_array = predecessors;
  v.param_array = params;
  v.argument_array = arguments;
  v.reg_sets = reg_sets;
  v.vreg_classes = vreg_classes;
  v.rematerializable = rematerializable;
  v.recipes = recipes;
  v.recipe_inputs = recipe_inputs;
  v.debug_labels = debug_labels;
  v.multiple_defs = multiple_defs;
  return v;
}

namespace {

template <class T>
bool same(std::span<const T> a, std::span<const T> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

bool same_operand(const FunctionView& fa, Operand a, const FunctionView& fb, Operand b) {
  if (a.constraint() == Constraint::In && b.constraint() == Constraint::In) {
    return a.vreg() == b.vreg() && a.kind() == b.kind() && a.pos() == b.pos() &&
           fa.reg_set(a.reg_set()) == fb.reg_set(b.reg_set());
  }
  return a == b;
}

bool same_inst(const FunctionView& a, const FunctionView& b, Inst i) {
  auto x = a.operands(i), y = b.operands(i);
  return a.kind(i) == b.kind(i) && a.clobbers(i) == b.clobbers(i) &&
         std::equal(x.begin(), x.end(), y.begin(), y.end(),
                    [&](Operand p, Operand q) { return same_operand(a, p, b, q); });
}

bool same_block(const FunctionView& a, const FunctionView& b, Block block) {
  return a.insts(block).front() == b.insts(block).front() &&
         a.successors(block).front() == b.successors(block).front() &&
         a.frequency(block) == b.frequency(block) && same(a.params(block), b.params(block));
}

bool same_edge(const FunctionView& a, const FunctionView& b, Edge e) {
  return a.target(e) == b.target(e) && same(a.arguments(e), b.arguments(e));
}

bool same_recipe(const FunctionView& a, const Recipe& x, const FunctionView& b, const Recipe& y) {
  return x.value == y.value && x.cost == y.cost && x.reuse == y.reuse &&
         a.reg_set(x.clobbers) == b.reg_set(y.clobbers) && same(a.inputs(x), b.inputs(y));
}

}  // namespace

bool same_program(const FunctionView& a, const FunctionView& b) {
  if (a.name != b.name || a.block_count() != b.block_count() || a.inst_count() != b.inst_count() ||
      a.edge_count() != b.edge_count() || a.multiple_defs != b.multiple_defs ||
      !same(a.vreg_classes, b.vreg_classes) || !same(a.rematerializable, b.rematerializable) ||
      !same(a.debug_labels, b.debug_labels) || a.recipes.size() != b.recipes.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.recipes.size(); ++i) {
    if (!same_recipe(a, a.recipes[i], b, b.recipes[i])) return false;
  }
  for (Block block : a.blocks()) {
    if (!same_block(a, b, block)) return false;
  }
  for (Edge e : a.edges()) {
    if (!same_edge(a, b, e)) return false;
  }
  for (Inst i : a.insts()) {
    if (!same_inst(a, b, i)) return false;
  }
  return true;
}

}  // namespace regproof
