#include "ssagen/planted.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/check.h"
#include "ir/builder.h"
#include "ssagen/generate.h"
#include "ssagen/planted_graph.h"
#include "ssagen/planted_insts.h"
#include "ssagen/planted_places.h"

namespace regproof {
namespace {

struct PlantedBlock {
  std::vector<VReg> params;
  double frequency = 0;
  std::vector<PlantedInst> insts;
  std::vector<FunctionBuilder::Target> targets;
  // Of a join: what stands where at its head, parameters included.
  std::vector<Holding> head;
  std::vector<Holding> end;         // behind its last instruction
  std::vector<VReg> lives_through;  // values that joins behind it rely on
};

bool has(const std::vector<VReg>& values, VReg value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// True if it was not there.
bool insert(std::vector<VReg>& values, VReg value) {
  if (has(values, value)) return false;
  values.push_back(value);
  return true;
}

class Planter {
 public:
  Planter(Choices& choices, const Knobs& knobs)
      : choices_(choices),
        knobs_(knobs),
        machine_(draw_machine(choices, knobs)),
        graph_(draw_graph(choices, knobs)),
        places_(choices, knobs, machine_),
        insts_(choices, knobs, machine_, places_),
        blocks_(graph_.size()) {}

  PlantedProgram run();

 private:
  void start_block(std::uint32_t b);
  void draw_body(std::uint32_t b);
  void draw_entry_values(std::uint32_t b);
  void end_block(std::uint32_t b);
  void draw_branch(std::uint32_t b);
  void enter_only_predecessor(std::uint32_t b, std::uint32_t to);
  void enter_join(std::uint32_t b, std::uint32_t join);
  VReg argument_for(std::uint32_t b, VReg param);
  VReg neighbour_of(VReg param, const std::vector<VReg>& params) const;

  void plan_joins(std::uint32_t b);
  std::vector<std::vector<VReg>> choose_what_joins_rely_on(std::uint32_t b);
  void plan_head(std::uint32_t join, const std::vector<VReg>& values);
  void draw_params(std::uint32_t join);
  Location place_at_head(RegClass cls, const std::vector<Location>& taken);

  PlantedProgram write_down();
  RegSet pinned_registers() const;
  void write_block(std::uint32_t b, const RegSet& pinned, FunctionBuilder& builder,
                   Output& known) const;
  void draw_labels(FunctionBuilder& builder);

  void add(std::uint32_t b, PlantedInst inst);
  bool is_full() const {
    return inst_count_ >= knobs_.most_insts || operand_count_ >= knobs_.most_operands;
  }

  Choices& choices_;
  const Knobs& knobs_;
  const Machine machine_;
  const PlantedGraph graph_;
  PlantedPlaces places_;
  PlantedInstDrawer insts_;
  std::vector<PlantedBlock> blocks_;
  std::uint32_t values_block_ = 0;  // where the values to begin with are defined
  std::size_t inst_count_ = 0;
  std::size_t operand_count_ = 0;
};

void Planter::add(std::uint32_t b, PlantedInst inst) {
  if (blocks_[b].insts.empty()) inst.edits_after_last = 0;
  ++inst_count_;
  operand_count_ += inst.operands.size();
  blocks_[b].insts.push_back(std::move(inst));
}

// A block that nothing reaches begins with nothing, too.
void Planter::start_block(std::uint32_t b) {
  if (graph_.is_join(b)) {
    places_.hold(blocks_[b].head);
  } else {
    bool first = b == 0 || !graph_.is_reachable(b);
    places_.hold(first ? std::vector<Holding>() : blocks_[graph_.predecessor(b)].end);
    if (!first) enter_only_predecessor(graph_.predecessor(b), b);
  }
  places_.protect(blocks_[b].lives_through);
  places_.forget_oldest();
}

// The parameters are the arguments, wherever these stand.
void Planter::enter_only_predecessor(std::uint32_t from, std::uint32_t b) {
  for (const FunctionBuilder::Target& target : blocks_[from].targets) {
    if (target.block.value() != b) continue;
    for (std::size_t i = 0; i < target.arguments.size(); ++i) {
      places_.name_again(blocks_[b].params[i], target.arguments[i]);
    }
  }
}

void Planter::draw_entry_values(std::uint32_t b) {
  constexpr std::uint32_t kAtATime = 4;
  for (std::uint32_t n = choices_.in(knobs_.entry_values); n != 0;) {
    PartScope inst(choices_, Part::Instructions);
    std::uint32_t now = std::min(n, kAtATime);
    insts_.begin(InstKind::Op);
    insts_.defs(now);
    add(b, insts_.end());
    n -= now;
  }
}

void Planter::draw_body(std::uint32_t b) {
  if (b == values_block_) draw_entry_values(b);
  if (b == 0 && values_block_ != 0) return;
  for (std::uint32_t n = choices_.in(knobs_.block_insts); n != 0 && !is_full(); --n) {
    PartScope inst(choices_, Part::Instructions);
    insts_.begin(InstKind::Op);
    if (choices_.chance(knobs_.call)) {
      insts_.call();
    } else {
      insts_.plain();
    }
    add(b, insts_.end());
  }
}

void Planter::end_block(std::uint32_t b) {
  const std::vector<std::uint32_t>& successors = graph_.successors(b);
  if (successors.size() == 1 && graph_.is_join(successors.front())) {
    plan_joins(b);
    return enter_join(b, successors.front());
  }
  draw_branch(b);
  blocks_[b].end = places_.held();
  plan_joins(b);
}

// A branch whose targets have no other way in, or a return.
void Planter::draw_branch(std::uint32_t b) {
  PartScope inst(choices_, Part::Instructions);
  const std::vector<std::uint32_t>& successors = graph_.successors(b);
  bool branch = !successors.empty();
  insts_.begin(branch ? InstKind::Branch : InstKind::Ret);
  if (is_full()) {
  } else if (branch && choices_.chance(knobs_.branch_call)) {
    insts_.call();
  } else if (branch && choices_.chance(knobs_.branch_operands)) {
    insts_.plain();
  } else if (!branch && choices_.chance(knobs_.return_operands)) {
    insts_.uses(choices_.below(4));
    insts_.pins();
    if (choices_.chance(knobs_.clobber)) insts_.clobbers();
  }
  add(b, insts_.end());
  for (std::uint32_t to : successors) {
    PartScope part(choices_, Part::Edges);
    FunctionBuilder::Target target{Block(to), {}};
    std::uint32_t count = 0;
    if (choices_.chance(knobs_.params)) count = choices_.in(knobs_.block_params);
    for (; count != 0 && !places_.held().empty(); --count) {
      auto held = static_cast<std::uint32_t>(places_.held().size());
      VReg argument = places_.held()[choices_.below(held)].value;
      target.arguments.push_back(argument);
      blocks_[to].params.push_back(places_.new_value(places_.class_of(argument), false));
    }
    blocks_[b].targets.push_back(std::move(target));
  }
}

// Another parameter of the class, in a circle; itself where there is none.
VReg Planter::neighbour_of(VReg param, const std::vector<VReg>& params) const {
  std::vector<VReg> like;
  for (VReg other : params) {
    if (places_.class_of(other) == places_.class_of(param)) like.push_back(other);
  }
  auto at = std::find(like.begin(), like.end(), param);
  return at + 1 == like.end() ? like.front() : *(at + 1);
}

// A value of the parameter's class that stands somewhere; a new one where there is none.
VReg Planter::argument_for(std::uint32_t b, VReg param) {
  RegClass cls = places_.class_of(param);
  std::vector<VReg> candidates;
  for (const Holding& h : places_.held()) {
    if (places_.class_of(h.value) == cls) candidates.push_back(h.value);
  }
  if (!candidates.empty()) {
    return candidates[choices_.below(static_cast<std::uint32_t>(candidates.size()))];
  }
  insts_.begin(InstKind::Op);
  VReg value = insts_.def_in_memory(cls);
  add(b, insts_.end());
  return value;
}

// Edits bring everything to where the join expects it; a block that nothing reaches names arguments
// and moves nothing.
void Planter::enter_join(std::uint32_t b, std::uint32_t join) {
  PartScope part(choices_, Part::Edges);
  FunctionBuilder::Target target{Block(join), {}};
  const std::vector<Holding>& head = blocks_[join].head;
  std::vector<Holding> demands = head;
  const std::vector<VReg>& params = blocks_[join].params;
  bool permuted = choices_.chance(knobs_.permuted_params);
  for (VReg param : params) {
    VReg neighbour = neighbour_of(param, params);
    VReg argument =
        permuted && places_.stands_somewhere(neighbour) ? neighbour : argument_for(b, param);
    target.arguments.push_back(argument);
    for (std::size_t i = 0; i < head.size(); ++i) {
      if (head[i].value == param) demands[i].value = argument;
    }
  }
  if (graph_.is_reachable(b)) places_.deliver(demands);
  insts_.begin(InstKind::Branch);
  add(b, insts_.end());
  blocks_[b].targets.push_back(std::move(target));
}

// What each join below `b` relies on. A join on the way to another one relies on what that one does.
std::vector<std::vector<VReg>> Planter::choose_what_joins_rely_on(std::uint32_t b) {
  const std::vector<std::uint32_t>& joins = graph_.joins_below(b);
  std::vector<std::vector<VReg>> wanted(joins.size());
  std::vector<std::vector<std::uint32_t>> regions;
  for (std::size_t j = 0; j < joins.size(); ++j) {
    regions.push_back(graph_.region_of(joins[j]));
    for (const Holding& h : places_.held()) {
      if (!has(wanted[j], h.value) && choices_.chance(knobs_.planted_across)) {
        wanted[j].push_back(h.value);
      }
    }
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t j = 0; j < joins.size(); ++j) {
      for (VReg value : blocks_[joins[j]].lives_through) changed |= insert(wanted[j], value);
      for (std::uint32_t between : regions[j]) {
        for (VReg value : wanted[j]) changed |= insert(blocks_[between].lives_through, value);
      }
    }
  }
  return wanted;
}

void Planter::plan_joins(std::uint32_t b) {
  if (!graph_.is_reachable(b)) return;
  const std::vector<std::uint32_t>& joins = graph_.joins_below(b);
  std::vector<std::vector<VReg>> wanted = choose_what_joins_rely_on(b);
  for (std::size_t j = 0; j < joins.size(); ++j) plan_head(joins[j], wanted[j]);
}

// An empty register of the class, or a slot.
Location Planter::place_at_head(RegClass cls, const std::vector<Location>& taken) {
  RegSet registers = machine_.allocatable(cls);
  for (Location place : taken) {
    if (place.is_reg()) registers.remove(place.as_reg());
  }
  if (registers.empty() || choices_.chance(knobs_.stack)) return places_.slot_beside(cls, taken);
  auto skip = choices_.below(static_cast<std::uint32_t>(registers.size()));
  for (; skip != 0; --skip) registers.remove(registers.first());
  return Location::reg(registers.first());
}

// Most values wait for the join where they stand now.
void Planter::plan_head(std::uint32_t join, const std::vector<VReg>& values) {
  std::vector<Location> taken;
  auto put = [&](Location place, VReg value) {
    taken.push_back(place);
    blocks_[join].head.push_back({place, value});
  };
  auto is_taken = [&](Location place) {
    return std::find(taken.begin(), taken.end(), place) != taken.end();
  };
  for (VReg value : values) {
    bool waits = choices_.chance(knobs_.planted_relocate);
    if (waits) put(place_at_head(places_.class_of(value), taken), value);
    for (const Holding& h : places_.held()) {
      if (h.value != value || is_taken(h.place)) continue;
      if (waits && !choices_.chance(knobs_.planted_copy)) continue;
      put(h.place, value);
      waits = true;
    }
    if (!waits) put(place_at_head(places_.class_of(value), taken), value);
  }
  draw_params(join);
}

void Planter::draw_params(std::uint32_t join) {
  PartScope part(choices_, Part::Params);
  if (!choices_.chance(knobs_.params)) return;
  bool many = choices_.chance(knobs_.many_params);
  std::uint32_t count = choices_.in(many ? knobs_.many_block_params : knobs_.block_params);
  std::vector<Location> taken;
  for (const Holding& h : blocks_[join].head) taken.push_back(h.place);
  for (; count != 0; --count) {
    VReg param = places_.new_value(insts_.draw_class(), false);
    taken.push_back(place_at_head(places_.class_of(param), taken));
    blocks_[join].params.push_back(param);
    blocks_[join].head.push_back({taken.back(), param});
  }
}

PlantedProgram Planter::run() {
  bool frequencies = choices_.chance(knobs_.frequency);
  bool single = graph_.successors(0).size() == 1 && graph_.successors(0).front() != 0;
  if (single && choices_.chance(knobs_.bare_entry)) values_block_ = graph_.successors(0).front();
  for (std::uint32_t b = 1; b < graph_.size(); ++b) {
    if (!graph_.is_reachable(b) && graph_.is_join(b)) draw_params(b);
  }
  for (std::uint32_t b : graph_.order()) {
    PartScope part(choices_, Part::Blocks);
    start_block(b);
    constexpr double kFrequencies[] = {0, 1, 0.5, 10, 8.5, 100, 0.001, 1e9};
    if (frequencies) {
      blocks_[b].frequency = kFrequencies[choices_.below(std::size(kFrequencies))];
    }
    draw_body(b);
    end_block(b);
  }
  return write_down();
}

// What recipes rely on; without a clobber, an answer stays one.
RegSet Planter::pinned_registers() const {
  RegSet pinned;
  for (const auto& [value, recipe] : places_.recipes()) {
    for (const Operand& input : recipe.inputs) {
      if (input.is_pin()) pinned.add(input.preg());
    }
  }
  return pinned;
}

void Planter::write_block(std::uint32_t b, const RegSet& pinned, FunctionBuilder& builder,
                          Output& known) const {
  const PlantedBlock& block = blocks_[b];
  builder.begin_block(block.params, block.frequency);
  std::vector<Operand> operands;
  for (const PlantedInst& inst : block.insts) {
    RegSet clobbers = inst.clobbers - pinned;
    Inst number(static_cast<std::uint32_t>(builder.inst_count()));
    for (std::size_t i = 0; i < inst.edits.size(); ++i) {
      known.edits.push_back(inst.edits[i]);
      known.edits.back().point = i < inst.edits_after_last
                                     ? ProgPoint::after(Inst(number.value() - 1))
                                     : ProgPoint::before(number);
    }
    operands.clear();
    for (const PlantedOperand& op : inst.operands) {
      operands.push_back(op.operand);
      if (op.operand.constraint() == Constraint::In) {
        operands.back() = Operand::make(op.operand.kind(), op.operand.pos(), op.operand.vreg(),
                                        Constraint::In, builder.intern(op.set).value());
      }
      known.locations.push_back(op.place);
    }
    known.first_location.push_back(static_cast<std::uint32_t>(known.locations.size()));
    if (inst.kind == InstKind::Op) builder.op(operands, clobbers);
    if (inst.kind == InstKind::Ret) builder.ret(operands, clobbers);
    if (inst.kind == InstKind::Branch) builder.branch(operands, block.targets, clobbers);
  }
}

// Any value, anywhere; what is known follows none of them.
void Planter::draw_labels(FunctionBuilder& builder) {
  auto insts = static_cast<std::uint32_t>(inst_count_);
  auto values = static_cast<std::uint32_t>(places_.classes().size());
  if (values == 0 || !choices_.chance(knobs_.labels)) return;
  for (std::uint32_t n = choices_.in(knobs_.label_count); n != 0; --n) {
    PartScope part(choices_, Part::Labels);
    VReg value(choices_.below(values));
    std::uint32_t from = choices_.below(insts);
    std::uint32_t length = 1 + choices_.below(choices_.chance({128}) ? 8 : insts);
    builder.debug_label(
        {value, Inst(from), Inst(std::min(from + length, insts)), choices_.below(8)});
  }
}

PlantedProgram Planter::write_down() {
  PlantedProgram result;
  result.program.machine = machine_;
  FunctionBuilder builder("f");
  const std::vector<RegClass>& classes = places_.classes();
  for (std::uint32_t v = 0; v < classes.size(); ++v) builder.declare(VReg(v), classes[v]);
  result.known.first_location.push_back(0);
  RegSet pinned = pinned_registers();
  for (std::uint32_t b = 0; b < graph_.size(); ++b) write_block(b, pinned, builder, result.known);
  for (VReg value : places_.rematerializable()) builder.rematerializable(value);
  for (const auto& [value, recipe] : places_.recipes()) {
    builder.recipe(value, recipe.inputs, recipe.cost, recipe.clobbers, recipe.reuse);
  }
  draw_labels(builder);
  if (insts_.multiple_defs()) builder.allow_multiple_defs();
  result.known.spillslots = places_.frame_units();
  result.overdrawn = insts_.overdrawn();
  Result<Function, BuildError> built = std::move(builder).finish();
  check([&] { return built.ok(); }, "a planted program is well formed");
  result.program.function = *std::move(built);
  return result;
}

}  // namespace

PlantedProgram plant(Choices& choices, const Knobs& knobs) {
  return Planter(choices, knobs).run();
}

PlantedProgram generate_planted(std::uint64_t seed, const Knobs& knobs) {
  Choices choices = Choices::from_seed(seed);
  Knobs planting = knobs;
  planting.planted = {256};
  planting.planted_overdraw = {0};
  planting.crowd = planting.widen =
      planting.lengthen = {0};  // what is made larger has no known answer
  RepairCounts repairs;
  DrawnProgram drawn = draw_program(choices, planting, repairs);
  return {std::move(drawn.program), *std::move(drawn.known)};
}

std::optional<Output> known_answer(std::span<const std::uint8_t> bytes) {
  RepairCounts repairs;
  return decode_drawn(bytes, repairs).known;
}

Program generate_at_limit(std::uint64_t seed) {
  Choices choices = Choices::from_seed(seed);
  return plant(choices, find_profile("limit")->knobs).program;
}

}  // namespace regproof
