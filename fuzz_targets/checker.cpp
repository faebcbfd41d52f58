// Property: the judges agree. A sound answer is accepted by the checker, by the contract's
// restatement and by the interpreter; one that is broken (sabotage/ways.h) so that some path shows it,
// or so that the contract forbids it, is refused by the checker, in words. Labels of an answer get no
// more than they ask for (checker/label_coverage.h).
//
// The program is what `decode` of ssagen reads. Whose answer is broken, and the order in which the ways are tried, is drawn
// from its machine, the places from its name, too; each way has numbers of its own to choose places by. A
// smaller program is broken more often, and begins with the ways of a larger one: so what fails still
// fails while the program is reduced.
//
// A break that is refused for its values, and that the few paths run here do not show, is let pass:
// `regproof sabotage` has the time to look for such a path.
//
// Tested by its own replay in ctest and by tests/fuzz_targets/targets_test.cpp.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checker/label_coverage.h"
#include "checker/path_chooser.h"
#include "checker/reference.h"
#include "fuzz_targets/ion_allocator.h"
#include "fuzz_targets/property.h"
#include "ir/text.h"
#include "sabotage/classify.h"
#include "sabotage/ways.h"
#include "ssagen/ssagen.h"

namespace regproof {
namespace {

// A few breaks of a large program: more of one find less than other programs would. A small one costs
// little, and many breaks of it are the same.
constexpr std::size_t kFewestBreaks = 4, kMostBreaks = 40;
constexpr std::size_t kBrokenInsts = 180;  // breaks times instructions
constexpr int kRounds = 2;                 // through all ways
constexpr std::uint32_t kPathsOfSound = 3;
constexpr sabotage::Effort kEffort{
    .paths_of_breach = 2, .paths_of_accepted = 16, .paths_of_refused = 16};

// FNV-1a. That of `a` followed by `b` is hash_of(b, hash_of(a)).
std::uint64_t hash_of(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325u) {
  for (char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3u;
  return hash;
}

std::vector<const sabotage::Way*> shuffled_ways(RandomStream random) {
  std::vector<const sabotage::Way*> ways;
  for (const sabotage::Way& way : sabotage::all_ways()) ways.push_back(&way);
  for (std::size_t i = ways.size(); i > 1; --i) {
    std::swap(ways[i - 1], ways[random.below(static_cast<std::uint32_t>(i))]);
  }
  return ways;
}

bool is_wordless(const Finding& finding) {
  return finding.message.empty() || *name_of(finding.kind) == '\0';
}

// How the judges disagree on the broken answer. What it says up to the colon stays while a failure is reduced, so the
// way is not named there.
std::optional<std::string> disagreement(const sabotage::Classified& classified) {
  if (classified.is_disputed()) return "refused, though the contract allows it: ";
  const std::vector<Finding>& findings = classified.verdict.findings;
  if (std::any_of(findings.begin(), findings.end(), is_wordless)) return "refused without a word: ";
  if (!classified.is_hole()) return std::nullopt;
  return classified.shown ? "accepted, though a path shows it: "
                          : "accepted, though the contract forbids it: ";
}

// Breaks the answer in one way after another; `machine` is the hash of the machine.
std::optional<std::string> break_sound(const Program& program, const Output& sound,
                                       std::uint64_t machine) {
  FunctionView function = program.function.view();
  std::vector<const sabotage::Way*> ways = shuffled_ways(RandomStream(machine));
  RandomStream places(hash_of(program.function.name, machine));
  std::size_t left = std::clamp(kBrokenInsts / function.inst_count(), kFewestBreaks, kMostBreaks);
  for (std::size_t i = 0; i < kRounds * ways.size() && left > 0; ++i) {
    const sabotage::Way& way = *ways[i % ways.size()];
    RandomStream own(places.next());
    auto broken = sabotage::break_answer(way, function, program.machine, sound, own);
    if (!broken) continue;
    --left;
    sabotage::Classified classified =
        sabotage::classify(function, program.machine, sound, *broken, kEffort);
    if (auto said = disagreement(classified)) {
      return *said + sabotage::explain(function, program.machine, sound, *broken, way, classified);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Failure> checker_property(std::span<const std::uint8_t> input) {
  Program program = decode(input);
  FunctionView function = program.function.view();
  std::string text;
  print_machine(program.machine, text);
  std::uint64_t machine = hash_of(text);
  IonAllocator ion;
  ReferenceAllocator reference;
  Allocator& allocator = machine % 4 == 0 ? static_cast<Allocator&>(reference) : ion;
  Result<Output, AllocError> answer = allocator.allocate(function, program.machine);
  if (!answer) return std::nullopt;  // whether it should have is for `ion_checker`

  LabelCoverage labels = measure_labels(function, *answer);
  auto fault = sabotage::fault_of_sound(function, program.machine, *answer, kPathsOfSound);
  if (!fault && labels.given > labels.asked) fault = "labels get more than they ask for";
  std::optional<std::string> said =
      fault ? sabotage::explain_sound(function, program.machine, *answer, *fault)
            : break_sound(program, *answer, machine);
  if (!said) return std::nullopt;
  return Failure{std::string(allocator.name()) + " answers; " + *said};
}

}  // namespace regproof
