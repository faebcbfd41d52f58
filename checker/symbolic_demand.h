// Which promises at the heads of blocks anything downstream asks for: backwards from the uses, the
// inputs of recipes that run and the labels' claims, through moves and over edges, to where the answer says that the value was made.
//
//   block1(v1):                        at the head of block1: (p3, v1)
//     move p3 -> stack2
//     op use v1 stack2
//   block0: branch -> block1(v0)       at its end: (p3, v0), and so at its head, unless block0 makes v0
//                                      or writes p3
//
// What a cell holds behind a block or an edge follows from what one cell held before it, so these
// pairs are all that the fixpoint needs to give the verdict that it would give with every pair. This
// is no part of the argument (symbolic.cpp): a pair that is forgotten here can refuse a good answer,
// never pass a wrong one.
//
// Where an answer is wrong, messages say what a place holds instead: then the places in question are
// followed back in the same way with `kAnyValue`, for whatever they hold.
//
// Cost: linear in operands and edits, plus a sort of the pairs of each block. Of a right answer each
// pair is a copy of a value, alive, that is going to be read where it stands.
//
// Tested by tests/checker/symbolic_test.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <span>
#include <vector>

#include "checker/symbolic_cells.h"
#include "checker/symbolic_order.h"
#include "checker/symbolic_state.h"
#include "checker/symbolic_steps.h"
#include "ir/function.h"
#include "ir/output.h"

namespace regproof {

inline bool is_register_in(Cell cell, const RegSet& registers) {
  return cell.value() < kRegCount &&
         registers.contains(PReg(static_cast<std::uint16_t>(cell.value())));
}

// From which cell at the head of the block the content of each cell comes, at one point of the block.
// A state for `run_block`: it believes every read, and notes what was asked of the head.
class Origins {
 public:
  explicit Origins(const Cells& cells)
      : cells_(cells), moved_at_(cells.count(), 0), origin_(cells.count()) {}

  // At the head of a block.
  void start() {
    ++now_;
    written_.clear();
    asked_.clear();
    lost_ = RegSet();
  }

  // None: the block has written it since.
  Cell origin(Cell cell) const {
    if (is_register_in(cell, lost_)) return Cell::none();
    return moved_at_[cell.value()] == now_ ? origin_[cell.value()] : cell;
  }
  // Of cells at the head.
  const std::vector<Fact>& asked() const { return asked_; }
  // Cells that were written, other than registers by clobbers and the like; these are `lost`, unless
  // they were written again.
  const std::vector<Cell>& written() const { return written_; }
  const RegSet& lost() const { return lost_; }

  void ask(Cell cell, VReg value) {
    Cell from = origin(cell);
    if (from.valid()) asked_.push_back(make_fact(from, value));
  }
  bool holds(Cell cell, VReg value) {
    ask(cell, value);
    return true;
  }
  void define(VReg, Cell cell) {
    if (cell.valid()) erase(cell);
  }
  void put(VReg, Cell cell) { erase(cell); }
  void copy(Cell from, Cell to, RegClass cls) {
    if (!to.valid()) return;
    Cell source = from.valid() && cls != RegClass::None ? origin(from) : Cell::none();
    erase(to);
    if (source.valid()) write(to, source);
  }
  void erase(Cell cell) {
    write(cell, Cell::none());
    for (Cell other : cells_.overlapping(cell)) write(other, Cell::none());
  }
  void erase(const RegSet& registers) { lost_ = lost_ | registers; }

 private:
  void write(Cell cell, Cell from) {
    if (moved_at_[cell.value()] != now_) written_.push_back(cell);
    moved_at_[cell.value()] = now_;
    origin_[cell.value()] = from;
    if (cell.value() < kRegCount) lost_.remove(PReg(static_cast<std::uint16_t>(cell.value())));
  }

  const Cells& cells_;
  std::uint32_t now_ = 0;
  std::vector<std::uint32_t> moved_at_;  // by cell: the block that last wrote it
  std::vector<Cell> origin_;             // by cell; means something where that is this block
  std::vector<Cell> written_;
  std::vector<Fact> asked_;
  RegSet lost_;
};

// A claim of a debug location is untrue: at the point, the cell (none: no place) does not hold the
// value, which the program asks for there.
struct UntrueClaim {
  std::uint32_t claim = 0;  // in Output::debug_locations
  ProgPoint point;
  VReg expected;
  Cell cell;
};

struct WrongReads {
  std::vector<bool> blocks;         // by block: with something wrong
  std::vector<bool> uses;           // by place in FunctionView::operand_array
  std::vector<bool> inputs;         // by place in Cells::input_reads
  std::vector<UntrueClaim> claims;  // in running order, blocks in layout order
  bool any = false;
};

using FactsByBlock = std::vector<std::vector<Fact>>;  // ascending

class Demand {
 public:
  Demand(const FunctionView& function, const Output& output, const Cells& cells, const Steps& steps,
         const BlockOrder& order, const Homes& homes);

  // What the uses, the recipes' inputs and the claims ask for.
  FactsByBlock of_reads();
  // Whatever the places of the wrong ones hold; nothing where that takes more than `most_work`
  // steps (base/work.h). After `of_reads`.
  std::optional<FactsByBlock> of_wrong_places(const WrongReads& wrong, std::uint64_t most_work);

 private:
  // What a whole block does to the cells.
  struct Passage {
    std::size_t first_moved = 0;  // up to `end_moved`, in `moved_`
    std::size_t end_moved = 0;
    RegSet lost;
  };
  struct Moved {
    Cell cell;
    Cell from;  // at the head; none: the block has written it
  };

  void enqueue(Block block);
  void want(Cell cell, VReg value, Block block);
  void keep_passage(Block block);
  bool spread(std::uint64_t most_work);
  void go_to_head(Block block);
  void keep_new(Block block);
  void cross_back(Edge edge);

  const FunctionView& function_;
  const Output& output_;
  const Cells& cells_;
  const Steps& steps_;
  const BlockOrder& order_;
  const Homes& homes_;
  Origins origins_;
  std::vector<Passage> passages_;  // by block
  std::vector<Moved> moved_;       // of all blocks
  FactsByBlock at_end_;            // asked behind the block, not yet taken to its head
  FactsByBlock at_head_;           // asked of its head, not yet kept
  FactsByBlock wanted_;            // kept, and asked of its predecessors
  std::vector<bool> queued_;
  std::priority_queue<std::uint32_t> queue_;  // positions, the last first
  std::uint32_t now_ = 0;
  std::vector<std::uint32_t> moved_at_;  // by cell: the visit that loaded `moved_from_`
  std::vector<Cell> moved_from_;
  std::span<const Fact> fresh_;  // of the block that is visited: new in `wanted_`
  std::vector<Fact> new_facts_;  // where they are kept, if others were there before
  std::vector<Fact> merged_;     // scratch
};

}  // namespace regproof
