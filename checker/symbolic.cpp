// Why no finding means correct.
//
// Claim. Take a run of the program before allocation and the run of the answer along the same path.
// If neither judge has a finding, every operand that is read, read in the answer, yields the value
// that it yields before allocation; and so, by induction over the run, the two do the same.
//
// What is tracked. For each reachable point, a relation R between cells (registers; slots as a range
// of units) and values of the program. (c, v) in R promises: whenever a run stands at this point,
// c holds the value that v last received in this run. A value may be promised in many cells and a
// cell may promise many values, so copies that an allocator leaves out need no excuse.
//
// Lattice. Sets of such pairs, ordered by inclusion; the meet of several edges is the intersection.
// A block that no edge has reached yet holds all pairs (top). The entry starts with the empty set:
// nothing is known of any place, whatever jumps back to it. Sets at heads of blocks only shrink, so
// the iteration ends; it starts optimistic and visits a block whenever its set has shrunk and once
// when the first edge arrives, so where it ends all equations hold, in whatever order it went.
//
// Changes, each keeping the promise:
//   move a -> b       b promises what a promised, of the class that the registers of the move have,
//                     nothing else. A source of which nothing is known makes b unknown.
//   remat v as w -> r the class's scratch register is unknown; then r promises w, if w has the recipe
//                     v by the input program (checker/recipes.h), nothing otherwise.
//   instruction       early uses are read; early defs written; clobbered registers become unknown;
//                     late uses are read; late defs written; scratch registers become unknown.
//   def of v in c     v received a new value: no cell promises v; then c promises v alone, and
//                     nothing if c cannot hold v's class. Every def is written, read or not. Defs of
//                     one instruction do not share cells at one phase, by the other judge, so the
//                     order in which the machine writes them is no matter.
//   writing a cell    erases each cell that shares a unit with it.
//   edge with b(a..)  all parameters receive their arguments at once: for each cell, from its old
//                     promises, the parameters whose argument it promised; old promises of the
//                     parameters are dropped, then these are added.
//
// Constants. A value with a recipe is the same whenever it is made, so (c, k) in R, for the constant k
// that its recipe makes, promises: c holds k. A def of a value that has a recipe and a remat promise
// the constant besides the value, moves hand it on, and no def nor edge takes it back; behind an edge
// it promises all values with that recipe, too. Who asks for a
// value is content with its constant, be it of another iteration or recomputed ahead of the def.
//
// What is checked. Each use of a reachable block, when it is read, against the promises of its cell;
// the terminator's like any other's, and its defs are written before its edges are crossed. A cell
// that a debug location claims, at each point (symbolic_debug). Unreachable blocks never run, so
// their values are not checked; their local rules are.
//
// What is dropped. At heads of blocks, promises that nobody will ask for (symbolic_demand): the
// iteration starts from those that somebody will. Dropping a promise can refuse a good answer, never
// pass a wrong one, so the argument does not rest on what is asked for, nor on dominators or on the
// order of blocks, layout order included.
//
// Assumptions. The program is legal (ir/validate.h): classes of arguments and parameters agree, one
// def per value. The other judge has no finding: operands stand in places that exist, edits are
// ordered and run where they stand. The machine does what docs/text.md says: an instruction writes
// its defs, its clobbers and the scratch registers, an edit its destination, nothing else is written.
#include "checker/symbolic.h"

#include "checker/blame.h"
#include "checker/places.h"
#include "checker/symbolic_debug.h"
#include "checker/symbolic_demand.h"
#include "checker/symbolic_flow.h"
#include "ir/names.h"

namespace regproof {
namespace {

// To find out what wrong places hold; where it does not suffice, they hold "nothing known".
constexpr std::uint64_t kMostWorkForMessages = 20'000'000;

class UseReporter : public Watcher {
 public:
  UseReporter(const FunctionView& function, const Output& output, const Cells& cells,
              const ValueState& state, const WrongReads& wrong, Blame& blame, Findings& findings)
      : function_(function),
        output_(output),
        cells_(cells),
        state_(state),
        wrong_(wrong),
        blame_(blame),
        findings_(findings) {}

  void reads(Inst inst, std::uint32_t operand) {
    if (!wrong_.uses[function_.first_operand(inst) + operand] || findings_.full()) return;
    Operand op = function_.operands(inst)[operand];
    Cell cell = cells_.operand_cells(inst)[operand];
    Location location = output_.locations_of(inst)[operand];
    FindingKind kind =
        state_.knows_anything(cell) ? FindingKind::WrongValue : FindingKind::UndefinedValue;
    findings_.add({kind, inst, operand, kNoPlace, location,
                   describe(inst, operand, function_) + ": " + describe(location) +
                       " should hold " + to_string(op.vreg(), function_) + " but holds " +
                       describe_values(state_, cell, function_) + blame_.of_use(inst, op, cell)});
  }

 private:
  const FunctionView& function_;
  const Output& output_;
  const Cells& cells_;
  const ValueState& state_;
  const WrongReads& wrong_;
  Blame& blame_;
  Findings& findings_;
};

class FailedUses : public Watcher {
 public:
  FailedUses(const FunctionView& function, std::vector<bool>& uses)
      : function_(function), uses_(uses) {}
  void failed_use(Inst inst, std::uint32_t operand) {
    uses_[function_.first_operand(inst) + operand] = true;
  }

 private:
  const FunctionView& function_;
  std::vector<bool>& uses_;
};

WrongReads find_wrong_reads(const FunctionView& function, const Output& output, const Cells& cells,
                            const Flow& flow) {
  WrongReads wrong;
  wrong.claims = untrue_claims(function, output, cells, flow);
  wrong.any = !wrong.claims.empty();
  for (Block block : function.blocks()) wrong.any |= flow.has_failed_use(block);
  if (!wrong.any) return wrong;
  wrong.blocks.assign(function.block_count(), false);
  wrong.uses.assign(function.operand_array.size(), false);
  for (const UntrueClaim& untrue : wrong.claims) {
    wrong.blocks[function.block_of(untrue.point.inst()).value()] = true;
  }
  ValueState state(function, cells);
  FailedUses failed(function, wrong.uses);
  for (Block block : function.blocks()) {
    if (!flow.has_failed_use(block)) continue;
    wrong.blocks[block.value()] = true;
    state.load(flow.facts_at(block));
    flow.steps().run_block(block, state, failed);
  }
  return wrong;
}

// `flow` knows what the places in question hold.
void report(const FunctionView& function, const Machine& machine, const Output& output,
            const Cells& cells, const Flow& flow, const WrongReads& wrong, Findings& findings) {
  Blame blame(function, machine, output, cells, flow);
  ValueState state(function, cells);
  UseReporter reporter(function, output, cells, state, wrong, blame, findings);
  for (Block block : function.blocks()) {
    if (!wrong.blocks[block.value()]) continue;
    state.load(flow.facts_at(block));
    flow.steps().run_block(block, state, reporter);
  }
  report_untrue_claims(function, output, cells, flow, wrong, blame, findings);
}

}  // namespace

// An answer is judged by the facts that its reads ask for. Only where it is wrong, whatever else the
// places in question hold is found out, for the messages.
void check_symbolic(const FunctionView& function, const Machine& machine, const Output& output,
                    std::vector<Finding>& findings) {
  Cells cells(function, machine, output);
  Steps steps(function, machine, cells);
  BlockOrder order = order_blocks(function);
  Homes homes = find_homes(function, cells.recipes(), order);
  Demand demand(function, output, cells, steps, order, homes);
  Flow flow(function, cells, steps, order, homes, demand.of_reads(), {});
  flow.solve(~std::uint64_t{0});
  WrongReads wrong = find_wrong_reads(function, output, cells, flow);
  if (!wrong.any) return;

  Findings collected(findings);
  if (auto wanted = demand.of_wrong_places(wrong, kMostWorkForMessages)) {
    Flow places(function, cells, steps, order, homes, *std::move(wanted),
                live_values(function, output, cells.recipes(), order, homes));
    if (places.solve(kMostWorkForMessages)) {
      return report(function, machine, output, cells, places, wrong, collected);
    }
  }
  report(function, machine, output, cells, flow, wrong, collected);
}

}  // namespace regproof
