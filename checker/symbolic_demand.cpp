#include "checker/symbolic_demand.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/work.h"
#include "checker/symbolic_claims.h"

namespace regproof {
namespace {

// Notes the places of wrong reads, when they are read.
class Follower : public Watcher {
 public:
  Follower(const FunctionView& function, const Cells& cells, const WrongReads& wrong,
           Origins& origins)
      : function_(function), cells_(cells), wrong_(wrong), origins_(origins) {}

  void reads(Inst inst, std::uint32_t operand) {
    if (!wrong_.uses[function_.first_operand(inst) + operand]) return;
    origins_.ask(cells_.operand_cells(inst)[operand], kAnyValue);
  }
  void reads_input(const ResolvedEdit&, const InputRead& read) {
    if (wrong_.inputs[cells_.place_of(read)]) origins_.ask(read.cell, kAnyValue);
  }
  void at_point(ProgPoint point) {
    for (; next_ < wrong_.claims.size() && wrong_.claims[next_].point == point; ++next_) {
      if (wrong_.claims[next_].cell.valid()) origins_.ask(wrong_.claims[next_].cell, kAnyValue);
    }
  }

 private:
  const FunctionView& function_;
  const Cells& cells_;
  const WrongReads& wrong_;
  Origins& origins_;
  std::size_t next_ = 0;
};

}  // namespace

Demand::Demand(const FunctionView& function, const Output& output, const Cells& cells,
               const Steps& steps, const BlockOrder& order, const Homes& homes)
    : function_(function),
      output_(output),
      cells_(cells),
      steps_(steps),
      order_(order),
      homes_(homes),
      origins_(cells),
      passages_(function.block_count()),
      at_end_(function.block_count()),
      at_head_(function.block_count()),
      queued_(function.block_count(), false),
      moved_at_(cells.count(), 0),
      moved_from_(cells.count()) {}

FactsByBlock Demand::of_reads() {
  wanted_.assign(function_.block_count(), {});
  Claims claims(function_, output_, cells_, origins_, [](std::uint32_t, ProgPoint, VReg) {});
  for (Block block : function_.blocks()) {
    if (!order_.is_reachable(block)) continue;
    origins_.start();
    if (claims.enter(block)) {
      steps_.run_block(block, origins_, claims);
    } else {
      Watcher nothing;
      steps_.run_block(block, origins_, nothing);
    }
    for (Fact fact : origins_.asked()) want(cell_of_fact(fact), value_of_fact(fact), block);
    if (!at_head_[block.value()].empty()) enqueue(block);
    keep_passage(block);
  }
  spread(~std::uint64_t{0});
  return std::move(wanted_);
}

std::optional<FactsByBlock> Demand::of_wrong_places(const WrongReads& wrong,
                                                    std::uint64_t most_work) {
  wanted_.assign(function_.block_count(), {});
  Follower follower(function_, cells_, wrong, origins_);
  for (Block block : function_.blocks()) {
    if (!wrong.blocks[block.value()]) continue;
    origins_.start();
    steps_.run_block(block, origins_, follower);
    for (Fact fact : origins_.asked()) {
      if (value_of_fact(fact) == kAnyValue) want(cell_of_fact(fact), kAnyValue, block);
    }
    if (!at_head_[block.value()].empty()) enqueue(block);
  }
  if (!spread(most_work)) return std::nullopt;
  return std::move(wanted_);
}

void Demand::enqueue(Block block) {
  if (queued_[block.value()]) return;
  queued_[block.value()] = true;
  queue_.push(order_.position[block.value()]);
}

// The value is wanted at the block's head, or what its recipe makes. Nothing is known at the entry.
void Demand::want(Cell cell, VReg value, Block block) {
  if (block == FunctionView::entry()) return;
  std::vector<Fact>& facts = at_head_[block.value()];
  if (value == kAnyValue || !homes_.is_made_in(value, block)) {
    facts.push_back(make_fact(cell, value));
  }
  VReg constant = cells_.recipes().constant_of(value);
  if (constant.valid() && !homes_.is_made_in(constant, block)) {
    facts.push_back(make_fact(cell, constant));
  }
}

void Demand::keep_passage(Block block) {
  Passage& passage = passages_[block.value()];
  passage.lost = origins_.lost();
  passage.first_moved = moved_.size();
  for (Cell cell : origins_.written()) {
    Cell from = origins_.origin(cell);
    if (from != cell) moved_.push_back({cell, from});
  }
  passage.end_moved = moved_.size();
}

bool Demand::spread(std::uint64_t most_work) {
  const std::uint64_t begin = work_done;
  while (!queue_.empty()) {
    if (work_done - begin > most_work) return false;
    Block block = order_.blocks[queue_.top()];
    queue_.pop();
    queued_[block.value()] = false;
    go_to_head(block);
    keep_new(block);
    if (fresh_.empty()) continue;
    for (Edge edge : function_.predecessors(block)) {
      if (order_.is_reachable(function_.source(edge))) cross_back(edge);
    }
  }
  return true;
}

// From what is asked behind the block to what that asks of its head.
void Demand::go_to_head(Block block) {
  std::vector<Fact>& asked = at_end_[block.value()];
  std::vector<Fact>& facts = at_head_[block.value()];
  if (asked.empty()) return;
  const Passage& passage = passages_[block.value()];
  ++now_;
  for (std::size_t i = passage.first_moved; i < passage.end_moved; ++i) {
    moved_at_[moved_[i].cell.value()] = now_;
    moved_from_[moved_[i].cell.value()] = moved_[i].from;
  }
  count_work(asked.size() + passage.end_moved - passage.first_moved);
  for (Fact fact : asked) {
    Cell cell = cell_of_fact(fact);
    VReg value = value_of_fact(fact);
    if (is_register_in(cell, passage.lost)) continue;
    if (moved_at_[cell.value()] == now_) cell = moved_from_[cell.value()];
    if (!cell.valid()) continue;
    if (value != kAnyValue && homes_.is_made_in(value, block)) continue;
    facts.push_back(make_fact(cell, value));
  }
  asked.clear();
}

// Of what is asked of the head, what is new.
void Demand::keep_new(Block block) {
  std::vector<Fact>& facts = at_head_[block.value()];
  std::vector<Fact>& wanted = wanted_[block.value()];
  std::sort(facts.begin(), facts.end());
  facts.erase(std::unique(facts.begin(), facts.end()), facts.end());
  count_work(facts.size());
  if (wanted.empty()) {
    wanted.swap(facts);
    fresh_ = wanted;
    return;
  }
  new_facts_.clear();
  std::set_difference(facts.begin(), facts.end(), wanted.begin(), wanted.end(),
                      std::back_inserter(new_facts_));
  facts.clear();
  fresh_ = new_facts_;
  if (fresh_.empty()) return;
  count_work(wanted.size());
  merged_.clear();
  std::merge(wanted.begin(), wanted.end(), fresh_.begin(), fresh_.end(),
             std::back_inserter(merged_));
  wanted.assign(merged_.begin(), merged_.end());
}

// What the fresh facts of the edge's target ask of its source.
void Demand::cross_back(Edge edge) {
  Block source = function_.source(edge), target = function_.target(edge);
  if (source == FunctionView::entry()) return;
  std::vector<Fact>& asked = at_end_[source.value()];
  auto arguments = function_.arguments(edge);
  if (asked.empty()) asked.reserve(fresh_.size());
  if (arguments.empty()) {
    asked.insert(asked.end(), fresh_.begin(), fresh_.end());
    return enqueue(source);
  }
  for (Fact fact : fresh_) {
    VReg value = value_of_fact(fact);
    if (value == kAnyValue || !homes_.is_param_of(value, target)) {
      asked.push_back(fact);
      continue;
    }
    std::uint32_t index = homes_.param_index[value.value()];
    if (index >= arguments.size()) continue;
    asked.push_back(make_fact(cell_of_fact(fact), arguments[index]));
    VReg constant = cells_.recipes().constant_of(arguments[index]);
    if (constant.valid()) asked.push_back(make_fact(cell_of_fact(fact), constant));
  }
  enqueue(source);
}

}  // namespace regproof
