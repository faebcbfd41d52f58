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
//   remat v(..) as w -> r
//                     the inputs of v's recipe are read; registers that it clobbers and the class's scratch
//                     register are unknown; then r promises w, if w has the recipe v by the input program
//                     (checker/recipes.h), nothing otherwise.
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
// Constants. A recipe without values among its inputs makes the same whenever it runs, so (c, k) in R, for
// the constant k that it makes, promises: c holds k. A def of a value that has a recipe and a remat promise
// the constant besides the value, moves hand it on, and no def nor edge takes it back; behind an edge
// it promises all values with that recipe, too. Who asks for a
// value is content with its constant, be it of another iteration or recomputed ahead of the def.
//
// Open recipes. Let v be made of values u.. and have a recipe that reads them. It runs only at points that v's
// def D dominates (a remat elsewhere promises nothing). The def of each u dominates D, since D uses u. If a u had
// been received anew between the last D and the point, the path up to there for the first time, which need not pass D,
// and from there to the point, would avoid D. So what the recipe reads, once found to be the u.., is what v was
// made of, and it makes what v last received. Its "constant" k is therefore a name of that: (c, k) promises that c holds
// what v last received; a def of v, and nothing else, takes k away from all cells.
//   Be w a parameter with v's recipe. All its arguments are v or such parameters, so D dominates w's block, by induction
// over paths; and where w's block dominates a point, v has not been made anew since w was received, by the argument
// above. So there w is what v last received, and k as good as w.
//   Where w's block does not dominate, that is not so: w may be of another turn than v. What R says of w there means
// nothing and is not asked for: a use stands where its value's definition dominates; the claim of a label that follows
// w at such a point is untrue, since a path leads there on which w has not been received. So (c, w) promises
// something only where w's definition dominates, and coming there from elsewhere means to cross an edge that binds w anew.
//
// What is checked. Each use of a reachable block, when it is read, against the promises of its cell;
// the terminator's like any other's, and its defs are written before its edges are crossed. Each input of a
// recipe that runs, likewise. A cell that a debug location claims, at each point (symbolic_debug). Unreachable blocks
// never run, so their values are not checked; their local rules are.
//
// What is dropped. At heads of blocks, promises that nobody will ask for (symbolic_demand): the
// iteration starts from those that somebody will. Dropping a promise can refuse a good answer, never
// pass a wrong one, so the argument does not rest on what is asked for, nor on the
// order of blocks, layout order included; on dominators it rests for open recipes alone.
//
// Assumptions. The program is legal (ir/validate.h): classes of arguments and parameters agree, one
// def per value. The other judge has no finding: operands stand in places that exist, edits are
// ordered and run where they stand. The machine does what docs/text.md says: an instruction writes
// its defs, its clobbers and the scratch registers, an edit its destination, a remat also the
// scratch register of its class and what its recipe clobbers, nothing else is written.
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

class ReadReporter : public Watcher {
 public:
  ReadReporter(const FunctionView& function, const Output& output, const Cells& cells,
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
    findings_.add({kind_of(cell), inst, operand, kNoPlace, location,
                   describe(inst, operand, function_) + ": " +
                       describe_miss(location, op.vreg(), cell) + blame_.of_use(inst, op, cell)});
  }
  void reads_input(const ResolvedEdit& resolved, const InputRead& read) {
    if (!wrong_.inputs[cells_.place_of(read)] || findings_.full()) return;
    const Edit& edit = output_.edits[read.edit];
    Location location = Location::reg(edit.inputs[read.input]);
    findings_.add({kind_of(read.cell), edit.point.inst(), kNoPlace, read.edit, location,
                   describe_edit(read.edit, edit, function_) + ", input " +
                       std::to_string(read.input) + ": " +
                       describe_miss(location, read.value, read.cell) +
                       blame_.of_input(resolved, read)});
  }

 private:
  FindingKind kind_of(Cell cell) const {
    return state_.knows_anything(cell) ? FindingKind::WrongValue : FindingKind::UndefinedValue;
  }
  std::string describe_miss(Location location, VReg value, Cell cell) const {
    return describe(location) + " should hold " + to_string(value, function_) + " but holds " +
           describe_values(state_, cell, function_);
  }

  const FunctionView& function_;
  const Output& output_;
  const Cells& cells_;
  const ValueState& state_;
  const WrongReads& wrong_;
  Blame& blame_;
  Findings& findings_;
};

class FailedReads : public Watcher {
 public:
  FailedReads(const FunctionView& function, const Cells& cells, WrongReads& wrong)
      : function_(function), cells_(cells), wrong_(wrong) {}
  void failed_use(Inst inst, std::uint32_t operand) {
    wrong_.uses[function_.first_operand(inst) + operand] = true;
  }
  void failed_input(const InputRead& read) { wrong_.inputs[cells_.place_of(read)] = true; }

 private:
  const FunctionView& function_;
  const Cells& cells_;
  WrongReads& wrong_;
};

WrongReads find_wrong_reads(const FunctionView& function, const Output& output, const Cells& cells,
                            const Flow& flow) {
  WrongReads wrong;
  wrong.claims = untrue_claims(function, output, cells, flow);
  wrong.any = !wrong.claims.empty();
  for (Block block : function.blocks()) wrong.any |= flow.has_failed_read(block);
  if (!wrong.any) return wrong;
  wrong.blocks.assign(function.block_count(), false);
  wrong.uses.assign(function.operand_array.size(), false);
  wrong.inputs.assign(cells.input_reads().size(), false);
  for (const UntrueClaim& untrue : wrong.claims) {
    wrong.blocks[function.block_of(untrue.point.inst()).value()] = true;
  }
  ValueState state(function, cells);
  FailedReads failed(function, cells, wrong);
  for (Block block : function.blocks()) {
    if (!flow.has_failed_read(block)) continue;
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
  ReadReporter reporter(function, output, cells, state, wrong, blame, findings);
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
