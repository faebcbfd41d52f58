// What the readers make of every construct, that printing is the inverse, and that no text whatever
// crashes them. The errors and their places are in text_error_test.cpp, whole files in
// text_files_test.cpp.
#include "ir/text.h"

#include <gtest/gtest.h>

#include <random>

#include "ir/builder.h"
#include "tests/ir/text_samples.h"

namespace regproof {
namespace {

constexpr PReg pi(unsigned n) {
  return make_preg(RegClass::Int, n);
}
constexpr PReg pf(unsigned n) {
  return make_preg(RegClass::Float, n);
}
constexpr PReg pv(unsigned n) {
  return make_preg(RegClass::Vector, n);
}

RegSet regs(std::initializer_list<PReg> list) {
  RegSet set;
  for (PReg reg : list) set.add(reg);
  return set;
}

FunctionText one_function(std::string_view body) {
  std::string text =
      "machine {\n  int p0i..p7i |\n  float p0f |\n  vector |\n}\nfunction \"f\" {\n";
  FunctionFile file = read_functions(text += body);
  EXPECT_EQ(file.error, "");
  EXPECT_EQ(file.items.size(), 1u);
  return file.items.empty() ? FunctionText() : std::move(file.items[0]);
}

TEST(Machine, EveryPart) {
  FunctionFile file = read_functions(kEveryFunctionConstruct);
  ASSERT_EQ(file.error, "");
  ASSERT_EQ(file.items.size(), 2u);
  const Machine& machine = file.items[0].machine;
  EXPECT_EQ(machine.preferred.bits(RegClass::Int), 0xfffu);
  EXPECT_EQ(machine.preferred.bits(RegClass::Float), 0xffffu);
  EXPECT_EQ(machine.preferred.bits(RegClass::Vector), 0u);
  EXPECT_EQ(machine.non_preferred, regs({pi(12), pi(13), pi(14), pv(3), pv(7)}));
  EXPECT_EQ(machine.scratch_of(RegClass::Int), pi(15));
  EXPECT_EQ(machine.scratch_of(RegClass::Float), pf(20));
  EXPECT_FALSE(machine.scratch_of(RegClass::Vector).valid());
  EXPECT_EQ(machine.fixed_stack.bits(RegClass::Int), 0xff00000000u);
  EXPECT_TRUE(machine.fixed_stack.contains(pv(63)));
  EXPECT_EQ(machine.fixed_stack.size(), 9u);
  EXPECT_EQ(machine.slot_size, (std::array<std::uint32_t, 3>{1, 2, 16}));
  EXPECT_TRUE(machine.slot_named_by_last);

  const Machine& second = file.items[1].machine;
  EXPECT_EQ(second.preferred, regs({pi(0)}));
  EXPECT_EQ(second.slot_size, (std::array<std::uint32_t, 3>{1, 1, 1}));
  EXPECT_FALSE(second.slot_named_by_last);
  EXPECT_TRUE(file.last_machine == second);
}

TEST(Machine, WithoutFunctions) {
  FunctionFile file =
      read_functions("machine {\n  int p1i | p2i\n  spillslot_named_by first\n}\n\n");
  EXPECT_EQ(file.error, "");
  EXPECT_TRUE(file.items.empty());
  EXPECT_EQ(file.last_machine.preferred, regs({pi(1)}));
  EXPECT_EQ(file.last_machine.non_preferred, regs({pi(2)}));
}

TEST(Machine, OnlySomeSlotSizesAndScratchOnTwoLines) {
  Machine machine =
      read_functions("machine {\nspillslot_size float 4\nscratch p1i\nscratch p1f\n}").last_machine;
  EXPECT_EQ(machine.slot_size, (std::array<std::uint32_t, 3>{1, 4, 1}));
  EXPECT_EQ(machine.scratch_of(RegClass::Int), pi(1));
  EXPECT_EQ(machine.scratch_of(RegClass::Float), pf(1));
}

TEST(Function, HeadAndBlocks) {
  FunctionFile file = read_functions(kEveryFunctionConstruct);
  ASSERT_EQ(file.items.size(), 2u);
  FunctionView f = file.items[0].function.view();
  EXPECT_EQ(f.name, "example");
  EXPECT_EQ(file.items[1].function.name, "f \"quoted\" \\ # not a comment");
  EXPECT_TRUE(f.multiple_defs);
  EXPECT_FALSE(file.items[1].function.multiple_defs);
  EXPECT_EQ(std::vector<VReg>(f.rematerializable.begin(), f.rematerializable.end()),
            (std::vector<VReg>{VReg(2), VReg(900)}));
  ASSERT_EQ(f.debug_labels.size(), 2u);
  EXPECT_EQ(f.recipes.size(), 3u);
  EXPECT_EQ(f.debug_labels[0], (DebugLabel{VReg(3), Inst(2), Inst(6), 4}));
  EXPECT_EQ(f.debug_labels[1], (DebugLabel{VReg(3), Inst(0), Inst(9), 4294967295u}));
  ASSERT_EQ(f.block_count(), 4u);
  ASSERT_EQ(f.inst_count(), 10u);
  ASSERT_EQ(f.edge_count(), 4u);
  EXPECT_EQ(f.frequency(Block(0)), 0);
  EXPECT_EQ(f.frequency(Block(1)), 8.5);
  EXPECT_EQ(f.params(Block(3)).size(), 2u);
  EXPECT_EQ(f.params(Block(3))[1], VReg(5));
  EXPECT_EQ(f.insts(Block(1)).front(), Inst(3));
  EXPECT_EQ(f.terminator(Block(1)), Inst(7));
  Edge edge = f.successors(Block(1)).front();
  EXPECT_EQ(f.target(edge), Block(3));
  EXPECT_EQ(f.arguments(edge)[0], VReg(3));
  EXPECT_EQ(f.arguments(edge)[1], VReg(6));
  EXPECT_EQ(f.predecessors(Block(3)).size(), 2u);
  EXPECT_EQ(f.vreg_count(), 16777216u);
  EXPECT_EQ(f.vreg_class(VReg(900)), RegClass::Float);
  EXPECT_EQ(f.vreg_class(VReg(899)), RegClass::None);
}

TEST(Function, EveryPartOfARecipe) {
  FunctionFile file = read_functions(kEveryFunctionConstruct);
  ASSERT_EQ(file.items.size(), 2u);
  FunctionView f = file.items[0].function.view();
  EXPECT_TRUE(file.items[1].function.recipes.empty());
  using O = Operand;
  auto inputs = [&](unsigned v) {
    const Recipe* recipe = f.find_recipe(VReg(v));
    if (recipe == nullptr) return std::vector<O>{O::def(VReg(v))};
    auto span = f.inputs(*recipe);
    return std::vector<O>(span.begin(), span.end());
  };
  EXPECT_EQ(inputs(3),
            (std::vector<O>{O::use(VReg(0), Constraint::Reg), O::use(VReg(2), Constraint::Reg),
                            O::use(VReg(0), Constraint::Reg), O::pin(pf(62))}));
  EXPECT_EQ(inputs(4), std::vector<O>());
  EXPECT_EQ(inputs(6), (std::vector<O>{O::use(VReg(1), Constraint::Reg), O::pin(pi(63))}));
  const Recipe& plain = *f.find_recipe(VReg(3));
  EXPECT_EQ(plain.cost, 1u);
  EXPECT_FALSE(plain.has_reuse());
  EXPECT_TRUE(f.reg_set(plain.clobbers).empty());
  const Recipe& whole = *f.find_recipe(VReg(6));
  EXPECT_EQ(whole.cost, 3u);
  EXPECT_EQ(whole.reuse, 0u);
  EXPECT_EQ(f.reg_set(whole.clobbers), regs({pi(2), pi(5), pi(6), pi(7)}));
  EXPECT_EQ(f.find_recipe(VReg(4))->cost, 255u);
}

TEST(Function, EveryOperand) {
  FunctionFile file = read_functions(kEveryFunctionConstruct);
  ASSERT_EQ(file.items.size(), 2u);
  FunctionView f = file.items[0].function.view();
  auto operands = [&](unsigned inst) {
    auto span = f.operands(Inst(inst));
    return std::vector<Operand>(span.begin(), span.end());
  };
  using O = Operand;
  EXPECT_EQ(operands(0),
            (std::vector<O>{O::def(VReg(0), Constraint::Fixed, 0),
                            O::def(VReg(1), Constraint::Fixed, 1), O::def(VReg(900))}));
  EXPECT_EQ(operands(1),
            (std::vector<O>{O::def(VReg(2), Constraint::Reg), O::def(VReg(2)), O::pin(pi(63))}));
  EXPECT_EQ(operands(3), (std::vector<O>{O::def(VReg(3), Constraint::Reuse, 1),
                                         O::use(VReg(0), Constraint::Reg), O::use(VReg(2))}));
  EXPECT_EQ(f.clobbers(Inst(3)), regs({pi(5), pi(6), pi(7), pf(5)}));
  std::vector<O> wide = operands(4);
  ASSERT_EQ(wide.size(), 3u);
  EXPECT_EQ(wide[0], O::late_use(VReg(0), Constraint::Limit, 8));
  EXPECT_TRUE(wide[1].is_def() && wide[1].is_early());
  EXPECT_EQ(wide[1].vreg(), VReg(16777215));
  ASSERT_EQ(wide[1].constraint(), Constraint::In);
  EXPECT_EQ(f.reg_set(wide[1].reg_set()), regs({pi(0), pi(2), pi(3), pi(4), pi(5)}));
  EXPECT_EQ(wide[2], O::use(VReg(0), Constraint::Stack));
  EXPECT_TRUE(operands(5).empty());
  EXPECT_EQ(f.clobbers(Inst(6)), regs({pi(0)}));
  EXPECT_EQ(operands(7), (std::vector<O>{O::use(VReg(0)), O::def(VReg(6), Constraint::Reg)}));
  EXPECT_EQ(f.clobbers(Inst(7)), regs({pv(3)}));
  EXPECT_EQ(f.kind(Inst(7)), InstKind::Branch);
  EXPECT_EQ(f.kind(Inst(9)), InstKind::Ret);
}

TEST(Function, SourceMapPointsAtTokens) {
  std::string text =
      "machine {\n}\n  function \"f\" {\n\tblock0():\r\n"
      "    inst0: op def v0i reg,  pin p3i\n   ret use v0i any\n}";
  FunctionFile file = read_functions(text);
  ASSERT_EQ(file.error, "");
  ASSERT_EQ(file.items.size(), 1u);
  const SourceMap& map = file.items[0].source;
  auto is = [](TextPlace place, unsigned line, unsigned column) {
    return place.line == line && place.column == column;
  };
  EXPECT_TRUE(is(map.function, 3, 3));
  ASSERT_EQ(map.blocks.size(), 1u);
  EXPECT_TRUE(is(map.blocks[0], 4, 2));
  ASSERT_EQ(map.insts.size(), 2u);
  EXPECT_TRUE(is(map.insts[0], 5, 5));
  EXPECT_TRUE(is(map.insts[1], 6, 4));
  ASSERT_EQ(map.operands.size(), 3u);
  EXPECT_TRUE(is(map.operands[0], 5, 15));
  EXPECT_TRUE(is(map.operands[1], 5, 29));
  EXPECT_TRUE(is(map.operands[2], 6, 8));
}

TEST(Function, SpacesTabsCarriageReturnsAndCommentsMeanNothing) {
  FunctionText plain = one_function(
      "  block0():\n    op def v0i in(p0i p2i), use v1i fixed(p1i) ; clobber p3i\n"
      "    branch -> block1(v0i)\n  block1(v2i):\n    ret\n}\n");
  FunctionText odd = one_function(
      "\r\n\t block0 ( ) : # x\r\n#\r\n\top\tdef v0i in ( p0i\tp2i..p2i ),use v1i fixed( p1i );"
      "clobber p3i#y\n\n  branch->block1(v0i)\n\nblock1( v2i ):\nret\n}\r\n\r");
  EXPECT_TRUE(same_program(plain.function.view(), odd.function.view()));
}

TEST(Function, FrequenciesKeepEveryBit) {
  for (double frequency :
       {1.0, 0.1, 8.5, 1e-300, 1.7976931348623157e308, 5e-324, 123456789.125, -2.5}) {
    FunctionBuilder builder("f");
    builder.begin_block(std::span<const VReg>(), frequency);
    builder.ret(std::initializer_list<Operand>{});
    auto built = std::move(builder).finish();
    ASSERT_TRUE(built.ok());
    expect_round_trip(FunctionText{Machine(), *built, {}});
  }
  EXPECT_EQ(one_function("block0() frequency 12:\nret\n}").function.block_records[0].frequency, 12);
  EXPECT_EQ(one_function("block0() frequency 1e+3:\nret\n}").function.block_records[0].frequency,
            1000);
}

TEST(Function, WhatIsNotSyntaxIsLeftToValidate) {
  one_function("block0(v0i):\nop def v0i limit(0), use v9i in(), use v0i reuse(7)\nbranch\n}");
  one_function("block0():\nop use v0i fixed(p63f), pin p0i\nbranch -> block9(v1i), block0()\n}");
}

TEST(Function, EmptyTextsHoldNothing) {
  for (std::string_view text : {"", "\n\n", "# only a comment", "\r\n", "\r", "   "}) {
    EXPECT_EQ(read_functions(text).error, "");
    EXPECT_EQ(read_functions(text).items.size(), 0u);
    EXPECT_EQ(read_allocations(text).error, "");
    EXPECT_EQ(read_allocations(text).items.size(), 0u);
  }
}

TEST(Function, ReadingIsOverAfterAnError) {
  FunctionReader reader("t.func",
                        "machine {\n}\nfunction \"a\" {\n}\nfunction \"b\" {\nblock0():\nret\n}\n");
  auto first = reader.next();
  ASSERT_FALSE(first.ok());
  EXPECT_EQ(first.error().text(), "t.func:4:1: the function has no block, expected `block0():`");
  auto second = reader.next();
  ASSERT_TRUE(second.ok());
  EXPECT_FALSE(second->has_value());
}

TEST(Function, PrintsAsWritten) {
  const std::string text =
      "machine {\n  int p0i..p3i | p4i p5i\n  float |\n  vector | p1v\n  scratch p6i\n"
      "  fixed_stack p9i\n  spillslot_size int 1 float 1 vector 4\n  spillslot_named_by last\n}\n"
      "function \"\\\"\\\\\" {\n  multiple_defs\n  rematerializable v0i v1i\n"
      "  recipe v2i = (v0i, p9i) cost 1 clobbers p3i reuse 0\n  recipe v3i = () cost 200\n"
      "  debug v0i inst0..inst1 = 7\n"
      "  block0():\n    op def v0i limit(8), def@early v1i in(p0i..p2i p4i), pin p9i ; clobber "
      "p5i\n"
      "    branch use@late v0i stack -> block1(v0i, v1i), block2()\n"
      "  block1(v2i, v3i) frequency 0.25:\n    ret use v2i reuse(0)\n"
      "  block2():\n    ret\n}\n";
  FunctionFile file = read_functions(text);
  ASSERT_EQ(file.error, "");
  ASSERT_EQ(file.items.size(), 1u);
  EXPECT_EQ(text_of(file.items[0]), text);
}

TEST(Function, EveryConstructRoundTrips) {
  for (const FunctionText& item : read_functions(kEveryFunctionConstruct).items) {
    expect_round_trip(item);
  }
}

// --- Answers ------------------------------------------------------------------------------------

FunctionText example() {
  return std::move(read_functions(kEveryFunctionConstruct).items[0]);
}

TEST(Allocation, EveryConstruct) {
  AllocationFile file = read_allocations(kEveryAllocationConstruct);
  ASSERT_EQ(file.error, "");
  ASSERT_EQ(file.items.size(), 2u);
  EXPECT_EQ(file.items[1].name, "other \"one\"");
  const AllocationText& text = file.items[0];
  EXPECT_EQ(text.name, "example");
  EXPECT_EQ(text.place.line, 2u);
  EXPECT_EQ(text.edit_places[1].line, 7u);
  EXPECT_EQ(text.edit_places[1].column, 3u);
  EXPECT_EQ(text.debug_places[1].line, 17u);
  FunctionText function = example();
  auto output = to_output(text, "t.alloc", function.function.view());
  ASSERT_TRUE(output.ok()) << output.error().text();
  EXPECT_EQ(output->spillslots, 6u);
  auto list = [&](unsigned inst) {
    auto span = output->locations_of(Inst(inst));
    return std::vector<Location>(span.begin(), span.end());
  };
  auto reg = [](unsigned n) { return Location::reg(pi(n)); };
  auto slot = [](unsigned n) { return Location::stack(SpillSlot(n)); };
  EXPECT_EQ(list(0), (std::vector<Location>{reg(0), reg(1), slot(5)}));
  EXPECT_EQ(list(1), (std::vector<Location>{reg(2), Location::none(), reg(63)}));
  EXPECT_TRUE(list(2).empty());
  EXPECT_EQ(list(3), (std::vector<Location>{reg(4), reg(4), reg(2)}));
  EXPECT_EQ(list(4), (std::vector<Location>{reg(0), reg(2), slot(0)}));
  for (unsigned inst = 5; inst < 10; ++inst) EXPECT_TRUE(list(inst).empty());
  auto before = [](unsigned n) { return ProgPoint::before(Inst(n)); };
  auto after = [](unsigned n) { return ProgPoint::after(Inst(n)); };
  EXPECT_EQ(output->edits,
            (std::vector<Edit>{
                Edit::move(before(3), reg(0), reg(4)), Edit::move(before(3), slot(2), reg(3)),
                Edit::recompute(after(3), VReg(2), VReg(2), reg(2)),
                Edit::recompute(after(3), VReg(2), VReg(4), reg(3)),
                Edit::recompute(after(3), VReg(6), VReg(6), std::vector{pi(1), pi(63)}, reg(4)),
                Edit::recompute(after(3), VReg(3), VReg(4),
                                std::vector{pi(0), pi(2), pi(0), pf(62)}, reg(4)),
                Edit::move(before(4), reg(4), slot(0))}));
  EXPECT_EQ(output->debug_locations,
            (std::vector<DebugLocation>{{4, after(3), before(4), reg(4)},
                                        {4294967295u, before(0), before(10), slot(3)}}));
  expect_round_trip(*output, function.function.view());
}

TEST(Allocation, OrderOfEditsAndLabelsIsKeptThatOfListsIsNot) {
  AllocationFile file = read_allocations(
      "allocation \"example\" {\n  inst4: p4i\n  after inst9: move p0i -> none\n"
      "  debug 9: after inst3 .. before inst1 in none\n  inst0: p0i, p1i\n"
      "  before inst1: move none -> stack0\n  debug 3: before inst0 .. after inst0 in p1f\n"
      "  spillslots 1\n  inst2:\n}\n");
  ASSERT_EQ(file.error, "");
  FunctionText function = example();
  auto output = to_output(file.items[0], "t.alloc", function.function.view());
  ASSERT_TRUE(output.ok()) << output.error().text();
  EXPECT_EQ(output->locations_of(Inst(0)).size(), 2u);
  EXPECT_EQ(output->locations_of(Inst(0))[1], Location::reg(pi(1)));
  ASSERT_EQ(output->locations_of(Inst(4)).size(), 1u);
  EXPECT_EQ(output->locations_of(Inst(4))[0], Location::reg(pi(4)));
  ASSERT_EQ(output->edits.size(), 2u);
  EXPECT_EQ(output->edits[0].point, ProgPoint::after(Inst(9)));
  EXPECT_EQ(output->edits[1].point, ProgPoint::before(Inst(1)));
  EXPECT_EQ(output->debug_locations[0].label, 9u);
  expect_round_trip(*output, function.function.view());
}

TEST(Allocation, MustFitItsFunction) {
  FunctionText function = example();
  auto error = [&](const std::string& line) {
    AllocationFile file =
        read_allocations("allocation \"x\" {\n  spillslots 0\n  " + line + "\n}\n");
    EXPECT_EQ(file.error, "") << line;
    if (file.items.empty()) return std::string("not read");
    auto output = to_output(file.items[0], "t.alloc", function.function.view());
    return output.ok() ? std::string() : output.error().text();
  };
  auto missing = [](const std::string& name) {
    return "t.alloc:3:3: " + name +
           " does not stand in function \"example\", expected a name of that function";
  };
  EXPECT_EQ(error("inst9: p0i"), "");
  EXPECT_EQ(error("inst10: p0i"), missing("inst10"));
  EXPECT_EQ(error("inst10: p0i\n  inst2: p0i"), missing("inst10"));
  EXPECT_EQ(error("after inst9: move p0i -> p1i"), "");
  EXPECT_EQ(error("before inst10: move p0i -> p1i"), missing("inst10"));
  EXPECT_EQ(error("before inst0: remat v2i as v4i -> p1i"), "");
  EXPECT_EQ(error("before inst0: remat v8i -> p1i"), missing("v8i"));
  EXPECT_EQ(error("before inst0: remat v2f -> p1i"), missing("v2f"));
  EXPECT_EQ(error("before inst0: remat v2i as v4v -> p1i"), missing("v4v"));
  EXPECT_EQ(error("before inst0: remat v2i(p0i, p63v) as v4i -> p1i"), "");
  EXPECT_EQ(error("before inst0: remat v8i(p0i) -> p1i"), missing("v8i"));
  EXPECT_EQ(error("debug 4: after inst9 .. before inst10 in p0i"), "");
  EXPECT_EQ(error("debug 4: before inst10 .. before inst10 in p0i"), missing("inst10"));
  EXPECT_EQ(error("debug 4: before inst1 .. after inst10 in p0i"), missing("inst10"));
}

// --- Any bytes ----------------------------------------------------------------------------------

// Reads the bytes in both formats; an error has a place inside of the text, and a message.
void read_whatever(const std::string& text) {
  // A heap block of exactly the size, so that a sanitizer sees a read behind it.
  std::vector<char> exact(text.begin(), text.end());
  std::string_view view(exact.data(), exact.size());
  auto lines = static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  auto check_error = [&](const std::string& error, TextPlace place) {
    if (error.empty()) return;
    EXPECT_GE(place.line, 1u);
    EXPECT_LE(place.line, lines);
    EXPECT_GE(place.column, 1u);
    EXPECT_LE(place.column, text.size() + 1);
    EXPECT_NE(error.find("expected"), std::string::npos) << error;
    EXPECT_LT(error.size(), 400u);
  };
  FunctionFile functions = read_functions(view);
  check_error(functions.error, functions.place);
  AllocationFile allocations = read_allocations(view);
  check_error(allocations.error, allocations.place);
}

// The sample without the vreg that makes every copy of it large.
std::string small_sample() {
  std::string text(kEveryFunctionConstruct);
  std::string wide = "v16777215i";
  return text.replace(text.find(wide), wide.size(), "v16i");
}

TEST(AnyBytes, TruncationAtEveryByte) {
  for (const std::string& whole : {small_sample(), std::string(kEveryAllocationConstruct)}) {
    for (std::size_t size = 0; size < whole.size(); ++size) read_whatever(whole.substr(0, size));
  }
}

TEST(AnyBytes, SingleByteMutations) {
  std::mt19937 random(20240607);
  for (const std::string& whole : {small_sample(), std::string(kEveryAllocationConstruct)}) {
    for (int n = 0; n < 4000; ++n) {
      std::string text = whole;
      std::size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, 1);
          break;
        default:
          text.insert(at, 1, "0v}\n\"\\#.,:>\0"[random() % 12]);
          break;
      }
      read_whatever(text);
    }
  }
}

}  // namespace
}  // namespace regproof
