// The claims of an answer's debug locations, and what the program's debug labels follow, point by point: a sweep through
// one block after another. What the interpreter sees labels through. An answer may claim anything.
//
// Cost: a block that was not swept of late costs one test per claim of the function and per request for the
// labels that are claimed in it, and sorting what touches it. A point then costs the claims at it, and the requests there for their
// labels.
//
// Tested by tests/checker/label_watch_test.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ir/function.h"
#include "ir/output.h"

namespace regproof {

class LabelWatch {
 public:
  struct Claim {
    ProgPoint from, to;
    Location location;
    std::uint32_t label = 0;
    std::uint32_t name = 0;  // the label's place among those that are claimed in the block
  };
  struct Request {
    ProgPoint from, to;
    VReg vreg;
    std::uint32_t name = 0;
  };

  static constexpr std::size_t kMostKept = std::size_t{1} << 20;

  // Both outlive the watch. What was looked up for blocks is kept until it is more than `most_kept` claims and requests.
  LabelWatch(const FunctionView& function, const Output& output, std::size_t most_kept = kMostKept);

  void enter(Block block);
  // To a point of the block, not ahead of the one before.
  void advance(ProgPoint point);
  // Places in `claim` of those at the point.
  std::span<const std::uint32_t> claims() const { return claimed_; }
  const Claim& claim(std::uint32_t k) const { return of_block().claims[k]; }
  // What the label of a claim follows at the point: in no order, possibly repeated.
  std::span<const VReg> followed(const Claim& claim);

 private:
  // What touches a block, by first point.
  struct OfBlock {
    std::vector<Claim> claims;
    std::vector<Request> requests;
    std::size_t names = 0;
  };

  OfBlock look_up(Block block) const;
  const OfBlock& of_block() const { return kept_[current_]; }

  const FunctionView& function_;
  const Output& output_;
  std::vector<DebugLabel> asked_;     // by label
  std::vector<std::uint32_t> index_;  // by block: place in kept_ plus 1, or 0
  std::vector<OfBlock> kept_;
  std::size_t kept_count_ = 0;  // of claims and requests
  std::size_t most_kept_;

  std::size_t current_ = 0;
  ProgPoint point_;
  std::size_t next_claim_ = 0, next_request_ = 0;
  std::vector<std::uint32_t> claimed_;
  std::vector<std::vector<std::uint32_t>> requested_;  // by name, ended ones among them
  std::vector<VReg> followed_;                         // scratch
};

}  // namespace regproof
