#include "ssagen/repeat.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "ssagen/sketch.h"

namespace regproof {
namespace {

constexpr std::size_t kLinkedValues = 8;  // of each copy, at most

SketchBlock block_of(SketchInst last) {
  SketchBlock block;
  block.insts.push_back(std::move(last));
  return block;
}

class Repeater {
 public:
  Repeater(const Program& program, In arrangement, Link link, std::uint32_t times)
      : arrangement_(arrangement),
        link_(link),
        times_(times),
        pattern_(sketch_of(program.function.view(), program.machine)) {
    result_.machine = pattern_.machine;
    result_.name = pattern_.name;
    result_.multiple_defs = pattern_.multiple_defs;
    collect_linked();
  }

  Program run() {
    switch (arrangement_) {
      case In::Sequence:
        arrange_sequence();
        break;
      case In::Nest:
        arrange_nest();
        break;
      case In::Switch:
        arrange_switch();
        break;
    }
    if (link_ == Link::Alive) read_behind_all();
    return finish(result_, true);
  }

 private:
  // The first values that the entry defines.
  void collect_linked() {
    for (const SketchInst& inst : pattern_.blocks.front().insts) {
      for (const SketchOperand& operand : inst.operands) {
        const Operand& op = operand.operand;
        bool fits = !op.is_pin() && op.is_def() && linked_.size() < kLinkedValues;
        if (fits && !is_linked(op.vreg())) linked_.push_back(op.vreg());
      }
    }
  }
  bool is_linked(VReg v) const {
    return std::find(linked_.begin(), linked_.end(), v) != linked_.end();
  }

  VReg value_of_copy(VReg v, std::uint32_t copy) const {
    return VReg(v.value() + copy * static_cast<std::uint32_t>(pattern_.classes.size()));
  }
  // What a copy reads where the pattern reads `v`.
  VReg read_by_copy(VReg v, std::uint32_t copy) const {
    if (copy == 0 || !is_linked(v)) return value_of_copy(v, copy);
    if (link_ == Link::First) return value_of_copy(v, 0);
    if (link_ == Link::Last) return value_of_copy(v, copy - 1);
    return value_of_copy(v, copy);
  }

  SketchInst inst_of_copy(const SketchInst& from, std::uint32_t copy,
                          std::size_t first_block) const {
    SketchInst inst = from;
    for (SketchOperand& operand : inst.operands) {
      const Operand& op = operand.operand;
      if (op.is_pin()) continue;
      VReg v = op.is_def() ? value_of_copy(op.vreg(), copy) : read_by_copy(op.vreg(), copy);
      operand.operand = Operand::make(op.kind(), op.pos(), v, op.constraint(), op.payload());
    }
    for (SketchTarget& target : inst.targets) {
      target.block += first_block;
      for (VReg& v : target.arguments) v = read_by_copy(v, copy);
    }
    return inst;
  }

  // Appends a copy. Its `ret`s lead to block `next`, or stay where there is none.
  void add_copy(std::uint32_t copy, std::optional<std::size_t> next) {
    std::size_t first_block = result_.blocks.size();
    std::uint32_t first_inst = count_insts();
    for (const SketchBlock& from : pattern_.blocks) {
      SketchBlock block;
      block.frequency = from.frequency;
      for (VReg v : from.params) block.params.push_back(value_of_copy(v, copy));
      for (const SketchInst& inst : from.insts) {
        block.insts.push_back(inst_of_copy(inst, copy, first_block));
      }
      if (next && block.insts.back().kind == InstKind::Ret) {
        block.insts.back().kind = InstKind::Op;
        block.insts.push_back(jump_to(*next));
      }
      result_.blocks.push_back(std::move(block));
    }
    append_values(copy, first_inst);
  }

  void append_values(std::uint32_t copy, std::uint32_t first_inst) {
    result_.classes.insert(result_.classes.end(), pattern_.classes.begin(), pattern_.classes.end());
    result_.rematerializable.insert(result_.rematerializable.end(),
                                    pattern_.rematerializable.begin(),
                                    pattern_.rematerializable.end());
    for (auto [value, recipe] : pattern_.recipes) {
      for (Operand& input : recipe.inputs) {
        if (input.is_pin()) continue;
        input = Operand::use(read_by_copy(input.vreg(), copy), Constraint::Reg);
      }
      result_.recipes.emplace(value_of_copy(value, copy), std::move(recipe));
    }
    auto later = [&](Inst inst) { return Inst(inst.value() + first_inst); };
    for (SketchLabel label : pattern_.labels) {
      DebugLabel& debug = label.debug;
      debug = {value_of_copy(debug.vreg, copy), later(debug.from), later(debug.to), debug.label};
      result_.labels.push_back(label);
    }
  }
  std::uint32_t count_insts() {
    for (; counted_blocks_ < result_.blocks.size(); ++counted_blocks_) {
      counted_insts_ += static_cast<std::uint32_t>(result_.blocks[counted_blocks_].insts.size());
    }
    return counted_insts_;
  }

  void end_with_ret() {
    SketchInst ret;
    ret.kind = InstKind::Ret;
    result_.blocks.push_back(block_of(std::move(ret)));
  }

  void arrange_sequence() {
    std::size_t blocks = pattern_.blocks.size();
    for (std::uint32_t copy = 0; copy < times_; ++copy) add_copy(copy, (copy + 1) * blocks);
    end_with_ret();
  }

  // Heads and copies from the outermost in, then latches from the innermost out.
  void arrange_nest() {
    std::size_t stride = pattern_.blocks.size() + 1, latches = times_ * stride;
    for (std::uint32_t copy = 0; copy < times_; ++copy) {
      result_.blocks.push_back(block_of(jump_to(copy * stride + 1)));
      add_copy(copy, (copy + 1) * stride);
    }
    for (std::uint32_t latch = 0; latch < times_; ++latch) {
      SketchInst branch = jump_to((times_ - 1 - latch) * stride);
      branch.targets.push_back({latches + latch + 1, {}});
      result_.blocks.push_back(block_of(std::move(branch)));
    }
    end_with_ret();
  }

  void arrange_switch() {
    std::size_t blocks = pattern_.blocks.size();
    std::size_t join = 1 + times_ * blocks;
    add_copy(0, blocks);
    SketchInst branch;
    branch.kind = InstKind::Branch;
    for (std::uint32_t copy = 1; copy < times_; ++copy) {
      branch.targets.push_back({1 + copy * blocks, {}});
    }
    if (branch.targets.empty()) branch.targets.push_back({join, {}});
    result_.blocks.push_back(block_of(std::move(branch)));
    for (std::uint32_t copy = 1; copy < times_; ++copy) add_copy(copy, join);
    end_with_ret();
  }

  // One operation for each copy, ahead of the last `ret`.
  void read_behind_all() {
    std::vector<SketchInst>& last = result_.blocks.back().insts;
    std::uint32_t copies = arrangement_ == In::Switch ? 1 : times_;
    for (std::uint32_t copy = 0; copy < copies; ++copy) {
      SketchInst read;
      for (VReg v : linked_) {
        read.operands.push_back({Operand::use(value_of_copy(v, copy), Constraint::Any), RegSet()});
      }
      if (!read.operands.empty()) last.insert(last.end() - 1, std::move(read));
    }
  }

  In arrangement_;
  Link link_;
  std::uint32_t times_;
  Sketch pattern_;
  std::vector<VReg> linked_;
  Sketch result_;
  std::size_t counted_blocks_ = 0;
  std::uint32_t counted_insts_ = 0;
};

}  // namespace

const char* name_of(In arrangement) {
  switch (arrangement) {
    case In::Sequence:
      return "sequence";
    case In::Nest:
      return "nest";
    case In::Switch:
      return "switch";
  }
  return "";
}

const char* name_of(Link link) {
  switch (link) {
    case Link::None:
      return "none";
    case Link::First:
      return "first";
    case Link::Last:
      return "last";
    case Link::Alive:
      return "alive";
  }
  return "";
}

Program repeat(const Program& program, In arrangement, Link link, std::uint32_t times) {
  return Repeater(program, arrangement, link, std::max(times, 1u)).run();
}

}  // namespace regproof
