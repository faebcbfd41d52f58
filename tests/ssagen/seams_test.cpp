// Seams say which bytes made what: they nest, they lie within the input, each kind of part has some, and
// a change along them is a change of that part.
#include "ssagen/seams.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <vector>

#include "ssagen/knobs.h"
#include "ssagen/mutate_bytes.h"
#include "ssagen/ssagen.h"
#include "ssagen/tokens.h"

namespace regproof {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes random_choices(std::uint64_t seed) {
  Choices choices = Choices::from_seed(seed);
  return draw_anew(choices, 2000);
}

Bytes random_tokens(std::uint64_t seed) {
  Program program = generate(seed, all_profiles()[seed % 20].knobs);
  return encode(program.function.view(), program.machine);
}

void expect_nested(const Bytes& input, Reading reading) {
  std::vector<Seam> seams = seams_of(input, reading);
  for (const Seam& seam : seams) {
    EXPECT_LT(seam.from, seam.to);
    EXPECT_LE(seam.to, input.size());
    EXPECT_GE(seam.from, 1u);
  }
  for (std::size_t i = 0; i + 1 < seams.size() && !::testing::Test::HasFailure(); ++i) {
    const Seam &a = seams[i], &b = seams[i + 1];
    EXPECT_TRUE(b.from >= a.to || b.from <= a.from) << i;
  }
}

TEST(Seams, NestWithinTheInput) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    expect_nested(random_choices(seed), Reading::Feasible);
    expect_nested(random_choices(seed), Reading::Unloosened);
    expect_nested(random_tokens(seed), Reading::Feasible);
  }
  Bytes noise = random_choices(5);
  noise[0] |= kTokensForm;
  expect_nested(noise, Reading::Feasible);
  EXPECT_TRUE(seams_of({}).empty());
  EXPECT_TRUE(seams_of({}, Reading::Unloosened).empty());
}

TEST(Seams, EachPartHasSomeInBothForms) {
  std::map<Part, int> choices, tokens;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    for (const Seam& seam : seams_of(random_choices(seed))) ++choices[seam.part];
    for (const Seam& seam : seams_of(random_tokens(seed))) ++tokens[seam.part];
  }
  EXPECT_EQ(choices.size(), kPartCount);
  EXPECT_EQ(tokens.size(), kPartCount - 1);  // tokens need no settings
  for (auto [part, count] : choices) EXPECT_GE(count, 20) << static_cast<int>(part);
  for (auto [part, count] : tokens) EXPECT_GE(count, 20) << static_cast<int>(part);
}

// As many as the program has, and each where it is: without its bytes the program has one less.
TEST(Seams, OfTokensArePartsOfTheProgram) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Bytes input = random_tokens(seed);
    Program program = decode(input);
    FunctionView function = program.function.view();
    std::vector<Seam> seams = seams_of(input);
    std::size_t blocks = 0, insts = 0, operands = 0;
    for (const Seam& seam : seams) {
      blocks += seam.part == Part::Blocks;
      insts += seam.part == Part::Instructions;
      operands += seam.part == Part::Operands;
    }
    EXPECT_EQ(blocks, function.block_count()) << seed;
    EXPECT_EQ(insts, function.inst_count()) << seed;
    std::size_t operands_there = 0;
    for (std::uint32_t i = 0; i < function.inst_count(); ++i) {
      operands_there += function.operands(Inst(i)).size();
    }
    EXPECT_EQ(operands, operands_there) << seed;
  }
}

// What an instruction's choices are changed to leaves the blocks ahead of it as they are.
TEST(Seams, OfChoicesStayWhereTheyAre) {
  Bytes input;
  std::vector<Seam> seams;
  int compared = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    input = random_choices(seed);
    seams = seams_of(input);
    for (const Seam& seam : seams) {
      if (seam.part != Part::Instructions) continue;
      Bytes changed = input;
      changed[seam.to - 1] ^= 0x80;
      std::vector<Seam> after = seams_of(changed);
      for (std::size_t i = 0; i < seams.size() && seams[i].to < seam.from; ++i) {
        ASSERT_EQ(after.at(i), seams[i]) << seed;
        ++compared;
      }
      break;
    }
  }
  EXPECT_GE(compared, 500);
}

TEST(MutateBytes, PartsAreCutDoubledAndTaken) {
  int shorter = 0, longer = 0, same = 0, taken = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    Bytes input = seed % 2 == 0 ? random_choices(seed) : random_tokens(seed);
    Bytes other = seed % 2 == 0 ? random_choices(seed + 1000) : random_tokens(seed + 1001);
    std::vector<Seam> seams = seams_of(input);
    Choices choices = Choices::from_seed(seed);
    Bytes changed = change_part(input, seams, choices);
    shorter += changed.size() < input.size();
    longer += changed.size() > input.size();
    same += changed == input && !seams.empty();
    taken += take_part(input, seams, other, seams_of(other), choices) != input;
  }
  EXPECT_GE(shorter, 40);
  EXPECT_GE(longer, 80);
  EXPECT_LE(same, 40);
  EXPECT_GE(taken, 250);
}

TEST(MutateBytes, InputsDrawnAnewFitAndAreChoices) {
  Choices choices = Choices::from_seed(1);
  std::size_t longest = 0;
  for (int i = 0; i < 500; ++i) {
    Bytes bytes = draw_anew(choices, 1000);
    ASSERT_LE(bytes.size(), 1000u);
    EXPECT_EQ(bytes[0] & kTokensForm, 0);
    longest = std::max(longest, bytes.size());
  }
  EXPECT_GE(longest, 900u);
  EXPECT_EQ(draw_anew(choices, 1).size(), 1u);
}

}  // namespace
}  // namespace regproof
