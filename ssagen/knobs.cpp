#include "ssagen/knobs.h"

#include <array>
#include <vector>

namespace regproof {
namespace {

constexpr Chance kNever{0};
constexpr Chance kAlways{256};

Knobs tiny() {
  Knobs k;
  k.tiny_file = kAlways;
  k.whole_file = kNever;
  return k;
}

Knobs calls() {
  Knobs k;
  k.call = {120};
  k.registers = {4, 16};
  k.clobber_all = {90};
  k.fixed_entry = {220};
  k.call_many_defs = {50};
  return k;
}

Knobs loops() {
  Knobs k;
  k.weight_loop = 30;
  k.weight_self_loop = 6;
  k.weight_switch = 1;
  k.expansions = {2, 14};
  k.block_insts = {0, 4};
  k.params = {200};
  return k;
}

Knobs irreducible() {
  Knobs k;
  k.weight_irreducible = 30;
  k.extra_edge = {200};
  k.extra_edges = {1, 10};
  k.block_insts = {0, 4};
  k.shuffled_layout = {128};
  return k;
}

Knobs switches() {
  Knobs k;
  k.weight_switch = 30;
  k.switch_targets = {3, 24};
  k.expansions = {1, 5};
  k.block_insts = {0, 3};
  k.params = {180};
  return k;
}

Knobs pressure() {
  Knobs k;
  k.registers = {2, 8};
  k.whole_file = kNever;
  k.far_use = {230};
  k.entry_values = {4, 40};
  k.defs = {1, 3};
  k.reg = {220};
  return k;
}

Knobs reuse() {
  Knobs k;
  k.reuse = {200};
  k.reuses = {1, 6};
  k.repeat_use = {90};
  return k;
}

Knobs fixed() {
  Knobs k;
  k.fixed = {170};
  k.fixed_pair = {160};
  k.repeat_use = {100};
  k.clobber = {80};
  return k;
}

Knobs wide() {
  Knobs k;
  k.wide_slot = {220};
  k.float_class = kAlways;
  k.vector_class = {220};
  k.registers = {1, 5};
  k.slot_named_by_last = {128};
  k.stack = {40};
  return k;
}

Knobs fixed_stack() {
  Knobs k;
  k.fixed_stack = kAlways;
  k.fixed = {110};
  k.fixed_to_stack = {150};
  k.stack = {40};
  return k;
}

Knobs branch_operands() {
  Knobs k;
  k.branch_operands = {150};
  k.branch_call = {130};
  k.return_operands = {220};
  k.expansions = {1, 10};
  k.block_insts = {0, 3};
  return k;
}

Knobs early_late() {
  Knobs k;
  k.late_use = {110};
  k.early_def = {110};
  k.reuse = {90};
  return k;
}

Knobs labels() {
  Knobs k;
  k.labels = kAlways;
  k.label_count = {4, 40};
  return k;
}

Knobs remat() {
  Knobs k;
  k.remat_program = kAlways;
  k.remat = {130};
  k.recipe_program = {170};
  k.registers = {2, 8};
  k.far_use = {180};
  return k;
}

// For `generate`: longer than what an input of some KiB feeds.
Knobs large() {
  Knobs k;
  k.expansions = {20, 90};
  k.block_insts = {2, 16};
  k.entry_values = {4, 24};
  k.most_blocks = 500;
  k.most_insts = 6000;
  k.most_operands = 30000;
  return k;
}

Knobs no_scratch() {
  Knobs k;
  k.scratch = kNever;
  k.registers = {1, 6};
  k.params = {200};
  k.weight_loop = 20;
  return k;
}

Knobs scratch() {
  Knobs k = no_scratch();
  k.scratch = kAlways;
  return k;
}

Knobs one_class() {
  Knobs k;
  k.int_class = {100};
  k.float_class = {64};
  k.vector_class = kNever;
  return k;
}

Knobs params() {
  Knobs k;
  k.params = {240};
  k.block_params = {2, 8};
  k.many_params = {60};
  k.expansions = {2, 12};
  k.block_insts = {0, 3};
  k.far_use = {140};
  return k;
}

Knobs straight() {
  Knobs k;
  k.expansions = {0, 1};
  k.block_insts = {20, 120};
  return k;
}

Knobs unreachable() {
  Knobs k;
  k.unreachable = {220};
  k.unreachable_blocks = {1, 8};
  k.shuffled_layout = {128};
  return k;
}

Knobs planted() {
  Knobs k;
  k.planted = kAlways;
  k.fixed = {60};
  k.limit = {40};
  k.in_set = {40};
  k.stack = {30};
  return k;
}

Knobs planted_tight() {
  Knobs k = planted();
  k.planted_tightness = {200, 255};
  k.registers = {1, 6};
  k.uses = {1, 6};
  k.defs = {0, 4};
  k.early_def = {60};
  k.late_use = {60};
  k.reuse = {120};
  k.clobber = {90};
  k.clobber_all = {200};
  k.repeat_use = {80};
  k.planted_move = {170};
  return k;
}

Knobs planted_calls() {
  Knobs k = planted();
  k.call = {110};
  k.fixed = {150};
  k.registers = {4, 16};
  k.planted_keep = {200};
  k.planted_across = {230};
  k.planted_tightness = {128, 255};
  return k;
}

// Small, so that one instruction too much does not drown in feasible ones.
Knobs limit() {
  Knobs k = planted_tight();
  k.registers = {1, 8};
  k.whole_file = kNever;
  k.expansions = {0, 2};
  k.extra_edges = {0, 1};
  k.entry_values = {1, 6};
  k.block_insts = {0, 3};
  k.call = kNever;
  k.multiple_defs = kNever;
  k.uses = {0, 5};
  k.planted_tightness = {0, 255};
  k.reg = kAlways;
  k.planted_fill = {150};
  k.planted_overdraw = {60};
  return k;
}

// A sixth of a program's worth of choices becomes thousands of instructions.
Knobs oversize() {
  Knobs k;
  k.crowd = {90};
  k.widen = {90};
  k.lengthen = {90};
  k.expansions = {0, 4};
  return k;
}

std::vector<Profile> make_profiles() {
  return {
      {"default", "everything, in the measure of fuzzing", Knobs()},
      {"tiny", "one to four registers per class", tiny()},
      {"calls", "fixed arguments and results, clobbers, more results than registers", calls()},
      {"loops", "deep nests and self-loops with many parameters", loops()},
      {"irreducible", "cycles with several entries, arbitrary edges", irreducible()},
      {"switches", "branches with many targets", switches()},
      {"pressure", "many values alive across everything", pressure()},
      {"reuse", "two-address instructions, several reuses in one", reuse()},
      {"fixed", "fixed registers in and out, one value in several of them", fixed()},
      {"wide", "spill slots of several units, named by either end", wide()},
      {"fixed-stack", "stack locations that are called registers", fixed_stack()},
      {"branch-operands", "branches and returns with operands, defs, clobbers", branch_operands()},
      {"early-late", "early defs and late uses", early_late()},
      {"labels", "debug labels, overlapping, many of one value", labels()},
      {"remat", "values that can be recomputed", remat()},
      {"large", "thousands of instructions", large()},
      {"no-scratch", "no scratch register, few registers, many moves on edges", no_scratch()},
      {"scratch", "the same with a scratch register in every class", scratch()},
      {"one-class", "a single register class", one_class()},
      {"params", "long lists and chains of block parameters", params()},
      {"straight", "few blocks, each long", straight()},
      {"unreachable", "blocks that nothing reaches, in any layout", unreachable()},
      {"planted", "solvable by construction, with any density of constraints", planted()},
      {"planted-tight", "the same, as few places for each operand as can be", planted_tight()},
      {"planted-calls", "the same, with fixed arguments, clobbers and values saved across",
       planted_calls()},
      {"limit", "small, every register demanded, or one more, which is then loosened", limit()},
      {"oversize", "crowded edges, hundreds of operands, thousands of instructions", oversize()},
  };
}

using Feature = std::array<Chance Knobs::*, 3>;

// One bit each; the order never changes.
constexpr std::array<Feature, kFeatureCount> kFeatures = {{
    {&Knobs::float_class},
    {&Knobs::vector_class},
    {&Knobs::hole, &Knobs::non_preferred},
    {&Knobs::scratch},
    {&Knobs::fixed_stack},
    {&Knobs::wide_slot, &Knobs::slot_named_by_last},
    {&Knobs::extra_edge},
    {&Knobs::unreachable, &Knobs::shuffled_layout, &Knobs::swapped_layout},
    {&Knobs::params, &Knobs::many_params},
    {&Knobs::far_use},
    {&Knobs::number_gap, &Knobs::frequency},
    {&Knobs::remat_program, &Knobs::recipe_program},
    {&Knobs::dense, &Knobs::call_many_defs},
    {&Knobs::repeat_use, &Knobs::same_operand},
    {&Knobs::late_use, &Knobs::early_def},
    {&Knobs::fixed},
    {&Knobs::limit, &Knobs::in_set},
    {&Knobs::stack},
    {&Knobs::reuse},
    {&Knobs::pin},
    {&Knobs::call},
    {&Knobs::clobber, &Knobs::clobber_all},
    {&Knobs::branch_operands, &Knobs::branch_call},
    {&Knobs::labels, &Knobs::multiple_defs},
}};

}  // namespace

std::span<const Profile> all_profiles() {
  static const std::vector<Profile> profiles = make_profiles();
  return profiles;
}

const Profile* find_profile(std::string_view name) {
  for (const Profile& profile : all_profiles()) {
    if (profile.name == name) return &profile;
  }
  return nullptr;
}

void switch_off(Knobs& knobs, std::uint32_t features) {
  for (unsigned i = 0; i < kFeatureCount; ++i) {
    if ((features >> i & 1) == 0) continue;
    for (Chance Knobs::*knob : kFeatures[i]) {
      if (knob != nullptr) knobs.*knob = kNever;
    }
  }
}

}  // namespace regproof
