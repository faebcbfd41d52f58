// Vectors whose memory is counted while a meter is set for the thread, and refused beyond its limit:
// the vectors of a context. A refusal is std::bad_alloc, as if memory had ended.
//
// Cost: one thread-local read for each allocation.
//
// Tested by tests/allocator/memory_test.cpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <vector>

namespace regproof {

struct MemoryMeter {
  std::size_t now = 0;    // bytes
  std::size_t peak = 0;   // bytes
  std::size_t limit = 0;  // bytes; 0 for none
  bool refused = false;   // the limit was reached

  void take(std::size_t bytes) {
    if (limit != 0 && (bytes > limit || now > limit - bytes)) {
      refused = true;
      throw std::bad_alloc();
    }
    now += bytes;
    peak = std::max(peak, now);
  }
  // Memory from before the meter counted may come back, too.
  void give_back(std::size_t bytes) { now -= std::min(now, bytes); }
};

// The meter of this thread, or null.
inline thread_local MemoryMeter* thread_meter = nullptr;

// Sets the thread's meter for as long as it lives.
class MeterScope {
 public:
  explicit MeterScope(MemoryMeter& meter) : before_(thread_meter) { thread_meter = &meter; }
  ~MeterScope() { thread_meter = before_; }
  MeterScope(const MeterScope&) = delete;
  MeterScope& operator=(const MeterScope&) = delete;

 private:
  MemoryMeter* before_;
};

template <class T>
struct Metered {
  using value_type = T;

  Metered() = default;
  template <class U>
  Metered(const Metered<U>&) {}

  T* allocate(std::size_t count) {
    MemoryMeter* meter = thread_meter;
    if (meter != nullptr) meter->take(count * sizeof(T));
    try {
      return std::allocator<T>().allocate(count);
    } catch (...) {
      if (meter != nullptr) meter->give_back(count * sizeof(T));
      throw;
    }
  }
  void deallocate(T* memory, std::size_t count) {
    if (thread_meter != nullptr) thread_meter->give_back(count * sizeof(T));
    std::allocator<T>().deallocate(memory, count);
  }
  friend bool operator==(const Metered&, const Metered&) { return true; }
};

template <class T>
using Vector = std::vector<T, Metered<T>>;

}  // namespace regproof
