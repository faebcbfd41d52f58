// All answers to a tiny program: every operand in every one of a few places, every list of up to a few
// edits between these places at every point, in any order, and recipes of what the program marks or gives
// one, with every register for every input; where it asks for labels, no claim or one of one label, at one
// or all points. They are numbered, so that a part of them can be taken by stepping.
#pragma once

#include <cstdint>
#include <vector>

#include "ir/function.h"
#include "ir/output.h"

namespace regproof::testing {

class TinyOutputs {
 public:
  // `operand_places`: of each operand.
  TinyOutputs(const FunctionView& function, std::vector<std::vector<Location>> operand_places,
              std::vector<Location> edit_places, std::uint32_t frame, unsigned most_edits)
      : function_(function), places_(std::move(operand_places)), frame_(frame) {
    for (std::uint32_t bits = 0; bits < 2 * function.inst_count(); ++bits) {
      ProgPoint point = ProgPoint::from_bits(bits);
      for (Location to : edit_places) {
        for (Location from : edit_places) edits_.push_back(Edit::move(point, from, to));
        for (VReg value : function.rematerializable) {
          for (std::uint32_t as = 0; as < function.vreg_count(); ++as) {
            edits_.push_back(Edit::recompute(point, value, VReg(as), to));
          }
        }
        for (const Recipe& recipe : function.recipes) {
          for (std::uint32_t as = 0; as < function.vreg_count(); ++as) {
            add_remats(recipe, Edit::recompute(point, recipe.value, VReg(as), to), edit_places, 0);
          }
        }
      }
    }
    add_claims(edit_places);
    std::uint64_t count = claims_.size();
    for (const std::vector<Location>& places : places_) count *= places.size();
    for (unsigned edits = 0; edits <= most_edits; ++edits, count *= edits_.size()) {
      counts_.push_back(count);
    }
  }

  std::uint64_t size() const {
    std::uint64_t sum = 0;
    for (std::uint64_t count : counts_) sum += count;
    return sum;
  }

  Output operator[](std::uint64_t number) const {
    std::size_t edit_count = 0;
    while (number >= counts_[edit_count]) number -= counts_[edit_count++];
    Output output;
    output.spillslots = frame_;
    output.debug_locations = claims_[number % claims_.size()];
    number /= claims_.size();
    for (const std::vector<Location>& places : places_) {
      output.locations.push_back(places[number % places.size()]);
      number /= places.size();
    }
    for (Inst inst : function_.insts())
      output.first_location.push_back(function_.first_operand(inst));
    output.first_location.push_back(static_cast<std::uint32_t>(output.locations.size()));
    for (; edit_count != 0; --edit_count) {
      output.edits.push_back(edits_[number % edits_.size()]);
      number /= edits_.size();
    }
    return output;
  }

 private:
  // A pin's own register; for values all registers among the places.
  void add_remats(const Recipe& recipe, const Edit& edit, const std::vector<Location>& places,
                  std::uint32_t input) {
    if (input == recipe.input_count) return edits_.push_back(edit);
    Operand read = function_.inputs(recipe)[input];
    for (Location place : places) {
      if (!place.is_reg()) continue;
      Edit more = edit;
      more.inputs[input] = read.is_pin() ? read.preg() : place.as_reg();
      add_remats(recipe, more, places, input + 1);
      if (read.is_pin()) return;
    }
  }

  void add_claims(const std::vector<Location>& places) {
    claims_.push_back({});
    for (const DebugLabel& asked : function_.debug_labels) {
      for (Location place : places) {
        ProgPoint first = ProgPoint::before(asked.from), end = ProgPoint::before(asked.to);
        claims_.push_back({{asked.label, first, end, place}});
        for (ProgPoint point = first; point < end; point = point.next()) {
          claims_.push_back({{asked.label, point, point.next(), place}});
        }
      }
    }
  }

  FunctionView function_;
  std::vector<std::vector<Location>> places_;  // by operand
  std::vector<Edit> edits_;
  std::vector<std::vector<DebugLocation>> claims_;
  std::uint32_t frame_;
  std::vector<std::uint64_t> counts_;  // by number of edits
};

}  // namespace regproof::testing
