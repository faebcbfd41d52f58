#include "allocator/parallel_moves.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "base/work.h"

namespace regproof {
namespace {

class ParallelMoves {
 public:
  ParallelMoves(std::span<const Move> moves, RegClass cls, const MoveHelp& help,
                std::vector<Move>& out)
      : help_(help), out_(out) {
    for (const Move& move : moves) {
      if (move.from != move.to) moves_.push_back({move.from, move.to, nullptr});
    }
    std::sort(moves_.begin(), moves_.end(),
              [](const Pending& a, const Pending& b) { return a.to < b.to; });
    check([&] { return destinations_differ(); }, "two parallel moves have one destination");
    pick_helpers(moves, cls);
  }

  MoveSequenceUse run();

 private:
  struct Pending {
    Location from;
    Location to;
    Pending* writer;            // the move that writes `from`, or null
    std::uint32_t readers = 0;  // pending moves whose source is this one's destination
    bool done = false;
  };

  bool destinations_differ() const {
    auto same = [](const Pending& a, const Pending& b) { return a.to == b.to; };
    return std::adjacent_find(moves_.begin(), moves_.end(), same) == moves_.end();
  }
  void pick_helpers(std::span<const Move> moves, RegClass cls);
  Pending* writer_of(Location location);
  void emit(Location from, Location to);
  void through_register(Location from, Location to);
  void forget();
  void give_back();
  void perform(Pending& move);
  void break_cycle(Pending& move);
  bool is_memory(Location l) const {
    return l.is_stack() || (l.is_reg() && help_.memory_registers.contains(l.as_reg()));
  }

  const MoveHelp& help_;
  std::vector<Move>& out_;
  std::vector<Pending> moves_;
  std::vector<Pending*> ready_;
  bool between_memory_ = false;  // some move is
  PReg transfer_;                // for memory to memory
  PReg keeper_;                  // for the value that breaks a cycle
  bool lent_ = false;  // the victim is in its slot, and its register serves for memory to memory
  Location carried_;   // what the register for memory to memory holds a copy of, or none
  MoveSequenceUse use_;
};

void ParallelMoves::pick_helpers(std::span<const Move> moves, RegClass cls) {
  std::uint64_t free = help_.free;
  auto forbid = [&](Location l) {
    if (l.is_reg() && class_of(l.as_reg()) == cls) {
      free &= ~(std::uint64_t{1} << number_of(l.as_reg()));
    }
  };
  for (const Move& move : moves) {
    forbid(move.from);
    forbid(move.to);
  }
  auto next = [&] {
    if (free == 0) return PReg::none();
    PReg reg = make_preg(cls, static_cast<unsigned>(std::countr_zero(free)));
    free &= free - 1;
    return reg;
  };
  PReg first = help_.scratch.valid() ? help_.scratch : next();
  between_memory_ = std::any_of(moves_.begin(), moves_.end(), [&](const Pending& move) {
    return is_memory(move.from) && is_memory(move.to);
  });
  transfer_ = between_memory_ ? first : next();
  keeper_ = between_memory_ ? next() : first;
}

ParallelMoves::Pending* ParallelMoves::writer_of(Location location) {
  auto at = std::lower_bound(moves_.begin(), moves_.end(), location,
                             [](const Pending& move, Location l) { return move.to < l; });
  return at != moves_.end() && at->to == location ? &*at : nullptr;
}

void ParallelMoves::emit(Location from, Location to) {
  if (is_memory(from) && is_memory(to)) {
    through_register(from, to);
  } else {
    Location victim = Location::reg(help_.victim);
    if (from == victim) give_back();
    if (to == victim) forget();
    out_.push_back({from, to});
  }
  if (to == carried_) carried_ = Location::none();
}

// The victim stays in its slot, and the register keeps what it carried, as long as nobody asks for either.
void ParallelMoves::through_register(Location from, Location to) {
  PReg carrier = transfer_.valid() ? transfer_ : help_.victim;
  if (!transfer_.valid() && !lent_) {
    use_.victim_slot = lent_ = true;
    out_.push_back({Location::reg(help_.victim), help_.victim_slot});
  }
  if (carried_ != from) out_.push_back({from, Location::reg(carrier)});
  carried_ = from;
  out_.push_back({Location::reg(carrier), to});
}

// What the victim held is not wanted any more.
void ParallelMoves::forget() {
  if (lent_) carried_ = Location::none();
  lent_ = false;
}

void ParallelMoves::give_back() {
  if (lent_) out_.push_back({help_.victim_slot, Location::reg(help_.victim)});
  forget();
}

void ParallelMoves::perform(Pending& move) {
  count_work(1);
  emit(move.from, move.to);
  move.done = true;
  if (move.writer != nullptr && --move.writer->readers == 0 && !move.writer->done) {
    ready_.push_back(move.writer);
  }
}

// What `move` would overwrite is saved; the move that reads it reads the copy. When nothing is
// ready, each pending move has one reader, so the way along the writers comes back to `move`.
void ParallelMoves::break_cycle(Pending& move) {
  Location copy = keeper_.valid() ? Location::reg(keeper_) : help_.cycle_slot;
  use_.cycle_slot |= !keeper_.valid();
  emit(move.to, copy);
  Pending* reader = &move;
  for (; reader->writer != &move; reader = reader->writer) count_work(1);
  reader->from = copy;
  reader->writer = nullptr;
  move.readers = 0;
  ready_.push_back(&move);
}

MoveSequenceUse ParallelMoves::run() {
  for (Pending& move : moves_) {
    move.writer = writer_of(move.from);
    if (move.writer != nullptr) ++move.writer->readers;
  }
  for (Pending& move : moves_) {
    if (move.readers == 0) ready_.push_back(&move);
  }
  // So that what goes from one place of memory to several is loaded once.
  if (between_memory_) {
    std::sort(ready_.begin(), ready_.end(), [](const Pending* a, const Pending* b) {
      return a->from != b->from ? a->from < b->from : a->to < b->to;
    });
  }
  std::size_t next_cycle = 0;
  while (true) {
    while (!ready_.empty()) {
      Pending* move = ready_.back();
      ready_.pop_back();
      perform(*move);
    }
    while (next_cycle < moves_.size() && moves_[next_cycle].done) ++next_cycle;
    if (next_cycle == moves_.size()) break;
    break_cycle(moves_[next_cycle]);
  }
  give_back();
  return use_;
}

}  // namespace

MoveSequenceUse sequence_moves(std::span<const Move> moves, RegClass cls, const MoveHelp& help,
                               std::vector<Move>& out) {
  return ParallelMoves(moves, cls, help, out).run();
}

}  // namespace regproof
