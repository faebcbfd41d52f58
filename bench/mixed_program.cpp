// See mixed_program.h. The drawing runs twice with the same choices: the first run finds out which
// number each block gets, the second one knows where its edges lead.
#include "bench/mixed_program.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/check.h"
#include "ir/builder.h"

namespace regproof::bench {

namespace {

// Reasons for the numbers: in what Cranelift hands to its allocator a call stands every ten to
// twenty instructions, blocks hold five to eight, a quarter of the operations is tied, loops are
// rarely deeper than three.
constexpr std::uint64_t kCallOneIn = 14;
constexpr std::uint64_t kIfOneIn = 14;
constexpr std::uint64_t kLoopOneIn = 60;
constexpr std::uint64_t kTieOneIn = 4;
constexpr std::uint64_t kFarOneIn = 24;   // a use far from its definition
constexpr std::uint64_t kNear = 12;       // values back
constexpr std::uint64_t kFar = 300;       // values back
constexpr std::uint32_t kMaxDepth = 4;    // of ifs and loops together
constexpr std::uint64_t kMaxBody = 80;    // instructions of an arm or a loop's body
constexpr std::size_t kMergedValues = 3;  // parameters where arms meet, and of loops

class Choices {
 public:
  // Below `bound`. A linear congruence; its high bits are the good ones.
  std::uint64_t below(std::uint64_t bound) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (state_ >> 33) % bound;
  }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_ = 0x5eed;
};

class Drawing {
 public:
  // `blocks`: the numbers of the blocks that were bound in an earlier run, or empty.
  Drawing(const MixedShape& shape, std::vector<Block> blocks)
      : shape_(shape), builder_("mixed"), blocks_(std::move(blocks)) {}

  void run() {
    builder_.begin_block();
    for (std::size_t i = 0; i < shape_.argument_regs.size(); ++i) define();
    body(shape_.insts, 0);
    builder_.ret({Operand::use(near(), Constraint::Fixed, result_reg().value())});
  }
  const std::vector<Block>& blocks() const { return blocks_; }
  Function finish() && {
    Result<Function, BuildError> function = std::move(builder_).finish();
    check([&] { return function.ok(); }, "a drawn program can be built");
    return std::move(*function);
  }

 private:
  // A block that begins later; its number is known in the second run.
  struct Label {
    std::size_t index;
  };
  Label label() {
    std::size_t index = label_count_++;
    if (index == blocks_.size()) blocks_.push_back(Block(0));
    return {index};
  }
  void begin(Label label, std::span<const VReg> params) {
    blocks_[label.index] = builder_.begin_block(params);
  }
  Block next_block() const { return Block(static_cast<std::uint32_t>(builder_.block_count())); }

  PReg result_reg() const { return shape_.argument_regs.front(); }
  VReg fresh() { return builder_.vreg(RegClass::Int); }
  VReg value() {
    std::uint64_t reach = choices_.one_in(kFarOneIn) ? kFar : kNear;
    std::uint64_t back = choices_.below(std::min<std::uint64_t>(reach, scope_.size()));
    return scope_[scope_.size() - 1 - back];
  }
  VReg near() const { return scope_.back(); }
  std::vector<VReg> values(std::size_t count) {
    std::vector<VReg> list;
    for (std::size_t i = 0; i < count; ++i) list.push_back(value());
    return list;
  }
  std::vector<VReg> params(std::size_t count) {
    std::vector<VReg> list;
    for (std::size_t i = 0; i < count; ++i) list.push_back(fresh());
    return list;
  }

  void define() {
    scope_.push_back(fresh());
    builder_.op({Operand::def(scope_.back(), Constraint::Reg)});
  }
  void compute() {
    VReg a = value();
    VReg b = value();
    VReg result = fresh();
    if (choices_.one_in(kTieOneIn)) {
      builder_.op({Operand::use(a, Constraint::Reg), Operand::def(result, Constraint::Reuse, 0),
                   Operand::use(b, Constraint::Any)});
    } else {
      builder_.op({Operand::def(result, Constraint::Reg), Operand::use(a, Constraint::Reg),
                   Operand::use(b, Constraint::Reg)});
    }
    scope_.push_back(result);
  }
  void call() {
    std::vector<Operand> operands;
    std::size_t arguments = 1 + choices_.below(shape_.argument_regs.size());
    for (std::size_t i = 0; i < arguments; ++i) {
      operands.push_back(Operand::use(value(), Constraint::Fixed, shape_.argument_regs[i].value()));
    }
    VReg result = fresh();
    operands.push_back(Operand::def(result, Constraint::Fixed, result_reg().value()));
    RegSet clobbers = shape_.clobbers;
    clobbers.remove(result_reg());
    builder_.op(operands, clobbers);
    scope_.push_back(result);
  }
  void choose() {
    Label other = label();
    Label join = label();
    std::size_t outer = scope_.size();
    builder_.branch({Operand::use(value(), Constraint::Reg)},
                    {{next_block(), {}}, {blocks_[other.index], {}}});
    builder_.begin_block({});
    arm(join, outer);
    begin(other, {});
    arm(join, outer);
    merge(join);
  }
  void arm(Label join, std::size_t outer) {
    body(1 + choices_.below(kMaxBody), depth_ + 1);
    builder_.branch({}, {{blocks_[join.index], values(kMergedValues)}});
    scope_.resize(outer);
  }
  void merge(Label join) {
    std::vector<VReg> merged = params(kMergedValues);
    begin(join, merged);
    scope_.insert(scope_.end(), merged.begin(), merged.end());
  }
  void loop() {
    Label exit = label();
    std::vector<VReg> carried = params(kMergedValues);
    Block header = next_block();
    builder_.branch({}, {{header, values(kMergedValues)}});
    builder_.begin_block(carried);
    scope_.insert(scope_.end(), carried.begin(), carried.end());
    std::size_t outer = scope_.size();
    builder_.branch({Operand::use(carried.front(), Constraint::Reg)},
                    {{next_block(), {}}, {blocks_[exit.index], {}}});
    builder_.begin_block({});
    body(1 + choices_.below(kMaxBody), depth_ + 1);
    builder_.branch({}, {{header, values(kMergedValues)}});
    scope_.resize(outer);
    begin(exit, {});
  }
  void body(std::size_t insts, std::uint32_t depth) {
    std::uint32_t outer_depth = std::exchange(depth_, depth);
    std::size_t end = std::min(builder_.inst_count() + insts, shape_.insts);
    while (builder_.inst_count() < end) {
      if (depth < kMaxDepth && choices_.one_in(kIfOneIn)) {
        choose();
      } else if (depth < kMaxDepth && choices_.one_in(kLoopOneIn)) {
        loop();
      } else if (choices_.one_in(kCallOneIn)) {
        call();
      } else {
        compute();
      }
    }
    depth_ = outer_depth;
  }

  const MixedShape& shape_;
  FunctionBuilder builder_;
  Choices choices_;
  std::vector<VReg> scope_;  // values that dominate the place that is being drawn
  std::vector<Block> blocks_;
  std::size_t label_count_ = 0;
  std::uint32_t depth_ = 0;
};

}  // namespace

Function make_mixed(const MixedShape& shape) {
  std::vector<Block> blocks;
  {
    Drawing first(shape, {});
    first.run();
    blocks = first.blocks();
  }
  Drawing second(shape, std::move(blocks));
  second.run();
  return std::move(second).finish();
}

}  // namespace regproof::bench
