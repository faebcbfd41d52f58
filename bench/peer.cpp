// See peer.h. Two pipes and a child; a peer that dies is an error of the question that it left open.
#include "bench/peer.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace regproof::bench {

namespace {

// The words of the line up to `count` of them; the last takes the rest.
std::vector<std::string> words_of(const std::string& line, std::size_t count) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while (words.size() + 1 < count) {
    std::size_t space = line.find(' ', at);
    if (space == std::string::npos) break;
    words.push_back(line.substr(at, space - at));
    at = space + 1;
  }
  words.push_back(line.substr(at));
  return words;
}

PeerError not_understood(const std::string& line) {
  return {fmt::format("the peer said something else than expected: {}", line)};
}

}  // namespace

Result<Peer, PeerError> Peer::start(const std::vector<std::string>& command) {
  std::signal(SIGPIPE, SIG_IGN);  // a write to a dead peer fails instead
  int to[2];
  int from[2];
  if (pipe(to) != 0 || pipe(from) != 0) return PeerError{std::strerror(errno)};
  pid_t process = fork();
  if (process < 0) return PeerError{std::strerror(errno)};
  if (process == 0) {
    dup2(to[0], STDIN_FILENO);
    dup2(from[1], STDOUT_FILENO);
    for (int end : {to[0], to[1], from[0], from[1]}) close(end);
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  close(to[0]);
  close(from[1]);
  return Peer(Stream(fdopen(to[1], "wb")), Stream(fdopen(from[0], "rb")), process);
}

Peer::~Peer() {
  if (!to_) return;  // moved from
  to_.reset();       // the end of its input ends it
  from_.reset();
  waitpid(process_, nullptr, 0);
}

Result<std::vector<std::string>, PeerError> Peer::ask(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), to_.get());
  std::fputc('\n', to_.get());
  std::fflush(to_.get());
  std::vector<std::string> lines;
  char* buffer = nullptr;
  std::size_t capacity = 0;
  std::string error = "the peer ended, or could not be started";
  for (;;) {
    ssize_t length = getline(&buffer, &capacity, from_.get());
    if (length <= 0) break;
    std::string line(buffer, static_cast<std::size_t>(length - 1));
    bool is_error = line.rfind("error ", 0) == 0;
    if (is_error || line == "end") {
      error = is_error ? line.substr(6) : "";
      break;
    }
    lines.push_back(std::move(line));
  }
  std::free(buffer);
  if (!error.empty()) return PeerError{error};
  return lines;
}

Result<bool, PeerError> Peer::load(const std::string& path) {
  Result<std::vector<std::string>, PeerError> lines = ask("load " + path);
  if (!lines) return lines.error();
  return true;
}

Result<std::vector<PeerTime>, PeerError> Peer::pass() {
  Result<std::vector<std::string>, PeerError> lines = ask("pass");
  if (!lines) return lines.error();
  std::vector<PeerTime> times;
  for (const std::string& line : *lines) {
    std::vector<std::string> words = words_of(line, 3);
    if (words.size() < 2) return not_understood(line);
    PeerTime time;
    time.function = std::strtoull(words[0].c_str(), nullptr, 10);
    if (words[1] == "refused") {
      time.refusal = words.size() > 2 ? words[2] : "no reason given";
    } else {
      time.seconds = std::strtod(words[1].c_str(), nullptr) * 1e-9;
    }
    times.push_back(std::move(time));
  }
  return times;
}

Result<std::string, PeerError> Peer::answers() {
  Result<std::vector<std::string>, PeerError> lines = ask("answers");
  if (!lines) return lines.error();
  std::string text;
  for (const std::string& line : *lines) text += line + '\n';
  return text;
}

Result<std::vector<PeerOpinion>, PeerError> Peer::check(const std::string& alloc_text) {
  Result<std::vector<std::string>, PeerError> lines = ask("check\n" + alloc_text + "end");
  if (!lines) return lines.error();
  std::vector<PeerOpinion> opinions;
  for (const std::string& line : *lines) {
    std::vector<std::string> words = words_of(line, 3);
    if (words.size() < 2) return not_understood(line);
    PeerOpinion opinion;
    opinion.function = std::strtoull(words[0].c_str(), nullptr, 10);
    if (words[1] == "accepted") {
      opinion.kind = PeerOpinion::Kind::Accepted;
    } else if (words[1] == "wrong") {
      opinion.kind = PeerOpinion::Kind::Wrong;
    } else if (words[1] != "silent") {
      return not_understood(line);
    }
    if (words.size() > 2) opinion.message = words[2];
    opinions.push_back(std::move(opinion));
  }
  return opinions;
}

}  // namespace regproof::bench
