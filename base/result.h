// A value or an error, by value, without exceptions.
//
//   Result<Output, AllocError> r = allocate(...);
//   if (!r) return r.error();
//   use(*r);
#pragma once

#include <utility>
#include <variant>

#include "base/check.h"

namespace regproof {

template <class T, class E>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  T& value() {
    check([&] { return ok(); }, "the value of a failed result");
    return *std::get_if<0>(&state_);
  }
  const T& value() const {
    check([&] { return ok(); }, "the value of a failed result");
    return *std::get_if<0>(&state_);
  }
  const E& error() const {
    check([&] { return !ok(); }, "the error of a good result");
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, E> state_;
};

}  // namespace regproof
