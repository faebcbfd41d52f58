#include "ir/feasible.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "base/work.h"
#include "ir/feasible_model.h"
#include "ir/feasible_search.h"
#include "ir/names.h"

namespace regproof {
namespace {

constexpr std::uint64_t bit(std::uint32_t place) {
  return std::uint64_t{1} << place;
}

enum class Answer : std::uint8_t { Feasible, Infeasible, Unknown };

// Decides by counting: fixed operands take their registers; if each other operand may then stand in
// at least as many registers as there are such operands, they can choose one after another.
class Counting {
 public:
  Answer decide(const FunctionView& function, const PlaceTable& table, Inst inst);

 private:
  struct Waiting {
    std::uint64_t places;
    std::uint8_t cls;
    bool early;
    bool late;
  };
  bool find_reuses(std::span<const Operand> operands);
  bool fix(std::size_t cls, std::uint64_t place, PlaceOwner early, PlaceOwner late);

  static constexpr std::size_t kMaxOperands = 64;
  std::array<Waiting, kMaxOperands> waiting_;
  std::array<std::uint32_t, kClassCount> waiting_count_;
  std::array<std::array<std::uint64_t, 2>, kClassCount> taken_;  // by phase
  std::array<std::array<PlaceOwner, kRegCount>, 2> owner_;       // where taken
  std::uint64_t reused_ = 0;                                     // operands that a reuse names
  std::array<std::uint8_t, kMaxOperands> reused_by_;
};

// False if there is more to it than each reuse having an input of its own.
bool Counting::find_reuses(std::span<const Operand> operands) {
  reused_ = 0;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (operands[i].constraint() != Constraint::Reuse) continue;
    std::uint32_t input = operands[i].reuse_index();
    if (input >= operands.size() || (reused_ & bit(input)) != 0) return false;
    const Operand& use = operands[input];
    if (use.is_def() || use.is_late() || use.is_pin() || operands[i].is_early()) return false;
    reused_ |= bit(input);
    reused_by_[input] = static_cast<std::uint8_t>(i);
  }
  return true;
}

// False if the place holds something else at that phase already.
bool Counting::fix(std::size_t cls, std::uint64_t place, PlaceOwner early, PlaceOwner late) {
  std::size_t flat = cls * kRegsPerClass + static_cast<std::size_t>(std::countr_zero(place));
  for (std::size_t phase = 0; phase < 2; ++phase) {
    PlaceOwner mine = phase == 0 ? early : late;
    if (mine == kNobody) continue;
    if ((taken_[cls][phase] & place) != 0 && owner_[phase][flat] != mine) return false;
    taken_[cls][phase] |= place;
    owner_[phase][flat] = mine;
  }
  return true;
}

Answer Counting::decide(const FunctionView& function, const PlaceTable& table, Inst inst) {
  auto operands = function.operands(inst);
  if (operands.size() > kMaxOperands || function.multiple_defs || !find_reuses(operands)) {
    return Answer::Unknown;
  }
  const RegSet& clobbers = function.clobbers(inst);
  std::size_t waiting = 0;
  waiting_count_ = {};
  for (RegClass cls : kClasses) taken_[index_of(cls)] = {0, 0};
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const Operand& operand = operands[i];
    Constraint constraint = operand.constraint();
    if (constraint == Constraint::Reuse || constraint == Constraint::Pin) continue;
    bool reused = (reused_ & bit(static_cast<std::uint32_t>(i))) != 0;
    if (constraint == Constraint::Any || constraint == Constraint::Stack) {
      if (reused) return Answer::Unknown;
      continue;
    }
    RegClass cls = function.vreg_class(operand.vreg());
    if (cls == RegClass::None) return Answer::Unknown;
    std::size_t c = index_of(cls);
    bool early = operand.is_use() || operand.is_early();
    bool late = operand.is_def() || operand.is_late() || reused;
    std::uint64_t places = places_of(function, table, operand).registers;
    if (late) places &= ~clobbers.bits(cls);
    if (places == 0) return Answer::Infeasible;
    if (reused && function.vreg_class(operands[reused_by_[i]].vreg()) != cls) {
      return Answer::Unknown;
    }
    if (constraint == Constraint::Fixed) {
      PlaceOwner owner = owner_of(operand.vreg(), operand.kind());
      PlaceOwner late_owner =
          reused ? owner_of(operands[reused_by_[i]].vreg(), OperandKind::Def) : owner;
      if (!fix(c, places, early ? owner : kNobody, late ? late_owner : kNobody)) {
        return Answer::Infeasible;
      }
      continue;
    }
    waiting_[waiting++] = {places, static_cast<std::uint8_t>(c), early, late};
    ++waiting_count_[c];
  }
  for (std::size_t i = 0; i < waiting; ++i) {
    const Waiting& item = waiting_[i];
    std::uint64_t places = item.places;
    if (item.early) places &= ~taken_[item.cls][0];
    if (item.late) places &= ~taken_[item.cls][1];
    if (static_cast<std::uint32_t>(std::popcount(places)) < waiting_count_[item.cls]) {
      return Answer::Unknown;
    }
  }
  return Answer::Feasible;
}

}  // namespace

struct FeasibilitySolver::State {
  State(const Machine& machine, const FeasibilityOptions& limits)
      : options(limits), table(machine) {}

  Answer search(const FunctionView& function, Inst inst, const RegSet& clobbers,
                const BitSet* kept);
  void improve(RegClass cls);
  void shrink(const FunctionView& function, Inst inst, std::vector<std::uint32_t>& operands);
  bool conflicts(const FunctionView& function, Inst inst, const RegSet& clobbers,
                 const std::vector<std::uint32_t>& operands);

  FeasibilityOptions options;
  PlaceTable table;
  Counting counting;
  ItemModel model;
  PlaceSearch places;
  std::array<std::vector<std::uint8_t>, kClassCount> found;  // by item of the class
  bool gave_up = false;
  FeasibilityCounts counts;
  BitSet kept;
};

Answer FeasibilitySolver::State::search(const FunctionView& function, Inst inst,
                                        const RegSet& clobbers, const BitSet* kept_operands) {
  model.build(function, table, inst, clobbers, kept_operands);
  bool undecided = false;
  std::uint64_t nodes = 0;
  for (RegClass cls : kClasses) {
    const auto& items = model.items(cls);
    auto& answer = found[index_of(cls)];
    answer.clear();
    if (items.empty()) continue;
    auto verdict =
        places.solve(items, table.preferred[index_of(cls)], options.max_nodes, options.plain_nodes);
    nodes += places.nodes();
    count_work(items.size() + places.nodes());
    counts.most_nodes = std::max(counts.most_nodes, nodes);
    if (verdict == PlaceSearch::Verdict::Impossible) return Answer::Infeasible;
    undecided |= verdict == PlaceSearch::Verdict::Undecided;
    if (undecided) continue;
    for (std::size_t i = 0; i < items.size(); ++i) {
      answer.push_back(static_cast<std::uint8_t>(places.place_of(i)));
    }
  }
  counts.searched += nodes > 0;
  counts.undecided += undecided;
  return undecided ? Answer::Unknown : Answer::Feasible;
}

bool FeasibilitySolver::feasible(const FunctionView& function, Inst inst) {
  State& s = *state_;
  ++s.counts.solves;
  s.gave_up = false;
  Answer answer = s.counting.decide(function, s.table, inst);
  if (answer != Answer::Unknown) {
    ++s.counts.counted;
    return answer == Answer::Feasible;
  }
  answer = s.search(function, inst, function.clobbers(inst), nullptr);
  s.gave_up = answer == Answer::Unknown;
  return answer == Answer::Feasible;
}

// Moves items, one after another, to where the same owner stands already, or to a preferred
// register. Any answer is good; this one is nicer.
void FeasibilitySolver::State::improve(RegClass cls) {
  constexpr std::size_t kMaxItems = 256;  // the work is quadratic
  const auto& items = model.items(cls);
  auto& answer = found[index_of(cls)];
  std::uint64_t preferred = table.preferred[index_of(cls)];
  if (items.size() > kMaxItems) return;
  for (std::size_t i = 0; i < items.size(); ++i) {
    std::uint64_t blocked = 0;
    std::array<std::uint32_t, kRegsPerClass>
        friends{};  // uses of the same vreg that could be there
    for (std::size_t k = 0; k < items.size(); ++k) {
      if (k == i) continue;
      if (conflict(items[k], items[i])) {
        blocked |= bit(answer[k]);
      } else if (items[k].early_owner != kNobody && items[k].early_owner == items[i].early_owner) {
        for (std::uint64_t todo = items[k].places; todo != 0; todo &= todo - 1) {
          ++friends[static_cast<std::size_t>(std::countr_zero(todo))];
        }
      }
    }
    std::uint32_t best = answer[i];
    auto rank = [&](std::uint32_t place) {
      return friends[place] * 2 + ((preferred & bit(place)) != 0 ? 1u : 0u);
    };
    for (std::uint64_t todo = items[i].places & ~blocked; todo != 0; todo &= todo - 1) {
      auto place = static_cast<std::uint32_t>(std::countr_zero(todo));
      if (rank(place) > rank(best)) best = place;
    }
    answer[i] = static_cast<std::uint8_t>(best);
  }
}

bool FeasibilitySolver::assign(const FunctionView& function, Inst inst, std::vector<PReg>& places) {
  State& s = *state_;
  ++s.counts.solves;
  Answer answer = s.search(function, inst, function.clobbers(inst), nullptr);
  s.gave_up = answer == Answer::Unknown;
  if (answer != Answer::Feasible) return false;
  for (RegClass cls : kClasses) s.improve(cls);
  auto operands = function.operands(inst);
  places.assign(operands.size(), PReg::none());
  for (std::uint32_t i = 0; i < operands.size(); ++i) {
    if (operands[i].is_pin()) places[i] = operands[i].preg();
    std::uint32_t item = s.model.item_of(i);
    if (item == ItemModel::kNoItem) continue;
    RegClass cls = function.vreg_class(operands[i].vreg());
    places[i] = make_preg(cls, s.found[index_of(cls)][item]);
  }
  return true;
}

bool FeasibilitySolver::State::conflicts(const FunctionView& function, Inst inst,
                                         const RegSet& clobbers,
                                         const std::vector<std::uint32_t>& operands) {
  ++counts.solves;
  kept.reset(function.operands(inst).size());
  for (std::uint32_t operand : operands) kept.add(operand);
  return search(function, inst, clobbers, &kept) == Answer::Infeasible;
}

// Leaves out what can be left out, from large pieces down to single operands, in the given order.
void FeasibilitySolver::State::shrink(const FunctionView& function, Inst inst,
                                      std::vector<std::uint32_t>& operands) {
  const RegSet& clobbers = function.clobbers(inst);
  std::vector<std::uint32_t> rest;
  for (std::size_t piece = std::bit_ceil(operands.size()); piece > 0; piece /= 2) {
    for (std::size_t at = 0; at < operands.size();) {
      std::size_t end = std::min(at + piece, operands.size());
      rest.assign(operands.begin(), operands.begin() + static_cast<std::ptrdiff_t>(at));
      rest.insert(rest.end(), operands.begin() + static_cast<std::ptrdiff_t>(end), operands.end());
      if (conflicts(function, inst, clobbers, rest)) {
        operands = rest;
      } else {
        at = end;
      }
    }
  }
}

namespace {

// "operands 0 (def v3i reg), 1 (use v4i reg) and 2 (...)", abridged where they are many.
std::string list_operands(const FunctionView& function, const Infeasibility& conflict) {
  constexpr std::size_t kMaxNamed = 16;
  auto operands = function.operands(conflict.inst);
  std::string out = conflict.operands.size() == 1 ? "operand " : "operands ";
  std::size_t named = std::min(conflict.operands.size(), kMaxNamed);
  bool abridged = named < conflict.operands.size();
  for (std::size_t i = 0; i < named; ++i) {
    std::uint32_t operand = conflict.operands[i];
    if (i > 0) out += i + 1 == named && !abridged ? " and " : ", ";
    out += std::to_string(operand) + " (" + to_string(operands[operand], function) + ")";
  }
  if (abridged) out += " and " + std::to_string(conflict.operands.size() - named) + " more";
  return out;
}

std::string describe(const FunctionView& function, const Infeasibility& conflict) {
  std::string out = to_string(conflict.inst) + ": " + list_operands(function, conflict);
  bool alone = conflict.operands.size() == 1;
  std::string clobbers = to_string(conflict.clobbers);
  if (conflict.registers.empty()) {
    return out + (alone ? " has no register to stand in" : " have no place in common");
  }
  if (!clobbers.empty())
    out += alone ? " and the clobbers " + clobbers : ", beside the clobbers " + clobbers + ",";
  if (alone && clobbers.empty()) return out + " has no register to stand in";
  return out + " compete for " + to_string(conflict.registers);
}

// Every register that one of the operands could have if it were alone. A reuse has its input's.
RegSet contested(const FunctionView& function, const PlaceTable& table,
                 const Infeasibility& conflict) {
  RegSet result;
  auto operands = function.operands(conflict.inst);
  for (std::uint32_t i : conflict.operands) {
    const Operand& operand = operands[i];
    if (operand.constraint() == Constraint::Reuse) continue;
    RegClass cls = function.vreg_class(operand.vreg());
    if (cls == RegClass::None) continue;
    PlaceSet places = places_of(function, table, operand);
    if (!places.memory) result.set_bits(cls, result.bits(cls) | places.registers);
  }
  return result;
}

// Orders in which to try to leave operands out; what is tried first is more likely to go.
void order_for_shrinking(const FunctionView& function, const PlaceTable& table, Inst inst,
                         std::size_t round, std::vector<std::uint32_t>& operands) {
  auto all = function.operands(inst);
  operands.resize(all.size());
  for (std::uint32_t i = 0; i < all.size(); ++i) operands[i] = i;
  if (round == 1) std::reverse(operands.begin(), operands.end());
  if (round < 2) return;
  auto choice = [&](std::uint32_t i) {
    PlaceSet places = places_of(function, table, all[i]);
    return places.memory ? 65 : std::popcount(places.registers);
  };
  std::sort(operands.begin(), operands.end(), [&](std::uint32_t a, std::uint32_t b) {
    int x = choice(a), y = choice(b);
    if (x == y) return a < b;
    return round == 2 ? x > y : x < y;
  });
}

}  // namespace

Infeasibility FeasibilitySolver::explain(const FunctionView& function, Inst inst) {
  constexpr std::size_t kRounds = 4;
  State& s = *state_;
  Infeasibility result;
  result.inst = inst;
  const RegSet& clobbers = function.clobbers(inst);
  std::vector<std::uint32_t> operands;
  order_for_shrinking(function, s.table, inst, 0, operands);
  if (!s.conflicts(function, inst, clobbers, operands)) {
    result.proven = false;
    result.operands = operands;
    result.message = to_string(inst) + ": no assignment of registers was found in " +
                     std::to_string(s.options.max_nodes) + " steps";
    return result;
  }
  for (std::size_t round = 0; round < kRounds; ++round) {
    order_for_shrinking(function, s.table, inst, round, operands);
    s.shrink(function, inst, operands);
    if (round == 0 || operands.size() < result.operands.size()) result.operands = operands;
  }
  std::sort(result.operands.begin(), result.operands.end());
  result.clobbers = clobbers;
  clobbers.for_each([&](PReg reg) {
    RegSet fewer = result.clobbers;
    fewer.remove(reg);
    if (s.conflicts(function, inst, fewer, result.operands)) result.clobbers = fewer;
  });
  result.registers = contested(function, s.table, result);
  result.message = describe(function, result);
  return result;
}

FeasibilitySolver::FeasibilitySolver(const Machine& machine, const FeasibilityOptions& options)
    : state_(std::make_unique<State>(machine, options)) {}
FeasibilitySolver::~FeasibilitySolver() = default;
FeasibilitySolver::FeasibilitySolver(FeasibilitySolver&&) noexcept = default;
FeasibilitySolver& FeasibilitySolver::operator=(FeasibilitySolver&&) noexcept = default;

bool FeasibilitySolver::undecided() const {
  return state_->gave_up;
}
const FeasibilityCounts& FeasibilitySolver::counts() const {
  return state_->counts;
}

std::optional<Infeasibility> find_infeasible(const FunctionView& function, const Machine& machine,
                                             const FeasibilityOptions& options) {
  FeasibilitySolver solver(machine, options);
  return find_infeasible(function, solver);
}

std::optional<Infeasibility> find_infeasible(const FunctionView& function,
                                             FeasibilitySolver& solver) {
  std::optional<Inst> undecided;
  for (Inst inst : function.insts()) {
    if (solver.feasible(function, inst)) continue;
    if (!solver.undecided()) return solver.explain(function, inst);
    if (!undecided) undecided = inst;
  }
  if (undecided) return solver.explain(function, *undecided);
  return std::nullopt;
}

}  // namespace regproof
