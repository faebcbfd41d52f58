// What the tests of the text formats share: samples that hold every construct, and readers of whole
// texts and files.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "ir/text.h"

namespace regproof {

inline constexpr std::string_view kEveryFunctionConstruct = R"(# A comment line.
machine {
  int    p0i..p11i | p12i..p14i      # preferred | non-preferred
  float  p0f..p15f |
  vector | p3v p7v
  scratch p15i p20f
  fixed_stack p32i..p39i p63v
  spillslot_size int 1 float 2 vector 16
  spillslot_named_by last
}

function "example" {
  rematerializable v2i v900f
  recipe v6i = (v1i, p63i) cost 3 clobbers p2i p5i..p7i reuse 0
  recipe v3i=(v0i,v2i,v0i,p62f)
  recipe v4i = () cost 255
  debug v3i inst2..inst6 = 4
  debug v3i inst0..inst9 = 4294967295
  multiple_defs

  block0():
    op def v0i fixed(p0i), def v1i fixed(p1i), def v900f any
    inst1: op def v2i reg, def v2i any, pin p63i
    branch use v1i reg -> block1(), block2()

  block1() frequency 8.5:
    inst3: op def v3i reuse(1), use v0i reg, use v2i any ; clobber p5i..p7i p5f
    op use@late v0i limit(8), def@early v16777215i in(p0i p2i..p5i), use v0i stack
    op
    op ; clobber p0i
    branch use@early v0i any, def@late v6i reg ; clobber p3v -> block3(v3i, v6i)

  block2():
    branch -> block3(v0i, v0i)

  block3(v4i, v5i):
    ret use v4i fixed(p0i)
}

machine {
  int p0i |
  float |
  vector |
}
function "f \"quoted\" \\ # not a comment" {
  block0():
    ret
}
)";

inline constexpr std::string_view kEveryAllocationConstruct = R"(# A comment line.
allocation "example" {
  spillslots 6
  inst0: p0i, p1i, stack5
  inst1: p2i, none, p63i
  before inst3: move p0i -> p4i      # a move
  before inst3: move stack2 -> p3i
  inst3: p4i, p4i, p2i
  after inst3: remat v2i -> p2i
  after inst3: remat v2i as v4i -> p3i
  after inst3: remat v6i(p1i, p63i) -> p4i
  after inst3: remat v3i(p0i,p2i,p0i,p62f) as v4i -> p4i
  before inst4: move p4i -> stack0
  inst4: p0i, p2i, stack0
  inst5:
  debug 4: after inst3 .. before inst4 in p4i
  debug 4294967295: before inst0 .. before inst10 in stack3
}
allocation "other \"one\"" {
  spillslots 0
}
)";

// Everything that a text holds, up to its end or its first error.
struct FunctionFile {
  std::vector<FunctionText> items;
  std::string error;  // "FILE:LINE:COLUMN: MESSAGE", empty if there is none
  TextPlace place;
  Machine last_machine;
};

inline FunctionFile read_functions(std::string_view text, const std::string& name = "t.func") {
  FunctionFile file;
  FunctionReader reader(name, text);
  for (;;) {
    auto read = reader.next();
    file.last_machine = reader.machine();
    if (!read) {
      file.error = read.error().text();
      file.place = read.error().place;
      return file;
    }
    if (!read->has_value()) return file;
    file.items.push_back(std::move(**read));
  }
}

struct AllocationFile {
  std::vector<AllocationText> items;
  std::string error;
  TextPlace place;
};

inline AllocationFile read_allocations(std::string_view text, const std::string& name = "t.alloc") {
  AllocationFile file;
  AllocationReader reader(name, text);
  for (;;) {
    auto read = reader.next();
    if (!read) {
      file.error = read.error().text();
      file.place = read.error().place;
      return file;
    }
    if (!read->has_value()) return file;
    file.items.push_back(std::move(**read));
  }
}

inline std::string text_of(const FunctionText& item) {
  std::string text;
  print_machine(item.machine, text);
  print_function(item.function.view(), text);
  return text;
}

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The files of a folder with the extension, in the order of their names.
inline std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder,
                                                   const std::string& extension) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  if (error) return files;
  for (const auto& entry : entries) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Prints, reads, prints; everything stays the same.
inline void expect_round_trip(const FunctionText& first) {
  std::string printed = text_of(first);
  FunctionFile again = read_functions(printed);
  ASSERT_EQ(again.error, "") << printed;
  ASSERT_EQ(again.items.size(), 1u);
  EXPECT_TRUE(same_program(first.function.view(), again.items[0].function.view())) << printed;
  EXPECT_TRUE(first.machine == again.items[0].machine) << printed;
  EXPECT_EQ(printed, text_of(again.items[0]));
}

inline void expect_round_trip(const Output& first, const FunctionView& function) {
  std::string printed, printed_again;
  print_allocation(function, first, printed);
  AllocationFile again = read_allocations(printed);
  ASSERT_EQ(again.error, "") << printed;
  ASSERT_EQ(again.items.size(), 1u);
  EXPECT_EQ(again.items[0].name, function.name);
  auto second = to_output(again.items[0], "printed", function);
  ASSERT_TRUE(second.ok()) << second.error().text() << "\n" << printed;
  EXPECT_TRUE(first == *second) << printed;
  print_allocation(function, *second, printed_again);
  EXPECT_EQ(printed, printed_again);
}

}  // namespace regproof
