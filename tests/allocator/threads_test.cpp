// Contexts share nothing: eight threads with one context each, all allocating the same generated
// programs, each in an order of its own, answer like one thread. Under ThreadSanitizer
// (ci/sanitizers) this also proves that they touch nothing in common.
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "allocator/allocator.h"
#include "ir/text.h"
#include "ssagen/ssagen.h"

namespace regproof {
namespace {

constexpr std::size_t kThreads = 8;
constexpr std::size_t kPrograms = 163;  // a prime: every stride visits each

std::vector<Program> generated_programs() {
  std::span<const Profile> profiles = all_profiles();
  std::vector<Program> programs;
  for (std::size_t k = 0; k < kPrograms; ++k) {
    programs.push_back(generate(k, profiles[k % profiles.size()].knobs));
  }
  return programs;
}

std::string answer_text(const Program& program, AllocatorContext& context) {
  FunctionView function = program.function.view();
  auto answer = allocate(function, program.machine, {}, context);
  if (!answer) return answer.error().message;
  std::string text;
  print_allocation(function, *answer, text);
  return text;
}

TEST(Threads, EightAnswerLikeOne) {
  const std::vector<Program> programs = generated_programs();
  std::vector<std::string> expected;
  AllocatorContext alone;
  for (const Program& program : programs) expected.push_back(answer_text(program, alone));

  std::vector<std::vector<std::string>> answers(kThreads,
                                                std::vector<std::string>(programs.size()));
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&programs, &mine = answers[t], t] {
      AllocatorContext context;
      for (std::size_t k = 0; k < programs.size(); ++k) {
        std::size_t p = (k * (2 * t + 1) + t * 20) % programs.size();
        mine[p] = answer_text(programs[p], context);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t t = 0; t < kThreads; ++t) {
    for (std::size_t p = 0; p < programs.size(); ++p) {
      ASSERT_EQ(answers[t][p], expected[p]) << "thread " << t << ", program " << p;
    }
  }
}

}  // namespace
}  // namespace regproof
