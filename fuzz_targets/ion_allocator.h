// The engine of allocator/ behind the judges' interface. One context serves every function.
//
// Tested by the `ion_checker` and `reuse_context` targets and by tests/cli/cli_test.cpp.
#pragma once

#include "allocator/allocator.h"
#include "checker/judge.h"

namespace regproof {

class IonAllocator : public Allocator {
 public:
  explicit IonAllocator(const AllocatorOptions& options = {}) : options_(options) {}

  const char* name() const override { return "ion"; }
  Result<Output, AllocError> allocate(const FunctionView& function,
                                      const Machine& machine) override {
    return regproof::allocate(function, machine, options_, context_);
  }
  const AllocatorStats& stats() const { return context_.stats(); }
  std::size_t peak_memory() const { return context_.peak_memory(); }

 private:
  AllocatorOptions options_;
  AllocatorContext context_;
};

}  // namespace regproof
