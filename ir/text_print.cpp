// Writes machines, functions and answers, appended to a string. One way to write each thing, so
// equal programs have equal texts (but for the numbers of sets, which no text shows).
//
// Holds for what the text can say: names of UTF-8 text without control bytes, vregs with a class,
// registers of the 192 there are.
//
// Tested by tests/ir/text_test.cpp and the `text` target.
#include <charconv>

#include "ir/lexer.h"
#include "ir/names.h"
#include "ir/text.h"

namespace regproof {
namespace {

void append_number(std::uint32_t n, std::string& out) {
  char digits[10];
  auto [end, status] = std::to_chars(digits, digits + sizeof digits, n);
  static_cast<void>(status);
  out.append(digits, end);
}

// The fewest digits that give the same double back.
void append_number(double n, std::string& out) {
  char digits[32] = {};  // what fills it is compiled without MSan
  auto [end, status] = std::to_chars(digits, digits + sizeof digits, n);
  static_cast<void>(status);
  out.append(digits, end);
}

void append_vreg(VReg v, const FunctionView& function, std::string& out) {
  out += 'v';
  append_number(v.value(), out);
  RegClass cls = function.vreg_class(v);
  if (cls != RegClass::None) out += suffix_of(cls);
}

void append_vregs(std::span<const VReg> vregs, const char* separator, const FunctionView& function,
                  std::string& out) {
  const char* before = "";
  for (VReg v : vregs) {
    out += before;
    append_vreg(v, function, out);
    before = separator;
  }
}

void append_inst(Inst inst, std::string& out) {
  out += "inst";
  append_number(inst.value(), out);
}

void append_location(Location location, std::string& out) {
  if (location.is_reg()) {
    out += to_string(location.as_reg());
  } else if (location.is_stack()) {
    out += "stack";
    append_number(location.as_stack().value(), out);
  } else {
    out += "none";
  }
}

void print_recipe(const FunctionView& function, const Recipe& recipe, std::string& out) {
  out += "  recipe ";
  append_vreg(recipe.value, function, out);
  out += " = (";
  const char* before = "";
  for (const Operand& input : function.inputs(recipe)) {
    out += before;
    if (input.is_pin()) {
      out += to_string(input.preg());
    } else {
      append_vreg(input.vreg(), function, out);
    }
    before = ", ";
  }
  out += ") cost ";
  append_number(std::uint32_t{recipe.cost}, out);
  const RegSet& clobbers = function.reg_set(recipe.clobbers);
  if (!clobbers.empty()) out += " clobbers " + to_string(clobbers);
  if (recipe.has_reuse()) {
    out += " reuse ";
    append_number(std::uint32_t{recipe.reuse}, out);
  }
  out += '\n';
}

void print_head(const FunctionView& function, std::string& out) {
  out += "function \"" + escape(function.name) + "\" {\n";
  if (function.multiple_defs) out += "  multiple_defs\n";
  if (!function.rematerializable.empty()) {
    out += "  rematerializable ";
    append_vregs(function.rematerializable, " ", function, out);
    out += '\n';
  }
  for (const Recipe& recipe : function.recipes) print_recipe(function, recipe, out);
  for (const DebugLabel& label : function.debug_labels) {
    out += "  debug ";
    append_vreg(label.vreg, function, out);
    out += ' ';
    append_inst(label.from, out);
    out += "..";
    append_inst(label.to, out);
    out += " = ";
    append_number(label.label, out);
    out += '\n';
  }
}

void print_block_header(const FunctionView& function, Block block, std::string& out) {
  out += "  block";
  append_number(block.value(), out);
  out += '(';
  append_vregs(function.params(block), ", ", function, out);
  out += ')';
  if (function.frequency(block) != 0) {
    out += " frequency ";
    append_number(function.frequency(block), out);
  }
  out += ":\n";
}

void print_targets(const FunctionView& function, Block block, std::string& out) {
  const char* before = " -> ";
  for (Edge edge : function.successors(block)) {
    out += before;
    out += "block";
    append_number(function.target(edge).value(), out);
    out += '(';
    append_vregs(function.arguments(edge), ", ", function, out);
    out += ')';
    before = ", ";
  }
}

void print_inst(const FunctionView& function, Block block, Inst inst, std::string& out) {
  InstKind kind = function.kind(inst);
  out += kind == InstKind::Op ? "    op" : kind == InstKind::Branch ? "    branch" : "    ret";
  const char* before = " ";
  for (const Operand& operand : function.operands(inst)) {
    out += before;
    out += to_string(operand, function);
    before = ", ";
  }
  if (!function.clobbers(inst).empty()) out += " ; clobber " + to_string(function.clobbers(inst));
  if (kind == InstKind::Branch) print_targets(function, block, out);
  out += '\n';
}

// Edits from `next` on that stand at or before `point`. Edits in no order stay in the order they
// have.
void print_edits(const FunctionView& function, const Output& output, ProgPoint point,
                 std::size_t& next, std::string& out) {
  for (; next < output.edits.size() && output.edits[next].point <= point; ++next) {
    const Edit& edit = output.edits[next];
    out += "  " + to_string(edit.point) + ": " + to_string(edit, function) + '\n';
  }
}

void print_list(const Output& output, Inst inst, std::string& out) {
  std::span<const Location> locations = output.locations_of(inst);
  if (locations.empty()) return;
  out += "  ";
  append_inst(inst, out);
  const char* before = ": ";
  for (Location location : locations) {
    out += before;
    append_location(location, out);
    before = ", ";
  }
  out += '\n';
}

void print_spaced(const std::string& text, std::string& out) {
  if (!text.empty()) out += ' ' + text;
}

}  // namespace

void print_machine(const Machine& machine, std::string& out) {
  out += "machine {\n";
  RegSet scratch;
  for (RegClass cls : kClasses) {
    out += std::string("  ") + name_of(cls);
    print_spaced(to_string(machine.preferred.of(cls)), out);
    out += " |";
    print_spaced(to_string(machine.non_preferred.of(cls)), out);
    out += '\n';
    if (machine.scratch_of(cls).valid()) scratch.add(machine.scratch_of(cls));
  }
  if (!scratch.empty()) out += "  scratch";
  scratch.for_each([&](PReg reg) { out += ' ' + to_string(reg); });
  if (!scratch.empty()) out += '\n';
  if (!machine.fixed_stack.empty()) out += "  fixed_stack " + to_string(machine.fixed_stack) + '\n';
  out += "  spillslot_size";
  for (RegClass cls : kClasses) {
    out += std::string(" ") + name_of(cls) + ' ' + std::to_string(machine.slot_size_of(cls));
  }
  out += '\n';
  if (machine.slot_named_by_last) out += "  spillslot_named_by last\n";
  out += "}\n";
}

void print_function(const FunctionView& function, std::string& out) {
  print_head(function, out);
  for (Block block : function.blocks()) {
    print_block_header(function, block, out);
    for (Inst inst : function.insts(block)) print_inst(function, block, inst, out);
  }
  out += "}\n";
}

void print_allocation(const FunctionView& function, const Output& output, std::string& out) {
  out += "allocation \"" + escape(function.name) + "\" {\n  spillslots ";
  append_number(output.spillslots, out);
  out += '\n';
  std::size_t next_edit = 0;
  for (Inst inst : function.insts()) {
    print_edits(function, output, ProgPoint::before(inst), next_edit, out);
    print_list(output, inst, out);
    print_edits(function, output, ProgPoint::after(inst), next_edit, out);
  }
  print_edits(function, output, ProgPoint::from_bits(0xffffffffu), next_edit, out);
  for (const DebugLocation& debug : output.debug_locations) {
    out += "  debug ";
    append_number(debug.label, out);
    out += ": " + to_string(debug.from) + " .. " + to_string(debug.to) + " in ";
    append_location(debug.location, out);
    out += '\n';
  }
  out += "}\n";
}

}  // namespace regproof
