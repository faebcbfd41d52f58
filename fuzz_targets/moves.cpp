// Property: a parallel move, made a sequence, does the same: whatever the places, and with any
// number of registers to help, none included (fuzz_targets/executed_moves.h).
//
// The input spells a problem, missing bytes being zeros:
//
//   byte 0   low two bits: the class; bit 2: there is a scratch register; bits 3 and 4: how many
//            registers are free; bit 5: those of the moves are called free, too; bit 6: the victim
//            is one of the moves' registers
//   byte 1   how many registers the moves may name, up to 23
//   byte 2   how many spill slots, up to 11 (low half), and fixed_stack registers, up to 7
//   then     two bytes per move: destination and source; what is written already is skipped
#include "fuzz_targets/executed_moves.h"
#include "fuzz_targets/property.h"

namespace regproof {
namespace {

constexpr unsigned kFirstMemory = 24, kFirstFree = 40, kBystander = 50, kScratch = 63;
constexpr std::uint32_t kCycleSlot = 100, kVictimSlot = 101;

// What the moves may name, in an order that mixes registers and memory.
std::vector<Location> places_of(RegClass cls, unsigned byte1, unsigned byte2, RegSet& memory) {
  std::vector<Location> places;
  for (unsigned r = 0; r < byte1 % 24; ++r) places.push_back(Location::reg(make_preg(cls, r)));
  for (unsigned s = 0; s < byte2 % 16 % 12; ++s) places.push_back(Location::stack(SpillSlot(s)));
  for (unsigned m = 0; m < byte2 / 16 % 8; ++m) {
    memory.add(make_preg(cls, kFirstMemory + m));
    places.push_back(Location::reg(make_preg(cls, kFirstMemory + m)));
  }
  return places;
}

MoveProblem problem_of(std::span<const std::uint8_t> input) {
  auto byte = [&](std::size_t at) { return at < input.size() ? unsigned{input[at]} : 0u; };
  unsigned flags = byte(0), registers = byte(1) % 24;
  MoveProblem problem;
  RegClass cls = problem.cls = kClasses[(flags & 3) % kClassCount];
  MoveHelp& help = problem.help;
  std::vector<Location> places = places_of(cls, byte(1), byte(2), help.memory_registers);
  if (flags & 4) help.scratch = make_preg(cls, kScratch);
  help.free = ((std::uint64_t{1} << (flags >> 3 & 3)) - 1) << kFirstFree;
  if (flags & 32) {
    // Only those that some move names: others would be free in truth.
    for (std::size_t i = 3; i + 1 < input.size() && !places.empty(); i += 2) {
      std::size_t place = input[i] % places.size();
      if (place < registers) help.free |= std::uint64_t{1} << place;
    }
  }
  help.victim = make_preg(cls, (flags & 64) && registers > 0 ? registers - 1 : kBystander);
  help.cycle_slot = Location::stack(SpillSlot(kCycleSlot));
  help.victim_slot = Location::stack(SpillSlot(kVictimSlot));
  std::vector<bool> written(places.size(), false);
  for (std::size_t i = 3; i + 1 < input.size() && !places.empty(); i += 2) {
    std::size_t to = input[i] % places.size(), from = input[i + 1] % places.size();
    if (written[to]) continue;
    written[to] = true;
    problem.moves.push_back({places[from], places[to]});
  }
  return problem;
}

}  // namespace

std::optional<Failure> moves_property(std::span<const std::uint8_t> input) {
  MoveProblem problem = problem_of(input);
  std::vector<Move> sequence;
  MoveSequenceUse use = sequence_moves(problem.moves, problem.cls, problem.help, sequence);
  MoveExecution execution;
  std::optional<std::string> fault = execution.first_fault(problem, sequence, use);
  if (!fault) return std::nullopt;
  return Failure{*fault + "\n" + to_string(problem, sequence)};
}

}  // namespace regproof
