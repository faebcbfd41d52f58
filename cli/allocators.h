// The allocators that `--allocator` knows, in one table. To add one, add a row in allocators.cpp;
// the first row is the default.
//
// Tested by tests/cli/cli_test.cpp.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "checker/judge.h"

namespace CLI {
class App;
}

namespace regproof::cli {

struct AllocatorChoice {
  std::string_view name;
  std::string_view description;  // one sentence
  std::unique_ptr<Allocator> (*make)();
};

std::span<const AllocatorChoice> all_allocators();
// One of the table's; the name has passed the command line's test.
std::unique_ptr<Allocator> make_allocator(std::string_view name);
// Adds --allocator to a command, with the table's names, descriptions and default.
void add_allocator_option(CLI::App& command, std::string& name);

}  // namespace regproof::cli
