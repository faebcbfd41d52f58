#include "allocator/invariants.h"

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "allocator/lift.h"
#include "base/check.h"
#include "ir/names.h"

namespace regproof::invariants {
namespace {

std::string number(std::size_t n) {
  return std::to_string(n);
}

std::string text_of(ProgPoint point) {
  return (point.is_after() ? "after inst" : "before inst") + number(point.inst().value());
}

// The first of `all` that does not begin where or after the one before it ends, or their number.
template <class Interval>
std::size_t first_out_of_order(std::span<const Interval> all) {
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (all[k].from >= all[k].to) return k;
    if (k > 0 && all[k].from < all[k - 1].to) return k;
  }
  return all.size();
}

// An interval of one register or slot, with what is in it.
struct Tenancy {
  std::uint32_t place;
  ProgPoint from;
  ProgPoint to;
  std::uint32_t tenant;
};

// Two tenants of one place at one time, as a sentence.
std::string find_clash(std::vector<Tenancy>& all, const char* place, const char* tenant) {
  std::sort(all.begin(), all.end(), [](const Tenancy& a, const Tenancy& b) {
    return a.place != b.place ? a.place < b.place : a.from < b.from;
  });
  for (std::size_t k = 1; k < all.size(); ++k) {
    const Tenancy &a = all[k - 1], &b = all[k];
    if (a.place != b.place || a.to <= b.from) continue;
    return place + number(a.place) + " belongs to " + tenant + number(a.tenant) + " and " + tenant +
           number(b.tenant) + " " + text_of(b.from);
  }
  return "";
}

}  // namespace

std::string references_of_vreg_ascend(const FunctionView& function, const Liveness& liveness) {
  for (std::uint32_t v = 0; v < function.vreg_count(); ++v) {
    std::span<const Reference> all = liveness.references_of(VReg(v));
    for (std::size_t k = 1; k < all.size(); ++k) {
      if (all[k].inst() < all[k - 1].inst()) {
        return "v" + number(v) + " is referred to " + text_of(all[k].anchor) + " behind " +
               text_of(all[k - 1].anchor);
      }
    }
  }
  return "";
}

std::string segments_of_vreg_are_sorted_and_disjoint(const FunctionView& function,
                                                     const Liveness& liveness) {
  for (std::uint32_t v = 0; v < function.vreg_count(); ++v) {
    std::span<const Segment> all = liveness.segments_of(VReg(v));
    std::size_t k = first_out_of_order(all);
    if (k < all.size()) {
      return "v" + number(v) + " has a segment out of order " + text_of(all[k].from);
    }
  }
  return "";
}

std::string ranges_of_bundle_are_sorted_and_disjoint(const Bundles& bundles) {
  for (std::size_t b = 0; b < bundles.all.size(); ++b) {
    std::span<const LiveRange> all = bundles.ranges_of(bundles.all[b]);
    std::size_t k = first_out_of_order(all);
    if (k < all.size()) {
      return "bundle " + number(b) + " has a range out of order " + text_of(all[k].from);
    }
  }
  return "";
}

std::string bundles_hold_each_segment_once(const Facts& facts, const Bundles& bundles) {
  std::vector<std::uint64_t> held(facts.function.vreg_count(), 0);
  for (std::uint32_t b = 0; b < bundles.initial; ++b) {
    for (const LiveRange& range : bundles.ranges_of(bundles.all[b])) {
      held[range.vreg.value()] += range.to.bits() - range.from.bits();
    }
  }
  for (std::uint32_t v = 0; v < held.size(); ++v) {
    std::uint64_t lived = 0;
    for (const Segment& s : facts.liveness.segments_of(VReg(v)))
      lived += s.to.bits() - s.from.bits();
    if (lived != held[v]) {
      return "v" + number(v) + " lives at " + number(lived) + " points, its bundle holds " +
             number(held[v]);
    }
  }
  return "";
}

// A bundle may know less than there is, never more.
std::string cached_registers_equal_recomputed(const Facts& facts, const Bundles& bundles,
                                              const Registers& registers) {
  for (std::size_t b = 0; b < bundles.all.size(); ++b) {
    const Bundle& bundle = bundles.all[b];
    if (bundle.epoch != registers.epoch) continue;
    std::uint64_t available =
        available_registers(facts, bundles.ranges_of(bundle), bundle.cls, registers).all;
    if (available != bundle.available) {
      return "bundle " + number(b) + " knows registers " + number(bundle.available) +
             " as a mask, there are " + number(available);
    }
  }
  return "";
}

std::string register_map_matches_bundles(const Bundles& bundles, const Registers& registers) {
  for (std::size_t b = 0; b < bundles.all.size(); ++b) {
    const Bundle& bundle = bundles.all[b];
    if (!bundle.reg.valid()) continue;
    for (const LiveRange& range : bundles.ranges_of(bundle)) {
      bool found = false, alone = true;
      registers.holders[bundle.reg.value()].visit_overlaps(
          range.from, range.to, [&](std::uint32_t holder, float weight) {
            found |= holder == b && weight == bundle.weight;
            alone &= holder == b;
            return true;
          });
      if (!found || !alone) {
        return "bundle " + number(b) + " has " + to_string(bundle.reg) + " " + text_of(range.from) +
               ", the map says otherwise";
      }
    }
  }
  return "";
}

std::string occupancy_matches_bundles(const Bundles& bundles, const Registers& registers) {
  for (std::size_t b = 0; b < bundles.all.size(); ++b) {
    const Bundle& bundle = bundles.all[b];
    if (!bundle.reg.valid()) continue;
    std::uint64_t bit = std::uint64_t{1} << number_of(bundle.reg);
    if (bundle.epoch == registers.epoch && (bundle.available & bit) == 0) {
      return "bundle " + number(b) + " has " + to_string(bundle.reg) +
             ", which its constraints or a reservation forbid";
    }
    for (const LiveRange& range : bundles.ranges_of(bundle)) {
      for (ProgPoint p : {range.from, ProgPoint::from_bits(range.to.bits() - 1)}) {
        if ((registers.taken[index_of(bundle.cls)].taken(p) & bit) == 0) {
          return to_string(bundle.reg) + " counts as free " + text_of(p) + ", bundle " + number(b) +
                 " has it";
        }
      }
    }
  }
  return "";
}

std::string minimal_bundles_are_in_one_instruction(const Bundles& bundles) {
  for (std::size_t b = 0; b < bundles.all.size(); ++b) {
    const Bundle& bundle = bundles.all[b];
    if (bundle.stage != Stage::Minimal) continue;
    std::span<const LiveRange> ranges = bundles.ranges_of(bundle);
    ProgPoint last = ProgPoint::from_bits(ranges.back().to.bits() - 1);
    if (ranges.front().from.inst() != last.inst()) {
      return "bundle " + number(b) + " is minimal, it reaches from " +
             text_of(ranges.front().from) + " to " + text_of(last);
    }
  }
  return "";
}

std::string pieces_of_vreg_are_sorted_and_disjoint(const Facts& facts, const Pieces& pieces) {
  for (std::uint32_t v = 0; v < facts.function.vreg_count(); ++v) {
    std::span<const Piece> all = pieces.of(VReg(v));
    std::size_t k = first_out_of_order(all);
    if (k < all.size()) {
      return "v" + number(v) + " has a piece out of order " + text_of(all[k].from);
    }
  }
  return "";
}

std::string registers_hold_one_value(const Facts& facts, const Pieces& pieces) {
  std::vector<Tenancy> all;
  for (std::uint32_t v = 0; v < facts.function.vreg_count(); ++v) {
    for (const Piece& piece : pieces.of(VReg(v))) {
      all.push_back({piece.reg.value(), piece.from, piece.to, v});
    }
  }
  return find_clash(all, "register ", "v");
}

std::string demands_are_met(const Facts& facts, const Pieces& pieces) {
  for (std::uint32_t v = 0; v < facts.function.vreg_count(); ++v) {
    for (const Reference& ref : facts.liveness.references_of(VReg(v))) {
      if (!ref.is_operand() || facts.plans.operands[ref.operand].need != Need::Register) continue;
      ProgPoint from = held_from(facts, ref), to = held_until(facts, ref);
      std::span<const Piece> all = pieces.of(VReg(v));
      bool held = std::any_of(all.begin(), all.end(), [&](const Piece& piece) {
        return piece.from <= from && to <= piece.to;
      });
      if (!held) {
        return "v" + number(v) + " has no register at inst" + number(ref.inst().value()) +
               ", where an operand demands one";
      }
    }
  }
  return "";
}

std::string moves_of_group_have_one_source(const Moves& moves) {
  Vector<PendingMove> all = moves.all;
  std::sort(all.begin(), all.end(), [](const PendingMove& a, const PendingMove& b) {
    return a.key != b.key ? a.key < b.key : a.to < b.to;
  });
  for (std::size_t k = 1; k < all.size(); ++k) {
    const PendingMove &a = all[k - 1], &b = all[k];
    if (a.key == b.key && a.to == b.to && a.from != b.from) {
      return "two moves of one group have the same destination " + text_of(a.point());
    }
  }
  return "";
}

std::string edits_ascend(const Moves& moves) {
  for (std::size_t k = 1; k < moves.edits.size(); ++k) {
    if (moves.edits[k].point < moves.edits[k - 1].point) {
      return "edit " + number(k) + " " + text_of(moves.edits[k].point) + " stands behind one " +
             text_of(moves.edits[k - 1].point);
    }
  }
  return "";
}

std::string no_edit_is_from_memory_to_memory(const Facts& facts, const Moves& moves) {
  for (std::size_t k = 0; k < moves.edits.size(); ++k) {
    const Edit& edit = moves.edits[k];
    if (edit.from.is_memory(facts.machine) && edit.to.is_memory(facts.machine)) {
      return "edit " + number(k) + " " + text_of(edit.point) + " moves memory to memory";
    }
  }
  return "";
}

// Slots of one class stand at multiples of their alignment, so two that overlap are the same one;
// the slots of a class stand apart from those of the others.
std::string sets_of_one_slot_never_live_together(const Facts& facts, const Bundles& bundles,
                                                 const SlotPlan& slots) {
  std::vector<Tenancy> all;
  std::uint32_t begin[kClassCount] = {}, end[kClassCount] = {};
  for (std::uint32_t s = 0; s < bundles.initial; ++s) {
    if (!slots.slot[s].valid()) continue;
    RegClass cls = bundles.all[s].cls;
    std::uint32_t size = facts.machine.slot_size_of(cls), name = slots.slot[s].value();
    std::uint32_t first = facts.machine.slot_named_by_last ? name + 1 - size : name;
    if (first % facts.machine.slot_alignment_of(cls) != 0) {
      return "the slot of spill set " + number(s) + " begins at unit " + number(first);
    }
    std::size_t c = index_of(cls);
    begin[c] = end[c] == 0 ? first : std::min(begin[c], first);
    end[c] = std::max(end[c], first + size);
    for (const LiveRange& range : bundles.ranges_of(bundles.all[s])) {
      all.push_back({first, range.from, range.to, s});
    }
  }
  for (std::size_t a = 0; a < kClassCount; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      if (end[a] > begin[b] && end[b] > begin[a] && end[a] > 0 && end[b] > 0) {
        return "slots of two classes overlap";
      }
    }
  }
  return find_clash(all, "unit ", "spill set ");
}

namespace {

struct Invariant {
  const char* name;
  std::string found;
};

void require(const char* phase, std::initializer_list<Invariant> all) {
  for (const Invariant& invariant : all) {
    if (invariant.found.empty()) continue;
    std::string what = std::string(phase) + ": " + invariant.name + ": " + invariant.found;
    check([] { return false; }, what.c_str());
  }
}

}  // namespace

void verify_liveness(const FunctionView& function, const Liveness& liveness) {
  if constexpr (!kChecked) return;
  require("liveness", {{"references_of_vreg_ascend", references_of_vreg_ascend(function, liveness)},
                       {"segments_of_vreg_are_sorted_and_disjoint",
                        segments_of_vreg_are_sorted_and_disjoint(function, liveness)}});
}

void verify_bundles(const Facts& facts, const Bundles& bundles, const Registers& registers) {
  if constexpr (!kChecked) return;
  require("bundles",
          {{"ranges_of_bundle_are_sorted_and_disjoint",
            ranges_of_bundle_are_sorted_and_disjoint(bundles)},
           {"bundles_hold_each_segment_once", bundles_hold_each_segment_once(facts, bundles)},
           {"cached_registers_equal_recomputed",
            cached_registers_equal_recomputed(facts, bundles, registers)}});
}

void verify_assignment(const Bundles& bundles, const Registers& registers) {
  if constexpr (!kChecked) return;
  require("assign",
          {{"ranges_of_bundle_are_sorted_and_disjoint",
            ranges_of_bundle_are_sorted_and_disjoint(bundles)},
           {"register_map_matches_bundles", register_map_matches_bundles(bundles, registers)},
           {"occupancy_matches_bundles", occupancy_matches_bundles(bundles, registers)},
           {"minimal_bundles_are_in_one_instruction",
            minimal_bundles_are_in_one_instruction(bundles)}});
}

void verify_pieces(const Facts& facts, const Pieces& pieces) {
  if constexpr (!kChecked) return;
  require("pieces", {{"pieces_of_vreg_are_sorted_and_disjoint",
                      pieces_of_vreg_are_sorted_and_disjoint(facts, pieces)},
                     {"registers_hold_one_value", registers_hold_one_value(facts, pieces)},
                     {"demands_are_met", demands_are_met(facts, pieces)}});
}

void verify_moves(const Moves& moves) {
  if constexpr (!kChecked) return;
  require("moves", {{"moves_of_group_have_one_source", moves_of_group_have_one_source(moves)}});
}

void verify_edits(const char* phase, const Facts& facts, const Moves& moves) {
  if constexpr (!kChecked) return;
  require(phase,
          {{"edits_ascend", edits_ascend(moves)},
           {"no_edit_is_from_memory_to_memory", no_edit_is_from_memory_to_memory(facts, moves)}});
}

void verify_slots(const Facts& facts, const Bundles& bundles, const SlotPlan& slots) {
  if constexpr (!kChecked) return;
  require("slots", {{"sets_of_one_slot_never_live_together",
                     sets_of_one_slot_never_live_together(facts, bundles, slots)}});
}

}  // namespace regproof::invariants
