// Property: the judges agree. A sound answer is accepted by the checker, by the contract's
// restatement and by the interpreter; one that is broken (sabotage/ways.h) so that some path shows it,
// or so that the contract forbids it, is refused by the checker.
//
// The program is what `decode` of ssagen reads. Whose answer is broken, in which ways and where is
// drawn from a hash of the whole input, so that all of its bytes still make the program.
//
// A break that is refused for its values, and that the few paths run here do not show, is let pass:
// `regproof sabotage` has the time to look for such a path.
//
// Tested by its own replay in ctest and by tests/fuzz_targets/targets_test.cpp.
#include <cstdint>

#include "checker/path_chooser.h"
#include "checker/reference.h"
#include "fuzz_targets/ion_allocator.h"
#include "fuzz_targets/property.h"
#include "ir/text.h"
#include "sabotage/campaign.h"
#include "ssagen/ssagen.h"

namespace regproof {
namespace {

// A few breaks of each input: more of one program find less than other programs would.
constexpr std::uint32_t kBreaks = 6;
constexpr std::uint32_t kPathsOfSound = 3;

// FNV-1a.
std::uint64_t hash_of(std::span<const std::uint8_t> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3u;
  return hash;
}

}  // namespace

std::optional<Failure> checker_property(std::span<const std::uint8_t> input) {
  Program program = decode(input);
  FunctionView function = program.function.view();
  std::uint64_t hash = hash_of(input);
  IonAllocator ion;
  ReferenceAllocator reference;
  Allocator& allocator = hash % 4 == 0 ? static_cast<Allocator&>(reference) : ion;
  Result<Output, AllocError> answer = allocator.allocate(function, program.machine);
  if (!answer) return std::nullopt;  // whether it should have is for `ion_checker`

  sabotage::CampaignOptions options;
  options.breaks = kBreaks;
  options.sound_paths = kPathsOfSound;
  options.effort.paths_of_breach = 2;
  options.effort.paths_of_accepted = 16;
  options.effort.paths_of_refused = 16;
  std::string said;
  sabotage::Campaign::Observer observer;
  observer.wants = [](const auto&...) { return false; };
  observer.show = [&](const std::string& text) { said += text + "\n"; };
  sabotage::Campaign campaign(hash, options, observer);
  campaign.run(function, program.machine, *answer);
  if (said.empty()) return std::nullopt;
  return Failure{std::string(allocator.name()) + " answers; " + said};
}

}  // namespace regproof
