#include "fuzz_targets/input_files.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace regproof {
namespace {

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
  void operator()(DIR* folder) const { closedir(folder); }
};

// Nothing that is an input comes near; a device without an end is none.
constexpr std::size_t kMostBytes = std::size_t{1} << 28;

enum class Kind { File, Folder, Other };

Kind kind_of(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) return Kind::Other;
  return S_ISDIR(status.st_mode)   ? Kind::Folder
         : S_ISREG(status.st_mode) ? Kind::File
                                   : Kind::Other;
}

bool is_link(const std::string& path) {
  struct stat status = {};
  return lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
}

// False where a folder cannot be read. Folders that are links are left alone.
bool collect(const std::string& folder, std::vector<std::string>& files) {
  std::unique_ptr<DIR, Closer> open(opendir(folder.c_str()));
  if (!open) return false;
  while (const dirent* entry = readdir(open.get())) {
    std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    std::string path = folder + (folder.back() == '/' ? "" : "/") + name;
    Kind kind = kind_of(path);
    if (kind == Kind::File) files.push_back(path);
    if (kind == Kind::Folder && !is_link(path) && !collect(path, files)) return false;
  }
  return true;
}

}  // namespace

std::vector<std::string> files_below(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::vector<std::string> found;
    if (kind_of(path) != Kind::Folder || !collect(path, found)) files.push_back(path);
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

std::optional<std::vector<std::uint8_t>> read_input(const std::string& path) {
  if (kind_of(path) == Kind::Folder) return std::nullopt;
  std::unique_ptr<std::FILE, Closer> file(std::fopen(path.c_str(), "rb"));
  if (!file) return std::nullopt;
  std::vector<std::uint8_t> bytes;
  std::uint8_t chunk[4096] = {};
  while (std::size_t count = std::fread(chunk, 1, sizeof chunk, file.get())) {
    if (bytes.size() + count > kMostBytes) return std::nullopt;
    bytes.insert(bytes.end(), chunk, chunk + count);
  }
  if (std::ferror(file.get()) != 0) return std::nullopt;
  return bytes;
}

bool write_input(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  std::unique_ptr<std::FILE, Closer> file(std::fopen(path.c_str(), "wb"));
  if (!file) return false;
  bool written = std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size();
  return written && std::fflush(file.get()) == 0;
}

}  // namespace regproof
