// Every set of moves between up to six places, executed. Each place is a register, a spill slot or,
// in smaller worlds, a fixed_stack register; each is written from any of them, itself included, or
// not at all; the help is zero, one or two free registers, with and without a scratch register, and
// where there is none of either, a victim inside and outside of the set.
//
// With registers and slots alone, all slots come behind all registers in the order of locations, and
// what the sequence depends on is that order; so of 2^n mixes, those are tried in which the first k
// places are registers. With fixed_stack registers, which stand in any order, all 3^n are.
//
// Then: the shape of sequences by hand, random problems of up to 40 places, long cycles, and wrong
// sequences, which the execution has to refuse.
#include "allocator/parallel_moves.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "base/check.h"
#include "fuzz_targets/executed_moves.h"

namespace regproof {
namespace {

enum class Kind { Register, Slot, FixedStack };

constexpr std::uint32_t kCycleSlot = 100, kVictimSlot = 101;
constexpr unsigned kFirstFree = 40, kBystander = 60, kScratch = 63;

PReg reg(unsigned number) {
  return make_preg(RegClass::Int, number);
}
Location in_reg(unsigned number) {
  return Location::reg(reg(number));
}
Location in_slot(std::uint32_t number) {
  return Location::stack(SpillSlot(number));
}

struct Places {
  std::vector<Location> all;
  RegSet memory;
};

// The k-th place has the number k, whatever it is.
Places places_of(const std::vector<Kind>& kinds) {
  Places places;
  for (unsigned k = 0; k < kinds.size(); ++k) {
    places.all.push_back(kinds[k] == Kind::Slot ? in_slot(k) : in_reg(k));
    if (kinds[k] == Kind::FixedStack) places.memory.add(reg(k));
  }
  return places;
}

// All the help that the head of this file names.
std::vector<MoveHelp> helps_for(const Places& places) {
  std::vector<MoveHelp> helps;
  for (bool scratch : {false, true}) {
    for (unsigned free = 0; free <= 2; ++free) {
      MoveHelp help;
      if (scratch) help.scratch = reg(kScratch);
      help.free = ((std::uint64_t{1} << free) - 1) << kFirstFree;
      help.victim = reg(kBystander);
      help.memory_registers = places.memory;
      help.cycle_slot = in_slot(kCycleSlot);
      help.victim_slot = in_slot(kVictimSlot);
      helps.push_back(help);
    }
  }
  for (Location place : places.all) {
    if (!place.is_reg() || places.memory.contains(place.as_reg())) continue;
    helps.push_back(helps.front());
    helps.back().victim = place.as_reg();
    break;
  }
  return helps;
}

// Sequences and executes, one problem after another.
class Trial {
 public:
  void run(const MoveProblem& problem) {
    sequence.clear();
    use = sequence_moves(problem.moves, problem.cls, problem.help, sequence);
    ++count;
    if (auto fault = execution_.first_fault(problem, sequence, use)) {
      ADD_FAILURE() << *fault << "\n" << to_string(problem, sequence);
    }
  }

  std::vector<Move> sequence;
  MoveSequenceUse use;
  std::uint64_t count = 0;

 private:
  MoveExecution execution_;
};

// The k-th place gets its value from the place `sources[k]`, or from none where that is the number
// of places.
void set_moves(const Places& places, const std::vector<std::size_t>& sources,
               MoveProblem& problem) {
  problem.moves.clear();
  for (std::size_t k = 0; k < sources.size(); ++k) {
    if (sources[k] < sources.size()) {
      problem.moves.push_back({places.all[sources[k]], places.all[k]});
    }
  }
}

// The next assignment; false behind the last.
bool advance(std::vector<std::size_t>& sources) {
  for (std::size_t& source : sources) {
    if (++source <= sources.size()) return true;
    source = 0;
  }
  return false;
}

void try_all_moves(const std::vector<Kind>& kinds, Trial& trial) {
  Places places = places_of(kinds);
  MoveProblem problem;
  for (const MoveHelp& help : helps_for(places)) {
    problem.help = help;
    std::vector<std::size_t> sources(kinds.size(), 0);
    do {
      set_moves(places, sources, problem);
      trial.run(problem);
      if (::testing::Test::HasFailure()) return;
    } while (advance(sources));
  }
}

void report(const char* what, const Trial& trial) {
  std::printf("%s: %llu cases\n", what, static_cast<unsigned long long>(trial.count));
  ::testing::Test::RecordProperty("cases", std::to_string(trial.count));
}

TEST(ParallelMoves, AllMovesBetweenUpToSixRegistersAndSlots) {
  Trial trial;
  for (std::size_t count = 1; count <= 6; ++count) {
    for (std::size_t registers = 0; registers <= count; ++registers) {
      std::vector<Kind> kinds(count, Kind::Slot);
      std::fill_n(kinds.begin(), registers, Kind::Register);
      try_all_moves(kinds, trial);
      if (HasFailure()) return;
    }
  }
  report("registers and slots", trial);
}

TEST(ParallelMoves, AllMovesBetweenUpToFourPlacesOfEveryKind) {
  Trial trial;
  for (std::size_t count = 1; count <= 4; ++count) {
    std::vector<Kind> kinds(count, Kind::Register);
    for (bool more = true; more;) {
      try_all_moves(kinds, trial);
      if (HasFailure()) return;
      more = false;
      for (Kind& kind : kinds) {
        kind = static_cast<Kind>((static_cast<int>(kind) + 1) % 3);
        if (kind != Kind::Register) {
          more = true;
          break;
        }
      }
    }
  }
  report("fixed_stack registers, too", trial);
}

// Between registers, with one to help: a move each, and one more for each cycle.
TEST(ParallelMoves, CyclesOfRegistersCostOneMoveMore) {
  Places places = places_of(std::vector<Kind>(6, Kind::Register));
  MoveProblem problem;
  problem.help = helps_for(places)[1];
  std::vector<std::size_t> sources(6, 0);
  Trial trial;
  do {
    set_moves(places, sources, problem);
    trial.run(problem);
    std::size_t expected = 0;
    for (std::size_t k = 0; k < 6; ++k) expected += sources[k] != k && sources[k] < 6;
    for (std::size_t k = 0; k < 6; ++k) {
      // A cycle is counted at its lowest member.
      std::size_t lowest = k, at = sources[k];
      for (int step = 0; step < 6 && at < 6 && at != k; ++step) {
        lowest = std::min(lowest, at);
        at = sources[at];
      }
      expected += at == k && lowest == k && sources[k] != k;
    }
    ASSERT_EQ(trial.sequence.size(), expected) << to_string(problem, trial.sequence);
    ASSERT_FALSE(trial.use.cycle_slot || trial.use.victim_slot);
  } while (advance(sources));
}

MoveProblem problem_between(const std::vector<Kind>& kinds, const std::vector<std::size_t>& sources,
                            std::size_t help) {
  Places places = places_of(kinds);
  MoveProblem problem;
  problem.help = helps_for(places)[help];
  set_moves(places, sources, problem);
  return problem;
}

TEST(ParallelMoves, NothingToDo) {
  Trial trial;
  trial.run(MoveProblem());
  EXPECT_TRUE(trial.sequence.empty());
  trial.run(problem_between({Kind::Register, Kind::Slot}, {0, 1}, 0));
  EXPECT_TRUE(trial.sequence.empty());
}

TEST(ParallelMoves, ASwapInMemoryWithoutAnyRegister) {
  Trial trial;
  trial.run(problem_between({Kind::Slot, Kind::Slot}, {1, 0}, 0));
  EXPECT_TRUE(trial.use.cycle_slot && trial.use.victim_slot);
  trial.run(problem_between({Kind::Slot, Kind::Slot}, {1, 0}, 2));
  EXPECT_FALSE(trial.use.cycle_slot || trial.use.victim_slot);
  EXPECT_EQ(trial.sequence.size(), 4u);  // one register carries, the other keeps
}

// Three slots get the value of a fourth, and one more that of a fifth: the victim is lent for all of it.
TEST(ParallelMoves, WhatGoesToSeveralSlotsIsLoadedOnce) {
  Trial trial;
  std::vector<Kind> places(6, Kind::Slot);
  trial.run(problem_between(places, {4, 5, 4, 4, 4, 5}, 0));
  EXPECT_TRUE(trial.use.victim_slot);
  EXPECT_EQ(trial.sequence.size(), 2u + 2u + 4u);  // the victim's, loads, stores
  trial.run(problem_between(places, {4, 5, 4, 4, 4, 5}, 1));
  EXPECT_EQ(trial.sequence.size(), 2u + 4u);
}

// The scratch register stands for one purpose, not for two at once.
TEST(ParallelMoves, ASwapInMemoryWithTheScratchRegisterAlone) {
  Trial trial;
  trial.run(problem_between({Kind::Slot, Kind::Slot}, {1, 0}, 3));
  EXPECT_TRUE(trial.use.cycle_slot);
  EXPECT_FALSE(trial.use.victim_slot);
}

TEST(ParallelMoves, FreeRegistersThatTheMovesNameAreLeftAlone) {
  MoveProblem problem =
      problem_between({Kind::Register, Kind::Register, Kind::Slot, Kind::Slot}, {1, 0, 3, 2}, 0);
  problem.help.free = 3;
  Trial trial;
  trial.run(problem);
  EXPECT_TRUE(trial.use.cycle_slot && trial.use.victim_slot);
}

TEST(ParallelMoves, AppendsAndForgetsTheOrderOfTheMoves) {
  MoveProblem problem =
      problem_between({Kind::Register, Kind::Slot, Kind::Register, Kind::Slot}, {1, 2, 0, 0}, 1);
  std::vector<Move> first{{in_reg(9), in_reg(8)}}, second = first;
  sequence_moves(problem.moves, problem.cls, problem.help, first);
  std::reverse(problem.moves.begin(), problem.moves.end());
  sequence_moves(problem.moves, problem.cls, problem.help, second);
  EXPECT_EQ(first, second);
  EXPECT_EQ(first.front(), (Move{in_reg(9), in_reg(8)}));
}

// Other classes than int number their registers alike.
TEST(ParallelMoves, HelpIsOfTheClassOfTheMoves) {
  for (RegClass cls : kClasses) {
    MoveProblem problem;
    problem.cls = cls;
    Location a = Location::reg(make_preg(cls, 0)), b = Location::reg(make_preg(cls, 63));
    problem.moves = {{a, b}, {b, a}, {in_slot(0), in_slot(1)}, {in_slot(1), in_slot(0)}};
    problem.help.free = std::uint64_t{1} << 62 | std::uint64_t{1} << 1;
    problem.help.cycle_slot = in_slot(kCycleSlot);
    problem.help.victim_slot = in_slot(kVictimSlot);
    Trial trial;
    trial.run(problem);
    EXPECT_FALSE(trial.use.cycle_slot || trial.use.victim_slot);
  }
}

TEST(ParallelMoves, RandomProblemsOfUpToFortyPlaces) {
  std::mt19937 random(1);
  Trial trial;
  for (int round = 0; round < 40000; ++round) {
    std::vector<Kind> kinds(1 + random() % 40);
    for (Kind& kind : kinds) kind = static_cast<Kind>(random() % 3);
    Places places = places_of(kinds);
    std::vector<std::size_t> sources(kinds.size());
    std::size_t few = 1 + random() % kinds.size();  // sources that many destinations share
    bool permutation = random() % 4 == 0;
    for (std::size_t k = 0; k < sources.size(); ++k) {
      sources[k] = permutation ? k : random() % (random() % 2 ? few : kinds.size() + 1);
    }
    if (permutation) std::shuffle(sources.begin(), sources.end(), random);
    MoveProblem problem;
    std::vector<MoveHelp> helps = helps_for(places);
    problem.help = helps[random() % helps.size()];
    set_moves(places, sources, problem);
    std::shuffle(problem.moves.begin(), problem.moves.end(), random);
    trial.run(problem);
    if (HasFailure()) return;
  }
}

// Seconds for one cycle of `count` slots, or for count / 2 swaps, with a victim's help alone.
double seconds_for(std::uint32_t count, bool swaps) {
  std::vector<Move> moves;
  for (std::uint32_t k = 0; k < count; ++k) {
    moves.push_back({in_slot(swaps ? k ^ 1 : (k + 7919) % count), in_slot(k)});
  }
  MoveHelp help;
  help.victim = reg(0);
  help.cycle_slot = in_slot(count);
  help.victim_slot = in_slot(count + 1);
  std::vector<Move> sequence;
  auto start = std::chrono::steady_clock::now();
  sequence_moves(moves, RegClass::Int, help, sequence);
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  // The victim is saved and restored once.
  EXPECT_EQ(sequence.size(), 2 * (swaps ? count + count / 2 : count + 1) + 2);
  return took.count();
}

// Milliseconds where a quadratic scan would take seconds; the bound leaves room for slow builds.
TEST(ParallelMoves, LongCyclesAndManyCyclesAreQuick) {
  for (bool swaps : {false, true}) {
    for (std::uint32_t count : {10000u, 200000u}) {
      double seconds = seconds_for(count, swaps);
      std::printf("%u moves in %s: %.2f ms\n", count, swaps ? "swaps" : "one cycle", seconds * 1e3);
      EXPECT_LT(seconds, 5.0);
    }
  }
}

using ParallelMovesDeathTest = ::testing::Test;

TEST(ParallelMovesDeathTest, OneDestinationTwiceIsRefusedWhereChecked) {
  if (!kChecked) GTEST_SKIP() << "invariants are off in this build";
  std::vector<Move> moves = {{in_reg(0), in_reg(2)}, {in_reg(1), in_reg(2)}}, out;
  EXPECT_DEATH(sequence_moves(moves, RegClass::Int, MoveHelp(), out), "one destination");
}

// ---- the execution itself

// A swap of two registers and a move between slots, with two free registers.
MoveProblem sample() {
  return problem_between({Kind::Register, Kind::Register, Kind::Slot, Kind::Slot}, {1, 0, 4, 2}, 2);
}

void expect_refused(const std::vector<Move>& sequence, MoveSequenceUse use,
                    const std::string& part) {
  MoveProblem problem = sample();
  auto fault = MoveExecution().first_fault(problem, sequence, use);
  ASSERT_TRUE(fault) << part;
  EXPECT_NE(fault->find(part), std::string::npos) << *fault;
}

TEST(MoveExecution, RefusesEveryFault) {
  Location a = in_reg(0), b = in_reg(1), s = in_slot(2), t = in_slot(3);
  Location free = in_reg(kFirstFree), other = in_reg(kFirstFree + 1);
  std::vector<Move> right = {{a, free}, {b, a}, {free, b}, {s, other}, {other, t}};
  EXPECT_EQ(MoveExecution().first_fault(sample(), right, {}), std::nullopt);

  expect_refused({{s, free}, {free, t}}, {}, "p0i ends with what p0i held, not p1i");
  expect_refused({{a, b}, {b, a}, {s, free}, {free, t}}, {}, "p0i ends with what p0i held");
  expect_refused({{a, free}, {b, a}, {s, free}, {free, t}, {free, b}}, {}, "p1i ends with what");
  expect_refused({{a, free}, {b, a}, {free, b}, {s, t}}, {}, "memory to memory");
  expect_refused({{a, in_reg(5)}}, {}, "writes what nobody offered");
  expect_refused({{a, s}}, {}, "writes what nobody offered");
  expect_refused({{a, in_slot(kCycleSlot)}}, {}, "writes what nobody offered");
  expect_refused({{a, Location::reg(make_preg(RegClass::Float, 0))}}, {}, "leaves the class");
  expect_refused(right, {true, false}, "the cycle slot is reported wrongly");
  expect_refused(right, {false, true}, "the victim slot is reported wrongly");
  std::vector<Move> kept = right;
  kept.push_back({in_reg(kBystander), in_slot(kVictimSlot)});
  kept.push_back({a, in_reg(kBystander)});
  expect_refused(kept, {false, true}, "p60i is not restored");
}

}  // namespace
}  // namespace regproof
