#include "ssagen/oversize.h"

#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include "ssagen/repeat.h"
#include "ssagen/sketch.h"

namespace regproof {
namespace {

// The lowest and the highest allocatable register of a class, each as a set of its own; the first is
// empty where the class has none.
struct Ends {
  RegSet low;
  RegSet high;
};

Ends ends_of(const Machine& machine, RegClass cls) {
  Ends ends;
  std::uint64_t bits = machine.allocatable().bits(cls);
  if (bits == 0) return ends;
  ends.low.add(make_preg(cls, static_cast<unsigned>(std::countr_zero(bits))));
  ends.high.add(make_preg(cls, 63 - static_cast<unsigned>(std::countl_zero(bits))));
  return ends;
}

class Grower {
 public:
  Grower(const Program& program, const Oversize& oversize)
      : sketch_(sketch_of(program.function.view(), program.machine)), oversize_(oversize) {}

  void crowd();
  void widen();
  Program finished() const { return finish(sketch_, true); }

 private:
  std::size_t chosen(std::size_t count) const { return oversize_.where % count; }
  // A class that has registers; what is drawn has at least one.
  RegClass chosen_class() const {
    for (std::size_t k = 0; k < kClassCount; ++k) {
      RegClass cls = kClasses[(oversize_.extra + k) % kClassCount];
      if (!sketch_.machine.allocatable().of(cls).empty()) return cls;
    }
    return RegClass::Int;
  }
  std::vector<VReg> new_values(std::size_t count, RegClass cls) {
    std::vector<VReg> values;
    for (std::size_t k = 0; k < count; ++k) values.push_back(new_value(sketch_, cls));
    return values;
  }
  static SketchInst defines(const std::vector<VReg>& values) {
    SketchInst inst;
    for (VReg v : values) inst.operands.push_back({Operand::def(v, Constraint::Any), RegSet()});
    return inst;
  }
  static void append_reads(const std::vector<VReg>& values, const RegSet& from,
                           std::vector<SketchInst>& insts) {
    Constraint constraint = from.empty() ? Constraint::Any : Constraint::In;
    for (VReg v : values) {
      SketchInst inst;
      inst.operands.push_back({Operand::use(v, constraint), from});
      insts.push_back(std::move(inst));
    }
  }

  Sketch sketch_;
  const Oversize& oversize_;
};

// Labels name instructions by number: those of the code that moves away are kept, one block further.
void Grower::crowd() {
  RegClass cls = chosen_class();
  Ends ends = ends_of(sketch_.machine, cls);
  std::size_t count = kCrowd + oversize_.extra;
  std::vector<VReg> sent = new_values(count, cls), received = new_values(count, cls);
  std::size_t target = sketch_.blocks.size();
  SketchBlock& source = sketch_.blocks[chosen(sketch_.blocks.size())];
  SketchBlock behind;
  behind.params = received;
  append_reads(received, ends.high, behind.insts);
  behind.insts.push_back(std::move(source.insts.back()));
  source.insts.back() = defines(sent);
  append_reads(sent, ends.low, source.insts);
  SketchInst jump = jump_to(target);
  std::rotate(sent.begin(), sent.begin() + 1 + static_cast<std::ptrdiff_t>(chosen(count - 1)),
              sent.end());
  jump.targets.front().arguments = std::move(sent);
  source.insts.push_back(std::move(jump));
  sketch_.blocks.push_back(std::move(behind));
}

void Grower::widen() {
  std::size_t total = 0;
  for (const SketchBlock& block : sketch_.blocks) total += block.insts.size();
  std::size_t at = chosen(total), b = 0;
  while (at >= sketch_.blocks[b].insts.size()) at -= sketch_.blocks[b++].insts.size();
  std::vector<SketchInst>& insts = sketch_.blocks[b].insts;
  if (insts[at].kind != InstKind::Op)
    insts.insert(insts.begin() + static_cast<std::ptrdiff_t>(at), SketchInst());
  SketchInst& inst = insts[at];
  std::vector<VReg> values;  // numbers may have gaps
  for (std::uint32_t v = 0; v < sketch_.classes.size(); ++v) {
    if (sketch_.classes[v] != RegClass::None) values.push_back(VReg(v));
  }
  if (values.empty()) values.push_back(new_value(sketch_, chosen_class()));
  for (std::size_t k = 0; k < kWide + oversize_.extra; ++k) {
    VReg v = values[(oversize_.where + k) % values.size()];
    inst.operands.push_back({Operand::use(v, Constraint::Any), RegSet()});
  }
  RegClass cls = chosen_class();
  SketchInst before = defines({new_value(sketch_, cls)});
  VReg input = before.operands.front().operand.vreg();
  inst.operands.push_back({Operand::use(input, Constraint::Reg), RegSet()});
  auto place = static_cast<std::uint32_t>(inst.operands.size() - 1);
  inst.operands.push_back(
      {Operand::def(new_value(sketch_, cls), Constraint::Reuse, place), RegSet()});
  insts.insert(insts.begin() + static_cast<std::ptrdiff_t>(at), std::move(before));
}

Program lengthened(const Program& program, bool alive) {
  auto insts = static_cast<std::uint32_t>(program.function.view().inst_count());
  std::uint32_t times = std::max(kLong / std::max(insts, 1u), 1u) + 1;
  return repeat(program, In::Sequence, alive ? Link::Alive : Link::First, times);
}

}  // namespace

Oversize draw_oversize(Choices& choices, const Knobs& knobs) {
  Oversize oversize;
  oversize.crowd = choices.chance(knobs.crowd);
  oversize.widen = choices.chance(knobs.widen);
  oversize.lengthen = choices.chance(knobs.lengthen);
  if (!oversize.any()) return oversize;
  oversize.extra = choices.byte();
  oversize.where = choices.below(1u << 16);
  oversize.alive = choices.below(2) == 1;
  return oversize;
}

Program grow(const Program& program, const Oversize& oversize) {
  Program result = program;
  if (oversize.crowd || oversize.widen) {
    Grower grower(program, oversize);
    if (oversize.widen) grower.widen();
    if (oversize.crowd) grower.crowd();
    result = grower.finished();
  }
  if (oversize.lengthen) result = lengthened(result, oversize.alive);
  return result;
}

}  // namespace regproof
