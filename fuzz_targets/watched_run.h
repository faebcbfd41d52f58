// Runs inputs in a child process, so that whatever an input does (a trap, a sanitizer's report, a
// hang), the parent still knows which one it was and can keep it.
//
// Child and parent share a slate in memory: before each run the child writes down what it is about
// to run, or in the end what it has to say. No signal is handled and nothing is written to disk on the way. Cost: one copy per input; the end of the
// child is seen an eighth of its time late, and 5 milliseconds at most.
//
// Tested by tests/fuzz_targets/replay_test.cpp.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace regproof {

class Slate {
 public:
  static constexpr std::size_t kMaxInput = std::size_t{1} << 20;  // longer inputs are not kept

  // The child, before it runs an input.
  void begin(std::span<const std::uint8_t> input);
  // Both: how many inputs were begun, and what the last of them was.
  std::uint64_t begun() const { return begun_; }
  std::vector<std::uint8_t> last_input() const;
  // Whether the child's work has come to its end, and was not ended from within.
  bool finished() const { return finished_; }
  void set_finished(bool finished) { finished_ = finished; }

 private:
  std::atomic<bool> finished_ = false;
  std::atomic<std::uint64_t> begun_ = 0;
  std::atomic<std::size_t> size_ = 0;
  std::array<std::uint8_t, kMaxInput> bytes_{};
};

struct Ending {
  // Quit: something ended the process from within the work, be it with status 0. What ends it behind the work, as
  // a sanitizer that finds a leak does, is an Exit. Stopped: the parent wants it no longer.
  enum class Kind : std::uint8_t { Exit, Quit, Signal, Hang, Stopped };
  Kind kind = Kind::Exit;
  int code = 0;  // exit status, signal or milliseconds

  bool good() const { return kind == Kind::Exit && code == 0; }
  std::string text() const;  // "ended by signal 6"
};

// A slate that a child process shares.
std::shared_ptr<Slate> make_shared_slate();

// Runs `work` in a child process; its result is the child's exit status. The child is stopped when
// one input runs for longer than `per_input`, or once `stopped`, if given, says so, which is asked
// when it has run for a tenth of a second.
Ending run_watched(Slate& slate, std::chrono::milliseconds per_input,
                   const std::function<int()>& work, const std::function<bool()>& stopped = {});

// Asks child processes something.
class WatchedQuestion {
 public:
  struct Answer {
    Ending ending;
    // None if the child ended before it had them, hangs or was stopped. Nor are they taken for empty where it then ended with a
    // status other than 0.
    std::optional<std::string> words;
  };

  // The words are what `work` returns in a child process, of up to `Slate::kMaxInput` bytes; any bytes will do.
  Answer ask(std::chrono::milliseconds limit, const std::function<std::string()>& work,
             const std::function<bool()>& stopped = {});

 private:
  std::shared_ptr<Slate> slate_ = make_shared_slate();
};

// In a child: what it prints from here on is dropped.
void silence_output();

}  // namespace regproof
