#include "fuzz_targets/reduce_input.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "fuzz_targets/watched_run.h"
#include "ssagen/reduce.h"

namespace regproof {
namespace {

using Milliseconds = std::chrono::milliseconds;

// Names for the function, beside its own. Of `kProbed` it is asked whether the name matters at all.
constexpr std::string_view kNames = "fabcdeghijklmnopqrstuvwxyz";
constexpr std::size_t kProbed = 4;
// A hang is looked for with this part of its time first, then with `kLonger` times as much.
constexpr int kShortest = 16;
constexpr int kLonger = 4;

struct Ended {
  std::string failure;  // empty if the property holds
  bool hangs = false;

  bool operator==(const Ended&) const = default;
};

// How the property ends on programs.
class Question {
 public:
  explicit Question(const Target& target) : target_(target) {}

  Ended ask(const Program& program, Milliseconds limit) {
    std::vector<std::uint8_t> bytes = encode(program.function.view(), program.machine);
    std::uint64_t before = slate_->begun();
    Ending ending = run_watched(*slate_, limit, [&] {
      silence_output();
      std::optional<Failure> failure = target_.property(bytes);
      if (!failure) return 0;
      // The parent reads the words from the slate.
      std::string words = failure->message.substr(0, failure->message.find_first_of(":\n"));
      slate_->begin({reinterpret_cast<const std::uint8_t*>(words.data()), words.size()});
      return 1;
    });
    if (ending.good()) return {};
    if (ending.kind == Ending::Kind::Hang) return {ending.text(), true};
    // A sanitizer ends a process with the status that says that the property failed.
    if (ending.kind != Ending::Kind::Exit || slate_->begun() == before) return {ending.text()};
    std::vector<std::uint8_t> words = slate_->last_input();
    return {{words.begin(), words.end()}};
  }

 private:
  const Target& target_;
  std::shared_ptr<Slate> slate_ = make_shared_slate();
};

class InputReducer {
 public:
  InputReducer(const Target& target, Program program, unsigned seconds_per_input,
               const std::function<bool()>& stopped)
      : question_(target),
        target_(target),
        program_(std::move(program)),
        limit_(seconds_per_input * 1000),
        stopped_(stopped) {}

  std::optional<ReducedInput> run() {
    Ended first = question_.ask(program_, limit_);
    if (first.failure.empty()) return std::nullopt;
    result_.insts_before = program_.function.view().inst_count();
    result_.failure = first.failure;
    state_what_is_added(first);
    result_.program = first.hangs ? smallest_that_hangs() : smallest_that_fails(first);
    return std::move(result_);
  }

 private:
  Program smallest(const std::function<bool(const Program&)>& holds) {
    std::uint64_t before = result_.asked;
    ReduceOptions options;
    options.progress = [&](const ReduceProgress& p) { result_.asked = before + p.asked; };
    options.stopped = stopped_;
    return reduce(
        program_, [&](const Program& p) { return (!all_stated_ || !is_added_to(p)) && holds(p); },
        options);
  }

  bool is_added_to(Program program) const {
    return target_.add_to != nullptr && target_.add_to(program.function);
  }

  // What is added depends on the numbers of values and instructions, which change as things go; so a program that says it all itself
  // is made smaller, and others are none of the smaller ones: nor where nothing was added to begin with.
  void state_what_is_added(const Ended& how) {
    if (target_.add_to == nullptr) return;
    Program stated = program_;
    bool added = target_.add_to(stated.function);
    all_stated_ = !added || (!is_added_to(stated) && question_.ask(stated, limit_) == how);
    if (all_stated_) program_ = std::move(stated);
  }

  // Waiting is what a hang costs, so it is waited for less, as long as what is found then does not end in the whole
  // time either.
  Program smallest_that_hangs() {
    for (Milliseconds limit = limit_ / kShortest;; limit = std::min(limit * kLonger, limit_)) {
      Program program = smallest([&](const Program& p) { return question_.ask(p, limit).hangs; });
      if (limit == limit_ || question_.ask(program, limit_).hangs) return program;
    }
  }

  // A property may draw what it does from its bytes: then a program fails under one name, and not under the next. So once
  // nothing can go under the program's own name, all are tried.
  Program smallest_that_fails(const Ended& how) {
    std::string name = program_.function.name;
    auto fails = [&](const Program& p) { return question_.ask(p, limit_) == how; };
    bool drawn = name_matters(how);
    program_ = smallest([&](const Program& candidate) {
      bool as_it_was = fails(candidate);
      if (as_it_was) name = candidate.function.name;
      return as_it_was;
    });
    if (!drawn) return std::move(program_);
    Program program = smallest([&](const Program& candidate) {
      Program renamed = candidate;
      std::string last = name;
      for (std::size_t k = 0; k <= kNames.size(); ++k) {
        if (k > 0 && stopped_ && stopped_()) return false;
        renamed.function.name = k == 0 ? last : std::string(1, kNames[k - 1]);
        if (k > 0 && renamed.function.name == last) continue;
        if (!fails(renamed)) continue;
        name = renamed.function.name;
        return true;
      }
      return false;
    });
    program.function.name = name;
    return program;
  }

  bool name_matters(const Ended& how) {
    Program renamed = program_;
    for (std::size_t k = 0; k < kProbed; ++k) {
      renamed.function.name = kNames[k];
      if (question_.ask(renamed, limit_) != how) return true;
    }
    return false;
  }

  Question question_;
  const Target& target_;
  Program program_;
  bool all_stated_ = false;
  Milliseconds limit_;
  std::function<bool()> stopped_;
  ReducedInput result_;
};

}  // namespace

std::optional<ReducedInput> reduce_input(const Target& target, std::span<const std::uint8_t> input,
                                         unsigned seconds_per_input,
                                         const std::function<bool()>& stopped) {
  Program program =
      target.input == InputKind::UnloosenedProgram ? decode_unloosened(input) : decode(input);
  return InputReducer(target, std::move(program), seconds_per_input, stopped).run();
}

}  // namespace regproof
