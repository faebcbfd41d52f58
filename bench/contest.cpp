// See contest.h. Entrants hold what one function gathers on its way; the peer's answers come as text
// and are read by the reader that reads everyone's.
#include "bench/contest.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "bench/clock.h"
#include "checker/judge.h"
#include "ir/cfg.h"
#include "ir/text.h"
#include "ir/validate.h"

namespace regproof::bench {

Figures& Figures::operator+=(const Figures& other) {
  cost += other.cost;
  seconds += other.seconds;
  return *this;
}

namespace {

// A function on its way through the contest.
struct Entrant {
  FunctionText text;
  std::optional<Output> ours;
  std::optional<Output> theirs;
  std::string our_refusal;
  std::string their_refusal;
  std::vector<double> our_seconds;
  std::vector<double> their_seconds;
};

Result<std::vector<Entrant>, ContestError> read_entrants(const std::string& path) {
  std::optional<std::string> text = read_whole_file(path);
  if (!text) return ContestError{path + ": cannot be read"};
  FunctionReader reader(path, *text);
  std::vector<Entrant> entrants;
  for (;;) {
    Result<std::optional<FunctionText>, TextError> item = reader.next();
    if (!item) return ContestError{item.error().text()};
    if (!item->has_value()) break;
    const FunctionText& function = **item;
    if (!validate(function.function.view(), function.machine).empty()) {
      return ContestError{fmt::format("{}: \"{}\" is not legal: see `regproof validate`", path,
                                      function.function.name)};
    }
    Entrant entrant;
    entrant.text = std::move(**item);
    entrants.push_back(std::move(entrant));
  }
  if (entrants.empty()) return ContestError{path + ": no function in this file"};
  return entrants;
}

// Returns the seconds of the pass.
double our_pass(std::vector<Entrant>& entrants, AllocatorContext& context) {
  clock_seconds();  // so that the first function does not pay for the measuring
  double total = 0;
  for (Entrant& entrant : entrants) {
    FunctionView view = entrant.text.function.view();
    double start = processor_seconds();
    Result<Output, AllocError> answer = allocate(view, entrant.text.machine, {}, context);
    double seconds = processor_seconds_since(start);
    entrant.our_seconds.push_back(seconds);
    total += seconds;
    if (!answer) {
      entrant.our_refusal = answer.error().message;
    } else if (!entrant.ours) {
      entrant.ours = std::move(*answer);
    }
  }
  return total;
}

Result<double, ContestError> their_pass(std::vector<Entrant>& entrants, Peer& peer) {
  Result<std::vector<PeerTime>, PeerError> times = peer.pass();
  if (!times) return ContestError{times.error().message};
  if (times->size() != entrants.size()) {
    return ContestError{
        fmt::format("the peer sees {} functions where we see {}", times->size(), entrants.size())};
  }
  double total = 0;
  for (PeerTime& time : *times) {
    Entrant& entrant = entrants[time.function];
    entrant.their_refusal = std::move(time.refusal);
    entrant.their_seconds.push_back(time.seconds);
    total += time.seconds;
  }
  return total;
}

Result<bool, ContestError> read_their_answers(std::vector<Entrant>& entrants, Peer& peer) {
  Result<std::string, PeerError> text = peer.answers();
  if (!text) return ContestError{text.error().message};
  std::unordered_map<std::string, Entrant*> by_name;
  for (Entrant& entrant : entrants) by_name[entrant.text.function.name] = &entrant;
  AllocationReader reader("the peer's answers", *text);
  for (;;) {
    Result<std::optional<AllocationText>, TextError> item = reader.next();
    if (!item) return ContestError{item.error().text()};
    if (!item->has_value()) return true;
    auto found = by_name.find((**item).name);
    if (found == by_name.end()) continue;
    Result<Output, TextError> output =
        to_output(**item, "the peer's answers", found->second->text.function.view());
    if (!output) return ContestError{output.error().text()};
    found->second->theirs = std::move(*output);
  }
}

// Warms up, then takes turns until both sides have enough passes.
Result<bool, ContestError> take_turns(std::vector<Entrant>& entrants, Peer* peer,
                                      AllocatorContext& context, const ContestOptions& options) {
  double fastest = 0;
  unsigned passes = options.repeats;
  for (unsigned pass = 0; pass <= passes; ++pass) {
    double ours = our_pass(entrants, context);
    double theirs = ours;
    if (peer != nullptr) {
      Result<double, ContestError> seconds = their_pass(entrants, *peer);
      if (!seconds) return seconds.error();
      theirs = *seconds;
    }
    if (pass > 0) continue;
    fastest = std::max(std::min(ours, theirs), 1e-9);
    double wanted = std::min(options.least_seconds / fastest, 5.0 * options.repeats);
    passes = std::max(passes, static_cast<unsigned>(wanted));
    for (Entrant& entrant : entrants) {
      entrant.our_seconds.clear();
      entrant.their_seconds.clear();
    }
  }
  return true;
}

Figures figures_of(const Entrant& entrant, const Cfg& cfg, const std::optional<Output>& answer,
                   std::vector<double> seconds) {
  Figures figures;
  if (!answer) return figures;
  figures.cost = cost_of(entrant.text.function.view(), entrant.text.machine, cfg, *answer);
  figures.seconds = median(std::move(seconds));
  return figures;
}

// What the judges find first, or nothing.
std::optional<std::string> wrong_in(const Entrant& entrant, const std::optional<Output>& answer) {
  if (!answer) return std::nullopt;
  Verdict verdict = judge_output(entrant.text.function.view(), entrant.text.machine, *answer);
  if (verdict.proven()) return std::nullopt;
  return fmt::format("{} ({} findings)", verdict.findings.front().message, verdict.findings.size());
}

void count(Entrant& entrant, bool with_peer, Contest& contest) {
  FunctionView view = entrant.text.function.view();
  auto say = [&](std::vector<std::string>& list, const char* what, const std::string& why) {
    list.push_back(fmt::format("{}: \"{}\": {}: {}", contest.file, view.name, what, why));
  };
  if (std::optional<std::string> wrong = wrong_in(entrant, entrant.ours)) {
    say(contest.faults, "our answer is wrong", *wrong);
  }
  if (std::optional<std::string> wrong = wrong_in(entrant, entrant.theirs)) {
    say(contest.notes, "the peer's answer is wrong", *wrong);
  }
  if (!entrant.ours) {
    say(entrant.theirs ? contest.faults : contest.notes, "left out, we refused",
        entrant.our_refusal);
  }
  if (with_peer && !entrant.theirs) {
    say(contest.notes, "left out, the peer refused", entrant.their_refusal);
  }
  if (!entrant.ours || (with_peer && !entrant.theirs)) {
    ++contest.left_out;
    return;
  }
  Cfg cfg = analyze_cfg(view);
  contest.functions.push_back(
      {contest.file, std::string(view.name), view.inst_count(),
       figures_of(entrant, cfg, entrant.ours, std::move(entrant.our_seconds)),
       figures_of(entrant, cfg, entrant.theirs, std::move(entrant.their_seconds))});
}

Result<bool, ContestError> ask_peer(const std::vector<Entrant>& entrants, Peer& peer,
                                    Contest& contest) {
  std::string text;
  for (const Entrant& entrant : entrants) {
    if (entrant.ours) print_allocation(entrant.text.function.view(), *entrant.ours, text);
  }
  Result<std::vector<PeerOpinion>, PeerError> opinions = peer.check(text);
  if (!opinions) return ContestError{opinions.error().message};
  for (const PeerOpinion& opinion : *opinions) {
    if (opinion.kind == PeerOpinion::Kind::Accepted) {
      ++contest.accepted_by_peer;
    } else if (opinion.kind == PeerOpinion::Kind::Silent) {
      ++contest.not_judged_by_peer;
    } else {
      contest.faults.push_back(
          fmt::format("{}: \"{}\": the peer's checker on our answer: {}", contest.file,
                      entrants[opinion.function].text.function.name, opinion.message));
    }
  }
  return true;
}

}  // namespace

Result<Contest, ContestError> hold_contest(const std::string& path, Peer* peer,
                                           AllocatorContext& context,
                                           const ContestOptions& options) {
  Result<std::vector<Entrant>, ContestError> entrants = read_entrants(path);
  if (!entrants) return entrants.error();
  if (peer != nullptr) {
    Result<bool, PeerError> loaded = peer->load(path);
    if (!loaded) return ContestError{loaded.error().message};
  }
  Result<bool, ContestError> held = take_turns(*entrants, peer, context, options);
  if (held && peer != nullptr) held = read_their_answers(*entrants, *peer);
  Contest contest;
  contest.file = path;
  if (held && peer != nullptr && options.peer_checks) held = ask_peer(*entrants, *peer, contest);
  if (!held) return ContestError{fmt::format("{}: {}", path, held.error().message)};
  for (Entrant& entrant : *entrants) count(entrant, peer != nullptr, contest);
  return contest;
}

}  // namespace regproof::bench
