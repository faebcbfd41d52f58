// Distinct integer types for the things a program is made of: a Block is not an Inst, and an
// accidental mix does not compile. An index is explicit to make and explicit to unwrap; "none" is a
// named value. Only tags that say `kOrdered = true` compare with `<`, so that an order that means
// nothing cannot sneak into a result.
//
// Tested by tests/base/index_test.cpp.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace regproof {

template <class Tag, class Rep = std::uint32_t>
class Index {
 public:
  using tag = Tag;
  using rep = Rep;

  constexpr Index() = default;
  constexpr explicit Index(Rep value) : value_(value) {}

  static constexpr Index none() { return Index(); }

  constexpr bool valid() const { return value_ != kNone; }
  constexpr Rep value() const { return value_; }
  constexpr Index next() const { return Index(static_cast<Rep>(value_ + 1)); }
  constexpr Index previous() const { return Index(static_cast<Rep>(value_ - 1)); }

  friend constexpr bool operator==(Index a, Index b) = default;
  friend constexpr std::strong_ordering operator<=>(Index a, Index b) requires(Tag::kOrdered) {
    return a.value_ <=> b.value_;
  }

 private:
  static constexpr Rep kNone = static_cast<Rep>(~Rep{0});
  Rep value_ = kNone;
};

// The ids from `begin` up to, not including, `end`: `for (Inst i : IndexRange(a, b))`.
template <class Id>
class IndexRange {
 public:
  class iterator {
   public:
    constexpr explicit iterator(Id id) : id_(id) {}
    constexpr Id operator*() const { return id_; }
    constexpr iterator& operator++() {
      id_ = id_.next();
      return *this;
    }
    friend constexpr bool operator==(iterator a, iterator b) = default;

   private:
    Id id_;
  };

  constexpr IndexRange(Id begin, Id end) : begin_(begin), end_(end) {}
  constexpr explicit IndexRange(std::size_t count)
      : begin_(Id(0)), end_(Id(static_cast<typename Id::rep>(count))) {}

  constexpr iterator begin() const { return iterator(begin_); }
  constexpr iterator end() const { return iterator(end_); }
  constexpr std::size_t size() const { return end_.value() - begin_.value(); }
  constexpr bool empty() const { return begin_ == end_; }
  constexpr Id front() const { return begin_; }
  constexpr Id back() const { return end_.previous(); }
  constexpr bool contains(Id id) const {
    return id.value() >= begin_.value() && id.value() < end_.value();
  }

 private:
  Id begin_;
  Id end_;
};

}  // namespace regproof

template <class Tag, class Rep>
struct std::hash<regproof::Index<Tag, Rep>> {
  std::size_t operator()(regproof::Index<Tag, Rep> id) const noexcept {
    return std::hash<Rep>()(id.value());
  }
};
