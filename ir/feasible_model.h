// One instruction's operands as items that look for places: what is left of an instruction once
// everything that memory satisfies is set aside, reuses are joined with their inputs and several
// defs of one vreg with each other.
//
//   op def v2 reuse(1), use v0 reg, use@late v1 in(p0 p1), use v1 reg, use v3 any ; clobber p0
//
//   item   operands  places     early owner  late owner
//   0      0, 1      all - p0   use of v0    def of v2
//   1      2         p1         use of v1    use of v1
//   2      3         all        use of v1    nobody        covered by item 1
//
// Two items may stand in one place if no phase gives it two owners. An item is covered by another
// if wherever that one stands this one may stand too; only uncovered items need to be solved.
// Classes are separate problems.
//
// Cost: near-linear in operands; memory is kept. Tested by tests/ir/feasible_sweep_test.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/bit_set.h"
#include "ir/function.h"
#include "ir/machine.h"

namespace regproof {

// A value that a place holds at a phase: the uses of a vreg, or the def of one.
using PlaceOwner = std::uint32_t;
inline constexpr PlaceOwner kNobody = 0;
constexpr PlaceOwner owner_of(VReg vreg, OperandKind kind) {
  return vreg.value() * 2 + static_cast<std::uint32_t>(kind) + 1;
}

struct PlaceItem {
  std::uint64_t places = 0;  // hardware numbers in the class; of a late holder, without clobbers
  PlaceOwner early_owner = kNobody;
  PlaceOwner late_owner = kNobody;

  bool holds_both() const { return early_owner != kNobody && late_owner != kNobody; }
};

// True if the two may not stand in one place.
constexpr bool conflict(const PlaceItem& a, const PlaceItem& b) {
  auto differ = [](PlaceOwner x, PlaceOwner y) { return x != kNobody && y != kNobody && x != y; };
  return differ(a.early_owner, b.early_owner) || differ(a.late_owner, b.late_owner);
}
// True if `a` holds all that `b` holds, so that a place of `a` serves `b` as well.
constexpr bool serves(const PlaceItem& a, const PlaceItem& b) {
  return (b.early_owner == kNobody || b.early_owner == a.early_owner) &&
         (b.late_owner == kNobody || b.late_owner == a.late_owner);
}

// The registers of a machine as the model asks for them, by class.
struct PlaceTable {
  explicit PlaceTable(const Machine& machine);
  std::array<std::uint64_t, kClassCount> allocatable{};
  std::array<std::uint64_t, kClassCount> fixed_stack{};
  std::array<std::uint64_t, kClassCount> preferred{};
};

// The places that an operand's own constraint allows. A reuse allows all: its input decides.
struct PlaceSet {
  std::uint64_t registers = 0;
  bool memory = false;
};
PlaceSet places_of(const FunctionView& function, const PlaceTable& table, Operand operand);

constexpr std::uint64_t registers_below(std::uint32_t limit) {
  return limit >= kRegsPerClass ? ~std::uint64_t{0} : (std::uint64_t{1} << limit) - 1;
}

class ItemModel {
 public:
  static constexpr std::uint32_t kNoItem = 0xffffffffu;

  // Reads the operands of `inst`, those in `kept` alone if it is given.
  void build(const FunctionView& function, const PlaceTable& table, Inst inst,
             const RegSet& clobbers, const BitSet* kept = nullptr);

  // The items of a class that are to be solved. One without places makes the class impossible.
  const std::vector<PlaceItem>& items(RegClass cls) const { return core_[index_of(cls)]; }
  // The item that stands for the operand, or kNoItem: a pin, not kept, or content with memory.
  std::uint32_t item_of(std::uint32_t operand) const;

 private:
  struct Made {
    PlaceItem item;
    std::uint32_t cls = 0;
    std::uint32_t core = kNoItem;
  };

  void read_defs(const FunctionView& function, const PlaceTable& table, const BitSet* kept);
  bool join_inputs(const FunctionView& function, const PlaceTable& table,
                   std::span<const std::uint32_t> defs, const BitSet* kept, PlaceSet& places,
                   PlaceItem& item);
  std::uint32_t add(RegClass cls, const PlaceItem& item);
  void cover();
  void cover_run(std::span<const std::uint32_t> run);

  std::span<const Operand> operands_;
  RegSet clobbers_;
  std::vector<Made> made_;
  std::vector<std::uint32_t> made_of_;  // by operand
  std::vector<std::uint32_t> defs_;     // operands, of one vreg together
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> run_kept_;
  std::array<std::vector<PlaceItem>, kClassCount> core_;
};

}  // namespace regproof
