// The bodies that ir/text.cpp reads, one source each. Each begins behind the line that ends in `{`,
// takes the closing `}` with its line, and leaves the first error with the lexer.
#pragma once

#include <string_view>

#include "ir/lexer.h"
#include "ir/machine.h"
#include "ir/text.h"

namespace regproof {

bool read_machine(Lexer& lexer, Machine& machine);
// `spelling` is the name as it stands in the text, `place` that of the word `function`.
bool read_function(Lexer& lexer, std::string_view spelling, TextPlace place, Function& function,
                   SourceMap& source);
// Name and place are the caller's to fill in.
bool read_allocation(Lexer& lexer, AllocationText& allocation);

}  // namespace regproof
