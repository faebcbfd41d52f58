// Property: what a context was used for before changes nothing: not the answer, not a byte of its
// text, not the statistics.
//
// Several programs are made of the input: the whole of it, its second half, its last quarter, and a
// program generated from its length and last bytes; so `regproof decode` shows the first of them.
// Each is allocated in a fresh context and in one that serves all of them, the first three in two
// that take turns, too; every second one under a budget so small that the search gives up. Another
// context runs into a limit of memory before each of them, or gets along with it.
//
// Tested by its own replay in ctest and by tests/fuzz_targets/targets_test.cpp.
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "allocator/allocator.h"
#include "fuzz_targets/property.h"
#include "ir/text.h"
#include "ssagen/ssagen.h"

namespace regproof {
namespace {

struct Question {
  Program program;
  AllocatorOptions options;
};

struct Reply {
  Result<Output, AllocError> answer;
  AllocatorStats stats;
};

std::vector<Question> questions_of(std::span<const std::uint8_t> input) {
  std::size_t size = input.size();
  std::uint64_t seed = size;
  for (std::uint8_t byte : input.last(size < 8 ? size : 8)) seed = seed << 8 ^ byte;
  std::span<const Profile> profiles = all_profiles();
  std::vector<Question> questions;
  for (std::size_t skipped : {std::size_t{0}, size / 2, size - size / 4}) {
    questions.push_back({decode(input.subspan(skipped)), {}});
  }
  questions.push_back({generate(seed, profiles[seed % profiles.size()].knobs), {}});
  for (std::size_t q = 1; q < questions.size(); q += 2) questions[q].options.budget_per_operand = 0;
  return questions;
}

Reply ask(const Question& question, AllocatorContext& context, std::size_t memory_limit = 0) {
  AllocatorOptions options = question.options;
  options.memory_limit = memory_limit;
  const Program& program = question.program;
  auto answer = allocate(program.function.view(), program.machine, options, context);
  return {std::move(answer), context.stats()};
}

bool ran_out_of_memory(const Reply& reply) {
  return !reply.answer && reply.answer.error().kind == AllocError::Kind::OutOfMemory;
}

// An answer's text is a function of the answer, so equal answers have equal bytes.
bool same(const Reply& a, const Reply& b) {
  if (a.answer.ok() != b.answer.ok()) return false;
  bool equal =
      a.answer.ok() ? *a.answer == *b.answer : a.answer.error().message == b.answer.error().message;
  return equal && a.stats == b.stats;
}

std::string text_of(const Question& question, const Reply& reply) {
  if (!reply.answer) return "refused: " + reply.answer.error().message + "\n";
  std::string text;
  print_allocation(question.program.function.view(), *reply.answer, text);
  return text;
}

Failure explain(const Question& question, const Reply& fresh, const Reply& used,
                const std::string& how) {
  std::string expected = text_of(question, fresh), found = text_of(question, used);
  std::string text = "a program is answered otherwise " + how;
  if (expected == found) text += ", in the statistics";
  text += "\n\n# the program\n";
  print_machine(question.program.machine, text);
  text += "\n";
  print_function(question.program.function.view(), text);
  return Failure{text + "\n# in a fresh context\n" + expected + "\n# in a used one\n" + found};
}

}  // namespace

std::optional<Failure> reuse_context_property(std::span<const std::uint8_t> input) {
  std::vector<Question> questions = questions_of(input);
  std::vector<Reply> fresh;
  std::vector<std::size_t> peaks;
  for (const Question& question : questions) {
    AllocatorContext context;
    fresh.push_back(ask(question, context));
    peaks.push_back(context.peak_memory());
  }
  auto compare = [&](std::size_t q, AllocatorContext& context,
                     const char* how) -> std::optional<Failure> {
    Reply reply = ask(questions[q], context);
    if (same(fresh[q], reply)) return std::nullopt;
    return explain(questions[q], fresh[q], reply, how);
  };
  AllocatorContext used;
  for (std::size_t q : {3, 0, 1, 2, 0}) {
    if (auto failure = compare(q, used, "where one context serves all")) return failure;
  }
  std::array<AllocatorContext, 2> in_turns;
  for (std::size_t turn = 0; turn < 6; ++turn) {
    // Each of the first three in each context.
    if (auto failure = compare(turn % 3, in_turns[turn % 2], "where two contexts take turns")) {
      return failure;
    }
  }
  AllocatorContext starved;
  std::size_t eighths = input.size() % 9;
  for (std::size_t q : {0, 1, 2}) {
    Reply reply = ask(questions[q], starved, 1 + peaks[q] * eighths / 8);
    if (!ran_out_of_memory(reply) && !same(fresh[q], reply)) {
      return explain(questions[q], fresh[q], reply, "under a limit of memory");
    }
    if (auto failure = compare(q, starved, "behind a limit of memory")) return failure;
    eighths = (eighths + 3) % 9;
  }
  return std::nullopt;
}

}  // namespace regproof
