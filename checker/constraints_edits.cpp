// Edits and debug locations.
//
//   EditOutOfOrder       edits are sorted by point
//   EditOutOfRange       the point's instruction exists
//   EditAfterTerminator  nothing stands after a block's last instruction
//   EditMemoryToMemory   not both ends are memory (a slot or a fixed_stack register), even if they
//                        are one and the same
//   EditIllegalPlace     an end is an allocatable register, a scratch register, a fixed_stack one or a
//                        slot; a remat has a place to go to
//   WrongClass           both registers of a move are of one class; a remat's is of its value's, as an
//                        input's is
//   SlotBeyondFrame, SlotMisaligned
//                        as for operands; the other end's class says how wide the slot is
//   RematIllegal         the value has that recipe (checker/recipes.h), and goes to a register; as many registers are
//                        named as the recipe has inputs; a pin is answered by itself, a value by an allocatable
//                        register that the recipe does not clobber; nor does it clobber the result's, which is the
//                        reused input's where one is; with values among its inputs, a recipe runs where the
//                        definition of the value that it belongs to dominates, or where nothing runs
//   DebugOutOfOrder      debug locations are sorted by label and first point, none ends before it
//                        begins
//   DebugNotAsked        at each of its points the program asks for the label
//   DebugIllegalPlace    an allocatable register, a fixed_stack one, or a slot that fits a value that
//                        the label follows there
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "checker/constraints.h"
#include "checker/definitions.h"
#include "checker/places.h"
#include "checker/recipes.h"
#include "ir/names.h"

namespace regproof {
namespace {

// What a location is for an edit.
enum class End : std::uint8_t { Register, Memory, Illegal };

class EditRules {
 public:
  EditRules(const FunctionView& function, const Machine& machine, const Output& output,
            Findings& findings)
      : function_(function),
        machine_(machine),
        output_(output),
        findings_(findings),
        is_last_(function.inst_count(), false) {
    for (Block block : function.blocks()) is_last_[function.terminator(block).value()] = true;
  }

  void check_all() {
    for (std::uint32_t i = 0; i < output_.edits.size() && !findings_.full(); ++i) {
      index_ = i;
      edit_ = &output_.edits[i];
      check_point();
      if (edit_->kind == EditKind::Move) {
        check_move();
      } else {
        check_remat();
      }
    }
  }

 private:
  void report(FindingKind kind, Location at, const std::string& text) {
    if (findings_.full()) return;
    Inst inst = edit_->point.inst();
    findings_.add({kind, inst.value() < function_.inst_count() ? inst : Inst::none(), kNoPlace,
                   index_, at, describe_edit(index_, *edit_, function_) + " " + text});
  }

  void check_point() {
    if (index_ > 0 && edit_->point < output_.edits[index_ - 1].point) {
      report(FindingKind::EditOutOfOrder, edit_->to,
             "stands behind edit " + std::to_string(index_ - 1) + ", " +
                 to_string(output_.edits[index_ - 1].point));
    }
    std::uint32_t inst = edit_->point.inst().value();
    if (inst >= function_.inst_count()) {
      report(
          FindingKind::EditOutOfRange, edit_->to,
          "is beyond the function's " + std::to_string(function_.inst_count()) + " instructions");
    } else if (edit_->point.is_after() && is_last_[inst]) {
      report(FindingKind::EditAfterTerminator, edit_->to,
             "stands after its block's last instruction, where it never runs");
    }
  }

  End end_of(Location at) const {
    if (at.is_stack()) return End::Memory;
    if (!is_known_reg(at)) return End::Illegal;
    if (at.is_memory(machine_)) return End::Memory;
    PReg reg = at.as_reg();
    bool legal = machine_.allocatable().contains(reg) || machine_.is_scratch(reg);
    return legal ? End::Register : End::Illegal;
  }

  void report_illegal(Location at, const char* verb) {
    report(FindingKind::EditIllegalPlace, at,
           std::string(verb) + " " + describe(at) + ", which may not take part in edits");
  }

  void check_slot(Location at, RegClass cls) {
    if (!at.is_stack()) return;
    switch (slot_fault(at.as_stack(), cls, machine_, output_.spillslots)) {
      case SlotFault::None:
        return;
      case SlotFault::BeyondFrame:
        return report(FindingKind::SlotBeyondFrame, at,
                      "reaches beyond the frame of " + std::to_string(output_.spillslots) +
                          " units: " + describe(at));
      case SlotFault::Misaligned:
        return report(FindingKind::SlotMisaligned, at,
                      "has " + describe(at) + ", which is not aligned to " +
                          std::to_string(machine_.slot_alignment_of(cls)) + " units");
    }
  }

  void check_move() {
    Location from = edit_->from, to = edit_->to;
    End source = end_of(from), destination = end_of(to);
    if (source == End::Illegal) report_illegal(from, "reads");
    if (destination == End::Illegal) report_illegal(to, "writes");
    if (source == End::Illegal || destination == End::Illegal) return;
    if (source == End::Memory && destination == End::Memory) {
      return report(FindingKind::EditMemoryToMemory, to, "copies memory to memory");
    }
    if (from.is_reg() && to.is_reg()) {
      if (class_of(from.as_reg()) != class_of(to.as_reg())) {
        report(FindingKind::WrongClass, to,
               std::string("copies class ") + name_of(class_of(from.as_reg())) + " to class " +
                   name_of(class_of(to.as_reg())));
      }
      return;
    }
    RegClass cls = class_of(from.is_reg() ? from.as_reg() : to.as_reg());
    check_slot(from, cls);
    check_slot(to, cls);
  }

  void check_remat() {
    if (!recipes_) recipes_.emplace(function_, reachable_blocks(function_));
    if (!recipes_->allows(edit_->remat, edit_->remat_as)) {
      report(FindingKind::RematIllegal, edit_->to, "runs a recipe that the value does not have");
    }
    const Recipe* recipe = function_.find_recipe(edit_->remat);
    check_input_count(recipe == nullptr ? 0 : recipe->input_count);
    if (recipe != nullptr) check_recipe(*recipe);
    check_result(recipe);
  }

  void report_recipe(Location at, const std::string& text) {
    report(FindingKind::RematIllegal, at, text);
  }

  void check_input_count(std::uint32_t count) {
    bool as_many = true;
    for (std::uint32_t k = 0; k < kMaxRecipeInputs; ++k) {
      as_many = as_many && edit_->inputs[k].valid() == (k < count);
    }
    if (as_many) return;
    report_recipe(edit_->to, "names other registers than one for each of the recipe's " +
                                 std::to_string(count) + " inputs");
  }

  void check_recipe(const Recipe& recipe) {
    auto inputs = function_.inputs(recipe);
    bool reads_values = false;
    for (std::uint32_t k = 0; k < inputs.size(); ++k) {
      reads_values = reads_values || !inputs[k].is_pin();
      if (edit_->inputs[k].valid()) check_input(recipe, k);
    }
    bool runs = edit_->point.inst().value() < function_.inst_count();
    if (!reads_values || !runs) return;
    if (!definitions_) definitions_.emplace(function_);
    if (definitions_->dominate(recipe.value, edit_->point)) return;
    report_recipe(edit_->to, "runs where " + to_string(recipe.value, function_) +
                                 " need not have been defined, so its inputs may be others");
  }

  void check_input(const Recipe& recipe, std::uint32_t k) {
    Operand input = function_.inputs(recipe)[k];
    Location at = Location::reg(edit_->inputs[k]);
    std::string name = "input " + std::to_string(k) + ", " + describe(at) + ", ";
    if (input.is_pin()) {
      if (edit_->inputs[k] == input.preg()) return;
      return report_recipe(at, name + "is not the recipe's " + to_string(input.preg()));
    }
    if (!is_known_reg(at) || !machine_.allocatable().contains(edit_->inputs[k])) {
      return report_recipe(at, name + "is no register that values are allocated to");
    }
    RegClass cls = function_.vreg_class(input.vreg());
    if (class_of(edit_->inputs[k]) != cls) {
      return report(FindingKind::WrongClass, at,
                    "reads " + to_string(input.vreg(), function_) + " of class " + name_of(cls) +
                        " from class " + name_of(class_of(edit_->inputs[k])));
    }
    if (function_.reg_set(recipe.clobbers).contains(edit_->inputs[k])) {
      report_recipe(at, name + "is clobbered by the recipe");
    }
  }

  void check_result(const Recipe* recipe) {
    switch (end_of(edit_->to)) {
      case End::Illegal:
        return report_illegal(edit_->to, "writes");
      case End::Memory:
        return report(FindingKind::RematIllegal, edit_->to, "recomputes a value into memory");
      case End::Register:
        break;
    }
    PReg to = edit_->to.as_reg();
    if (recipe != nullptr && function_.reg_set(recipe->clobbers).contains(to)) {
      report_recipe(edit_->to, "has its result in a register that the recipe clobbers");
    }
    if (recipe != nullptr && recipe->has_reuse() && edit_->inputs[recipe->reuse] != to) {
      report_recipe(edit_->to, "has its result elsewhere than in the register of input " +
                                   std::to_string(recipe->reuse));
    }
    RegClass cls = function_.vreg_class(edit_->remat_as);
    if (class_of(edit_->to.as_reg()) != cls) {
      report(FindingKind::WrongClass, edit_->to,
             std::string("recomputes a value of class ") + name_of(cls) + " into class " +
                 name_of(class_of(edit_->to.as_reg())));
    }
  }

  const FunctionView& function_;
  const Machine& machine_;
  const Output& output_;
  Findings& findings_;
  std::vector<bool> is_last_;               // by instruction: its block's last one
  std::optional<Recipes> recipes_;          // made for the first remat
  std::optional<Definitions> definitions_;  // for the first one that reads values
  std::uint32_t index_ = 0;
  const Edit* edit_ = nullptr;
};

// A stretch over which the program asks for a label for values of the same classes, as bits of
// ProgPoint, the end exclusive.
struct Asked {
  std::uint32_t label;
  std::uint64_t from;
  std::uint64_t to;
  std::uint8_t classes;  // bit index_of(class) of each value that the label follows there
  std::uint64_t gap;     // up to where stretches of the label adjoin
  std::array<std::size_t, kClassCount> next;  // the first one of each class, from this one on
};

// A request begins or ends.
struct RequestEdge {
  std::uint32_t label;
  std::uint64_t point;
  std::size_t cls;
  int step;  // of the number of requests
};

std::vector<RequestEdge> request_edges(const FunctionView& function) {
  std::vector<RequestEdge> edges;
  for (const DebugLabel& label : function.debug_labels) {
    std::size_t cls = index_of(function.vreg_class(label.vreg));
    edges.push_back({label.label, std::uint64_t{label.from.value()} * 2, cls, 1});
    edges.push_back({label.label, std::uint64_t{label.to.value()} * 2, cls, -1});
  }
  std::sort(edges.begin(), edges.end(), [](const RequestEdge& a, const RequestEdge& b) {
    return a.label != b.label ? a.label < b.label : a.point < b.point;
  });
  return edges;
}

// By label and point; disjoint.
std::vector<Asked> asked_stretches(const FunctionView& function) {
  std::vector<Asked> all;
  std::array<std::int64_t, kClassCount> open{};
  std::vector<RequestEdge> edges = request_edges(function);
  for (std::size_t k = 0; k < edges.size(); ++k) {
    open[edges[k].cls] += edges[k].step;
    std::uint8_t classes = 0;
    for (std::size_t c = 0; c < kClassCount; ++c) classes |= open[c] > 0 ? 1u << c : 0;
    if (classes == 0 || edges[k].point == edges[k + 1].point) continue;
    all.push_back({edges[k].label, edges[k].point, edges[k + 1].point, classes, 0, {}});
  }
  for (std::size_t k = all.size(); k-- > 0;) {
    Asked& a = all[k];
    const Asked* behind = k + 1 < all.size() ? &all[k + 1] : nullptr;
    bool adjoins = behind != nullptr && behind->label == a.label && behind->from == a.to;
    a.gap = adjoins ? behind->gap : a.to;
    for (std::size_t c = 0; c < kClassCount; ++c) {
      bool here = (a.classes >> c & 1) != 0;
      a.next[c] = here ? k : behind != nullptr ? behind->next[c] : all.size();
    }
  }
  return all;
}

// The stretch that holds the point, or null.
const Asked* stretch_at(const std::vector<Asked>& all, std::uint32_t label, std::uint64_t point) {
  auto after = std::partition_point(all.begin(), all.end(), [&](const Asked& a) {
    return a.label != label ? a.label < label : a.from <= point;
  });
  if (after == all.begin()) return nullptr;
  const Asked& a = *(after - 1);
  return a.label == label && point < a.to ? &a : nullptr;
}

// The classes of the values that the claim's label follows somewhere in it; 0 where it is not asked
// for throughout.
std::uint8_t asked_classes(const std::vector<Asked>& all, const DebugLocation& claim) {
  const Asked* first = stretch_at(all, claim.label, claim.from.bits());
  bool empty_at_the_end = first == nullptr && claim.from == claim.to && claim.from.bits() > 0;
  if (empty_at_the_end) first = stretch_at(all, claim.label, claim.from.bits() - 1);
  if (first == nullptr || first->gap < claim.to.bits()) return 0;
  const Asked* last = first;
  if (claim.from < claim.to) last = stretch_at(all, claim.label, claim.to.bits() - 1);
  auto place = static_cast<std::size_t>(last - all.data());
  std::uint8_t classes = 0;
  for (std::size_t c = 0; c < kClassCount; ++c) classes |= first->next[c] <= place ? 1u << c : 0;
  return classes;
}

bool can_hold_label(Location at, std::uint8_t classes, const Machine& machine,
                    std::uint32_t spillslots) {
  if (is_known_reg(at)) {
    PReg reg = at.as_reg();
    return (classes >> index_of(class_of(reg)) & 1) != 0 &&
           (machine.allocatable().contains(reg) || machine.fixed_stack.contains(reg));
  }
  if (!at.is_stack()) return false;
  for (RegClass cls : kClasses) {
    if ((classes >> index_of(cls) & 1) != 0 &&
        slot_fault(at.as_stack(), cls, machine, spillslots) == SlotFault::None) {
      return true;
    }
  }
  return false;
}

std::string describe_claim(const DebugLocation& claim) {
  return "debug label " + std::to_string(claim.label) + " from " + to_string(claim.from) + " to " +
         to_string(claim.to) + " in " + describe(claim.location);
}

}  // namespace

void check_edits(const FunctionView& function, const Machine& machine, const Output& output,
                 Findings& findings) {
  if (!output.edits.empty()) EditRules(function, machine, output, findings).check_all();
}

void check_debug_places(const FunctionView& function, const Machine& machine, const Output& output,
                        Findings& findings) {
  if (output.debug_locations.empty()) return;
  std::vector<Asked> asked = asked_stretches(function);
  constexpr std::uint8_t kAllClasses = (1u << kClassCount) - 1;
  const DebugLocation* previous = nullptr;
  for (const DebugLocation& claim : output.debug_locations) {
    if (findings.full()) return;
    auto report = [&](FindingKind kind, const char* text) {
      Inst inst = claim.from.inst();
      findings.add({kind, inst.value() < function.inst_count() ? inst : Inst::none(), kNoPlace,
                    kNoPlace, claim.location, describe_claim(claim) + " " + text});
    };
    bool behind =
        previous != nullptr && (claim.label < previous->label ||
                                (claim.label == previous->label && claim.from < previous->from));
    if (behind) report(FindingKind::DebugOutOfOrder, "stands behind one that comes after it");
    if (claim.to < claim.from) {
      report(FindingKind::DebugOutOfOrder, "ends before it begins");
    }
    std::uint8_t classes = asked_classes(asked, claim);
    if (classes == 0) {
      report(FindingKind::DebugNotAsked, "covers a point where the program does not ask for it");
    }
    // At no point at all, a register need not hold the value, only be one.
    bool any_class = classes == 0 || (claim.from == claim.to && is_known_reg(claim.location));
    if (!can_hold_label(claim.location, any_class ? kAllClasses : classes, machine,
                        output.spillslots)) {
      report(FindingKind::DebugIllegalPlace, "is in a place that cannot hold its value");
    }
    previous = &claim;
  }
}

}  // namespace regproof
