// Every error of the text formats, with its exact place; and the files of corpus/rejected that are
// illegal by syntax, each of which names its error on the line where it must be found.
#include <gtest/gtest.h>

#include "ir/text.h"
#include "tests/ir/text_samples.h"

namespace regproof {
namespace {

// "LINE:COLUMN: MESSAGE" of the first error, or nothing.
std::string without_file(const std::string& error) {
  return error.empty() ? error : error.substr(error.find(':') + 1);
}

std::string function_error(std::string_view text) {
  return without_file(read_functions(text).error);
}

std::string allocation_error(std::string_view text) {
  return without_file(read_allocations(text).error);
}

// Of a line in a machine; columns count from the line's own first byte.
std::string in_machine(const std::string& line) {
  return function_error("machine {\n" + line + "\n}\n");
}

// Of a line at the head of a function, in front of its first block.
std::string in_head(const std::string& line) {
  return function_error("machine {\n}\nfunction \"f\" {\n" + line + "\nblock0():\nret\n}\n");
}

// Of lines in the first block, the first of which is line 5.
std::string in_block(const std::string& lines) {
  return function_error("machine {\n}\nfunction \"f\" {\nblock0():\n" + lines + "\n}\n");
}

// Of lines in an allocation, the first of which is line 3.
std::string in_allocation(const std::string& lines) {
  return allocation_error("allocation \"f\" {\nspillslots 0\n" + lines + "\n}\n");
}

TEST(TextError, OutermostLevel) {
  EXPECT_EQ(function_error("function \"f\" {"),
            "1:1: a function stands before any machine, expected `machine {`");
  EXPECT_EQ(function_error("\n  allocation \"f\" {"),
            "2:3: found `allocation`, expected `machine` or `function`");
  EXPECT_EQ(function_error("machine"), "1:8: the text ends here, expected `{`");
  EXPECT_EQ(function_error("machine\n"), "1:8: the line ends here, expected `{`");
  EXPECT_EQ(function_error("machine { }"), "1:11: found `}`, expected the end of the line");
  EXPECT_EQ(function_error("machine {\n"),
            "2:1: the text ends here, expected `int`, `float`, `vector`, `scratch`, `fixed_stack`, "
            "`spillslot_size`, `spillslot_named_by` or `}`");
  EXPECT_EQ(function_error("machine {\n} {"), "2:3: found `{`, expected the end of the line");
  EXPECT_EQ(function_error("machine {\n}\nfunction {"),
            "3:10: found `{`, expected a name in double quotes");
  EXPECT_EQ(function_error("machine {\n}\nfunction \"f\" \"g\" {"),
            "3:14: found `\"`, expected `{`");
  EXPECT_EQ(allocation_error("machine {"), "1:1: found `machine`, expected `allocation`");
  EXPECT_EQ(allocation_error("allocation f {"),
            "1:12: found `f`, expected a name in double quotes");
}

TEST(TextError, Names) {
  auto named = [](const std::string& name) {
    return function_error("machine {\n}\nfunction " + name + " {\nblock0():\nret\n}\n");
  };
  EXPECT_EQ(named("\"\""), "");
  EXPECT_EQ(named("\"tab\there, umlaut \xc3\xa4, \xf0\x9f\x8e\xb2\""), "");
  const std::string open =
      "3:10: the name does not end on its line, expected a closing double quote";
  EXPECT_EQ(named("\"f"), open);
  EXPECT_EQ(named("\"f\\\""), open);
  EXPECT_EQ(function_error("machine {\n}\nfunction \"f\\"), open);
  EXPECT_EQ(function_error("machine {\n}\nfunction \""), open);
  const std::string escape = " unknown escape in a name, expected `\\\"` or `\\\\`";
  EXPECT_EQ(named("\"ab\\n\""), "3:13:" + escape);
  EXPECT_EQ(named("\"ab\\\n\""), "3:13:" + escape);
  auto byte = [](const std::string& hex) {
    return ": found the byte 0x" + hex + " in a name, expected UTF-8 text";
  };
  EXPECT_EQ(named(std::string("\"a\0b\"", 5)), "3:12" + byte("00"));
  EXPECT_EQ(named("\"a\rb\""), "3:12" + byte("0d"));
  EXPECT_EQ(named("\"\xff\""), "3:11" + byte("ff"));
  EXPECT_EQ(named("\"\xc3\""), "3:11" + byte("c3"));
  EXPECT_EQ(named("\"\xc0\x80\""), "3:11" + byte("c0"));
  EXPECT_EQ(named("\"\xe0\x80\x80\""), "3:11" + byte("e0"));
  EXPECT_EQ(named("\"\xed\xa0\x80\""), "3:11" + byte("ed"));
  EXPECT_EQ(named("\"\xf4\x90\x80\x80\""), "3:11" + byte("f4"));
  EXPECT_EQ(named("\"\x80\""), "3:11" + byte("80"));
}

TEST(TextError, NamesThatStandTwice) {
  const std::string body = " {\nblock0():\nret\n}\n";
  const std::string machine = "machine {\n}\n";
  EXPECT_EQ(function_error(machine + "function \"f\"" + body + machine + "function \"f\"" + body),
            "9:10: the function \"f\" stands a second time in this file, expected another name");
  EXPECT_EQ(function_error(machine + "function \"f\"" + body + "function \"F\"" + body), "");
  const std::string answer = "allocation \"\\\"\" {\nspillslots 0\n}\n";
  EXPECT_EQ(
      allocation_error(answer + answer),
      "4:12: the allocation \"\\\"\" stands a second time in this file, expected another name");
}

TEST(TextError, Machine) {
  EXPECT_EQ(in_machine("int p0i..p3i"),
            "2:13: the line ends here, expected a physical register or `|`");
  EXPECT_EQ(in_machine("int p0i | p1i |"), "2:15: found `|`, expected the end of the line");
  EXPECT_EQ(in_machine("int p0i | p1f"), "2:11: p1f is of another class, expected int registers");
  EXPECT_EQ(in_machine("float p0f..p5f p3f |"),
            "2:16: p3f stands a second time in this list, expected it once");
  EXPECT_EQ(in_machine("vector |\nvector |"),
            "3:1: `vector` stands a second time in this machine, expected it once");
  EXPECT_EQ(in_machine("int p64i |"), "2:5: `p64i` is beyond the limit, expected at most p63i");
  EXPECT_EQ(in_machine("int p0i..p9f |"),
            "2:10: the range begins at p0i and ends at p9f, expected registers of one class");
  EXPECT_EQ(in_machine("int p5i .. p4i |"),
            "2:12: the range ends before it begins, expected p5i or a higher register");
  EXPECT_EQ(in_machine("int p0i..|"), "2:10: found `|`, expected a physical register (`p3i`)");
  EXPECT_EQ(in_machine("scratch"), "2:8: the line ends here, expected a physical register (`p3i`)");
  EXPECT_EQ(
      in_machine("scratch p1i p2f p3i"),
      "2:17: p1i is the scratch register of class int already, expected at most one per class");
  EXPECT_EQ(in_machine("fixed_stack # none"),
            "2:13: the line ends here, expected a physical register (`p32i`)");
  EXPECT_EQ(in_machine("fixed_stack p1i\nfixed_stack p0i..p1i"),
            "3:13: p1i stands a second time in this list, expected it once");
  EXPECT_EQ(in_machine("spillslot_size"),
            "2:15: the line ends here, expected `int`, `float` or `vector`");
  EXPECT_EQ(in_machine("spillslot_size int"),
            "2:19: the line ends here, expected a number of units");
  EXPECT_EQ(in_machine("spillslot_size int 1 int 1"),
            "2:22: `int` stands a second time in this machine, expected it once");
  EXPECT_EQ(in_machine("spillslot_size vector 268435457"),
            "2:23: `268435457` is beyond the limit, expected at most 268435456");
  EXPECT_EQ(in_machine("spillslot_named_by"),
            "2:19: the line ends here, expected `first` or `last`");
  EXPECT_EQ(in_machine("spillslot_named_by last\nspillslot_named_by last"),
            "3:1: `spillslot_named_by` stands a second time in this machine, expected it once");
}

TEST(TextError, HeadOfAFunction) {
  EXPECT_EQ(in_head("inst0: op"),
            "4:1: found `inst0`, expected `rematerializable`, `recipe`, `debug`, `multiple_defs` "
            "or `block0():`");
  EXPECT_EQ(in_head("}"), "4:1: the function has no block, expected `block0():`");
  EXPECT_EQ(in_head("rematerializable"),
            "4:17: the line ends here, expected a virtual register (`v3i`)");
  EXPECT_EQ(in_head("rematerializable v1i, v2i"), "4:21: found `,`, expected the end of the line");
  EXPECT_EQ(in_head("rematerializable v1i v1f"),
            "4:22: found `v1f`, expected `v1i`: a number has one class");
  EXPECT_EQ(in_head("debug v0i inst1 = 4"), "4:17: found `=`, expected `..`");
  EXPECT_EQ(in_head("debug v0i inst1..2 = 4"), "4:18: found `2`, expected `inst0` or the like");
  EXPECT_EQ(in_head("debug v0i inst0..inst268435456 = 4"), "");
  EXPECT_EQ(in_head("debug v0i inst0..inst268435457 = 4"),
            "4:18: `inst268435457` is beyond the limit, expected at most inst268435456");
  EXPECT_EQ(in_head("debug v0i inst268435456..inst268435456 = 4"),
            "4:11: `inst268435456` is beyond the limit, expected at most inst268435455");
  EXPECT_EQ(in_head("debug v0i inst0..inst1 = 4294967296"),
            "4:26: `4294967296` is beyond the limit, expected at most 4294967295");
  EXPECT_EQ(in_head("debug v0i inst0..inst1 = x"), "4:26: found `x`, expected a label's number");
  EXPECT_EQ(in_head("multiple_defs v1i"), "4:15: found `v1i`, expected the end of the line");
}

TEST(TextError, Recipes) {
  EXPECT_EQ(in_head("recipe v1i = (v2i, p3i) cost 3 clobbers p2i..p4i reuse 0"), "");
  EXPECT_EQ(in_head("recipe"), "4:7: the line ends here, expected a virtual register (`v3i`)");
  EXPECT_EQ(in_head("recipe p1i = ()"), "4:8: found `p1i`, expected a virtual register (`v3i`)");
  EXPECT_EQ(in_head("recipe v1i ()"), "4:12: found `(`, expected `=`");
  EXPECT_EQ(in_head("recipe v1i = v2i"), "4:14: found `v2i`, expected `(`");
  EXPECT_EQ(in_head("recipe v1i = (v2i v3i)"), "4:19: found `v3i`, expected `,` or `)`");
  EXPECT_EQ(in_head("recipe v1i = (v2i,)"), "4:19: found `)`, expected a virtual register (`v3i`)");
  EXPECT_EQ(in_head("recipe v1i = (p64i)"),
            "4:15: `p64i` is beyond the limit, expected at most p63i");
  EXPECT_EQ(in_head("recipe v1i = (v1f)"),
            "4:15: found `v1f`, expected `v1i`: a number has one class");
  EXPECT_EQ(in_head("recipe v1i = (v2i, v2i, v2i, p3i)"), "");
  EXPECT_EQ(in_head("recipe v1i = (v2i, v2i, v2i, v2i, p3i)"),
            "4:35: the recipe has too many inputs, expected at most 4");
  EXPECT_EQ(in_head("recipe v1i = () cost"),
            "4:21: the line ends here, expected a number of moves");
  EXPECT_EQ(in_head("recipe v1i = () cost 0"),
            "4:22: found `0`, expected a cost of 1 to 255 moves");
  EXPECT_EQ(in_head("recipe v1i = () cost 255"), "");
  EXPECT_EQ(in_head("recipe v1i = () cost 256"),
            "4:22: `256` is beyond the limit, expected at most 255");
  EXPECT_EQ(in_head("recipe v1i = () clobbers"),
            "4:25: the line ends here, expected a physical register (`p3i`)");
  EXPECT_EQ(in_head("recipe v1i = () clobbers reuse 0"),
            "4:26: found `reuse`, expected a physical register (`p3i`)");
  EXPECT_EQ(in_head("recipe v1i = () reuse"),
            "4:22: the line ends here, expected the number of an input");
  EXPECT_EQ(in_head("recipe v1i = () reuse 4"),
            "4:23: `4` is beyond the limit, expected at most 3");
  EXPECT_EQ(in_head("recipe v1i = () reuse 0 cost 2"),
            "4:25: found `cost`, expected `cost`, `clobbers`, `reuse` in this order, or the end of "
            "the line");
  EXPECT_EQ(in_head("recipe v1i = () cost 2 clobber p3i"),
            "4:24: found `clobber`, expected `cost`, `clobbers`, `reuse` in this order, or the end "
            "of the line");
  EXPECT_EQ(in_head("recipe v1i = ()\nrecipe v2i = ()\nrecipe v1i = (v2i)"),
            "6:8: a second recipe of v1, expected one");
}

TEST(TextError, Blocks) {
  EXPECT_EQ(in_head("block1():"),
            "4:1: found `block1`, expected `block0`: blocks are numbered in order");
  EXPECT_EQ(in_head("block99999999999999999999():"),
            "4:1: `block99999999999999999999` is beyond the limit, expected at most block67108863");
  EXPECT_EQ(in_head("block0:"), "4:7: found `:`, expected `(`");
  EXPECT_EQ(in_head("block0(v1i v2i):"), "4:12: found `v2i`, expected `,` or `)`");
  EXPECT_EQ(in_head("block0(v1i,):"), "4:12: found `)`, expected a virtual register (`v3i`)");
  EXPECT_EQ(in_head("block0()"), "4:9: the line ends here, expected `frequency` or `:`");
  EXPECT_EQ(in_head("block0() frequency:"), "4:19: found `:`, expected a frequency (`8.5`)");
  EXPECT_EQ(in_head("block0() frequency 1 2:"), "4:22: found `2`, expected `:`");
  auto frequency = [](const std::string& number) {
    EXPECT_EQ(in_head("block0() frequency " + number + ":"),
              "4:20: found `" + number +
                  "`, expected a frequency that is not 0 and fits a double, in decimal");
  };
  for (const char* number :
       {"0", "0.0", "-0", "1e999", "1e-999", "8.5.1", "1e", "0x10", "+1", "9_0", "nan0"}) {
    frequency(number);
  }
  EXPECT_EQ(in_head("block0() frequency inf:"), "4:20: found `inf`, expected a frequency (`8.5`)");
  EXPECT_EQ(in_head("block0(): ret"), "4:11: found `ret`, expected the end of the line");
  EXPECT_EQ(in_block("op\nblock1():"),
            "6:1: block0 does not end in a branch or ret, expected `op`, `branch` or `ret`");
  EXPECT_EQ(in_block(""),
            "6:1: block0 does not end in a branch or ret, expected `op`, `branch` or `ret`");
  EXPECT_EQ(in_block("ret\nop"),
            "6:1: found `op`, expected `block1` or `}`, since block0 has ended");
  EXPECT_EQ(in_block("ret\nblock0():"),
            "6:1: found `block0`, expected `block1`: blocks are numbered in order");
}

TEST(TextError, Instructions) {
  EXPECT_EQ(in_block("nop"), "5:1: found `nop`, expected `op`, `branch` or `ret`");
  EXPECT_EQ(in_block("inst1: op"),
            "5:1: found `inst1`, expected `inst0`: instructions are numbered through the function");
  EXPECT_EQ(in_block("op\ninst0: ret"),
            "6:1: found `inst0`, expected `inst1`: instructions are numbered through the function");
  EXPECT_EQ(in_block("inst0 op"), "5:7: found `op`, expected `:`");
  EXPECT_EQ(in_block("inst0: inst0: op"), "5:8: found `inst0`, expected `op`, `branch` or `ret`");
  EXPECT_EQ(in_block("op ; p0i"), "5:6: found `p0i`, expected `clobber`");
  EXPECT_EQ(in_block("op ; clobber"),
            "5:13: the line ends here, expected a physical register (`p3i`)");
  EXPECT_EQ(in_block("op ; clobber p0i, p1i"),
            "5:17: found `,`, expected a physical register or the end of the line");
  EXPECT_EQ(in_block("op -> block0()"),
            "5:4: found `->`, expected an operand, `;` or the end of the line");
  EXPECT_EQ(in_block("ret use v0i any -> block0()"),
            "5:17: found `->`, expected `,`, `;` or the end of the line");
  EXPECT_EQ(in_block("branch use v0i any > block0()"),
            "5:20: found `>`, expected `,`, `;`, `->` or the end of the line");
  EXPECT_EQ(in_block("branch ->"), "5:10: the line ends here, expected `block0` or the like");
  EXPECT_EQ(in_block("branch -> block0"), "5:17: the line ends here, expected `(`");
  EXPECT_EQ(in_block("branch -> block0(p0i)"),
            "5:18: found `p0i`, expected a virtual register (`v3i`)");
  EXPECT_EQ(in_block("branch -> block0() block0()"),
            "5:20: found `block0`, expected `,` or the end of the line");
  EXPECT_EQ(in_block("branch -> block67108864()"),
            "5:11: `block67108864` is beyond the limit, expected at most block67108863");
}

TEST(TextError, Operands) {
  EXPECT_EQ(in_block("op v0i reg"), "5:4: found `v0i`, expected `use`, `def` or `pin`");
  EXPECT_EQ(in_block("op use v0i reg,"),
            "5:16: the line ends here, expected `use`, `def` or `pin`");
  EXPECT_EQ(in_block("op def@middle v0i reg"), "5:8: found `middle`, expected `early` or `late`");
  EXPECT_EQ(
      in_block("op use v0i"),
      "5:11: the line ends here, expected `any`, `reg`, `stack`, `fixed(`, `reuse(`, `limit(` "
      "or `in(`");
  EXPECT_EQ(in_block("op use v0ireg"), "5:8: found `v0ireg`, expected a virtual register (`v3i`)");
  EXPECT_EQ(in_block("op use v reg"), "5:8: found `v`, expected a virtual register (`v3i`)");
  EXPECT_EQ(in_block("op use v0 reg"), "5:8: found `v0`, expected a virtual register (`v3i`)");
  EXPECT_EQ(in_block("op use v16777216i reg"),
            "5:8: `v16777216i` is beyond the limit, expected at most v16777215i");
  EXPECT_EQ(in_block("op use v18446744073709551616f reg"),
            "5:8: `v18446744073709551616f` is beyond the limit, expected at most v16777215f");
  EXPECT_EQ(in_block("op use v0i reg, use v0v reg"),
            "5:21: found `v0v`, expected `v0i`: a number has one class");
  EXPECT_EQ(in_block("op use v0i fixed p0i"), "5:18: found `p0i`, expected `(`");
  EXPECT_EQ(in_block("op use v0i fixed(v0i)"),
            "5:18: found `v0i`, expected a physical register (`p3i`)");
  EXPECT_EQ(in_block("op use v0i fixed(p64f)"),
            "5:18: `p64f` is beyond the limit, expected at most p63f");
  EXPECT_EQ(in_block("op use v0i fixed(p0i p1i)"), "5:22: found `p1i`, expected `)`");
  EXPECT_EQ(in_block("op use v0i in(p0i, p1i)"),
            "5:18: found `,`, expected a physical register or `)`");
  EXPECT_EQ(in_block("op def v0i reuse(x)"), "5:18: found `x`, expected the number of an operand");
  EXPECT_EQ(in_block("op def v0i reuse(1x)"),
            "5:18: found `1x`, expected the number of an operand");
  EXPECT_EQ(in_block("op def v0i reuse(65537)"),
            "5:18: `65537` is beyond the limit, expected at most 65536");
  EXPECT_EQ(in_block("op def v0i limit()"), "5:18: found `)`, expected a number of registers");
  EXPECT_EQ(in_block("op def v0i limit(4294967304)"),
            "5:18: `4294967304` is beyond the limit, expected at most 65536");
  EXPECT_EQ(in_block("op pin 3"), "5:8: found `3`, expected a physical register (`p3i`)");
  EXPECT_EQ(in_block("op pin p0i reg"),
            "5:12: found `reg`, expected `,`, `;` or the end of the line");
}

TEST(TextError, Allocations) {
  EXPECT_EQ(
      in_allocation("move p0i -> p1i"),
      "3:1: found `move`, expected `inst0:`, `before`, `after`, `debug`, `spillslots` or `}`");
  EXPECT_EQ(in_allocation("spillslots 0"),
            "3:1: `spillslots` stands a second time, expected it once");
  EXPECT_EQ(allocation_error("allocation \"f\" {\n}\n"),
            "2:1: the allocation does not say the size of its frame, expected `spillslots`");
  EXPECT_EQ(allocation_error("allocation \"f\" {\nspillslots -1\n}\n"),
            "2:12: found `-`, expected a number of units");
  EXPECT_EQ(allocation_error("allocation \"f\" {\nspillslots 268435457\n}\n"),
            "2:12: `268435457` is beyond the limit, expected at most 268435456");
  EXPECT_EQ(in_allocation("inst0 p0i"), "3:7: found `p0i`, expected `:`");
  EXPECT_EQ(in_allocation("inst268435456: p0i"),
            "3:1: `inst268435456` is beyond the limit, expected at most inst268435455");
  EXPECT_EQ(in_allocation("inst0: v0i"),
            "3:8: found `v0i`, expected a place (`p3i`, `stack5` or `none`)");
  EXPECT_EQ(in_allocation("inst0: p0i,"),
            "3:12: the line ends here, expected a place (`p3i`, `stack5` or `none`)");
  EXPECT_EQ(in_allocation("inst0: p0i p1i"),
            "3:12: found `p1i`, expected `,` or the end of the line");
  EXPECT_EQ(in_allocation("inst0: p64i"), "3:8: `p64i` is beyond the limit, expected at most p63i");
  EXPECT_EQ(in_allocation("inst0: stack268435456"),
            "3:8: `stack268435456` is beyond the limit, expected at most stack268435455");
  EXPECT_EQ(in_allocation("inst0: stack5x"), "3:8: found `stack5x`, expected `stack0` or the like");
  EXPECT_EQ(in_allocation("inst4: p0i\ninst2: p0i\n  inst4: p0i"),
            "5:3: a second list for inst4, expected one; the other is in line 3");
  EXPECT_EQ(in_allocation("before p0i: move p0i -> p1i"),
            "3:8: found `p0i`, expected `inst0` or the like");
  EXPECT_EQ(in_allocation("after inst0 move p0i -> p1i"), "3:13: found `move`, expected `:`");
  EXPECT_EQ(in_allocation("after inst0: copy p0i -> p1i"),
            "3:14: found `copy`, expected `move` or `remat`");
  EXPECT_EQ(in_allocation("after inst0: move p0i - p1i"), "3:23: found `-`, expected `->`");
  EXPECT_EQ(in_allocation("after inst0: move p0i -> p1i, p2i"),
            "3:29: found `,`, expected the end of the line");
  EXPECT_EQ(in_allocation("after inst0: remat p0i -> p1i"),
            "3:20: found `p0i`, expected a virtual register (`v3i`)");
  EXPECT_EQ(in_allocation("after inst0: remat v0i as -> p1i"),
            "3:27: found `->`, expected a virtual register (`v3i`)");
  EXPECT_EQ(in_allocation("after inst0: remat v0i(p1i, p2i, p3i, p4f) as v1i -> p1i"), "");
  EXPECT_EQ(in_allocation("after inst0: remat v0i(p1i, p2i, p3i, p4f, p5i) -> p1i"),
            "3:44: the remat has too many inputs, expected at most 4");
  EXPECT_EQ(in_allocation("after inst0: remat v0i() -> p1i"),
            "3:24: found `)`, expected a physical register (`p3i`)");
  EXPECT_EQ(in_allocation("after inst0: remat v0i(v1i) -> p1i"),
            "3:24: found `v1i`, expected a physical register (`p3i`)");
  EXPECT_EQ(in_allocation("after inst0: remat v0i(stack0) -> p1i"),
            "3:24: found `stack0`, expected a physical register (`p3i`)");
  EXPECT_EQ(in_allocation("after inst0: remat v0i(p1i p2i) -> p1i"),
            "3:28: found `p2i`, expected `,` or `)`");
  EXPECT_EQ(in_allocation("after inst0: remat v0i as v1i(p1i) -> p1i"),
            "3:30: found `(`, expected `->`");
  EXPECT_EQ(in_allocation("debug x: before inst0 .. after inst0 in p0i"),
            "3:7: found `x`, expected a label's number");
  EXPECT_EQ(in_allocation("debug 4 before inst0 .. after inst0 in p0i"),
            "3:9: found `before`, expected `:`");
  EXPECT_EQ(in_allocation("debug 4: inst0 .. inst1 in p0i"),
            "3:10: found `inst0`, expected `before` or `after`");
  EXPECT_EQ(in_allocation("debug 4: before inst0 in p0i"), "3:23: found `in`, expected `..`");
  EXPECT_EQ(in_allocation("debug 4: before inst0 .. after inst0 p0i"),
            "3:38: found `p0i`, expected `in`");
}

TEST(TextError, OddBytes) {
  EXPECT_EQ(in_block(std::string("op\0", 3)),
            "5:3: found the byte 0x00, expected `use`, `def` or `pin`");
  EXPECT_EQ(in_block(std::string("op # \0 x", 8)),
            "5:6: found the byte 0x00 in a comment, expected text");
  EXPECT_EQ(in_block("op\rret"), "5:3: found the byte 0x0d, expected `use`, `def` or `pin`");
  EXPECT_EQ(function_error("\xef\xbb\xbfmachine {"),
            "1:1: found the byte 0xef, expected `machine` or `function`");
}

TEST(TextError, EnormousLines) {
  std::string word(1 << 20, 'x');
  EXPECT_EQ(in_block("op " + word),
            "5:4: found `" + word.substr(0, 40) + "...`, expected `use`, `def` or `pin`");
  std::string blanks(1 << 20, ' ');
  EXPECT_EQ(in_block(blanks + "op x"), "5:1048580: found `x`, expected `use`, `def` or `pin`");
  std::string name(1 << 20, 'n');
  std::string function = "function \"" + name + "\" {\nblock0():\nret\n}\n";
  EXPECT_EQ(function_error("machine {\n}\n" + function + function),
            "7:10: the function \"" + name.substr(0, 80) +
                "\" stands a second time in this file, expected another name");
  std::string operands = "op use v0i any";
  for (unsigned n = 1; n < kMaxOperandsOfInst; ++n) operands += ",use v0i any";
  EXPECT_EQ(in_block(operands + "\nret"), "");
  EXPECT_EQ(in_block(operands + ",use v0i any\nret"),
            "5:" + std::to_string(operands.size() + 2) +
                ": the instruction has too many operands, expected at most 65536");
}

TEST(TextError, TextOfTheWhole) {
  EXPECT_EQ(read_functions("x", "some/file.func").error,
            "some/file.func:1:1: found `x`, expected `machine` or `function`");
}

// --- corpus/rejected ----------------------------------------------------------------------------

struct ExpectedError {
  std::uint32_t line = 0;
  std::string message;  // a part of it
};

ExpectedError expected_error(const std::string& text) {
  constexpr std::string_view kMark = "# error: ";
  std::size_t at = text.find(kMark);
  if (at == std::string::npos) return {};
  std::size_t begin = at + kMark.size();
  auto line = static_cast<std::uint32_t>(
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1);
  return {line, text.substr(begin, text.find('\n', begin) - begin)};
}

TEST(RejectedCorpus, EachFileFailsOnItsLine) {
  std::size_t counts[2] = {};
  for (int format = 0; format < 2; ++format) {
    for (const auto& path :
         files_of(REGPROOF_SOURCE_DIR "/corpus/rejected", format == 0 ? ".func" : ".alloc")) {
      if (path.filename().string().rfind("syntax-", 0) != 0) continue;
      ++counts[format];
      std::string text = file_text(path);
      ExpectedError expected = expected_error(text);
      ASSERT_FALSE(expected.message.empty()) << path << " does not say its error";
      FunctionFile functions = format == 0 ? read_functions(text) : FunctionFile();
      AllocationFile answers = format == 1 ? read_allocations(text) : AllocationFile();
      const std::string& error = format == 0 ? functions.error : answers.error;
      EXPECT_EQ(format == 0 ? functions.place.line : answers.place.line, expected.line)
          << path << ": " << error;
      EXPECT_NE(error.find(expected.message), std::string::npos) << path << ": " << error;
    }
  }
  EXPECT_GE(counts[0], 40u);
  EXPECT_GE(counts[1], 15u);
}

}  // namespace
}  // namespace regproof
