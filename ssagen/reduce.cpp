#include "ssagen/reduce.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>

#include "ir/feasible.h"
#include "ssagen/reduce_dimensions.h"
#include "ssagen/sketch.h"

namespace regproof {
namespace {

class Reducer {
 public:
  Reducer(const Program& program, const std::function<bool(const Program&)>& holds,
          const ReduceOptions& options)
      : program_(program), holds_(holds), options_(options) {
    FunctionView function = program.function.view();
    feasible_ = !find_infeasible(function, program.machine);
    best_ = sketch_of(function, program.machine);
    size_ = size_of_program(function, program.machine);
    progress_.insts = function.inst_count();
    progress_.size = size_;
  }

  Program run() {
    bool shrunk = true;
    while (shrunk && !exhausted()) {
      shrunk = false;
      for (const Dimension& dimension : reduce_dimensions()) {
        progress_.dimension = dimension.name;
        shrunk |= shrink_along(dimension);
      }
    }
    return best_program_ ? std::move(*best_program_) : program_;
  }

 private:
  bool exhausted() const {
    return progress_.asked >= options_.max_asked || (options_.stopped && options_.stopped());
  }

  // Tries to do without runs of the dimension's things, long runs first: all, then powers of two, since faults may depend on
  // where things stand by such numbers. (second_chunk_unseen of faults/: 96 instructions where halves of what there is leave 448.)
  bool shrink_along(const Dimension& dimension) {
    bool shrunk = false;
    for (std::size_t run = dimension.count(best_); run > 0 && !exhausted();
         run = std::bit_floor(run - 1)) {
      // From the end, so that what stands before a run keeps its place when the run goes.
      for (std::size_t end = dimension.count(best_); end > 0 && !exhausted();) {
        std::size_t first = end > run ? end - run : 0;
        shrunk |= ask(dimension, first, end);
        end = std::min(first, dimension.count(best_));
      }
    }
    return shrunk;
  }

  bool ask(const Dimension& dimension, std::size_t first, std::size_t end) {
    Sketch candidate = best_;
    for (std::size_t k = end; k > first; --k) dimension.simplify(candidate, k - 1);
    Program program = finish(candidate, feasible_);
    FunctionView function = program.function.view();
    std::size_t size = size_of_program(function, program.machine);
    bool taken = size < size_ && question(program);
    if (taken) {
      best_ = sketch_of(function, program.machine);
      size_ = size;
      ++progress_.taken;
      progress_.insts = function.inst_count();
      progress_.size = size;
      best_program_ = std::move(program);
    }
    if (options_.progress) options_.progress(progress_);
    return taken;
  }

  bool question(const Program& program) {
    ++progress_.asked;
    return holds_(program);
  }

  const Program& program_;
  const std::function<bool(const Program&)>& holds_;
  const ReduceOptions& options_;
  bool feasible_ = true;
  Sketch best_;                          // the smallest so far
  std::optional<Program> best_program_;  // made of it; none while it is the first one
  std::size_t size_ = 0;
  ReduceProgress progress_;
};

std::size_t size_of_inst(const FunctionView& function, Inst inst) {
  std::size_t size = 16 + function.clobbers(inst).size();
  for (const Operand& op : function.operands(inst)) {
    size += 8 + (op.constraint() == Constraint::Any   ? 0
                 : op.constraint() == Constraint::Reg ? 1
                                                      : 2);
    size += op.is_use() == op.is_late() ? 1 : 0;  // early uses and late defs are the plain ones
    if (op.constraint() == Constraint::In) size += function.reg_set(op.reg_set()).size();
  }
  return size;
}

}  // namespace

std::size_t size_of_program(const FunctionView& function, const Machine& machine) {
  std::size_t size = function.block_count() * 8 + function.edge_count() * 8;
  for (Inst inst : function.insts()) size += size_of_inst(function, inst);
  for (Block b : function.blocks()) {
    size += function.params(b).size() * 8 + (function.frequency(b) != 0 ? 1 : 0);
  }
  size += function.argument_array.size() * 2 + function.vreg_count();
  for (const Recipe& recipe : function.recipes) {
    size += 4 + recipe.input_count * std::size_t{2} + function.reg_set(recipe.clobbers).size();
    size += (recipe.has_reuse() ? 1 : 0) + (recipe.cost > 1 ? 1 : 0);
  }
  size += function.rematerializable.size() + function.debug_labels.size() * 4;
  size += (function.multiple_defs ? 1 : 0) + function.name.size();
  for (RegClass cls : kClasses) {
    std::size_t of_class = machine.allocatable(cls).size() + machine.fixed_stack.of(cls).size();
    size += of_class * (cls == RegClass::Int ? 1 : 2);
    size += machine.scratch_of(cls).valid() ? 1 : 0;
    size += machine.slot_size_of(cls) - 1;
  }
  for (RegClass cls : function.vreg_classes) size += cls == RegClass::Int ? 0 : 1;
  return size + machine.non_preferred.size() + (machine.slot_named_by_last ? 1 : 0);
}

Program reduce(const Program& program, const std::function<bool(const Program&)>& holds,
               const ReduceOptions& options) {
  return Reducer(program, holds, options).run();
}

}  // namespace regproof
