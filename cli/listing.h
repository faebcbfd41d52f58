// The annotated listing: a function as its allocator answered it, block by block. Each operand with the
// place that it got, edits where they run, how many values live at each instruction, labels where their
// places begin, findings where they belong:
//
//   block1(v2i, v3i)                                     # enter: v4i
//     inst2    op use v2i reg [p0i], def v5i reg [p2i]   # 3 live
//       before inst3: move p0i -> p6i
//
// Made once, as words that know their places, and printed as text or as a page of HTML in which each
// register has a colour of its own.
//
// Cost: linear in the function and in what lives where (checker/lifetimes.h).
//
// Tested by tests/cli/explain_test.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checker/verdict.h"
#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"

namespace regproof::cli {

struct ListedWord {
  std::string text;
  Location place;  // none of words that are no places
};

struct ListedLine {
  enum class Kind : std::uint8_t { Function, Block, Inst, Edit, Label, Finding };
  Kind kind = Kind::Inst;
  std::vector<ListedWord> words;
  std::string remark;  // what lives here
};

std::vector<ListedLine> list_answer(const FunctionView& function, const Machine& machine,
                                    const Output& output, const Verdict& verdict);

std::string text_of(const std::vector<ListedLine>& lines);
// A page that needs nothing beside it; `sections` are listings of functions, in order.
std::string html_of(const std::string& title, const std::vector<std::vector<ListedLine>>& sections);

}  // namespace regproof::cli
