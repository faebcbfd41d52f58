// Answers by hand that keep values in registers: across branches that clobber, around loops, through
// scratch registers, in wide slots, by recipes with inputs and without. The reference allocator gives no such answers.
#pragma once

#include <string_view>

namespace regproof::testing {

struct HandAnswer {
  std::string_view machine;  // kNarrow or kWide of programs.h
  std::string_view function;
  std::string_view lines;  // of the `allocation`
};

inline constexpr HandAnswer kHandAnswers[] = {
    {kNarrow, R"(
function "swap through scratch" {
  rematerializable v9i
  block0():
    op def v0i reg, def v1i reg, def v9i reg
    branch -> block1(v0i, v1i)
  block1(v2i, v3i):
    op use v9i reg
    branch use v2i reg, use v3i reg -> block2(), block3()
  block2():
    branch -> block1(v3i, v2i)
  block3():
    ret use v2i reg, use v3i reg, use v9i reg
})",
     R"(spillslots 0
  inst0: p0i, p1i, p2i
  before inst2: remat v9i -> p4i
  inst2: p4i
  inst3: p0i, p1i
  before inst4: move p0i -> p15i
  before inst4: move p1i -> p0i
  before inst4: move p15i -> p1i
  before inst5: remat v9i -> p2i
  inst5: p0i, p1i, p2i)"},
    {kNarrow, R"(
function "branch that clobbers" {
  block0():
    op def v0i reg, def v1i reg
    branch use v0i reg, def v2i fixed(p0i) ; clobber p1i..p3i -> block1(v2i), block2()
  block1(v3i):
    ret use v3i reg, use v1i reg
  block2():
    ret use v1i reg, use v2i any
})",
     R"(spillslots 0
  inst0: p0i, p4i
  inst1: p0i, p0i
  inst2: p0i, p4i
  inst3: p4i, p0i)"},
    {kNarrow, R"(
function "phases" {
  block0():
    op def v0i reg, def v1i reg
    op def@early v2i reg, def v3i reg, use v0i reg, use@late v1i reg ; clobber p5i
    op def@early v4i reg, def v5i reg, use v3i reg ; clobber p4i..p5i
    ret use v3i reg, use v5i reg, use v1i reg
})",
     R"(spillslots 0
  inst0: p0i, p1i
  inst1: p2i, p0i, p0i, p1i
  inst2: p2i, p3i, p0i
  inst3: p0i, p3i, p1i)"},
    {kWide, R"(
function "saved around a call" {
  debug v0f inst1..inst3 = 1
  debug v1i inst0..inst3 = 2
  block0():
    op def v0f reg, def v1i reg
    op ; clobber p0f..p3f p0i..p5i
    op use v0f reg, use v1i any
    ret
})",
     R"(spillslots 3
  inst0: p0f, p0i
  after inst0: move p0f -> stack0
  after inst0: move p0i -> stack2
  before inst2: move stack0 -> p1f
  inst2: p1f, stack2
  debug 1: before inst1 .. after inst2 in stack0
  debug 2: after inst0 .. after inst1 in stack2)"},
    {kNarrow, R"(
function "loop" {
  block0():
    op def v0i reg
    branch -> block1(v0i)
  block1(v1i):
    op use v1i any, def v2i reg
    op use v2i reg ; clobber p0i..p3i
    branch use v2i any -> block2(), block3()
  block2():
    op use v1i any
    branch -> block1(v2i)
  block3():
    ret use v2i any, use v0i any
})",
     R"(spillslots 2
  inst0: p0i
  after inst0: move p0i -> stack0
  inst2: p0i, p4i
  before inst3: move p0i -> p5i
  inst3: p4i
  inst4: p4i
  inst5: p5i
  before inst6: move p4i -> p0i
  inst7: p4i, stack0)"},
    {kNarrow, R"(
function "recipe of a parameter" {
  rematerializable v0i v5i
  block0():
    op def v0i reg, def v5i reg
    op def v1i reg ; clobber p0i..p2i
    branch use v1i reg -> block1(), block2()
  block1():
    branch -> block3(v0i)
  block2():
    branch -> block3(v0i)
  block3(v2i):
    op use v5i any
    branch use v2i reg -> block4(), block5()
  block4():
    branch -> block3(v2i)
  block5():
    ret use v2i reg, use v1i reg
})",
     R"(spillslots 0
  inst0: p0i, p1i
  inst1: p3i
  inst2: p3i
  before inst5: remat v5i -> p1i
  inst5: p1i
  before inst6: remat v0i as v2i -> p2i
  inst6: p2i
  before inst8: move p3i -> p15i
  before inst8: move p15i -> p4i
  before inst8: remat v0i as v2i -> p1i
  inst8: p1i, p4i)"},
    {kNarrow, R"(
function "call with one value twice" {
  block0():
    op def v0i fixed(p0i), def v1i fixed(p1i), def v2f reg
    op use v0i fixed(p1i), use v0i fixed(p2i), use v1i fixed(p0i), def v3i fixed(p0i) ; clobber p1i..p3i p0f..p2f
    op def v4i reuse(1), use v3i reg, use v1i any, use v2f any
    ret use v4i fixed(p0i), use v3i any
})",
     R"(spillslots 1
  inst0: p0i, p1i, p3f
  before inst1: move p1i -> stack0
  before inst1: move p0i -> p15i
  before inst1: move p1i -> p0i
  before inst1: move p15i -> p1i
  before inst1: move p1i -> p2i
  inst1: p1i, p2i, p0i, p0i
  after inst1: move p0i -> p5i
  inst2: p0i, p0i, stack0, p3f
  inst3: p0i, p5i)"},
    {kNarrow, R"(
function "recipes of two values and of a register" {
  recipe v2i = (v0i, v1i) cost 2
  recipe v3i = (v0i, p20i) clobbers p5i reuse 0
  block0():
    op def v0i reg, def v1i reg
    op use v0i reg, use v1i reg, def v2i reg
    op use v0i reg, pin p20i, def v3i reg
    op ; clobber p0i..p3i
    branch -> block1(v2i)
  block1(v4i):
    op use v4i reg
    branch use v0i any -> block2(), block3()
  block2():
    op ; clobber p0i..p1i
    branch -> block1(v2i)
  block3():
    ret use v3i reg, use v2i reg, use v1i reg
})",
     R"(spillslots 1
  inst0: p0i, p1i
  inst1: p0i, p1i, p2i
  inst2: p0i, p20i, p3i
  before inst3: move p0i -> stack0
  before inst3: move p1i -> p4i
  before inst5: move stack0 -> p0i
  before inst5: remat v2i(p0i, p4i) as v4i -> p1i
  inst5: p1i
  inst6: stack0
  before inst9: move stack0 -> p2i
  before inst9: remat v2i(p2i, p4i) -> p3i
  before inst9: remat v3i(p2i, p20i) -> p2i
  inst9: p2i, p3i, p4i)"},
    {kNarrow, R"(
function "recipe of a value that each turn makes anew" {
  recipe v3i = (v2i) clobbers p4i
  debug v3i inst3..inst8 = 1
  block0():
    op def v0i reg
    branch -> block1(v0i)
  block1(v2i):
    op use v2i reg, def v3i reg
    op use v3i reg ; clobber p0i
    op use v3i reg, use v2i reg
    branch use v2i reg -> block2(), block3()
  block2():
    branch -> block1(v3i)
  block3():
    ret use v3i reg
})",
     R"(spillslots 0
  inst0: p1i
  inst2: p1i, p0i
  inst3: p0i
  before inst4: remat v3i(p1i) -> p2i
  inst4: p2i, p1i
  inst5: p1i
  before inst6: remat v3i(p1i) -> p1i
  before inst7: remat v3i(p1i) -> p0i
  inst7: p0i
  debug 1: before inst4 .. before inst6 in p2i
  debug 1: before inst6 .. after inst6 in p1i)"},
    {kNarrow, R"(
function "recipe of two classes, on one of two arms" {
  recipe v3f = (v0i, v2f) cost 4 clobbers p3f
  block0():
    op def v0i reg, def v2f reg
    op use v0i reg, use v2f reg, def v3f reg
    op ; clobber p1f
    branch -> block1(), block2()
  block1():
    branch -> block3(v3f)
  block2():
    branch -> block3(v2f)
  block3(v4f):
    ret use v4f reg, use v3f reg
})",
     R"(spillslots 0
  inst0: p0i, p0f
  inst1: p0i, p0f, p1f
  before inst4: remat v3f(p0i, p0f) -> p2f
  before inst5: move p0f -> p2f
  before inst6: remat v3f(p0i, p0f) -> p1f
  inst6: p2f, p1f)"},
    {kNarrow, R"(
function "recipes of two values" {
  recipe v2i = (v0i, v1i, p40i)
  recipe v3i = (v0i, v1i, p40i) cost 2 clobbers p2i
  block0():
    op def v0i reg, def v1i reg
    op use v0i reg, use v1i reg, def v2i reg
    op use v1i reg, use v0i reg, def v3i reg
    op use v2i reg, use v3i reg ; clobber p2i..p5i
    branch use v1i reg -> block1(), block2()
  block1():
    op use v2i reg ; clobber p0i
    ret use v3i reg, use v1i reg
  block2():
    ret use v2i fixed(p0i), use v3i fixed(p4i)
})",
     R"(spillslots 0
  inst0: p0i, p1i
  inst1: p0i, p1i, p2i
  inst2: p1i, p0i, p3i
  inst3: p2i, p3i
  inst4: p1i
  before inst5: remat v2i(p0i, p1i, p40i) -> p4i
  before inst5: remat v3i(p0i, p1i, p40i) -> p3i
  inst5: p4i
  inst6: p3i, p1i
  before inst7: remat v3i(p0i, p1i, p40i) -> p4i
  before inst7: remat v2i(p0i, p1i, p40i) -> p0i
  inst7: p0i, p4i)"},
    {kNarrow, R"(
function "recipe that reuses" {
  recipe v3i = (v2i) clobbers p5i reuse 0
  block0():
    op def v0i reg
    branch -> block1(v0i)
  block1(v1i):
    op use v1i reg, def v2i reg
    op use v2i reg, def v3i reuse(0)
    op use v3i any ; clobber p0i..p3i
    op use v2i any
    branch use v3i reg -> block2(), block3()
  block2():
    op use v3i any, use v1i any
    branch -> block1(v3i)
  block3():
    ret use v3i reg, use v2i reg
})",
     R"(spillslots 1
  inst0: p0i
  inst2: p0i, p1i
  after inst2: move p0i -> stack0
  after inst2: move p1i -> p4i
  inst3: p1i, p1i
  inst4: p1i
  before inst5: move p4i -> p0i
  before inst5: remat v3i(p0i) -> p0i
  inst5: p4i
  inst6: p0i
  inst7: p0i, stack0
  before inst9: move p4i -> p2i
  before inst9: remat v3i(p2i) -> p2i
  inst9: p2i, p4i)"},
    {kNarrow, R"(
function "input that is loaded" {
  recipe v1i = (v0i) cost 3
  recipe v2f = (v1i, v1i)
  block0():
    op def v0i reg, def v4i reg
    op use v0i reg, def v1i reg
    op use v1i reg, def v2f reg
    op use v0i any ; clobber p0i..p5i p0f..p3f
    branch use v4i any -> block1(), block2()
  block1():
    op use v1i reg, use v2f reg
    branch -> block3(v1i)
  block2():
    branch -> block3(v1i)
  block3(v3i):
    ret use v3i any, use v2f reg, use v4i reg
})",
     R"(spillslots 2
  inst0: p0i, p1i
  after inst0: move p1i -> stack1
  inst1: p0i, p1i
  after inst1: move p1i -> stack0
  inst2: p1i, p0f
  inst3: p0i
  inst4: stack1
  before inst5: move stack0 -> p2i
  before inst5: remat v2f(p2i, p2i) -> p1f
  inst5: p2i, p1f
  before inst7: move stack0 -> p2i
  before inst8: remat v2f(p2i, p2i) -> p0f
  before inst8: move stack1 -> p2i
  inst8: stack0, p0f, p2i)"},
    {kNarrow, R"(
function "recipe of a parameter from a value" {
  rematerializable v8i
  recipe v1i = (v0i)
  recipe v7i = (p41i) cost 4
  block0():
    op def v0i reg, def v8i reg, def v7i reg
    op use v0i reg, def v1i reg
    branch use v0i reg -> block1(), block2()
  block1():
    branch -> block3(v1i, v7i)
  block2():
    op use v8i reg
    branch -> block3(v1i, v7i)
  block3(v2i, v3i):
    op use v2i reg, use v3i reg ; clobber p1i..p3i
    branch use v0i reg -> block4(), block5()
  block4():
    branch -> block3(v2i, v3i)
  block5():
    ret use v2i reg, use v0i any
})",
     R"(spillslots 0
  inst0: p0i, p2i, p1i
  inst1: p0i, p3i
  inst2: p0i
  before inst4: remat v8i -> p2i
  inst4: p2i
  before inst6: remat v1i(p0i) as v2i -> p1i
  before inst6: remat v7i(p41i) as v3i -> p2i
  inst6: p1i, p2i
  inst7: p0i
  before inst9: remat v1i(p0i) as v2i -> p3i
  inst9: p3i, p0i)"},
};

}  // namespace regproof::testing
