#include "fuzz_targets/fresh_inputs.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "checker/reference.h"
#include "ir/text.h"
#include "ssagen/ssagen.h"

namespace regproof {

std::vector<std::uint8_t> FreshInputs::next() {
  return target_.input == InputKind::Text ? text() : random_bytes();
}

// splitmix64.
std::uint64_t FreshInputs::random() {
  state_ += 0x9e3779b97f4a7c15u;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

std::size_t FreshInputs::below(std::size_t bound) {
  return static_cast<std::size_t>(random() % bound);
}

std::vector<std::uint8_t> FreshInputs::random_bytes() {
  std::size_t magnitude = below(13);
  std::vector<std::uint8_t> bytes(below((std::size_t{1} << magnitude) + 1));
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

std::vector<std::uint8_t> FreshInputs::text() {
  Program program = decode(random_bytes());
  FunctionView function = program.function.view();
  std::string text;
  if (below(3) == 0) {
    ReferenceAllocator allocator;
    auto answer = allocator.allocate(function, program.machine);
    if (answer) print_allocation(function, *answer, text);
  } else {
    print_machine(program.machine, text);
    print_function(function, text);
  }
  std::vector<std::uint8_t> bytes(text.begin(), text.end());
  if (below(4) != 0) {
    for (std::size_t edits = 1 + below(6); edits > 0; --edits) edit(bytes);
  }
  return bytes;
}

void FreshInputs::edit(std::vector<std::uint8_t>& bytes) {
  constexpr std::string_view kLetters =
      "0123456789pvifblockinstadf(){}:;,.|\"\\->@#= \t\n\r\x7f\x80\xff";
  if (bytes.empty()) return;
  std::size_t at = below(bytes.size());
  std::size_t length = std::min(1 + below(std::size_t{1} << below(8)), bytes.size() - at);
  auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
  auto end = begin + static_cast<std::ptrdiff_t>(length);
  switch (below(4)) {
    case 0:
      *begin = static_cast<std::uint8_t>(kLetters[below(kLetters.size())]);
      break;
    case 1:
      bytes.erase(begin, end);
      break;
    case 2: {
      std::vector<std::uint8_t> copy(begin, end);
      auto to = bytes.begin() + static_cast<std::ptrdiff_t>(below(bytes.size() + 1));
      bytes.insert(to, copy.begin(), copy.end());
      break;
    }
    case 3:
      bytes.insert(begin, static_cast<std::uint8_t>(kLetters[below(kLetters.size())]));
      break;
  }
}

}  // namespace regproof
