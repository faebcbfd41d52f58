// The parts of `count_shapes`, each looking at one side of a program.
#pragma once

#include "ir/cfg.h"
#include "ssagen/shapes.h"

namespace regproof {

// How often one program shows each shape.
class ShapeTally {
 public:
  void add(Shape shape, std::uint64_t count = 1) {
    counts_[static_cast<std::size_t>(shape)] += count;
  }
  void add_if(bool shown, Shape shape) { add(shape, shown ? 1 : 0); }
  std::uint64_t operator[](std::size_t shape) const { return counts_[shape]; }

 private:
  std::array<std::uint64_t, kShapeCount> counts_{};
};

// What several parts ask about values.
struct ValueFacts {
  std::vector<Block> def_block;     // by vreg; none in gaps
  std::vector<Inst> def_inst;       // none for parameters
  std::vector<std::uint32_t> uses;  // operands and arguments
  std::vector<Inst> last_use;       // the highest instruction that uses it; none if none
};

ValueFacts find_value_facts(const FunctionView& function);

void tally_operands(const FunctionView& function, const Machine& machine, const ValueFacts& facts,
                    ShapeTally& tally);
void tally_branches(const FunctionView& function, const ValueFacts& facts, ShapeTally& tally);
void tally_graph(const FunctionView& function, const Cfg& cfg, ShapeTally& tally);
void tally_values(const FunctionView& function, const Machine& machine, const Cfg& cfg,
                  const ValueFacts& facts, ShapeTally& tally);
void tally_recipes(const FunctionView& function, const Cfg& cfg, const ValueFacts& facts,
                   ShapeTally& tally);
void tally_labels(const FunctionView& function, ShapeTally& tally);
void tally_machine(const FunctionView& function, const Machine& machine, ShapeTally& tally);

}  // namespace regproof
