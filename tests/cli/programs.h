// Small programs and answers that the tests of the command line share. Lines are counted from 1, so
// the machine begins at line 1 of each program.
#pragma once

namespace regproof::tests {

// Two functions that anyone can allocate; "add" begins at line 6, "choose" at line 13.
inline constexpr const char* kProgram = R"(machine {
  int p0i..p3i |
  float p0f..p1f |
  vector |
}
function "add" {
  block0():
    op def v0i fixed(p0i), def v1i fixed(p1i)
    op use v0i reg, use v1i reg, def v2i reg
    ret use v2i fixed(p0i)
}

function "choose" {
  block0():
    op def v0i fixed(p0i)
    branch use v0i reg -> block1(), block2()
  block1():
    op def v1i reg
    branch -> block3(v1i)
  block2():
    branch -> block3(v0i)
  block3(v2i):
    ret use v2i fixed(p0i)
}
)";

// Right answers to both.
inline constexpr const char* kAnswers = R"(allocation "add" {
  spillslots 0
  inst0: p0i, p1i
  inst1: p0i, p1i, p2i
  before inst2: move p2i -> p0i
  inst2: p0i
}
allocation "choose" {
  spillslots 0
  inst0: p0i
  inst1: p0i
  inst2: p1i
  before inst3: move p1i -> p0i
  inst5: p0i
}
)";

// "add" forgets the move: the use of v2i at line 10 of the program, answered at line 5.
inline constexpr const char* kWrongAnswers = R"(allocation "add" {
  spillslots 0
  inst0: p0i, p1i
  inst1: p0i, p1i, p2i
  inst2: p0i
}
)";

// Legal; its first instruction, at line 8, asks for three registers of two.
inline constexpr const char* kImpossible = R"(machine {
  int p0i..p1i |
  float |
  vector |
}
function "tight" {
  block0():
    op def v0i reg, def v1i reg, def v2i reg
    ret
}
)";

// v7i is never defined: line 9, column 8.
inline constexpr const char* kIllegal = R"(machine {
  int p0i..p1i |
  float |
  vector |
}
function "stray" {
  block0():
    op def v0i reg
    op use v7i reg
    ret
}
)";

// Line 8 is no statement.
inline constexpr const char* kBroken = R"(machine {
  int p0i..p1i |
  float |
  vector |
}
function "broken" {
  block0():
    op define v0i reg
    ret
}
)";

}  // namespace regproof::tests
