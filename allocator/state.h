// THE MAP: the structures of the allocator in the order in which the phases make them.
//
//   structure    made by     edited by            read by                    frozen after
//   RecipeMap    recipes     -                    bundles, moves, redundant  recipes
//   Layout       layout      -                    all                        layout
//   Plans        lift        bundles, assign (*)  assign, moves              assign
//   Liveness     liveness    bundles (ties)       bundles, moves, emit       bundles
//   Bundles      bundles     assign, split (**)   assign, pieces, slots      second_chance
//   Registers    lift        assign (**)          assign, sequence           second_chance
//   Pieces       pieces      -                    moves, redundant, emit     pieces
//   Moves.unfilled unfilled  -                    moves, emit                unfilled
//   Moves.all    moves       -                    sequence                   moves
//   Moves.edits  sequence    redundant            slots, emit                redundant
//   SlotPlan     slots       -                    emit                       slots
//
//   (*) an instruction that the exact solver had to place: its operands become copies
//   (**) and second_chance
//
// The idea. A value lives in memory, in the one slot of its spill set, except where a bundle that
// holds a range of it has a register; SSA values never change, so a slot that was filled stays right
// while the value lives. A bundle first asks for a register for all of its ranges; if it gets none,
// it is divided along the loop tree, then into blocks, runs and single instructions.
//
// Fixed operands are never constraints on bundles: they reserve their register at their instruction
// and the value is copied there from wherever it is. A reservation does not disturb a bundle of the
// same value, nor one whose value dies in copies ahead of the instruction or begins with one behind
// it: the copies run in parallel.
//
//   point        before i  | after i |  before i+1
//   early use    [=========)              the value is held up to the late phase
//   late use     [===================)
//   early def    [===================...
//   late def               [=========...
//   reuse        [===================...  held early too, unless joined with an input that dies
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "allocator/interval_map.h"
#include "allocator/metered.h"
#include "allocator/occupancy.h"
#include "allocator/tuning.h"
#include "base/index.h"
#include "base/table.h"
#include "ir/cfg.h"
#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"

namespace regproof {

// The loops around something from the outermost inwards, as far as values are split by them.
using OuterLoops = std::array<Loop, tuning::kMaxLoopSplits>;

// Where blocks and instructions stand and how often they run.
struct Layout {
  Vector<Block> block_of;              // by instruction
  Vector<float> frequency;             // by block
  Vector<std::uint32_t> calls_before;  // by instruction: earlier ones with clobbers
  Vector<OuterLoops> outer_loops;      // by loop, itself among them
  // By loop of these: the points of its blocks, as maximal intervals in layout order.
  struct Interval {
    ProgPoint from;
    ProgPoint to;
  };
  Vector<Interval> loop_intervals;
  Vector<std::uint32_t> first_loop_interval;  // by loop, one more than there are
};

// What an operand asks of the place where its value is.
enum class Need : std::uint8_t {
  Nothing,   // a pin
  Register,  // the value's bundle must have a register there
  Memory,    // the value's slot
  Any,
  Copy,  // nothing: the value is copied from or to `place`
  Tied,  // early use, input of a reuse that is not joined: its value is copied to the def
};

struct OperandPlan {
  Need need = Need::Nothing;
  bool joined = false;  // a reuse and its input, when one bundle holds both
  PReg place;           // of Copy
};

// One `reuse`: operands by their place in FunctionView::operand_array.
struct Tie {
  Inst inst;
  std::uint32_t use = 0;
  std::uint32_t def = 0;
};

struct Plans {
  Vector<OperandPlan> operands;
  Vector<Tie> ties;  // ascending by instruction
};

// A place where a value is read or written. Ascending by instruction within its vreg.
struct Reference {
  static constexpr std::uint32_t kParameter = 0xffffffffu;  // written at a block's head
  static constexpr std::uint32_t kArgument = 0xfffffffeu;   // read at a block's end
  ProgPoint anchor;           // a range holds the references whose anchor it covers
  std::uint32_t operand = 0;  // place in the operand array, or one of these

  Inst inst() const { return anchor.inst(); }
  bool is_operand() const { return operand < kArgument; }
};

struct Segment {
  ProgPoint from;
  ProgPoint to;
};

// References and live segments of each vreg, both ascending.
struct Liveness {
  Vector<Reference> references;
  Vector<std::uint32_t> first_reference;  // by vreg, one more than there are
  Vector<Segment> segments;
  Vector<std::uint32_t> first_segment;  // likewise

  std::span<const Reference> references_of(VReg v) const {
    return std::span(references)
        .subspan(first_reference[v.value()],
                 first_reference[v.value() + 1] - first_reference[v.value()]);
  }
  std::span<const Segment> segments_of(VReg v) const {
    return std::span(segments).subspan(first_segment[v.value()],
                                       first_segment[v.value() + 1] - first_segment[v.value()]);
  }
};

struct LiveRange {
  ProgPoint from;
  ProgPoint to;
  VReg vreg;
};

struct SpillSetTag {
  static constexpr bool kOrdered = true;
};
using SpillSet = Index<SpillSetTag>;

// How far a bundle has been divided.
enum class Stage : std::uint8_t { Whole, InLoop, InBlock, Run, Minimal };

// Ranges that share a register, or stand in memory. Sorted and disjoint.
struct Bundle {
  std::uint64_t available = 0;    // registers by number that constraints and reservations leave
  std::uint64_t contested = 0;    // of these, wanted by others where a value of it dies or begins
  std::uint32_t first_range = 0;  // in Bundles::ranges
  std::uint32_t range_count = 0;
  SpillSet set;
  std::uint32_t first_piece = 0;  // what it was divided into, in Bundles::all
  std::uint32_t piece_count = 0;
  Loop region;               // of InLoop: the loop that it was cut to
  float weight = 0;          // what memory would cost, per point
  float benefit = 0;         // what memory would cost
  std::uint32_t length = 0;  // points
  std::uint32_t epoch = 0;   // of the reservations that `available` knows
  PReg reg;                  // none while it waits or stands in memory
  RegClass cls = RegClass::None;
  Stage stage = Stage::Whole;
  std::uint8_t loop_splits = 0;
  bool has_hints = false;       // some reference in it is copied from or to a register
  bool needs_register = false;  // some reference in it demands one
};
static_assert(sizeof(Bundle) == 64, "a bundle fills a line of the cache");

// A copy that goes if two bundles get the same register.
struct Hint {
  std::uint32_t bundle = 0;  // one of the initial ones
  std::uint32_t other = 0;   // likewise
  float frequency = 0;       // of the copy
};

struct Bundles {
  Vector<Bundle> all;
  // By bundle, the most frequent first; each copy stands twice, once from either side.
  Vector<Hint> hints;
  Vector<std::uint32_t>
      first_hint;             // by initial bundle, one more than there are; empty without hints
  Vector<LiveRange> ranges;   // each bundle's stand together
  std::uint32_t initial = 0;  // the first so many bundles are the spill sets, by number

  std::span<const Hint> hints_of(SpillSet set) const {
    if (hints.empty()) return {};
    std::uint32_t first = first_hint[set.value()];
    return std::span(hints).subspan(first, first_hint[set.value() + 1] - first);
  }
  std::span<const LiveRange> ranges_of(const Bundle& b) const {
    return std::span(ranges).subspan(b.first_range, b.range_count);
  }
};

// Who holds each register when.
struct Registers {
  Occupancy reserved[kClassCount];  // fixed operands and clobbers
  Occupancy taken[kClassCount];     // bundles
  IntervalMap holders[kRegCount];   // bundles again, with their numbers
  std::uint32_t epoch = 0;          // counts changes of `reserved`
};

// Where a value stands in a register, ascending by point within its vreg. Elsewhere it is in memory.
struct Piece {
  ProgPoint from;
  ProgPoint to;
  PReg reg;
};
struct Pieces {
  Vector<Piece> all;
  Vector<std::uint32_t> first;  // by vreg, one more than there are
  Vector<SpillSet> set_of;      // by vreg; none for vregs without segments

  std::span<const Piece> of(VReg v) const {
    return std::span(all).subspan(first[v.value()], first[v.value() + 1] - first[v.value()]);
  }
};

// A copy to be made between two instructions. Until slots are known, the memory of a spill set is
// written as the stack location of its number.
struct PendingMove {
  // Moves at one point run group by group; those of one group run in parallel.
  enum Group : std::uint8_t {
    AfterInst,   // results leave their fixed places and fill slots
    EdgeHead,    // an edge's moves at the head of its target
    HeadStore,   // parameters fill slots
    Boundary,    // values change place within a block
    BeforeInst,  // operands enter their fixed places
    EdgeTail,    // an edge's moves at the end of its source
  };
  std::uint64_t key = 0;
  Location from;
  Location to;
  RegClass cls = RegClass::None;
  VReg recomputed;  // where valid, this value is computed into `to`, and nothing is read

  static std::uint64_t key_of(ProgPoint point, Group group) {
    return std::uint64_t{point.bits()} << 3 | group;
  }
  ProgPoint point() const { return ProgPoint::from_bits(static_cast<std::uint32_t>(key >> 3)); }
  Group group() const { return static_cast<Group>(key & 7); }
};

struct Moves {
  Vector<PendingMove> all;        // by key once the phase is over
  Vector<Location> places;        // by operand: where its value is
  Vector<Edit> edits;             // the moves in sequence, by point
  Vector<std::uint8_t> unfilled;  // by vreg: nowhere, where it has no register; empty if none is
  std::uint32_t set_count = 0;    // spill sets of values; behind them come the emergency sets

  bool is_unfilled(VReg v) const { return !unfilled.empty() && unfilled[v.value()] != 0; }
  // Memory of the class that breaks a cycle of moves, or that keeps the victim's value meanwhile.
  std::uint32_t emergency_set(RegClass cls, bool victim) const {
    return set_count + static_cast<std::uint32_t>(index_of(cls)) * 2 + (victim ? 1 : 0);
  }
  // Spill sets with the emergency sets.
  std::uint32_t memory_count() const { return set_count + 2 * kClassCount; }
};

struct SlotPlan {
  Vector<std::uint8_t> needed;    // by spill set: an edit, an operand or a label names its memory
  Vector<SpillSlot> slot;         // by spill set: the name of its slot, or none
  std::uint64_t frame_units = 0;  // no slot is named beyond kMaxSpillSlots
};

}  // namespace regproof
