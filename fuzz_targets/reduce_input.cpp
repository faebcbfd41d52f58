#include "fuzz_targets/reduce_input.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "fuzz_targets/guarded_property.h"
#include "fuzz_targets/smallest_that_hangs.h"
#include "fuzz_targets/watched_run.h"
#include "ssagen/reduce.h"

namespace regproof {
namespace {

using Milliseconds = std::chrono::milliseconds;

// Names for the function, beside its own. Of `kProbed` it is asked how often the name makes a difference.
constexpr std::string_view kNames = "fabcdeghijklmnopqrstuvwxyz";
constexpr std::size_t kProbed = 12;
// What is left of a program's size where much has gone, and of how many failures one may be missed there, if candidates fail as often as
// the program does: `slots_are_points` of faults/, where four in five names fail and a run takes 0.4 s, needs 20 s of a processor, 40 with
// all names; `memory_to_memory_accepted` 12 and 7. With half the size where one name in 64 fails, the test of
// tests/fuzz_targets/reduce_input_test.cpp has 511 instructions left after 20,000 questions, where three quarters leave 4 in fewer.
constexpr double kMuchLeft = 0.75;
constexpr double kMissed = 0.05;

struct Ended {
  std::optional<std::string> failure;  // none if the property holds
  bool hangs = false;

  bool operator==(const Ended&) const = default;
};

// How the property ends on programs.
class Question {
 public:
  explicit Question(const Target& target) : target_(target) {}

  // Let go once `stopped` says so, and then like no other.
  Ended ask(const Program& program, Milliseconds limit, const std::function<bool()>& stopped) {
    std::vector<std::uint8_t> bytes = encode(program.function.view(), program.machine);
    auto way_of_failing = [&]() -> std::string {
      silence_output();
      std::optional<Failure> failure = run_exactly(target_, bytes);
      if (!failure) return "";
      return "!" + failure->message.substr(0, failure->message.find_first_of(":\n"));
    };
    WatchedQuestion::Answer answer = question_.ask(limit, way_of_failing, stopped);
    if (answer.words && answer.words->empty()) return {};
    if (answer.words) return {answer.words->substr(1)};
    return {answer.ending.text(), answer.ending.kind == Ending::Kind::Hang};
  }

 private:
  const Target& target_;
  WatchedQuestion question_;
};

class InputReducer {
 public:
  InputReducer(const Target& target, Program program, unsigned seconds_per_input,
               const std::function<bool()>& stopped)
      : question_(target),
        target_(target),
        program_(std::move(program)),
        limit_(std::chrono::seconds(seconds_per_input)),
        stopped_(stopped) {}

  std::optional<ReducedInput> run() {
    Ended first = question_.ask(program_, limit_, {});
    if (!first.failure) return std::nullopt;
    result_.insts_before = program_.function.view().inst_count();
    result_.failure = *first.failure;
    state_what_is_added(first);
    result_.program = first.hangs ? smallest_hanging() : smallest_that_fails(first);
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
    all_stated_ = !added || (!is_added_to(stated) && ends(stated, how));
    if (all_stated_) program_ = std::move(stated);
  }

  bool ends(const Program& program, const Ended& how) {
    return question_.ask(program, limit_, stopped_) == how;
  }

  Program smallest_hanging() {
    HangingProgram found = smallest_that_hangs(
        limit_, [this](const Holds& holds) { return smallest(holds); },
        [this](const Program& p, Milliseconds limit) {
          return question_.ask(p, limit, stopped_).hangs;
        },
        stopped_);
    result_.failure = Ending{Ending::Kind::Hang, static_cast<int>(found.waited.count())}.text();
    return std::move(found.program);
  }

  // A property may draw what it does from its bytes: then a program fails under one name, and not under the next. All
  // names cost as many runs, so as many as are needed are tried where much goes at once, until nothing much does, and then all for all.
  Program smallest_that_fails(const Ended& how) {
    double share = share_of_names(how);
    if (share == 1) {
      return smallest([&](const Program& p) { return ends(p, how); });
    }
    program_ = smallest_under_a_name(how, kMuchLeft, names_needed(share));
    return smallest_under_a_name(how, 1, kNames.size());
  }

  // Of candidates that have up to `left` of the size of the smallest so far so many other names are asked about, of others the one
  // it has.
  Program smallest_under_a_name(const Ended& how, double left, std::size_t names) {
    std::string name = program_.function.name;
    std::size_t size = size_of(program_);
    Program program = smallest([&](const Program& candidate) {
      bool much = static_cast<double>(size_of(candidate)) <= left * static_cast<double>(size);
      std::optional<std::string> found = name_that_fails(candidate, how, name, much ? names : 0);
      if (!found) return false;
      name = *found;
      size = size_of(candidate);
      return true;
    });
    program.function.name = name;
    return program;
  }

  // `first` or one of so many others.
  std::optional<std::string> name_that_fails(Program program, const Ended& how,
                                             const std::string& first, std::size_t others) {
    program.function.name = first;
    if (ends(program, how)) return first;
    for (char letter : kNames) {
      program.function.name = letter;
      if (program.function.name == first) continue;
      if (others-- == 0 || (stopped_ && stopped_())) break;
      if (ends(program, how)) return program.function.name;
    }
    return std::nullopt;
  }

  static std::size_t size_of(const Program& program) {
    return size_of_program(program.function.view(), program.machine);
  }

  // Under what part of other names the program fails.
  double share_of_names(const Ended& how) {
    Program renamed = program_;
    double fails = 0, asked = 0;
    for (char letter : kNames.substr(0, kProbed)) {
      renamed.function.name = letter;
      if (renamed.function.name == program_.function.name) continue;
      fails += ends(renamed, how) ? 1 : 0;
      ++asked;
    }
    return fails / asked;
  }

  static std::size_t names_needed(double share) {
    if (share == 0) return kNames.size();
    double needed = std::ceil(std::log(kMissed) / std::log(1 - share));
    return static_cast<std::size_t>(std::min(needed, double{kNames.size()}));
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
