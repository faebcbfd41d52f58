// AFL++'s face of ssagen/mutate.h: a shared library that afl-fuzz loads itself
// (AFL_CUSTOM_MUTATOR_LIBRARY), so it is built without instrumentation (preset `mutator`). Its functions
// are those of AFL++'s custom mutator API. AFL++ goes on mutating bytes beside it, unless
// AFL_CUSTOM_MUTATOR_ONLY says otherwise; every fourth call crosses with the other input that it is given.
// A call makes up to eight steps in a row.
//
// Trimming goes along the dimensions of the reducer (ssagen/reduce_dimensions.h): each step simplifies a run
// of things of the program, and stays if the engine sees the same path. All things of each dimension are
// tried first, then halves of each, and so on, as long as the steps last: one for each 8 bytes of the input.
// An input that means a program many times its size, as choices may, is left as it is.
//
// REGPROOF_UNLOOSENED in the environment: inputs are read as those of the target `feasible` are.
//
// Tested by tests/fuzz_targets/mutator_afl_test.cpp.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <utility>
#include <vector>

#include "ssagen/mutate.h"
#include "ssagen/reduce_dimensions.h"
#include "ssagen/ssagen.h"

namespace {

using namespace regproof;
using Bytes = std::vector<std::uint8_t>;

// Afl-fuzz gives each step of a trim about a second; the most keep one input below a minute, the fewest
// let each dimension that matters have its turn.
constexpr std::size_t kBytesPerTrimStep = 8;
constexpr std::size_t kFewestTrimSteps = 8;
constexpr std::size_t kMostTrimSteps = 400;
// Candidates of one step that turn out longer than what there is, and are not shown to the engine.
constexpr std::size_t kMostSkipped = 16;
// Tokens of the program, in lengths of the input, beyond which none of its candidates would be shorter.
constexpr std::size_t kHopeless = 4;
// Afl-fuzz goes on with one parent for some hundred calls, so what it gets at a time is 1, 2, 4 or 8 steps away from it, as in
// its own havoc stage. Of five faults the median of executions with the mutator went from 785 to 342.
constexpr std::size_t kStackings = 4;

// One input on its way to a smaller one.
class Trimming {
 public:
  // The number of steps that it will take at most.
  std::size_t begin(std::span<const std::uint8_t> input, Reading reading) {
    reading_ = reading;
    kept_.assign(input.begin(), input.end());
    Program program = read();
    sketch_ = sketch_of(program.function.view(), program.machine);
    runs_.assign(reduce_dimensions().size(), SIZE_MAX);
    dimension_ = runs_.size() - 1;
    end_ = steps_ = 0;
    most_steps_ = std::clamp(input.size() / kBytesPerTrimStep, kFewestTrimSteps, kMostTrimSteps);
    std::size_t tokens = encode(program.function.view(), program.machine).size();
    return tokens > kHopeless * input.size() || !find_run() ? 0 : most_steps_;
  }

  const Bytes& candidate() {
    candidate_ = kept_;
    smaller_ = false;
    for (std::size_t tries = 0; tries < kMostSkipped && find_run(); ++tries) {
      Bytes bytes = without_run();
      smaller_ = bytes.size() < kept_.size();
      if (smaller_) {
        candidate_ = std::move(bytes);
        break;
      }
      end_ = run_begin();
    }
    return candidate_;
  }

  // The number of the step that follows.
  std::size_t end_step(bool same_path) {
    ++steps_;
    if (smaller_) end_ = run_begin();
    if (smaller_ && same_path) {
      kept_ = candidate_;
      Program program = read();
      sketch_ = sketch_of(program.function.view(), program.machine);
      end_ = std::min(end_, reduce_dimensions()[dimension_].count(sketch_));
    }
    return find_run() ? std::min(steps_, most_steps_) : most_steps_;
  }

 private:
  Program read() const {
    return reading_ == Reading::Feasible ? decode(kept_) : decode_unloosened(kept_);
  }

  // Moves on to the next dimension where this one has nothing left for now; false where none has.
  bool find_run() {
    for (std::size_t idle = 0; end_ == 0; ++idle) {
      if (idle == runs_.size()) return false;
      dimension_ = (dimension_ + 1) % runs_.size();
      std::size_t count = reduce_dimensions()[dimension_].count(sketch_);
      run_ = std::min(runs_[dimension_], count);
      runs_[dimension_] = run_ / 2;
      if (run_ != 0) end_ = count;
    }
    return true;
  }
  std::size_t run_begin() const { return end_ - std::min(run_, end_); }

  Bytes without_run() const {
    Sketch tried = sketch_;
    for (std::size_t k = end_; k > run_begin(); --k) {
      reduce_dimensions()[dimension_].simplify(tried, k - 1);
    }
    Program program = finish(tried, reading_ == Reading::Feasible);
    return encode(program.function.view(), program.machine);
  }

  Reading reading_ = Reading::Feasible;
  Bytes kept_;
  Bytes candidate_;
  Sketch sketch_;                  // of what is kept
  std::vector<std::size_t> runs_;  // by dimension: how many things at once, next time; 0 is the end
  std::size_t dimension_ = 0;
  std::size_t run_ = 0;
  std::size_t end_ = 0;  // of the run that is tried; those behind it were
  std::size_t steps_ = 0;
  std::size_t most_steps_ = 0;
  bool smaller_ = false;
};

struct Mutator {
  std::uint64_t seed = 0;
  Reading reading = Reading::Feasible;
  Bytes out;
  Trimming trimming;
};

}  // namespace

extern "C" {

void* afl_custom_init(void* afl, unsigned int seed) {
  (void)afl;
  auto* mutator = new Mutator;
  mutator->seed = std::uint64_t{seed} << 32;
  if (std::getenv("REGPROOF_UNLOOSENED") != nullptr) mutator->reading = Reading::Unloosened;
  return mutator;
}

void afl_custom_deinit(void* data) {
  delete static_cast<Mutator*>(data);
}

std::size_t afl_custom_fuzz(void* data, std::uint8_t* buffer, std::size_t size, std::uint8_t** out,
                            std::uint8_t* other, std::size_t other_size, std::size_t max_size) {
  auto& mutator = *static_cast<Mutator*>(data);
  std::uint64_t seed = mutator.seed++;
  std::size_t most = std::max<std::size_t>(max_size, 1);
  bool two = other != nullptr && other_size > 0 && seed % 4 == 3;
  mutator.out = two ? cross({buffer, size}, {other, other_size}, seed, most, mutator.reading)
                    : mutate({buffer, size}, seed, most, mutator.reading);
  for (std::size_t more = (std::size_t{1} << (seed / 4 % kStackings)) - 1; more > 0; --more) {
    mutator.out = mutate(mutator.out, mutator.seed++, most, mutator.reading);
  }
  *out = mutator.out.data();
  return std::min(mutator.out.size(), max_size);
}

std::int32_t afl_custom_init_trim(void* data, std::uint8_t* buffer, std::size_t size) {
  auto& mutator = *static_cast<Mutator*>(data);
  return static_cast<std::int32_t>(mutator.trimming.begin({buffer, size}, mutator.reading));
}

std::size_t afl_custom_trim(void* data, std::uint8_t** out) {
  auto& mutator = *static_cast<Mutator*>(data);
  mutator.out = mutator.trimming.candidate();
  *out = mutator.out.data();
  return mutator.out.size();
}

std::int32_t afl_custom_post_trim(void* data, unsigned char success) {
  auto& mutator = *static_cast<Mutator*>(data);
  return static_cast<std::int32_t>(mutator.trimming.end_step(success != 0));
}

}  // extern "C"
