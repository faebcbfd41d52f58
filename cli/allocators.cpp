// The table, and the option made from it.
#include "cli/allocators.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <vector>

#include "checker/reference.h"
#include "fuzz_targets/ion_allocator.h"

namespace regproof::cli {

namespace {

template <class Kind>
std::unique_ptr<Allocator> make() {
  return std::make_unique<Kind>();
}

std::unique_ptr<Allocator> make_without_remat() {
  AllocatorOptions options;
  options.rematerialize = false;
  return std::make_unique<IonAllocator>(options);
}

constexpr std::array kAllocators = {
    AllocatorChoice{"ion", "The engine: backtracking over bundles.", make<IonAllocator>},
    AllocatorChoice{"ion-without-remat", "The same, computing nothing again.", make_without_remat},
    AllocatorChoice{"reference", "Keeps every value in its own slot: right by being dull.",
                    make<ReferenceAllocator>},
};

}  // namespace

std::span<const AllocatorChoice> all_allocators() {
  return kAllocators;
}

std::unique_ptr<Allocator> make_allocator(std::string_view name) {
  for (const AllocatorChoice& choice : kAllocators) {
    if (choice.name == name) return choice.make();
  }
  return kAllocators.front().make();
}

void add_allocator_option(CLI::App& command, std::string& name) {
  std::vector<std::string> names;
  std::string description = "Whose answers:";
  for (const AllocatorChoice& choice : kAllocators) {
    names.emplace_back(choice.name);
    description += fmt::format(" {}: {}", choice.name, choice.description);
  }
  name = names.front();
  command.add_option("--allocator", name, description)
      ->type_name("NAME")
      ->check(CLI::IsMember(names))
      ->capture_default_str();
}

}  // namespace regproof::cli
