// What an allocator answers: a location for each operand, and edits between instructions.
//
// Tested by tests/ir/output_test.cpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/index.h"
#include "ir/function.h"
#include "ir/machine.h"

namespace regproof {

struct SpillSlotTag {
  static constexpr bool kOrdered = true;
};
// One unit of the frame. A wide value is named by its first unit, or its last where the machine says so.
using SpillSlot = Index<SpillSlotTag>;
inline constexpr std::uint32_t kMaxSpillSlots = 1u << 28;  // units of one frame

// Where a value stands: nowhere, in a register (which may be a fixed_stack one), or in a spill slot.
class Location {
 public:
  constexpr Location() = default;
  static constexpr Location none() { return Location(); }
  static constexpr Location reg(PReg reg) { return Location(kRegTag | reg.value()); }
  static constexpr Location stack(SpillSlot slot) { return Location(kStackTag | slot.value()); }

  constexpr bool is_none() const { return bits_ == 0; }
  constexpr bool is_reg() const { return (bits_ & kTagMask) == kRegTag; }
  constexpr bool is_stack() const { return (bits_ & kTagMask) == kStackTag; }
  constexpr PReg as_reg() const { return PReg(static_cast<std::uint16_t>(bits_ & ~kTagMask)); }
  constexpr SpillSlot as_stack() const { return SpillSlot(bits_ & ~kTagMask); }
  // A spill slot, or a register that the machine says is one.
  bool is_memory(const Machine& machine) const {
    return is_stack() || (is_reg() && machine.fixed_stack.contains(as_reg()));
  }

  constexpr std::uint32_t bits() const { return bits_; }
  friend constexpr auto operator<=>(Location, Location) = default;

 private:
  static constexpr std::uint32_t kTagMask = 3u << 30;
  static constexpr std::uint32_t kRegTag = 1u << 30;
  static constexpr std::uint32_t kStackTag = 2u << 30;
  constexpr explicit Location(std::uint32_t bits) : bits_(bits) {}
  std::uint32_t bits_ = 0;
};

enum class EditKind : std::uint8_t { Move, Remat };

// Something to do between instructions. Edits at one point run in the order of the list.
struct Edit {
  ProgPoint point;
  EditKind kind = EditKind::Move;
  Location from;  // of a move
  Location to;
  VReg remat;  // of a remat: the value whose recipe runs
  VReg
      remat_as;  // of a remat: the value that it is said to be; `remat` itself where that follows anyway
  // Of a remat: the register of each of its recipe's inputs, pins too; none behind them.
  std::array<PReg, kMaxRecipeInputs> inputs{};

  static Edit move(ProgPoint point, Location from, Location to) {
    return {point, EditKind::Move, from, to, VReg::none(), VReg::none(), {}};
  }
  static Edit recompute(ProgPoint point, VReg value, VReg as, Location to) {
    return {point, EditKind::Remat, Location::none(), to, value, as, {}};
  }
  // `inputs`: at most kMaxRecipeInputs.
  static Edit recompute(ProgPoint point, VReg value, VReg as, std::span<const PReg> inputs,
                        Location to) {
    Edit edit = recompute(point, value, as, to);
    std::copy_n(inputs.begin(), inputs.size(), edit.inputs.begin());
    return edit;
  }
  // How many inputs are named.
  std::size_t input_count() const {
    auto end = std::find_if(inputs.begin(), inputs.end(), [](PReg reg) { return !reg.valid(); });
    return static_cast<std::size_t>(end - inputs.begin());
  }
  friend bool operator==(const Edit&, const Edit&) = default;
};

// Label `label` is in `location` at the points from `from` (inclusive) to `to` (exclusive); at a
// point means: after the edits of that point have run.
struct DebugLocation {
  std::uint32_t label = 0;
  ProgPoint from;
  ProgPoint to;
  Location location;

  friend bool operator==(const DebugLocation&, const DebugLocation&) = default;
};

// Plain data. An answer may be read from anywhere, so nothing about it is assumed: an instruction's
// list may have any length. Allocators in the house answer with lists as long as the operands.
struct Output {
  std::uint32_t spillslots = 0;                // size of the frame, in units
  std::vector<Location> locations;             // all instructions' lists, one after another
  std::vector<std::uint32_t> first_location;   // by instruction, one more than there are
  std::vector<Edit> edits;                     // by point
  std::vector<DebugLocation> debug_locations;  // by label, then point

  std::span<const Location> locations_of(Inst i) const {
    return std::span(locations).subspan(first_location[i.value()],
                                        first_location[i.value() + 1] - first_location[i.value()]);
  }
  friend bool operator==(const Output&, const Output&) = default;
};

// Why there is no output. `message` is one sentence that names the place.
struct AllocError {
  enum class Kind : std::uint8_t {
    Impossible,  // one instruction's operands have no joint assignment: proven
    Undecided,   // whether they have one was not found out within a budget (ir/feasible.h)
    InvalidProgram,  // the program or the machine is not legal; the engine does not look (ir/validate.h)
    TooLarge,        // a limit of ir/function.h or of the options is exceeded
    OutOfMemory,
    Internal,  // the allocator's own fault
  };
  Kind kind = Kind::Internal;
  std::string message;
  Inst inst;                            // of Impossible and Undecided
  std::vector<std::uint32_t> operands;  // of Impossible: those that cannot be satisfied together
};

}  // namespace regproof
