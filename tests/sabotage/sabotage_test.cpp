// The judges are judged: sound answers are broken in every way that sabotage/ knows, with fixed seeds.
// Each way has to be possible and to be found by a rule that its row names; each rule of the checker
// has to be the only one that finds something; nothing that is visible may pass.
//
// Answers: the reference allocator's to our own programs; by hand; the engine's and the reference
// allocator's to generated programs; regalloc2's to real problems, where those lie beside the checkout.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "checker/judge.h"
#include "checker/reference.h"
#include "fuzz_targets/ion_allocator.h"
#include "sabotage/campaign.h"
#include "sabotage/difference.h"
#include "ssagen/knobs.h"
#include "ssagen/planted.h"
#include "ssagen/ssagen.h"
#include "tests/checker/programs.h"
#include "tests/sabotage/hand_answers.h"

namespace regproof::sabotage {
namespace {

using regproof::testing::Sample;
namespace fs = std::filesystem;

constexpr std::uint64_t kProgramsOfProfile = 2;
constexpr std::uint64_t kProgramsOfSeveralDefs = 20;
constexpr std::uint64_t kPlantedPrograms = 10;
constexpr std::uint32_t kBreaks = 80;
constexpr std::uint32_t kBreaksOfReal = 12;
constexpr std::size_t kLargest = 200;  // instructions of a function that is broken

// Whatever is shown is a failure: holes, disputes, sound answers that are refused.
Campaign::Observer failing_observer() {
  Campaign::Observer observer;
  observer.wants = [](const auto&...) { return false; };
  observer.show = [](const std::string& text) { ADD_FAILURE() << text; };
  return observer;
}

Campaign campaign_of(std::uint64_t seed, std::uint32_t breaks, const Way* only = nullptr) {
  CampaignOptions options;
  options.breaks = breaks;
  options.only = only;
  options.sound_paths = 4;
  options.effort.paths_of_accepted = 20;
  options.effort.paths_of_refused = 1000;
  return Campaign(seed, options, failing_observer());
}

void break_answers_of(Allocator& allocator, const FunctionView& function, const Machine& machine,
                      Campaign& campaign) {
  if (function.inst_count() > kLargest) return;
  auto answer = allocator.allocate(function, machine);
  if (answer) campaign.run(function, machine, *answer);
}

void break_generated(const Knobs& knobs, std::uint64_t programs, Campaign& campaign) {
  IonAllocator ion;
  ReferenceAllocator reference;
  for (std::uint64_t seed = 0; seed < programs; ++seed) {
    Program program = generate(seed, knobs);
    break_answers_of(ion, program.function.view(), program.machine, campaign);
    break_answers_of(reference, program.function.view(), program.machine, campaign);
  }
}

void break_answers_by_hand(Campaign& campaign) {
  for (const regproof::testing::HandAnswer& hand : regproof::testing::kHandAnswers) {
    Sample sample =
        regproof::testing::read_sample(std::string(hand.machine) + std::string(hand.function));
    Output sound = regproof::testing::read_answer(sample, std::string(hand.lines));
    campaign.run(sample.function.view(), sample.machine, sound);
  }
}

// The answers that planted programs were drawn with.
void break_planted(const Knobs& knobs, std::uint64_t programs, Campaign& campaign) {
  for (std::uint64_t seed = 0; seed < programs; ++seed) {
    PlantedProgram planted = generate_planted(seed, knobs);
    FunctionView function = planted.program.function.view();
    if (function.inst_count() > kLargest) continue;
    campaign.run(function, planted.program.machine, planted.known);
  }
}

void break_our_own(Campaign& campaign) {
  ReferenceAllocator reference;
  for (const Sample& sample : regproof::testing::all_samples()) {
    break_answers_of(reference, sample.function.view(), sample.machine, campaign);
  }
  // Some ways fit few of these.
  for (int turn = 0; turn < 8; ++turn) break_answers_by_hand(campaign);
}

TEST(Ways, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const Way& way : all_ways()) {
    EXPECT_TRUE(names.insert(way.name).second) << way.name;
    EXPECT_EQ(find_way(way.name), &way);
    EXPECT_FALSE(way.sentence.empty()) << way.name;
    EXPECT_FALSE(way.rules.empty()) << way.name;
  }
  EXPECT_GE(names.size(), 60u);
  EXPECT_EQ(find_way("none-of-them"), nullptr);
}

// A seed makes the same break again, and a break changes something that a path can be led to.
TEST(Ways, AreAFunctionOfTheirSeed) {
  Program program = generate(3, find_profile("default")->knobs);
  FunctionView function = program.function.view();
  auto sound = ReferenceAllocator().allocate(function, program.machine);
  ASSERT_TRUE(sound);
  for (const Way& way : all_ways()) {
    RandomStream once(7), again(7);
    auto broken = break_answer(way, function, program.machine, *sound, once);
    EXPECT_EQ(broken, break_answer(way, function, program.machine, *sound, again)) << way.name;
    if (!broken || way.name == "lists-for-too-many") continue;
    EXPECT_FALSE(differing_places(function, *sound, *broken).empty()) << way.name;
  }
}

// Where an edit was and where it is now, not what it passed on its way; of a new order, what stands
// elsewhere; of many places some, the first and the last among them.
TEST(Difference, NamesTheEndsOfAWay) {
  Program program = generate(3, find_profile("straight")->knobs);
  FunctionView function = program.function.view();
  auto sound = ReferenceAllocator().allocate(function, program.machine);
  ASSERT_TRUE(sound);
  ASSERT_GT(sound->edits.size(), 30u);
  Output moved = *sound;
  std::rotate(moved.edits.begin() + 5, moved.edits.begin() + 6, moved.edits.begin() + 25);
  moved.edits[24].point = moved.edits[25].point;
  EXPECT_EQ(differing_places(function, *sound, moved),
            (std::vector<Inst>{sound->edits[5].point.inst(), sound->edits[25].point.inst()}));

  Output exchanged = *sound;
  std::swap(exchanged.edits[3], exchanged.edits[4]);
  EXPECT_EQ(differing_places(function, *sound, exchanged).front(), sound->edits[3].point.inst());

  Output nowhere = *sound;
  for (Location& place : nowhere.locations) place = Location::none();
  std::vector<Inst> places = differing_places(function, *sound, nowhere);
  EXPECT_EQ(places.size(), kMostPlaces);
  Inst last = function.insts().back();
  while (function.operands(last).empty()) last = Inst(last.value() - 1);
  EXPECT_EQ(places.back(), last);
}

TEST(Score, EachWayIsFoundAndEachRuleIsNeeded) {
  Campaign campaign = campaign_of(1, kBreaks);
  for (const Profile& profile : all_profiles()) {
    break_generated(profile.knobs, kProgramsOfProfile, campaign);
  }
  Knobs several_defs;  // which no profile makes likely
  several_defs.multiple_defs = {256};
  break_generated(several_defs, kProgramsOfSeveralDefs, campaign);
  break_our_own(campaign);
  for (const char* profile : {"planted", "remat"}) {
    Knobs knobs = find_profile(profile)->knobs;
    knobs.recipe_program = {256};
    knobs.planted_recompute = {220};  // which no profile does
    break_planted(knobs, kPlantedPrograms, campaign);
  }
  const Score& score = campaign.score();
  EXPECT_TRUE(score.clean());
  EXPECT_GT(score.total().visible(), 5000u);
  EXPECT_EQ(score.total().found, score.total().visible());
  EXPECT_LE(score.total().undecided + score.total().unseen, 2u);
  auto ways = all_ways();
  for (std::size_t w = 0; w < ways.size(); ++w) {
    EXPECT_GT(score.ways()[w].made, 0u) << ways[w].name << " is never possible";
    EXPECT_GT(score.ways()[w].expected, 0u) << ways[w].name << ": its rules never find it";
  }
  for (std::size_t r = 0; r < Score::kRules; ++r) {
    auto rule = static_cast<FindingKind>(r);
    EXPECT_GT(score.rule(rule).alone, 0u) << "nothing needs the rule " << name_of(rule);
  }
}

// Of answers that compute values of values; each way of its own is found by the rules that its row names.
TEST(Score, EachWayToBreakARecipeIsFound) {
  std::vector<Way> ways(recipe_ways().begin(), recipe_ways().end());
  ways.insert(ways.end(), input_ways().begin(), input_ways().end());
  for (const Way& way : ways) {
    Campaign campaign = campaign_of(1, 40, find_way(way.name));
    break_answers_by_hand(campaign);
    EXPECT_TRUE(campaign.score().clean()) << way.name;
    WayScore score = campaign.score().total();
    EXPECT_GT(score.expected, 0u) << way.name;
    EXPECT_EQ(score.unseen + score.undecided, 0u) << way.name;
  }
}

// The functions of one file, by name.
std::map<std::string, Sample> samples_by_name(const fs::path& file) {
  std::size_t dropped = 0;
  std::string text = regproof::testing::read_file(file);
  std::map<std::string, Sample> by_name;
  for (Sample& sample : regproof::testing::read_samples(text, file.string(), dropped)) {
    std::string name = sample.function.name;
    by_name.emplace(std::move(name), std::move(sample));
  }
  return by_name;
}

void break_file(const fs::path& problem, const fs::path& answers, Campaign& campaign) {
  std::map<std::string, Sample> samples = samples_by_name(problem);
  std::string text = regproof::testing::read_file(answers);
  AllocationReader reader(answers.string(), text);
  for (auto next = reader.next(); next.ok() && next->has_value(); next = reader.next()) {
    auto found = samples.find((*next)->name);
    if (found == samples.end()) continue;
    FunctionView function = found->second.function.view();
    if (function.inst_count() > kLargest) continue;
    auto output = to_output(**next, answers.string(), function);
    ASSERT_TRUE(output.ok()) << output.error().text();
    campaign.run(function, found->second.machine, *output);
  }
}

TEST(Score, OfRegalloc2sAnswersToRealProblems) {
  fs::path problems = fs::path(REGPROOF_SOURCE_DIR) / "../shared/problems";
  if (!fs::is_directory(problems / "answers")) GTEST_SKIP() << "none beside the checkout";
  Campaign campaign = campaign_of(3, kBreaksOfReal);
  for (const char* name : {"aarch64-splay", "x86_64-splay", "x86_64-regex"}) {
    fs::path answers = problems / "answers" / (std::string(name) + ".alloc");
    if (!fs::exists(answers)) continue;
    break_file(problems / (std::string(name) + ".func"), answers, campaign);
  }
  EXPECT_TRUE(campaign.score().clean());
  EXPECT_GT(campaign.score().sound(), 0u);
}

// What is counted, and how.

Classified classified_as(Effect effect, std::vector<FindingKind> kinds) {
  Classified classified;
  classified.effect = effect;
  for (FindingKind kind : kinds) {
    classified.verdict.findings.emplace_back();
    classified.verdict.findings.back().kind = kind;
  }
  if (effect == Effect::Contract) classified.breach = "by hand";
  return classified;
}

TEST(Score, CountsHolesDisputesAndWhatOneRuleAloneFinds) {
  Score score;
  score.add(0, classified_as(Effect::Value, {FindingKind::WrongValue}));
  score.add(0, classified_as(Effect::Value, {FindingKind::WrongValue, FindingKind::NotFixed}));
  EXPECT_EQ(score.rule(FindingKind::WrongValue).found, 2u);
  EXPECT_EQ(score.rule(FindingKind::WrongValue).alone, 1u);
  EXPECT_EQ(score.alone(0, FindingKind::WrongValue), 1u);
  EXPECT_EQ(score.alone(1, FindingKind::WrongValue), 0u);
  EXPECT_EQ(score.rule(FindingKind::NotFixed).found, 1u);
  EXPECT_EQ(score.rule(FindingKind::NotFixed).alone, 0u);
  EXPECT_EQ(score.ways()[0].disputed, 1u) << "the contract was kept, the checker says not";
  EXPECT_FALSE(score.clean());

  Score hole;
  hole.add(1, classified_as(Effect::Contract, {}));
  EXPECT_EQ(hole.ways()[1].accepted, 1u);
  EXPECT_FALSE(hole.clean());
  score.add(hole);
  EXPECT_EQ(score.total().visible(), 3u);
  EXPECT_EQ(score.total().found, 2u);

  Score harmless;
  harmless.add(2, classified_as(Effect::Harmless, {}));
  EXPECT_EQ(harmless.total().visible(), 0u);
  EXPECT_TRUE(harmless.clean());
  harmless.add_sound(true);
  EXPECT_FALSE(harmless.clean());
}

// A break of each effect, by hand.

Classified classify_text(const std::string& function_text, const std::string& sound_lines,
                         const std::string& broken_lines) {
  Sample sample = regproof::testing::read_sample(std::string(regproof::testing::kNarrow) +
                                                 "function \"f\" {\n" + function_text + "}\n");
  Output sound = regproof::testing::read_answer(sample, sound_lines);
  Output broken = regproof::testing::read_answer(sample, broken_lines);
  FunctionView function = sample.function.view();
  EXPECT_EQ(fault_of_sound(function, sample.machine, sound, 10), std::nullopt);
  return classify(function, sample.machine, sound, broken);
}

constexpr const char* kOneArmClobbers = R"(
  block0():
    op def v0i reg
    branch use v0i any -> block1(), block2()
  block1():
    op ; clobber p0i..p3i
    branch -> block3()
  block2():
    branch -> block3()
  block3():
    ret use v0i any
)";

TEST(Classify, AValueThatIsLostOnOnePath) {
  Classified classified = classify_text(kOneArmClobbers, "inst0: p4i\ninst1: p4i\ninst5: p4i\n",
                                        "inst0: p0i\ninst1: p0i\ninst5: p0i\n");
  EXPECT_EQ(classified.effect, Effect::Value);
  EXPECT_TRUE(classified.refused());
  EXPECT_FALSE(classified.breach);
  EXPECT_FALSE(classified.is_disputed());
}

TEST(Classify, ABreachThatNoValueShows) {
  Classified classified = classify_text(
      kOneArmClobbers, "inst0: p4i\ninst1: p4i\ninst5: p4i\n",
      "spillslots 1\ninst0: p4i\ninst1: p4i\nbefore inst2: move stack0 -> stack0\ninst5: p4i\n");
  EXPECT_EQ(classified.effect, Effect::Contract);
  EXPECT_TRUE(classified.refused());
}

TEST(Classify, AMoveThatNobodyMisses) {
  Classified classified = classify_text(
      kOneArmClobbers, "inst0: p4i\ninst1: p4i\nbefore inst4: move p4i -> p5i\ninst5: p4i\n",
      "inst0: p4i\ninst1: p4i\ninst5: p4i\n");
  EXPECT_EQ(classified.effect, Effect::Harmless);
  EXPECT_FALSE(classified.refused());
}

constexpr const char* kRecipeOnOneArm = R"(
  recipe v1i = (v0i)
  block0():
    op def v0i reg
    branch use v0i any -> block1(), block2()
  block1():
    op use v0i reg, def v1i reg
    op use v1i any, use v0i any ; clobber p1i..p3i
    branch -> block3(v1i)
  block2():
    op def v3i reg
    branch -> block3(v3i)
  block3(v2i):
    ret use v2i reg, use v0i any
)";
constexpr const char* kListsOfOneArm =
    "inst0: p0i\ninst1: p0i\ninst2: p0i, p1i\ninst3: p1i, p0i\ninst5: p1i\ninst7: p1i, p0i\n";

// The edit differs in nothing but an input; the use stands behind it.
TEST(Classify, ARecipeThatReadsAnotherRegister) {
  Classified classified = classify_text(
      kRecipeOnOneArm, std::string(kListsOfOneArm) + "before inst4: remat v1i(p0i) -> p1i\n",
      std::string(kListsOfOneArm) + "before inst4: remat v1i(p2i) -> p1i\n");
  EXPECT_EQ(classified.effect, Effect::Value);
  EXPECT_TRUE(classified.refused());
  EXPECT_FALSE(classified.breach);
}

// What runs ahead of the definition is not read, and its input is there.
TEST(Classify, ARecipeAheadOfItsDefinition) {
  Classified classified = classify_text(
      kRecipeOnOneArm, std::string(kListsOfOneArm) + "before inst4: remat v1i(p0i) -> p1i\n",
      std::string(kListsOfOneArm) +
          "before inst4: remat v1i(p0i) -> p1i\nbefore inst6: remat v1i(p0i) -> p2i\n");
  EXPECT_EQ(classified.effect, Effect::Contract);
  EXPECT_TRUE(classified.verdict.has(FindingKind::RematIllegal));
  EXPECT_FALSE(classified.is_disputed());
}

// What a recipe makes is the value of a parameter that never gets another one, said or not.
TEST(Classify, ARecipeUnderAnotherName) {
  const char* function = R"(
  rematerializable v0i
  block0():
    op def v0i reg
    branch -> block1(v0i)
  block1(v1i):
    ret use v1i reg
)";
  Classified classified =
      classify_text(function, "inst0: p0i\nbefore inst2: remat v0i as v1i -> p1i\ninst2: p1i\n",
                    "inst0: p0i\nbefore inst2: remat v0i -> p1i\ninst2: p1i\n");
  EXPECT_EQ(classified.effect, Effect::Harmless);
  EXPECT_FALSE(classified.refused());
}

}  // namespace
}  // namespace regproof::sabotage
