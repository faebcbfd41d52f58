#include "checker/interpreter.h"

#include <algorithm>
#include <string>
#include <utility>

#include "checker/interpreter_state.h"
#include "ir/names.h"

namespace regproof {
namespace {

// Findings of `interpret` are cut off here: a broken answer may have one per operand.
constexpr std::size_t kMostFindings = 1000;

}  // namespace

void Interpreter::State::start() {
  missed = VReg::none();
  after.reset();
  before.assign(function.vreg_count(), Promise());
  for (VReg v : IndexRange<VReg>(making.size())) {
    if (making[v.value()] == Making::OfNothing) before[v.value()].allow(recipe_value(v));
  }
  steps = 0;
}

// From the entry on; the path has been started.
std::optional<Finding> Interpreter::State::run_path(std::uint32_t max_steps) {
  start();
  Block block = FunctionView::entry();
  while (true) {
    if (auto finding = run_block(block, max_steps)) return finding;
    if (steps >= max_steps) return std::nullopt;
    Edge edge = path.leave(block);
    if (!edge.valid()) return std::nullopt;
    pass(edge);
    block = function.target(edge);
  }
}

// Nothing, too, once the steps are used up.
std::optional<Finding> Interpreter::State::run_block(Block block, std::uint64_t max_steps) {
  path.enter(block);
  labels.enter(block);
  for (Inst inst : function.insts(block)) {
    if (auto finding = run_edits(ProgPoint::before(inst))) return finding;
    if (auto finding = check_labels(ProgPoint::before(inst))) return finding;
    if (auto finding = execute(inst)) return finding;
    if (!function.is_terminator(inst)) {
      if (auto finding = run_edits(ProgPoint::after(inst))) return finding;
    }
    if (auto finding = check_labels(ProgPoint::after(inst))) return finding;
    if (++steps >= max_steps) return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Finding> Interpreter::State::run_edits(ProgPoint point) {
  for (std::uint32_t index : answer.edits_at(point)) {
    if (auto finding = run_edit(index)) return finding;
  }
  return std::nullopt;
}

std::optional<Finding> Interpreter::State::run_edit(std::uint32_t index) {
  const Edit& edit = output.edits[index];
  Writer by = Writer::edit(index);
  RegClass cls = function.vreg_class(edit.remat);
  if (edit.kind == EditKind::Move || cls == RegClass::None) {
    bool moves = edit.kind == EditKind::Move;
    after.move(moves ? edit.from : Location::none(), edit.to, by);
    return std::nullopt;
  }
  const Recipe* recipe = function.find_recipe(edit.remat);
  if (recipe != nullptr) {
    if (auto finding = read_inputs(index, *recipe)) return finding;
    function.reg_set(recipe->clobbers).for_each([&](PReg reg) { after.poison(reg, by); });
  }
  Held value;
  bool into_register = edit.to.is_reg() && !after.is_memory(edit.to);
  if (into_register && making[edit.remat.value()] != Making::ByInstruction) {
    value = {made_by_recipe(edit.remat), edit.remat};
  }
  // A recipe may use the class's scratch register on its way.
  PReg scratch = machine.scratch_of(cls);
  if (scratch.valid()) after.poison(scratch, by);
  after.write(edit.to, cls, value, by);
  return std::nullopt;
}

// All inputs are read before anything is written. What a pin holds never changes.
std::optional<Finding> Interpreter::State::read_inputs(std::uint32_t index, const Recipe& recipe) {
  const Edit& edit = output.edits[index];
  std::span<const Operand> inputs = function.inputs(recipe);
  for (std::uint32_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].is_pin()) continue;
    VReg v = inputs[i].vreg();
    Location place = edit.inputs[i].valid() ? Location::reg(edit.inputs[i]) : Location::none();
    if (before[v.value()].kept_by(after.read(place, function.vreg_class(v)))) continue;
    Finding finding =
        mismatch("edit " + std::to_string(index) + " (" + to_string(edit.point) + ": " +
                     to_string(edit, function) + "), input " + std::to_string(i),
                 v, place);
    finding.inst = edit.point.inst();
    finding.edit = index;
    return finding;
  }
  return std::nullopt;
}

// Now: of what the program's values are, wherever the answer keeps them.
std::uint64_t Interpreter::State::made_by_recipe(VReg v) const {
  std::uint64_t value = recipe_value(v);
  if (making[v.value()] != Making::OfValues) return value;
  for (Operand input : function.inputs(*function.find_recipe(v))) {
    if (!input.is_pin()) value = mix(value, before[input.vreg().value()].value);
  }
  return value;
}

std::uint64_t Interpreter::State::made_by_inst(VReg v) const {
  return making[v.value()] == Making::ByInstruction ? mix(made_by, v.value()) : made_by_recipe(v);
}

std::optional<Finding> Interpreter::State::execute(Inst inst) {
  after.poison_scratch(Writer::inst(inst));
  if (auto finding = check_reuses(inst)) return finding;
  list_defs(inst);
  make_values(inst);
  bool early_defs = std::any_of(defs.begin(), defs.end(), [&](std::uint32_t operand) {
    return function.operands(inst)[operand].is_early();
  });
  bool defs_first = path.below(early_defs ? 2 : 1) == 0;
  if (defs_first) write_early_defs(inst);
  if (auto finding = read_uses(inst, OperandPos::Early)) return finding;
  if (!defs_first) write_early_defs(inst);
  if (auto finding = late_phase(inst)) return finding;
  publish_values(inst);
  after.poison_scratch(Writer::inst(inst));
  return std::nullopt;
}

// How many of late uses, clobbers and defs there are.
int Interpreter::State::late_events(Inst inst) const {
  std::span<const Operand> operands = function.operands(inst);
  bool late_uses = std::any_of(operands.begin(), operands.end(),
                               [](Operand op) { return op.is_use() && op.is_late(); });
  return int{late_uses} + int{!function.clobbers(inst).empty()} + int{!defs.empty()};
}

// Late uses, clobbers and defs hold their places together, so any order of the three is the
// hardware's right. Early defs are held too: they may be written again.
std::optional<Finding> Interpreter::State::late_phase(Inst inst) {
  static constexpr std::uint8_t kOrders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                                 {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  for (std::uint8_t event : kOrders[path.below(late_events(inst) > 1 ? 6 : 1)]) {
    if (event == 0) {
      if (auto finding = read_uses(inst, OperandPos::Late)) return finding;
    } else if (event == 1) {
      strike(inst);
    } else {
      write_all_defs(inst);
    }
  }
  return std::nullopt;
}

std::optional<Finding> Interpreter::State::check_reuses(Inst inst) const {
  std::span<const Operand> operands = function.operands(inst);
  for (std::uint32_t i = 0; i < operands.size(); ++i) {
    if (operands[i].constraint() != Constraint::Reuse) continue;
    std::uint32_t input = operands[i].reuse_index();
    Location place = answer.location(inst, i);
    if (input < operands.size() && answer.location(inst, input) == place) continue;
    Finding finding;
    finding.kind = FindingKind::InterpreterMismatch;
    finding.inst = inst;
    finding.operand = i;
    finding.location = place;
    finding.message =
        to_string(inst) + ", operand " + std::to_string(i) + " (" +
        to_string(operands[i], function) + "): the def stands in " + place_name(place) +
        ", its input in " +
        place_name(input < operands.size() ? answer.location(inst, input) : Location::none());
    return finding;
  }
  return std::nullopt;
}

std::optional<Finding> Interpreter::State::read_uses(Inst inst, OperandPos pos) {
  std::span<const Operand> operands = function.operands(inst);
  for (std::uint32_t i = 0; i < operands.size(); ++i) {
    Operand op = operands[i];
    if (op.is_pin() || !op.is_use() || op.pos() != pos) continue;
    Location place = answer.location(inst, i);
    Held held = after.read(place, function.vreg_class(op.vreg()));
    if (before[op.vreg().value()].kept_by(held)) continue;
    Finding finding = mismatch(
        to_string(inst) + ", operand " + std::to_string(i) + " (" + to_string(op, function) + ")",
        op.vreg(), place);
    finding.inst = inst;
    finding.operand = i;
    return finding;
  }
  return std::nullopt;
}

void Interpreter::State::list_defs(Inst inst) {
  defs.clear();
  std::span<const Operand> operands = function.operands(inst);
  for (std::uint32_t i = 0; i < operands.size(); ++i) {
    if (!operands[i].is_pin() && operands[i].is_def()) defs.push_back(i);
  }
}

// Before any def is written: what they are made of.
void Interpreter::State::make_values(Inst inst) {
  made_by = mix(mix(0x1257u, inst.value()), steps);
  for (Operand op : function.operands(inst)) {
    if (op.is_pin()) {
      made_by = mix(made_by, op.preg().value());
    } else if (op.is_use()) {
      made_by = mix(made_by, before[op.vreg().value()].value);
    }
  }
}

void Interpreter::State::write_def(Inst inst, std::uint32_t operand) {
  VReg v = function.operands(inst)[operand].vreg();
  after.write(answer.location(inst, operand), function.vreg_class(v), {made_by_inst(v), v},
              Writer::inst(inst));
}

void Interpreter::State::write_early_defs(Inst inst) {
  for (std::uint32_t operand : defs) {
    if (function.operands(inst)[operand].is_early()) write_def(inst, operand);
  }
}

void Interpreter::State::write_all_defs(Inst inst) {
  for (std::size_t i = defs.size(); i > 1; --i) {
    std::swap(defs[i - 1], defs[path.below(static_cast<std::uint32_t>(i))]);
  }
  for (std::uint32_t operand : defs) write_def(inst, operand);
}

void Interpreter::State::strike(Inst inst) {
  function.clobbers(inst).for_each([&](PReg reg) { after.poison(reg, Writer::inst(inst)); });
}

void Interpreter::State::publish_values(Inst inst) {
  for (std::uint32_t operand : defs) {
    VReg v = function.operands(inst)[operand].vreg();
    before[v.value()].value = made_by_inst(v);
  }
}

void Interpreter::State::pass(Edge edge) {
  std::span<const VReg> arguments = function.arguments(edge);
  std::span<const VReg> params = function.params(function.target(edge));
  std::size_t count = std::min(arguments.size(), params.size());
  passed.clear();
  for (std::size_t i = 0; i < count; ++i) passed.push_back(before[arguments[i].value()]);
  for (std::size_t i = 0; i < count; ++i) {
    if (making[params[i].value()] == Making::OfNothing) passed[i].allow(recipe_value(params[i]));
    before[params[i].value()] = passed[i];
  }
}

std::optional<Finding> Interpreter::State::check_labels(ProgPoint point) {
  labels.advance(point);
  for (std::uint32_t k : labels.claims()) {
    const LabelWatch::Claim& claim = labels.claim(k);
    VReg followed;
    bool kept = false;
    for (VReg v : labels.followed(claim)) {
      followed = v;
      Held held = after.read(claim.location, function.vreg_class(v));
      kept = kept || before[v.value()].kept_by(held);
    }
    // A label that nobody asked for is the constraints judge's business.
    if (kept || !followed.valid()) continue;
    Finding finding = mismatch("label " + std::to_string(claim.label) + " at " + to_string(point) +
                                   " (" + to_string(followed, function) + ")",
                               followed, claim.location);
    finding.inst = point.inst();
    return finding;
  }
  return std::nullopt;
}

Interpreter::Interpreter(const FunctionView& function, const Machine& machine, const Output& output)
    : state_(std::make_unique<State>(function, machine, output)) {}
Interpreter::~Interpreter() = default;
Interpreter::Interpreter(Interpreter&&) noexcept = default;
Interpreter& Interpreter::operator=(Interpreter&&) noexcept = default;

void Interpreter::set_goal(Block goal, Block then) {
  state_->path.set_goal(goal, then);
}

bool Interpreter::was_entered(Block block) const {
  return state_->path.was_entered(block);
}

std::optional<Finding> Interpreter::run(std::uint64_t seed, std::uint32_t max_steps) {
  state_->path.start(seed);
  std::optional<Finding> finding = state_->run_path(max_steps);
  if (finding) state_->blame(*finding, max_steps);
  return finding;
}

std::optional<Finding> Interpreter::run_all(std::uint32_t max_steps) {
  Enumeration all;
  do {
    all.rewind();
    state_->path.start(all);
    if (auto finding = state_->run_path(max_steps)) {
      state_->blame(*finding, max_steps);
      return finding;
    }
  } while (all.advance());
  return std::nullopt;
}

std::optional<Finding> run_and_compare(const FunctionView& function, const Machine& machine,
                                       const Output& output, std::uint64_t seed,
                                       std::uint32_t max_steps) {
  return Interpreter(function, machine, output).run(seed, max_steps);
}

std::vector<Finding> interpret(const FunctionView& function, const Machine& machine,
                               const Output& output, std::uint32_t paths, std::uint32_t max_steps) {
  Interpreter interpreter(function, machine, output);
  std::vector<Finding> findings;
  for (std::uint32_t seed = 0; seed < paths && findings.size() < kMostFindings; ++seed) {
    std::optional<Finding> finding = interpreter.run(seed, max_steps);
    if (!finding) continue;
    bool known = std::any_of(findings.begin(), findings.end(), [&](const Finding& other) {
      return other.inst == finding->inst && other.operand == finding->operand &&
             other.location == finding->location;
    });
    if (!known) findings.push_back(std::move(*finding));
  }
  return findings;
}

}  // namespace regproof
