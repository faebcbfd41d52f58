// Everything that was written along one path, and from it who is to blame that a place does not hold
// the value that it should: the first edit or location that went wrong, which is often long before the
// last that wrote there.
//
//   inst0 defines v0 in p0i; inst1 defines v1 in p0i, too; edit 0 moves p0i to stack0, edit 1 moves
//   stack0 to p1i; inst2 reads v0 from p1i: the location of inst1's def is to blame
//
// The place is followed backwards. If its last writer overwrote the value, it is that one. If the last
// writer is a move, which was to bring the value, its source is asked in the same way. If the value
// stood there once, it is who overwrote it then. If it never did, it is the edit that took it for the
// value, or the location that was read.
//
// Cost: memory for each write of the path; each step back walks over them. For findings only.
//
// Tested by tests/checker/interpreter_blame_test.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "checker/concrete_state.h"
#include "ir/output.h"

namespace regproof {

struct FirstWrong {
  enum class Kind : std::uint8_t {
    Overwrites,    // `by` wrote into `place`, which held the value
    NeverHeld,     // edit `by` copies from `place`, where the value never was
    CannotCarry,   // edit `by` copies from `place`, which holds it, and it does not arrive
    OtherRecipe,   // edit `by` recomputes something else
    ReadLocation,  // the value never was in the place that is read
  };
  Kind kind = Kind::ReadLocation;
  Writer by;
  Location place;
};

class PlaceHistory {
 public:
  PlaceHistory(const Machine& machine, std::vector<Write> writes)
      : machine_(machine), writes_(std::move(writes)) {}

  // At the end of the path the place should hold a value of the class that `wanted` accepts.
  FirstWrong first_wrong(Location place, RegClass cls, const std::function<bool(Held)>& wanted,
                         const Output& output) const;

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};
  // What happened to a place before a write: places in `writes_`.
  struct Trace {
    std::size_t last = kNone;        // wrote there last
    bool held_before_last = false;   // it held the value until then
    bool holds = false;              // it still does
    std::size_t overwriter = kNone;  // ended the last time that it held the value
  };
  Trace trace(Location place, RegClass cls, const std::function<bool(Held)>& wanted,
              std::size_t end) const;
  bool overlap(const Write& write, Location place, RegClass cls) const;

  const Machine& machine_;
  std::vector<Write> writes_;
};

}  // namespace regproof
