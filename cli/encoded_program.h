// A program in text as an input of the fuzz targets, with the promise kept: what the bytes decode
// to is the program that they were made from.
//
// Tested by tests/cli/cli_test.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/report.h"
#include "fuzz_targets/property.h"
#include "ir/text.h"
#include "ssagen/ssagen.h"

namespace regproof::cli {

// The program that the target, which reads programs, makes of an input.
Program decode_input(const Target& target, std::span<const std::uint8_t> bytes);

// Nothing if the function is infeasible, and the target's inputs are not, or if the bytes decode to
// another program; both are reported.
std::optional<std::vector<std::uint8_t>> encode_exactly(const Target& target,
                                                        const std::string& file,
                                                        const FunctionText& text, Report& report);

}  // namespace regproof::cli
