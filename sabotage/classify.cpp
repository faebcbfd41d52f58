#include "sabotage/classify.h"

#include <algorithm>
#include <vector>

#include "checker/interpreter.h"
#include "checker/judge.h"
#include "checker/recipes.h"
#include "ir/text.h"
#include "sabotage/contract.h"
#include "sabotage/difference.h"

namespace regproof::sabotage {
namespace {

// Enough to go through a function and around some of its loops; of many paths, the later ones go
// around more often: what an allocator forgets may come back only after several turns.
std::uint32_t steps_of(const FunctionView& function, std::uint32_t path = 0) {
  constexpr std::uint32_t kShortPaths = 100;
  std::size_t steps = std::min<std::size_t>(3 * function.inst_count() + 100, 6000);
  return static_cast<std::uint32_t>(path < kShortPaths ? steps : 8 * steps);
}

// The interpreter writes each unit of a slot. Where a value takes thousands, fewer paths have to do.
std::uint32_t affordable(std::uint32_t paths, const Machine& machine) {
  constexpr std::uint64_t kUsualUnits = 64;
  std::uint64_t units = kUsualUnits;
  for (std::uint32_t size : machine.slot_size) units = std::max<std::uint64_t>(units, size);
  return static_cast<std::uint32_t>(
      std::max<std::uint64_t>(paths * kUsualUnits / units, std::min(paths, 2u)));
}

// Looks for a path that shows a difference: led to one of the changed places, then on to where the
// checker says that a value is missed; straight to there; or there by way of any block, since what
// overwrites the value may stand far away from both.
class Search {
 public:
  Search(const FunctionView& function, const Machine& machine, const Output& sound,
         const Output& broken, const Verdict& verdict)
      : function_(function), interpreter_(function, machine, broken) {
    for (Inst place : differing_places(function, sound, broken)) {
      changed_.push_back(function.block_of(place));
    }
    for (const Finding& finding : verdict.findings) {
      if (missed_.size() == kMostPlaces) break;
      if (finding.inst.valid() && kValueRules.contains(finding.kind)) {
        missed_.push_back(function.block_of(finding.inst));
      }
    }
  }

  std::optional<Finding> run(std::uint32_t paths) {
    for (std::uint32_t path = 0; path < paths; ++path) {
      if (path % kPathsOfGoal == 0) set_goal(path / kPathsOfGoal);
      if (auto finding = interpreter_.run(path, steps_of(function_, path))) return finding;
    }
    return std::nullopt;
  }

  // Some path came to a changed place, or none can.
  bool came_there() const {
    std::vector<bool> reachable = reachable_blocks(function_);
    bool possible = false;
    for (Block block : changed_) {
      if (interpreter_.was_entered(block)) return true;
      possible = possible || reachable[block.value()];
    }
    return !possible;
  }

 private:
  static constexpr std::uint32_t kPathsOfGoal = 2;

  void set_goal(std::uint32_t turn) {
    auto one_of = [&](const std::vector<Block>& blocks) {
      return blocks.empty() ? Block() : blocks[turn / 4 % blocks.size()];
    };
    Block any(turn / 4 % static_cast<std::uint32_t>(function_.block_count()));
    switch (turn % 4) {
      case 0:
        return interpreter_.set_goal(one_of(changed_), one_of(missed_));
      case 1:
        return interpreter_.set_goal(one_of(changed_));
      case 2:
        return interpreter_.set_goal(one_of(missed_));
      default:
        return interpreter_.set_goal(any, one_of(missed_));
    }
  }

  const FunctionView& function_;
  Interpreter interpreter_;
  std::vector<Block> changed_;
  std::vector<Block> missed_;
};

bool has_contract_rule(const Verdict& verdict) {
  return std::any_of(verdict.findings.begin(), verdict.findings.end(),
                     [](const Finding& f) { return !kValueRules.contains(f.kind); });
}

std::uint32_t paths_for(const Classified& classified, const Effort& effort) {
  if (classified.breach) return effort.paths_of_breach;
  return classified.refused() ? effort.paths_of_refused : effort.paths_of_accepted;
}

Effect effect_of(const Classified& classified, const Search& search) {
  if (classified.shown) return Effect::Value;
  if (classified.breach) return Effect::Contract;
  if (classified.refused()) return Effect::Unseen;
  return search.came_there() ? Effect::Harmless : Effect::Undecided;
}

}  // namespace

const char* name_of(Effect effect) {
  constexpr const char* kNames[] = {"value", "contract", "harmless", "unseen", "undecided"};
  return kNames[static_cast<std::size_t>(effect)];
}

bool Classified::is_disputed() const {
  return has_contract_rule(verdict) && !breach;
}

Classified classify(const FunctionView& function, const Machine& machine, const Output& sound,
                    const Output& broken, const Effort& effort) {
  Classified result;
  result.verdict = judge_output(function, machine, broken);
  result.breach = breach_of_contract(function, machine, broken);
  Search search(function, machine, sound, broken, result.verdict);
  result.shown = search.run(affordable(paths_for(result, effort), machine));
  result.effect = effect_of(result, search);
  return result;
}

std::optional<std::string> fault_of_sound(const FunctionView& function, const Machine& machine,
                                          const Output& output, std::uint32_t paths) {
  Verdict verdict = judge_output(function, machine, output);
  if (!verdict.proven()) {
    return std::string("the checker refuses it: ") + name_of(verdict.findings.front().kind) + ": " +
           verdict.findings.front().message;
  }
  if (auto breach = breach_of_contract(function, machine, output)) {
    return "it breaks the contract: " + *breach;
  }
  Interpreter interpreter(function, machine, output);
  for (std::uint32_t seed = 0; seed < affordable(paths, machine); ++seed) {
    if (auto shown = interpreter.run(seed, steps_of(function))) {
      return "the interpreter sees: " + shown->message;
    }
  }
  return std::nullopt;
}

namespace {

std::string program_and_answer(const FunctionView& function, const Machine& machine,
                               const Output& output, const std::string& title) {
  std::string text = "\n# the program\n";
  print_machine(machine, text);
  text += "\n";
  print_function(function, text);
  text += "\n# " + title + "\n";
  print_allocation(function, output, text);
  return text;
}

}  // namespace

std::string explain_sound(const FunctionView& function, const Machine& machine,
                          const Output& output, const std::string& fault) {
  return "an answer that should be sound: " + fault + "\n" +
         program_and_answer(function, machine, output, "the answer");
}

std::string explain(const FunctionView& function, const Machine& machine, const Output& sound,
                    const Output& broken, const Way& way, const Classified& classified) {
  std::string text = std::string(way.name) + ": " + std::string(way.sentence) + "\n" +
                     differing_lines(function, sound, broken);
  text += std::string("effect: ") + name_of(classified.effect) + "\n";
  text += "contract: " + classified.breach.value_or("kept") + "\n";
  text += "interpreter: " + (classified.shown ? classified.shown->message : "no difference") + "\n";
  if (!classified.refused()) text += "checker: accepted\n";
  for (const Finding& finding : classified.verdict.findings) {
    text +=
        std::string("checker: ") + regproof::name_of(finding.kind) + ": " + finding.message + "\n";
  }
  return text + program_and_answer(function, machine, broken, "the broken answer");
}

}  // namespace regproof::sabotage
