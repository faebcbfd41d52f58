#include "checker/symbolic_cells.h"

#include <algorithm>

namespace regproof {
namespace {

constexpr std::uint64_t kNoKey = ~std::uint64_t{0};

// The class that says how much a move copies: that of its registers, if they agree.
RegClass class_of_move(const Edit& edit) {
  RegClass from = is_known_reg(edit.from) ? class_of(edit.from.as_reg()) : RegClass::None;
  RegClass to = is_known_reg(edit.to) ? class_of(edit.to.as_reg()) : RegClass::None;
  if (from == RegClass::None) return to;
  if (to == RegClass::None || from == to) return from;
  return RegClass::None;
}

}  // namespace

Cells::Cells(const FunctionView& function, const Machine& machine, const Output& output)
    : function_(function),
      machine_(machine),
      output_(output),
      recipes_(function, reachable_blocks(function)) {
  bool labels = !output.debug_locations.empty();
  if (recipes_.any() && (labels || !function.recipes.empty())) definitions_.emplace(function);
  resolve_operands();
  resolve_edits();
  resolve_inputs();
  for (const DebugLocation& claim : output.debug_locations) {
    for (RegClass cls : kClasses) intern(claim.location, cls);
  }
  find_overlaps();
}

// First unit and size are below 2^32 each, since the slot lies in the frame.
std::uint64_t Cells::key_of(SpillSlot slot, RegClass cls) const {
  if (cls == RegClass::None) return kNoKey;
  if (slot_fault(slot, cls, machine_, output_.spillslots) != SlotFault::None) return kNoKey;
  UnitRange units = *slot_units(slot, cls, machine_);
  return units.first << 32 | (units.end - units.first);
}

Cell Cells::find(Location location, RegClass cls) const {
  if (is_known_reg(location)) return cell_of(location.as_reg());
  if (!location.is_stack()) return Cell::none();
  auto found = slot_cells_.find(key_of(location.as_stack(), cls));
  return found == slot_cells_.end() ? Cell::none() : found->second;
}

Cell Cells::intern(Location location, RegClass cls) {
  if (is_known_reg(location)) return cell_of(location.as_reg());
  if (!location.is_stack()) return Cell::none();
  std::uint64_t key = key_of(location.as_stack(), cls);
  if (key == kNoKey) return Cell::none();
  auto [place, fresh] = slot_cells_.try_emplace(key, Cell(static_cast<std::uint32_t>(count())));
  if (fresh) units_.push_back({key >> 32, (key >> 32) + (key & 0xffffffffu)});
  return place->second;
}

void Cells::resolve_operands() {
  operand_cells_.assign(function_.operand_array.size(), Cell::none());
  for (Inst inst : function_.insts()) {
    auto operands = function_.operands(inst);
    auto locations = output_.locations_of(inst);
    std::size_t first = function_.first_operand(inst);
    for (std::size_t k = 0; k < std::min(operands.size(), locations.size()); ++k) {
      if (operands[k].is_pin()) continue;
      operand_cells_[first + k] = intern(locations[k], function_.vreg_class(operands[k].vreg()));
    }
  }
}

void Cells::resolve_edits() {
  edits_.reserve(output_.edits.size());
  for (std::uint32_t i = 0; i < output_.edits.size(); ++i) {
    const Edit& edit = output_.edits[i];
    if (edit.point.inst().value() >= function_.inst_count()) continue;
    ResolvedEdit resolved;
    resolved.point = edit.point;
    resolved.index = i;
    resolved.kind = edit.kind;
    if (edit.kind == EditKind::Move) {
      resolved.cls = class_of_move(edit);
      resolved.from = intern(edit.from, resolved.cls);
      resolved.to = intern(edit.to, resolved.cls);
    } else {
      resolve_remat(edit, resolved);
    }
    edits_.push_back(resolved);
  }
  // Those of one point run in the order of the answer.
  auto runs_first = [](const ResolvedEdit& a, const ResolvedEdit& b) {
    return a.point != b.point ? a.point < b.point : a.index < b.index;
  };
  if (!std::is_sorted(edits_.begin(), edits_.end(), runs_first)) {
    std::sort(edits_.begin(), edits_.end(), runs_first);
  }
}

void Cells::resolve_remat(const Edit& edit, ResolvedEdit& resolved) {
  resolved.cls = is_known_reg(edit.to) ? class_of(edit.to.as_reg()) : RegClass::None;
  resolved.to = is_known_reg(edit.to) ? cell_of(edit.to.as_reg()) : Cell::none();
  bool legal = recipes_.allows(edit.remat, edit.remat_as) &&
               function_.vreg_class(edit.remat_as) == resolved.cls &&
               (!recipes_.is_open(edit.remat) || definitions_->dominate(edit.remat, edit.point));
  resolved.value = legal ? edit.remat_as : VReg::none();
}

// An input that is named as no register is the other judge's.
void Cells::resolve_inputs() {
  if (function_.recipes.empty()) return;
  for (ResolvedEdit& resolved : edits_) {
    const Edit& edit = output_.edits[resolved.index];
    const Recipe* recipe =
        resolved.kind == EditKind::Remat ? function_.find_recipe(edit.remat) : nullptr;
    resolved.first_read = static_cast<std::uint32_t>(input_reads_.size());
    if (recipe == nullptr) continue;
    resolved.clobbers = recipe->clobbers;
    auto inputs = function_.inputs(*recipe);
    for (std::uint32_t k = 0; k < inputs.size(); ++k) {
      PReg reg = edit.inputs[k];
      if (inputs[k].is_pin() || reg.value() >= kRegCount) continue;
      input_reads_.push_back({resolved.index, k, inputs[k].vreg(), cell_of(reg)});
    }
    resolved.read_count = static_cast<std::uint32_t>(input_reads_.size()) - resolved.first_read;
  }
}

bool Cells::may_be_recomputed(VReg value, ProgPoint point) const {
  VReg recipe = recipes_.recipe_of(value);
  if (!recipe.valid() || !definitions_) return true;
  return (recipe == value && !recipes_.is_open(value)) || definitions_->dominate(value, point);
}

// Cells are compared with those that start later, as long as these start inside. Both directions of
// a pair are kept.
void Cells::find_overlaps() {
  std::vector<std::uint32_t> order(units_.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  bool one_size = true;
  for (const UnitRange& units : units_) {
    one_size &= units.end - units.first == units_[0].end - units_[0].first;
  }
  if (one_size) return;  // aligned alike, so equal or apart
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return units_[a].first != units_[b].first ? units_[a].first < units_[b].first : a < b;
  });
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i + 1; j < order.size(); ++j) {
      if (units_[order[j]].first >= units_[order[i]].end) break;
      pairs.push_back({order[i], order[j]});
      pairs.push_back({order[j], order[i]});
    }
  }
  std::sort(pairs.begin(), pairs.end());
  overlap_first_.assign(units_.size() + 1, 0);
  for (auto [cell, other] : pairs) {
    ++overlap_first_[cell + 1];
    overlaps_.push_back(Cell(static_cast<std::uint32_t>(other + kRegCount)));
  }
  for (std::size_t i = 0; i < units_.size(); ++i) overlap_first_[i + 1] += overlap_first_[i];
}

bool Cells::overlap(Cell a, Cell b) const {
  if (a == b) return a.valid();
  if (!a.valid() || !b.valid() || a.value() < kRegCount || b.value() < kRegCount) return false;
  const UnitRange& x = units_[a.value() - kRegCount];
  const UnitRange& y = units_[b.value() - kRegCount];
  return x.first < y.end && y.first < x.end;
}

}  // namespace regproof
