#include "fuzz_targets/executed_moves.h"

#include <algorithm>

#include "ir/names.h"

namespace regproof {

Location MoveExecution::content_of(Location place) const {
  for (const Cell& cell : cells_) {
    if (cell.place == place) return cell.content;
  }
  return place;
}

void MoveExecution::write(Location place, Location content) {
  for (Cell& cell : cells_) {
    if (cell.place == place) {
      cell.content = content;
      return;
    }
  }
  cells_.push_back({place, content});
}

bool MoveExecution::is_memory(Location place) const {
  return place.is_stack() ||
         (place.is_reg() && problem_->help.memory_registers.contains(place.as_reg()));
}

bool MoveExecution::is_of_class(Location place) const {
  return place.is_stack() || (place.is_reg() && class_of(place.as_reg()) == problem_->cls);
}

bool MoveExecution::is_named(Location place) const {
  return std::any_of(problem_->moves.begin(), problem_->moves.end(),
                     [&](const Move& move) { return move.from == place || move.to == place; });
}

// May hold anything in the end.
bool MoveExecution::is_helper(Location place, MoveSequenceUse use) const {
  const MoveHelp& help = problem_->help;
  if (place.is_stack()) {
    return (use.cycle_slot && place == help.cycle_slot) ||
           (use.victim_slot && place == help.victim_slot);
  }
  PReg reg = place.as_reg();
  if (reg == help.scratch) return true;
  return (help.free >> number_of(reg) & 1) != 0 && !is_named(place);
}

bool MoveExecution::may_write(Location place, MoveSequenceUse use) const {
  if (is_helper(place, use)) return true;
  if (use.victim_slot && place == Location::reg(problem_->help.victim)) return true;
  return std::any_of(problem_->moves.begin(), problem_->moves.end(),
                     [&](const Move& move) { return move.to == place; });
}

std::optional<std::string> MoveExecution::run(std::span<const Move> sequence, MoveSequenceUse use) {
  MoveSequenceUse seen;
  for (const Move& move : sequence) {
    std::string text = "move " + to_string(move.from) + " -> " + to_string(move.to);
    if (!is_of_class(move.from) || !is_of_class(move.to)) return text + " leaves the class";
    if (is_memory(move.from) && is_memory(move.to)) return text + " is memory to memory";
    if (!may_write(move.to, use)) return text + " writes what nobody offered";
    for (Location place : {move.from, move.to}) {
      seen.cycle_slot |= place == problem_->help.cycle_slot;
      seen.victim_slot |= place == problem_->help.victim_slot;
    }
    write(move.to, content_of(move.from));
  }
  if (seen.cycle_slot != use.cycle_slot) return "the use of the cycle slot is reported wrongly";
  if (seen.victim_slot != use.victim_slot) return "the use of the victim slot is reported wrongly";
  return std::nullopt;
}

std::optional<std::string> MoveExecution::compare(MoveSequenceUse use) const {
  for (const Move& move : problem_->moves) {
    if (content_of(move.to) != move.from) {
      return to_string(move.to) + " ends with what " + to_string(content_of(move.to)) +
             " held, not " + to_string(move.from);
    }
  }
  for (const Cell& cell : cells_) {
    bool destination = std::any_of(problem_->moves.begin(), problem_->moves.end(),
                                   [&](const Move& move) { return move.to == cell.place; });
    if (!destination && !is_helper(cell.place, use) && cell.content != cell.place) {
      return to_string(cell.place) + " is not restored";
    }
  }
  return std::nullopt;
}

std::optional<std::string> MoveExecution::first_fault(const MoveProblem& problem,
                                                      std::span<const Move> sequence,
                                                      MoveSequenceUse use) {
  problem_ = &problem;
  cells_.clear();
  if (auto fault = run(sequence, use)) return fault;
  return compare(use);
}

std::string to_string(const MoveProblem& problem, std::span<const Move> sequence) {
  auto line = [](const Move& move) {
    return "  " + to_string(move.from) + " -> " + to_string(move.to) + "\n";
  };
  const MoveHelp& help = problem.help;
  RegSet free;
  free.set_bits(problem.cls, help.free);
  std::string text = "at once:\n";
  for (const Move& move : problem.moves) text += line(move);
  text += "scratch " + (help.scratch.valid() ? to_string(help.scratch) : "none") + ", free " +
          to_string(free) + ", victim " + to_string(help.victim) + ", memory " +
          to_string(help.memory_registers) + ", cycle slot " + to_string(help.cycle_slot) +
          ", victim slot " + to_string(help.victim_slot) + "\nas a sequence:\n";
  for (const Move& move : sequence) text += line(move);
  return text;
}

}  // namespace regproof
