// What the interpreter (checker/interpreter.h) keeps while it runs a path. interpreter.cpp runs it,
// interpreter_report.cpp says what went wrong.
//
// Tested by tests/checker/interpreter_test.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checker/answer_index.h"
#include "checker/concrete_state.h"
#include "checker/concrete_values.h"
#include "checker/interpreter.h"
#include "checker/label_watch.h"
#include "checker/path_chooser.h"
#include "checker/place_history.h"

namespace regproof {

// How a value with a recipe is made.
enum class Making : std::uint8_t {
  ByInstruction,  // no recipe
  OfNothing,      // one and the same whenever it is made
  OfValues,
};

// As to_string, of a register that need not exist, too.
std::string place_name(Location place);

struct Interpreter::State {
  FunctionView function;
  Machine machine;
  const Output& output;
  AnswerIndex answer;
  LabelWatch labels;
  PathChooser path;
  ConcreteState after;
  std::vector<Promise> before;      // by vreg number
  std::vector<Making> making;       // likewise
  std::vector<std::uint32_t> defs;  // scratch: an instruction's defs, in writing order
  std::vector<Promise> passed;      // scratch: an edge's arguments
  std::uint64_t steps = 0;
  VReg missed;  // the value that the mismatch is about

  State(const FunctionView& f, const Machine& m, const Output& o)
      : function(f),
        machine(m),
        output(o),
        answer(function, o),
        labels(function, o),
        path(function),
        after(machine, o.spillslots, answer.named_slots()),
        making(f.vreg_count(), Making::ByInstruction) {
    for (VReg v : f.rematerializable) {
      if (v.value() < making.size()) making[v.value()] = Making::OfNothing;
    }
    for (const Recipe& recipe : f.recipes) {
      if (recipe.value.value() >= making.size()) continue;
      making[recipe.value.value()] = Making::OfNothing;
      for (Operand input : f.inputs(recipe)) {
        if (!input.is_pin()) making[recipe.value.value()] = Making::OfValues;
      }
    }
  }

  void start();
  std::optional<Finding> run_path(std::uint32_t max_steps);
  std::optional<Finding> run_block(Block block, std::uint64_t max_steps);
  std::optional<Finding> run_edits(ProgPoint point);
  std::optional<Finding> run_edit(std::uint32_t index);
  std::optional<Finding> read_inputs(std::uint32_t index, const Recipe& recipe);
  std::uint64_t made_by_recipe(VReg v) const;
  std::uint64_t made_by_inst(VReg v) const;
  std::optional<Finding> execute(Inst inst);
  std::optional<Finding> check_reuses(Inst inst) const;
  std::optional<Finding> read_uses(Inst inst, OperandPos pos);
  std::optional<Finding> late_phase(Inst inst);
  int late_events(Inst inst) const;
  void list_defs(Inst inst);
  void write_early_defs(Inst inst);
  void write_all_defs(Inst inst);
  void write_def(Inst inst, std::uint32_t operand);
  void strike(Inst inst);
  void make_values(Inst inst);
  void publish_values(Inst inst);
  void pass(Edge edge);
  std::optional<Finding> check_labels(ProgPoint point);

  // The report.
  std::string describe(Held held) const;
  std::string describe(Writer writer) const;
  std::string describe(const FirstWrong& wrong) const;
  std::string describe_overwriting(const FirstWrong& wrong) const;
  Finding mismatch(std::string where, VReg expected, Location place);
  void blame(Finding& finding, std::uint32_t max_steps) const;

  std::uint64_t made_by = 0;  // hash of the running instruction and what it read
};

}  // namespace regproof
