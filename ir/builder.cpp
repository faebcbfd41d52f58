#include "ir/builder.h"

#include <algorithm>

namespace regproof {
namespace {

std::uint64_t hash_of(const RegSet& set) {
  std::uint64_t h = 0x9e3779b97f4a7c15u;
  for (RegClass cls : kClasses) h = (h ^ set.bits(cls)) * 0xbf58476d1ce4e5b9u, h ^= h >> 31;
  return h;
}

// True if the register or the set that the operand's constraint names is one there is.
bool payload_exists(const Operand& operand, std::size_t reg_set_count) {
  switch (operand.constraint()) {
    case Constraint::Fixed:
    case Constraint::Pin:
      return operand.payload() < kRegCount;
    case Constraint::In:
      return operand.payload() < reg_set_count;
    default:
      return true;
  }
}

}  // namespace

FunctionBuilder::FunctionBuilder(std::string name) {
  function_.name = std::move(name);
  function_.reg_sets.push_back(RegSet());
}

VReg FunctionBuilder::vreg(RegClass cls) {
  VReg v(static_cast<std::uint32_t>(function_.vreg_classes.size()));
  declare(v, cls);
  return v;
}

void FunctionBuilder::declare(VReg vreg, RegClass cls) {
  if (vreg.value() >= kMaxVRegs) {
    return fail("v" + std::to_string(vreg.value()) + " is beyond the limit of " +
                std::to_string(kMaxVRegs) + " virtual registers");
  }
  auto& classes = function_.vreg_classes;
  if (vreg.value() >= classes.size()) classes.resize(vreg.value() + 1, RegClass::None);
  RegClass& known = classes[vreg.value()];
  if (known != RegClass::None && known != cls) {
    return fail("v" + std::to_string(vreg.value()) + " is declared as " + name_of(known) +
                " and as " + name_of(cls));
  }
  known = cls;
}

RegSetId FunctionBuilder::intern(const RegSet& set) {
  if (set.empty()) return RegSetId(0);
  std::vector<RegSetId>& candidates = sets_by_hash_[hash_of(set)];
  for (RegSetId id : candidates) {
    if (function_.reg_sets[id.value()] == set) return id;
  }
  RegSetId id(static_cast<std::uint32_t>(function_.reg_sets.size()));
  if (id.value() >= kMaxRegSets) {
    fail("more than " + std::to_string(kMaxRegSets) + " different register sets");
    return RegSetId(0);
  }
  function_.reg_sets.push_back(set);
  candidates.push_back(id);
  return id;
}

void FunctionBuilder::close_block() {
  if (!block_open_) return;
  fail("block" + std::to_string(block_count() - 1) + " does not end in a branch or ret");
  block_open_ = false;
}

Block FunctionBuilder::begin_block(std::span<const VReg> params, double frequency) {
  close_block();
  Block block(static_cast<std::uint32_t>(block_count()));
  if (block.value() >= kMaxBlocks) {
    fail("more than " + std::to_string(kMaxBlocks) + " blocks");
    return Block(0);
  }
  function_.block_records.push_back(
      {Inst(static_cast<std::uint32_t>(inst_count())),
       Edge(static_cast<std::uint32_t>(function_.edge_records.size())), 0,
       static_cast<std::uint32_t>(function_.params.size()), frequency});
  function_.params.insert(function_.params.end(), params.begin(), params.end());
  block_open_ = true;
  return block;
}

Inst FunctionBuilder::append(std::span<const Operand> operands, InstKind kind,
                             const RegSet& clobbers) {
  Inst inst(static_cast<std::uint32_t>(inst_count()));
  auto name = [&] { return "inst" + std::to_string(inst.value()); };
  if (!block_open_) fail(name() + " stands outside a block, or behind its block's terminator");
  if (inst.value() >= kMaxInsts) fail("more than " + std::to_string(kMaxInsts) + " instructions");
  if (operands.size() > kMaxOperandsOfInst ||
      function_.operands.size() + operands.size() > kMaxOperands) {
    fail(name() + " has too many operands");
  }
  for (const Operand& operand : operands) {
    if (!payload_exists(operand, function_.reg_sets.size())) {
      fail(name() + " has an operand with a register or register set that does not exist");
    }
  }
  if (!error_.empty()) return Inst(0);
  function_.inst_records.push_back(InstRecord::make(
      static_cast<std::uint32_t>(function_.operands.size()), kind, intern(clobbers)));
  function_.operands.insert(function_.operands.end(), operands.begin(), operands.end());
  block_open_ = kind == InstKind::Op;
  return inst;
}

Inst FunctionBuilder::op(std::span<const Operand> operands, const RegSet& clobbers) {
  return append(operands, InstKind::Op, clobbers);
}

Inst FunctionBuilder::ret(std::span<const Operand> operands, const RegSet& clobbers) {
  return append(operands, InstKind::Ret, clobbers);
}

Inst FunctionBuilder::branch(std::span<const Operand> operands, std::span<const Target> targets,
                             const RegSet& clobbers) {
  Inst inst = append(operands, InstKind::Branch, clobbers);
  if (!error_.empty()) return inst;
  Block from(static_cast<std::uint32_t>(block_count() - 1));
  for (const Target& target : targets) {
    function_.edge_records.push_back(
        {from, target.block, static_cast<std::uint32_t>(function_.arguments.size())});
    function_.arguments.insert(function_.arguments.end(), target.arguments.begin(),
                               target.arguments.end());
  }
  return inst;
}

void FunctionBuilder::rematerializable(VReg vreg) {
  function_.rematerializable.push_back(vreg);
}
void FunctionBuilder::recipe(VReg value, std::span<const Operand> inputs, std::uint32_t cost,
                             const RegSet& clobbers, std::uint8_t reuse) {
  auto name = [&] { return "the recipe of v" + std::to_string(value.value()); };
  if (!value.valid()) return fail("a recipe has no value");
  if (inputs.size() > kMaxRecipeInputs) {
    return fail(name() + " has " + std::to_string(inputs.size()) + " inputs, expected at most " +
                std::to_string(kMaxRecipeInputs));
  }
  if (cost == 0 || cost > kMaxRecipeCost) {
    return fail(name() + " costs " + std::to_string(cost) + " moves, expected 1 to " +
                std::to_string(kMaxRecipeCost));
  }
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const Operand& input = inputs[k];
    if (input != (input.is_pin() ? Operand::pin(input.preg())
                                 : Operand::use(input.vreg(), Constraint::Reg)) ||
        (input.is_pin() && input.preg().value() >= kRegCount)) {
      return fail("input " + std::to_string(k) + " of " + name() +
                  ": expected Operand::use(v, Constraint::Reg) or Operand::pin(reg)");
    }
  }
  Recipe recipe;
  recipe.value = value;
  recipe.first_input = static_cast<std::uint32_t>(function_.recipe_inputs.size());
  recipe.input_count = static_cast<std::uint8_t>(inputs.size());
  recipe.cost = static_cast<std::uint8_t>(cost);
  recipe.reuse = reuse;
  recipe.clobbers = intern(clobbers);
  function_.recipes.push_back(recipe);
  function_.recipe_inputs.insert(function_.recipe_inputs.end(), inputs.begin(), inputs.end());
}
void FunctionBuilder::debug_label(DebugLabel label) {
  function_.debug_labels.push_back(label);
}
void FunctionBuilder::allow_multiple_defs() {
  function_.multiple_defs = true;
}

void FunctionBuilder::fail(std::string message) {
  if (error_.empty()) error_ = std::move(message);
}

// A counting sort of the edges by target. An edge to a block that does not exist is in no list.
void FunctionBuilder::link_predecessors() {
  auto& blocks = function_.block_records;
  std::size_t count = blocks.size() - 1;
  std::vector<std::uint32_t> next(count + 1, 0);
  auto edges = std::span(function_.edge_records).first(function_.edge_records.size() - 1);
  for (const EdgeRecord& edge : edges) {
    if (edge.to.value() < count) ++next[edge.to.value() + 1];
  }
  for (std::size_t b = 0; b < count; ++b) next[b + 1] += next[b];
  for (std::size_t b = 0; b <= count; ++b) blocks[b].first_predecessor = next[b];
  function_.predecessors.resize(next[count]);
  for (std::size_t e = 0; e < edges.size(); ++e) {
    std::uint32_t to = edges[e].to.value();
    if (to < count) function_.predecessors[next[to]++] = Edge(static_cast<std::uint32_t>(e));
  }
}

// By value, each with its inputs behind those of the one before, so that equal programs are equal arrays.
void FunctionBuilder::sort_recipes() {
  auto& recipes = function_.recipes;
  auto below = [](const Recipe& a, const Recipe& b) { return a.value < b.value; };
  std::sort(recipes.begin(), recipes.end(), below);
  std::vector<Operand> inputs;
  for (std::size_t i = 0; i < recipes.size(); ++i) {
    Recipe& recipe = recipes[i];
    if (i > 0 && recipes[i - 1].value == recipe.value) {
      return fail("v" + std::to_string(recipe.value.value()) + " has two recipes");
    }
    auto from = function_.recipe_inputs.begin() + recipe.first_input;
    recipe.first_input = static_cast<std::uint32_t>(inputs.size());
    inputs.insert(inputs.end(), from, from + recipe.input_count);
  }
  function_.recipe_inputs = std::move(inputs);
}

Result<Function, BuildError> FunctionBuilder::finish() && {
  close_block();
  if (function_.block_records.empty()) fail("the function has no block");
  if (!error_.empty()) return BuildError{std::move(error_)};
  auto size = [](const auto& array) { return static_cast<std::uint32_t>(array.size()); };
  function_.block_records.push_back({Inst(size(function_.inst_records)),
                                     Edge(size(function_.edge_records)), 0, size(function_.params),
                                     0});
  function_.inst_records.push_back(
      InstRecord::make(size(function_.operands), InstKind::Op, RegSetId(0)));
  function_.edge_records.push_back({Block::none(), Block::none(), size(function_.arguments)});
  link_predecessors();
  auto& remats = function_.rematerializable;
  std::sort(remats.begin(), remats.end());
  remats.erase(std::unique(remats.begin(), remats.end()), remats.end());
  sort_recipes();
  if (!error_.empty()) return BuildError{std::move(error_)};
  return std::move(function_);
}

}  // namespace regproof
