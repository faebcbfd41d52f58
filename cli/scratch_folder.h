// A folder of one's own for files that others are to read, gone with the object.
#pragma once

#include <string>

namespace regproof::cli {

class ScratchFolder {
 public:
  // Throws std::runtime_error where none can be made.
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace regproof::cli
