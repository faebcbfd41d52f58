// The files that a command line's words mean: a file stands for itself, a folder for the files below
// it, sorted by path.
//
// Tested by tests/cli/cli_test.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/report.h"

namespace regproof::cli {

// A folder without a file, or one that cannot be read, is reported.
std::vector<std::string> files_below(const std::string& path, Report& report);
// The same for several, but of folders only the program files (.func).
std::vector<std::string> program_files(const std::vector<std::string>& paths, Report& report);

bool has_suffix(const std::string& path, std::string_view suffix);

}  // namespace regproof::cli
