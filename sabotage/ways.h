// The ways to break a sound answer, by name: each changes one thing that an allocator could get
// wrong. The result may be as right as before (a move that was not needed is dropped): to tell is the
// work of sabotage/classify.h.
//
//   operand_ways      an operand in another place: another register, its neighbour's, a clobbered one
//   constraint_ways   an operand that its constraint forbids to stand there
//   slot_ways         the frame: shifted, joined, overlapping, misaligned slots; a frame too small
//   edit_ways         whether, when and in which order an edit runs
//   move_ways         what a move copies and where to
//   edge_ways         moves between blocks: on the wrong side, to the wrong successor
//   recipe_ways       values that are computed again
//   input_ways        from others: what recipes find, overwrite, or are run for
//   label_ways        debug locations
//   list_ways         the lists of locations themselves
//
// To add one: a function and a row in the file of its subject. tests/sabotage/sabotage_test.cpp holds
// each way to be possible, and to be found by a rule that its row names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

#include "checker/verdict.h"
#include "sabotage/scene.h"

namespace regproof::sabotage {

// A set of the checker's rules.
class RuleSet {
 public:
  constexpr RuleSet() = default;
  constexpr RuleSet(std::initializer_list<FindingKind> rules) {
    for (FindingKind rule : rules) add(rule);
  }

  constexpr void add(FindingKind rule) { bits_ |= bit(rule); }
  constexpr bool contains(FindingKind rule) const { return (bits_ & bit(rule)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool is_only(FindingKind rule) const { return bits_ == bit(rule); }
  constexpr bool meets(RuleSet other) const { return (bits_ & other.bits_) != 0; }

  // The kinds of the findings.
  static RuleSet of(const Verdict& verdict) {
    RuleSet rules;
    for (const Finding& finding : verdict.findings) rules.add(finding.kind);
    return rules;
  }

 private:
  static constexpr std::uint64_t bit(FindingKind rule) {
    return std::uint64_t{1} << static_cast<unsigned>(rule);
  }
  std::uint64_t bits_ = 0;
};

// A use, or a label, that does not find its value: what paths can show.
inline constexpr RuleSet kValueRules = {FindingKind::WrongValue, FindingKind::UndefinedValue,
                                        FindingKind::DebugWrongValue};
inline constexpr RuleSet kUseRules = {FindingKind::WrongValue, FindingKind::UndefinedValue};

struct Way {
  std::string_view name;      // hyphenated
  std::string_view sentence;  // what it does
  RuleSet rules;              // of the checker: those that are expected to find it
  // False where it does not apply to the answer.
  bool (*apply)(Scene& scene);
};

// By subject, in the order above.
std::span<const Way> all_ways();
// Null if there is none of that name.
const Way* find_way(std::string_view name);

// Nothing where the way does not apply, or has changed nothing.
std::optional<Output> break_answer(const Way& way, const FunctionView& function,
                                   const Machine& machine, const Output& sound,
                                   RandomStream& random);

// The groups.
std::span<const Way> operand_ways();
std::span<const Way> constraint_ways();
std::span<const Way> slot_ways();
std::span<const Way> edit_ways();
std::span<const Way> move_ways();
std::span<const Way> edge_ways();
std::span<const Way> recipe_ways();
std::span<const Way> input_ways();
std::span<const Way> label_ways();
std::span<const Way> list_ways();

}  // namespace regproof::sabotage
