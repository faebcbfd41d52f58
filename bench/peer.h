// Another allocator in a process of its own, to take turns with: started once, told by lines what to
// do (the protocol is stated at `serve` in bench/peer_regalloc2/src/main.rs).
//
//   Result<Peer, PeerError> peer = Peer::start({"path/to/peer_regalloc2", "serve"});
//   peer->load("x.func");
//   std::vector<PeerTime> times = *peer->pass();      // by function, in the order of the file
//
// While one side works the other one waits on the pipe, so a single processor serves both.
//
// Tested by ci/bench, which ends in an error where the two sides do not see the same functions.
#pragma once

#include <sys/types.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace regproof::bench {

struct PeerError {
  std::string message;
};

// What a pass says of one function.
struct PeerTime {
  std::size_t function = 0;  // place in the file
  double seconds = 0;
  std::string refusal;  // why there is no answer, or empty
};

struct PeerOpinion {
  enum class Kind { Accepted, Wrong, Silent };
  std::size_t function = 0;
  Kind kind = Kind::Silent;
  std::string message;
};

class Peer {
 public:
  static Result<Peer, PeerError> start(const std::vector<std::string>& command);
  ~Peer();
  Peer(Peer&&) noexcept = default;
  Peer& operator=(Peer&&) noexcept = delete;

  Result<bool, PeerError> load(const std::string& path);
  Result<std::vector<PeerTime>, PeerError> pass();
  // All answers as `.alloc` text.
  Result<std::string, PeerError> answers();
  // What the peer's own checker says of answers to the loaded file.
  Result<std::vector<PeerOpinion>, PeerError> check(const std::string& alloc_text);

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using Stream = std::unique_ptr<std::FILE, Closer>;
  Peer(Stream to, Stream from, pid_t process)
      : to_(std::move(to)), from_(std::move(from)), process_(process) {}

  // Sends the text and returns the lines up to `end`.
  Result<std::vector<std::string>, PeerError> ask(const std::string& text);

  Stream to_;
  Stream from_;
  pid_t process_;
};

}  // namespace regproof::bench
