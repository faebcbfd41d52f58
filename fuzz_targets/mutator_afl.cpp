// AFL++'s face of ssagen/mutate.h: a shared library that afl-fuzz loads itself
// (AFL_CUSTOM_MUTATOR_LIBRARY), so it is built without instrumentation (preset `mutator`). Its functions
// are those of AFL++'s custom mutator API. AFL++ goes on mutating bytes beside it, unless
// AFL_CUSTOM_MUTATOR_ONLY says otherwise; every fourth call crosses with the other input that it is given.
//
// Trimming goes along the dimensions of the reducer (ssagen/reduce_dimensions.h): each step simplifies one
// thing of the program, and stays if the engine sees the same path.
//
// REGPROOF_UNLOOSENED in the environment: inputs are read as those of the target `feasible` are.
//
// Tested by tests/fuzz_targets/mutator_afl_test.cpp.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "ssagen/mutate.h"
#include "ssagen/reduce_dimensions.h"
#include "ssagen/ssagen.h"

namespace {

using namespace regproof;
using Bytes = std::vector<std::uint8_t>;

// Afl-fuzz gives each step of a trim about a second; this many keep one input below a minute.
constexpr std::size_t kMostTrimSteps = 400;

// One input on its way to a smaller one.
class Trimming {
 public:
  // The number of steps that it will take at most.
  std::size_t begin(std::span<const std::uint8_t> input, Reading reading) {
    reading_ = reading;
    kept_.assign(input.begin(), input.end());
    Program program = read();
    sketch_ = sketch_of(program.function.view(), program.machine);
    dimension_ = thing_ = 0;
    steps_ = 0;
    return things_left() == 0 ? 0 : kMostTrimSteps;
  }

  const Bytes& candidate() {
    candidate_ = kept_;
    if (!find_thing()) return candidate_;
    tried_ = sketch_;
    reduce_dimensions()[dimension_].simplify(tried_, thing_);
    Program program = finish(tried_, reading_ == Reading::Feasible);
    Bytes bytes = encode(program.function.view(), program.machine);
    smaller_ = bytes.size() < kept_.size();
    if (smaller_) candidate_ = std::move(bytes);
    return candidate_;
  }

  // The number of the step that follows.
  std::size_t end_step(bool same_path) {
    ++steps_;
    if (same_path && smaller_) {
      kept_ = candidate_;
      Program program = read();
      sketch_ = sketch_of(program.function.view(), program.machine);
    } else {
      ++thing_;
    }
    return find_thing() ? std::min(steps_, kMostTrimSteps) : kMostTrimSteps;
  }

 private:
  Program read() const {
    return reading_ == Reading::Feasible ? decode(kept_) : decode_unloosened(kept_);
  }
  std::size_t things_left() const {
    std::size_t count = 0;
    for (const Dimension& d : reduce_dimensions()) count += d.count(sketch_);
    return count;
  }
  // Moves on to the next dimension where this one has nothing left.
  bool find_thing() {
    std::span<const Dimension> all = reduce_dimensions();
    while (dimension_ < all.size() && thing_ >= all[dimension_].count(sketch_)) {
      ++dimension_;
      thing_ = 0;
    }
    return dimension_ < all.size();
  }

  Reading reading_ = Reading::Feasible;
  Bytes kept_;
  Bytes candidate_;
  Sketch sketch_;
  Sketch tried_;
  std::size_t dimension_ = 0;
  std::size_t thing_ = 0;
  std::size_t steps_ = 0;
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
