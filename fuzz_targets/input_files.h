// Files and folders of inputs, by the calls of POSIX alone: MSan knows what these write, and not what the functions
// behind std::filesystem and streams do.
//
// Tested by tests/fuzz_targets/replay_test.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace regproof {

// The regular files at and below the paths, those below a folder sorted by name; a path that is neither is kept, so that
// reading it fails loudly.
std::vector<std::string> files_below(const std::vector<std::string>& paths);

// None where it cannot be read or is a folder.
std::optional<std::vector<std::uint8_t>> read_input(const std::string& path);
bool write_input(const std::string& path, const std::vector<std::uint8_t>& bytes);

}  // namespace regproof
