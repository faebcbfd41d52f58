// Breaks sound answers again and again, in one way after another, and keeps the score.
//
// Deterministic: a function of the seed and of what is handed over, in its order.
//
// Tested by tests/sabotage/sabotage_test.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "checker/path_chooser.h"
#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"
#include "sabotage/classify.h"
#include "sabotage/score.h"
#include "sabotage/ways.h"

namespace regproof::sabotage {

struct CampaignOptions {
  std::uint32_t breaks = 100;     // of each answer
  std::uint32_t sound_paths = 0;  // on which each sound answer is run, too
  const Way* only = nullptr;      // this way alone; null: any of them
  Effort effort;
};

class Campaign {
 public:
  // What a caller may want to show: asked for each break before the text is made.
  struct Observer {
    std::function<bool(const Way&, const Classified&)> wants;
    std::function<void(const std::string&)> show;
  };

  Campaign(std::uint64_t seed, const CampaignOptions& options, Observer observer)
      : options_(options), observer_(std::move(observer)), random_(seed) {}

  // Judges the sound answer, then breaks it. One that is refused is shown and not broken.
  void run(const FunctionView& function, const Machine& machine, const Output& sound);

  const Score& score() const { return score_; }

 private:
  void break_once(const FunctionView& function, const Machine& machine, const Output& sound);
  // What the next way that applies makes of the answer.
  std::optional<Output> next_break(const FunctionView& function, const Machine& machine,
                                   const Output& sound);

  CampaignOptions options_;
  Observer observer_;
  RandomStream random_;
  std::size_t way_ = 0;  // in all_ways: the one that was tried last
  Score score_;
};

}  // namespace regproof::sabotage
