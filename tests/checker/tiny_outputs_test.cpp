// Judges that share no idea, on all answers to tiny programs: constraints and symbolic judge accept an
// answer if and only if it keeps the contract, as sabotage/contract.h reads it, and the interpreter
// finds nothing on any path up to a length, whatever order the hardware takes. The constraints judge
// and that reading agree besides.
//
// REGPROOF_FULL_SWEEP=1 in the environment looks at all answers instead of some thousands of each
// program (minutes).
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "checker/constraints.h"
#include "checker/interpreter.h"
#include "ir/text.h"
#include "sabotage/contract.h"
#include "tests/checker/judging.h"
#include "tests/checker/tiny_outputs.h"

namespace regproof {
namespace {

using testing::TinyOutputs;

// Two registers and one of another class, a scratch register, a stack location with a register's
// name. The frame has two units; a slot `stack2` lies outside.
constexpr std::string_view kMachine =
    "machine {\n int p0i | p1i\n float p0f |\n vector |\n scratch p9i\n fixed_stack p8i\n}\n";
// Values of two units, named by the last of them.
constexpr std::string_view kWideMachine =
    "machine {\n int p0i | p1i\n float |\n vector |\n spillslot_size int 2 float 1 vector 1\n"
    " spillslot_named_by last\n}\n";

struct Sweep {
  const char* name;
  std::string_view machine;
  const char* body;
  const char* operand_places;
  const char* edit_places;
  std::uint32_t frame;
  unsigned most_edits;
  // Where `operand_places` is the place of each operand, in the program's order, instead of any operand's.
  bool placed = false;
};

constexpr const char* kEverywhere = "none p0i p1i p8i p9i p0f stack0 stack1 stack2";
constexpr const char* kPlaces = "p0i p1i p8i stack0";
constexpr const char* kFew = "p0i p1i stack0";

constexpr Sweep kSweeps[] = {
    {"smallest", kMachine, "block0():\n op def v0i any\n ret use v0i reg\n", kFew, kFew, 1, 3},
    {"anywhere", kMachine,
     "block0():\n op def v0i any\n op use v0i any, def v1i any\n ret use v1i any\n", kEverywhere,
     kEverywhere, 2, 1},
    {"two edits", kMachine,
     "block0():\n op def v0i reg\n op use v0i any, def v1i any\n ret use v1i any, use v0i reg\n",
     kFew, kFew, 1, 2},
    {"registers and memory", kMachine,
     "block0():\n op def v0i stack\n op use v0i reg, def v1i reg\n ret use v0i any, use v1i any\n",
     kEverywhere, kPlaces, 2, 1},
    {"fixed", kMachine,
     "block0():\n op def v0i fixed(p0i), def v1i fixed(p8i)\n"
     " op use v0i fixed(p1i), def v2i fixed(p1i)\n ret use v2i fixed(p0i), use v1i any\n",
     "p0i p1i p8i", "p0i p1i", 1, 2},
    {"limit and in", kMachine,
     "block0():\n op def v0i limit(1), def v1i in(p1i)\n ret use v0i in(p0i p1i), use v1i "
     "limit(2)\n",
     kEverywhere, kPlaces, 2, 1},
    {"reuse", kMachine,
     "block0():\n op def v0i reg, def v1i any\n op use v0i reg, def v2i reuse(0), use v1i any\n"
     " ret use v2i any\n",
     kPlaces, kFew, 1, 1},
    {"early and late", kMachine,
     "block0():\n op def@early v0i any, def v1i any\n"
     " op use@late v0i any, use v1i any, def@early v2i any, def v3i any\n ret\n",
     "p0i p1i p8i p9i stack0 stack1", kFew, 2, 0},
    {"late use beside edits", kMachine,
     "block0():\n op def v0i any\n op use@late v0i any, def v1i any\n ret use v0i any\n", kPlaces,
     kPlaces, 1, 2},
    {"clobbers", kMachine,
     "block0():\n op def v0i any ; clobber p1i\n op use v0i any, def v1i any ; clobber p0i p8i\n"
     " ret use v0i any, use v1i any\n",
     kPlaces, kPlaces, 1, 1},
    {"one value twice", kMachine,
     "block0():\n op def v0i any\n op use v0i any, use v0i reg, use@late v0i any, def v1i any\n "
     "ret\n",
     kEverywhere, kFew, 2, 0},
    {"several defs of one value", kMachine,
     "multiple_defs\n block0():\n op def v0i any, def v0i reg, def v1i any\n ret use v0i any\n",
     kPlaces, kFew, 1, 1},
    {"two classes", kMachine,
     "block0():\n op def v0i any, def v1f any\n ret use v0i any, use v1f any\n",
     "p0i p0f p8i p9i stack0 stack1", "p0i p0f stack0", 2, 1},
    {"pin", kMachine, "block0():\n op pin p9i, def v0i any\n ret use v0i any, pin p8i\n",
     kEverywhere, kPlaces, 2, 1},
    {"wide slots", kWideMachine,
     "block0():\n op def v0i any, def v1i any\n op use v0i reg, def v2i any\n"
     " ret use v1i any, use v2i any\n",
     "p0i stack0 stack1 stack2 stack3", "p0i p1i stack1 stack2 stack3", 4, 1},
    {"wide slots and two edits", kWideMachine,
     "block0():\n op def v0i any, def v1i any\n ret use v0i any, use v1i any\n",
     "p0i stack1 stack2 stack3", "p0i stack1 stack2 stack3", 4, 2},
    {"diamond", kMachine,
     "block0():\n op def v0i any\n branch -> block1(), block2()\n"
     "block1():\n op def v1i any ; clobber p1i\n branch -> block3()\n"
     "block2():\n branch -> block3()\nblock3():\n ret use v0i any\n",
     kFew, kFew, 1, 2},
    {"diamond with a parameter", kMachine,
     "block0():\n op def v0i any, def v1i any\n branch -> block1(), block2()\n"
     "block1():\n branch -> block3(v0i)\nblock2():\n branch -> block3(v1i)\n"
     "block3(v2i):\n ret use v2i any, use v0i any\n",
     kFew, kFew, 1, 1},
    {"loop with a parameter", kMachine,
     "block0():\n op def v0i any\n branch -> block1(v0i)\n"
     "block1(v1i):\n op use v1i any, def v2i any\n branch -> block2(), block3()\n"
     "block2():\n branch -> block1(v2i)\nblock3():\n ret use v1i any\n",
     kFew, kFew, 1, 2},
    {"loop that shifts", kMachine,
     "block0():\n op def v0i any, def v1i any\n branch -> block1(v0i, v1i)\n"
     "block1(v2i, v3i):\n op use v2i any, use v3i any\n branch -> block2(), block3()\n"
     "block2():\n branch -> block1(v3i, v3i)\nblock3():\n ret\n",
     "p0i p1i stack0", kFew, 1, 2},
    {"branch with operands", kMachine,
     "block0():\n op def v0i any\n branch use v0i any, def v1i any ; clobber p1i -> block1(v1i), "
     "block2()\n"
     "block1(v2i):\n ret use v2i any, use v1i any\nblock2():\n ret use v0i any\n",
     kFew, kFew, 1, 1},
    {"recipes", kMachine,
     "rematerializable v0i\n block0():\n op def v0i any\n op def v1i any ; clobber p0i\n"
     " ret use v0i any, use v1i any\n",
     "p0i p1i p9i stack0", "p0i p1i p9i stack0", 1, 1},
    {"two recipes", kMachine,
     "rematerializable v0i v1i\n block0():\n op def v0i any\n op def v1i any\n"
     " ret use v0i any, use v1i any\n",
     kFew, "p0i p1i", 1, 2},
    {"recipe in a loop", kMachine,
     "rematerializable v0i\n block0():\n branch -> block1()\n"
     "block1():\n op def v0i any\n op use v0i any\n branch -> block2(), block3()\n"
     "block2():\n branch -> block1()\nblock3():\n ret use v0i any\n",
     kFew, "p0i p1i", 1, 2},
    {"recipe through a parameter", kMachine,
     "rematerializable v0i\n block0():\n op def v0i any\n branch -> block1(v0i)\n"
     "block1(v1i):\n op use v1i any\n branch -> block2(), block3()\n"
     "block2():\n branch -> block1(v1i)\nblock3():\n ret use v0i any, use v1i any\n",
     kFew, "p0i p1i", 1, 2},
    {"parameter of two recipes", kMachine,
     "rematerializable v0i v1i\n block0():\n op def v0i any, def v1i any\n"
     " branch -> block1(), block2()\nblock1():\n branch -> block3(v0i)\n"
     "block2():\n branch -> block3(v1i)\nblock3(v2i):\n ret use v2i any\n",
     kFew, "p0i p1i", 1, 2},
    {"marked parameter", kMachine,
     "rematerializable v1i\n block0():\n op def v0i any\n branch -> block1(v0i)\n"
     "block1(v1i):\n op use v1i any, def v2i any\n branch -> block2(), block3()\n"
     "block2():\n branch -> block1(v2i)\nblock3():\n ret use v1i any\n",
     kFew, "p0i p1i", 1, 2},
    {"marked parameter passed on", kMachine,
     "rematerializable v1i\n block0():\n op def v0i any\n branch -> block1(v0i)\n"
     "block1(v1i):\n branch -> block2(v1i)\n"
     "block2(v2i):\n op use v2i any\n branch -> block3(), block4()\n"
     "block3():\n branch -> block2(v2i)\nblock4():\n ret use v2i any, use v1i any\n",
     "p0i p1i", "p0i p1i", 1, 2},
    {"labels of recipes", kMachine,
     "rematerializable v0i\n debug v0i inst0..inst4 = 1\n debug v1i inst0..inst4 = 2\n"
     "block0():\n branch -> block1()\nblock1():\n op def v0i any\n branch -> block2(v0i)\n"
     "block2(v1i):\n branch -> block3(), block4()\nblock3():\n branch -> block1()\n"
     "block4():\n ret\n",
     "p0i p1i", "p0i p1i", 1, 2},
    {"recipe with an input", kMachine,
     "recipe v1i = (v0i)\n block0():\n op def v0i any\n op use v0i reg, def v1i any\n"
     " op ; clobber p0i\n ret use v1i any, use v0i any\n",
     kFew, "p0i p1i p9i", 1, 2},
    {"inputs of two values", kMachine,
     "recipe v2i = (v0i, v1i)\n block0():\n op def v0i any, def v1i any\n"
     " op use v0i any, use v1i any, def v2i any\n ret use v2i any\n",
     kFew, kFew, 1, 1},
    {"recipe that clobbers", kMachine,
     "recipe v1i = (v0i) clobbers p1i\n recipe v2i = () clobbers p0i\n block0():\n"
     " op def v0i any\n op use v0i reg, def v1i any, def v2i any\n"
     " ret use v1i any, use v2i any\n",
     kFew, "p0i p1i p9i stack0", 1, 1},
    {"recipe that reuses", kMachine,
     "recipe v1i = (p5i, v0i) cost 3 reuse 1\n block0():\n op def v0i any\n"
     " op use v0i reg, pin p5i, def v1i any\n ret use v1i any, use v0i any\n",
     "p0i p1i p5i", "p0i p1i stack0", 1, 2},
    {"recipe of a marked value", kMachine,
     "rematerializable v0i\n recipe v1i = (v0i)\n block0():\n op def v0i any\n"
     " op use v0i reg, def v1i any\n ret use v1i any\n",
     "p0i p1i", "p0i p1i", 1, 2},
    {"recipe of a recipe", kMachine,
     "recipe v1i = (v0i)\n recipe v2i = (v1i)\n block0():\n op def v0i any\n"
     " op use v0i reg, def v1i any\n op use v1i any, def v2i any\n ret use v2i any\n",
     "p0i p1i", "p0i p1i", 1, 2},
    {"input made anew in a loop", kMachine,
     "recipe v2i = (v1i)\n block0():\n op def v0i any\n branch -> block1(v0i)\n"
     "block1(v1i):\n op use v1i any, def v2i any\n branch -> block2(), block3()\n"
     "block2():\n branch -> block1(v2i)\nblock3():\n ret use v2i any, use v1i any\n",
     "p0i p1i", "p0i p1i", 1, 2},
    {"input from outside of the loop", kMachine,
     "recipe v1i = (v0i)\n block0():\n op def v0i any\n branch -> block1()\n"
     "block1():\n op use v0i any, def v1i any\n branch -> block2(), block3()\n"
     "block2():\n branch -> block1()\nblock3():\n ret use v1i any\n",
     "p0i p1i", "p0i p1i", 1, 2},
    {"parameter of an open recipe", kMachine,
     "recipe v1i = (v0i)\n debug v2i inst0..inst8 = 1\n debug v1i inst0..inst8 = 2\n"
     "block0():\n branch -> block1()\n"
     "block1():\n op def v0i any\n op use v0i any, def v1i any\n branch -> block2(v1i)\n"
     "block2(v2i):\n op use v2i any\n branch -> block3(), block4()\n"
     "block3():\n branch -> block1()\nblock4():\n ret use v2i any\n",
     "p0i p1i", "p0i p1i", 1, 2},
    {"open recipe around a loop", kMachine,
     "recipe v1i = (v0i)\n debug v2i inst0..inst7 = 1\n block0():\n op def v0i any\n op use v0i "
     "any, def v1i any\n"
     " branch -> block1(v1i)\nblock1(v2i):\n op use v2i any\n branch -> block2(), block3()\n"
     "block2():\n branch -> block1(v2i)\nblock3():\n ret use v2i any\n",
     "p0i p1i", "p0i p1i", 1, 2},
    {"parameter of an open recipe and another value", kMachine,
     "recipe v1i = (v0i)\n block0():\n op def v0i any\n op use v0i any, def v1i any, def v3i any\n"
     " branch -> block1(), block2()\nblock1():\n branch -> block3(v1i)\n"
     "block2():\n branch -> block3(v3i)\nblock3(v2i):\n ret use v2i any\n",
     "p0i p1i", "p0i p1i", 1, 1},
    {"recipe of a parameter", kMachine,
     "recipe v1i = (p5i) cost 2\n recipe v2i = (v1i)\n block0():\n op def v0i any\n"
     " branch -> block1(v0i)\nblock1(v1i):\n op use v1i any, def v2i any\n"
     " branch -> block2(), block3()\nblock2():\n branch -> block1(v2i)\n"
     "block3():\n ret use v2i any, use v1i any\n",
     "p0i p1i", "p0i p1i", 1, 2},
    // Right, but for what recipes have to bring.
    {"placed: across a clobber", kMachine,
     "recipe v2i = (v0i, v1i)\n block0():\n op def v0i any, def v1i any\n"
     " op use v0i any, use v1i any, def v2i any\n op ; clobber p0i p1i\n ret use v2i any\n",
     "stack0 stack1 stack0 stack1 p0i p0i", "p0i p1i stack0 stack1", 2, 2, true},
    {"placed: reuse, scratch", kMachine,
     "recipe v1i = (v0i, p5i) clobbers p8i reuse 0\n block0():\n op def v0i any\n"
     " op use v0i any, pin p5i, def v1i any\n op use v0i any, use v1i any\n ret use v1i any\n",
     "p0i p0i p5i p8i p0i p1i p1i", "p0i p1i p9i p8i", 1, 2, true},
    {"placed: input made anew in a loop", kMachine,
     "recipe v2i = (v1i)\n debug v2i inst0..inst6 = 1\n block0():\n op def v0i any\n"
     " branch -> block1(v0i)\n"
     "block1(v1i):\n op use v1i any, def v2i any\n branch -> block2(), block3()\n"
     "block2():\n branch -> block1(v2i)\nblock3():\n ret use v2i any, use v1i any\n",
     "p0i p0i stack0 p1i p0i", "p0i p1i", 1, 2, true},
    {"placed: input from outside of the loop", kMachine,
     "recipe v1i = (v0i)\n debug v1i inst0..inst7 = 1\n block0():\n op def v0i any\n"
     " branch -> block1()\n"
     "block1():\n op use v0i any, def v1i any\n op use v0i any, use v1i any\n"
     " branch -> block2(), block3()\nblock2():\n branch -> block1()\n"
     "block3():\n ret use v1i any\n",
     "p0i p0i p0i p0i p1i p1i", "p0i p1i", 1, 2, true},
    {"placed: parameter of an open recipe", kMachine,
     "recipe v1i = (v0i)\n debug v2i inst0..inst8 = 1\n debug v1i inst0..inst8 = 2\n"
     "block0():\n branch -> block1()\n"
     "block1():\n op def v0i any\n op use v0i any, def v1i any\n branch -> block2(v1i)\n"
     "block2(v2i):\n op use v2i any\n branch -> block3(), block4()\n"
     "block3():\n branch -> block1()\nblock4():\n ret use v2i any\n",
     "p0i p0i stack0 p1i p1i", "p0i p1i", 1, 2, true},
    {"placed: open recipe around a loop", kMachine,
     "recipe v1i = (v0i)\n debug v2i inst0..inst7 = 1\n block0():\n op def v0i any\n"
     " op use v0i any, def v1i any\n branch -> block1(v1i)\n"
     "block1(v2i):\n op use v2i any ; clobber p1i\n branch -> block2(), block3()\n"
     "block2():\n branch -> block1(v2i)\nblock3():\n ret use v2i any\n",
     "p0i p0i p1i p1i p1i", "p0i p1i stack0", 1, 2, true},
    {"placed: recipe of a recipe", kMachine,
     "recipe v1i = (v0i)\n recipe v2i = (v1i)\n block0():\n op def v0i any\n"
     " op use v0i any, def v1i any\n op use v1i any, def v2i any\n op ; clobber p1i\n"
     " ret use v2i any\n",
     "p0i p0i p1i p1i p1i p1i", "p0i p1i", 1, 2, true},
    {"placed: parameter of two arms", kMachine,
     "recipe v1i = (v0i)\n block0():\n op def v0i any\n op use v0i any, def v1i any, def v3i any\n"
     " branch -> block1(), block2()\nblock1():\n branch -> block3(v1i)\n"
     "block2():\n branch -> block3(v1i)\nblock3(v2i):\n branch -> block4(), block5()\n"
     "block4():\n branch -> block3(v2i)\nblock5():\n ret use v2i any, use v3i any\n",
     "p0i p0i p1i stack0 p1i stack0", "p0i p1i", 1, 2, true},
};

bool full_sweep() {
  return std::getenv("REGPROOF_FULL_SWEEP") != nullptr;
}

Location read_place(std::string_view name) {
  if (name == "none") return Location::none();
  auto number = static_cast<unsigned>(name.find("stack") == 0 ? name[5] - '0' : name[1] - '0');
  if (name.find("stack") == 0) return Location::stack(SpillSlot(number));
  return Location::reg(make_preg(name[2] == 'i' ? RegClass::Int : RegClass::Float, number));
}

std::vector<Location> read_places(std::string_view names) {
  std::vector<Location> places;
  while (!names.empty()) {
    std::size_t end = std::min(names.find(' '), names.size());
    places.push_back(read_place(names.substr(0, end)));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return places;
}

struct Program {
  Machine machine;
  Function function;
};

Program read_program(const Sweep& sweep) {
  std::string text = std::string(sweep.machine) + "function \"f\" {\n" + sweep.body + "}\n";
  FunctionReader reader("tiny.func", text);
  auto read = reader.next();
  if (!read.ok()) {
    ADD_FAILURE() << read.error().text();
    return {};
  }
  Program program{(*read)->machine, std::move((*read)->function)};
  for (const Violation& violation : validate(program.function.view(), program.machine)) {
    ADD_FAILURE() << violation.message << "\n" << text;
  }
  return program;
}

std::vector<std::vector<Location>> operand_places(const Sweep& sweep, const Program& program) {
  std::vector<Location> places = read_places(sweep.operand_places);
  if (!sweep.placed) {
    return std::vector<std::vector<Location>>(program.function.operands.size(), places);
  }
  EXPECT_EQ(places.size(), program.function.operands.size());
  std::vector<std::vector<Location>> result;
  for (Location place : places) result.push_back({place});
  return result;
}

struct Tally {
  std::uint64_t asked = 0;
  std::uint64_t kept = 0;    // the contract
  std::uint64_t proven = 0;  // and every use reads its value
};

// A wrong value wanders on by one edit or parameter per iteration, and there are few of both.
constexpr std::uint32_t kMostSteps = 14;

void compare(const Program& program, const Output& output, Tally& tally) {
  FunctionView function = program.function.view();
  auto listing = [&] {
    std::string text;
    print_function(function, text);
    print_allocation(function, output, text);
    return text;
  };
  ++tally.asked;
  std::vector<Finding> broken;
  check_constraints(function, program.machine, output, broken);
  bool kept = !sabotage::breach_of_contract(function, program.machine, output);
  ASSERT_EQ(kept, broken.empty()) << listing() << (broken.empty() ? "" : broken.front().message);
  tally.kept += kept;
  Verdict verdict = judge_output(function, program.machine, output);
  std::optional<Finding> mismatch;
  if (kept) mismatch = Interpreter(function, program.machine, output).run_all(kMostSteps);
  ASSERT_EQ(verdict.proven(), kept && !mismatch)
      << listing() << testing::listing(verdict) << (mismatch ? mismatch->message : "no mismatch");
  tally.proven += verdict.proven();
}

TEST(TinyOutputs, JudgesAgreeOnAllOfThem) {
  Tally sum;
  for (const Sweep& sweep : kSweeps) {
    SCOPED_TRACE(sweep.name);
    Program program = read_program(sweep);
    ASSERT_FALSE(HasFailure());
    TinyOutputs outputs(program.function.view(), operand_places(sweep, program),
                        read_places(sweep.edit_places), sweep.frame, sweep.most_edits);
    // A step that has no factor in common with the numbers of places and edits.
    constexpr std::uint64_t kSome = 8000;
    std::uint64_t step = full_sweep() ? 1 : outputs.size() / kSome * 210 + 1;
    std::uint64_t count = full_sweep() ? outputs.size() : std::min(outputs.size(), kSome);
    Tally tally;
    for (std::uint64_t i = 0; i < count && !HasFailure(); ++i) {
      compare(program, outputs[i * step % outputs.size()], tally);
    }
    ASSERT_FALSE(HasFailure());
    std::printf("%-26s %9llu of %9llu answers, %8llu keep the contract, %7llu proven\n", sweep.name,
                static_cast<unsigned long long>(tally.asked),
                static_cast<unsigned long long>(outputs.size()),
                static_cast<unsigned long long>(tally.kept),
                static_cast<unsigned long long>(tally.proven));
    sum.asked += tally.asked;
    sum.kept += tally.kept;
    sum.proven += tally.proven;
  }
  std::printf("in all %llu answers, %llu keep the contract, %llu proven\n",
              static_cast<unsigned long long>(sum.asked), static_cast<unsigned long long>(sum.kept),
              static_cast<unsigned long long>(sum.proven));
  EXPECT_GT(sum.proven, 100u);
  EXPECT_GT(sum.kept, sum.proven);
  EXPECT_GT(sum.asked, sum.kept);
}

}  // namespace
}  // namespace regproof
