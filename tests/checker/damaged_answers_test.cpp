// The judges are judged: correct answers are damaged in every way that tests/checker/damage.h knows,
// with a fixed seed. What the judges still accept, the interpreter runs along hundreds of paths that
// lead to the damaged place: if one of them behaves otherwise, the judges have a hole. What the
// judges refuse is counted by what the interpreter sees of it.
//
// Answers: the reference allocator's to our own programs and seeds; the engine's to generated programs;
// regalloc2's and the reference allocator's to real problems, where those lie beside the checkout.
#include <gtest/gtest.h>

#include <cstdio>
#include <map>

#include "checker/interpreter.h"
#include "checker/judge.h"
#include "checker/reference.h"
#include "fuzz_targets/ion_allocator.h"
#include "ir/cfg.h"
#include "ssagen/knobs.h"
#include "ssagen/ssagen.h"
#include "tests/checker/damage_ways.h"
#include "tests/checker/hand_answers.h"

namespace regproof {
namespace {

using testing::Answered;
using testing::Damaged;
using testing::Damager;
using testing::NamedWay;
using testing::Sample;
namespace fs = std::filesystem;

constexpr std::uint32_t kCopiesOfOwn = 1200;  // of each way
constexpr std::uint32_t kCopiesOfReal = 400;  // likewise
constexpr std::uint32_t kCopiesOfGenerated = 100;
constexpr std::uint64_t kProgramsOfProfile = 6;
constexpr std::uint32_t kTriesPerCopy = 20;
constexpr std::uint32_t kPathsOfAccepted = 400;  // half of them led to the damaged place
constexpr std::uint32_t kPathsOfRejected = 60;
constexpr std::uint32_t kMorePaths = 1500;  // for wrong values that those have not shown
constexpr std::size_t kLargest = 400;       // instructions of a function that is damaged
constexpr std::size_t kExamples = 2;        // printed, of each way

struct Count {
  std::uint32_t made = 0;
  std::uint32_t rejected = 0;
  std::uint32_t harmless = 0;
  std::uint32_t dead = 0;    // of the harmless: the entry does not reach the place
  std::uint32_t missed = 0;  // of the harmless: it does, but no path came there
  std::uint32_t holes = 0;
  std::vector<std::string> examples;
};

// Rejected copies by the kind of their first finding.
struct Seen {
  std::uint32_t rejected = 0;
  std::uint32_t seen = 0;
};

void answer_by_reference(std::vector<Sample> samples, const std::string& origin,
                         std::vector<Answered>& answers) {
  for (Sample& sample : samples) {
    if (sample.function.view().inst_count() > kLargest) continue;
    auto answer = ReferenceAllocator().allocate(sample.function.view(), sample.machine);
    if (!answer) continue;
    std::string name = origin + " " + sample.function.name;
    answers.push_back({std::move(name), std::move(sample), std::move(*answer)});
  }
}

std::vector<fs::path> files_of(const fs::path& folder, const char* extension) {
  std::vector<fs::path> files;
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<Answered> own_answers() {
  std::vector<Answered> answers;
  for (const testing::HandAnswer& hand : testing::kHandAnswers) {
    Sample sample = testing::read_sample(std::string(hand.machine) + std::string(hand.function));
    Output output = testing::read_answer(sample, std::string(hand.lines));
    std::string name = "by hand: " + sample.function.name;
    answers.push_back({std::move(name), std::move(sample), std::move(output)});
  }
  answer_by_reference(testing::all_samples(), "sample", answers);
  for (const fs::path& file : files_of(fs::path(REGPROOF_SOURCE_DIR) / "corpus/seeds", ".func")) {
    std::size_t dropped = 0;
    std::string text = testing::read_file(file);
    answer_by_reference(testing::read_samples(text, file.string(), dropped),
                        file.filename().string(), answers);
  }
  return answers;
}

// The functions of one file that `FILE.alloc` answers.
void read_answered(const fs::path& problem, const fs::path& answer_file,
                   std::vector<Answered>& answers) {
  std::size_t dropped = 0;
  std::string problem_text = testing::read_file(problem);
  std::map<std::string, Sample> by_name;
  for (Sample& sample : testing::read_samples(problem_text, problem.string(), dropped)) {
    std::string name = sample.function.name;
    by_name.emplace(std::move(name), std::move(sample));
  }
  std::string text = testing::read_file(answer_file);
  AllocationReader reader(answer_file.string(), text);
  while (true) {
    auto next = reader.next();
    ASSERT_TRUE(next.ok()) << next.error().text();
    if (!next->has_value()) return;
    auto found = by_name.find((*next)->name);
    if (found == by_name.end()) continue;
    FunctionView function = found->second.function.view();
    if (function.inst_count() > kLargest) continue;
    auto output = to_output(**next, answer_file.string(), function);
    ASSERT_TRUE(output.ok()) << output.error().text();
    answers.push_back({"regalloc2 " + problem.filename().string() + " " + found->first,
                       found->second, std::move(*output)});
  }
}

bool is_reachable(const Answered& answered, const Damaged& damaged) {
  FunctionView function = answered.sample.function.view();
  Cfg cfg = analyze_cfg(function);
  bool reachable = damaged.places.empty();
  for (Inst place : damaged.places) {
    reachable = reachable || cfg.is_reachable(function.block_of(place));
  }
  return reachable;
}

// Why an accepted copy is harmless, as far as that can be said from outside.
std::string reason(const Answered& answered, const Damaged& damaged) {
  FunctionView function = answered.sample.function.view();
  if (!is_reachable(answered, damaged)) return "the entry does not reach it";
  if (damaged.edits.size() != 1) return "the places hold what is read there";
  // The same answer, but that the edit's destination holds nothing afterwards.
  Output poisoned = damaged.output;
  Edit poison = damaged.edits[0];
  if (!poison.to.is_reg()) return "the slot already holds the value, or is not read any more";
  poison.kind = EditKind::Move;
  poison.from = poison.to;
  for (unsigned number = 0; number < kRegsPerClass; ++number) {
    PReg reg = make_preg(class_of(poison.to.as_reg()), number);
    bool free = answered.sample.machine.allocatable().contains(reg);
    for (const Edit& edit : poisoned.edits) {
      free = free && edit.from != Location::reg(reg) && edit.to != Location::reg(reg);
    }
    for (Location place : poisoned.locations) free = free && place != Location::reg(reg);
    if (free) poison.from = Location::reg(reg);
  }
  if (poison.from == poison.to) return "the place already holds the value, or is not read any more";
  auto earlier = [](const Edit& a, const Edit& b) { return a.point < b.point; };
  auto at = std::upper_bound(poisoned.edits.begin(), poisoned.edits.end(), poison, earlier);
  poisoned.edits.insert(at, poison);
  bool read = !judge_output(function, answered.sample.machine, poisoned).proven();
  return read ? "its destination already holds the value" : "its destination is not read any more";
}

// The first mismatch on any of `paths` paths, led to the damaged places in turn and, every second
// one, free.
std::optional<Finding> run(const Answered& answered, const Damaged& damaged, std::uint32_t paths,
                           bool& reached) {
  FunctionView function = answered.sample.function.view();
  Interpreter interpreter(function, answered.sample.machine, damaged.output);
  std::uint32_t steps = static_cast<std::uint32_t>(3 * function.inst_count() + 100);
  reached = damaged.places.empty();
  for (std::uint32_t seed = 0; seed < paths; ++seed) {
    if (seed % 8 == 0) {
      bool led = seed % 16 == 0 && !damaged.places.empty();
      std::size_t place = seed / 16 % std::max<std::size_t>(damaged.places.size(), 1);
      interpreter.set_goal(led ? function.block_of(damaged.places[place]) : Block());
    }
    if (auto finding = interpreter.run(seed, steps)) {
      reached = true;
      return finding;
    }
  }
  for (Inst place : damaged.places) {
    reached = reached || interpreter.was_entered(function.block_of(place));
  }
  return std::nullopt;
}

class Statistics {
 public:
  void judge(const NamedWay& way, const Answered& answered, const Damaged& damaged) {
    Count& count = counts_[way.name];
    ++count.made;
    Verdict verdict =
        judge_output(answered.sample.function.view(), answered.sample.machine, damaged.output);
    if (verdict.proven()) {
      accepted(way, count, answered, damaged);
    } else {
      ++count.rejected;
      rejected(answered, damaged, verdict);
    }
  }

  void print() const {
    std::printf("%-24s %6s %9s %9s %9s %9s %6s\n", "way", "made", "rejected", "harmless",
                "dead code", "missed", "holes");
    Count total;
    for (const NamedWay& way : testing::kWays) {
      auto found = counts_.find(way.name);
      if (found == counts_.end()) continue;
      print_row(way.name, found->second);
      total.made += found->second.made;
      total.rejected += found->second.rejected;
      total.harmless += found->second.harmless;
      total.dead += found->second.dead;
      total.missed += found->second.missed;
      total.holes += found->second.holes;
    }
    print_row("all", total);
    std::printf("\nrejected, by the first finding:  interpreter sees it / all\n");
    for (const auto& [kind, seen] : by_kind_) {
      std::printf("  %-26s %6u / %6u\n", name_of(kind), seen.seen, seen.rejected);
    }
    std::printf("rejected for values alone: %u, not seen on %u paths: %u\n", values_alone_,
                kMorePaths, values_unseen_);
    for (const std::string& example : unseen_examples_) std::printf("  %s\n", example.c_str());
    std::printf("\naccepted and harmless, examples:\n");
    for (const auto& [name, count] : counts_) {
      for (const std::string& example : count.examples) {
        std::printf("  %s: %s\n", name.c_str(), example.c_str());
      }
    }
  }

  Count total() const {
    Count total;
    for (const auto& [name, count] : counts_) {
      total.made += count.made;
      total.rejected += count.rejected;
    }
    return total;
  }
  const std::map<std::string, Count>& counts() const { return counts_; }

 private:
  static void print_row(const char* name, const Count& count) {
    std::printf("%-24s %6u %9u %9u %9u %9u %6u\n", name, count.made, count.rejected, count.harmless,
                count.dead, count.missed, count.holes);
  }

  void accepted(const NamedWay& way, Count& count, const Answered& answered,
                const Damaged& damaged) {
    bool reached = false;
    std::optional<Finding> finding = run(answered, damaged, kPathsOfAccepted, reached);
    if (finding) {
      ++count.holes;
      ADD_FAILURE() << way.name << ", accepted by the judges: " << finding->message << "\n"
                    << damaged.what << "\n"
                    << answered.name << "\n"
                    << testing::print(answered.sample, damaged.output);
      return;
    }
    ++count.harmless;
    bool dead = !is_reachable(answered, damaged);
    if (dead) ++count.dead;
    if (!dead && !reached) ++count.missed;
    if (count.examples.size() < kExamples) {
      count.examples.push_back(damaged.what + ": " + reason(answered, damaged) + " (" +
                               answered.name + ")");
    }
  }

  void rejected(const Answered& answered, const Damaged& damaged, const Verdict& verdict) {
    bool values_alone = true;
    for (const Finding& finding : verdict.findings) {
      values_alone = values_alone && (finding.kind == FindingKind::WrongValue ||
                                      finding.kind == FindingKind::UndefinedValue ||
                                      finding.kind == FindingKind::DebugWrongValue);
    }
    bool reached = false;
    bool seen = run(answered, damaged, kPathsOfRejected, reached).has_value();
    if (values_alone) {
      // What reads the wrong value is where paths should lead.
      Damaged led = damaged;
      for (const Finding& finding : verdict.findings) {
        if (finding.inst.valid() && led.places.size() < 8) led.places.push_back(finding.inst);
      }
      if (!seen) seen = run(answered, led, kMorePaths, reached).has_value();
      ++values_alone_;
      if (!seen) {
        ++values_unseen_;
        if (unseen_examples_.size() < 12) {
          unseen_examples_.push_back(damaged.what + " | " + verdict.findings[0].message + " (" +
                                     answered.name + ")");
        }
      }
    }
    Seen& kind = by_kind_[verdict.findings[0].kind];
    ++kind.rejected;
    kind.seen += seen;
  }

  std::map<std::string, Count> counts_;
  std::map<FindingKind, Seen> by_kind_;
  std::uint32_t values_alone_ = 0;
  std::uint32_t values_unseen_ = 0;
  std::vector<std::string> unseen_examples_;
};

void damage_all(const std::vector<Answered>& answers, std::uint64_t seed,
                std::uint32_t copies_of_each_way, Statistics& statistics) {
  RandomStream random(seed);
  for (const NamedWay& way : testing::kWays) {
    std::uint32_t made = 0;
    for (std::uint32_t tries = 0; tries < kTriesPerCopy * copies_of_each_way; ++tries) {
      if (made == copies_of_each_way) break;
      const Answered& answered = answers[random.below(static_cast<std::uint32_t>(answers.size()))];
      std::optional<Damaged> damaged = Damager(answered, random).apply(way.way);
      if (!damaged) continue;
      ++made;
      statistics.judge(way, answered, *damaged);
    }
  }
}

// With registers that change hands, slots that are shared, moves on edges: what `reference` never does.
std::vector<Answered> engine_answers() {
  std::vector<Answered> answers;
  IonAllocator allocator;
  for (const Profile& profile : all_profiles()) {
    for (std::uint64_t seed = 0; seed < kProgramsOfProfile; ++seed) {
      Program program = generate(seed, profile.knobs);
      FunctionView function = program.function.view();
      if (function.inst_count() > kLargest) continue;
      auto answer = allocator.allocate(function, program.machine);
      if (!answer) continue;
      std::string name = std::string(profile.name) + " " + std::to_string(seed);
      answers.push_back(
          {std::move(name), {program.machine, std::move(program.function)}, std::move(*answer)});
    }
  }
  return answers;
}

void expect_originals_are_proven(const std::vector<Answered>& answers) {
  for (const Answered& answered : answers) {
    FunctionView function = answered.sample.function.view();
    Verdict verdict = judge_output(function, answered.sample.machine, answered.output);
    EXPECT_TRUE(verdict.proven()) << answered.name << ": " << verdict.findings[0].message;
    for (const Finding& finding :
         interpret(function, answered.sample.machine, answered.output, 20, 2000)) {
      ADD_FAILURE() << answered.name << ": " << finding.message;
    }
  }
}

// `optional_way` need not apply to any of the answers.
void expect_enough(const Statistics& statistics, std::string_view optional_way) {
  EXPECT_GE(statistics.total().made, 1000u);
  EXPECT_GE(statistics.total().rejected, 500u);
  for (const NamedWay& way : testing::kWays) {
    auto found = statistics.counts().find(way.name);
    if (found == statistics.counts().end()) {
      EXPECT_TRUE(optional_way == way.name) << way.name << " was never made";
      continue;
    }
    EXPECT_GT(found->second.rejected, 0u) << way.name << " was never rejected";
    EXPECT_EQ(found->second.missed, 0u) << way.name << ": no path came to the damaged place";
  }
}

TEST(DamagedAnswers, OfTheReferenceAllocator) {
  std::vector<Answered> answers = own_answers();
  ASSERT_GE(answers.size(), 50u);
  expect_originals_are_proven(answers);
  Statistics statistics;
  damage_all(answers, 1, kCopiesOfOwn, statistics);
  std::printf("%zu answers of the reference allocator to our own programs\n", answers.size());
  statistics.print();
  expect_enough(statistics, "");
}

TEST(DamagedAnswers, OfTheEngineToGeneratedPrograms) {
  std::vector<Answered> answers = engine_answers();
  ASSERT_GE(answers.size(), 50u);
  expect_originals_are_proven(answers);
  Statistics statistics;
  damage_all(answers, 3, kCopiesOfGenerated, statistics);
  std::printf("%zu answers of the engine to generated programs\n", answers.size());
  statistics.print();
  expect_enough(statistics, "");
}

TEST(DamagedAnswers, OfRegalloc2ToRealProblems) {
  fs::path problems = fs::path(REGPROOF_SOURCE_DIR) / "../shared/problems";
  std::vector<fs::path> files = files_of(problems / "answers", ".alloc");
  if (files.empty()) GTEST_SKIP() << "no answers of regalloc2 beside the checkout";
  std::vector<Answered> answers;
  for (const fs::path& file : files) {
    fs::path problem = problems / file.filename().replace_extension(".func");
    read_answered(problem, file, answers);
  }
  std::size_t of_regalloc2 = answers.size();
  // Rematerializable values and labels: regalloc2 answered none of these.
  for (const char* name : {"x86_64-bz2-debug.func", "llvm/lua.func", "llvm/zlib.func"}) {
    std::size_t dropped = 0;
    std::string text = testing::read_file(problems / name);
    answer_by_reference(testing::read_samples(text, name, dropped), name, answers);
  }
  expect_originals_are_proven(answers);
  Statistics statistics;
  damage_all(answers, 2, kCopiesOfReal, statistics);
  std::printf("%zu answers of regalloc2 and %zu of the reference allocator to real problems\n",
              of_regalloc2, answers.size() - of_regalloc2);
  statistics.print();
  expect_enough(statistics, "parked in scratch");  // no machine here has one
}

}  // namespace
}  // namespace regproof
