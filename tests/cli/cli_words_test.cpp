// What the words of a command line and the files that they name are taken for: answers and programs
// are told apart, text from bytes, folders are walked, and what is refused is told why.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/cli/fixture.h"

namespace regproof::tests {
namespace {

const std::string kMark = "\xef\xbb\xbf";

TEST_F(Cli, WithoutACommandTheyAreListed) {
  expect(2, {});
  for (const std::string command : {"run", "check", "sabotage", "reduce"}) {
    expect_err("\n  " + command + " ");
  }
}

TEST_F(Cli, WrongUsageNamesTheCommandAndItsHelp) {
  expect(2, {"run"});
  EXPECT_EQ(ended.err, "regproof run: FILE is required; see `regproof run --help`\n");
  expect(2, {"check", "good.func", "good.alloc", "--fast"});
  expect_err("regproof check: ");
  expect_err("--fast; see `regproof check --help`");
  expect(2, {"--fast"});
  expect_err("; see `regproof --help`");
}

TEST_F(Cli, NothingToDoIsRefused) {
  expect(2, {"generate", "--count", "0"});
  expect_err("--count: expected a number from 1 on, found 0");
  expect(2, {"sabotage", "--count", "0"});
  expect_err("--count: expected a number from 1 on, found 0");
}

TEST_F(Cli, AnUnknownWayIsAnsweredInOneLine) {
  expect(2, {"sabotage", "--way", "foo"});
  EXPECT_EQ(count(ended.err, "\n"), 1u) << ended.err;
  expect_err("there is no way `foo`; --list-ways lists them");
}

TEST_F(Cli, AnswersAreNoPrograms) {
  for (const std::string command : {"run", "validate", "allocate", "stats", "reduce", "sabotage"}) {
    expect(2, {command, "good.alloc"});
    expect_err("good.alloc:1:1: an answer, expected a program; use `regproof check ");
  }
  expect(2, {"check", "good.alloc", "good.func"});
  expect_err("good.func:1:1: a program, expected answers; the program comes first: ");
}

TEST_F(Cli, AnyBytesAreAProgramButAnswersAreNot) {
  shop.write("commented", "# answers\n\n  # of somebody\n" + std::string(kAnswers));
  for (const std::string file : {"good.alloc", "commented"}) {
    expect(2, {"replay", "ion_checker", file});
    expect_out(file + ": NOT RUN\n");
    expect_err("an answer, expected a program; use `regproof check ");
    expect(2, {"decode", "ion_checker", file});
    expect_err(file + ": an answer in text already");
  }
  shop.write("folder/good.alloc", kAnswers);
  shop.write("folder/good.func", kProgram);
  expect(0, {"replay", "ion_checker", "folder"});
  EXPECT_EQ(ended.out,
            "folder/good.func: PASS\nion_checker: 1 passed, 0 failed, 0 not run or not wholly\n");
}

TEST_F(Cli, AFolderOfAnswersAloneIsNoPass) {
  shop.write("answers/good.alloc", kAnswers);
  expect(2, {"replay", "ion_checker", "answers"});
  expect_err("no input and no program was found");
}

TEST_F(Cli, ProgramsAreKnownByTheirFirstWord) {
  shop.write("renamed.txt", "# mine\n" + std::string(kIllegal));
  expect(2, {"replay", "ion_checker", "renamed.txt"});
  expect_err("renamed.txt:10:8: ");
  expect(2, {"decode", "ion_checker", "renamed.txt"});
  expect_err("renamed.txt: a program in text already");
  EXPECT_EQ(ended.out, "");
  shop.write("notes",
             "Some notes about a program, and nothing that an engine would write.\nEnd.\n");
  expect(0, {"replay", "ion_checker", "notes"});
  expect_err("notes: run as the bytes of an input, though it reads like text");
  expect(0, {"replay", "moves", "renamed.txt"});  // no target of programs
  expect_err("renamed.txt: run as the bytes of an input, though it reads like text");
  ended = shop.run({"replay", "ion_checker", "-"}, kIllegal);
  EXPECT_EQ(ended.status, 2);
  expect_err("<stdin>:9:8: ");
}

TEST_F(Cli, ReplaySaysAFilesNameOnce) {
  expect(2, {"replay", "ion_checker", "missing.func"});
  EXPECT_EQ(ended.out.substr(0, ended.out.find('\n')), "missing.func: NOT RUN");
  EXPECT_EQ(ended.err, "missing.func: No such file or directory\n");
}

TEST_F(Cli, ByteOrderMarksAreSkipped) {
  shop.write("mark.func", kMark + kProgram);
  shop.write("mark.alloc", kMark + kAnswers);
  expect(0, {"check", "mark.func", "mark.alloc"});
  expect(0, {"run", "mark.func"});
  expect(0, {"replay", "ion_checker", "mark.func"});
  shop.write("illegal.func", kMark + kIllegal);
  expect(2, {"validate", "illegal.func"});
  expect_out("illegal.func:9:8: ");
}

TEST_F(Cli, FoldersOfProgramsAreWalked) {
  shop.write("folder/b.func", kProgram);
  shop.write("folder/deeper/a.func", kProgram);
  shop.write("folder/a.alloc", kAnswers);
  expect(0, {"run", "folder", "good.func"});
  EXPECT_LT(ended.out.find("folder/b.func"), ended.out.find("folder/deeper/a.func"));
  expect_out("6 proven, 0 wrong, 0 impossible, 0 not legal; 3 files\n");
  expect(0, {"validate", "folder"});
  expect_out("4 functions: 4 legal");
  expect(0, {"stats", "folder"});
  expect_out("total of 4 functions\n");
  std::filesystem::create_directory(shop.path("nothing"));
  expect(2, {"run", "nothing"});
  expect_err("nothing: no .func file in this folder");
}

TEST_F(Cli, WhatWasNotReadIsSaid) {
  expect(2, {"run", "good.func", "broken.func", "missing.func"});
  expect_out("2 proven, 0 wrong, 0 impossible, 0 not legal; 3 files, 2 not read to the end\n");
  expect_err("; the rest of the file is not read\n");
  expect(2, {"validate", "good.func", "broken.func"});
  expect_out("instructions, 1 not read to the end\n");
  expect(2, {"stats", "good.func", "broken.func"});
  expect_out("total of 2 functions, 1 not read to the end\n");
  shop.write("broken.alloc", std::string(kAnswers) + "allocation 5\n");
  expect(2, {"check", "good.func", "broken.alloc"});
  expect_err("; the rest of the file is not read\n");
}

TEST_F(Cli, NothingIsNotLegal) {
  shop.write("empty.func", "# only this\n");
  expect(2, {"validate", "empty.func"});
  expect_err("empty.func:1:1: no function in this file, expected at least one");
}

TEST_F(Cli, WhatWasNotAnsweredHasNoFigures) {
  expect(3, {"run", "impossible.func"});
  EXPECT_FALSE(contains(ended.out, "0 moves")) << ended.out;
  EXPECT_EQ(count(ended.out, "instructions/s"), 1u) << "of reading: " << ended.out;
  shop.write("stray.alloc", "allocation \"stray\" {\n  spillslots 0\n}\n");
  expect(2, {"check", "illegal.func", "stray.alloc"});
  EXPECT_FALSE(contains(ended.out, "instructions judged")) << ended.out;
}

TEST_F(Cli, EncodeMakesItsFolder) {
  expect(0, {"encode", "ion_checker", "good.func", "-o", "made/inputs/"});
  EXPECT_TRUE(std::filesystem::exists(shop.path("made/inputs/good-0")));
  EXPECT_TRUE(std::filesystem::exists(shop.path("made/inputs/good-1")));
  expect(0, {"encode", "ion_checker", "good.func", "--function", "choose", "-o", "one/"});
  EXPECT_FALSE(std::filesystem::exists(shop.path("one/good-0")));
  EXPECT_EQ(shop.read("one/good-1"), shop.read("made/inputs/good-1"));
  expect(2, {"encode", "ion_checker", "good.func", "--function", "nobody", "-o", "one/"});
  expect_err("no function \"nobody\"; there are:\n  \"add\"\n  \"choose\"");
}

TEST_F(Cli, ReduceNamesTheFunctionsAndTheStatus) {
  expect(2, {"reduce", "good.func", "--function", "nope"});
  expect_err("good.func: no function \"nope\"; there are:\n  \"add\"\n  \"choose\"\n");
  expect(2, {"reduce", "good.func", "--while", "if ("});
  expect_err("--while: the shell cannot read this command, exit status 2: if (");
  expect(1, {"reduce", "good.func", "--while", "sh -c 'exit 7'"});
  expect_err("the command exits with 0 on none of its functions: exit status 7");
}

}  // namespace
}  // namespace regproof::tests
