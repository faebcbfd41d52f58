#include "sabotage/score.h"

namespace regproof::sabotage {

void WayScore::add(const Way& way, const Classified& classified) {
  ++made;
  value += classified.effect == Effect::Value;
  contract += classified.effect == Effect::Contract;
  found += classified.visible() && classified.refused();
  accepted += classified.is_hole();
  expected += classified.visible() && classified.rules().meets(way.rules);
  harmless += classified.effect == Effect::Harmless;
  unseen += classified.effect == Effect::Unseen;
  undecided += classified.effect == Effect::Undecided;
  disputed += classified.is_disputed();
}

void WayScore::add(const WayScore& other) {
  made += other.made;
  value += other.value;
  contract += other.contract;
  found += other.found;
  accepted += other.accepted;
  expected += other.expected;
  harmless += other.harmless;
  unseen += other.unseen;
  undecided += other.undecided;
  disputed += other.disputed;
}

void Score::add(std::size_t way, const Classified& classified) {
  ways_[way].add(all_ways()[way], classified);
  if (!classified.visible()) return;
  RuleSet rules = classified.rules();
  for (std::size_t r = 0; r < kRules; ++r) {
    auto rule = static_cast<FindingKind>(r);
    rules_[r].found += rules.contains(rule);
    rules_[r].alone += rules.is_only(rule);
    alone_[way][r] += rules.is_only(rule);
  }
}

void Score::add(const Score& other) {
  for (std::size_t w = 0; w < ways_.size(); ++w) {
    ways_[w].add(other.ways_[w]);
    for (std::size_t r = 0; r < kRules; ++r) alone_[w][r] += other.alone_[w][r];
  }
  for (std::size_t r = 0; r < kRules; ++r) {
    rules_[r].found += other.rules_[r].found;
    rules_[r].alone += other.rules_[r].alone;
  }
  sound_ += other.sound_;
  refused_ += other.refused_;
}

WayScore Score::total() const {
  WayScore sum;
  for (const WayScore& way : ways_) sum.add(way);
  return sum;
}

bool Score::clean() const {
  WayScore sum = total();
  return sum.accepted == 0 && sum.disputed == 0 && refused_ == 0;
}

}  // namespace regproof::sabotage
