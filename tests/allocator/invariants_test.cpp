// Each invariant holds on what the phases make of a program with loops, spills and splits, and says
// something once what it looks at is broken.
#include "allocator/invariants.h"

#include <gtest/gtest.h>

#include <string>

#include "allocator/engine.h"
#include "tests/allocator/judged.h"

namespace regproof {
namespace {

namespace is = invariants;

// Two registers for four values around a call in a loop.
constexpr std::string_view kProgram = R"(
machine {
  int p0i..p1i |
  float |
  vector |
}
function "crowded" {
  block0():
    op def v0i reg, def v1i reg
    op def v2i reg
    branch -> block1(v0i)
  block1(v3i):
    op use v3i reg, use v1i reg, def v4i reuse(0)
    op use v2i fixed(p1i) ; clobber p0i p1i
    op use v4i reg, use v1i any
    branch use v4i reg -> block2(), block3()
  block2():
    branch -> block1(v4i)
  block3():
    ret use v0i reg, use v2i any
}
)";

// The program after the phases up to the one that is named.
struct Stopped : Engine {
  testing::Sample sample = testing::read_sample(std::string(kProgram));
  FunctionView function = sample.function.view();
  AllocatorOptions options;
  Run run{function, sample.machine, options, *this};
  const Facts& facts = run.facts;

  explicit Stopped(std::string_view last) {
    for (const Phase& phase : phases()) {
      phase.run(run);
      if (phase.name == last) return;
    }
    ADD_FAILURE() << "no phase " << last;
  }
};

TEST(Invariants, ReferencesAscend) {
  Stopped e("bundles");
  EXPECT_EQ(is::references_of_vreg_ascend(e.function, e.liveness), "");
  std::uint32_t first = e.liveness.first_reference[0];
  std::swap(e.liveness.references[first], e.liveness.references[first + 1]);
  EXPECT_NE(is::references_of_vreg_ascend(e.function, e.liveness), "");
}

TEST(Invariants, SegmentsAreSortedAndDisjoint) {
  Stopped e("bundles");
  EXPECT_EQ(is::segments_of_vreg_are_sorted_and_disjoint(e.function, e.liveness), "");
  std::swap(e.liveness.segments[0].from, e.liveness.segments[0].to);
  EXPECT_NE(is::segments_of_vreg_are_sorted_and_disjoint(e.function, e.liveness), "");
}

TEST(Invariants, RangesAreSortedAndDisjoint) {
  Stopped e("bundles");
  EXPECT_EQ(is::ranges_of_bundle_are_sorted_and_disjoint(e.bundles), "");
  std::swap(e.bundles.ranges[0].from, e.bundles.ranges[0].to);
  EXPECT_NE(is::ranges_of_bundle_are_sorted_and_disjoint(e.bundles), "");
}

TEST(Invariants, BundlesHoldEachSegmentOnce) {
  Stopped e("bundles");
  EXPECT_EQ(is::bundles_hold_each_segment_once(e.facts, e.bundles), "");
  e.bundles.ranges[0].to = e.bundles.ranges[0].to.next();
  EXPECT_NE(is::bundles_hold_each_segment_once(e.facts, e.bundles), "");
}

TEST(Invariants, CachedRegistersEqualRecomputed) {
  Stopped e("bundles");
  EXPECT_EQ(is::cached_registers_equal_recomputed(e.facts, e.bundles, e.registers), "");
  for (Bundle& bundle : e.bundles.all) bundle.available ^= 1;
  EXPECT_NE(is::cached_registers_equal_recomputed(e.facts, e.bundles, e.registers), "");
}

Bundle& placed_bundle(Engine& e) {
  for (Bundle& bundle : e.bundles.all) {
    if (bundle.reg.valid()) return bundle;
  }
  ADD_FAILURE() << "no bundle has a register";
  return e.bundles.all.front();
}

TEST(Invariants, RegisterMapMatchesBundles) {
  Stopped e("pieces");
  EXPECT_EQ(is::register_map_matches_bundles(e.bundles, e.registers), "");
  Bundle& bundle = placed_bundle(e);
  bundle.reg = make_preg(RegClass::Int, 1 - number_of(bundle.reg));
  EXPECT_NE(is::register_map_matches_bundles(e.bundles, e.registers), "");
}

TEST(Invariants, OccupancyMatchesBundles) {
  Stopped e("pieces");
  EXPECT_EQ(is::occupancy_matches_bundles(e.bundles, e.registers), "");
  Stopped unmarked("pieces");
  LiveRange range = unmarked.bundles.ranges_of(placed_bundle(unmarked)).front();
  PReg reg = placed_bundle(unmarked).reg;
  unmarked.registers.taken[0].remove(range.from, range.to, std::uint64_t{1} << number_of(reg));
  EXPECT_NE(is::occupancy_matches_bundles(unmarked.bundles, unmarked.registers), "");
  placed_bundle(e).available = 0;
  EXPECT_NE(is::occupancy_matches_bundles(e.bundles, e.registers), "");
}

TEST(Invariants, MinimalBundlesAreInOneInstruction) {
  Stopped e("pieces");
  EXPECT_EQ(is::minimal_bundles_are_in_one_instruction(e.bundles), "");
  e.bundles.all.front().stage = Stage::Minimal;
  EXPECT_NE(is::minimal_bundles_are_in_one_instruction(e.bundles), "");
}

TEST(Invariants, PiecesAreSortedAndDisjoint) {
  Stopped e("pieces");
  EXPECT_EQ(is::pieces_of_vreg_are_sorted_and_disjoint(e.facts, e.pieces), "");
  std::swap(e.pieces.all.front().from, e.pieces.all.front().to);
  EXPECT_NE(is::pieces_of_vreg_are_sorted_and_disjoint(e.facts, e.pieces), "");
}

TEST(Invariants, RegistersHoldOneValue) {
  Stopped e("pieces");
  EXPECT_EQ(is::registers_hold_one_value(e.facts, e.pieces), "");
  for (Piece& piece : e.pieces.all) piece.reg = make_preg(RegClass::Int, 0);
  EXPECT_NE(is::registers_hold_one_value(e.facts, e.pieces), "");
}

TEST(Invariants, DemandsAreMet) {
  Stopped e("pieces");
  EXPECT_EQ(is::demands_are_met(e.facts, e.pieces), "");
  for (Piece& piece : e.pieces.all) piece.to = piece.from.next();
  EXPECT_NE(is::demands_are_met(e.facts, e.pieces), "");
}

TEST(Invariants, MovesOfGroupHaveOneSource) {
  Stopped e("slots");
  EXPECT_EQ(is::moves_of_group_have_one_source(e.moves), "");
  ASSERT_FALSE(e.moves.all.empty());
  PendingMove other = e.moves.all.front();
  other.from = Location::reg(make_preg(RegClass::Int, 9));
  e.moves.all.push_back(other);
  EXPECT_NE(is::moves_of_group_have_one_source(e.moves), "");
}

TEST(Invariants, EditsAscend) {
  Stopped e("slots");
  EXPECT_EQ(is::edits_ascend(e.moves), "");
  ASSERT_FALSE(e.moves.edits.empty());
  e.moves.edits.push_back(e.moves.edits.front());
  e.moves.edits.back().point = ProgPoint::before(Inst(0));
  EXPECT_NE(is::edits_ascend(e.moves), "");
}

TEST(Invariants, NoEditIsFromMemoryToMemory) {
  Stopped e("slots");
  EXPECT_EQ(is::no_edit_is_from_memory_to_memory(e.facts, e.moves), "");
  e.moves.edits.push_back(Edit::move(ProgPoint::after(Inst(7)), Location::stack(SpillSlot(0)),
                                     Location::stack(SpillSlot(1))));
  EXPECT_NE(is::no_edit_is_from_memory_to_memory(e.facts, e.moves), "");
}

TEST(Invariants, SetsOfOneSlotNeverLiveTogether) {
  Stopped e("slots");
  EXPECT_EQ(is::sets_of_one_slot_never_live_together(e.facts, e.bundles, e.slots), "");
  for (std::uint32_t s = 0; s < e.bundles.initial; ++s) e.slots.slot[s] = SpillSlot(0);
  EXPECT_NE(is::sets_of_one_slot_never_live_together(e.facts, e.bundles, e.slots), "");
}

}  // namespace
}  // namespace regproof
