// A plain program for one property, no engine needed: replays files and folders, or runs fresh
// random inputs for some time; `kUsage` is what it says of itself.
//
// Flags of fuzzing engines (`-runs=1`), which begin with one dash, are ignored. A program in text is refused where inputs are programs: as bytes it would mean
// another one (`regproof replay` takes both). A fresh input that fails is kept as a file
// in the working directory.
//
// Tested by tests/fuzz_targets/replay_test.cpp.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz_targets/content.h"
#include "fuzz_targets/fresh_inputs.h"
#include "fuzz_targets/guarded_property.h"
#include "fuzz_targets/input_files.h"
#include "fuzz_targets/property.h"
#include "fuzz_targets/reduce_input.h"
#include "fuzz_targets/watched_run.h"
#include "ir/text.h"
#include "ssagen/ssagen.h"

namespace {

using namespace regproof;
using Bytes = std::vector<std::uint8_t>;
using Clock = std::chrono::steady_clock;

constexpr double kSecondsPerLine = 10;

struct Options {
  std::string program;
  std::vector<std::string> paths;
  std::optional<double> fresh_seconds;
  std::optional<std::uint64_t> fresh_count;
  std::optional<std::uint64_t> seed;  // absent: 0
  unsigned seconds_per_input = 60;
  bool keep_going = false;
  bool reduce = false;
  std::string reduced_to;  // empty: nowhere
  std::optional<double> reduce_seconds;
};

constexpr const char* kUsage = R"(usage:
  replay_NAME FILE|FOLDER... [--keep-going]     runs inputs; goes on after a failure
  replay_NAME --fresh SECONDS [--seed N]        runs inputs that nobody has seen, the same for a seed
  replay_NAME --count N [--seed N]              so many of them
  replay_NAME --reduce FILE [--to SMALL] [--within SECONDS]
                                                the smallest program that fails as the file does, in text; as an
                                                input to SMALL; the smallest found in that time
  --hang SECONDS                                an input that takes longer is a failure; 60, at most 86400
A word that begins with one dash is a flag of an engine, and ignored: write ./-file.
exit status: 0 all good, 1 a failure (with --reduce: reduced), 2 nothing was read or something not, nothing
to reduce, what was reduced cannot be written, or wrong usage
)";

[[noreturn]] void refuse(const std::string& what) {
  std::fprintf(stderr, "%s\n%s", what.c_str(), kUsage);
  std::exit(2);
}

template <class Number>
Number number_of(const std::string& option, const std::string& word, int lowest = 0,
                 Number highest = std::numeric_limits<Number>::max()) {
  Number number{};
  const char* end = word.data() + word.size();
  auto [rest, error] = std::from_chars(word.data(), end, number);
  bool is_number = error == std::errc() && rest == end && number >= static_cast<Number>(lowest) &&
                   number <= highest;
  if (!is_number) {
    bool bounded = highest != std::numeric_limits<Number>::max();
    refuse(option + ": expected a number from " + std::to_string(lowest) +
           (bounded ? " to " + std::to_string(highest) : " on") + ", found '" + word + "'");
  }
  return number;
}

// False if the word is no option with a value.
bool read_value(const std::string& word, const char* value, Options& options) {
  constexpr std::string_view kWithValue[] = {"--fresh", "--count", "--seed",
                                             "--hang",  "--to",    "--within"};
  if (std::find(std::begin(kWithValue), std::end(kWithValue), word) == std::end(kWithValue)) {
    return false;
  }
  if (value == nullptr) refuse(word + " needs a value");
  if (word == "--fresh") options.fresh_seconds = number_of<double>(word, value);
  if (word == "--count") options.fresh_count = number_of<std::uint64_t>(word, value, 1);
  if (word == "--seed") options.seed = number_of<std::uint64_t>(word, value);
  if (word == "--hang") options.seconds_per_input = number_of<unsigned>(word, value, 1, 86400);
  if (word == "--to") {
    options.reduced_to = value;
    if (options.reduced_to.empty()) refuse("--to: a file name is missing");
  }
  if (word == "--within") options.reduce_seconds = number_of<double>(word, value);
  return true;
}

// Says what does not go together.
void check_options(const Options& options) {
  bool fresh = options.fresh_seconds || options.fresh_count;
  if (fresh && (options.reduce || !options.paths.empty())) {
    refuse("--fresh and --count make inputs, and take no files");
  }
  if (options.fresh_seconds && options.fresh_count) refuse("either --fresh or --count");
  if (!fresh && options.paths.empty()) refuse("a file, --fresh or --count is missing");
  if (!fresh && options.seed) refuse("--seed is for --fresh and --count");
  if (!options.reduce && (options.reduce_seconds || !options.reduced_to.empty())) {
    refuse("--to and --within are for --reduce");
  }
  if (options.keep_going && (fresh || options.reduce)) {
    refuse("--keep-going is for files that are run");
  }
}

Options read_options(int argc, char** argv) {
  Options options;
  options.program = argv[0];
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (read_value(word, i + 1 < argc ? argv[i + 1] : nullptr, options)) {
      ++i;
    } else if (word == "--reduce") {
      options.reduce = true;
    } else if (word == "--keep-going") {
      options.keep_going = true;
    } else if (word == "--help" || word == "-h") {
      std::printf("%s", kUsage);
      std::exit(0);
    } else if (word.rfind("--", 0) == 0) {
      refuse("unknown option " + word);
    } else if (word.empty() || word[0] != '-') {
      options.paths.emplace_back(word);
    }
  }
  check_options(options);
  return options;
}

// Why the bytes are no input of the target, or nothing.
const char* why_no_input(const Target& target, const std::optional<Bytes>& input) {
  if (!input) return "cannot be read";
  if (!target.reads_program()) return nullptr;
  switch (content_of({reinterpret_cast<const char*>(input->data()), input->size()})) {
    case Content::Program:
      return "is a program in text, and no input: `regproof replay` takes it, `regproof encode` "
             "makes it one";
    case Content::Answers:
      return "is answers in text, and no input";
    case Content::Other:
      break;
  }
  return nullptr;
}

// False, and the message printed, if the property does not hold.
bool holds(const Target& target, const Bytes& input) {
  std::optional<Failure> failure = run_exactly(target, input);
  if (!failure) return true;
  std::printf("%s", failure->message.c_str());
  if (!failure->message.empty() && failure->message.back() != '\n') std::printf("\n");
  return false;
}

void print_failure(const Target& target, const Options& options, const Ending& ending,
                   const std::string& file) {
  if (!ending.good()) std::printf("%s\n", ending.text().c_str());
  std::printf("%s: FAILED; this does not hold: %s\nreplay: %s %s\n",
              std::string(target.name).c_str(), std::string(target.promise).c_str(),
              options.program.c_str(), file.c_str());
}

// Runs files in child processes, one for all that hold.
class FileRuns {
 public:
  FileRuns(const Target& target, const Options& options)
      : target_(target), options_(options), files_(files_below(options.paths)) {}

  int run() {
    while (done_ < files_.size() && (failed_ == 0 || options_.keep_going)) run_some();
    std::size_t runs = done_ - unreadable_;
    std::printf("%s: %zu inputs, %zu failed, %zu unreadable", std::string(target_.name).c_str(),
                runs, failed_, unreadable_);
    if (done_ < files_.size()) {
      std::printf(", %zu not run (--keep-going)", files_.size() - done_);
    }
    std::printf("\n");
    if (failed_ != 0 || ends_badly_) return 1;
    return unreadable_ != 0 || runs == 0 ? 2 : 0;
  }

 private:
  // What a child says in the end; behind the last of them stands why the file is no input.
  static constexpr char kAllHold = 'h', kOneFails = 'f', kNoInput = 'n';

  // The next files up to the first that is no input or fails.
  void run_some() {
    std::size_t first = done_;
    std::uint64_t before = slate_->begun();
    Ending ending = run_watched(*slate_, std::chrono::seconds(options_.seconds_per_input), [this] {
      std::string verdict = verdict_of_the_next();
      slate_->begin({reinterpret_cast<const std::uint8_t*>(verdict.data()), verdict.size()});
      return 0;
    });
    Bytes said = slate_->begun() == before ? Bytes() : slate_->last_input();
    done_ += static_cast<std::size_t>(slate_->begun() - before) - (said.empty() ? 0 : 1);
    if (done_ == first) {
      std::printf("no input could be run: %s\n", ending.text().c_str());
      std::exit(failed_ != 0 ? 1 : 2);
    }
    const std::string& last = files_[done_ - 1];
    if (said.empty() || said[0] == kOneFails) {
      ++failed_;
      return print_failure(target_, options_, ending, last);
    }
    if (said[0] == kNoInput) {
      ++unreadable_;
      std::printf("%s: %s\n", last.c_str(), std::string(said.begin() + 1, said.end()).c_str());
    }
    if (ending.good()) return;
    // A leak, say, which sanitizers look for in the end.
    ends_badly_ = true;
    std::printf("%s behind %s and what was run ahead of it, which hold: run them one by one\n",
                ending.text().c_str(), last.c_str());
  }

  // In the child. A file is begun on the slate before it is read, which may fail as well.
  std::string verdict_of_the_next() {
    for (std::size_t i = done_; i < files_.size(); ++i) {
      slate_->begin({});
      std::optional<Bytes> input = read_input(files_[i]);
      if (const char* why = why_no_input(target_, input)) return kNoInput + std::string(why);
      if (!holds(target_, *input)) return {kOneFails};
    }
    return {kAllHold};
  }

  const Target& target_;
  const Options& options_;
  std::vector<std::string> files_;
  std::shared_ptr<Slate> slate_ = make_shared_slate();
  std::size_t done_ = 0, failed_ = 0, unreadable_ = 0;
  bool ends_badly_ = false;
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// The status of a child whose input fails, which nothing else ends it with.
constexpr int kInputFails = 77;

int run_fresh(const Target& target, const Options& options) {
  std::shared_ptr<Slate> slate = make_shared_slate();
  std::uint64_t seed = options.seed.value_or(0);
  Clock::time_point start = Clock::now();
  Ending ending = run_watched(*slate, std::chrono::seconds(options.seconds_per_input), [&] {
    FreshInputs inputs(target, seed);
    double next_line = kSecondsPerLine;
    for (std::uint64_t runs = 1;; ++runs) {
      slate->begin({});  // making an input may fail as well
      Bytes input = inputs.next();
      slate->begin(input);
      if (!holds(target, input)) return kInputFails;
      double seconds = seconds_since(start);
      if (options.fresh_count ? runs >= *options.fresh_count : seconds >= *options.fresh_seconds) {
        return 0;
      }
      if (seconds < next_line) continue;
      std::fprintf(stderr, "  %6.0f s  %9llu inputs\n", seconds,
                   static_cast<unsigned long long>(runs));
      next_line = seconds + kSecondsPerLine;
    }
  });
  double seconds = seconds_since(start);
  std::uint64_t runs = slate->begun() / 2;
  if (slate->begun() % 2 != 0) {
    std::printf("input %llu cannot be made: %s\n", static_cast<unsigned long long>(runs + 1),
                ending.text().c_str());
  } else if (!ending.good()) {
    std::string file = "failure-" + std::string(target.name) + "-" + std::to_string(seed) + "-" +
                       std::to_string(runs);
    if (!write_input(file, slate->last_input())) {
      std::printf("%s: cannot be written\n", file.c_str());
    }
    bool said = ending.kind == Ending::Kind::Exit && ending.code == kInputFails;
    print_failure(target, options, said ? Ending() : ending, file);
  }
  auto count = static_cast<double>(runs);
  std::printf("%s: %.0f fresh inputs from seed %llu in %.1f s: %.0f executions per second%s\n",
              std::string(target.name).c_str(), count, static_cast<unsigned long long>(seed),
              seconds, count / seconds, ending.good() ? ", no finding" : "");
  return ending.good() ? 0 : 1;
}

// The program goes to standard output, what is said of it to standard error.
int reduce_file(const Target& target, const Options& options) {
  if (!target.reads_program() || options.paths.size() != 1) {
    refuse("--reduce takes one input of a target that reads programs");
  }
  std::optional<Bytes> input = read_input(options.paths.front());
  if (const char* why = why_no_input(target, input)) {
    std::fprintf(stderr, "%s: %s\n", options.paths.front().c_str(), why);
    return 2;
  }
  Clock::time_point start = Clock::now();
  std::optional<ReducedInput> small = reduce_input(target, *input, options.seconds_per_input, [&] {
    return options.reduce_seconds && seconds_since(start) >= *options.reduce_seconds;
  });
  if (!small) {
    std::fprintf(
        stderr,
        "%s: does not fail, or does no longer once the program that it means is an input anew\n",
        options.paths.front().c_str());
    return 2;
  }
  std::string text;
  print_machine(small->program.machine, text);
  text += '\n';
  print_function(small->program.function.view(), text);
  if (std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0) {
    std::fprintf(stderr, "the reduced program cannot be written\n");
    return 2;
  }
  Bytes bytes = encode(small->program.function.view(), small->program.machine);
  if (!options.reduced_to.empty() && !write_input(options.reduced_to, bytes)) {
    std::fprintf(stderr, "%s: cannot be written\n", options.reduced_to.c_str());
    return 2;
  }
  std::fprintf(stderr, "reduced to %zu of %zu instructions, %llu programs tried: %s\n",
               small->program.function.view().inst_count(), small->insts_before,
               static_cast<unsigned long long>(small->asked), small->failure.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const Target* target = find_target(REGPROOF_TARGET);
  if (target == nullptr) {
    std::fprintf(stderr, "there is no target named %s\n", REGPROOF_TARGET);
    return 2;
  }
  Options options = read_options(argc, argv);
  if (options.reduce) return reduce_file(*target, options);
  if (options.fresh_seconds || options.fresh_count) return run_fresh(*target, options);
  return FileRuns(*target, options).run();
}
