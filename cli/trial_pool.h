// Functions allocated and judged by several threads, each with an allocator of its own. What comes
// out does not depend on the number of threads, but for the seconds.
//
// Tested by tests/cli/cli_test.cpp; under ThreadSanitizer by ci/sanitizers.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/measurement.h"

namespace regproof::cli {

class TrialPool {
 public:
  // At least one thread; one means: this one.
  TrialPool(std::string_view allocator, unsigned jobs);

  // How many functions to hand over at once: enough for all threads, few enough to be in memory.
  std::size_t batch() const { return allocators_.size() == 1 ? 1 : allocators_.size() * 32; }

  // In the order of the functions.
  std::vector<Trial> run(const std::string& file, const std::vector<FunctionText>& functions);

 private:
  std::vector<std::unique_ptr<Allocator>> allocators_;  // one per thread
};

}  // namespace regproof::cli
