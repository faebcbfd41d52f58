#include "allocator/pieces.h"

#include <algorithm>

#include "base/work.h"

namespace regproof {

void collect_pieces(const FunctionView& function, const Bundles& bundles, Pieces& pieces) {
  std::size_t count = function.vreg_count();
  pieces.set_of.assign(count, SpillSet::none());
  for (std::uint32_t b = 0; b < bundles.initial; ++b) {
    for (const LiveRange& range : bundles.ranges_of(bundles.all[b])) {
      pieces.set_of[range.vreg.value()] = bundles.all[b].set;
    }
  }
  pieces.first.assign(count + 2, 0);
  auto for_each_placed = [&](auto&& visit) {
    for (const Bundle& bundle : bundles.all) {
      if (!bundle.reg.valid()) continue;
      count_work(bundle.range_count);
      for (const LiveRange& range : bundles.ranges_of(bundle)) visit(range, bundle.reg);
    }
  };
  for_each_placed([&](const LiveRange& range, PReg) { ++pieces.first[range.vreg.value() + 2]; });
  for (std::size_t v = 2; v < pieces.first.size(); ++v) pieces.first[v] += pieces.first[v - 1];
  pieces.all.resize(pieces.first.back());
  for_each_placed([&](const LiveRange& range, PReg reg) {
    pieces.all[pieces.first[range.vreg.value() + 1]++] = {range.from, range.to, reg};
  });
  pieces.first.pop_back();
  for (std::size_t v = 0; v < count; ++v) {
    auto begin = pieces.all.begin() + pieces.first[v],
         end = pieces.all.begin() + pieces.first[v + 1];
    if (end - begin > 1) {
      std::sort(begin, end, [](const Piece& a, const Piece& b) { return a.from < b.from; });
    }
  }
}

PReg register_at(const Pieces& pieces, VReg v, ProgPoint point) {
  std::span<const Piece> all = pieces.of(v);
  auto next = std::upper_bound(all.begin(), all.end(), point,
                               [](ProgPoint p, const Piece& piece) { return p < piece.to; });
  return next != all.end() && next->from <= point ? next->reg : PReg::none();
}

Location memory_of(const Pieces& pieces, VReg v) {
  return Location::stack(SpillSlot(pieces.set_of[v.value()].value()));
}

Location location_at(const Pieces& pieces, VReg v, ProgPoint point) {
  PReg reg = register_at(pieces, v, point);
  return reg.valid() ? Location::reg(reg) : memory_of(pieces, v);
}

}  // namespace regproof
