// Runs `replay_probe`, the replayer around a property that is broken on purpose, and looks at its
// exit status and its words.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "fuzz_targets/fresh_inputs.h"
#include "fuzz_targets/guarded_property.h"
#include "fuzz_targets/watched_run.h"
#include "ir/text.h"

namespace regproof {
namespace {

namespace fs = std::filesystem;

struct Ended {
  int status = -1;
  std::string text;
};

class Replay : public testing::Test {
 protected:
  void SetUp() override {
    const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() /
              ("replay_test-" + std::string(test->name()) + "-" + std::to_string(getpid()));
    fs::create_directories(folder_ / "inputs");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  Ended replay(const std::string& arguments) const {
    std::string command =
        "cd '" + folder_.string() + "' && " + REGPROOF_REPLAY_PROBE + " " + arguments + " 2>&1";
    Ended run;
    std::FILE* pipe = popen(command.c_str(), "r");
    char buffer[4096];
    while (std::size_t count = std::fread(buffer, 1, sizeof buffer, pipe)) {
      run.text.append(buffer, count);
    }
    run.status = WEXITSTATUS(pclose(pipe));
    return run;
  }

  fs::path folder_;
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(Replay, ReadsFilesAndFolders) {
  write("inputs/a", "good");
  write("inputs/b", "");
  write("c", "good too");
  Ended run = replay("inputs c");
  EXPECT_EQ(run.status, 0) << run.text;
  EXPECT_TRUE(contains(run.text, "probe: 3 inputs, 0 failed, 0 unreadable")) << run.text;
}

TEST_F(Replay, NothingReadIsNoSuccess) {
  EXPECT_EQ(replay("").status, 2);
  EXPECT_EQ(replay("inputs").status, 2);
  EXPECT_EQ(replay("-runs=1").status, 2);
}

TEST_F(Replay, AnUnreadableFileIsNoSuccess) {
  write("inputs/a", "good");
  Ended run = replay("inputs missing inputs/a");
  EXPECT_EQ(run.status, 2) << run.text;
  EXPECT_TRUE(contains(run.text, "missing: cannot be read")) << run.text;
  EXPECT_TRUE(contains(run.text, "2 inputs, 0 failed, 1 unreadable")) << run.text;
}

TEST_F(Replay, IgnoresFlagsOfEngines) {
  write("inputs/a", "good");
  EXPECT_EQ(replay("-runs=1 -some_flag inputs/a -max_len=3").status, 0);
}

TEST_F(Replay, RefusesWhatItDoesNotKnow) {
  write("inputs/a", "good");
  for (auto [arguments, words] : {
           std::pair("--bogus inputs", "unknown option --bogus"),
           std::pair("--fresh", "--fresh needs a value"),
           std::pair("--fresh nan", "--fresh: expected a number from 0 on, found 'nan'"),
           std::pair("--fresh inf", "--fresh: expected a number from 0 on, found 'inf'"),
           std::pair("--fresh 1 --sedd 7", "unknown option --sedd"),
           std::pair("--fresh 1 inputs", "take no files"),
           std::pair("--count 0", "--count: expected a number from 1 on, found '0'"),
           std::pair("--hang 0 inputs", "--hang: expected a number from 1 to 86400, found '0'"),
           std::pair("--hang 86401 inputs", "found '86401'"),
           std::pair("--fresh 1 --count 5", "either --fresh or --count"),
           std::pair("--reduce inputs/a --to ''", "a file name is missing"),
           std::pair("--seed 1 inputs", "--seed is for"),
           std::pair("--to x inputs", "for --reduce"),
           std::pair("--keep-going --count 1", "--keep-going is for files"),
           std::pair("--keep-going --reduce inputs/a", "--keep-going is for files"),
           std::pair("--reduce inputs/a inputs/a", "--reduce takes one input"),
           std::pair("", "is missing"),
       }) {
    Ended run = replay(arguments);
    EXPECT_EQ(run.status, 2) << arguments;
    EXPECT_TRUE(contains(run.text, words)) << arguments << "\n" << run.text;
    EXPECT_TRUE(contains(run.text, "usage:")) << run.text;
  }
  EXPECT_EQ(replay("--help").status, 0);
}

TEST_F(Replay, ATextIsNoInputOfATargetThatReadsPrograms) {
  write("inputs/a", "good");
  write("inputs/b", "# a program\nmachine {\n}\n");
  write("inputs/c", "allocation \"f\" {\n}\n");
  Ended run = replay("inputs");
  EXPECT_EQ(run.status, 2) << run.text;
  EXPECT_TRUE(contains(run.text, "inputs/b: is a program in text")) << run.text;
  EXPECT_TRUE(contains(run.text, "inputs/c: is answers in text")) << run.text;
  EXPECT_TRUE(contains(run.text, "1 inputs, 0 failed, 2 unreadable")) << run.text;
  EXPECT_TRUE(contains(replay("--reduce inputs/b").text, "inputs/b: is a program in text"));
}

// A flag's value is no path.
TEST_F(Replay, TakesTheSecondsAfterWhichAnInputHangs) {
  write("inputs/a", "good");
  Ended run = replay("--hang 5 inputs");
  EXPECT_EQ(run.status, 0) << run.text;
  EXPECT_TRUE(contains(run.text, "1 inputs, 0 failed, 0 unreadable")) << run.text;
}

TEST_F(Replay, AFailureIsShownWithTheCommandThatReplaysIt) {
  write("inputs/a", "good");
  write("inputs/b", "bug!");
  write("inputs/c", "bug again");
  Ended run = replay("inputs");
  EXPECT_EQ(run.status, 1) << run.text;
  EXPECT_TRUE(contains(run.text, "the input begins with a bug")) << run.text;
  EXPECT_TRUE(contains(run.text, std::string("replay: ") + REGPROOF_REPLAY_PROBE + " inputs/b"))
      << run.text;
  EXPECT_TRUE(contains(run.text, "2 inputs, 1 failed, 0 unreadable, 1 not run")) << run.text;
  EXPECT_TRUE(contains(replay("--keep-going inputs").text, "3 inputs, 2 failed"));
}

// A trap, or a status that means something else when the replayer itself ends.
TEST_F(Replay, WhoEndsTheProcessFails) {
  write("inputs/a", "good");
  write("inputs/c", "good");
  for (auto [input, words] : {
           std::pair("abort", "ended by signal 6"),
           std::pair("quit0", "ended with status 0"),
           std::pair("quit1", "ended with status 1"),
           std::pair("quit2", "ended with status 2"),
       }) {
    write("inputs/b", input);
    Ended run = replay("--keep-going inputs");
    EXPECT_EQ(run.status, 1) << run.text;
    EXPECT_TRUE(contains(run.text, words)) << run.text;
    EXPECT_TRUE(contains(run.text, "inputs/b\n")) << run.text;
    EXPECT_TRUE(contains(run.text, "3 inputs, 1 failed, 0 unreadable")) << run.text;
  }
}

// Who it is cannot be told.
TEST_F(Replay, ABadEndBehindGoodInputsBlamesNone) {
  write("inputs/a", "leave");
  write("inputs/b", "machine {\n}\n");
  write("inputs/c", "good");
  Ended run = replay("inputs");
  EXPECT_EQ(run.status, 1) << run.text;
  EXPECT_TRUE(contains(run.text, "ended with status 1 behind inputs/b")) << run.text;
  EXPECT_TRUE(contains(run.text, "inputs/b: is a program in text")) << run.text;
  EXPECT_TRUE(contains(run.text, "2 inputs, 0 failed, 1 unreadable")) << run.text;
  EXPECT_EQ(replay("inputs/c").status, 0);
}

TEST_F(Replay, APipeIsReadOnce) {
  write("text", "machine {\n}\n");
  ASSERT_EQ(mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  std::string folder = folder_.string();
  Ended run = replay("pipe & replayer=$!; cd '" + folder + "'; cat text >pipe; wait $replayer");
  EXPECT_EQ(run.status, 2) << run.text;
  EXPECT_TRUE(contains(run.text, "is a program in text")) << run.text;
}

TEST_F(Replay, ReadingIsWatchedToo) {
  write("a", "good");
  ASSERT_EQ(mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  for (const char* files : {"pipe", "a pipe", "pipe a", "a pipe a"}) {
    Ended run = replay(std::string("--hang 1 --keep-going ") + files);
    EXPECT_EQ(run.status, 1) << run.text;
    EXPECT_TRUE(contains(run.text, " pipe\n")) << run.text;
    EXPECT_TRUE(contains(run.text, " inputs, 1 failed, 0 unreadable\n")) << run.text;
  }
}

TEST_F(Replay, AReducedProgramThatCannotBeWrittenIsNoSuccess) {
  write("a", "bug");
  EXPECT_EQ(replay("--reduce a >/dev/full").status, 2);
}

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kAddressSanitizer = true;
#elif defined(__has_feature)
constexpr bool kAddressSanitizer = __has_feature(address_sanitizer);
#else
constexpr bool kAddressSanitizer = false;
#endif

TEST_F(Replay, AReadBeyondTheInputIsSeenBySanitizers) {
  if (!kAddressSanitizer) GTEST_SKIP() << "only under AddressSanitizer";
  write("inputs/a", "over");
  Ended run = replay("inputs");
  EXPECT_EQ(run.status, 1) << run.text;
  EXPECT_TRUE(contains(run.text, "heap-buffer-overflow")) << run.text;
}

TEST_F(Replay, FreshInputsSayHowManyPerSecond) {
  Ended run = replay("--fresh 0.2 --seed 7");
  EXPECT_EQ(run.status, 0) << run.text;
  EXPECT_TRUE(contains(run.text, "fresh inputs from seed 7")) << run.text;
  EXPECT_TRUE(contains(run.text, "executions per second, no finding")) << run.text;
}

TEST_F(Replay, SoManyFreshInputs) {
  Ended run = replay("--count 1234 --seed 7");
  EXPECT_EQ(run.status, 0) << run.text;
  EXPECT_TRUE(contains(run.text, "1234 fresh inputs from seed 7")) << run.text;
}

TEST(WatchedRun, TellsHowTheChildEnded) {
  std::shared_ptr<Slate> slate = make_shared_slate();
  EXPECT_TRUE(run_watched(*slate, std::chrono::seconds(10), [] { return 0; }).good());

  Ending three = run_watched(*slate, std::chrono::seconds(10), [] { return 3; });
  EXPECT_EQ(three.kind, Ending::Kind::Exit);
  EXPECT_EQ(three.code, 3);

  Ending killed = run_watched(*slate, std::chrono::seconds(10), []() -> int { std::abort(); });
  EXPECT_EQ(killed.kind, Ending::Kind::Signal);
  EXPECT_EQ(killed.code, SIGABRT);

  Ending quit = run_watched(*slate, std::chrono::seconds(10), []() -> int { std::_Exit(0); });
  EXPECT_EQ(quit.kind, Ending::Kind::Quit);
  EXPECT_FALSE(quit.good());
}

// Each is waited for anew.
TEST(WatchedRun, NoInputPaysForAnother) {
  std::shared_ptr<Slate> slate = make_shared_slate();
  Ending ending = run_watched(*slate, std::chrono::seconds(2), [&] {
    for (int i = 0; i < 8; ++i) {
      slate->begin({});
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
    return 0;
  });
  EXPECT_TRUE(ending.good()) << ending.text();
}

TEST(WatchedRun, WorksWhereChildrenAreIgnored) {
  std::signal(SIGCHLD, SIG_IGN);
  std::shared_ptr<Slate> slate = make_shared_slate();
  EXPECT_TRUE(run_watched(*slate, std::chrono::seconds(5), [] { return 0; }).good());
}

TEST(WatchedRun, LetsGoWhatIsWantedNoLonger) {
  std::shared_ptr<Slate> slate = make_shared_slate();
  int asked = 0;
  Ending ending = run_watched(
      *slate, std::chrono::hours(1),
      []() -> int {
        for (;;) std::this_thread::sleep_for(std::chrono::seconds(1));
      },
      [&] { return ++asked > 3; });
  EXPECT_EQ(ending.kind, Ending::Kind::Stopped);
  EXPECT_FALSE(ending.good());
}

TEST(WatchedRun, KeepsTheInputThatTheChildDiedOf) {
  std::shared_ptr<Slate> slate = make_shared_slate();
  Ending ending = run_watched(*slate, std::chrono::seconds(10), [&]() -> int {
    slate->begin(std::vector<std::uint8_t>{1, 2, 3});
    slate->begin(std::vector<std::uint8_t>{4, 5});
    std::abort();
  });
  EXPECT_EQ(ending.kind, Ending::Kind::Signal);
  EXPECT_EQ(slate->begun(), 2u);
  EXPECT_EQ(slate->last_input(), (std::vector<std::uint8_t>{4, 5}));
}

TEST(WatchedRun, StopsAnInputThatHangs) {
  std::shared_ptr<Slate> slate = make_shared_slate();
  Ending ending = run_watched(*slate, std::chrono::seconds(1), [&]() -> int {
    slate->begin({});
    for (;;) std::this_thread::sleep_for(std::chrono::seconds(1));
  });
  EXPECT_EQ(ending.kind, Ending::Kind::Hang);
  EXPECT_FALSE(ending.good());
}

TEST(WatchedQuestion, TellsWhatTheChildSays) {
  WatchedQuestion question;
  std::chrono::seconds limit(10);
  std::string bytes("a\0b\xff", 4);
  EXPECT_EQ(question.ask(limit, [&] { return bytes; }).words, bytes);
  EXPECT_EQ(question.ask(limit, [] { return ""; }).words, "");

  // Nothing is left of what was said before.
  WatchedQuestion::Answer trap = question.ask(limit, []() -> std::string { std::abort(); });
  EXPECT_FALSE(trap.words);
  EXPECT_EQ(trap.ending.text(), "ended by signal 6");
  WatchedQuestion::Answer left = question.ask(limit, []() -> std::string { std::_Exit(0); });
  EXPECT_FALSE(left.words);
  WatchedQuestion::Answer hang = question.ask(std::chrono::milliseconds(100), []() -> std::string {
    for (;;) std::this_thread::sleep_for(std::chrono::seconds(1));
  });
  EXPECT_FALSE(hang.words);
  EXPECT_EQ(hang.ending.kind, Ending::Kind::Hang);
}

// As where a leak is found in the end.
TEST(WatchedQuestion, ABadEndIsNoSilence) {
  WatchedQuestion question;
  auto say = [&](std::string words) {
    return question.ask(std::chrono::seconds(10), [words] {
      std::atexit([] { std::_Exit(23); });
      return words;
    });
  };
  EXPECT_EQ(say("words").words, "words");
  EXPECT_FALSE(say("").words);
  EXPECT_EQ(say("").ending.text(), "ended with status 23");
}

constexpr Target kPrograms{"programs", "", nullptr, InputKind::Program};
constexpr Target kTexts{"texts", "", nullptr, InputKind::Text};

#ifdef __linux__
// The work holds the only other end of a pipe: once it has ended, reading ends as well.
TEST(WatchedRun, TheWorkEndsWithItsWatcher) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  std::shared_ptr<Slate> slate = make_shared_slate();
  pid_t watcher = fork();
  if (watcher == 0) {
    run_watched(*slate, std::chrono::seconds(60), [&] {
      if (write(ends[1], "!", 1) != 1) return 1;
      for (;;) pause();
      return 0;
    });
    std::_Exit(0);
  }
  close(ends[1]);
  char byte = 0;
  ASSERT_EQ(read(ends[0], &byte, 1), 1) << "the work has not begun";
  kill(watcher, SIGKILL);
  waitpid(watcher, nullptr, 0);
  pollfd waiting{ends[0], POLLIN, 0};
  ASSERT_EQ(poll(&waiting, 1, 20000), 1) << "the work goes on without a watcher";
  EXPECT_EQ(read(ends[0], &byte, 1), 0);
  close(ends[0]);
}
#endif

TEST(FreshInputs, AreTheSameForTheSameSeed) {
  for (const Target& target : {kPrograms, kTexts}) {
    FreshInputs a(target, 5), b(target, 5), other(target, 6);
    bool differs = false;
    for (int i = 0; i < 50; ++i) {
      std::vector<std::uint8_t> input = a.next();
      EXPECT_EQ(input, b.next());
      differs |= input != other.next();
    }
    EXPECT_TRUE(differs);
  }
}

TEST(FreshInputs, OfProgramsComeInManyLengths) {
  FreshInputs inputs(kPrograms, 1);
  std::size_t shorter = 0, longest = 0;
  for (int i = 0; i < 1000; ++i) {
    std::size_t size = inputs.next().size();
    longest = std::max(longest, size);
    if (size < 64) ++shorter;
  }
  EXPECT_GT(shorter, 400u);
  EXPECT_LT(shorter, 700u);
  EXPECT_GT(longest, 2048u);
  EXPECT_LE(longest, 4096u);
}

// Programs that are read and that are refused, answers that are read: else the property would see
// one half of the parsers only.
TEST(FreshInputs, OfTextAreSometimesRightAndSometimesWrong) {
  FreshInputs inputs(kTexts, 1);
  int programs = 0, answers = 0, refused = 0;
  for (int i = 0; i < 300; ++i) {
    std::vector<std::uint8_t> input = inputs.next();
    std::string text(input.begin(), input.end());
    auto function = FunctionReader("fresh", text).next();
    auto answer = AllocationReader("fresh", text).next();
    bool is_program = function && *function;
    bool is_answer = answer && *answer;
    programs += is_program;
    answers += is_answer;
    refused += !is_program && !is_answer;
  }
  EXPECT_GT(programs, 40);
  EXPECT_GT(answers, 20);
  EXPECT_GT(refused, 60);
}

// What an input says is what happens.
std::optional<Failure> obedient_property(std::span<const std::uint8_t> input) {
  if (input.empty()) return std::nullopt;
  if (input[0] == 1) return Failure{"said so"};
  if (input[0] == 2) std::abort();
  while (input[0] == 3) std::this_thread::sleep_for(std::chrono::seconds(1));
  if (input[0] == 4) return Failure{""};
  if (input[0] == 5) std::exit(1);
  return std::nullopt;
}

TEST(GuardedProperty, CrashesAndHangsAreFailures) {
  Target target{"obedient", "does as it is told", obedient_property, InputKind::Program};
  auto message_of = [&](std::vector<std::uint8_t> input) {
    std::optional<Failure> failure = run_guarded(target, input, 1);
    return failure ? failure->message : "holds";
  };
  EXPECT_EQ(message_of({}), "holds");
  EXPECT_EQ(message_of({0}), "holds");
  EXPECT_EQ(message_of({1}), "said so");
  EXPECT_EQ(message_of({4}), "");
  std::string crash = message_of({2, 7});
  EXPECT_TRUE(contains(crash, "crash: ended by signal 6")) << crash;
  EXPECT_TRUE(contains(crash, "function \"")) << crash;
  EXPECT_TRUE(contains(message_of({3}), "crash: still running after 1 second"));
  EXPECT_TRUE(contains(message_of({5}), "crash: "));
  target.input = InputKind::Bytes;
  EXPECT_FALSE(contains(message_of({2, 7}), "function \""));
}

}  // namespace
}  // namespace regproof
