// Shapes of control flow, of values across blocks, of labels and of the machine.
#include "ssagen/count_shapes.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/bit_set.h"

namespace regproof {

ValueFacts find_value_facts(const FunctionView& function) {
  ValueFacts facts;
  std::size_t count = function.vreg_count();
  facts.def_block.assign(count, Block::none());
  facts.def_inst.assign(count, Inst::none());
  facts.uses.assign(count, 0);
  facts.last_use.assign(count, Inst::none());
  auto use = [&](VReg v, Inst inst) {
    ++facts.uses[v.value()];
    Inst& last = facts.last_use[v.value()];
    if (!last.valid() || last < inst) last = inst;
  };
  for (Block block : function.blocks()) {
    for (VReg v : function.params(block)) facts.def_block[v.value()] = block;
    for (Inst inst : function.insts(block)) {
      for (const Operand& op : function.operands(inst)) {
        if (op.is_pin()) continue;
        if (op.is_use()) {
          use(op.vreg(), inst);
        } else {
          facts.def_block[op.vreg().value()] = block;
          facts.def_inst[op.vreg().value()] = inst;
        }
      }
    }
    for (Edge edge : function.successors(block)) {
      for (VReg v : function.arguments(edge)) use(v, function.terminator(block));
    }
  }
  return facts;
}

namespace {

void tally_block(const FunctionView& function, const Cfg& cfg, Block block, ShapeTally& tally) {
  auto predecessors = function.predecessors(block);
  auto successors = function.successors(block);
  bool reached = cfg.is_reachable(block);
  bool alone = function.insts(block).size() == 1;
  bool before_all = !predecessors.empty();
  for (Edge edge : predecessors) before_all &= function.source(edge) > block;
  tally.add_if(before_all, Shape::BeforePredecessors);
  tally.add_if(alone && successors.size() == 1, Shape::EmptyBlock);
  tally.add_if(alone && block == function.entry() && successors.size() == 1, Shape::EntryOnlyJump);
  tally.add_if(successors.size() >= 3, Shape::ManyTargets);
  if (alone && successors.size() == 1 && predecessors.size() == 1) {
    bool fork = function.successors(function.source(predecessors[0])).size() > 1;
    bool join = function.predecessors(function.target(successors.front())).size() > 1;
    tally.add_if(fork && join, Shape::CriticalSplit);
  }
  for (Edge edge : successors) {
    Block to = function.target(edge);
    tally.add_if(to == block, Shape::SelfLoop);
    tally.add_if(to == function.entry(), Shape::LoopToEntry);
    tally.add_if(!reached && cfg.is_reachable(to), Shape::UnreachableIntoReachable);
  }
  tally.add_if(!reached, Shape::Unreachable);
  bool uses = false;
  for (Inst inst : function.insts(block)) uses |= !function.operands(inst).empty();
  tally.add_if(!reached && uses, Shape::UnreachableUses);
  tally.add_if(cfg.loop_depth(block) >= 3, Shape::DeepLoops);
}

// Reached blocks from which no return can be reached.
std::uint64_t count_endless(const FunctionView& function, const Cfg& cfg) {
  BitSet leaves(function.block_count());
  std::vector<Block> work;
  for (Block block : function.blocks()) {
    if (!function.successors(block).empty()) continue;
    leaves.add(block.value());
    work.push_back(block);
  }
  while (!work.empty()) {
    Block block = work.back();
    work.pop_back();
    for (Edge edge : function.predecessors(block)) {
      Block from = function.source(edge);
      if (leaves.add(from.value())) work.push_back(from);
    }
  }
  std::uint64_t endless = 0;
  for (Block block : cfg.postorder) endless += !leaves.contains(block.value());
  return endless;
}

// Values alive at the start of each block, by the plain fixpoint.
std::vector<BitSet> find_live_in(const FunctionView& function, const ValueFacts& facts) {
  std::vector<BitSet> live(function.block_count(), BitSet(function.vreg_count()));
  std::vector<std::pair<VReg, Block>> work;
  auto use_in = [&](VReg v, Block block) {
    if (facts.def_block[v.value()] != block && live[block.value()].add(v.value())) {
      work.emplace_back(v, block);
    }
  };
  for (Block block : function.blocks()) {
    for (Inst inst : function.insts(block)) {
      for (const Operand& op : function.operands(inst)) {
        if (op.is_use() && !op.is_pin()) use_in(op.vreg(), block);
      }
    }
    for (Edge edge : function.successors(block)) {
      for (VReg v : function.arguments(edge)) use_in(v, block);
    }
  }
  while (!work.empty()) {
    auto [v, block] = work.back();
    work.pop_back();
    for (Edge edge : function.predecessors(block)) use_in(v, function.source(edge));
  }
  return live;
}

void tally_params(const FunctionView& function, const Machine& machine, Block block,
                  ShapeTally& tally) {
  auto params = function.params(block);
  if (params.empty()) return;
  tally.add(Shape::BlockParams);
  std::size_t present = 0, given = 0;
  for (RegClass cls : kClasses) {
    auto count = static_cast<std::size_t>(std::count_if(
        params.begin(), params.end(), [&](VReg v) { return function.vreg_class(v) == cls; }));
    std::size_t registers = machine.allocatable(cls).size();
    present += registers != 0;
    given += count != 0;
    tally.add_if(count > registers, Shape::ManyParams);
  }
  tally.add_if(present >= 2 && given == present, Shape::ParamsOfEveryClass);
  for (Edge edge : function.successors(block)) {
    auto arguments = function.arguments(edge);
    for (VReg v : params) {
      bool passed = std::find(arguments.begin(), arguments.end(), v) != arguments.end();
      tally.add_if(passed, Shape::ParamPassedOn);
    }
  }
  for (Edge edge : function.predecessors(block)) {
    auto arguments = function.arguments(edge);
    tally.add_if(arguments.size() > 256, Shape::CrowdedEdge);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      auto twin = std::find(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(i),
                            arguments[i]);
      bool twice = twin != arguments.begin() + static_cast<std::ptrdiff_t>(i);
      tally.add_if(twice, Shape::SameArgumentTwice);
      auto place = std::find(params.begin(), params.end(), arguments[i]);
      if (place == params.end()) continue;
      auto k = static_cast<std::size_t>(place - params.begin());
      tally.add_if(k < i && arguments[k] == params[i], Shape::ParamsSwapped);
    }
  }
}

std::vector<std::uint32_t> dominator_depths(const FunctionView& function, const Cfg& cfg) {
  std::vector<std::uint32_t> depth(function.block_count(), 0);
  for (auto it = cfg.postorder.rbegin(); it != cfg.postorder.rend(); ++it) {
    if (cfg.idom[*it].valid()) depth[it->value()] = depth[cfg.idom[*it].value()] + 1;
  }
  return depth;
}

void tally_cross_uses(const FunctionView& function, const Cfg& cfg, const ValueFacts& facts,
                      ShapeTally& tally) {
  std::vector<std::uint32_t> depth = dominator_depths(function, cfg);
  std::vector<std::uint32_t> blocks_of(function.vreg_count(), 0);
  std::vector<Block> latest(function.vreg_count(), Block::none());
  for (Block block : cfg.postorder) {
    std::size_t crossing = 0;
    for (Inst inst : function.insts(block)) {
      for (const Operand& op : function.operands(inst)) {
        if (op.is_pin() || op.is_def()) continue;
        Block from = facts.def_block[op.vreg().value()];
        if (from == block) continue;
        ++crossing;
        bool far = depth[block.value()] >= depth[from.value()] + 10;
        tally.add_if(far, Shape::LiveAcrossManyBlocks);
        if (latest[op.vreg().value()] == block) continue;
        latest[op.vreg().value()] = block;
        tally.add_if(++blocks_of[op.vreg().value()] == 4, Shape::UsedInManyBlocks);
      }
    }
    tally.add_if(crossing > 3, Shape::ManyCrossUses);
  }
}

}  // namespace

void tally_graph(const FunctionView& function, const Cfg& cfg, ShapeTally& tally) {
  std::size_t returns = 0;
  for (Block block : function.blocks()) {
    tally_block(function, cfg, block, tally);
    returns += function.successors(block).empty() && cfg.is_reachable(block);
  }
  for (const LoopRecord& loop : cfg.loops) tally.add_if(!loop.reducible, Shape::Irreducible);
  tally.add(Shape::EndlessLoop, count_endless(function, cfg));
  tally.add_if(returns > 1, Shape::SeveralReturns);
}

void tally_values(const FunctionView& function, const Machine& machine, const Cfg& cfg,
                  const ValueFacts& facts, ShapeTally& tally) {
  std::vector<BitSet> live = find_live_in(function, facts);
  for (Block block : function.blocks()) {
    tally_params(function, machine, block, tally);
    tally.add_if(function.frequency(block) != 0, Shape::Frequency);
    std::array<std::size_t, kClassCount> pressure{};
    live[block.value()].for_each(
        [&](std::size_t v) { ++pressure[index_of(function.vreg_classes[v])]; });
    for (RegClass cls : kClasses) {
      bool high = pressure[index_of(cls)] > machine.allocatable(cls).size();
      tally.add_if(high, Shape::HighPressure);
    }
  }
  tally_cross_uses(function, cfg, facts, tally);
  for (std::size_t v = 0; v < function.vreg_count(); ++v) {
    Inst def = facts.def_inst[v], use = facts.last_use[v];
    bool both = def.valid() && use.valid();
    tally.add_if(both && use.value() > def.value() + 2048, Shape::LongLived);
  }
  bool gaps =
      std::count(function.vreg_classes.begin(), function.vreg_classes.end(), RegClass::None) != 0;
  tally.add_if(gaps, Shape::VRegGaps);
  tally.add(Shape::Rematerializable, function.rematerializable.size());
}

void tally_labels(const FunctionView& function, ShapeTally& tally) {
  constexpr std::size_t kReach = 64;  // labels before one that it is compared with
  auto labels = function.debug_labels;
  tally.add(Shape::Labels, labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    for (std::size_t j = i > kReach ? i - kReach : 0; j < i; ++j) {
      bool value = labels[i].vreg == labels[j].vreg;
      bool overlap = labels[i].from < labels[j].to && labels[j].from < labels[i].to;
      tally.add_if(value && overlap, Shape::OverlappingLabels);
      tally.add_if(!value && labels[i].label == labels[j].label, Shape::LabelOnSeveralValues);
      tally.add_if(value && labels[i].label != labels[j].label, Shape::SeveralLabelsOnValue);
    }
  }
}

void tally_machine(const FunctionView& function, const Machine& machine, ShapeTally& tally) {
  std::size_t classes = 0;
  for (RegClass cls : kClasses) {
    bool used = std::find(function.vreg_classes.begin(), function.vreg_classes.end(), cls) !=
                function.vreg_classes.end();
    classes += used;
    std::uint64_t bits = machine.allocatable().bits(cls);
    if (bits == 0) continue;
    auto registers = static_cast<unsigned>(std::popcount(bits));
    tally.add_if(registers == 1, Shape::OneRegister);
    tally.add_if(registers >= 2 && registers <= 4, Shape::FewRegisters);
    tally.add_if(registers > 32, Shape::ManyRegisters);
    bool both = !machine.preferred.of(cls).empty() && !machine.non_preferred.of(cls).empty();
    tally.add_if(both, Shape::NonPreferred);
    bool holes = static_cast<unsigned>(std::bit_width(bits)) > registers;
    tally.add_if(holes, Shape::HolesInFile);
    bool scratch = machine.scratch_of(cls).valid();
    tally.add(scratch ? Shape::Scratch : Shape::NoScratch);
    std::uint32_t units = machine.slot_size_of(cls);
    tally.add_if(units > 1, Shape::WideSlots);
    tally.add_if(!std::has_single_bit(units), Shape::OddSlots);
    tally.add_if(units > 1 && machine.slot_named_by_last, Shape::NamedByLast);
    tally.add_if(!machine.fixed_stack.of(cls).empty(), Shape::FixedStackRegisters);
  }
  tally.add_if(classes == 1, Shape::OneClass);
  tally.add_if(classes == 2, Shape::TwoClasses);
  tally.add_if(classes == 3, Shape::ThreeClasses);
}

void count_shapes(const FunctionView& function, const Machine& machine, ShapeCounts& counts) {
  Cfg cfg = analyze_cfg(function);
  ValueFacts facts = find_value_facts(function);
  ShapeTally tally;
  tally_operands(function, machine, facts, tally);
  tally_branches(function, facts, tally);
  tally_graph(function, cfg, tally);
  tally_values(function, machine, cfg, facts, tally);
  if (!function.recipes.empty()) tally_recipes(function, cfg, facts, tally);
  tally_labels(function, tally);
  tally_machine(function, machine, tally);
  ++counts.programs;
  counts.blocks += function.block_count();
  counts.insts += function.inst_count();
  counts.operands += function.operand_array.size();
  for (std::size_t i = 0; i < kShapeCount; ++i) {
    counts.rows[i].programs += tally[i] != 0;
    counts.rows[i].total += tally[i];
  }
}

}  // namespace regproof
