// How much was done, in steps of loops: a stand-in for time that is the same on every machine. Loops
// whose length grows with the program, or with what they found so far, say how long they were:
//
//   std::uint64_t before = work_done;
//   allocate(...);
//   std::uint64_t steps = work_done - before;
//
// What counts is how the sum grows, not its unit: it must not grow faster than the programs do.
//
// Cost: an addition to a variable of the thread; a loop counts once for all its turns where it can.
#pragma once

#include <cstdint>

namespace regproof {

// Of this thread, since it began. Only differences mean something.
inline constinit thread_local std::uint64_t work_done = 0;

inline void count_work(std::uint64_t steps) {
  work_done += steps;
}

}  // namespace regproof
