// A target that is broken on purpose, so that replayers, engines and ci/fuzz can be seen to find
// something. Inputs that begin with
//
//   bug     fail the property
//   abort   trip an invariant
//   quit    end the process, with the digit that follows or 0
//   leave   hold, and end the process with status 1 in the end, as a leak does
//   over    read beyond their end, which a sanitizer sees
//
// `replay_probe` and `fuzz_probe` are the usual programs around it.
#include <array>
#include <cstdlib>
#include <string_view>

#include "fuzz_targets/property.h"

namespace regproof {
namespace {

std::optional<Failure> probe_property(std::span<const std::uint8_t> input) {
  std::string_view text(reinterpret_cast<const char*>(input.data()), input.size());
  if (text.starts_with("bug")) return Failure{"the input begins with a bug"};
  if (text.starts_with("abort")) std::abort();
  if (text.starts_with("quit")) std::_Exit(text.size() > 4 ? text[4] - '0' : 0);
  if (text.starts_with("leave")) std::atexit([] { std::_Exit(1); });
  if (text.starts_with("over")) {
    const volatile std::uint8_t* end = input.data() + input.size();
    if (*end == 0) return std::nullopt;
  }
  return std::nullopt;
}

constexpr std::array kTargets = {
    Target{"probe", "no input begins with a bug", probe_property, InputKind::Program}};

}  // namespace

std::span<const Target> all_targets() {
  return kTargets;
}

const Target* find_target(std::string_view name) {
  return name == "probe" ? &kTargets.front() : nullptr;
}

}  // namespace regproof
