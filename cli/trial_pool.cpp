#include "cli/trial_pool.h"

#include <atomic>
#include <exception>
#include <optional>
#include <thread>

#include "cli/allocators.h"

namespace regproof::cli {

TrialPool::TrialPool(std::string_view allocator, unsigned jobs) {
  for (unsigned j = 0; j < jobs; ++j) allocators_.push_back(make_allocator(allocator));
}

std::vector<Trial> TrialPool::run(const std::string& file,
                                  const std::vector<FunctionText>& functions) {
  std::vector<std::optional<Trial>> trials(functions.size());
  std::vector<std::exception_ptr> failures(allocators_.size());
  std::atomic<std::size_t> next = 0;
  auto work = [&](std::size_t worker) {
    try {
      for (std::size_t k = next++; k < functions.size(); k = next++) {
        trials[k] = allocate_and_judge(file, functions[k], *allocators_[worker]);
      }
    } catch (...) {
      failures[worker] = std::current_exception();
    }
  };
  if (allocators_.size() == 1 || functions.size() == 1) {
    work(0);
  } else {
    std::vector<std::jthread> threads;
    for (std::size_t w = 0; w < allocators_.size(); ++w) threads.emplace_back(work, w);
  }
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
  std::vector<Trial> all;
  all.reserve(trials.size());
  for (std::optional<Trial>& trial : trials) all.push_back(std::move(*trial));
  return all;
}

}  // namespace regproof::cli
