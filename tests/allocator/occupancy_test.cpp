// Against a plain array of masks: at every boundary of words, chunks and the end, and at random.
#include "allocator/occupancy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace regproof {
namespace {

using Mask = Occupancy::Mask;

ProgPoint at(std::uint32_t point) {
  return ProgPoint::from_bits(point);
}

// What an Occupancy says, point by point.
class Model {
 public:
  explicit Model(std::uint32_t points) : masks_(points, 0) {}

  Mask taken(std::uint32_t from, std::uint32_t to) const {
    Mask mask = 0;
    for (std::uint32_t p = from; p < to; ++p) mask |= masks_[p];
    return mask;
  }
  void add(std::uint32_t from, std::uint32_t to, Mask mask) {
    for (std::uint32_t p = from; p < to; ++p) masks_[p] |= mask;
  }
  void remove(std::uint32_t from, std::uint32_t to, Mask mask) {
    for (std::uint32_t p = from; p < to; ++p) masks_[p] &= ~mask;
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(masks_.size()); }

 private:
  std::vector<Mask> masks_;
};

// The numbers at which chunks begin and end, and their neighbours, below `end`, which is one.
std::vector<std::uint32_t> edges_below(std::uint32_t end) {
  std::vector<std::uint32_t> edges;
  for (std::uint32_t edge : {0u, 64u, 128u, 4032u, 4096u, 4160u, 8128u, 8192u, 8256u, 12288u}) {
    for (std::uint32_t point : {edge - 1, edge, edge + 1}) {
      if (point < end) edges.push_back(point);
    }
  }
  edges.push_back(end);
  return edges;
}

void expect_same(const Occupancy& occupancy, const Model& model,
                 const std::vector<std::uint32_t>& edges) {
  for (std::size_t i = 0; i < edges.size(); ++i) {
    for (std::size_t k = i; k < edges.size(); ++k) {
      std::uint32_t from = edges[i], to = edges[k];
      if (from >= to) continue;
      ASSERT_EQ(occupancy.taken(at(from), at(to)), model.taken(from, to)) << from << " " << to;
      ASSERT_EQ(occupancy.taken(at(from), at(to), 4), 4 & model.taken(from, to));
    }
    if (edges[i] < model.size()) {
      ASSERT_EQ(occupancy.taken(at(edges[i])), model.taken(edges[i], edges[i] + 1)) << edges[i];
    }
  }
}

TEST(Occupancy, IsEmptyAfterReset) {
  Occupancy occupancy;
  for (std::uint32_t points : {1u, 64u, 65u, 4096u, 5000u}) {
    occupancy.reset(points);
    EXPECT_EQ(occupancy.taken(at(0), at(points)), 0u);
    occupancy.add(at(0), at(points), ~Mask{0});
    EXPECT_EQ(occupancy.taken(at(points - 1)), ~Mask{0});
  }
}

// One range with each pair of bounds, then taken away again.
TEST(Occupancy, RangesWithEveryPairOfEdges) {
  constexpr std::uint32_t kPoints = 3 * 4096 + 70;
  std::vector<std::uint32_t> edges = edges_below(kPoints);
  Occupancy occupancy;
  occupancy.reset(kPoints);
  Model model(kPoints), empty(kPoints);
  for (std::size_t i = 0; i < edges.size(); ++i) {
    for (std::size_t k = i + 1; k < edges.size(); ++k) {
      if (edges[i] >= edges[k]) continue;
      occupancy.add(at(edges[i]), at(edges[k]), 5);
      model.add(edges[i], edges[k], 5);
      // Asking at the range's own bounds and their neighbours is what matters.
      std::vector<std::uint32_t> near = {0, edges[i], edges[k], kPoints};
      if (edges[i] > 0) near.insert(near.begin() + 1, edges[i] - 1);
      if (edges[k] + 1 < kPoints) near.insert(near.end() - 1, edges[k] + 1);
      expect_same(occupancy, model, near);
      occupancy.remove(at(edges[i]), at(edges[k]), 5);
      model.remove(edges[i], edges[k], 5);
      ASSERT_EQ(occupancy.taken(at(0), at(kPoints)), 0u) << edges[i] << " " << edges[k];
    }
  }
  expect_same(occupancy, empty, edges);
}

// Neighbours that meet at an edge stay apart when one of them goes.
TEST(Occupancy, RangesThatMeetAtAnEdge) {
  constexpr std::uint32_t kPoints = 3 * 4096;
  std::vector<std::uint32_t> edges = edges_below(kPoints);
  Occupancy occupancy;
  occupancy.reset(kPoints);
  for (std::uint32_t middle : edges) {
    if (middle == 0 || middle >= kPoints) continue;
    occupancy.add(at(0), at(middle), 1);
    occupancy.add(at(middle), at(kPoints), 1);
    occupancy.remove(at(0), at(middle), 1);
    EXPECT_EQ(occupancy.taken(at(0), at(middle)), 0u) << middle;
    EXPECT_EQ(occupancy.taken(at(middle)), 1u) << middle;
    EXPECT_EQ(occupancy.taken(at(middle - 1), at(middle + 1)), 1u) << middle;
    occupancy.remove(at(middle), at(kPoints), 1);
    EXPECT_EQ(occupancy.taken(at(0), at(kPoints)), 0u) << middle;
  }
}

struct Range {
  std::uint32_t from;
  std::uint32_t to;
  Mask mask;
};

// Ranges of all lengths come and go; a register is in one range at a time.
TEST(Occupancy, RandomRangesAgreeWithTheModel) {
  std::mt19937 random(1);
  for (std::uint32_t points : {1u, 2u, 63u, 64u, 65u, 200u, 4095u, 4096u, 4097u, 20000u}) {
    Occupancy occupancy;
    occupancy.reset(points);
    Model model(points);
    std::vector<Range> held;
    auto bounds = [&] {
      auto from = static_cast<std::uint32_t>(random() % points);
      std::uint32_t most = std::min(points - from, 1u << random() % 15);
      return Range{from, from + 1 + static_cast<std::uint32_t>(random()) % most, 0};
    };
    for (int step = 0; step < 4000; ++step) {
      Range range = bounds();
      range.mask = Mask{random()} << 32 | random();
      if (random() % 2) range.mask &= Mask{1} << random() % 64;
      range.mask &= ~model.taken(range.from, range.to);
      if (range.mask != 0) {
        occupancy.add(at(range.from), at(range.to), range.mask);
        model.add(range.from, range.to, range.mask);
        held.push_back(range);
      }
      while (!held.empty() && random() % 9 < 5) {
        std::swap(held[random() % held.size()], held.back());
        Range gone = held.back();
        held.pop_back();
        occupancy.remove(at(gone.from), at(gone.to), gone.mask);
        model.remove(gone.from, gone.to, gone.mask);
      }
      Range asked = bounds();
      ASSERT_EQ(occupancy.taken(at(asked.from), at(asked.to)), model.taken(asked.from, asked.to))
          << points << " points, step " << step;
      Mask some = Mask{random()} << 32 | random();
      ASSERT_EQ(occupancy.taken(at(asked.from), at(asked.to), some),
                some & model.taken(asked.from, asked.to));
      ASSERT_EQ(occupancy.taken(at(asked.from)), model.taken(asked.from, asked.from + 1));
    }
  }
}

}  // namespace
}  // namespace regproof
