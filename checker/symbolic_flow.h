// Edges as changes of the state, and the fixpoint over blocks and edges.
//
// What is known at a block's head starts as everything that anyone downstream asks for
// (symbolic_demand), and each edge that arrives strikes out what it does not bring. So an edge costs
// what is still known at its target, however much is known at its source.
//
// Tested by tests/checker/symbolic_test.cpp.
#pragma once

#include <cstdint>
#include <queue>
#include <vector>

#include "checker/symbolic_cells.h"
#include "checker/symbolic_order.h"
#include "checker/symbolic_state.h"
#include "checker/symbolic_steps.h"
#include "ir/function.h"

namespace regproof {

class Flow {
 public:
  // `wanted`, by block: the facts worth knowing at its head, ascending. The fact (cell, kAnyValue)
  // wants of the cell whatever it holds of the values that `live` has for the block.
  Flow(const FunctionView& function, const Cells& cells, const Steps& steps,
       const BlockOrder& order, const Homes& homes, std::vector<std::vector<Fact>> wanted,
       std::vector<std::vector<VReg>> live);

  // Computes the states at the heads of all reachable blocks; gives up, with nothing that may be
  // used, where that takes more than `most_work` steps (base/work.h).
  bool solve(std::uint64_t most_work);

  // Of a solved flow, ascending; empty where the block is unreachable.
  const std::vector<Fact>& facts_at(Block block) const { return heads_[block.value()].facts; }
  // Some use of the block, or input of a recipe, does not find its value.
  bool has_failed_read(Block block) const { return heads_[block.value()].failed; }
  const BlockOrder& order() const { return order_; }
  const Steps& steps() const { return steps_; }

 private:
  struct Head {
    std::vector<Fact> facts;
    bool visited = false;  // an edge has arrived; until then everything is known
    bool queued = false;
    bool failed = false;  // of the last visit
  };

  void enqueue(Block block);
  void cross(Edge edge, const ValueState& state);
  bool arrives(Edge edge, Cell cell, VReg value, const ValueState& state) const;
  void keep_what_arrives(Edge edge, const ValueState& state, std::vector<Fact>& facts);
  void find_what_arrives(Edge edge, const ValueState& state, std::vector<Fact>& facts);

  const FunctionView& function_;
  const Cells& cells_;
  const Steps& steps_;
  const BlockOrder& order_;
  const Homes& homes_;
  std::vector<Head> heads_;              // by block
  std::vector<std::vector<VReg>> live_;  // by block, or empty
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> queue_;
  std::vector<Fact> found_;  // scratch
};

}  // namespace regproof
