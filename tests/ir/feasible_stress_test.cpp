// ir/feasible on dense instructions of dozens of operands over 64 registers, made to be hard: as
// many owners as registers in each phase, sets that overlap everywhere, values that link the phases,
// uses that must share. Planted instances are feasible by construction; what is found for the others
// is tested against the rules. No instance may exhaust the budget, but for one family of which a few may; the
// largest counts are printed.
//
// REGPROOF_STRESS=N multiplies the number of instances.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "ir/builder.h"
#include "ir/feasible.h"
#include "tests/ir/feasible_brute.h"

namespace regproof {
namespace {

constexpr unsigned kRegisters = 64;

std::uint64_t repetitions() {
  const char* text = std::getenv("REGPROOF_STRESS");
  return text ? std::strtoull(text, nullptr, 10) : 1;
}

Machine full_machine() {
  Machine machine;
  machine.preferred.set_bits(RegClass::Int, 0x00ff00ff00ff00ffu);
  machine.non_preferred.set_bits(RegClass::Int, ~machine.preferred.bits(RegClass::Int));
  return machine;
}

class Dense {
 public:
  explicit Dense(std::uint64_t seed) : random(seed) {}

  std::uint64_t below(std::uint64_t n) { return random() % n; }
  std::uint64_t subset(std::uint64_t of, unsigned size) {
    std::uint64_t out = 0;
    size = std::min<unsigned>(size, static_cast<unsigned>(std::popcount(of)));
    while (static_cast<unsigned>(std::popcount(out)) < size)
      out |= of & std::uint64_t{1} << below(64);
    return out;
  }
  VReg fresh() { return VReg(next_vreg++); }

  void operand(OperandKind kind, OperandPos pos, VReg vreg, std::uint64_t places) {
    operands.push_back(
        Operand::make(kind, pos, vreg, Constraint::In, static_cast<std::uint32_t>(sets.size())));
    sets.push_back(places);
  }
  void early(std::uint64_t places) {
    operand(OperandKind::Use, OperandPos::Early, fresh(), places);
  }
  void late(std::uint64_t places) { operand(OperandKind::Def, OperandPos::Late, fresh(), places); }
  // One that holds both phases, in one of three ways.
  void both(std::uint64_t places) {
    switch (below(3)) {
      case 0:
        return operand(OperandKind::Use, OperandPos::Late, fresh(), places);
      case 1:
        return operand(OperandKind::Def, OperandPos::Early, fresh(), places);
      default: {
        auto input = static_cast<std::uint32_t>(operands.size());
        early(places);
        operands.push_back(Operand::def(fresh(), Constraint::Reuse, input));
      }
    }
  }

  std::mt19937_64 random;
  std::uint32_t next_vreg = 0;
  std::vector<Operand> operands;
  std::vector<std::uint64_t> sets;
  RegSet clobbers;
};

struct Family {
  const char* name;
  void (*make)(Dense& dense);
  bool planted;
  unsigned instances;
  unsigned undecided_percent = 0;  // at most so many may exhaust the budget
};

// Any counts, any sizes, near the point where half of them are feasible.
void mixed(Dense& d) {
  unsigned both = static_cast<unsigned>(d.below(40)), size = 2 + static_cast<unsigned>(d.below(5));
  unsigned early = 60 - both + static_cast<unsigned>(d.below(5));
  unsigned late = 60 - both + static_cast<unsigned>(d.below(5));
  for (unsigned i = 0; i < both; ++i) d.both(d.subset(~0ull, size + 1));
  for (unsigned i = 0; i < early; ++i) d.early(d.subset(~0ull, size));
  for (unsigned i = 0; i < late; ++i) d.late(d.subset(~0ull, size));
}

// Early ones fill one half of the registers, late ones the other; the links must find what is left.
void halves(Dense& d) {
  std::uint64_t low = d.subset(~0ull, 32), high = ~low;
  unsigned size = 3 + static_cast<unsigned>(d.below(8));
  for (int i = 0; i < 28; ++i) d.early(d.subset(low, size));
  for (int i = 0; i < 28; ++i) d.late(d.subset(high, size));
  unsigned links = 7 + static_cast<unsigned>(d.below(4));
  bool all = d.below(2) == 0;
  for (unsigned i = 0; i < links; ++i) d.both(all ? ~0ull : d.subset(~0ull, 8 + size));
}

// Every register is full in both phases; each set holds the planted register and few others.
void plant(Dense& d, unsigned links, unsigned extra, unsigned slack) {
  std::vector<unsigned> order(kRegisters);
  for (unsigned i = 0; i < kRegisters; ++i) order[i] = i;
  std::shuffle(order.begin(), order.end(), d.random);
  for (unsigned i = 0; i < kRegisters - slack; ++i) {
    std::uint64_t place = std::uint64_t{1} << order[i];
    if (i < links) {
      d.both(place | d.subset(~0ull, extra));
    } else {
      d.early(place | d.subset(~0ull, extra));
      d.late(place | d.subset(~0ull, extra));
    }
  }
}
void planted(Dense& d) {
  plant(d, static_cast<unsigned>(d.below(56)), 1 + static_cast<unsigned>(d.below(8)),
        static_cast<unsigned>(d.below(3)));
}
// The same with a few sets drawn anew: often just infeasible.
void disturbed(Dense& d) {
  planted(d);
  for (int i = 0; i < 3; ++i) {
    std::uint64_t& set = d.sets[d.below(d.sets.size())];
    set = d.subset(~0ull, 2);
  }
}

// Three-dimensional matching: registers are triples of a link, an early block and a late block; of
// each block one register is to be left free.
void triples(Dense& d, unsigned block, bool is_planted) {
  unsigned blocks = kRegisters / block;
  std::array<std::vector<unsigned>, 3> order;
  for (auto& o : order) {
    for (unsigned i = 0; i < blocks * block; ++i) o.push_back(i);
    std::shuffle(o.begin(), o.end(), d.random);
  }
  if (is_planted) {
    // The first register of each block agrees among the three.
    for (auto& o : order) {
      o = order[0];
      for (unsigned i = 0; i < 500; ++i) {
        unsigned a = static_cast<unsigned>(d.below(o.size())),
                 b = static_cast<unsigned>(d.below(o.size()));
        if (a % block != 0 && b % block != 0) std::swap(o[a], o[b]);
      }
    }
  }
  for (unsigned b = 0; b < blocks; ++b) {
    std::array<std::uint64_t, 3> places{};
    for (unsigned i = 0; i < block; ++i) {
      for (unsigned k = 0; k < 3; ++k) places[k] |= std::uint64_t{1} << order[k][b * block + i];
    }
    d.both(places[0]);
    for (unsigned i = 1; i < block; ++i) {
      d.early(places[1]);
      d.late(places[2]);
    }
  }
}
void triples_of_3(Dense& d) {
  triples(d, 3, false);
}
void triples_of_4(Dense& d) {
  triples(d, 4, false);
}
void triples_of_5(Dense& d) {
  triples(d, 5, false);
}
void triples_of_8(Dense& d) {
  triples(d, 8, false);
}
void planted_triples(Dense& d) {
  triples(d, 3 + static_cast<unsigned>(d.below(6)), true);
}

// Hitting set: many uses of one vreg, few registers left by others.
void hitting(Dense& d, unsigned values, unsigned uses, unsigned size, unsigned left) {
  for (unsigned v = 0; v < values; ++v) {
    VReg vreg = d.fresh();
    for (unsigned i = 0; i < uses; ++i) {
      OperandPos pos = d.below(4) == 0 ? OperandPos::Late : OperandPos::Early;
      d.operand(OperandKind::Use, pos, vreg, d.subset(~0ull, size));
    }
  }
  for (unsigned i = left; i < kRegisters; ++i) {
    if (d.below(2) == 0) {
      d.early(~0ull);
    } else {
      d.both(~0ull);
    }
  }
}
void hitting_one(Dense& d) {
  static constexpr unsigned kUses[] = {20, 40, 60};
  unsigned uses = kUses[d.below(3)], size = 3 + static_cast<unsigned>(d.below(6));
  hitting(d, 1, uses, size, 3 + static_cast<unsigned>(d.below(3 * uses / (size + 1))));
}
void hitting_several(Dense& d) {
  unsigned values = 2 + static_cast<unsigned>(d.below(4));
  hitting(d, values, 60 / values, 4 + static_cast<unsigned>(d.below(8)),
          12 + static_cast<unsigned>(d.below(24)));
}
// Shared uses, links, clobbers and limits together.
void everything(Dense& d) {
  unsigned size = 3 + static_cast<unsigned>(d.below(10));
  std::vector<VReg> shared = {d.fresh(), d.fresh(), d.fresh()};
  unsigned count = 50 + static_cast<unsigned>(d.below(50));
  for (unsigned i = 0; i < count; ++i) {
    std::uint64_t all = d.below(4) == 0 ? (std::uint64_t{1} << (8 + d.below(40))) - 1 : ~0ull;
    std::uint64_t places = d.below(5) == 0 ? all : d.subset(all, size);
    switch (d.below(6)) {
      case 0:
        d.early(places);
        break;
      case 1:
        d.late(places);
        break;
      case 2:
        d.both(places);
        break;
      default:
        d.operand(OperandKind::Use, d.below(3) == 0 ? OperandPos::Late : OperandPos::Early,
                  shared[d.below(3)], places);
    }
  }
  for (unsigned i = static_cast<unsigned>(d.below(20)); i > 0; --i) {
    d.clobbers.add(make_preg(RegClass::Int, static_cast<unsigned>(d.below(64))));
  }
}

constexpr Family kFamilies[] = {
    {"mixed", mixed, false, 400},
    {"halves", halves, false, 200},
    {"planted", planted, true, 200},
    {"disturbed", disturbed, false, 200},
    {"triples of 3", triples_of_3, false, 200},
    {"triples of 4", triples_of_4, false, 60},
    {"triples of 5", triples_of_5, false, 60},
    {"triples of 8", triples_of_8, false, 60},
    {"planted triples", planted_triples, true, 100},
    {"hitting set", hitting_one, false, 40},
    {"several hitting sets", hitting_several, false, 40, 5},
    {"everything", everything, false, 400},
};

class Stress : public testing::TestWithParam<Family> {};

TEST_P(Stress, IsDecided) {
  const Family& family = GetParam();
  Machine machine = full_machine();
  std::vector<PReg> places;
  std::uint64_t most = 0, feasible = 0, undecided = 0, total = 0;
  double worst = 0, sum = 0;
  std::uint64_t instances = family.instances * repetitions();
  for (std::uint64_t seed = 0; seed < instances; ++seed) {
    Dense dense(seed);
    family.make(dense);
    FunctionBuilder builder("dense");
    for (std::uint32_t v = 0; v < dense.next_vreg; ++v) builder.vreg(RegClass::Int);
    builder.begin_block();
    for (Operand& op : dense.operands) {
      if (op.constraint() != Constraint::In) continue;
      RegSet set;
      set.set_bits(RegClass::Int, dense.sets[op.payload()]);
      op = Operand::make(op.kind(), op.pos(), op.vreg(), Constraint::In,
                         builder.intern(set).value());
    }
    builder.op(dense.operands, dense.clobbers);
    builder.ret({});
    auto function = std::move(builder).finish();
    ASSERT_TRUE(function.ok());
    FunctionView view = function->view();
    FeasibilitySolver solver(machine);
    auto begin = std::chrono::steady_clock::now();
    bool good = solver.assign(view, Inst(0), places);
    double took =
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count();
    worst = std::max(worst, took);
    sum += took;
    most = std::max(most, solver.counts().most_nodes);
    total += solver.counts().most_nodes;
    undecided += solver.undecided();
    feasible += good;
    if (family.planted) {
      ASSERT_TRUE(good) << "seed " << seed;
    }
    if (good) {
      test::LiteralRules rules(view, machine, Inst(0));
      ASSERT_TRUE(rules.obeyed_by(test::as_places(view, Inst(0), places))) << "seed " << seed;
    }
  }
  std::printf(
      "%s: %llu instances, %llu feasible, %llu undecided, nodes: mean %.2f most %llu; "
      "microseconds: mean %.1f most %.0f\n",
      family.name, static_cast<unsigned long long>(instances),
      static_cast<unsigned long long>(feasible), static_cast<unsigned long long>(undecided),
      static_cast<double>(total) / static_cast<double>(instances),
      static_cast<unsigned long long>(most), sum / static_cast<double>(instances), worst);
  EXPECT_LE(undecided * 100, family.undecided_percent * instances);
}

std::string name_of_case(const testing::TestParamInfo<Family>& info) {
  std::string name = info.param.name;
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Families, Stress, testing::ValuesIn(kFamilies), name_of_case);

}  // namespace
}  // namespace regproof
