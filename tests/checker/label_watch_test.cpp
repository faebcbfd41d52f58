// What the sweep says of each point is what looking through all claims and requests says.
#include "checker/label_watch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "checker/path_chooser.h"
#include "ssagen/ssagen.h"

namespace regproof {
namespace {

// Claims of labels that exist and of one that nobody asked for, of any points: also none, and beyond the function.
Output random_claims(const FunctionView& function, RandomStream& random) {
  Output output;
  auto point = [&] { return ProgPoint::before(Inst(random.below(function.inst_count() + 3))); };
  for (std::uint32_t k = 0; k < 12; ++k) {
    ProgPoint from = random.below(2) == 0 ? point() : ProgPoint::after(point().inst());
    output.debug_locations.push_back(
        {random.below(5), from, point(), Location::stack(SpillSlot(k))});
  }
  return output;
}

void add_requests(Function& function, RandomStream& random) {
  FunctionView view = function.view();
  std::uint32_t end = view.inst_count() + 1;
  function.debug_labels.clear();
  for (std::uint32_t k = 0; k < 12; ++k) {
    function.debug_labels.push_back({VReg(random.below(view.vreg_count())), Inst(random.below(end)),
                                     Inst(random.below(end)), random.below(4)});
  }
}

using Seen = std::vector<std::pair<SpillSlot, std::vector<VReg>>>;

Seen looked_through(const FunctionView& function, const Output& output, ProgPoint point) {
  Seen seen;
  for (const DebugLocation& given : output.debug_locations) {
    if (point < given.from || point >= given.to) continue;
    std::vector<VReg> followed;
    for (const DebugLabel& asked : function.debug_labels) {
      bool there = ProgPoint::before(asked.from) <= point && point < ProgPoint::before(asked.to);
      if (there && asked.label == given.label) followed.push_back(asked.vreg);
    }
    std::sort(followed.begin(), followed.end());
    seen.emplace_back(given.location.as_stack(), followed);
  }
  std::sort(seen.begin(), seen.end());
  return seen;
}

Seen swept(LabelWatch& watch, ProgPoint point) {
  Seen seen;
  watch.advance(point);
  for (std::uint32_t k : watch.claims()) {
    const LabelWatch::Claim& claim = watch.claim(k);
    std::span<const VReg> followed = watch.followed(claim);
    seen.emplace_back(claim.location.as_stack(),
                      std::vector<VReg>(followed.begin(), followed.end()));
    std::sort(seen.back().second.begin(), seen.back().second.end());
  }
  std::sort(seen.begin(), seen.end());
  return seen;
}

void expect_swept_as_looked_through(std::size_t most_kept) {
  std::size_t claimed = 0, followed = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    RandomStream random(seed);
    Program program = generate(seed, find_profile("loops")->knobs);
    if (program.function.view().vreg_count() == 0) continue;
    add_requests(program.function, random);
    FunctionView function = program.function.view();
    Output output = random_claims(function, random);
    LabelWatch watch(function, output, most_kept);
    for (int visit = 0; visit < 40; ++visit) {
      Block block(random.below(static_cast<std::uint32_t>(function.block_count())));
      watch.enter(block);
      for (Inst inst : function.insts(block)) {
        for (ProgPoint point : {ProgPoint::before(inst), ProgPoint::after(inst)}) {
          Seen seen = swept(watch, point);
          ASSERT_EQ(seen, looked_through(function, output, point)) << seed << " " << point.bits();
          claimed += seen.size();
          for (const auto& [slot, vregs] : seen) followed += vregs.size();
        }
      }
    }
  }
  EXPECT_GT(claimed, 10000u);
  EXPECT_GT(followed, 10000u);
}

TEST(LabelWatch, SeesWhatIsThere) {
  expect_swept_as_looked_through(LabelWatch::kMostKept);
}

TEST(LabelWatch, ForgetsBlocksAndLooksAgain) {
  expect_swept_as_looked_through(0);
  expect_swept_as_looked_through(30);
}

}  // namespace
}  // namespace regproof
