#include "ir/feasible_model.h"

#include <algorithm>
#include <bit>

namespace regproof {
namespace {

// An item is compared with this many others of its vreg when it looks for one that covers it. To
// miss one costs time later, never a wrong answer.
constexpr std::size_t kMaxCoverTests = 256;
// The operand was read, and needs no register.
constexpr std::uint32_t kInMemory = ItemModel::kNoItem - 1;

}  // namespace

PlaceTable::PlaceTable(const Machine& machine) {
  for (RegClass cls : kClasses) {
    std::size_t c = index_of(cls);
    allocatable[c] = machine.allocatable().bits(cls);
    fixed_stack[c] = machine.fixed_stack.bits(cls);
    preferred[c] = machine.preferred.bits(cls);
    if (machine.scratch[c].valid() && class_of(machine.scratch[c]) == cls) {
      allocatable[c] &= ~(std::uint64_t{1} << number_of(machine.scratch[c]));
    }
  }
}

PlaceSet places_of(const FunctionView& function, const PlaceTable& table, Operand operand) {
  RegClass cls = function.vreg_class(operand.vreg());
  if (cls == RegClass::None) return {};
  std::uint64_t allocatable = table.allocatable[index_of(cls)];
  std::uint64_t stack = table.fixed_stack[index_of(cls)];
  switch (operand.constraint()) {
    case Constraint::Any:
    case Constraint::Reuse:
      return {allocatable | stack, true};
    case Constraint::Reg:
      return {allocatable, false};
    case Constraint::Stack:
      return {stack, true};
    case Constraint::Limit:
      return {allocatable & registers_below(operand.limit()), false};
    case Constraint::In:
      return {allocatable & function.reg_set(operand.reg_set()).bits(cls), false};
    case Constraint::Fixed:
      if (class_of(operand.preg()) != cls) return {};
      return {(allocatable | stack) & std::uint64_t{1} << number_of(operand.preg()), false};
    case Constraint::Pin:
      break;
  }
  return {};
}

std::uint32_t ItemModel::item_of(std::uint32_t operand) const {
  std::uint32_t made = made_of_[operand];
  return made >= kInMemory ? kNoItem : made_[made].core;
}

void ItemModel::build(const FunctionView& function, const PlaceTable& table, Inst inst,
                      const RegSet& clobbers, const BitSet* kept) {
  operands_ = function.operands(inst);
  clobbers_ = clobbers;
  made_.clear();
  made_of_.assign(operands_.size(), kNoItem);
  for (auto& core : core_) core.clear();
  read_defs(function, table, kept);
  for (std::uint32_t i = 0; i < operands_.size(); ++i) {
    const Operand& operand = operands_[i];
    if (operand.is_pin() || operand.is_def() || (kept && !kept->contains(i))) continue;
    if (made_of_[i] != kNoItem) continue;  // the input of a reuse
    PlaceSet places = places_of(function, table, operand);
    if (places.memory) continue;
    PlaceOwner owner = owner_of(operand.vreg(), OperandKind::Use);
    made_of_[i] = add(function.vreg_class(operand.vreg()),
                      {places.registers, owner, operand.is_late() ? owner : kNobody});
  }
  cover();
}

// One item for each defined vreg, together with the inputs that it reuses.
void ItemModel::read_defs(const FunctionView& function, const PlaceTable& table,
                          const BitSet* kept) {
  defs_.clear();
  for (std::uint32_t i = 0; i < operands_.size(); ++i) {
    if (operands_[i].is_def() && !(kept && !kept->contains(i))) defs_.push_back(i);
  }
  if (function.multiple_defs) {
    std::sort(defs_.begin(), defs_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return operands_[a].vreg() != operands_[b].vreg() ? operands_[a].vreg() < operands_[b].vreg()
                                                        : a < b;
    });
  }
  for (std::size_t first = 0, last = 0; first < defs_.size(); first = last) {
    VReg vreg = operands_[defs_[first]].vreg();
    PlaceOwner owner = owner_of(vreg, OperandKind::Def);
    PlaceItem item{0, kNobody, owner};
    PlaceSet places{~std::uint64_t{0}, true};
    for (; last < defs_.size() && operands_[defs_[last]].vreg() == vreg; ++last) {
      const Operand& operand = operands_[defs_[last]];
      PlaceSet own = places_of(function, table, operand);
      places = {places.registers & own.registers, places.memory && own.memory};
      if (operand.is_early()) item.early_owner = owner;
    }
    auto group = std::span(defs_).subspan(first, last - first);
    bool possible = join_inputs(function, table, group, kept, places, item);
    item.places = possible ? places.registers : 0;
    std::uint32_t made =
        possible && places.memory ? kInMemory : add(function.vreg_class(vreg), item);
    for (std::uint32_t def : group) {
      made_of_[def] = made;
      if (operands_[def].constraint() != Constraint::Reuse) continue;
      std::uint32_t input = operands_[def].reuse_index();
      if (input < operands_.size() && (!kept || kept->contains(input))) made_of_[input] = made;
    }
  }
}

// Puts the inputs of these defs, which are of one vreg, into the place of the def: the input's vreg
// owns it early. False if that cannot be.
bool ItemModel::join_inputs(const FunctionView& function, const PlaceTable& table,
                            std::span<const std::uint32_t> defs, const BitSet* kept,
                            PlaceSet& places, PlaceItem& item) {
  bool possible = true;
  for (std::uint32_t def : defs) {
    if (operands_[def].constraint() != Constraint::Reuse) continue;
    std::uint32_t input = operands_[def].reuse_index();
    if (input >= operands_.size()) return false;
    if (kept && !kept->contains(input)) continue;
    const Operand& use = operands_[input];
    PlaceOwner owner = owner_of(use.vreg(), OperandKind::Use);
    bool plain = use.is_use() && use.is_early() && !use.is_pin() &&
                 function.vreg_class(use.vreg()) == function.vreg_class(operands_[def].vreg());
    // Another def has that input's place already, or what is early in the place is somebody else's.
    bool taken = made_of_[input] != kNoItem;
    bool foreign = item.early_owner != kNobody && item.early_owner != owner;
    if (!plain || taken || foreign) {
      possible = false;
      continue;
    }
    item.early_owner = owner;
    PlaceSet own = places_of(function, table, use);
    places = {places.registers & own.registers, places.memory && own.memory};
  }
  return possible;
}

std::uint32_t ItemModel::add(RegClass cls, const PlaceItem& item) {
  Made made{item, 0, kNoItem};
  if (cls != RegClass::None) {
    made.cls = static_cast<std::uint32_t>(index_of(cls));
    if (item.late_owner != kNobody) made.item.places &= ~clobbers_.bits(cls);
  }
  made_.push_back(made);
  return static_cast<std::uint32_t>(made_.size() - 1);
}

// Only uses of one vreg can cover each other, so only runs of one early owner are looked at.
void ItemModel::cover() {
  order_.resize(made_.size());
  for (std::uint32_t i = 0; i < made_.size(); ++i) order_[i] = i;
  // In a run, what can cover comes before what it covers.
  auto before = [&](std::uint32_t a, std::uint32_t b) {
    const PlaceItem& x = made_[a].item;
    const PlaceItem& y = made_[b].item;
    if (x.early_owner != y.early_owner) return x.early_owner < y.early_owner;
    int x_size = std::popcount(x.places), y_size = std::popcount(y.places);
    if (x_size != y_size) return x_size < y_size;
    bool x_late = x.late_owner != kNobody, y_late = y.late_owner != kNobody;
    return x_late != y_late ? x_late : a < b;
  };
  std::sort(order_.begin(), order_.end(), before);
  for (std::size_t first = 0, last = 0; first < order_.size(); first = last) {
    PlaceOwner owner = made_[order_[first]].item.early_owner;
    while (last < order_.size() && made_[order_[last]].item.early_owner == owner) ++last;
    cover_run(std::span(order_).subspan(first, last - first));
  }
}

void ItemModel::cover_run(std::span<const std::uint32_t> run) {
  run_kept_.clear();
  for (std::uint32_t index : run) {
    Made& made = made_[index];
    if (made.item.early_owner != kNobody) {
      std::size_t tests = std::min(run_kept_.size(), kMaxCoverTests);
      for (std::size_t k = 0; k < tests && made.core == kNoItem; ++k) {
        const Made& other = made_[run_kept_[k]];
        bool inside = (other.item.places & ~made.item.places) == 0;
        if (inside && serves(other.item, made.item)) made.core = other.core;
      }
      if (made.core != kNoItem) continue;
      run_kept_.push_back(index);
    }
    made.core = static_cast<std::uint32_t>(core_[made.cls].size());
    core_[made.cls].push_back(made.item);
  }
}

}  // namespace regproof
