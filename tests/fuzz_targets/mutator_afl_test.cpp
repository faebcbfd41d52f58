// AFL++'s interface called as afl-fuzz calls it: successors fit, trims end and shrink what they may.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "ir/builder.h"
#include "ssagen/choice.h"
#include "ssagen/knobs.h"
#include "ssagen/ssagen.h"
#include "ssagen/tokens.h"

extern "C" {
void* afl_custom_init(void* afl, unsigned int seed);
void afl_custom_deinit(void* data);
std::size_t afl_custom_fuzz(void* data, std::uint8_t* buffer, std::size_t size, std::uint8_t** out,
                            std::uint8_t* other, std::size_t other_size, std::size_t max_size);
std::int32_t afl_custom_init_trim(void* data, std::uint8_t* buffer, std::size_t size);
std::size_t afl_custom_trim(void* data, std::uint8_t** out);
std::int32_t afl_custom_post_trim(void* data, unsigned char success);
}

namespace regproof {
namespace {

using Bytes = std::vector<std::uint8_t>;

class MutatorAfl : public ::testing::Test {
 protected:
  void SetUp() override { mutator = afl_custom_init(nullptr, 5); }
  void TearDown() override { afl_custom_deinit(mutator); }

  static Bytes input(std::uint64_t seed) {
    Program program = generate(seed, find_profile("default")->knobs);
    return encode(program.function.view(), program.machine);
  }
  // As afl-fuzz drives a trim; `same_path(program)` is what the engine would find.
  template <class SamePath>
  Bytes trimmed(Bytes bytes, SamePath&& same_path) {
    std::int32_t steps = afl_custom_init_trim(mutator, bytes.data(), bytes.size());
    for (std::int32_t step = 0; step < steps;) {
      std::uint8_t* out = nullptr;
      std::size_t size = afl_custom_trim(mutator, &out);
      EXPECT_LE(size, bytes.size());
      Bytes candidate(out, out + size);
      bool same = same_path(decode(candidate));
      if (same) bytes = candidate;
      std::int32_t next = afl_custom_post_trim(mutator, same ? 1 : 0);
      EXPECT_GT(next, step);
      step = next;
    }
    return bytes;
  }

  void* mutator = nullptr;
};

TEST_F(MutatorAfl, SuccessorsFitAndDiffer) {
  Bytes a = input(1), b = input(2);
  std::size_t different = 0;
  for (int k = 0; k < 60; ++k) {
    std::uint8_t* out = nullptr;
    std::size_t size = afl_custom_fuzz(mutator, a.data(), a.size(), &out, b.data(), b.size(), 3000);
    ASSERT_LE(size, 3000u);
    different += Bytes(out, out + size) != a;
  }
  EXPECT_GE(different, 50u);
}

TEST_F(MutatorAfl, AnEmptyInputHasASuccessor) {
  std::uint8_t nothing = 0;
  std::uint8_t* out = nullptr;
  EXPECT_LE(afl_custom_fuzz(mutator, &nothing, 0, &out, nullptr, 0, 100), 100u);
}

TEST_F(MutatorAfl, ATrimKeepsWhatTheEngineWants) {
  Bytes before = input(3);
  std::size_t insts = decode(before).function.view().inst_count();
  ASSERT_GT(insts, 10u);
  Bytes after = trimmed(
      before, [](const Program& program) { return program.function.view().inst_count() >= 5; });
  std::size_t left = decode(after).function.view().inst_count();
  EXPECT_GE(left, 5u);
  EXPECT_LT(left, insts);
}

TEST_F(MutatorAfl, ATrimHasAStepForEightBytes) {
  auto steps = [&](Bytes bytes) {
    return afl_custom_init_trim(mutator, bytes.data(), bytes.size());
  };
  Machine machine;
  machine.preferred.set_bits(RegClass::Int, 0xf);
  for (std::size_t insts : {1, 20, 4000}) {
    FunctionBuilder builder("f");
    builder.begin_block();
    for (std::size_t k = 0; k < insts; ++k) {
      builder.op({Operand::def(builder.vreg(RegClass::Int), Constraint::Reg)});
    }
    builder.ret({});
    Function function = *std::move(builder).finish();
    Bytes bytes = encode(function.view(), machine);
    EXPECT_EQ(steps(bytes),
              std::clamp<std::int32_t>(static_cast<std::int32_t>(bytes.size() / 8), 8, 400))
        << bytes.size();
  }
  // Some choices mean programs that would take more bytes as tokens, though something went.
  int left_alone = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Choices choices = Choices::from_seed(seed);
    Bytes bytes(64, kNewestVersion);
    for (std::size_t k = 1; k < bytes.size(); ++k) bytes[k] = choices.byte();
    std::int32_t most = steps(bytes);
    EXPECT_LE(most, 8);
    left_alone += most == 0 ? 1 : 0;
  }
  EXPECT_GE(left_alone, 1);
}

// An eight-byte step for each of thousands of numbers would not end.
TEST_F(MutatorAfl, ATrimClosesGapsAtOnce) {
  Machine machine;
  machine.preferred.set_bits(RegClass::Int, 0xf);
  FunctionBuilder builder("f");
  builder.begin_block();
  builder.declare(VReg(20000), RegClass::Int);
  builder.op({Operand::def(VReg(20000), Constraint::Reg)});
  builder.ret({Operand::use(VReg(20000), Constraint::Reg)});
  Function function = *std::move(builder).finish();
  std::size_t asked = 0;
  Bytes after = trimmed(encode(function.view(), machine), [&](const Program& program) {
    ++asked;
    auto operands = program.function.view().operand_array;
    return operands.size() == 2 && operands[0].constraint() == Constraint::Reg;
  });
  EXPECT_LT(after.size(), 64u);
  EXPECT_LT(asked, 40u);
}

TEST_F(MutatorAfl, ATrimThatNothingSurvivesLeavesTheInput) {
  Bytes before = input(4);
  EXPECT_EQ(trimmed(before, [](const Program&) { return false; }), before);
}

}  // namespace
}  // namespace regproof
