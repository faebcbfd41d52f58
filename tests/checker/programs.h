// Programs of every construct, as text, for the tests of this folder; and reading them.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"
#include "ir/text.h"
#include "ir/validate.h"

namespace regproof::testing {

inline constexpr std::string_view kNarrow = R"(
machine {
  int    p0i..p3i | p4i..p5i
  float  p0f..p3f |
  vector |
  scratch p15i
}
)";

inline constexpr std::string_view kWide = R"(
machine {
  int    p0i..p3i | p4i..p5i
  float  p0f..p3f |
  vector p0v..p1v |
  fixed_stack p32i..p34i p32f
  spillslot_size int 1 float 2 vector 3
}
)";

inline constexpr std::string_view kWideLast = R"(
machine {
  int    | p0i..p3i
  float  p0f..p3f |
  vector p0v |
  scratch p15f
  fixed_stack p32i..p34i p32f
  spillslot_size int 1 float 2 vector 3
  spillslot_named_by last
}
)";

// Legal under each of the three machines, unless it names a vector or a fixed_stack register.
inline constexpr std::string_view kPrograms = R"(
function "empty" {
  block0():
    ret
}
function "straight" {
  block0():
    op def v0i fixed(p0i), def v1i fixed(p1i)
    op def v2i reg, use v0i any
    op def v3i reuse(1), use v0i reg, use v2i any ; clobber p2i
    op def v4i stack, use v3i stack, use v1i any
    op use v4i reg, use v4i any
    ret use v3i fixed(p0i), use v1i fixed(p1i)
}
function "positions" {
  block0():
    op def v0i reg, def v2i reg
    op def@early v1i reg, def v3i reg, use v0i reg, use@late v2i reg ; clobber p0i
    op use v1i any, use@late v3i any, def@early v4i any, def v5i stack
    op use v4i fixed(p0i), def v6i fixed(p0i)
    op use v5i fixed(p1i) ; clobber p1i
    ret use v6i any, use v5i reg
}
function "constraints" {
  block0():
    op def v0i limit(2), def v1i in(p1i p3i), pin p40i
    op use v0i in(p2i), use v1i limit(1), def v2i limit(4), pin p41i
    op use v2i fixed(p0i), use v2i fixed(p1i), use v2i fixed(p3i), use v2i stack, use v1i any
    op use v0i reg, use v1i reg, def v3i reuse(0), def v4i reuse(1)
    ret use v3i reg, use v4i stack
}
function "dead" {
  block0():
    op def v0i reg, def v1i any, def v2i stack
    op def@early v3i reg, use v1i any, def v4i fixed(p1i)
    ret
}
function "diamond" {
  block0():
    op def v0i reg, def v1f reg
    branch use v0i reg -> block1(), block2()
  block1():
    op def v2f reuse(1), use v1f reg ; clobber p0f..p2f p0i..p1i
    branch -> block3(v0i, v2f)
  block2():
    op def v3i any
    branch -> block3(v3i, v1f)
  block3(v4i, v5f):
    ret use v4i any, use v5f reg, use v0i reg
}
function "swap" {
  block0():
    op def v0i any, def v1i any
    branch -> block1(v0i, v1i, v0i)
  block1(v2i, v3i, v4i):
    op use v2i reg, use v3i reg, use v4i any
    branch use v2i any -> block2(), block3()
  block2():
    branch -> block1(v3i, v2i, v2i)
  block3():
    ret use v2i reg, use v3i reg
}
function "self_loop" {
  block0():
    op def v0i reg
    branch -> block1(v0i)
  block1(v1i):
    op def v2i reg, use v1i any
    branch -> block1(v2i)
}
function "entry_in_loop" {
  block0():
    op def v0i reg
    branch use v0i any -> block1(), block2()
  block1():
    op use v0i reg
    branch -> block0()
  block2():
    ret use v0i fixed(p3i)
}
function "irreducible" {
  block0():
    op def v0i reg, def v1i reg
    branch use v0i reg -> block1(), block2()
  block1():
    branch -> block3(v0i)
  block2():
    branch -> block4(v1i)
  block3(v2i):
    op def v3i reg, use v2i any
    branch use v3i reg -> block5(), block7()
  block4(v4i):
    op def v5i any, use v4i reg, use v1i any
    branch use v5i any -> block6(), block8()
  block5():
    branch -> block4(v3i)
  block6():
    branch -> block3(v5i)
  block7():
    ret use v2i reg, use v0i any
  block8():
    ret use v4i reg, use v1i any
}
function "branch_operands" {
  block0():
    op def v0i reg, def v1i any
    branch -> block3()
  block1(v2i, v3i):
    ret use v2i reg, use v3i any, use v0i any
  block2():
    op use v4i any, use v0i reg
    branch use v1i reg, def v6i any ; clobber p2i..p3i -> block4(v6i, v4i)
  block3():
    branch use v0i fixed(p0i), def v4i fixed(p0i), def@early v5i reg ; clobber p1i -> block1(v4i, v5i), block2()
  block4(v7i, v8i):
    ret use v7i reg, use v8i reg
}
function "several_defs" {
  multiple_defs
  block0():
    op def v0i reg, def v0i any, def v1i any, def v1i any, def v2i reg
    op use v0i any, use v1i reg, use v2i reg
    ret use v0i reg
}
function "unreachable" {
  block0():
    op def v0i reg
    branch -> block3()
  block1(v1i):
    op def v2i reuse(1), use v1i reg
    branch -> block1(v2i)
  block2():
    branch -> block3()
  block3():
    ret use v0i any
}
function "switch" {
  block0():
    op def v0i reg, def v1i reg, def v2i reg, def v3i reg
    branch use v0i reg, use v0i fixed(p1i) -> block1(v1i), block2(v2i), block3(v3i), block4(v0i)
  block1(v4i):
    branch -> block5(v4i)
  block2(v5i):
    branch -> block5(v5i)
  block3(v6i):
    branch -> block5(v6i)
  block4(v7i):
    branch -> block5(v7i)
  block5(v8i):
    ret use v8i reg, use v1i any, use v2i any, use v3i any
}
function "remats" {
  rematerializable v0i v1i
  block0():
    op def v0i reg
    op def v1i reg
    op def v2i reg ; clobber p1i..p5i
    branch use v2i reg -> block1(), block2()
  block1():
    op use v0i reg
    branch -> block3(v0i, v1i)
  block2():
    op use v1i reg
    branch -> block3(v0i, v0i)
  block3(v3i, v4i):
    op use v3i reg, use v4i reg ; clobber p0i..p5i
    branch use v2i reg -> block4(), block5()
  block4():
    branch -> block3(v3i, v4i)
  block5():
    ret use v3i any, use v4i any
}
function "labels" {
  debug v0i inst0..inst8 = 7
  debug v1i inst1..inst4 = 3
  debug v3i inst2..inst8 = 3
  debug v2i inst0..inst8 = 4294967294
  block0():
    op def v0i reg
    op def v1i any, use v0i any
    branch use v1i reg, def v2i reg -> block1(), block2()
  block1():
    op use v2i any
    branch -> block3(v0i)
  block2():
    branch -> block3(v1i)
  block3(v3i):
    op use v3i reg
    ret use v0i any
}
)";

inline constexpr std::string_view kWidePrograms = R"(
function "fixed_stack" {
  block0():
    op def v0i fixed(p32i), def v1i fixed(p33i), def v2i fixed(p0i), def v3f fixed(p32f)
    op use v0i fixed(p33i), use v1i fixed(p32i), use v2i fixed(p34i), use v2i fixed(p1i), def v4i fixed(p32i)
    op use v3f fixed(p32f), use v0i stack, use v1i any, use v4i fixed(p33i) ; clobber p32i
    branch def v5i fixed(p34i), use v4i fixed(p34i) -> block1(v5i), block2()
  block1(v6i):
    ret use v6i fixed(p32i), use v0i fixed(p33i)
  block2():
    ret use v5i any, use v3f reg
}
function "wide_slots" {
  block0():
    op def v0i reg, def v1f reg, def v2v reg
    op def v3v any, use v2v any, def v4f stack, use v1f stack
    op def v5i stack, use v0i reg, use v3v reg ; clobber p0v p0f..p3f
    branch -> block1(v3v, v4f, v5i)
  block1(v6v, v7f, v8i):
    op use v6v reg, use v7f reg, use v8i any
    branch use v8i reg -> block2(), block3()
  block2():
    branch -> block1(v2v, v1f, v0i)
  block3():
    ret use v6v stack, use v7f any, use v8i reg
}
)";

struct Sample {
  Machine machine;
  Function function;
};

// Real compilers ask for labels of values that nothing defines any more, and over empty ranges.
// Takes such labels out, since `validate` refuses them; says how many.
inline std::size_t drop_void_labels(Function& function) {
  std::vector<bool> defined(function.vreg_classes.size(), false);
  for (VReg param : function.params) defined[param.value()] = true;
  for (Operand op : function.operands) {
    if (op.is_def()) defined[op.vreg().value()] = true;
  }
  return std::erase_if(function.debug_labels, [&](const DebugLabel& label) {
    return label.vreg.value() >= defined.size() || !defined[label.vreg.value()] ||
           label.from >= label.to;
  });
}

// The functions of a text, each legal once its void labels are dropped, which are counted.
inline std::vector<Sample> read_samples(std::string_view text, const std::string& file,
                                        std::size_t& dropped_labels) {
  std::vector<Sample> samples;
  FunctionReader reader(file, text);
  while (true) {
    auto next = reader.next();
    if (!next) {
      ADD_FAILURE() << next.error().text();
      return samples;
    }
    if (!next->has_value()) return samples;
    FunctionText& read = **next;
    dropped_labels += drop_void_labels(read.function);
    for (const Violation& violation : validate(read.function.view(), read.machine)) {
      ADD_FAILURE() << read.function.name << ": " << violation.message;
    }
    samples.push_back({read.machine, std::move(read.function)});
  }
}

inline std::vector<Sample> read_samples(std::string_view text) {
  std::size_t dropped_labels = 0;
  std::vector<Sample> samples = read_samples(text, "text", dropped_labels);
  EXPECT_EQ(dropped_labels, 0u);
  return samples;
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

inline std::vector<Sample> all_samples() {
  std::vector<Sample> samples;
  for (std::string_view machine : {kNarrow, kWide, kWideLast}) {
    std::string text = std::string(machine) + std::string(kPrograms);
    if (machine != kNarrow) text += kWidePrograms;
    for (Sample& sample : read_samples(text)) samples.push_back(std::move(sample));
  }
  return samples;
}

inline Sample read_sample(std::string_view text) {
  std::vector<Sample> samples = read_samples(text);
  EXPECT_EQ(samples.size(), 1u);
  return samples.empty() ? Sample() : std::move(samples.front());
}

// An answer to the function from the lines between the braces of an `allocation`; without
// `spillslots`, its frame is empty.
inline Output read_answer(const Sample& sample, const std::string& lines) {
  std::string frame = lines.find("spillslots") == std::string::npos ? "spillslots 0\n" : "";
  std::string text = "allocation \"" + sample.function.name + "\" {\n" + frame + lines + "\n}\n";
  AllocationReader reader("answer", text);
  auto read = reader.next();
  if (!read || !read->has_value()) {
    ADD_FAILURE() << (read ? "no allocation" : read.error().text());
    return {};
  }
  auto output = to_output(**read, "answer", sample.function.view());
  if (!output) {
    ADD_FAILURE() << output.error().text();
    return {};
  }
  return *output;
}

inline std::string print(const Sample& sample, const Output& output) {
  std::string text;
  print_function(sample.function.view(), text);
  print_allocation(sample.function.view(), output, text);
  return text;
}

}  // namespace regproof::testing
