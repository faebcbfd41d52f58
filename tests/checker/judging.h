// Judging small answers written as text: what the tests of the judges share.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "checker/judge.h"
#include "checker/verdict.h"
#include "ir/text.h"
#include "ir/validate.h"

namespace regproof::testing {

// Two classes with registers, scratch registers, fixed_stack ones, and slots of 1 and 2 units.
inline constexpr std::string_view kMachine = R"(
machine {
  int    p0i..p3i | p4i..p5i
  float  p0f..p3f |
  vector |
  scratch p15i
  scratch p15f
  fixed_stack p32i..p33i p32f
  spillslot_size int 1 float 2 vector 1
}
)";

struct Case {
  Machine machine;
  Function function;
  Output output;
};

// `body` is what stands between a function's braces, or a whole `machine` and function; `answer` what
// stands between an allocation's. The program must be legal; the answer need not be.
inline Case read_case(std::string_view body, std::string_view answer) {
  Case result;
  std::string text = body.find("machine {") == std::string_view::npos
                         ? std::string(kMachine) + "function \"f\" {\n" + std::string(body) + "}\n"
                         : std::string(body);
  FunctionReader functions("case.func", text);
  auto function = functions.next();
  if (!function.ok() || !function->has_value()) {
    ADD_FAILURE() << (function.ok() ? "no function" : function.error().text()) << "\n" << text;
    return result;
  }
  result.machine = (*function)->machine;
  result.function = std::move((*function)->function);
  FunctionView view = result.function.view();
  for (const Violation& violation : validate(view, result.machine)) {
    ADD_FAILURE() << "the program is not legal: " << violation.message << "\n" << text;
  }
  std::string frame = answer.find("spillslots") == std::string_view::npos ? "spillslots 0\n" : "";
  std::string allocation_text = "allocation \"f\" {\n" + frame + std::string(answer) + "}\n";
  AllocationReader allocations("case.alloc", allocation_text);
  auto allocation = allocations.next();
  if (!allocation.ok() || !allocation->has_value()) {
    ADD_FAILURE() << (allocation.ok() ? "no answer" : allocation.error().text());
    return result;
  }
  auto output = to_output(**allocation, "case.alloc", view);
  if (!output.ok()) {
    ADD_FAILURE() << output.error().text();
    return result;
  }
  result.output = std::move(*output);
  return result;
}

inline Verdict judge(const Case& c) {
  return judge_output(c.function.view(), c.machine, c.output);
}

inline std::string listing(const Verdict& verdict) {
  std::string out;
  for (const Finding& finding : verdict.findings) {
    out += std::string("  ") + name_of(finding.kind) + ": " + finding.message + "\n";
  }
  return out.empty() ? "  no findings\n" : out;
}

struct Expected {
  FindingKind kind;
  int inst = -1;     // -1: of no instruction
  int operand = -1;  // -1: of no operand
};

inline bool matches(const Finding& finding, Expected expected) {
  Inst inst = expected.inst < 0 ? Inst::none() : Inst(static_cast<std::uint32_t>(expected.inst));
  std::uint32_t operand =
      expected.operand < 0 ? kNoPlace : static_cast<std::uint32_t>(expected.operand);
  return finding.kind == expected.kind && finding.inst == inst && finding.operand == operand;
}

// There is a finding of the kind at the place, and its message has all the parts.
inline void expect_finding(const Verdict& verdict, Expected expected,
                           std::initializer_list<std::string_view> parts) {
  for (const Finding& finding : verdict.findings) {
    if (!matches(finding, expected)) continue;
    for (std::string_view part : parts) {
      EXPECT_NE(finding.message.find(part), std::string::npos)
          << "no \"" << part << "\" in: " << finding.message;
    }
    return;
  }
  ADD_FAILURE() << "expected " << name_of(expected.kind) << " at inst " << expected.inst
                << ", operand " << expected.operand << "; found\n"
                << listing(verdict);
}

// Refused for this reason.
inline void expect_refused(std::string_view body, std::string_view answer, Expected expected,
                           std::initializer_list<std::string_view> parts) {
  expect_finding(judge(read_case(body, answer)), expected, parts);
}

// Refused for this reason and no other.
inline void expect_refused_only(std::string_view body, std::string_view answer, Expected expected,
                                std::initializer_list<std::string_view> parts) {
  Verdict verdict = judge(read_case(body, answer));
  expect_finding(verdict, expected, parts);
  EXPECT_EQ(verdict.findings.size(), 1u) << listing(verdict);
}

inline void expect_accepted(std::string_view body, std::string_view answer) {
  Verdict verdict = judge(read_case(body, answer));
  EXPECT_TRUE(verdict.proven()) << listing(verdict);
}

}  // namespace regproof::testing
