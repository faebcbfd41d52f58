// A bound that sees both phases and all sharing at once. Give each item a weight. A place serves, in
// any one answer, the items of one early owner and of one late owner, or those of a value that links
// the phases; take the heaviest such choice of each place. If all places together serve less weight
// than the items have, there is no answer.
//
//   three items want p0 or p1 at one phase:  weights 1 1 1,  p0 serves 1, p1 serves 1,  2 < 3
//
// This is duality of linear programs: some weights refute exactly those cases that have no
// fractional answer either. The weights are sought by subgradient steps: an item that no place
// serves gets heavier, one that several places serve lighter. They are whole numbers, so that what
// is refuted is refuted exactly; they are kept from one step of the search to the next.
//
// A second test on the same weights counts whole places: a vreg that shares needs at least as many as
// its weight is times the most that one place serves, rounded up, and those of different values are
// different.
//
// Cost: each round is linear in the places of all items together.
//
// Tested with the search that uses it, by tests/ir/feasible_stress_test.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "ir/feasible_matching.h"
#include "ir/feasible_model.h"

namespace regproof {

class WeightBound {
 public:
  // Forgets all weights.
  void start(std::size_t item_count);

  // True if the live items are shown to have no answer. `shares` says, by item, whether another one
  // has its early owner.
  bool refutes(std::span<const PlaceItem> items, std::span<const LiveItem> live,
               std::span<const std::uint8_t> shares, int rounds);

 private:
  enum class Role : std::uint8_t { Early, Late, Both, SharedEarly, SharedBoth, SharedPair };
  // Items that differ by name only.
  struct Kind {
    Role role = Role::Early;
    PlaceOwner owner = kNobody;  // early, of those that share
    std::uint64_t places = 0;
    std::uint32_t item = 0;  // one of them
    std::int64_t count = 1;
    std::int64_t weight = 0;
    std::uint64_t served_at = 0;
    std::int64_t excess = 0;  // items less places that serve one
  };
  struct Choice {
    std::int64_t weight = 0;
    std::uint32_t kind = 0;  // a sharing owner's choice: its first kind
    bool shared = false;
    bool pair = false;  // of a sharing owner: with its best pair instead of its late uses
    std::uint32_t pair_kind = 0;
  };

  static Role role_of(const PlaceItem& item, bool shares);
  void gather(std::span<const PlaceItem> items, std::span<const LiveItem> live,
              std::span<const std::uint8_t> shares);
  std::int64_t serve();
  void offer_alone(std::uint32_t index);
  std::size_t offer_shared(std::size_t first);
  void settle_place(std::uint32_t place);
  void serve_owner(std::uint32_t first, std::uint64_t place, bool late_uses);
  bool adjust(std::int64_t surplus);

  std::vector<std::int64_t> weights_;  // by item
  std::vector<Kind> kinds_;
  std::array<Choice, 64> early_, late_, both_;
  std::int64_t needed_ = 0;         // places that early owners need together, at least
  std::uint64_t early_places_ = 0;  // where they may be
};

}  // namespace regproof
