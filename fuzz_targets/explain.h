// What people read when a target finds something: the findings, the program and the answer as text.
//
// Tested by tests/fuzz_targets/targets_test.cpp.
#pragma once

#include <string>

#include "base/result.h"
#include "checker/verdict.h"
#include "ir/output.h"
#include "ssagen/ssagen.h"

namespace regproof {

std::string explain(const Program& program, const Result<Output, AllocError>& answer,
                    const Verdict& verdict);

}  // namespace regproof
