#include "fuzz_targets/guarded_property.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <vector>

#include "fuzz_targets/watched_run.h"
#include "ir/text.h"
#include "ssagen/ssagen.h"

namespace regproof {
namespace {

std::string program_text(const Target& target, std::span<const std::uint8_t> input) {
  if (!target.reads_program()) return "";
  Program program =
      target.input == InputKind::UnloosenedProgram ? decode_unloosened(input) : decode(input);
  std::string text = "\n# the program\n";
  print_machine(program.machine, text);
  text += "\n";
  print_function(program.function.view(), text);
  return text;
}

}  // namespace

std::optional<Failure> run_exactly(const Target& target, std::span<const std::uint8_t> input) {
  std::unique_ptr<std::uint8_t[]> copy(new std::uint8_t[input.size()]);
  std::copy(input.begin(), input.end(), copy.get());
  return target.property({copy.get(), input.size()});
}

std::optional<Failure> run_guarded(const Target& target, std::span<const std::uint8_t> input,
                                   unsigned seconds) {
  std::chrono::seconds limit(seconds);
  WatchedQuestion question;
  WatchedQuestion::Answer ran = question.ask(limit, [&] {
    std::optional<Failure> failure = run_exactly(target, input);
    return failure ? "!" + failure->message : std::string();
  });
  if (ran.words && ran.words->empty()) return std::nullopt;
  if (ran.words) return Failure{ran.words->substr(1)};
  // Decoding is part of what may have crashed, so it is guarded, too.
  WatchedQuestion::Answer told = question.ask(limit, [&] { return program_text(target, input); });
  std::string text =
      told.words ? *told.words : "\nthe input cannot even be decoded: " + told.ending.text() + "\n";
  return Failure{"crash: " + ran.ending.text() + "\n" + text};
}

}  // namespace regproof
