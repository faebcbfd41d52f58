#include "cli/file_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace regproof::cli {

namespace {

bool is_folder(const std::string& path) {
  std::error_code error;
  return path != "-" && std::filesystem::is_directory(path, error);
}

std::vector<std::string> walk(const std::string& folder, std::string_view suffix, Report& report) {
  std::error_code error;
  std::vector<std::string> files;
  std::filesystem::recursive_directory_iterator entry(folder, error);
  while (!error && entry != std::filesystem::recursive_directory_iterator()) {
    std::error_code ignored;  // what vanished meanwhile is no file
    bool wanted = entry->is_regular_file(ignored) && has_suffix(entry->path().string(), suffix);
    if (wanted) files.push_back(entry->path().string());
    entry.increment(error);
  }
  if (error) {
    report.problem(ExitStatus::InvalidInput, fmt::format("{}: {}", folder, error.message()));
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    report.problem(ExitStatus::InvalidInput,
                   fmt::format("{}: no {}file in this folder", folder,
                               suffix.empty() ? "" : std::string(suffix) + " "));
  }
  return files;
}

}  // namespace

bool has_suffix(const std::string& path, std::string_view suffix) {
  return path.size() >= suffix.size() &&
         std::string_view(path).substr(path.size() - suffix.size()) == suffix;
}

std::vector<std::string> files_below(const std::string& path, Report& report) {
  return is_folder(path) ? walk(path, "", report) : std::vector<std::string>{path};
}

std::vector<std::string> program_files(const std::vector<std::string>& paths, Report& report) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    if (!is_folder(path)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found = walk(path, ".func", report);
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

}  // namespace regproof::cli
