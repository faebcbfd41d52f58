#include "fuzz_targets/reduce_input.h"

#include <fcntl.h>
#include <unistd.h>

#include <memory>
#include <utility>
#include <vector>

#include "fuzz_targets/watched_run.h"
#include "ssagen/reduce.h"

namespace regproof {
namespace {

// What a child prints is of no interest here.
void silence() {
  int nowhere = open("/dev/null", O_WRONLY);
  if (nowhere < 0) return;
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
  close(nowhere);
}

class Question {
 public:
  Question(const Target& target, unsigned seconds) : target_(target), seconds_(seconds) {}

  // How the property fails on the program; empty if it holds.
  std::string failure(const Program& program) {
    std::vector<std::uint8_t> bytes = encode(program.function.view(), program.machine);
    Ending ending = run_watched(*slate_, seconds_, [&] {
      silence();
      std::optional<Failure> failure = target_.property(bytes);
      if (!failure) return 0;
      // The parent reads the words from the slate.
      std::string words = failure->message.substr(0, failure->message.find_first_of(":\n"));
      slate_->begin({reinterpret_cast<const std::uint8_t*>(words.data()), words.size()});
      return 1;
    });
    if (ending.good()) return "";
    if (ending.kind != Ending::Kind::Exit || ending.code != 1) return ending.text();
    std::vector<std::uint8_t> words = slate_->last_input();
    return {words.begin(), words.end()};
  }

 private:
  const Target& target_;
  unsigned seconds_;
  std::shared_ptr<Slate> slate_ = make_shared_slate();
};

}  // namespace

std::optional<ReducedInput> reduce_input(const Target& target, std::span<const std::uint8_t> input,
                                         unsigned seconds_per_input) {
  ReducedInput result;
  Program program =
      target.input == InputKind::UnloosenedProgram ? decode_unloosened(input) : decode(input);
  Question question(target, seconds_per_input);
  result.insts_before = program.function.view().inst_count();
  result.failure = question.failure(program);
  if (result.failure.empty()) return std::nullopt;
  ReduceOptions options;
  options.progress = [&](const ReduceProgress& progress) { result.asked = progress.asked; };
  auto same = [&](const Program& p) { return question.failure(p) == result.failure; };
  result.program = reduce(program, same, options);
  return result;
}

}  // namespace regproof
