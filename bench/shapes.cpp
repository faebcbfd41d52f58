// See shapes.h. Numbers of later blocks are computed from the counts that make up each shape.
#include "bench/shapes.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/check.h"
#include "bench/mixed_program.h"
#include "ir/builder.h"

namespace regproof::bench {

namespace {

using Target = FunctionBuilder::Target;

// Registers as on x86-64 under the System V convention: 14 that can be given away, nine of them
// destroyed by calls.
constexpr std::array<unsigned, 9> kCallerSaved = {0, 1, 2, 6, 7, 8, 9, 10, 11};
constexpr std::array<unsigned, 5> kCalleeSaved = {3, 12, 13, 14, 15};
constexpr std::array<unsigned, 6> kArguments = {7, 6, 2, 1, 8, 9};
constexpr unsigned kResult = 0;

constexpr std::size_t kParams = 24;          // of a block in block_params
constexpr std::size_t kSwitchTargets = 500;  // of a branch in switches
constexpr std::size_t kNestDepth = 50;       // of loops in loop_nests
constexpr std::size_t kWideUse = 8;          // values read by one instruction at the end
constexpr std::size_t kConstants = 200;      // in remats

PReg int_reg(unsigned number) {
  return make_preg(RegClass::Int, number);
}

Machine ordinary_machine() {
  Machine machine;
  for (unsigned number : kCallerSaved) machine.preferred.add(int_reg(number));
  for (unsigned number : kCalleeSaved) machine.non_preferred.add(int_reg(number));
  return machine;
}

Machine scarce_machine() {
  Machine machine;
  for (unsigned number : {0u, 1u, 2u}) machine.preferred.add(int_reg(number));
  machine.non_preferred.add(int_reg(3));
  return machine;
}

RegSet call_clobbers() {
  RegSet clobbers = ordinary_machine().preferred;
  clobbers.remove(int_reg(kResult));
  return clobbers;
}

// The builder with the few instructions that the shapes are made of.
class Maker {
 public:
  explicit Maker(const char* name) : builder_(name) {}

  FunctionBuilder& builder() { return builder_; }
  std::size_t insts() const { return builder_.inst_count(); }
  std::vector<VReg> fresh(std::size_t count) {
    std::vector<VReg> list(count);
    for (VReg& vreg : list) vreg = builder_.vreg(RegClass::Int);
    return list;
  }
  VReg define() {
    VReg result = builder_.vreg(RegClass::Int);
    builder_.op({Operand::def(result, Constraint::Reg)});
    return result;
  }
  std::vector<VReg> define(std::size_t count) {
    std::vector<VReg> list(count);
    for (VReg& vreg : list) vreg = define();
    return list;
  }
  VReg add(VReg a, VReg b) {
    VReg result = builder_.vreg(RegClass::Int);
    builder_.op({Operand::def(result, Constraint::Reg), Operand::use(a, Constraint::Reg),
                 Operand::use(b, Constraint::Reg)});
    return result;
  }
  VReg add_tied(VReg a, VReg b) {
    VReg result = builder_.vreg(RegClass::Int);
    builder_.op({Operand::use(a, Constraint::Reg), Operand::def(result, Constraint::Reuse, 0),
                 Operand::use(b, Constraint::Any)});
    return result;
  }
  // One instruction for every few of the values.
  void read(std::span<const VReg> values) {
    for (std::size_t at = 0; at < values.size(); at += kWideUse) {
      std::vector<Operand> operands;
      for (VReg vreg : values.subspan(at, std::min(kWideUse, values.size() - at))) {
        operands.push_back(Operand::use(vreg, Constraint::Any));
      }
      builder_.op(operands);
    }
  }
  Function finish() {
    builder_.ret({});
    Result<Function, BuildError> function = std::move(builder_).finish();
    check([&] { return function.ok(); }, "a shape can be built");
    return std::move(*function);
  }

 private:
  FunctionBuilder builder_;
};

Function make_ordinary(std::size_t insts) {
  MixedShape shape;
  shape.insts = insts;
  shape.argument_regs = {int_reg(kResult)};
  for (unsigned number : kArguments) shape.argument_regs.push_back(int_reg(number));
  shape.clobbers = call_clobbers();
  return make_mixed(shape);
}

Function make_scarce(std::size_t insts) {
  MixedShape shape;
  shape.insts = insts;
  shape.argument_regs = {int_reg(0), int_reg(1)};
  shape.clobbers = scarce_machine().preferred;
  return make_mixed(shape);
}

Function make_calls(std::size_t insts) {
  Maker maker("calls");
  maker.builder().begin_block();
  std::vector<VReg> alive = maker.define(10);
  VReg last = alive.front();
  for (std::size_t i = 0; maker.insts() < insts; ++i) {
    VReg sum = maker.add(alive[i % alive.size()], last);
    std::vector<Operand> operands;
    for (std::size_t k = 0; k < kArguments.size(); ++k) {
      VReg argument = k == 0 ? sum : alive[(i + k) % alive.size()];
      operands.push_back(Operand::use(argument, Constraint::Fixed, int_reg(kArguments[k]).value()));
    }
    last = maker.fresh(1).front();
    operands.push_back(Operand::def(last, Constraint::Fixed, int_reg(kResult).value()));
    maker.builder().op(operands, call_clobbers());
  }
  maker.read(alive);
  return maker.finish();
}

Function make_mega_block(std::size_t insts) {
  Maker maker("mega_block");
  maker.builder().begin_block();
  std::vector<VReg> values = maker.define(16);
  while (maker.insts() < insts) {
    std::size_t count = values.size();
    VReg near = values[count - 1 - count % 7];
    VReg far = values[count - 1 - count % std::min<std::size_t>(count, 31)];
    values.push_back(count % 3 == 0 ? maker.add_tied(near, far) : maker.add(near, far));
  }
  return maker.finish();
}

Function make_alive_across(std::size_t insts) {
  Maker maker("alive_across");
  maker.builder().begin_block();
  std::vector<VReg> alive = maker.define(insts / 4);
  VReg last = alive.front();
  while (maker.insts() < insts - insts / 4 / kWideUse) {
    last = maker.add(last, alive[maker.insts() * 7919 % alive.size()]);
  }
  maker.read(alive);
  return maker.finish();
}

Function make_block_params(std::size_t insts) {
  Maker maker("block_params");
  maker.builder().begin_block();
  std::vector<VReg> values = maker.define(kParams);
  while (maker.insts() + 2 < insts) {
    values.front() = maker.add(values.front(), values.back());
    std::rotate(values.begin(), values.begin() + 1, values.end());
    Block next(static_cast<std::uint32_t>(maker.builder().block_count()));
    maker.builder().branch({}, {Target{next, values}});
    values = maker.fresh(kParams);
    maker.builder().begin_block(values);
  }
  maker.read(values);
  return maker.finish();
}

Function make_switches(std::size_t insts) {
  Maker maker("switches");
  maker.builder().begin_block();
  std::vector<VReg> values = maker.define(4);
  while (maker.insts() < insts) {
    auto first = static_cast<std::uint32_t>(maker.builder().block_count());
    Block join(first + static_cast<std::uint32_t>(kSwitchTargets));
    std::vector<Target> targets;
    for (std::uint32_t i = 0; i < kSwitchTargets; ++i) targets.push_back({Block(first + i), {}});
    std::array operands = {Operand::use(values.front(), Constraint::Reg)};
    maker.builder().branch(operands, targets);
    for (std::size_t i = 0; i < kSwitchTargets; ++i) {
      maker.builder().begin_block();
      std::vector<VReg> arguments = values;
      arguments[i % arguments.size()] = maker.add(values[i % 4], values[(i + 1) % 4]);
      std::rotate(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(i % 4),
                  arguments.end());
      maker.builder().branch({}, {Target{join, arguments}});
    }
    values = maker.fresh(4);
    maker.builder().begin_block(values);
  }
  maker.read(values);
  return maker.finish();
}

// Each nest takes three blocks a level (header, body, exit): the headers and bodies from the outermost
// inwards, then latches and exits from the innermost outwards, an exit being the next latch.
void add_nest(Maker& maker, std::span<const VReg> outer) {
  FunctionBuilder& builder = maker.builder();
  auto first = static_cast<std::uint32_t>(builder.block_count());
  auto depth = static_cast<std::uint32_t>(kNestDepth);
  std::vector<VReg> counters = {outer.front()};
  for (std::uint32_t level = 0; level < depth; ++level) {
    builder.branch({}, {Target{Block(first + 2 * level), {counters.back()}}});
    counters.push_back(maker.fresh(1).front());
    builder.begin_block({counters.back()});
    Block body(first + 2 * level + 1);
    Block exit(first + 2 * depth + (depth - 1 - level));
    builder.branch({Operand::use(counters.back(), Constraint::Reg)}, {{body, {}}, {exit, {}}});
    builder.begin_block();
  }
  VReg sum = counters.back();
  for (VReg value : outer) sum = maker.add(sum, value);
  for (VReg counter : counters) sum = maker.add(sum, counter);
  for (std::uint32_t level = depth; level-- > 0;) {
    VReg next = maker.add(level + 1 == depth ? sum : counters[level + 1], outer.back());
    builder.branch({}, {Target{Block(first + 2 * level), {next}}});
    builder.begin_block();
  }
}

Function make_loop_nests(std::size_t insts) {
  Maker maker("loop_nests");
  maker.builder().begin_block();
  std::vector<VReg> outer = maker.define(20);
  while (maker.insts() < insts) add_nest(maker, outer);
  maker.read(outer);
  return maker.finish();
}

Function make_fixed_swaps(std::size_t insts) {
  Maker maker("fixed_swaps");
  maker.builder().begin_block();
  std::vector<VReg> pair = maker.define(2);
  std::uint32_t left = int_reg(0).value();
  std::uint32_t right = int_reg(1).value();
  while (maker.insts() < insts) {
    maker.builder().op({Operand::use(pair[0], Constraint::Fixed, left),
                        Operand::use(pair[1], Constraint::Fixed, right)});
    std::swap(left, right);
  }
  return maker.finish();
}

Function make_remats(std::size_t insts) {
  Maker maker("remats");
  maker.builder().begin_block();
  std::vector<VReg> constants = maker.define(kConstants);
  for (VReg constant : constants) maker.builder().rematerializable(constant);
  VReg last = constants.front();
  while (maker.insts() < insts) {
    last = maker.add(last, constants[maker.insts() * 7919 % constants.size()]);
  }
  maker.read(constants);
  return maker.finish();
}

Function make_reuse_chains(std::size_t insts) {
  Maker maker("reuse_chains");
  maker.builder().begin_block();
  std::vector<VReg> values = maker.define(12);
  while (maker.insts() < insts) {
    std::size_t at = maker.insts();
    // Every other tied input lives on and has to be copied.
    VReg result = maker.add_tied(values[at % 12], values[(at * 5 + 1) % 12]);
    values[(at + at % 2) % 12] = result;
  }
  maker.read(values);
  return maker.finish();
}

}  // namespace

std::span<const Shape> all_shapes() {
  static const std::vector<Shape> kShapes = {
      {"mixed", {1000, 10'000, 100'000, 1'000'000}, make_ordinary, ordinary_machine},
      {"scarce", {1000, 10'000, 100'000}, make_scarce, scarce_machine},
      {"calls", {2000, 20'000, 200'000}, make_calls, ordinary_machine},
      {"mega_block", {2000, 20'000, 200'000}, make_mega_block, ordinary_machine},
      {"alive_across", {400, 4000, 40'000}, make_alive_across, ordinary_machine},
      {"block_params", {2000, 20'000}, make_block_params, ordinary_machine},
      {"switches", {1000, 10'000, 100'000}, make_switches, ordinary_machine},
      {"loop_nests", {300, 3000, 30'000}, make_loop_nests, ordinary_machine},
      {"fixed_swaps", {2000, 20'000, 200'000}, make_fixed_swaps, ordinary_machine},
      {"remats", {2000, 20'000, 200'000}, make_remats, ordinary_machine},
      {"reuse_chains", {2000, 20'000, 200'000}, make_reuse_chains, ordinary_machine},
  };
  return kShapes;
}

}  // namespace regproof::bench
