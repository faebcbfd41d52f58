// Exponents of known growth, what counts as too fast, and that repeated programs of the generator are not.
#include "fuzz_targets/growth.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "fuzz_targets/property.h"
#include "ssagen/choice.h"
#include "ssagen/knobs.h"

namespace regproof {
namespace {

std::vector<Sample> samples_of(std::uint64_t (*work)(std::uint64_t)) {
  std::vector<Sample> samples;
  for (std::uint64_t insts : {1000u, 2000u, 4000u, 8000u}) samples.push_back({insts, work(insts)});
  return samples;
}

TEST(Growth, ExponentsAreThoseOfThePowers) {
  EXPECT_NEAR(exponent_of(samples_of([](std::uint64_t n) { return 100 * n; })), 1, 0.01);
  EXPECT_NEAR(exponent_of(samples_of([](std::uint64_t n) { return n * n; })), 2, 0.01);
  EXPECT_NEAR(exponent_of(samples_of([](std::uint64_t) { return std::uint64_t{5}; })), 0, 0.01);
  EXPECT_EQ(exponent_of({}), 0);
}

TEST(Growth, SquaresAreTooFastAndLittleWorkIsNot) {
  EXPECT_TRUE(grows_too_fast(samples_of([](std::uint64_t n) { return n * n; })));
  EXPECT_FALSE(grows_too_fast(samples_of([](std::uint64_t n) { return n * n / 1000; })));
  EXPECT_FALSE(grows_too_fast(samples_of([](std::uint64_t n) { return 1000 * n; })));
}

// Values of each copy are read behind all copies: pairs grow like the square.
TEST(Growth, ValuesThatLiveAcrossAllBlocksMakePairs) {
  Program pattern = generate(1, find_profile("pressure")->knobs);
  auto pairs = [&](std::uint32_t times) {
    Program program = repeat(pattern, In::Sequence, Link::Alive, times);
    return count_live_pairs(program.function.view());
  };
  EXPECT_GT(pairs(32), 3 * pairs(16));
}

// A judge of the judge: work that is the square of the size is named.
TEST(Growth, WorkThatIsASquareIsSeenOnRepeatedPrograms) {
  Pattern pattern = decode_pattern(std::vector<std::uint8_t>{0, 1, 2, 0, 0, 0, 0, 200, 90, 60, 30});
  auto square = [](const Program& program) {
    std::uint64_t n = program.function.view().inst_count();
    return 100 * n * n;
  };
  EXPECT_TRUE(grows_too_fast(sample(pattern, square, kMostInsts)));
}

TEST(Growth, AnInputSaysHowItsCopiesStand) {
  Pattern pattern = decode_pattern(std::vector<std::uint8_t>{1, 3});
  EXPECT_EQ(pattern.arrangement, In::Nest);
  EXPECT_EQ(pattern.link, Link::Alive);
  EXPECT_EQ(decode_pattern({}).arrangement, In::Sequence);
}

TEST(Growth, GeneratedPatternsGrowInMeasure) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    Choices choices = Choices::from_seed(seed);
    std::vector<std::uint8_t> input(200);
    for (std::uint8_t& byte : input) byte = choices.byte();
    input[2] = 0;
    std::optional<Failure> failure = growth_property(input);
    EXPECT_FALSE(failure.has_value()) << failure->message;
  }
}

}  // namespace
}  // namespace regproof
