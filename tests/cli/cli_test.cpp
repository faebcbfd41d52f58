// The command line as its users meet it: each command's good path, each exit status, the place in
// each message, and input that is not what it should be. What --json prints is in
// cli_json_test.cpp, what words and files are taken for in cli_words_test.cpp.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ir/text.h"
#include "tests/cli/fixture.h"

namespace regproof::tests {
namespace {

// Reads all functions of a text, which has to be right.
std::vector<FunctionText> functions_of(const std::string& text) {
  std::vector<FunctionText> functions;
  FunctionReader reader("text", text);
  for (;;) {
    auto item = reader.next();
    EXPECT_TRUE(item.ok());
    if (!item.ok() || !item->has_value()) return functions;
    functions.push_back(std::move(**item));
  }
}

const std::vector<std::string> kCommands = {"run",    "check",    "validate", "allocate",
                                            "stats",  "generate", "replay",   "decode",
                                            "encode", "sabotage", "reduce",   "explain"};

TEST_F(Cli, HelpLeadsByUse) {
  expect(0, {"--help"});
  std::size_t usage = ended.out.find("Usage:");
  ASSERT_NE(usage, std::string::npos);
  EXPECT_EQ(count(ended.out.substr(0, usage), ": "), 4u) << "a title and three examples";
  EXPECT_EQ(count(ended.out.substr(0, usage), "  regproof "), 3u) << ended.out;
  for (const std::string& command : kCommands) expect_out("\n  " + command + " ");
}

TEST_F(Cli, EachCommandHasDescriptionExampleAndStatuses) {
  for (const std::string& command : kCommands) {
    expect(0, {command, "--help"});
    std::size_t usage = ended.out.find("Usage:");
    ASSERT_NE(usage, std::string::npos) << command;
    EXPECT_GT(usage, 150u) << command << ": a paragraph before the usage line";
    expect_out("\nExample:\n  regproof " + command + " ");
    expect_out("\nExit status:\n  0  ");
    expect_out("\n  2  ");
  }
}

TEST_F(Cli, WrongUsageIsInvalidInput) {
  expect(2, {});
  expect(2, {"no-such-command"});
  expect(2, {"run"});
  expect(2, {"run", "good.func", "--no-such-option"});
  expect(2, {"run", "good.func", "--allocator", "nobody"});
  expect_err("reference");
  expect(2, {"check", "good.func"});
  expect(2, {"generate", "--seed", "x", "--count", "1"});
  expect(2, {"replay", "no-such-target", "good.func"});
  expect_err("ion_checker");
  expect(2, {"check", "-", "-"});
}

TEST_F(Cli, AMisspeltCommandIsNamed) {
  expect(2, {"rnu", "good.func"});
  expect_err("there is no command `rnu`, perhaps `run`");
  expect(2, {"no-such-command"});
  expect_err("there is no command `no-such-command`;");
}

TEST_F(Cli, CountsHaveNoSign) {
  expect(2, {"generate", "--count", "-1"});
  expect_err("expected a number from 1 on, found -1");
  expect(2, {"generate", "--seed", "-1"});
  expect_err("expected a number from 0 on, found -1");
  expect(2, {"sabotage", "--breaks", "-3"});
  expect(2, {"sabotage", "--count", "0"});
}

TEST_F(Cli, NothingIsNoPassAndNoTable) {
  expect(2, {"sabotage", "--count", "1", "--largest", "0"});
  expect_err("no answer was judged");
  EXPECT_FALSE(contains(ended.out, "no break needed")) << ended.out;
  expect(2, {"run", "missing.func"});
  EXPECT_FALSE(contains(ended.out, "instructions/s")) << ended.out;
  expect(2, {"stats", "missing.func"});
  EXPECT_EQ(ended.out, "");
}

TEST_F(Cli, UnreadableFilesAreInvalidInput) {
  for (const std::string command : {"run", "validate", "allocate", "stats", "sabotage"}) {
    expect(2, {command, "missing.func"});
    expect_err("missing.func: No such file");
    expect(2, {command, "."});
  }
  expect(2, {"check", "missing.func", "good.alloc"});
  expect_err("missing.func: No such file");
  expect(2, {"check", "good.func", "missing.alloc"});
  expect_err("missing.alloc: No such file");
  expect(2, {"replay", "text", "missing.func"});
  expect(2, {"decode", "ion_checker", "missing"});
  expect(2, {"encode", "ion_checker", "missing.func", "-o", "bytes"});
  expect(2, {"allocate", "good.func", "-o", "no/such/folder.alloc"});
  expect_err("no/such/folder.alloc: No such file");
  expect(2, {"generate", "--seed", "1", "--count", "1", "-o", "no/such/folder.func"});
}

TEST_F(Cli, FullDeviceIsReported) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  expect(2, {"allocate", "good.func", "-o", "/dev/full"});
  expect_err("/dev/full: No space left");
  expect(2, {"generate", "--seed", "1", "--count", "2", "-o", "/dev/full"});
  expect_err("/dev/full: No space left");
}

TEST_F(Cli, RunProvesEachFunction) {
  expect(0, {"run", "good.func", "--allocator", "reference"});
  EXPECT_EQ(count(ended.out, "proven  "), 2u) << ended.out;
  expect_out("good.func \"add\"");
  expect_out("good.func \"choose\"");
  expect_out("reference: 2 proven, 0 wrong, 0 impossible, 0 not legal; 1 file");
  expect_out("reading and validating");
  expect_out("allocating");
  expect_out("judging");
  expect_out("instructions/s");
}

TEST_F(Cli, QuietRunLeavesOutWhatIsProven) {
  expect(0, {"run", "--quiet", "good.func"});
  EXPECT_FALSE(contains(ended.out, "\"add\"")) << ended.out;
  expect_out("2 proven");
  expect(3, {"run", "--quiet", "good.func", "impossible.func"});
  expect_out("impossible.func \"tight\"");
}

TEST_F(Cli, RunGoesOnAndTheWorstStatusWins) {
  expect(3, {"run", "impossible.func", "good.func"});
  expect_out("impossible.func:8:");
  expect_out("2 proven, 0 wrong, 1 impossible, 0 not legal; 2 files");
  expect(2, {"run", "illegal.func", "impossible.func", "broken.func", "good.func"});
  expect_out("2 proven, 0 wrong, 1 impossible, 1 not legal; 4 files");
  expect_err("illegal.func:9:8: ");
  expect_err("broken.func:8:");
}

TEST_F(Cli, RunReadsStandardInput) {
  ended = shop.run({"run", "-"}, kProgram);
  EXPECT_EQ(ended.status, 0) << ended.err;
  expect_out("<stdin> \"add\"");
  ended = shop.run({"validate", "-"}, kIllegal);
  EXPECT_EQ(ended.status, 2);
  expect_out("<stdin>:9:8: ");
}

TEST_F(Cli, FilesWithoutFunctionsProveNothing) {
  shop.write("empty.func", "");
  shop.write("machine.func", std::string(kProgram).substr(0, std::string(kProgram).find("func")));
  for (const std::string command : {"run", "allocate", "stats"}) {
    expect(2, {command, "empty.func"});
    expect_err("empty.func:1:1: no function");
    expect(2, {command, "machine.func"});
    expect_err("machine.func:1:1: no function");
  }
  expect(0, {"validate", "machine.func"});
}

TEST_F(Cli, SameNameTwiceIsInvalid) {
  std::string twice = std::string(kImpossible) + "function \"tight\" {\n  block0():\n    ret\n}\n";
  shop.write("twice.func", twice);
  expect(2, {"validate", "twice.func"});
  expect_err("twice.func:11:");
}

TEST_F(Cli, AllocateThenCheckIsProven) {
  expect(0, {"allocate", "good.func", "-o", "mine.alloc"});
  EXPECT_EQ(ended.out, "");
  expect(0, {"check", "good.func", "mine.alloc", "--complete"});
  expect_out("2 of 2 answers proven, 0 wrong, 0 not judged; 0 functions without an answer");

  expect(0, {"allocate", "good.func"});
  EXPECT_EQ(ended.out, shop.read("mine.alloc"));
  expect(0, {"allocate", "good.func", "-o", "-"});
  EXPECT_EQ(ended.out, shop.read("mine.alloc"));
}

TEST_F(Cli, AllocateReportsWhatHasNoAnswer) {
  expect(3, {"allocate", "impossible.func", "-o", "mine.alloc"});
  expect_err("impossible.func:8:");
  expect(2, {"allocate", "illegal.func"});
  expect_err("illegal.func:9:8: ");
  expect(2, {"allocate", "broken.func"});
}

TEST_F(Cli, CheckProvesAnswersOfOthers) {
  expect(0, {"check", "good.func", "good.alloc"});
  expect_out("2 of 2 answers proven");
  ended = shop.run({"check", "good.func", "-"}, kAnswers);
  EXPECT_EQ(ended.status, 0) << ended.err;
}

TEST_F(Cli, CheckNamesBothPlacesOfAFinding) {
  expect(1, {"check", "good.func", "wrong.alloc"});
  expect_out("good.func:10:9: ");
  expect_out("(answer at wrong.alloc:5:3)");
  expect_out("0 of 1 answers proven, 1 wrong, 0 not judged; 1 functions without an answer");
}

TEST_F(Cli, CheckNamesTheEditOfAFinding) {
  std::string answers = kAnswers;
  answers.replace(answers.find("move p2i -> p0i"), 15, "move p2i -> p0f");
  shop.write("edit.alloc", answers);
  expect(1, {"check", "good.func", "edit.alloc"});
  expect_out("(answer at edit.alloc:5:3)");
}

TEST_F(Cli, CheckCountsAndNamesTheUnanswered) {
  std::string answers = kAnswers;
  shop.write("half.alloc", answers.substr(answers.find("allocation \"choose\"")));
  expect(0, {"check", "good.func", "half.alloc"});
  expect_out("good.func:6:");
  expect_out("function \"add\" has no answer");
  expect_out("1 of 1 answers proven, 0 wrong, 0 not judged; 1 functions without an answer");
  expect(1, {"check", "good.func", "half.alloc", "--complete"});
}

TEST_F(Cli, AnswersThatDoNotMatchAreInvalid) {
  shop.write("other.alloc", std::string(kAnswers) + "allocation \"other\" {\n  spillslots 0\n}\n");
  expect(2, {"check", "good.func", "other.alloc"});
  expect_err("other.alloc:16:");
  expect_err("\"other\"");
  expect_out("2 of 2 answers proven");

  shop.write("empty.alloc", "# nothing\n");
  expect(2, {"check", "good.func", "empty.alloc"});
  expect_err("empty.alloc:1:1: no answer");

  shop.write("twice.alloc", std::string(kWrongAnswers) + kWrongAnswers);
  expect(2 - 1, {"check", "good.func", "twice.alloc"});  // the wrong answer is the worse news
  expect_err("twice.alloc:7:");

  std::string beyond = kAnswers;
  beyond.replace(beyond.find("inst5: p0i"), 10, "inst9: p0i");
  shop.write("beyond.alloc", beyond);
  expect(2, {"check", "good.func", "beyond.alloc"});
  expect_err("beyond.alloc:14:");
  expect_out("1 of 2 answers proven, 0 wrong, 1 not judged");
}

TEST_F(Cli, CheckOfAnIllegalOrBrokenProgramIsInvalid) {
  shop.write("stray.alloc",
             "allocation \"stray\" {\n  spillslots 0\n  inst0: p0i\n  inst1: p0i\n}\n");
  expect(2, {"check", "illegal.func", "stray.alloc"});
  expect_err("illegal.func:9:8: ");
  expect(2, {"check", "broken.func", "stray.alloc"});
  EXPECT_FALSE(contains(ended.err, "does not have")) << ended.err;
}

TEST_F(Cli, AnAnswerToAnImpossibleFunctionIsAFinding) {
  shop.write("tight.alloc", "allocation \"tight\" {\n  spillslots 0\n  inst0: p0i, p1i, p1i\n}\n");
  expect(1, {"check", "impossible.func", "tight.alloc"});
  expect_out("accepted-infeasible");
}

TEST_F(Cli, ValidateSaysWhatIsWrongAndWhere) {
  expect(0, {"validate", "good.func"});
  expect_out("2 functions: 2 legal, 0 not legal with 0 violations, 0 impossible");
  expect(2, {"validate", "illegal.func"});
  expect_out("illegal.func:9:8: ");
  expect_out("[used-without-definition]");
  expect(2, {"validate", "broken.func"});
  expect_err("broken.func:8:");
  expect(3, {"validate", "impossible.func"});
  expect_out("impossible.func:8:5: impossible: inst0: ");
  expect(2, {"validate", "impossible.func", "illegal.func"});
}

TEST_F(Cli, ValidateListsEveryViolation) {
  std::string text = kIllegal;
  text.replace(text.find("    ret"), 7, "    op use v8i reg, use v9i any\n    ret");
  shop.write("three.func", text);
  expect(2, {"validate", "three.func"});
  expect_out("three.func:9:8: ");
  expect_out("three.func:10:8: ");
  expect_out("three.func:10:21: ");
  expect_out("1 not legal with 3 violations");
}

TEST_F(Cli, StatsPrintsATableWithItsTotal) {
  expect(0, {"stats", "good.func"});
  expect_out("w.cost");
  expect_out("good.func \"choose\"");
  expect_out("total of 2 functions");
}

TEST_F(Cli, GenerateMakesLegalProgramsWithUniqueNames) {
  expect(0, {"generate", "--seed", "7", "--count", "30", "-o", "made.func"});
  EXPECT_EQ(ended.out, "");
  std::set<std::string> names;
  for (const FunctionText& text : functions_of(shop.read("made.func"))) {
    names.insert(text.function.name);
  }
  EXPECT_EQ(names.size(), 30u);
  expect(0, {"validate", "made.func"});
  expect(0, {"run", "--quiet", "made.func"});
  expect_out("30 proven");
}

TEST_F(Cli, GenerateIsAFunctionOfItsSeed) {
  expect(0, {"generate", "--seed", "7", "--count", "3"});
  std::string once = ended.out;
  expect(0, {"generate", "--seed", "7", "--count", "3"});
  EXPECT_EQ(ended.out, once);
  // A program does not depend on how many were made before it.
  expect(0, {"generate", "--seed", "9", "--count", "1"});
  std::vector<FunctionText> all = functions_of(once);
  std::vector<FunctionText> last = functions_of(ended.out);
  ASSERT_EQ(all.size(), 3u);
  ASSERT_EQ(last.size(), 1u);
  EXPECT_TRUE(same_program(all[2].function.view(), last[0].function.view()));
  EXPECT_TRUE(all[2].machine == last[0].machine);
  EXPECT_FALSE(same_program(all[0].function.view(), all[1].function.view()));
}

TEST_F(Cli, GenerateListsAndTakesProfiles) {
  expect(0, {"generate", "--list-profiles"});
  std::string first = ended.out.substr(0, ended.out.find(' '));
  ASSERT_FALSE(first.empty());
  expect(0, {"generate", "--seed", "1", "--count", "2", "--profile", first});
  EXPECT_EQ(functions_of(ended.out).size(), 2u);
  expect(2, {"generate", "--seed", "1", "--count", "2", "--profile", "no-such-profile"});
  expect_err(first);
}

TEST_F(Cli, GenerateStatsPrintsShapesInsteadOfPrograms) {
  expect(0, {"generate", "--seed", "1", "--count", "20", "--stats"});
  EXPECT_FALSE(contains(ended.out, "function \"")) << ended.out;
  std::string table = ended.out;
  EXPECT_GT(count(table, "\n"), 5u);
  expect(0, {"generate", "--seed", "1", "--count", "20", "--stats", "-o", "made.func"});
  EXPECT_EQ(ended.out, table);
  EXPECT_EQ(functions_of(shop.read("made.func")).size(), 20u);
}

TEST_F(Cli, ReduceKeepsWhatTheCommandAsksFor) {
  expect(0, {"reduce", "good.func", "--while", "grep -q block1", "-o", "small.func"});
  expect_out("the command exits with 0");
  std::vector<FunctionText> left = functions_of(shop.read("small.func"));
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].function.view().block_count(), 2u);
  EXPECT_EQ(left[0].function.view().inst_count(), 2u);
  EXPECT_EQ(left[0].function.view().operand_array.size(), 0u);
  std::string once = shop.read("small.func");
  expect(0, {"reduce", "good.func", "--while", "grep -q block1"});
  EXPECT_EQ(ended.out, once);
}

TEST_F(Cli, ReduceWantsSomethingThatFails) {
  expect(1, {"reduce", "good.func", "-o", "small.func"});
  expect_err("the allocator fails on none of its functions");
  expect(1, {"reduce", "good.func", "--while", "false"});
  expect_err("the command exits with 0 on none");
  expect(2, {"reduce", "good.func", "--while", "./no-such-command"});
  expect_err("cannot be run");
  expect(0, {"reduce", "good.func", "--while", "echo noise;grep -q block1"});
  EXPECT_FALSE(contains(ended.out, "noise")) << ended.out;
  expect(2, {"reduce", "missing.func"});
  expect(2, {"reduce", "illegal.func"});
  expect(2, {"reduce", "good.func", "--while", "grep -q block1", "-o", "no/such/folder"});
}

TEST_F(Cli, ReduceLosesNothingWhereTheCommandFails) {
  shop.write("own.func", shop.read("good.func"));
  // A script whose later runs do not find what they would call.
  shop.write(
      "own.sh",
      "echo >>runs\ngrep -q block1 $1 && exit 0\ntest $(wc -l <runs) -lt 3 || exit 127\nexit 1\n");
  expect(0, {"reduce", "own.func", "--while", "sh own.sh", "-o", "own.func"});
  EXPECT_EQ(functions_of(shop.read("own.func"))[0].function.view().inst_count(), 2u);

  std::string before = shop.read("good.func");
  shop.write("own.func", before);
  for (const char* command : {"./no-such-command", "false"}) {
    expect(*command == '.' ? 2 : 1, {"reduce", "own.func", "--while", command, "-o", "own.func"});
    EXPECT_EQ(shop.read("own.func"), before);
  }
  for (const char* none : {"", " "}) {
    expect(2, {"reduce", "own.func", "--while", none});
    expect_err("a command is missing");
  }
}

TEST_F(Cli, BytesWhereTextIsExpected) {
  shop.write("crash", std::string("\xf2\0\1", 3));
  expect(2, {"reduce", "crash"});
  expect_err("`regproof decode TARGET FILE` makes it text");
  shop.write("text.func", "nothing\n");
  expect(2, {"reduce", "text.func"});
  EXPECT_FALSE(contains(ended.err, "decode")) << ended.err;
}

// Sets TMPDIR to a folder with blanks and a quote in its name, for the time of a test.
class OddScratch {
 public:
  explicit OddScratch(const Workshop& shop) : path_(shop.path("it's a folder")) {
    std::filesystem::create_directory(path_);
    const char* before = getenv("TMPDIR");
    if (before != nullptr) before_ = before;
    setenv("TMPDIR", path_.c_str(), 1);
  }
  ~OddScratch() { before_ ? setenv("TMPDIR", before_->c_str(), 1) : unsetenv("TMPDIR"); }
  bool is_empty() const { return std::filesystem::is_empty(path_); }

 private:
  std::string path_;
  std::optional<std::string> before_;
};

TEST_F(Cli, ReducePassesAnyFileName) {
  OddScratch scratch(shop);
  expect(0, {"reduce", "good.func", "--while", "grep -q block1", "-o", "small.func"});
  EXPECT_EQ(functions_of(shop.read("small.func"))[0].function.view().inst_count(), 2u);
  EXPECT_TRUE(scratch.is_empty());
}

// The scratch folder is gone after the third run: what is known by then is written.
TEST_F(Cli, ReduceWritesTheSmallestSoFarWhereNoMoreCanBeAsked) {
  OddScratch scratch(shop);
  std::string stop = "echo >>runs; test $(wc -l <runs) -lt 3 || rm -r \"$(dirname \"$1\")\"; true";
  expect(2, {"reduce", "good.func", "--while", stop, "-o", "small.func"});
  EXPECT_EQ(functions_of(shop.read("small.func")).size(), 1u);
}

// The command itself sends the signal, and would go on for longer than the run may take.
TEST_F(Cli, ReduceStopsAtASignalWithTheSmallestSoFar) {
  OddScratch scratch(shop);
  for (auto [name, status] : {std::pair("INT", 130), std::pair("TERM", 143)}) {
    for (const char* runs : {"1", "3", "6"}) {
      shop.write("runs", "");
      std::string stop = std::string("echo >>runs; test $(wc -l <runs) -lt ") + runs +
                         " || { kill -" + name + " $PPID; sleep 500; }; grep -q block1";
      expect(status, {"reduce", "good.func", "--while", stop, "-o", "small.func"});
      EXPECT_TRUE(scratch.is_empty());
      if (*runs == '1') continue;  // nothing is known of the program yet
      std::vector<FunctionText> left = functions_of(shop.read("small.func"));
      ASSERT_EQ(left.size(), 1u);
      EXPECT_GE(left[0].function.view().block_count(), 2u);
      std::filesystem::remove(shop.path("small.func"));
    }
  }
}

TEST_F(Cli, EncodeAndDecodeAreInverse) {
  expect(0, {"encode", "ion_checker", "good.func", "--function", "choose", "-o", "bytes"});
  expect(0, {"decode", "ion_checker", "bytes", "-o", "again.func"});
  std::vector<FunctionText> before = functions_of(kProgram);
  std::vector<FunctionText> after = functions_of(shop.read("again.func"));
  ASSERT_EQ(after.size(), 1u);
  after[0].function.name = before[1].function.name;
  EXPECT_TRUE(same_program(before[1].function.view(), after[0].function.view()));
  EXPECT_TRUE(before[1].machine == after[0].machine);
  expect(0, {"run", "again.func"});
}

TEST_F(Cli, EncodeAsksWhichFunction) {
  expect(2, {"encode", "ion_checker", "good.func", "-o", "bytes"});
  expect_err("\"add\"");
  expect_err("\"choose\"");
  expect_err("--function");
  expect(2, {"encode", "ion_checker", "good.func", "--function", "nobody", "-o", "bytes"});
  expect_err("no function \"nobody\"");
  expect(3, {"encode", "ion_checker", "impossible.func", "-o", "bytes"});
  expect(2, {"encode", "ion_checker", "illegal.func", "-o", "bytes"});
  EXPECT_FALSE(std::filesystem::exists(shop.path("bytes")));
}

TEST_F(Cli, EncodesEachFunctionIntoAFolder) {
  std::filesystem::create_directory(shop.path("inputs"));
  expect(0, {"encode", "ion_checker", "good.func", "-o", "inputs"});
  expect(0, {"decode", "ion_checker", "inputs/good-1", "-o", "again.func"});
  std::vector<FunctionText> before = functions_of(kProgram);
  std::vector<FunctionText> after = functions_of(shop.read("again.func"));
  ASSERT_EQ(after.size(), 1u);
  after[0].function.name = before[1].function.name;
  EXPECT_TRUE(same_program(before[1].function.view(), after[0].function.view()));
  expect(0, {"decode", "ion_checker", "inputs/good-0", "-o", "again.func"});
  expect(3, {"encode", "ion_checker", "impossible.func", "-o", "inputs"});
  EXPECT_FALSE(std::filesystem::exists(shop.path("inputs/impossible-0")));
  expect(2, {"encode", "ion_checker", "good.func", "-o", "inputs/none/such"});
}

TEST_F(Cli, ImpossibleProgramsAreInputsWhereTheTargetSaysSo) {
  expect(0, {"encode", "feasible", "impossible.func", "-o", "bytes"});
  expect(0, {"decode", "feasible", "bytes", "-o", "same.func"});
  expect(3, {"run", "same.func"});
  expect(0, {"replay", "feasible", "impossible.func", "bytes"});
}

TEST_F(Cli, TargetsOfTextAreNotEncoded) {
  expect(2, {"encode", "text", "good.func", "--function", "add", "-o", "bytes"});
  expect_err("target text");
  expect(2, {"decode", "text", "good.func"});
}

TEST_F(Cli, AnyBytesDecode) {
  shop.write("junk", "\x01\xff\x80 anything at all \n\x7f");
  expect(0, {"decode", "ssagen", "junk", "-o", "junk.func"});
  expect(0, {"validate", "junk.func"});
}

TEST_F(Cli, ReplayWalksFoldersInOrder) {
  shop.write("inputs/b", "some bytes");
  shop.write("inputs/a", "other bytes, and more of them");
  shop.write("inputs/deeper/c.func", kProgram);
  expect(0, {"replay", "ion_checker", "inputs", "good.func"});
  EXPECT_EQ(ended.out,
            "inputs/a: PASS\ninputs/b: PASS\ninputs/deeper/c.func: PASS\ngood.func: PASS\n"
            "ion_checker: 4 passed, 0 failed, 0 not run or not wholly\n");
  expect(0, {"replay", "text", "inputs", "broken.func"});
  std::filesystem::create_directory(shop.path("nothing"));
  expect(2, {"replay", "text", "nothing"});
}

TEST_F(Cli, ReplaySaysWhatItCouldNotRun) {
  expect(2, {"replay", "ion_checker", "illegal.func"});
  expect_out("illegal.func: NOT RUN");
  expect_err("illegal.func:9:8: ");
  expect(3, {"replay", "ion_checker", "impossible.func"});
  expect_out("impossible.func: NOT RUN");
}

// Every prefix of a program and of its answers, and answers with a byte changed: an orderly end.
TEST_F(Cli, BrokenTextEndsInOrder) {
  std::string program = kProgram;
  for (std::size_t length = 0; length < program.size(); length += 13) {
    shop.write("cut.func", program.substr(0, length));
    for (const std::string command : {"run", "validate"}) {
      ended = shop.run({command, "cut.func"});
      EXPECT_TRUE(ended.status == 0 || ended.status == 2) << command << " " << length;
    }
  }
  std::string answers = kAnswers;
  for (std::size_t at = 0; at < answers.size(); at += 7) {
    shop.write("cut.alloc", answers.substr(0, at));
    ended = shop.run({"check", "good.func", "cut.alloc"});
    EXPECT_TRUE(ended.status >= 0 && ended.status <= 2) << at << ended.err;
    std::string changed = answers;
    changed[at] = static_cast<char>(changed[at] ^ (1 << at % 8));
    shop.write("changed.alloc", changed);
    ended = shop.run({"check", "good.func", "changed.alloc"});
    EXPECT_TRUE(ended.status >= 0 && ended.status <= 2) << at << ended.err;
  }
}

TEST_F(Cli, GarbageEndsInOrder) {
  std::uint64_t state = 0x9e3779b97f4a7c15u;
  for (int round = 0; round < 20; ++round) {
    std::string garbage(1 + static_cast<std::size_t>(round) * 50, ' ');
    for (char& c : garbage) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      c = static_cast<char>(state >> 56);
    }
    shop.write("garbage", garbage);
    expect(2, {"run", "garbage"});
    expect(2, {"validate", "garbage"});
    expect(2, {"allocate", "garbage"});
    expect(2, {"check", "good.func", "garbage"});
    expect(2, {"check", "garbage", "good.alloc"});
    expect(2, {"encode", "ion_checker", "garbage", "-o", "bytes"});
    expect(0, {"decode", "ion_checker", "garbage"});
  }
}

TEST_F(Cli, NamesCannotSteerATerminal) {
  std::string text = kImpossible;
  text.replace(text.find("tight"), 5, "a\x1b[31mb");
  shop.write("colour.func", text);
  ended = shop.run({"run", "colour.func"});
  EXPECT_EQ(count(ended.out + ended.err, "\x1b"), 0u);
  EXPECT_FALSE(ended.crashed());
}

TEST_F(Cli, SabotageScoresTheChecker) {
  expect(0, {"sabotage", "--breaks", "30", "good.func"});
  expect_out("edit-dropped");
  expect_out("wrong-value");
  expect_out("\n6 sound answers, 0 refused; ");
  expect_out(" visible breaks, 0 accepted; 0 disputed; ");
  expect(0, {"sabotage", "--allocator", "ion", "--breaks", "0", "good.func"});
  EXPECT_EQ(ended.out.rfind("2 sound answers, 0 refused; 0 visible breaks", 0), 0u) << ended.out;
  expect(2, {"sabotage", "illegal.func"});
  expect(2, {"sabotage", "--way", "edit-droped", "good.func"});
  expect_err("there is no way `edit-droped`, perhaps `edit-dropped`; --list-ways lists them");
}

TEST_F(Cli, SabotageExplainsABreak) {
  expect(0, {"sabotage", "--way", "operand-nowhere", "--show", "value", "--most-shown", "1",
             "good.func"});
  expect_out("operand-nowhere: an operand has no location\n- ");
  expect_out("effect: value\ncontract: ");
  expect_out("checker: missing-location: ");
  EXPECT_EQ(count(ended.out, "# the broken answer"), 1u);
  expect(0, {"sabotage", "--list-ways"});
  EXPECT_GE(count(ended.out, "\n"), 60u);
}

// But for the seconds.
TEST_F(Cli, SabotageIsAFunctionOfItsSeed) {
  auto score_of = [&](const std::string& seed) {
    expect(0, {"sabotage", "--count", "4", "--breaks", "20", "--seed", seed});
    return ended.out.substr(0, ended.out.rfind("; "));
  };
  std::string once = score_of("5");
  EXPECT_EQ(score_of("5"), once);
  EXPECT_NE(score_of("6"), once);
}

}  // namespace
}  // namespace regproof::tests
