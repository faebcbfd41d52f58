// What a break comes to, and whether the checker noticed.
//
//   Value      some path shows it: a use, or a label, does not find its value (checker/interpreter.h)
//   Contract   no path has shown it, but the contract forbids it (sabotage/contract.h)
//   Harmless   allowed, and paths through the changed places show nothing; or nothing reaches them
//   Unseen     the checker refuses it for its values, and no path has shown why
//   Undecided  the checker accepts it, and no path has come to the changed places
//
// Value and Contract are visible: the checker has to refuse them. A path proves that a break is
// visible; that one is harmless is not proven by paths that saw nothing, so a break that the checker
// accepts gets many.
//
// Cost: the checker's, plus the paths'. Most visible breaks are seen on the first path or two.
//
// Tested by tests/sabotage/sabotage_test.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "checker/verdict.h"
#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"
#include "sabotage/ways.h"

namespace regproof::sabotage {

enum class Effect : std::uint8_t { Value, Contract, Harmless, Unseen, Undecided };
const char* name_of(Effect effect);

// How many paths are run before a question is given up. A path that shows why a value is missed is
// mostly among the first two, but a value that is lost may come back only after several turns of
// several loops: one in a hundred paths, or in a thousand.
struct Effort {
  std::uint32_t paths_of_breach = 4;      // where the contract forbids it anyway
  std::uint32_t paths_of_accepted = 64;   // a wrong one among these is a hole
  std::uint32_t paths_of_refused = 5000;  // for its values: some path has to show why
};

struct Classified {
  Effect effect = Effect::Harmless;
  Verdict verdict;                    // the checker's
  std::optional<std::string> breach;  // of the contract
  std::optional<Finding> shown;       // the interpreter's

  RuleSet rules() const { return RuleSet::of(verdict); }
  bool visible() const { return effect == Effect::Value || effect == Effect::Contract; }
  bool refused() const { return !verdict.proven(); }
  // A visible break that the checker accepts.
  bool is_hole() const { return visible() && !refused(); }
  // The checker says that the contract is broken, and its restatement does not.
  bool is_disputed() const;
};

Classified classify(const FunctionView& function, const Machine& machine, const Output& sound,
                    const Output& broken, const Effort& effort = {});

// What is wrong with an answer that should be sound, by any of the judges; nothing if all agree that
// it is.
std::optional<std::string> fault_of_sound(const FunctionView& function, const Machine& machine,
                                          const Output& output, std::uint32_t paths);

// For people: what `fault_of_sound` says, the program and the answer.
std::string explain_sound(const FunctionView& function, const Machine& machine,
                          const Output& output, const std::string& fault);
// Likewise: the way, what it changed, what each judge says, the program and the broken answer.
std::string explain(const FunctionView& function, const Machine& machine, const Output& sound,
                    const Output& broken, const Way& way, const Classified& classified);

}  // namespace regproof::sabotage
