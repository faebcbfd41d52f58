// Are the function's arrays what ir/function.h says? Everything else reads them unchecked. See
// ir/validate.cpp for the rules.
//
// Tested by tests/ir/validate_arrays_test.cpp.
#include <algorithm>
#include <string>

#include "ir/names.h"
#include "ir/validate_report.h"

namespace regproof::validation {
namespace {

void inconsistent(Report& report, Place place, const std::string& wrong) {
  report.add(Rule::ArraysInconsistent, place, wrong);
}

void check_limit(const char* what, std::size_t count, std::size_t limit, Report& report) {
  if (count <= limit) return;
  report.add(Rule::TooLarge, {},
             std::to_string(count) + " " + what + ", expected at most " + std::to_string(limit));
}

void check_limits(const FunctionView& function, Report& report) {
  check_limit("blocks", function.block_count(), kMaxBlocks, report);
  check_limit("instructions", function.inst_count(), kMaxInsts, report);
  check_limit("operands", function.operand_array.size(), kMaxOperands, report);
  check_limit("virtual registers", function.vreg_count(), kMaxVRegs, report);
  check_limit("register sets", function.reg_sets.size(), kMaxRegSets, report);
  // Places in these arrays are 32 bits wide.
  check_limit("edges", function.edge_count(), 0xfffffffeu, report);
  check_limit("block parameters", function.param_array.size(), 0xffffffffu, report);
  check_limit("branch arguments", function.argument_array.size(), 0xffffffffu, report);
  check_limit("predecessors", function.predecessor_array.size(), 0xffffffffu, report);
}

// The numbers `first(record)` start at 0, never descend and end at `size`: each record's range lies
// in its array and the sentinel closes the last.
template <class Record, class First>
void check_ranges(const char* records_name, const char* what, std::span<const Record> records,
                  First first, std::size_t size, Report& report) {
  auto at = [&](std::size_t i) { return static_cast<std::size_t>(first(records[i])); };
  auto wrong = [&](std::size_t i, const std::string& expected) {
    inconsistent(report, {},
                 std::string(what) + " of " + records_name + " record " + std::to_string(i) +
                     " start at " + std::to_string(at(i)) + ", expected " + expected);
  };
  if (at(0) != 0) wrong(0, "0");
  for (std::size_t i = 1; i < records.size(); ++i) {
    if (report.full()) return;
    if (at(i) < at(i - 1)) wrong(i, std::to_string(at(i - 1)) + " or more");
  }
  if (at(records.size() - 1) != size) wrong(records.size() - 1, std::to_string(size));
}

void check_all_ranges(const FunctionView& f, Report& report) {
  auto blocks = [&](const char* what, auto first, std::size_t size) {
    check_ranges("block", what, f.block_records, first, size, report);
  };
  blocks(
      "instructions", [](const BlockRecord& b) { return b.first_inst.value(); }, f.inst_count());
  blocks(
      "edges", [](const BlockRecord& b) { return b.first_edge.value(); }, f.edge_count());
  blocks(
      "predecessors", [](const BlockRecord& b) { return b.first_predecessor; },
      f.predecessor_array.size());
  blocks(
      "parameters", [](const BlockRecord& b) { return b.first_param; }, f.param_array.size());
  check_ranges(
      "instruction", "operands", f.inst_records,
      [](const InstRecord& i) { return i.first_operand; }, f.operand_array.size(), report);
  check_ranges(
      "edge", "arguments", f.edge_records, [](const EdgeRecord& e) { return e.first_argument; },
      f.argument_array.size(), report);
}

// Each predecessor list holds its block's incoming edges, ascending; together they are all edges
// whose target exists.
void check_edges(const FunctionView& f, Report& report) {
  std::size_t arriving = 0;
  for (Block block : f.blocks()) {
    if (report.full()) return;
    for (Edge e : f.successors(block)) {
      if (f.target(e).value() < f.block_count()) ++arriving;
      if (f.source(e) == block) continue;
      inconsistent(report, {block, {}, kNoOperand},
                   "edge " + std::to_string(e.value()) + " stands among this block's edges and " +
                       "names another source");
    }
    Edge last;
    for (Edge e : f.predecessors(block)) {
      bool arrives = e.value() < f.edge_count() && f.target(e) == block;
      if (!arrives || (last.valid() && !(last < e))) {
        inconsistent(report, {block, {}, kNoOperand},
                     "edge " + std::to_string(e.value()) + " stands among the predecessors, " +
                         "expected edges to this block, ascending");
      }
      last = e;
    }
  }
  if (arriving != f.predecessor_array.size()) {
    inconsistent(report, {},
                 std::to_string(f.predecessor_array.size()) +
                     " predecessors are listed, expected " + std::to_string(arriving));
  }
}

void check_operand(const FunctionView& f, Place place, Operand operand, Report& report) {
  Constraint constraint = operand.constraint();
  bool plain = constraint == Constraint::Any || constraint == Constraint::Reg ||
               constraint == Constraint::Stack;
  if (plain && operand.payload() != 0) {
    inconsistent(report, place,
                 "the operand has the payload " + std::to_string(operand.payload()) +
                     ", which its constraint does not know, expected 0");
  }
  if (constraint == Constraint::In && operand.payload() >= f.reg_sets.size()) {
    inconsistent(report, place,
                 "register set " + std::to_string(operand.payload()) +
                     " does not exist, expected " + "a number below " +
                     std::to_string(f.reg_sets.size()));
  }
  if (operand.is_pin() && (operand.is_def() || operand.is_late())) {
    inconsistent(report, place, "a pin is marked as def or as late, expected an early use");
  }
}

void check_insts(const FunctionView& f, Report& report) {
  for (Inst inst : f.insts()) {
    if (report.full()) return;
    Place place{{}, inst, kNoOperand};
    const InstRecord& record = f.inst_records[inst.value()];
    if (record.kind() > InstKind::Ret) {
      inconsistent(report, place, "the instruction is no op, branch or ret");
    }
    if (record.clobbers().value() >= f.reg_sets.size()) {
      inconsistent(report, place,
                   "clobber set " + std::to_string(record.clobbers().value()) +
                       " does not exist, expected a number below " +
                       std::to_string(f.reg_sets.size()));
    }
    auto operands = f.operands(inst);
    if (operands.size() > kMaxOperandsOfInst) {
      report.add(Rule::TooLarge, place,
                 std::to_string(operands.size()) + " operands, expected at most " +
                     std::to_string(kMaxOperandsOfInst));
    }
    for (Operand operand : operands) {
      ++place.operand;  // from none to 0
      check_operand(f, place, operand, report);
    }
  }
}

bool is_legal_input(Operand input) {
  if (input.is_pin())
    return input == Operand::pin(input.preg()) && input.preg().value() < kRegCount;
  return input == Operand::use(input.vreg(), Constraint::Reg);
}

void check_recipes(const FunctionView& f, Report& report) {
  for (std::size_t i = 0; i < f.recipes.size() && !report.full(); ++i) {
    const Recipe& recipe = f.recipes[i];
    std::string name =
        "recipe " + std::to_string(i) + ", of v" + std::to_string(recipe.value.value());
    if (i > 0 && !(f.recipes[i - 1].value < recipe.value)) {
      inconsistent(report, {}, name + ", stands out of order, expected ascending values");
    }
    if (recipe.first_input > f.recipe_inputs.size() ||
        recipe.input_count > f.recipe_inputs.size() - recipe.first_input ||
        recipe.input_count > kMaxRecipeInputs) {
      inconsistent(report, {}, name + ", has inputs beyond the array or too many");
      continue;
    }
    if (recipe.clobbers.value() >= f.reg_sets.size()) {
      inconsistent(report, {}, name + ", has a clobber set that does not exist");
    }
    if (recipe.cost == 0) inconsistent(report, {}, name + ", costs nothing, expected 1 or more");
    auto inputs = f.inputs(recipe);
    if (!std::all_of(inputs.begin(), inputs.end(), is_legal_input)) {
      inconsistent(report, {},
                   name + ", has an input that is neither a use in any register nor a pin");
    }
  }
}

void check_vregs(const FunctionView& f, Report& report) {
  for (std::size_t v = 0; v < f.vreg_classes.size() && !report.full(); ++v) {
    if (f.vreg_classes[v] > RegClass::None) {
      inconsistent(report, {},
                   "v" + std::to_string(v) + " has the class number " +
                       std::to_string(static_cast<unsigned>(f.vreg_classes[v])) +
                       ", expected int, float, vector or none");
    }
  }
  auto remats = f.rematerializable;
  for (std::size_t i = 1; i < remats.size() && !report.full(); ++i) {
    if (remats[i - 1] < remats[i]) continue;
    inconsistent(report, {},
                 "v" + std::to_string(remats[i].value()) +
                     " stands out of order among the rematerializable, expected ascending numbers");
  }
}

}  // namespace

void check_arrays(const FunctionView& function, Report& report) {
  if (function.block_records.size() < 2) {
    inconsistent(report, {}, "there is no block, expected one and the sentinel record");
  }
  if (function.inst_records.empty() || function.edge_records.empty()) {
    inconsistent(report, {}, "instructions or edges have no sentinel record, expected one each");
  }
  if (function.reg_sets.empty() || !function.reg_sets.front().empty()) {
    inconsistent(report, {}, "the first register set is missing or holds registers, expected none");
  }
  if (!report.empty()) return;
  check_limits(function, report);
  if (report.empty()) check_all_ranges(function, report);
  if (!report.empty()) return;
  check_edges(function, report);
  check_insts(function, report);
  check_vregs(function, report);
  check_recipes(function, report);
}

}  // namespace regproof::validation
