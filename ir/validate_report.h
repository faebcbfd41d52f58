// What the parts of the validator share: the list that they report to, and their entry points. Part
// of ir/validate.cpp; nobody else includes it.
#pragma once

#include <string>
#include <vector>

#include "ir/cfg.h"
#include "ir/function.h"
#include "ir/machine.h"
#include "ir/validate.h"

namespace regproof::validation {

// More than this many violations of one program help nobody.
inline constexpr std::size_t kMaxViolations = 1000;

struct Place {
  Block block;
  Inst inst;
  std::uint32_t operand = kNoOperand;
};

class Report {
 public:
  // `wrong` says what is wrong and what is expected; the place is put before it.
  void add(Rule rule, Place place, const std::string& wrong);

  bool empty() const { return violations_.empty(); }
  bool full() const { return violations_.size() >= kMaxViolations; }

  // In the order of blocks, instructions and operands; before them what stands in no block and
  // concerns all, behind them what stands beside the code.
  std::vector<Violation> sorted() &&;

 private:
  std::vector<Violation> violations_;
};

// Each reports until the list is full. All but the first two assume what `check_arrays` has found
// to be right: ranges ascend and end where their arrays end; edges, predecessors and register sets
// that are named exist, classes too. Edge targets and vregs may be any number.
void check_machine(const Machine& machine, Report& report);
void check_arrays(const FunctionView& function, Report& report);
void check_control(const FunctionView& function, Report& report);
void check_values(const FunctionView& function, const Machine& machine, const Cfg& cfg,
                  Report& report);
void check_operands(const FunctionView& function, const Machine& machine, Report& report);

}  // namespace regproof::validation
