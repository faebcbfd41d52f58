// All answers to a tiny program: every operand in every one of a few places, every list of up to a few
// edits between these places at every point, in any order, and recipes of what the program marks. They
// are numbered, so that a part of them
// can be taken by stepping.
#pragma once

#include <cstdint>
#include <vector>

#include "ir/function.h"
#include "ir/output.h"

namespace regproof::testing {

class TinyOutputs {
 public:
  TinyOutputs(const FunctionView& function, std::vector<Location> operand_places,
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
      }
    }
    std::uint64_t count = 1;
    for (std::size_t i = 0; i < function.operand_array.size(); ++i) count *= places_.size();
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
    for (std::size_t i = 0; i < function_.operand_array.size(); ++i) {
      output.locations.push_back(places_[number % places_.size()]);
      number /= places_.size();
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
  FunctionView function_;
  std::vector<Location> places_;
  std::vector<Edit> edits_;
  std::uint32_t frame_;
  std::vector<std::uint64_t> counts_;  // by number of edits
};

}  // namespace regproof::testing
