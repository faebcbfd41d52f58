// Lines in one order on a terminal: standard output is flushed before standard error is written.
#include "cli/report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace regproof::cli {

namespace {

// A progress line is worth a system call this often.
constexpr std::chrono::milliseconds kProgressInterval{200};
constexpr std::chrono::milliseconds kProgressLineInterval{10000};  // in a file or a pipe
constexpr std::size_t kProgressWidth = 78;

}  // namespace

std::string place_text(std::string_view file, TextPlace place) {
  return fmt::format("{}:{}:{}", file, place.line, place.column);
}

std::string printable(std::string_view text) {
  std::string out;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    bool control = (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
    if (control) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

std::string quoted_name(std::string_view name) {
  std::string out = "\"";
  for (char c : name) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n' || c == '\t') {
      out += c == '\n' ? "\\x0a" : "\\x09";
    } else {
      out += c;
    }
  }
  return printable(out + '"');
}

std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += "\n  " + quoted_name(name);
  return list;
}

std::string unread_text(std::uint64_t files) {
  return files == 0 ? "" : fmt::format(", {} not read to the end", files);
}

Report::Report(Form form) : form_(form), terminal_(isatty(STDERR_FILENO) == 1) {
  // A terminal hears at once, a file only of what takes long.
  if (!terminal_) last_progress_ = std::chrono::steady_clock::now();
}

Report::~Report() {
  release();
  erase_progress();
}

void Report::result(ExitStatus status, std::string_view line) {
  status_ = worse(status_, status);
  if (form_ == Form::Json) {
    messages_.emplace_back(line);
    return;
  }
  erase_progress();
  fmt::print("{}\n", printable(line));
}

void Report::problem(ExitStatus status, std::string_view line) {
  status_ = worse(status_, status);
  if (form_ == Form::Json) messages_.emplace_back(line);
  if (holding_) {
    held_.emplace_back(line);
  } else {
    print_problem(line);
  }
}

void Report::print_problem(std::string_view line) {
  erase_progress();
  std::fflush(stdout);
  fmt::print(stderr, "{}\n", printable(line));
}

void Report::release() {
  for (const std::string& line : held_) print_problem(line);
  held_.clear();
  holding_ = false;
}

void Report::note(std::string_view line) {
  if (form_ == Form::Json) return;
  erase_progress();
  fmt::print("{}\n", printable(line));
}

void Report::progress(std::string_view line) {
  auto now = std::chrono::steady_clock::now();
  if (now - last_progress_ < (terminal_ ? kProgressInterval : kProgressLineInterval)) return;
  last_progress_ = now;
  std::fflush(stdout);
  if (!terminal_) {
    fmt::print(stderr, "  {}\n", printable(line));
    return;
  }
  fmt::print(stderr, "\r\x1b[K{}", printable(line).substr(0, kProgressWidth));
  std::fflush(stderr);
  progress_shown_ = true;
}

void Report::erase_progress() {
  if (!progress_shown_) return;
  progress_shown_ = false;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

}  // namespace regproof::cli
