// Any bytes are a legal, feasible program, and encode is the inverse of decode. What a program is
// held to here is what the `ssagen` target holds it to, plus that no repair is needed on the way
// back.
#include "ssagen/ssagen.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "ir/builder.h"
#include "ir/feasible.h"
#include "ir/text.h"
#include "ir/validate.h"
#include "ssagen/generate.h"
#include "ssagen/tokens.h"

namespace regproof {
namespace {

using Bytes = std::vector<std::uint8_t>;

std::string text_of(const Program& program) {
  std::string text;
  print_machine(program.machine, text);
  print_function(program.function.view(), text);
  return text;
}

void expect_good(const Program& program) {
  FunctionView function = program.function.view();
  for (const Violation& violation : validate_machine(program.machine)) {
    ADD_FAILURE() << violation.message;
  }
  std::vector<Violation> violations = validate(function, program.machine);
  ASSERT_TRUE(violations.empty()) << violations.front().message << "\n" << text_of(program);
  auto conflict = find_infeasible(function, program.machine);
  ASSERT_FALSE(conflict.has_value()) << conflict->message << "\n" << text_of(program);
}

void expect_same(const Program& a, const Program& b) {
  EXPECT_EQ(a.machine, b.machine);
  EXPECT_TRUE(same_program(a.function.view(), b.function.view())) << text_of(a) << "\nis not\n"
                                                                  << text_of(b);
}

// Encoding keeps everything, and reading it back repairs nothing.
void expect_encodable(const Program& program) {
  Bytes bytes = encode(program.function.view(), program.machine);
  RepairCounts repairs;
  Program again = decode_counted(bytes, repairs);
  expect_same(program, again);
  EXPECT_EQ(repairs, RepairCounts());
}

Bytes random_bytes(Choices& choices, std::size_t length) {
  Bytes bytes(length);
  for (std::uint8_t& byte : bytes) byte = choices.byte();
  return bytes;
}

// Byte 0 of the tokens form of version 0.
constexpr std::uint8_t kTokens = 0x10;

TEST(Ssagen, EveryProfileDrawsLegalFeasibleEncodablePrograms) {
  for (const Profile& profile : all_profiles()) {
    SCOPED_TRACE(std::string(profile.name));
    std::uint64_t seeds = profile.name == "large" ? 15 : profile.name == "oversize" ? 60 : 400;
    for (std::uint64_t seed = 0; seed < seeds && !::testing::Test::HasFailure(); ++seed) {
      SCOPED_TRACE(seed);
      Program program = generate(seed, profile.knobs);
      expect_good(program);
      expect_encodable(program);
    }
  }
}

TEST(Ssagen, ProfilesHaveDistinctNamesAndAreFound) {
  for (const Profile& profile : all_profiles()) EXPECT_EQ(find_profile(profile.name), &profile);
  EXPECT_EQ(find_profile("no such profile"), nullptr);
  EXPECT_EQ(all_profiles().front().name, "default");
}

TEST(Ssagen, EmptyInputIsAProgram) {
  expect_good(decode({}));
  EXPECT_EQ(decode({}).function.view().block_count(), 1u);
  Bytes tokens = {kTokens};
  expect_good(decode(tokens));
}

TEST(Ssagen, RandomBytesOfAnyLengthAreAProgram) {
  Choices choices = Choices::from_seed(11);
  for (std::size_t length = 1; length < 300 && !HasFailure(); ++length) {
    Program program = decode(random_bytes(choices, length));
    expect_good(program);
    expect_encodable(program);
  }
  for (std::size_t length : {1000u, 4096u, 5000u, 65536u}) {
    for (std::uint8_t form : {std::uint8_t{0}, kTokens}) {
      Bytes bytes = random_bytes(choices, length);
      bytes[0] = form;
      Program program = decode(bytes);
      expect_good(program);
      expect_encodable(program);
    }
  }
}

// A machine that is stated, but without a register: operands of every kind have to go.
TEST(Ssagen, MachineWithoutRegistersHasProgramsToo) {
  for (unsigned head = 0x80; head < 0xe0; ++head) {
    Bytes bytes = {kTokens,  0xe0 | 20, 0xe0 | 3, 0xe0,     static_cast<std::uint8_t>(head),
                   1,        2,         0x90,     0xe0 | 1, 0xe0 | 8,
                   0xe0 | 9, 0xe0 | 3,  0xe0 | 5};
    Program program = decode(bytes);
    EXPECT_TRUE(program.machine.allocatable().empty());
    expect_good(program);
    expect_encodable(program);
  }
}

TEST(Ssagen, AnyDefinitionsMayShareAValueInBothPhases) {
  Choices choices = Choices::from_seed(15);
  for (std::uint32_t length = 20; length < 400 && !HasFailure(); ++length) {
    Bytes bytes = random_bytes(choices, length);
    bytes[0] = kTokens | 3;
    bytes[1] = 0xe0 | static_cast<std::uint8_t>(Token::DefsInBothPhases);
    // Definitions that step back to the number before them, early and late in turns.
    for (std::size_t i = 3; i + 1 < bytes.size(); i += choices.below(6) + 2) {
      bytes[i] = static_cast<std::uint8_t>(0x90 | choices.below(16));
      bytes[i + 1] = 1;
    }
    Program program = decode(bytes);
    expect_good(program);
    expect_encodable(program);
  }
}

constexpr std::uint8_t head(Token token) {
  return 0xe0 | static_cast<std::uint8_t>(token);
}

TEST(Ssagen, AnyDefinitionsMayHaveRecipes) {
  Choices choices = Choices::from_seed(16);
  std::size_t recipes = 0;
  for (std::uint32_t length = 20; length < 400 && !HasFailure(); ++length) {
    Bytes bytes = random_bytes(choices, length);
    bytes[0] = kTokens | 4;
    for (std::size_t i = 1; i + 1 < bytes.size(); i += choices.below(12) + 2) {
      constexpr std::uint8_t kDefinitions[] = {0x90, 0x98, 0xb8, 0xc0 | 0x18,
                                               head(Token::ParamInt)};
      bytes[i] = kDefinitions[choices.below(std::size(kDefinitions))];
      bytes[i + 1] = head(Token::Recipe);
      for (std::size_t k = i + 2; k < std::min(i + 9, bytes.size()); ++k) {
        if (choices.below(4) != 0) bytes[k] &= 0x3f;
      }
    }
    Program program = decode(bytes);
    recipes += program.function.recipes.size();
    expect_good(program);
    expect_encodable(program);
    bytes[0] = kTokens | 3;
    EXPECT_TRUE(decode(bytes).function.recipes.empty());
  }
  EXPECT_GT(recipes, 1000u);
}

// v0, and an instruction that reads it and defines what has the recipe.
std::string recipe_of(Bytes payload, bool constant = false) {
  Bytes bytes = {kTokens | 4, head(Token::Op), 0x99, 0, head(Token::Op), 0x81, 0, 0x99, 0};
  if (constant) bytes.push_back(head(Token::Remat));
  bytes.push_back(head(Token::Recipe));
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  Program program = decode(bytes);
  expect_good(program);
  expect_encodable(program);
  std::string text = text_of(program);
  std::size_t at = text.find("recipe");
  return at == std::string::npos ? "" : text.substr(at, text.find('\n', at) - at);
}

TEST(Ssagen, TokensOfARecipe) {
  EXPECT_EQ(recipe_of({}), "recipe v1i = () cost 1");
  EXPECT_EQ(recipe_of({1, 0, 2}), "recipe v1i = (v0i) cost 3");
  EXPECT_EQ(recipe_of({2, 19, 0, 0, 2}), "recipe v1i = (p9i, v0i) cost 1 reuse 1");
  EXPECT_EQ(recipe_of({1, 0, 0, 1, 2, 1, 0x41, 1, 0}),
            "recipe v1i = (v0i) cost 1 clobbers p2i p3i p1f reuse 0");
  EXPECT_EQ(recipe_of({1, 0, 0, 0, 2}), "recipe v1i = (v0i) cost 1 clobbers p2i");
  EXPECT_EQ(recipe_of({0, 0x7e, 3}), "recipe v1i = () cost 255");
  // Repaired: too many inputs, a use that is not there, a register that is allocatable, a cost beyond
  // the most, a reuse of a pin and of nothing, a value that needs no recipe.
  EXPECT_EQ(recipe_of({9, 0, 0, 0, 0, 0}), "recipe v1i = (v0i, v0i, v0i, v0i) cost 1");
  EXPECT_EQ(recipe_of({1, 8}), "recipe v1i = (v0i) cost 1");
  EXPECT_EQ(recipe_of({1, 1}), "recipe v1i = (p8i) cost 1");
  EXPECT_EQ(recipe_of({1, 0x7f, 0x3f}), "recipe v1i = (p63f) cost 1");
  EXPECT_EQ(recipe_of({0, 0x7f, 0x3f}), "recipe v1i = () cost 255");
  EXPECT_EQ(recipe_of({1, 19, 0, 1}), "recipe v1i = (p9i) cost 1");
  EXPECT_EQ(recipe_of({1, 0, 0, 2}), "recipe v1i = (v0i) cost 1");
  EXPECT_EQ(recipe_of({1, 0}, true), "");
}

TEST(Ssagen, EveryFirstByteIsAccepted) {
  Choices choices = Choices::from_seed(12);
  for (unsigned first = 0; first < 256 && !HasFailure(); ++first) {
    Bytes bytes = random_bytes(choices, 80);
    bytes[0] = static_cast<std::uint8_t>(first);
    expect_good(decode(bytes));
  }
}

TEST(Ssagen, UnknownVersionsAreReadAsTheNewest) {
  Choices choices = Choices::from_seed(13);
  Bytes bytes = random_bytes(choices, 400);
  for (std::uint8_t form : {std::uint8_t{0}, kTokens}) {
    bytes[0] = form | kNewestVersion;
    Program newest = decode(bytes);
    for (std::uint8_t version = kNewestVersion + 1; version < 16; ++version) {
      bytes[0] = static_cast<std::uint8_t>(form | version);
      expect_same(newest, decode(bytes));
    }
  }
}

TEST(Ssagen, TruncatedEncodingsAreProgramsThatBeginTheSame) {
  Program program = generate(3, Knobs());
  Bytes bytes = encode(program.function.view(), program.machine);
  for (std::size_t length = 1; length < bytes.size() && !HasFailure(); length += 3) {
    Program part = decode(std::span(bytes).first(length));
    expect_good(part);
    EXPECT_LE(part.function.view().inst_count(), program.function.view().inst_count() + 3);
  }
}

void mutate(Bytes& bytes, Choices& choices) {
  for (std::uint32_t edits = choices.below(6) + 1; edits != 0 && !bytes.empty(); --edits) {
    auto at = static_cast<std::ptrdiff_t>(choices.below(static_cast<std::uint32_t>(bytes.size())));
    auto length =
        std::min<std::ptrdiff_t>(choices.below(40), static_cast<std::ptrdiff_t>(bytes.size()) - at);
    Bytes part(bytes.begin() + at, bytes.begin() + at + length);
    switch (choices.below(4)) {
      case 0:
        bytes[static_cast<std::size_t>(at)] = choices.byte();
        break;
      case 1:
        bytes.insert(bytes.begin() + at, choices.byte());
        break;
      case 2:
        bytes.erase(bytes.begin() + at, bytes.begin() + at + length);
        break;
      case 3:
        bytes.insert(bytes.begin(), part.begin(), part.end());
        break;
    }
  }
}

TEST(Ssagen, MutatedEncodingsAreProgramsToo) {
  Choices choices = Choices::from_seed(14);
  for (std::uint64_t seed = 0; seed < 300 && !HasFailure(); ++seed) {
    const Profile& profile = all_profiles()[seed % all_profiles().size()];
    if (profile.name == "large") continue;
    Program program = generate(seed, profile.knobs);
    Bytes bytes = encode(program.function.view(), program.machine);
    for (int i = 0; i < 4; ++i) {
      mutate(bytes, choices);
      Program mutant = decode(bytes);
      expect_good(mutant);
      expect_encodable(mutant);
    }
  }
}

// The promise of the token form: one lost byte harms one token, not all that follows.
TEST(Ssagen, OneLostByteChangesLittle) {
  Program program = generate(5, find_profile("straight")->knobs);
  FunctionView function = program.function.view();
  Bytes bytes = encode(function, program.machine);
  ASSERT_GT(function.inst_count(), 40u);
  std::size_t trials = 0, changed = 0;
  for (std::size_t at = bytes.size() / 2; at < bytes.size(); at += 7) {
    Bytes shorter = bytes;
    shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(at));
    FunctionView other = decode(shorter).function.view();
    ++trials;
    std::size_t difference = other.inst_count() > function.inst_count()
                                 ? other.inst_count() - function.inst_count()
                                 : function.inst_count() - other.inst_count();
    changed += difference > 2;
  }
  EXPECT_EQ(changed, 0u) << "of " << trials;
}

std::uint64_t hash_of(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3u;
  return hash;
}

// Versions differ in what choices mean; tokens mean the same in all.
TEST(Ssagen, OnlyChoicesDependOnTheVersion) {
  Choices choices = Choices::from_seed(15);
  int different = 0;
  for (int i = 0; i < 40; ++i) {
    Bytes bytes = random_bytes(choices, 400);
    for (std::uint8_t form : {std::uint8_t{0}, kTokens}) {
      bytes[0] = form;
      Program old = decode(bytes);
      bytes[0] = form | 1;
      Program later = decode(bytes);
      if (form == kTokens) expect_same(old, later);
      if (form == 0) different += !same_program(old.function.view(), later.function.view());
    }
  }
  EXPECT_GT(different, 10);
}

// An input never changes its meaning within its version. Where this fails, a change needs a version
// of its own; until the first release it may instead change these.
TEST(Ssagen, InputsKeepTheirMeaning) {
  constexpr std::uint64_t kGolden[] = {
      0x01874767488a72afu, 0x0aed696dec319e5au, 0xd7295ce33b7d22e7u, 0xaa373287fca95ca0u,
      0xbe5b61273a6f4c57u, 0xba76460188dc7f10u, 0x4cf06b68f7602e5fu, 0xf390ef908668ea56u,
      0xce2aee1a371b292au, 0xb9f8d54c5b7b7c06u, 0x8996d3836f0ffaf7u, 0xfd10d1500f82a19bu,
      0xc5ad3d2dfbba57e2u, 0x389c94ae8785bc06u, 0x722a71cfe0ed47edu, 0xd880fc04b48aaac4u,
  };
  constexpr std::uint8_t kForms[] = {0, kTokens};
  for (std::size_t i = 0; i < std::size(kGolden); ++i) {
    Choices choices = Choices::from_seed(100 + i);
    Bytes bytes = random_bytes(choices, 40 << (i / 2));
    bytes[0] = i < 12 ? kForms[i % 2] : std::uint8_t{1};
    if (i >= 14) bytes[1] = 0xf0;  // a profile of planted programs
    EXPECT_EQ(hash_of(text_of(decode(bytes))), kGolden[i]) << i;
  }
}

TEST(Ssagen, ManyGapsInNumbersAreKept) {
  FunctionBuilder builder("gaps");
  VReg low(3), high(kMaxVRegs - 1);
  builder.declare(low, RegClass::Int);
  builder.declare(high, RegClass::Int);
  builder.begin_block();
  builder.op({Operand::def(high), Operand::def(low)});
  builder.ret({Operand::use(low), Operand::use(high)});
  Program program;
  program.machine.preferred.add(make_preg(RegClass::Int, 0));
  program.function = *std::move(builder).finish();
  expect_encodable(program);
}

TEST(Ssagen, FewBytesDoNotMeanManyNumbers) {
  Bytes bytes = {kTokens, 0xe0, 0x98, 0x7f, 0x7f, 0x7f, 0x3f};
  EXPECT_LT(decode(bytes).function.view().vreg_count(), 4096u);
}

TEST(Ssagen, NamesAreKept) {
  for (std::string name : {"", "f", "main", "a \"quoted\" \\ name", "caf\xc3\xa9 \xe2\x82\xac"}) {
    Program program = generate(1, find_profile("tiny")->knobs);
    program.function.name = name;
    expect_encodable(program);
  }
}

TEST(Ssagen, UsesThatNothingDominatesAreKeptWhereNothingReaches) {
  std::string text = R"(
machine {
  int p0i..p3i |
}
function "f" {
  block0():
    branch -> block1()
  block1():
    op def v0i reg, def v1i reg
    ret
  block2():
    op use v1i reg, use v3i any, def v2i reg
    branch use v2i reg, use v0i any -> block3()
  block3():
    op def v3i reg
    ret use v2i fixed(p0i)
}
)";
  FunctionReader reader("text", text);
  auto read = reader.next();
  ASSERT_TRUE(read.ok());
  Program program{(*read)->machine, (*read)->function};
  expect_good(program);
  expect_encodable(program);
}

}  // namespace
}  // namespace regproof
