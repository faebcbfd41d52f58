#include "fuzz_targets/reduce_input.h"

#include <algorithm>
#include <chrono>
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

// Names for the function, beside its own. Of `kProbed` it is asked whether the name matters at all: where three in four
// programs fail, as of two faults of docs/reducing.md, 4 would say in three runs of ten that it does not.
constexpr std::string_view kNames = "fabcdeghijklmnopqrstuvwxyz";
constexpr std::size_t kProbed = 12;
// What is left of a program's size where much has gone. Of five large programs three, with `reuse_hides_late_operands` of faults/, take 1 to 2
// s, the others 10 (`memory_to_memory_accepted`) and 47 (`slots_are_points`, 0.4 s for a run); with a half they take 1 to 3, 19 and 21 s, but
// where one name in 64 makes a program fail, as in tests/fuzz_targets/reduce_input_test.cpp, that is not enough.
constexpr double kMuchLeft = 0.75;

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
    WatchedQuestion::Answer answer = question_.ask(limit, [&] {
      silence_output();
      std::optional<Failure> failure = run_exactly(target_, bytes);
      return failure ? failure->message.substr(0, failure->message.find_first_of(":\n")) : "";
    });
    if (answer.words) return {*answer.words};
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
    Ended first = question_.ask(program_, limit_);
    if (first.failure.empty()) return std::nullopt;
    result_.insts_before = program_.function.view().inst_count();
    result_.failure = first.failure;
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
    all_stated_ = !added || (!is_added_to(stated) && question_.ask(stated, limit_) == how);
    if (all_stated_) program_ = std::move(stated);
  }

  Program smallest_hanging() {
    return smallest_that_hangs(
        limit_, [this](const auto& holds) { return smallest(holds); },
        [this](const Program& p, Milliseconds limit) { return question_.ask(p, limit).hangs; });
  }

  // A property may draw what it does from its bytes: then a program fails under one name, and not under the next. All
  // names cost as many runs, so they are tried where much goes at once, until nothing much does, and then for all.
  Program smallest_that_fails(const Ended& how) {
    if (!name_matters(how)) {
      return smallest([&](const Program& p) { return question_.ask(p, limit_) == how; });
    }
    program_ = smallest_under_a_name(how, kMuchLeft);
    return smallest_under_a_name(how, 1);
  }

  // Of candidates that have up to `left` of the size of the smallest so far all names are asked about, of others the one it has.
  Program smallest_under_a_name(const Ended& how, double left) {
    std::string name = program_.function.name;
    std::size_t size = size_of(program_);
    Program program = smallest([&](const Program& candidate) {
      bool all = static_cast<double>(size_of(candidate)) <= left * static_cast<double>(size);
      std::optional<std::string> found = name_that_fails(candidate, how, name, all);
      if (!found) return false;
      name = *found;
      size = size_of(candidate);
      return true;
    });
    program.function.name = name;
    return program;
  }

  // `first` or, if `all` are asked about, one of `kNames`.
  std::optional<std::string> name_that_fails(Program program, const Ended& how,
                                             const std::string& first, bool all) {
    program.function.name = first;
    if (question_.ask(program, limit_) == how) return first;
    if (!all) return std::nullopt;
    for (char letter : kNames) {
      if (stopped_ && stopped_()) return std::nullopt;
      program.function.name = letter;
      if (program.function.name != first && question_.ask(program, limit_) == how) {
        return program.function.name;
      }
    }
    return std::nullopt;
  }

  static std::size_t size_of(const Program& program) {
    return size_of_program(program.function.view(), program.machine);
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
