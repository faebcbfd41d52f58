// The symbolic judge against literal execution: tiny random programs with random answers are run over
// all paths up to a length, each def making a fresh number, memory unit by unit. A use that reads
// another number than its value's on some path must be found, and nothing else may be.
//
// The bound suffices: a wrong number is handed on from place to place at most once per iteration, and
// there are fewer places than iterations.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <map>
#include <set>
#include <vector>

#include "checker/symbolic.h"
#include "ir/builder.h"
#include "ir/text.h"
#include "ir/validate.h"

namespace regproof {
namespace {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15u + 1) {}
  std::uint32_t below(std::uint32_t n) {
    state_ ^= state_ << 13, state_ ^= state_ >> 7, state_ ^= state_ << 17;
    return static_cast<std::uint32_t>((state_ >> 20) % n);
  }
  bool percent(std::uint32_t p) { return below(100) < p; }

 private:
  std::uint64_t state_;
};

// Two int registers and a scratch one, two float ones whose values take two units, four units.
Machine small_machine() {
  Machine machine;
  machine.preferred.add(make_preg(RegClass::Int, 0));
  machine.preferred.add(make_preg(RegClass::Int, 1));
  machine.preferred.add(make_preg(RegClass::Float, 0));
  machine.preferred.add(make_preg(RegClass::Float, 1));
  machine.scratch[0] = make_preg(RegClass::Int, 2);
  machine.slot_size = {1, 2, 1};
  return machine;
}
constexpr std::uint32_t kUnits = 4;

struct Shape {
  std::vector<std::vector<std::uint32_t>> successors;
  std::vector<std::uint32_t> idom;  // of each block; the entry's is itself
  bool loops;
};
const Shape kShapes[] = {
    {{{}}, {0}, false},
    {{{1}, {2}, {}}, {0, 0, 1}, false},
    {{{2}, {}, {1}}, {0, 2, 0}, false},  // a block before its predecessor
    {{{1, 2}, {}, {}}, {0, 0, 0}, false},
    {{{1}, {1}}, {0, 0}, true},  // a loop of one block, for ever
    {{{1, 2}, {3}, {3}, {}}, {0, 0, 0, 0}, false},
    {{{1}, {2, 3}, {1}, {}}, {0, 0, 1, 1}, true},
    {{{2}, {2}, {1, 3}, {}}, {0, 2, 0, 2}, true},  // the same, the latch ahead of the header
    {{{1, 2}, {3}, {4}, {4}, {3}}, {0, 0, 0, 0, 0}, true},  // irreducible
};

struct Trial {
  Function function;
  Output output;
  bool loops = false;
};

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed), builder_("trial") {}

  Trial make() {
    const Shape& shape = kShapes[random_.below(std::size(kShapes))];
    choose_params(shape);
    for (std::uint32_t b = 0; b < shape.successors.size(); ++b) choose_block(shape, b);
    for (std::uint32_t b = 0; b < shape.successors.size(); ++b) emit_block(shape, b);
    for (std::uint32_t v = 0; v < classes_.size(); ++v) {
      builder_.debug_label({VReg(v), Inst(0), Inst(points_), v});
    }
    Trial trial;
    trial.function = *std::move(builder_).finish();
    trial.output = answer(trial.function.view());
    trial.loops = shape.loops;
    return trial;
  }

 private:
  VReg fresh() {
    RegClass cls = random_.percent(60) ? RegClass::Int : RegClass::Float;
    classes_.push_back(cls);
    return builder_.vreg(cls);
  }

  void choose_params(const Shape& shape) {
    std::size_t n = shape.successors.size();
    params_.resize(n), values_.resize(n), ops_.resize(n), joins_.assign(n, 0);
    for (auto& successors : shape.successors) {
      for (std::uint32_t s : successors) ++joins_[s];
    }
    for (std::uint32_t b = 1; b < n; ++b) {
      for (std::uint32_t i = random_.below(3); i > 0; --i) params_[b].push_back(fresh());
    }
    values_[0] = {};
    std::vector<Operand> first;
    for (int i = 0; i < 3; ++i) {  // one of each class at least, so that arguments can be found
      classes_.push_back(i == 0 ? RegClass::Float : RegClass::Int);
      first.push_back(Operand::def(builder_.vreg(classes_.back())));
    }
    ops_[0].push_back(first);
    for (Operand op : first) values_[0].push_back(op.vreg());
  }

  // Blocks are chosen in any order: a use takes what dominators have defined in their heads and first
  // instructions so far, or what the block itself has.
  std::vector<VReg> visible(const Shape& shape, std::uint32_t b) const {
    std::vector<VReg> result(values_[0].begin(), values_[0].begin() + 3);
    for (std::uint32_t d = b;; d = shape.idom[d]) {
      result.insert(result.end(), params_[d].begin(), params_[d].end());
      if (d == b) result.insert(result.end(), values_[b].begin(), values_[b].end());
      if (d == shape.idom[d]) return result;
    }
  }

  void choose_block(const Shape& shape, std::uint32_t b) {
    std::uint32_t count = random_.below(4) + 1;
    for (std::uint32_t i = 0; i < count; ++i) {
      bool last = i + 1 == count;
      bool may_have_operands = true;
      if (last) {
        for (std::uint32_t s : shape.successors[b]) may_have_operands &= joins_[s] == 1;
      }
      std::vector<Operand> operands;
      std::vector<VReg> defs;
      auto known = visible(shape, b);
      if (may_have_operands) {
        for (std::uint32_t k = random_.below(4); k > 0; --k) {
          OperandPos pos = random_.percent(50) ? OperandPos::Early : OperandPos::Late;
          if (random_.percent(60)) {
            VReg v = known[random_.below(static_cast<std::uint32_t>(known.size()))];
            operands.push_back(Operand::make(OperandKind::Use, pos, v, Constraint::Any));
          } else {
            defs.push_back(fresh());
            operands.push_back(Operand::make(OperandKind::Def, pos, defs.back(), Constraint::Any));
          }
        }
      }
      values_[b].insert(values_[b].end(), defs.begin(), defs.end());
      ops_[b].push_back(operands);
    }
  }

  void emit_block(const Shape& shape, std::uint32_t b) {
    builder_.begin_block(std::span<const VReg>(params_[b]));
    for (std::size_t i = 0; i < ops_[b].size(); ++i) {
      RegSet clobbers;
      if (random_.percent(15)) {
        clobbers.add(
            make_preg(random_.percent(50) ? RegClass::Int : RegClass::Float, random_.below(2)));
      }
      ++points_;
      if (i + 1 < ops_[b].size()) {
        builder_.op(std::span<const Operand>(ops_[b][i]), clobbers);
      } else if (shape.successors[b].empty()) {
        builder_.ret(std::span<const Operand>(ops_[b][i]), clobbers);
      } else {
        if (joins_[shape.successors[b][0]] > 1) clobbers = {};
        std::vector<FunctionBuilder::Target> targets;
        for (std::uint32_t s : shape.successors[b])
          targets.push_back({Block(s), arguments(shape, b, s)});
        builder_.branch(std::span<const Operand>(ops_[b][i]), std::span(targets), clobbers);
      }
    }
  }

  std::vector<VReg> arguments(const Shape& shape, std::uint32_t from, std::uint32_t to) {
    std::vector<VReg> result;
    auto known = visible(shape, from);
    for (VReg param : params_[to]) {
      VReg argument;
      do {
        argument = known[random_.below(static_cast<std::uint32_t>(known.size()))];
      } while (classes_[argument.value()] != classes_[param.value()]);
      result.push_back(argument);
    }
    return result;
  }

  Location any_place(RegClass cls) {
    if (random_.percent(55)) return Location::reg(make_preg(cls, random_.below(2)));
    std::uint32_t size = cls == RegClass::Float ? 2 : 1;
    return Location::stack(SpillSlot(random_.below(kUnits / size) * size));
  }

  // Mostly where a walk in layout order has last seen the value.
  Location likely_place(VReg v) {
    auto seen = seen_.find(v.value());
    if (seen != seen_.end() && random_.percent(90)) return seen->second;
    return any_place(classes_[v.value()]);
  }

  void random_edits(ProgPoint point, Output& output) {
    while (random_.percent(30)) {
      VReg v(random_.below(static_cast<std::uint32_t>(classes_.size())));
      RegClass cls = classes_[v.value()];
      Location from = likely_place(v), to = any_place(cls);
      if (random_.percent(10) && cls == RegClass::Int) to = Location::reg(make_preg(cls, 2));
      if (from.is_stack() && to.is_stack()) to = Location::reg(make_preg(cls, random_.below(2)));
      output.edits.push_back(Edit::move(point, from, to));
      if (random_.percent(60)) seen_[v.value()] = to;
    }
  }

  Output answer(const FunctionView& function) {
    Output output;
    output.spillslots = kUnits;
    for (Block block : function.blocks()) {
      for (Inst inst : function.insts(block)) {
        random_edits(ProgPoint::before(inst), output);
        output.first_location.push_back(static_cast<std::uint32_t>(output.locations.size()));
        for (Operand op : function.operands(inst)) {
          Location place =
              op.is_use() ? likely_place(op.vreg()) : any_place(classes_[op.vreg().value()]);
          seen_[op.vreg().value()] = place;
          output.locations.push_back(place);
        }
        if (!function.is_terminator(inst)) random_edits(ProgPoint::after(inst), output);
      }
      for (Edge edge : function.successors(block)) {
        for (std::size_t i = 0; i < function.arguments(edge).size(); ++i) {
          auto from = seen_.find(function.arguments(edge)[i].value());
          if (from != seen_.end())
            seen_[function.params(function.target(edge))[i].value()] = from->second;
        }
      }
    }
    output.first_location.push_back(static_cast<std::uint32_t>(output.locations.size()));
    std::uint32_t points = static_cast<std::uint32_t>(function.inst_count()) * 2;
    for (std::uint32_t v = 0; v < classes_.size(); ++v) {
      if (!random_.percent(50)) continue;
      std::uint32_t from = random_.below(points), length = random_.below(4) + 1;
      output.debug_locations.push_back({v, ProgPoint::from_bits(from),
                                        ProgPoint::from_bits(std::min(from + length, points)),
                                        likely_place(VReg(v))});
    }
    return output;
  }

  Random random_;
  FunctionBuilder builder_;
  std::vector<RegClass> classes_;
  std::vector<std::vector<VReg>> params_, values_;
  std::vector<std::vector<std::vector<Operand>>> ops_;
  std::vector<std::uint32_t> joins_;
  std::uint32_t points_ = 0;
  std::map<std::uint32_t, Location> seen_;
};

// Runs paths. A number is never 0; a register holds a whole number, a unit one part of it.
class Runner {
 public:
  Runner(const Machine& machine, const FunctionView& function, const Output& output)
      : machine_(machine), function_(function), output_(output) {}

  std::set<std::pair<std::uint32_t, std::uint32_t>> failed_uses;
  std::set<std::uint32_t> failed_claims;

  void run_all(std::uint32_t length) {
    World world;
    for (auto& reg : world.regs) reg = ++next_;
    for (auto& unit : world.units) unit = {++next_, 0, 1};
    world.numbers.assign(function_.vreg_count(), 0);
    run_from(FunctionView::entry(), world, length);
  }

 private:
  struct Unit {
    std::uint64_t number;
    std::uint32_t part, parts;
  };
  struct World {
    std::array<std::uint64_t, kRegCount> regs;
    std::array<Unit, kUnits> units;
    std::vector<std::uint64_t> numbers;  // by value; 0 before its first def
  };

  std::uint32_t size_of(RegClass cls) const { return machine_.slot_size_of(cls); }

  // What a read of the class yields; a fresh number where the parts do not make one.
  std::uint64_t read(const World& world, Location at, RegClass cls) {
    if (at.is_reg()) return world.regs[at.as_reg().value()];
    std::uint32_t first = at.as_stack().value(), parts = size_of(cls);
    for (std::uint32_t i = 0; i < parts; ++i) {
      const Unit& unit = world.units[first + i];
      if (unit.number != world.units[first].number || unit.part != i || unit.parts != parts) {
        return ++next_;
      }
    }
    return world.units[first].number;
  }
  void write(World& world, Location at, RegClass cls, std::uint64_t number) {
    if (at.is_reg()) {
      world.regs[at.as_reg().value()] = number;
      return;
    }
    for (std::uint32_t i = 0; i < size_of(cls); ++i) {
      world.units[at.as_stack().value() + i] = {number, i, size_of(cls)};
    }
  }

  void edits_at(ProgPoint point, World& world) {
    for (const Edit& edit : output_.edits) {
      if (edit.point != point) continue;
      RegClass cls = class_of(edit.from.is_reg() ? edit.from.as_reg() : edit.to.as_reg());
      write(world, edit.to, cls, read(world, edit.from, cls));
    }
    for (std::uint32_t i = 0; i < output_.debug_locations.size(); ++i) {
      const DebugLocation& claim = output_.debug_locations[i];
      if (point < claim.from || claim.to <= point) continue;
      VReg v(claim.label);
      std::uint64_t number = world.numbers[v.value()];
      if (number == 0 || read(world, claim.location, function_.vreg_class(v)) != number) {
        failed_claims.insert(i);
      }
    }
  }

  void uses(Inst inst, OperandPos pos, World& world) {
    auto operands = function_.operands(inst);
    for (std::uint32_t k = 0; k < operands.size(); ++k) {
      Operand op = operands[k];
      if (!op.is_use() || op.pos() != pos) continue;
      RegClass cls = function_.vreg_class(op.vreg());
      if (read(world, output_.locations_of(inst)[k], cls) != world.numbers[op.vreg().value()]) {
        failed_uses.insert({inst.value(), k});
      }
    }
  }
  void defs(Inst inst, OperandPos pos, World& world) {
    auto operands = function_.operands(inst);
    for (std::uint32_t k = 0; k < operands.size(); ++k) {
      Operand op = operands[k];
      if (!op.is_def() || op.pos() != pos) continue;
      world.numbers[op.vreg().value()] = ++next_;
      write(world, output_.locations_of(inst)[k], function_.vreg_class(op.vreg()), next_);
    }
  }

  void run_from(Block block, World world, std::uint32_t length) {
    for (Inst inst : function_.insts(block)) {
      edits_at(ProgPoint::before(inst), world);
      uses(inst, OperandPos::Early, world);
      defs(inst, OperandPos::Early, world);
      function_.clobbers(inst).for_each([&](PReg reg) { world.regs[reg.value()] = ++next_; });
      uses(inst, OperandPos::Late, world);
      defs(inst, OperandPos::Late, world);
      for (PReg reg : machine_.scratch) {
        if (reg.valid()) world.regs[reg.value()] = ++next_;
      }
      edits_at(ProgPoint::after(inst), world);
    }
    if (length == 0) return;
    for (Edge edge : function_.successors(block)) {
      World next = world;
      auto params = function_.params(function_.target(edge));
      for (std::size_t i = 0; i < params.size(); ++i) {
        next.numbers[params[i].value()] = world.numbers[function_.arguments(edge)[i].value()];
      }
      run_from(function_.target(edge), std::move(next), length - 1);
    }
  }

  const Machine& machine_;
  const FunctionView& function_;
  const Output& output_;
  std::uint64_t next_ = 0;
};

struct Counts {
  std::size_t accepted = 0, refused = 0, uses = 0, claims = 0;
};

std::string as_text(const FunctionView& function, const Output& output) {
  std::string text;
  print_function(function, text);
  print_allocation(function, output, text);
  return text;
}

void compare(std::uint64_t seed, const Machine& machine, Counts& counts) {
  Trial trial = Maker(seed).make();
  FunctionView function = trial.function.view();
  for (const Violation& violation : validate(function, machine)) {
    ADD_FAILURE() << "seed " << seed << " made an illegal program: " << violation.message;
  }
  std::vector<Finding> findings;
  check_symbolic(function, machine, trial.output, findings);
  Runner runner(machine, function, trial.output);
  runner.run_all(trial.loops ? 17 : 4);
  std::set<std::pair<std::uint32_t, std::uint32_t>> found_uses;
  std::set<std::uint32_t> found_claims;
  for (const Finding& finding : findings) {
    if (finding.kind != FindingKind::DebugWrongValue) {
      found_uses.insert({finding.inst.value(), finding.operand});
      continue;
    }
    for (std::uint32_t i = 0; i < trial.output.debug_locations.size(); ++i) {
      std::string label =
          "debug label " + std::to_string(trial.output.debug_locations[i].label) + ",";
      if (finding.message.rfind(label, 0) == 0) found_claims.insert(i);
    }
  }
  EXPECT_EQ(found_uses, runner.failed_uses) << "seed " << seed << "\n"
                                            << as_text(function, trial.output);
  EXPECT_EQ(found_claims, runner.failed_claims) << "seed " << seed << "\n"
                                                << as_text(function, trial.output);
  (found_uses.empty() ? counts.accepted : counts.refused) += 1;
  counts.uses += found_uses.size();
  counts.claims += found_claims.size();
}

TEST(Paths, SymbolicJudgeAgreesWithLiteralExecution) {
  constexpr std::uint64_t kTrials = 20000;
  Machine machine = small_machine();
  Counts counts;
  for (std::uint64_t seed = 1; seed <= kTrials && !HasFailure(); ++seed) {
    compare(seed, machine, counts);
  }
  std::printf("%zu answers accepted, %zu refused (%zu uses, %zu debug locations)\n",
              counts.accepted, counts.refused, counts.uses, counts.claims);
  EXPECT_GT(counts.accepted, kTrials / 20);
  EXPECT_GT(counts.refused, kTrials / 20);
}

}  // namespace
}  // namespace regproof
