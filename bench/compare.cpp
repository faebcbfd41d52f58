// `regproof_compare`: our allocator beside another one, on the same files, in one run.
//
//   regproof_compare --peer build/bench/peer/release/peer_regalloc2 FILE.func ...
//
// ci/bench builds both and calls it. Exit status: 0 all answers are right, 1 one of ours is wrong or
// missing, 2 a file cannot be read or the peer fails.
//
// Held by ci/bench.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "bench/contest.h"
#include "bench/peer.h"
#include "bench/scoreboard.h"

namespace {

using namespace regproof;
using namespace regproof::bench;

struct Options {
  std::vector<std::string> files;
  std::string peer;
  bool fast = false;
  bool json = false;
  std::size_t worst = 0;
  ContestOptions contest;
};

void show_progress(std::size_t done, std::size_t all, const std::string& file) {
  if (isatty(STDERR_FILENO) != 1) return;
  fmt::print(stderr, "\r\033[K{}", done < all ? fmt::format("{}/{} {}", done + 1, all, file) : "");
}

int compare(const Options& options) {
  std::optional<Peer> peer;
  Scoreboard board;
  if (!options.peer.empty()) {
    std::vector<std::string> command = {options.peer};
    if (options.fast) command.push_back("--fast");
    command.push_back("serve");
    Result<Peer, PeerError> started = Peer::start(command);
    if (!started) {
      fmt::print(stderr, "regproof_compare: {}: {}\n", options.peer, started.error().message);
      return 2;
    }
    peer.emplace(std::move(*started));
    board.peer = options.peer.substr(options.peer.find_last_of('/') + 1);
  }
  AllocatorContext context;
  for (const std::string& file : options.files) {
    show_progress(board.contests.size(), options.files.size(), file);
    Result<Contest, ContestError> contest =
        hold_contest(file, peer ? &*peer : nullptr, context, options.contest);
    if (!contest) {
      fmt::print(stderr, "regproof_compare: {}\n", contest.error().message);
      return 2;
    }
    board.contests.push_back(std::move(*contest));
  }
  show_progress(1, 1, "");
  if (options.json) {
    fmt::print("{}\n", json_of(board).dump(1, ' ', false,
                                           nlohmann::ordered_json::error_handler_t::replace));
  } else {
    fmt::print("{}", table_of(board, options.worst));
    for (const std::string& fault : board.faults()) fmt::print("FAULT: {}\n", fault);
  }
  return board.faults().empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Our allocator beside another one: speed and quality, taking turns in one run");
  app.add_option("FILE", options.files, "Program files")->required()->check(CLI::ExistingFile);
  app.add_option("--peer", options.peer, "The other allocator's program; without it, ours alone")
      ->check(CLI::ExistingFile);
  app.add_flag("--fast", options.fast, "The peer's single-pass allocator");
  app.add_option("--repeat", options.contest.repeats, "Timed passes of each side, at least")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--least-seconds", options.contest.least_seconds,
                 "Of each side on each file, by more passes")
      ->capture_default_str();
  app.add_flag("--peer-checks", options.contest.peer_checks,
               "Hand our answers to the peer's own checker too");
  app.add_option("--worst", options.worst, "List so many functions where we lose most");
  app.add_flag("--json", options.json, "Everything, function by function");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return compare(options);
}
