#include "checker/label_watch.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace regproof {
namespace {

bool by_label(const DebugLabel& a, const DebugLabel& b) {
  return a.label < b.label;
}
// What is reported first is the same every time.
bool by_all(const DebugLabel& a, const DebugLabel& b) {
  return std::tie(a.label, a.from, a.to, a.vreg) < std::tie(b.label, b.from, b.to, b.vreg);
}
bool begins_first(const LabelWatch::Claim& a, const LabelWatch::Claim& b) {
  return std::tie(a.from, a.name, a.to, a.location) < std::tie(b.from, b.name, b.to, b.location);
}
bool asked_first(const LabelWatch::Request& a, const LabelWatch::Request& b) {
  return std::tie(a.from, a.name, a.to, a.vreg) < std::tie(b.from, b.name, b.to, b.vreg);
}

}  // namespace

LabelWatch::LabelWatch(const FunctionView& function, const Output& output, std::size_t most_kept)
    : function_(function), output_(output), most_kept_(most_kept) {
  if (output.debug_locations.empty()) return;
  index_.assign(function.block_count(), 0);
  for (const DebugLabel& asked : function.debug_labels) {
    if (asked.vreg.value() < function.vreg_count()) asked_.push_back(asked);
  }
  std::sort(asked_.begin(), asked_.end(), by_all);
}

LabelWatch::OfBlock LabelWatch::look_up(Block block) const {
  ProgPoint first = ProgPoint::before(function_.insts(block).front());
  ProgPoint end = ProgPoint::before(function_.insts(block).back().next());
  auto touches = [&](ProgPoint from, ProgPoint to) {
    return from < end && to > first && from < to;
  };
  OfBlock found;
  std::vector<std::uint32_t> labels;
  for (const DebugLocation& given : output_.debug_locations) {
    if (!touches(given.from, given.to)) continue;
    found.claims.push_back({given.from, given.to, given.location, given.label});
    labels.push_back(given.label);
  }
  if (labels.empty()) return found;
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  found.names = labels.size();
  for (Claim& claim : found.claims) {
    auto name = std::lower_bound(labels.begin(), labels.end(), claim.label);
    claim.name = static_cast<std::uint32_t>(name - labels.begin());
  }
  for (std::uint32_t name = 0; name < labels.size(); ++name) {
    DebugLabel any;
    any.label = labels[name];
    auto [begin, end_of_label] = std::equal_range(asked_.begin(), asked_.end(), any, by_label);
    for (auto asked = begin; asked != end_of_label; ++asked) {
      ProgPoint from = ProgPoint::before(asked->from), to = ProgPoint::before(asked->to);
      if (touches(from, to)) found.requests.push_back({from, to, asked->vreg, name});
    }
  }
  std::sort(found.claims.begin(), found.claims.end(), begins_first);
  std::sort(found.requests.begin(), found.requests.end(), asked_first);
  return found;
}

void LabelWatch::enter(Block block) {
  claimed_.clear();
  if (index_.empty()) return;
  std::uint32_t& index = index_[block.value()];
  if (index == 0) {
    if (kept_count_ > most_kept_) {
      std::fill(index_.begin(), index_.end(), 0u);
      kept_.clear();
      kept_count_ = 0;
    }
    kept_.push_back(look_up(block));
    kept_count_ += kept_.back().claims.size() + kept_.back().requests.size();
    index = static_cast<std::uint32_t>(kept_.size());
  }
  current_ = index - 1;
  next_claim_ = next_request_ = 0;
  if (requested_.size() < of_block().names) requested_.resize(of_block().names);
  for (std::size_t name = 0; name < of_block().names; ++name) requested_[name].clear();
}

void LabelWatch::advance(ProgPoint point) {
  if (index_.empty()) return;
  point_ = point;
  const OfBlock& block = of_block();
  std::erase_if(claimed_, [&](std::uint32_t k) { return block.claims[k].to <= point; });
  for (; next_claim_ < block.claims.size() && block.claims[next_claim_].from <= point;
       ++next_claim_) {
    if (block.claims[next_claim_].to > point) {
      claimed_.push_back(static_cast<std::uint32_t>(next_claim_));
    }
  }
  for (; next_request_ < block.requests.size() && block.requests[next_request_].from <= point;
       ++next_request_) {
    requested_[block.requests[next_request_].name].push_back(
        static_cast<std::uint32_t>(next_request_));
  }
}

std::span<const VReg> LabelWatch::followed(const Claim& claim) {
  std::vector<std::uint32_t>& requested = requested_[claim.name];
  const std::vector<Request>& all = of_block().requests;
  std::erase_if(requested, [&](std::uint32_t k) { return all[k].to <= point_; });
  followed_.clear();
  for (std::uint32_t k : requested) followed_.push_back(all[k].vreg);
  return followed_;
}

}  // namespace regproof
