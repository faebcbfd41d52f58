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

std::optional<Failure> run_guarded(const Target& target, std::span<const std::uint8_t> input,
                                   unsigned seconds) {
  std::chrono::seconds limit(seconds);
  std::shared_ptr<Slate> slate = make_shared_slate();
  Ending ending = run_watched(*slate, limit, [&] {
    std::unique_ptr<std::uint8_t[]> copy(new std::uint8_t[input.size()]);
    std::copy(input.begin(), input.end(), copy.get());
    std::optional<Failure> failure = target.property({copy.get(), input.size()});
    if (!failure) return 0;
    // The parent reads the message from the slate.
    const std::string& message = failure->message;
    slate->begin({reinterpret_cast<const std::uint8_t*>(message.data()), message.size()});
    return 1;
  });
  if (ending.good()) return std::nullopt;
  if (ending.kind == Ending::Kind::Exit && ending.code == 1 && slate->begun() == 1) {
    std::vector<std::uint8_t> message = slate->last_input();
    return Failure{std::string(message.begin(), message.end())};
  }
  // Decoding is part of what may have crashed, so it is guarded, too.
  std::shared_ptr<Slate> told = make_shared_slate();
  Ending telling = run_watched(*told, limit, [&] {
    std::string text = program_text(target, input);
    told->begin({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    return 0;
  });
  std::vector<std::uint8_t> program = told->last_input();
  std::string text(program.begin(), program.end());
  if (!telling.good()) text = "\nthe input cannot even be decoded: " + telling.text() + "\n";
  return Failure{"crash: " + ending.text() + "\n" + text};
}

}  // namespace regproof
