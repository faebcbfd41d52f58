// The score of the checker: what became of many breaks, way by way and rule by rule.
//
// Rules are the checker's kinds of finding. A rule switched off is a rule whose findings are not
// counted: what only this rule finds would then be accepted. A rule that no break needs is dead.
//
// Tested by tests/sabotage/sabotage_test.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "checker/verdict.h"
#include "sabotage/classify.h"
#include "sabotage/ways.h"

namespace regproof::sabotage {

struct WayScore {
  std::uint64_t made = 0;
  std::uint64_t value = 0;      // visible on a path
  std::uint64_t contract = 0;   // else: against the contract
  std::uint64_t found = 0;      // of the visible ones, by the checker
  std::uint64_t accepted = 0;   // of the visible ones: holes
  std::uint64_t expected = 0;   // of the found ones: by a rule that the way names
  std::uint64_t harmless = 0;   // and accepted
  std::uint64_t unseen = 0;     // refused for values, not shown by any path
  std::uint64_t undecided = 0;  // accepted, no path came there
  std::uint64_t disputed = 0;   // refused by a rule of the contract that its restatement denies

  std::uint64_t visible() const { return value + contract; }
  void add(const Way& way, const Classified& classified);
  void add(const WayScore& other);
};

struct RuleScore {
  std::uint64_t found = 0;  // visible breaks that the rule finds
  std::uint64_t alone = 0;  // of those: that no other rule finds
};

class Score {
 public:
  static constexpr std::size_t kRules = static_cast<std::size_t>(FindingKind::DebugWrongValue) + 1;

  Score() : ways_(all_ways().size()), alone_(all_ways().size()) {}

  // `way` is a place in `all_ways`.
  void add(std::size_t way, const Classified& classified);
  void add(const Score& other);
  // A sound answer was judged.
  void add_sound(bool refused) {
    ++sound_;
    refused_ += refused;
  }

  const std::vector<WayScore>& ways() const { return ways_; }
  const RuleScore& rule(FindingKind kind) const { return rules_[static_cast<std::size_t>(kind)]; }
  // Visible breaks of the way that the rule alone finds.
  std::uint64_t alone(std::size_t way, FindingKind kind) const {
    return alone_[way][static_cast<std::size_t>(kind)];
  }
  WayScore total() const;
  std::uint64_t sound() const { return sound_; }
  std::uint64_t refused() const { return refused_; }
  // No hole, no dispute, no sound answer refused.
  bool clean() const;

 private:
  std::vector<WayScore> ways_;
  std::array<RuleScore, kRules> rules_{};
  std::vector<std::array<std::uint64_t, kRules>> alone_;  // by way
  std::uint64_t sound_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace regproof::sabotage
