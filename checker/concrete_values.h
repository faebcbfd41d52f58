// The hashes that stand for values in the interpreter, and what a use may find.
//
// Tested by tests/checker/interpreter_test.cpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "checker/concrete_state.h"
#include "ir/function.h"

namespace regproof {

// Never 0, which stands for nothing.
constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t h = (a ^ (a >> 32)) * 0xd6e8feb86659fd93u + b;
  h = (h ^ (h >> 32)) * 0xd6e8feb86659fd93u;
  h = (h ^ (h >> 29)) * 0xff51afd7ed558ccdu;
  h ^= h >> 32;
  return h != 0 ? h : 1;
}

// What the recipe of `v` makes of nothing; of values, their hashes are mixed in.
constexpr std::uint64_t recipe_value(VReg v) {
  return mix(0x7ec1be5eedu, v.value());
}

// What a use of a vreg may find. Several values where rematerializable parameters are passed on: the
// argument and the parameters' own recipes, which the program says are the same. A recipe's value is
// good before the definition, too, if it is made of nothing. What is computed from the vreg is made of `value`,
// whichever of them was found.
struct Promise {
  std::uint64_t value = 0;             // 0: not defined on this path so far
  std::vector<std::uint64_t> recipes;  // besides

  bool kept_by(Held held) const {
    return held.is_value() && (held.hash == value || std::find(recipes.begin(), recipes.end(),
                                                               held.hash) != recipes.end());
  }
  void allow(std::uint64_t recipe) {
    if (std::find(recipes.begin(), recipes.end(), recipe) == recipes.end()) {
      recipes.push_back(recipe);
    }
  }
};

}  // namespace regproof
