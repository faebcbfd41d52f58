// The command is a process group of its own, so that the signal's handler can end all of it. Signals
// wait while the group is made known, so that none comes between.
#include "cli/interruption.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>

namespace regproof::cli {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM};

volatile std::sig_atomic_t received = 0;
volatile std::sig_atomic_t running_group = 0;

extern "C" void keep_signal(int signal) {
  received = signal;
  if (running_group != 0) kill(-running_group, SIGTERM);
}

void act(int signal, void (*action)(int)) {
  struct sigaction now {};
  now.sa_handler = action;
  now.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  sigaction(signal, &now, nullptr);
}

// Acts only where the signal is not ignored.
void act_unless_ignored(int signal, void (*action)(int)) {
  struct sigaction before {};
  sigaction(signal, nullptr, &before);
  if (before.sa_handler != SIG_IGN) act(signal, action);
}

sigset_t blocked_signals() {
  sigset_t signals, before;
  sigemptyset(&signals);
  for (int signal : kSignals) sigaddset(&signals, signal);
  sigprocmask(SIG_BLOCK, &signals, &before);
  return before;
}

// In the child: never returns.
[[noreturn]] void become_shell(const char* script, const char* argument, const sigset_t& mask) {
  setpgid(0, 0);
  for (int signal : kSignals) act_unless_ignored(signal, SIG_DFL);
  sigprocmask(SIG_SETMASK, &mask, nullptr);
  int in = open("/dev/null", O_RDONLY);
  int out = open("/dev/null", O_WRONLY);
  bool ready = dup2(in, STDIN_FILENO) == STDIN_FILENO && dup2(out, STDOUT_FILENO) == STDOUT_FILENO;
  if (ready) execl("/bin/sh", "sh", "-c", script, "sh", argument, static_cast<char*>(nullptr));
  _exit(127);
}

}  // namespace

Interruption::Interruption() {
  received = 0;
  for (int signal : kSignals) act_unless_ignored(signal, keep_signal);
}

Interruption::~Interruption() {
  for (int signal : kSignals) act_unless_ignored(signal, SIG_DFL);
}

bool Interruption::came() {
  return received != 0;
}

ExitStatus Interruption::status() {
  if (received == SIGINT) return ExitStatus::Interrupted;
  return received == SIGTERM ? ExitStatus::Terminated : ExitStatus::Good;
}

int run_shell(const std::string& line, const std::string& argument) {
  sigset_t before = blocked_signals();
  if (Interruption::came()) {
    sigprocmask(SIG_SETMASK, &before, nullptr);
    return -received;
  }
  pid_t child = fork();
  int failure = errno;
  if (child == 0) become_shell(line.c_str(), argument.c_str(), before);
  if (child > 0) {
    setpgid(child, child);  // whichever of the two is first
    running_group = child;
  }
  sigprocmask(SIG_SETMASK, &before, nullptr);
  if (child < 0) {
    throw std::runtime_error(std::string("no process for the shell: ") + std::strerror(failure));
  }
  int state = 0;
  pid_t ended = 0;
  do {
    ended = waitpid(child, &state, 0);
  } while (ended < 0 && errno == EINTR);
  running_group = 0;
  return WIFEXITED(state) ? WEXITSTATUS(state) : -WTERMSIG(state);
}

}  // namespace regproof::cli
