// Whole files into memory and back; `-` is the standard input or output.
//
// Cost: one copy of the file. A file of 4 GiB or more is refused, since places in it would not fit.
//
// Tested by tests/cli/cli_test.cpp.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace regproof::cli {

inline constexpr std::uint64_t kMaxFileBytes = 0xffffffffu;

// Behind the message about text that is broken: reading ends there.
inline constexpr const char* kRestUnread = "; the rest of the file is not read";

struct FileError {
  std::string message;  // "PATH: what is wrong"
};

// What messages call the file: its path, or `<stdin>`.
std::string display_name(const std::string& path);

Result<std::string, FileError> read_file(const std::string& path);
// A file that is written piece by piece. Nothing is lost silently: `close` says whether all of it
// was written, and what stood in the file before stays until then or the first piece: it may be the input.
class OutputFile {
 public:
  // An empty path or `-` is the standard output.
  static Result<OutputFile, FileError> open(const std::string& path);

  // False once something could not be written.
  bool write(std::string_view bytes);
  // Nothing, or what went wrong since `open`.
  std::string close();

 private:
  struct Closer {
    void operator()(std::FILE* file) const {
      if (file != stdout) std::fclose(file);
    }
  };
  OutputFile(std::string path, std::FILE* file) : path_(std::move(path)), file_(file) {}

  void empty_once();

  std::string path_;
  std::unique_ptr<std::FILE, Closer> file_;
  bool emptied_ = false;
  int error_ = 0;  // errno of the first failed write
};

// All of it at once. Empty, or a sentence about what went wrong.
std::string write_file(const std::string& path, std::string_view bytes);

}  // namespace regproof::cli
