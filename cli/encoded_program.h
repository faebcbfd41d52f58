// A program in text as an input of the fuzz targets, with the promise kept: what the bytes decode
// to is the program that they were made from.
//
// Tested by tests/cli/cli_test.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/report.h"
#include "ir/text.h"

namespace regproof::cli {

// Nothing if the function is infeasible or the bytes decode to another program; both are reported.
std::optional<std::vector<std::uint8_t>> encode_exactly(const std::string& file,
                                                        const FunctionText& text, Report& report);

}  // namespace regproof::cli
