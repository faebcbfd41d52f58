// Every decision of the generator that is a matter of degree, in one struct; each knob is a
// range or a probability (in 1/256) with its reason. A profile is a named set of knobs that makes
// one kind of program likely; no profile makes only that kind.
//
// The defaults aim at programs of one to two hundred instructions from 4 KiB of choices, with every
// construct of docs/text.md within reach of each program.
//
// Tested by tests/ssagen/shapes_test.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "ssagen/choice.h"

namespace regproof {

struct Knobs {
  // The machine.

  Chance int_class{248};     // nearly always: clients have one; without any class, it is taken
  Chance float_class{160};   // two classes find what one cannot: aliased numbers, shared slots
  Chance vector_class{112};  // a third class with other slot sizes
  Range registers{2, 16};    // per class; few enough that spilling is common
  Chance tiny_file{40};      // then `tiny_registers` for this class: what must not run out does
  Range tiny_registers{1, 4};
  Chance whole_file{8};      // then 24 to 64 for this class: sets beyond 32 bits
  Chance hole{48};           // an unused number between two registers: lists by number have gaps
  Chance non_preferred{80};  // each register: the split that callee-saved registers make
  Chance scratch{110};       // per class: with and without one, moves are resolved differently
  Chance fixed_stack{90};    // per class: stack locations that are called registers
  Range fixed_stack_registers{1, 4};
  Chance wide_slot{90};     // per class: slots of one size hide overlaps
  Range slot_units{2, 16};  // up to a wide vector's; odd sizes differ from their alignment
  Chance slot_named_by_last{64};

  // The graph.

  Range expansions{0, 9};  // each adds 1 to 6 blocks; nesting comes from choosing among all
  std::uint32_t weight_straight = 4;  // weights are drawn against each other
  std::uint32_t weight_diamond = 10;
  std::uint32_t weight_loop = 10;
  std::uint32_t weight_self_loop = 3;  // a block that is its own only successor
  std::uint32_t weight_switch = 4;
  std::uint32_t weight_irreducible = 4;  // a cycle with two entries
  std::uint32_t weight_return = 4;       // leaves early
  std::uint32_t weight_to_entry = 2;     // a loop back to the entry, which the caller enters too
  Range switch_targets{3, 9};            // more than registers, in small files
  Chance extra_edge{70};                 // repeated: arbitrary edges, most of them irreducible
  Range extra_edges{0, 6};
  Chance unreachable{60};  // repeated: a block that nothing reaches, jumping anywhere
  Range unreachable_blocks{0, 3};
  Chance shuffled_layout{50};  // blocks stand in any order, before their predecessors too
  Chance bare_entry{70};       // where it leads to one block, the entry only jumps there
  Chance swapped_layout{60};   // two neighbours change places, repeated per block

  // Values.

  Chance params{130};  // per block: some have parameters
  Range block_params{1, 5};
  Chance many_params{10};  // then up to `many_block_params`: longer than the register file
  Range many_block_params{6, 20};
  Chance permuted_params{50};  // per edge back: the block's own parameters in another order
  Range entry_values{0, 8};    // defined at the start, so that there is something to use
  Chance fixed_entry{150};     // they come in fixed registers, as arguments do
  Chance far_use{90};          // any value that dominates, however old: long ranges, pressure
  Chance near_use{150};        // else: one of the latest four; else of the latest 32
  Chance number_gap{20};       // per program: then each vreg number may leave a gap
  Chance remat{16};            // per value that it can be recomputed
  Chance remat_program{90};    // per program: whether there are such values
  Chance recipe_program{0};    // per program: values may have recipes with inputs
  Chance recipe{70};           // per value then
  Range recipe_inputs{0, 3};   // of what its instruction uses; chains come from chance, too
  Chance recipe_pin{30};       // per input: a register outside of the allocation instead
  Chance recipe_dear{90};      // else it costs a move
  Range recipe_cost{2, 40};    // about what a load costs, in moves, less and more
  Chance recipe_clobber{50};   // repeated: the fewer places for it, the more often it is refused
  Chance recipe_reuse{60};     // two-address code: the input is lost
  Chance recipe_chain{40};     // per block, repeated: instructions that compute from one another
  Range recipe_depth{1, 4};    // of these
  Chance recipe_chain_call{
      60};  // per step: something happens between, so that inputs are far or gone
  Chance recipe_argument{180};  // per parameter: all edges pass one value that has a recipe
  Chance recipe_disagree{40};   // such an edge passes another one, or what it likes

  // Instructions.

  Range block_insts{0, 9};  // empty blocks matter: moves must find room
  Range uses{0, 4};
  Range defs{0, 2};
  Chance dense{10};  // then `dense_uses` and `dense_defs` instead
  Range dense_uses{5, 16};
  Range dense_defs{2, 8};
  Chance repeat_use{40};   // a value that the instruction uses already, differently constrained
  Chance same_operand{6};  // even under the same constraint
  Chance late_use{24};
  Chance early_def{24};
  Chance fixed{40};           // per operand
  Chance fixed_to_stack{50};  // per fixed operand: to a fixed_stack register, where there is one
  Chance fixed_pair{90};      // a fixed def takes the register of a fixed use: in and out of one
  Chance limit{12};
  Chance in_set{14};
  Chance stack{14};
  Chance reg{150};   // of the operands that are none of the above; the rest is `any`
  Chance reuse{40};  // per instruction, repeated: two-address code
  Range reuses{0, 4};
  Chance pin{14};          // repeated
  Chance clobber{20};      // instructions that are no calls
  Chance dead_values{30};  // more defs under `any`, used or not
  Chance call{26};
  Range call_uses{0, 8};             // in fixed registers
  Range call_defs{0, 3};             // likewise
  Range call_extra_defs{0, 4};       // beyond the registers, used later
  Chance call_many_defs{20};         // then up to 12: more than a file holds
  Chance clobber_all{60};            // else: the preferred ones, or single ones
  Chance shuffle{110};               // operands in any order: reuses before and behind their inputs
  Chance branch_operands{30};        // per branch: uses, which forces its targets to be its own
  Chance branch_call{20};            // per branch: a call that may throw, with defs and clobbers
  Chance argument_from_branch{130};  // such a branch passes its own result on
  Chance return_operands{170};
  Chance multiple_defs{16};  // per program: some instructions define a vreg several times

  // Planted programs (ssagen/planted.h): drawn with their places, which are then forgotten.

  Chance planted{0};                // per program: it is planted, else it is free
  Range planted_tightness{0, 255};  // per program: chance of an operand to allow few other places
  Chance planted_across{170};       // per value at a fork: a block behind a join relies on it
  Chance planted_relocate{30};      // such a value waits for its join in another place
  Chance planted_copy{40};          // such a value waits in two places
  Chance planted_keep{110};   // a value about to be overwritten is saved, though none relies on it
  Chance planted_empty{150};  // a register that holds nothing is taken first
  Chance planted_move{70};    // per use: the value is brought to another register for it
  // Per copy of a value: its recipe runs instead, where the inputs stand in registers.
  Chance planted_recompute{128};
  Chance planted_fill{0};      // per instruction: defs until no register of a class is left
  Chance planted_overdraw{0};  // per instruction: demands one thing more, which may be too much

  // What is otherwise too large for an input (ssagen/oversize.h); a program takes some milliseconds.

  Chance crowd{0};     // per program: hundreds of values cross one edge
  Chance widen{0};     // per program: hundreds of operands in one instruction
  Chance lengthen{0};  // per program: values alive over thousands of instructions

  // Beside the code.

  Chance frequency{40};  // per program: blocks state how often they run
  Chance labels{50};     // per program: debug labels
  Range label_count{1, 12};

  // Caps, for the time of one decode: a program of this size takes one to two milliseconds.
  std::uint32_t most_blocks = 80;
  std::uint32_t most_insts = 500;
  std::uint32_t most_operands = 2500;
};

struct Profile {
  std::string_view name;
  std::string_view purpose;  // one line
  Knobs knobs;
};

// In a fixed order, `default` first. New ones are added at the end.
std::span<const Profile> all_profiles();
// Null if there is none of that name.
const Profile* find_profile(std::string_view name);

// The features that an input can switch off, bit by bit: fewer at once go deeper.
inline constexpr unsigned kFeatureCount = 24;
void switch_off(Knobs& knobs, std::uint32_t features);

}  // namespace regproof
