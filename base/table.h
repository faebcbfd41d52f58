// Arrays that are indexed by an id and by nothing else.
//
//   Table<Block, Loop>  owns the things and mints their ids: `Block b = table.add(...)`.
//   Side<Block, int>    annotates things that another table owns; sized once by their count.
//
// Both are a std::vector underneath: contiguous, `operator[]` is one load. Access beyond the end is
// an invariant violation in checked builds and undefined otherwise, as for the vector.
//
// Tested by tests/base/table_test.cpp.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/index.h"

namespace regproof {

template <class Id, class T>
class Side {
 public:
  Side() = default;
  explicit Side(std::size_t count, T value = T()) : items_(count, value) {}

  // Sets every one of `count` items to `value`; keeps the memory it has.
  void assign(std::size_t count, T value) { items_.assign(count, value); }

  decltype(auto) operator[](Id id) { return at(items_, id); }
  decltype(auto) operator[](Id id) const { return at(items_, id); }

  std::size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  IndexRange<Id> ids() const { return IndexRange<Id>(items_.size()); }
  auto begin() { return items_.begin(); }
  auto end() { return items_.end(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }
  std::span<const T> span() const { return items_; }

 protected:
  template <class Items>
  static decltype(auto) at(Items& items, Id id) {
    check([&] { return id.value() < items.size(); }, "index beyond the table");
    return items[id.value()];
  }

  std::vector<T> items_;
};

template <class Id, class T>
class Table : public Side<Id, T> {
 public:
  Id add(T item) {
    Id id(static_cast<typename Id::rep>(this->items_.size()));
    this->items_.push_back(std::move(item));
    return id;
  }
  void clear() { this->items_.clear(); }
  void reserve(std::size_t count) { this->items_.reserve(count); }
};

}  // namespace regproof
