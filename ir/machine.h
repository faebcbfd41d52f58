// The machine as data: which registers there are, which of them may be given to values, and how the
// frame is measured.
//
// Registers live in one flat index space: three banks of 64, `int` first, then `float`, `vector`. A
// class is a set over that space. The text form is the `machine` statement of docs/text.md.
//
// Tested by tests/ir/machine_test.cpp.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "base/index.h"

namespace regproof {

enum class RegClass : std::uint8_t { Int, Float, Vector, None };

inline constexpr std::size_t kClassCount = 3;
inline constexpr std::size_t kRegsPerClass = 64;
inline constexpr std::size_t kRegCount = kClassCount * kRegsPerClass;
inline constexpr std::array<RegClass, kClassCount> kClasses = {RegClass::Int, RegClass::Float,
                                                               RegClass::Vector};

constexpr std::size_t index_of(RegClass cls) {
  return static_cast<std::size_t>(cls);
}
// 'i', 'f' or 'v': the suffix of a register's name.
constexpr char suffix_of(RegClass cls) {
  return "ifv?"[index_of(cls)];
}
// "int", "float" or "vector".
constexpr const char* name_of(RegClass cls) {
  constexpr const char* kNames[] = {"int", "float", "vector", "none"};
  return kNames[index_of(cls)];
}

struct PRegTag {
  static constexpr bool kOrdered = true;
};
// A physical register: class * 64 + hardware number.
using PReg = Index<PRegTag, std::uint16_t>;

// The register `number`, below kRegsPerClass, of a class. Beyond, it would be another class's register,
// or none: checked builds stop there.
constexpr PReg make_preg(RegClass cls, unsigned number) {
  check([=] { return cls != RegClass::None && number < kRegsPerClass; },
        "a class has 64 registers, numbered from 0");
  return PReg(static_cast<std::uint16_t>(index_of(cls) * kRegsPerClass + number));
}
constexpr RegClass class_of(PReg reg) {
  return static_cast<RegClass>(reg.value() / kRegsPerClass);
}
constexpr unsigned number_of(PReg reg) {
  return reg.value() % kRegsPerClass;
}

// A set of physical registers: one word per class.
class RegSet {
 public:
  constexpr RegSet() = default;

  constexpr void add(PReg reg) { words_[word(reg)] |= bit(reg); }
  constexpr void remove(PReg reg) { words_[word(reg)] &= ~bit(reg); }
  constexpr bool contains(PReg reg) const { return (words_[word(reg)] & bit(reg)) != 0; }
  constexpr bool empty() const { return (words_[0] | words_[1] | words_[2]) == 0; }
  constexpr std::size_t size() const {
    return static_cast<std::size_t>(std::popcount(words_[0]) + std::popcount(words_[1]) +
                                    std::popcount(words_[2]));
  }
  // The members of one class as bits by hardware number.
  constexpr std::uint64_t bits(RegClass cls) const { return words_[index_of(cls)]; }
  constexpr void set_bits(RegClass cls, std::uint64_t bits) { words_[index_of(cls)] = bits; }
  // The members of one class.
  constexpr RegSet of(RegClass cls) const {
    RegSet result;
    result.words_[index_of(cls)] = words_[index_of(cls)];
    return result;
  }
  // The lowest member; the set is not empty.
  constexpr PReg first() const {
    std::size_t w = words_[0] != 0 ? 0 : words_[1] != 0 ? 1 : 2;
    return PReg(static_cast<std::uint16_t>(w * kRegsPerClass) +
                static_cast<std::uint16_t>(std::countr_zero(words_[w])));
  }
  // Calls `visit(PReg)` for each member in ascending order.
  template <class Visit>
  constexpr void for_each(Visit&& visit) const {
    for (RegSet rest = *this; !rest.empty();) {
      PReg reg = rest.first();
      rest.remove(reg);
      visit(reg);
    }
  }

  friend constexpr RegSet operator|(RegSet a, const RegSet& b) {
    for (std::size_t i = 0; i < kClassCount; ++i) a.words_[i] |= b.words_[i];
    return a;
  }
  friend constexpr RegSet operator&(RegSet a, const RegSet& b) {
    for (std::size_t i = 0; i < kClassCount; ++i) a.words_[i] &= b.words_[i];
    return a;
  }
  // The members of `a` that are not in `b`.
  friend constexpr RegSet operator-(RegSet a, const RegSet& b) {
    for (std::size_t i = 0; i < kClassCount; ++i) a.words_[i] &= ~b.words_[i];
    return a;
  }
  friend constexpr bool operator==(const RegSet&, const RegSet&) = default;

 private:
  static constexpr std::size_t word(PReg reg) { return reg.value() / kRegsPerClass; }
  static constexpr std::uint64_t bit(PReg reg) {
    return std::uint64_t{1} << (reg.value() % kRegsPerClass);
  }
  std::array<std::uint64_t, kClassCount> words_{};
};

// Plain data; `validate_machine` in ir/validate.h says whether it makes sense.
struct Machine {
  RegSet preferred;      // allocatable, to be used first (caller-saved, say)
  RegSet non_preferred;  // allocatable, at a price
  RegSet fixed_stack;    // "registers" that really are stack locations; not allocatable
  std::array<PReg, kClassCount>
      scratch{};  // for moves between instructions, or none; not allocatable
  std::array<std::uint32_t, kClassCount> slot_size = {1, 1, 1};  // of a spilled value, in units
  bool slot_named_by_last = false;  // a wide slot's name is its last unit instead of its first

  RegSet allocatable() const { return preferred | non_preferred; }
  RegSet allocatable(RegClass cls) const { return allocatable().of(cls); }
  std::uint32_t slot_size_of(RegClass cls) const { return slot_size[index_of(cls)]; }
  // A slot's first unit is a multiple of this.
  std::uint32_t slot_alignment_of(RegClass cls) const { return std::bit_ceil(slot_size_of(cls)); }
  PReg scratch_of(RegClass cls) const { return scratch[index_of(cls)]; }
  bool is_scratch(PReg reg) const { return scratch_of(class_of(reg)) == reg; }

  friend bool operator==(const Machine&, const Machine&) = default;
};

}  // namespace regproof
