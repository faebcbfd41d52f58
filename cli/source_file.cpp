// Plain C streams: they read pipes and devices like files, and say why when they cannot.
#include "cli/source_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace regproof::cli {

namespace {

FileError error_of(const std::string& path, int number) {
  return {fmt::format("{}: {}", display_name(path), std::strerror(number))};
}

}  // namespace

std::string display_name(const std::string& path) {
  return path == "-" ? "<stdin>" : path;
}

Result<std::string, FileError> read_file(const std::string& path) {
  struct Closer {
    void operator()(std::FILE* file) const {
      if (file != stdin) std::fclose(file);
    }
  };
  std::unique_ptr<std::FILE, Closer> file(path == "-" ? stdin : std::fopen(path.c_str(), "rb"));
  if (!file) return error_of(path, errno);

  std::string text;
  std::array<char, 1 << 16> chunk;
  for (;;) {
    std::size_t got = std::fread(chunk.data(), 1, chunk.size(), file.get());
    if (got == 0) break;
    text.append(chunk.data(), got);
    if (text.size() > kMaxFileBytes) {
      return FileError{fmt::format("{}: larger than 4 GiB", display_name(path))};
    }
  }
  if (std::ferror(file.get())) return error_of(path, errno);
  return text;
}

Result<OutputFile, FileError> OutputFile::open(const std::string& path) {
  if (path.empty() || path == "-") return OutputFile("<stdout>", stdout);
  int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  std::FILE* file = descriptor < 0 ? nullptr : fdopen(descriptor, "wb");
  if (!file) return error_of(path, errno);
  return OutputFile(path, file);
}

void OutputFile::empty_once() {
  if (std::exchange(emptied_, true)) return;
  struct stat status;
  int descriptor = fileno(file_.get());
  bool is_regular =
      file_.get() != stdout && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  if (is_regular && ftruncate(descriptor, 0) != 0) error_ = errno;
}

bool OutputFile::write(std::string_view bytes) {
  if (error_ != 0 || bytes.empty()) return error_ == 0;
  empty_once();
  if (error_ != 0) return false;
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) error_ = errno;
  return error_ == 0;
}

std::string OutputFile::close() {
  empty_once();
  if (error_ == 0 && std::fflush(file_.get()) != 0) error_ = errno;
  std::FILE* file = file_.release();
  if (file != stdout && std::fclose(file) != 0 && error_ == 0) error_ = errno;
  return error_ == 0 ? std::string() : fmt::format("{}: {}", path_, std::strerror(error_));
}

std::string write_file(const std::string& path, std::string_view bytes) {
  Result<OutputFile, FileError> file = OutputFile::open(path);
  if (!file) return file.error().message;
  file->write(bytes);
  return file->close();
}

}  // namespace regproof::cli
