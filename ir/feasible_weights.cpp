#include "ir/feasible_weights.h"

#include <algorithm>
#include <bit>
#include <tuple>

namespace regproof {
namespace {

constexpr std::int64_t kUnit = 1 << 12;         // what an item weighs at first
constexpr std::int64_t kTarget = kUnit / 4;     // the surplus that each step aims at
constexpr std::int64_t kHeaviest = kUnit << 8;  // keeps sums far from the range of the type

constexpr std::uint64_t bit(std::uint32_t place) {
  return std::uint64_t{1} << place;
}
std::uint8_t lowest(std::uint64_t places) {
  return static_cast<std::uint8_t>(std::countr_zero(places));
}

}  // namespace

void WeightBound::start(std::size_t item_count) {
  weights_.assign(item_count, kUnit);
}

WeightBound::Role WeightBound::role_of(const PlaceItem& item, bool shares) {
  if (item.early_owner == kNobody) return Role::Late;
  if (item.late_owner == kNobody) return shares ? Role::SharedEarly : Role::Early;
  if (!shares) return Role::Both;
  return item.early_owner == item.late_owner ? Role::SharedBoth : Role::SharedPair;
}

// One kind for items alike; those of one sharing owner stand together.
void WeightBound::gather(std::span<const PlaceItem> items, std::span<const LiveItem> live,
                         std::span<const std::uint8_t> shares) {
  kinds_.clear();
  for (const LiveItem& item : live) {
    Kind kind;
    kind.role = role_of(items[item.item], shares[item.item] != 0);
    if (kind.role >= Role::SharedEarly) kind.owner = items[item.item].early_owner;
    kind.places = item.places;
    kind.item = item.item;
    kind.weight = weights_[item.item];
    kinds_.push_back(kind);
  }
  auto key = [](const Kind& k) { return std::tuple(k.owner, k.role, k.places, k.item); };
  std::sort(kinds_.begin(), kinds_.end(),
            [&](const Kind& a, const Kind& b) { return key(a) < key(b); });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    const Kind& kind = kinds_[i];
    bool alike = kept > 0 && kind.owner == kNobody && kinds_[kept - 1].owner == kNobody &&
                 kinds_[kept - 1].role == kind.role && kinds_[kept - 1].places == kind.places;
    if (alike) {
      ++kinds_[kept - 1].count;
    } else {
      kinds_[kept++] = kind;
    }
  }
  kinds_.resize(kept);
}

bool WeightBound::refutes(std::span<const PlaceItem> items, std::span<const LiveItem> live,
                          std::span<const std::uint8_t> shares, int rounds) {
  gather(items, live, shares);
  bool refuted = false;
  for (int round = 0; round < rounds && !refuted; ++round) {
    std::int64_t surplus = serve();
    refuted = surplus > 0 || needed_ > std::popcount(early_places_);
    if (!refuted && !adjust(surplus)) break;
  }
  for (const Kind& kind : kinds_) weights_[kind.item] = kind.weight;
  return refuted;
}

// The weight of all items less what the places serve.
std::int64_t WeightBound::serve() {
  early_.fill({});
  late_.fill({});
  both_.fill({});
  std::int64_t total = 0;
  needed_ = 0;
  early_places_ = 0;
  for (Kind& kind : kinds_) {
    kind.served_at = 0;
    total += kind.count * kind.weight;
    if (kind.role == Role::Late) continue;
    early_places_ |= kind.places;
    if (kind.owner == kNobody) needed_ += kind.count;
  }
  for (std::size_t i = 0; i < kinds_.size();) {
    if (kinds_[i].owner != kNobody) {
      i = offer_shared(i);
    } else {
      offer_alone(static_cast<std::uint32_t>(i++));
    }
  }
  for (std::uint32_t place = 0; place < 64; ++place) {
    total -= std::max(both_[place].weight, early_[place].weight + late_[place].weight);
    settle_place(place);
  }
  return total;
}

void WeightBound::offer_alone(std::uint32_t index) {
  const Kind& kind = kinds_[index];
  auto& choices = kind.role == Role::Early ? early_ : kind.role == Role::Late ? late_ : both_;
  for (std::uint64_t todo = kind.places; todo != 0; todo &= todo - 1) {
    Choice& choice = choices[lowest(todo)];
    if (kind.weight > choice.weight) choice = {kind.weight, index, false, false, 0};
  }
}

// A place of this owner serves all its early uses that may stand there, and either all such late
// uses or one pair. Returns where the next owner's kinds begin.
std::size_t WeightBound::offer_shared(std::size_t first) {
  std::array<std::int64_t, 64> uses{}, late_uses{};
  std::array<Choice, 64> pair{};
  std::uint64_t all = 0;
  std::int64_t total = 0, most_at_place = 1;
  std::size_t last = first;
  for (; last < kinds_.size() && kinds_[last].owner == kinds_[first].owner; ++last) {
    const Kind& kind = kinds_[last];
    all |= kind.places;
    total += kind.weight;
    for (std::uint64_t todo = kind.places; todo != 0; todo &= todo - 1) {
      std::uint8_t place = lowest(todo);
      if (kind.role == Role::SharedEarly) uses[place] += kind.weight;
      if (kind.role == Role::SharedBoth) late_uses[place] += kind.weight;
      if (kind.role == Role::SharedPair && kind.weight > pair[place].weight) {
        pair[place].weight = kind.weight;
        pair[place].pair_kind = static_cast<std::uint32_t>(last);
      }
    }
  }
  auto index = static_cast<std::uint32_t>(first);
  for (std::uint64_t todo = all; todo != 0; todo &= todo - 1) {
    std::uint8_t place = lowest(todo);
    bool with_pair = pair[place].weight > late_uses[place];
    std::int64_t linking = uses[place] + std::max(pair[place].weight, late_uses[place]);
    most_at_place = std::max(most_at_place, linking);
    if (uses[place] > early_[place].weight) early_[place] = {uses[place], index, true, false, 0};
    if (linking > both_[place].weight) {
      both_[place] = {linking, index, true, with_pair, pair[place].pair_kind};
    }
  }
  needed_ += (total + most_at_place - 1) / most_at_place;
  return last;
}

// Notes whom the place serves by its heaviest choice.
void WeightBound::settle_place(std::uint32_t place) {
  const Choice& both = both_[place];
  if (both.weight > early_[place].weight + late_[place].weight) {
    if (!both.shared) {
      kinds_[both.kind].served_at |= bit(place);
    } else {
      serve_owner(both.kind, bit(place), !both.pair);
      if (both.pair) kinds_[both.pair_kind].served_at |= bit(place);
    }
    return;
  }
  if (late_[place].weight > 0) kinds_[late_[place].kind].served_at |= bit(place);
  if (early_[place].weight == 0) return;
  if (early_[place].shared) {
    serve_owner(early_[place].kind, bit(place), false);
  } else {
    kinds_[early_[place].kind].served_at |= bit(place);
  }
}

void WeightBound::serve_owner(std::uint32_t first, std::uint64_t place, bool late_uses) {
  PlaceOwner owner = kinds_[first].owner;
  for (std::size_t i = first; i < kinds_.size() && kinds_[i].owner == owner; ++i) {
    Kind& kind = kinds_[i];
    bool with = kind.role == Role::SharedEarly || (late_uses && kind.role == Role::SharedBoth);
    if (with) kind.served_at |= kind.places & place;
  }
}

// A step towards a positive surplus. False if there is nowhere to go.
bool WeightBound::adjust(std::int64_t surplus) {
  std::int64_t norm = 0, heaviest = 0;
  for (Kind& kind : kinds_) {
    kind.excess = kind.count - std::popcount(kind.served_at);
    norm += kind.excess * kind.excess;
  }
  if (norm == 0) return false;
  std::int64_t gap = kTarget - surplus;
  for (Kind& kind : kinds_) {
    kind.weight = std::clamp<std::int64_t>(kind.weight + kind.excess * gap / norm, 0, kHeaviest);
    heaviest = std::max(heaviest, kind.weight);
  }
  if (heaviest >= kUnit) return true;
  for (Kind& kind : kinds_) kind.weight = heaviest < kUnit / 8 ? kUnit : kind.weight * 2;
  return true;
}

}  // namespace regproof
