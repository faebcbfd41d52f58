#include "fuzz_targets/watched_run.h"

#include <fcntl.h>
#include <sys/mman.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <thread>

namespace regproof {
namespace {

using Clock = std::chrono::steady_clock;

// Who has not looked for so long was stopped himself, as by Ctrl-Z, and so was the child.
constexpr std::chrono::seconds kPause(1);
// Most children end before it is worth asking whether they are wanted.
constexpr std::chrono::milliseconds kPatience(100);

Ending ending_of(int status, bool finished) {
  if (WIFSIGNALED(status)) return {Ending::Kind::Signal, WTERMSIG(status)};
  return {finished ? Ending::Kind::Exit : Ending::Kind::Quit, WEXITSTATUS(status)};
}

std::string seconds_text(int milliseconds) {
  std::string text = std::to_string(milliseconds / 1000);
  if (int rest = milliseconds % 1000; rest != 0)
    text += "." + std::to_string(1000 + rest).substr(1);
  return text;
}

}  // namespace

void Slate::begin(std::span<const std::uint8_t> input) {
  size_ = std::min(input.size(), kMaxInput);
  std::copy_n(input.begin(), size_.load(), bytes_.begin());
  ++begun_;
}

std::vector<std::uint8_t> Slate::last_input() const {
  return {bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(size_.load())};
}

std::string Ending::text() const {
  switch (kind) {
    case Kind::Exit:
    case Kind::Quit:
      return "ended with status " + std::to_string(code);
    case Kind::Signal:
      return "ended by signal " + std::to_string(code);
    case Kind::Stopped:
      return "stopped";
    case Kind::Hang:
      return "still running after " + seconds_text(code) + " seconds";
  }
  return "";
}

void silence_output() {
  int nowhere = open("/dev/null", O_WRONLY);
  if (nowhere < 0) return;
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
  close(nowhere);
}

std::shared_ptr<Slate> make_shared_slate() {
  void* memory =
      mmap(nullptr, sizeof(Slate), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    std::perror("mmap");
    std::exit(2);
  }
  auto unmap = [](Slate* slate) {
    slate->~Slate();
    munmap(slate, sizeof(Slate));
  };
  return {new (memory) Slate, unmap};
}

namespace {

// Who ignores SIGCHLD, which a parent may hand on, is never told of a child's end.
void children_are_waited_for() {
  struct sigaction now {};
  sigaction(SIGCHLD, nullptr, &now);
  if (now.sa_handler == SIG_IGN) std::signal(SIGCHLD, SIG_DFL);
}

// Whoever kills the watcher ends the work, too, where the system can say so.
void die_with(pid_t watcher) {
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != watcher) std::_Exit(2);  // it is gone already
#else
  (void)watcher;
#endif
}

}  // namespace

Ending run_watched(Slate& slate, std::chrono::milliseconds per_input,
                   const std::function<int()>& work, const std::function<bool()>& stopped) {
  std::fflush(nullptr);
  children_are_waited_for();
  slate.set_finished(false);
  pid_t watcher = getpid(), child = fork();
  if (child < 0) {
    std::perror("fork");
    std::exit(2);
  }
  if (child == 0) {
    die_with(watcher);
    int status = work();
    slate.set_finished(true);
    std::exit(status);
  }

  auto end_with = [&](Ending ending) {
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    return ending;
  };
  std::uint64_t seen = slate.begun();
  Clock::time_point start = Clock::now(), since = start, looked = start;
  for (;;) {
    int status = 0;
    if (waitpid(child, &status, WNOHANG) == child) return ending_of(status, slate.finished());
    Clock::time_point now = Clock::now();
    if (now - looked > kPause) since += now - looked;
    looked = now;
    if (slate.begun() != seen) {
      seen = slate.begun();
      since = now;
    } else if (now - since > per_input) {
      // It stands still while it is looked at once more: it may have begun the next input, or have ended.
      kill(child, SIGSTOP);
      waitpid(child, &status, WUNTRACED);
      if (!WIFSTOPPED(status)) return ending_of(status, slate.finished());
      if (slate.begun() == seen) {
        return end_with({Ending::Kind::Hang, static_cast<int>(per_input.count())});
      }
      kill(child, SIGCONT);
    }
    if (stopped && now - start > kPatience && stopped()) return end_with({Ending::Kind::Stopped});
    // Most children of a reduction end within a millisecond or two.
    std::this_thread::sleep_for(std::clamp<Clock::duration>(
        (now - start) / 8, std::chrono::microseconds(50), std::chrono::milliseconds(5)));
  }
}

WatchedQuestion::Answer WatchedQuestion::ask(std::chrono::milliseconds limit,
                                             const std::function<std::string()>& work,
                                             const std::function<bool()>& stopped) {
  auto say = [&] {
    std::string words = work();
    slate_->begin({reinterpret_cast<const std::uint8_t*>(words.data()), words.size()});
    return 0;
  };
  Ending ending = run_watched(*slate_, limit, say, stopped);
  if (ending.kind != Ending::Kind::Exit) return {ending, {}};
  std::vector<std::uint8_t> words = slate_->last_input();
  if (words.empty() && !ending.good()) return {ending, {}};
  return {ending, std::string(words.begin(), words.end())};
}

}  // namespace regproof
