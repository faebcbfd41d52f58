// Property: every input is a legal, feasible program; encoding it and printing it lose nothing. So is
// what one mutation makes of it, what mutating and crossing its bytes makes, and, of every fourth
// input that is small, what the reducer leaves. What generated programs are made of is counted
// without gaps.
//
// Which mutation, and what the reducer keeps, is drawn from a hash of the whole input, so that all of
// its bytes still make the program.
//
// Tested by its own replay in ctest and by tests/fuzz_targets/targets_test.cpp.
#include "ssagen/ssagen.h"

#include <string>
#include <vector>

#include "fuzz_targets/property.h"
#include "ir/feasible.h"
#include "ir/text.h"
#include "ir/validate.h"
#include "ssagen/mutate.h"
#include "ssagen/reduce.h"
#include "ssagen/shapes.h"

namespace regproof {
namespace {

constexpr std::size_t kMaxMutant = 4096;
// So that reducing takes no longer than the rest.
constexpr std::size_t kMaxReducedInsts = 30;
constexpr std::uint64_t kMaxAsked = 300;

// FNV-1a.
std::uint64_t hash_of(std::span<const std::uint8_t> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3u;
  return hash ^ hash >> 32;
}

std::string text_of(const Program& program) {
  std::string text;
  print_machine(program.machine, text);
  print_function(program.function.view(), text);
  return text;
}

// Empty if the program is legal and feasible.
std::string illegality_of(const Program& program) {
  FunctionView function = program.function.view();
  std::vector<Violation> violations = validate_machine(program.machine);
  if (violations.empty()) violations = validate(function, program.machine);
  if (!violations.empty()) return "not legal: " + violations.front().message;
  auto conflict = find_infeasible(function, program.machine);
  return conflict ? "not feasible: " + conflict->message : "";
}

// Empty if bytes and text say all of it.
std::string loss_of(const Program& program, const std::string& text) {
  FunctionView function = program.function.view();
  Program again = decode(encode(function, program.machine));
  if (again.machine != program.machine) return "encoding changes the machine";
  if (!same_program(again.function.view(), function)) return "encoding changes the program";
  FunctionReader reader("printed", text);
  Result<std::optional<FunctionText>, TextError> read = reader.next();
  if (!read) return "the printed text does not read: " + read.error().text();
  if (!read->has_value()) return "the printed text holds no function";
  if ((*read)->machine != program.machine) return "printing changes the machine";
  bool same = same_program((*read)->function.view(), function);
  return same ? "" : "printing changes the program";
}

std::optional<Failure> failure_of(const Program& program, const std::string& made_by) {
  std::string text = text_of(program);
  std::string finding = illegality_of(program);
  if (finding.empty()) finding = loss_of(program, text);
  if (finding.empty()) return std::nullopt;
  return Failure{finding + (made_by.empty() ? "" : "\nmade by " + made_by) + "\n\n" + text};
}

// Every operand is of one kind.
std::optional<Failure> miscounted(const Program& program) {
  FunctionView function = program.function.view();
  ShapeCounts counts;
  count_shapes(function, program.machine, counts);
  std::uint64_t operands = counts[Shape::Reuse].total + counts[Shape::Pin].total;
  for (Shape shape : {Shape::UseAny, Shape::UseReg, Shape::UseStack, Shape::UseFixed,
                      Shape::UseLimit, Shape::UseIn, Shape::DefAny, Shape::DefReg, Shape::DefStack,
                      Shape::DefFixed, Shape::DefLimit, Shape::DefIn}) {
    operands += counts[shape].total;
  }
  if (operands == counts.operands && counts.insts == function.inst_count()) return std::nullopt;
  return Failure{"operands are miscounted\n\n" + text_of(program)};
}

std::optional<Failure> mutated(const Program& program, std::span<const std::uint8_t> input) {
  std::uint64_t hash = hash_of(input);
  const Mutation& mutation = all_mutations()[hash % all_mutations().size()];
  Sketch sketch = sketch_of(program.function.view(), program.machine);
  Choices choices = Choices::from_seed(hash);
  if (mutation.apply(sketch, choices)) {
    auto failure = failure_of(finish(sketch, true), std::string(mutation.name));
    if (failure) return failure;
  }
  for (Reading reading : {Reading::Feasible, Reading::Unloosened}) {
    std::vector<std::uint8_t> mutant = mutate(input, hash, kMaxMutant, reading);
    std::vector<std::uint8_t> both = cross(input, mutant, hash + 1, kMaxMutant, reading);
    if (mutant.size() > kMaxMutant || both.size() > kMaxMutant) {
      return Failure{"a mutant is larger than allowed\n\n" + text_of(program)};
    }
    Program made = reading == Reading::Feasible ? decode(both) : decode_unloosened(both);
    bool legal = validate(made.function.view(), made.machine).empty();
    if (!legal || (reading == Reading::Feasible && !illegality_of(made).empty())) {
      return Failure{"mutating and crossing: " + illegality_of(made) + "\n\n" + text_of(made)};
    }
  }
  return std::nullopt;
}

// Keeps about a half of what it is asked for, whatever that is.
std::optional<Failure> reduced(const Program& program, std::uint64_t hash) {
  if (hash % 4 != 0 || program.function.view().inst_count() > kMaxReducedInsts) return std::nullopt;
  ReduceOptions options;
  options.max_asked = kMaxAsked;
  auto keeps = [&](const Program& p) {
    return ((hash_of(encode(p.function.view(), p.machine)) ^ hash) & 16) != 0;
  };
  Program small = reduce(program, keeps, options);
  auto size = [](const Program& p) { return size_of_program(p.function.view(), p.machine); };
  if (size(small) > size(program)) {
    return Failure{"reducing makes it larger\n\n" + text_of(program)};
  }
  return failure_of(small, "reducing");
}

}  // namespace

std::optional<Failure> ssagen_property(std::span<const std::uint8_t> input) {
  Program program = decode(input);
  std::optional<Failure> failure = failure_of(program, "");
  if (!failure) failure = miscounted(program);
  if (!failure) failure = mutated(program, input);
  if (!failure) failure = reduced(program, hash_of(input));
  return failure;
}

}  // namespace regproof
