#include "base/arena.h"

#include <algorithm>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#define REGPROOF_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define REGPROOF_POISON 1
#endif
#endif

#if defined(REGPROOF_POISON)
#include <sanitizer/asan_interface.h>
#endif

namespace regproof {
namespace {

void poison([[maybe_unused]] std::byte* begin, [[maybe_unused]] std::size_t size) {
#if defined(REGPROOF_POISON)
  ASAN_POISON_MEMORY_REGION(begin, size);
#endif
}

void unpoison([[maybe_unused]] std::byte* begin, [[maybe_unused]] std::size_t size) {
#if defined(REGPROOF_POISON)
  ASAN_UNPOISON_MEMORY_REGION(begin, size);
#endif
}

}  // namespace

Arena::~Arena() {
  for (Slab& slab : slabs_) unpoison(slab.memory.get(), slab.size);
}

void* Arena::allocate(std::size_t bytes) {
  std::size_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  if (rounded < bytes) throw std::bad_alloc();
  if (rounded > static_cast<std::size_t>(end_ - next_)) use_slab_of(rounded);
  std::byte* result = next_;
  next_ += rounded;
  unpoison(result, bytes);
  return result;
}

void Arena::use_slab_of(std::size_t bytes) {
  std::size_t candidate = next_ == nullptr ? current_ : current_ + 1;
  while (candidate < slabs_.size() && slabs_[candidate].size < bytes) ++candidate;
  if (candidate >= slabs_.size()) {
    std::size_t size = slabs_.empty() ? kFirstSlab : std::min(slabs_.back().size * 2, kLargestSlab);
    size = std::max(size, bytes);
    slabs_.push_back({std::make_unique_for_overwrite<std::byte[]>(size), size});
    candidate = slabs_.size() - 1;
    poison(slabs_.back().memory.get(), size);
  }
  current_ = candidate;
  next_ = slabs_[candidate].memory.get();
  end_ = next_ + slabs_[candidate].size;
}

void Arena::reset() {
  for (Slab& slab : slabs_) poison(slab.memory.get(), slab.size);
  current_ = 0;
  next_ = nullptr;
  end_ = nullptr;
}

std::size_t Arena::reserved_bytes() const {
  std::size_t total = 0;
  for (const Slab& slab : slabs_) total += slab.size;
  return total;
}

}  // namespace regproof
