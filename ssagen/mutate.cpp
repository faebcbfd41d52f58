#include "ssagen/mutate.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "ssagen/mutate_bytes.h"
#include "ssagen/ssagen.h"
#include "ssagen/tokens.h"

namespace regproof {
namespace {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

constexpr std::uint32_t kInsertedBlocks = 4;  // at most, of another program
constexpr std::uint32_t kEdits = 4;           // of one step, at most

// What a step is one of, of sixteen.
constexpr std::uint32_t kAll = 16;
constexpr std::uint32_t kAnyBytes = 1;    // bytes wherever they are
constexpr std::uint32_t kAnew = 2;        // a program that has nothing to do with the input
constexpr std::uint32_t kAlongSeams = 4;  // the rest changes the program

// There is little to change in a program of so few bytes, so every second of its mutants is drawn anew, too. Over twelve faults,
// 20 seeds each, AFL++ took without the mutator in the median 5.9 times as many executions as with it; 2.2 times before this and
// before longer draws (mutate_bytes.cpp), 4.7 before longer draws, 5.0 with three of four.
constexpr std::size_t kPoor = 64;
constexpr std::uint32_t kStaysPoor = 2;  // one of these

Program read(View input, Reading reading) {
  return reading == Reading::Feasible ? decode(input) : decode_unloosened(input);
}

// FNV-1a, of the first bytes: descendants with the same beginning share their swarm.
std::uint64_t swarm_of(View input) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (std::uint8_t byte : input.first(std::min<std::size_t>(input.size(), 32))) {
    hash = (hash ^ byte) * 0x100000001b3u;
  }
  return hash ^ hash >> 32;
}

// --- bytes ------------------------------------------------------------------------------------------

// AFL++ gives up where a mutator returns no bytes.
std::optional<Bytes> fitting(Bytes bytes, std::size_t max_size) {
  if (bytes.empty() || bytes.size() > max_size) return std::nullopt;
  return bytes;
}

Bytes bytes_changed(View input, Choices& choices, std::size_t max_size) {
  Bytes bytes = change_bytes(input, choices);
  if (bytes.size() > max_size) bytes.resize(max_size);
  if (bytes.empty()) bytes.push_back(choices.byte());
  return bytes;
}

std::optional<Bytes> part_changed(View input, Choices& choices, std::size_t max_size,
                                  Reading reading) {
  return fitting(change_part(input, seams_of(input, reading), choices), max_size);
}

// Nothing where the two are not of the same form.
std::optional<Bytes> part_taken(View input, View other, Choices& choices, std::size_t max_size,
                                Reading reading) {
  auto form = [](View bytes) { return bytes.empty() ? 0 : bytes[0] & kTokensForm; };
  if (form(input) != form(other)) return std::nullopt;
  return fitting(
      take_part(input, seams_of(input, reading), other, seams_of(other, reading), choices),
      max_size);
}

// --- programs ---------------------------------------------------------------------------------------

// Null where the tokens of the program are too long.
std::optional<Bytes> spelled(const Sketch& sketch, Reading reading, std::size_t max_size) {
  Program program = finish(sketch, reading == Reading::Feasible);
  Bytes bytes = encode(program.function.view(), program.machine);
  if (bytes.size() > max_size) return std::nullopt;
  return bytes;
}

// One of those that the swarm leaves; false where it finds nothing to change.
bool apply_one(Sketch& sketch, std::uint64_t swarm, Choices& choices) {
  std::span<const Mutation> all = all_mutations();
  std::size_t start = choices.below(static_cast<std::uint32_t>(all.size()));
  for (std::size_t k = 0; k < all.size(); ++k) {
    std::size_t m = (start + k) % all.size();
    if ((swarm >> (m % 64) & 1) != 0 && all[m].apply(sketch, choices)) return true;
  }
  return false;
}

// Blocks of `from`, whose values and edges count on from those of `into`: only values that occur get
// numbers.
std::vector<SketchBlock> renumbered(const Sketch& from, std::size_t first, std::size_t count,
                                    Sketch& into) {
  std::vector<VReg> fresh(from.classes.size());
  auto value = [&](VReg v) {
    VReg& now = fresh[v.value()];
    if (!now.valid()) {
      now = new_value(into, from.classes[v.value()]);
      into.rematerializable.back() = from.rematerializable[v.value()];
    }
    return now;
  };
  std::size_t base = into.blocks.size();
  std::vector<SketchBlock> blocks;
  for (std::size_t b = first; b < first + count; ++b) {
    SketchBlock block = from.blocks[b];
    for (VReg& v : block.params) v = value(v);
    for (SketchInst& inst : block.insts) {
      for (SketchOperand& operand : inst.operands) {
        const Operand& op = operand.operand;
        if (op.is_pin()) continue;
        operand.operand =
            Operand::make(op.kind(), op.pos(), value(op.vreg()), op.constraint(), op.payload());
      }
      for (SketchTarget& target : inst.targets) {
        bool inside = target.block >= first && target.block < first + count;
        target.block = inside ? base + target.block - first : target.block % base;
        for (VReg& v : target.arguments) v = value(v);
      }
    }
    blocks.push_back(std::move(block));
  }
  for (auto [of, recipe] : from.recipes) {
    if (!fresh[of.value()].valid()) continue;
    for (std::size_t i = recipe.inputs.size(); i-- > 0;) {
      Operand& input = recipe.inputs[i];
      if (input.is_pin()) continue;
      input = Operand::use(fresh[input.vreg().value()], Constraint::Reg);
      if (!input.vreg().valid()) drop_input(recipe, i);
    }
    into.recipes.emplace(fresh[of.value()], std::move(recipe));
  }
  return blocks;
}

// Values that the stretch reads from outside of it are others in the end; their numbers must not add up
// along a line of descent.
void close_wide_gaps(Sketch& sketch) {
  if (sketch.classes.size() > 2 * count_values(sketch)) close_gaps(sketch, NumberBy::Place);
}

// A branch of the program leads to them, too.
void splice(Sketch& sketch, const Sketch& other, Choices& choices) {
  auto blocks = static_cast<std::uint32_t>(other.blocks.size());
  std::uint32_t count = 1 + choices.below(std::min(blocks, kInsertedBlocks));
  std::uint32_t first = choices.below(blocks - count + 1);
  std::size_t entry = sketch.blocks.size();
  SketchInst& last = sketch.blocks[choices.below(static_cast<std::uint32_t>(entry))].insts.back();
  last.kind = InstKind::Branch;
  last.targets.push_back({entry, {}});
  std::vector<SketchBlock> added = renumbered(other, first, count, sketch);
  std::move(added.begin(), added.end(), std::back_inserter(sketch.blocks));
}

std::optional<Bytes> program_changed(View input, Choices& choices, std::size_t max_size,
                                     Reading reading) {
  Program program = read(input, reading);
  Sketch sketch = sketch_of(program.function.view(), program.machine);
  for (std::uint32_t n = 1 + choices.below(kEdits); n > 0; --n) {
    apply_one(sketch, swarm_of(input), choices);
  }
  return spelled(sketch, reading, max_size);
}

std::optional<Bytes> programs_crossed(View input, View other, Choices& choices,
                                      std::size_t max_size, Reading reading) {
  Program a = read(input, reading), b = read(other, reading);
  Sketch sketch = sketch_of(a.function.view(), a.machine);
  Sketch second = sketch_of(b.function.view(), b.machine);
  if (choices.below(4) == 0) {
    sketch.machine = second.machine;
  } else {
    splice(sketch, second, choices);
    close_wide_gaps(sketch);
  }
  return spelled(sketch, reading, max_size);
}

}  // namespace

Bytes mutate(View input, std::uint64_t seed, std::size_t max_size, Reading reading) {
  Choices choices = Choices::from_seed(seed);
  if (input.size() <= kPoor && choices.below(kStaysPoor) != 0) return draw_anew(choices, max_size);
  std::uint32_t way = choices.below(kAll);
  if (way < kAnyBytes) return bytes_changed(input, choices, max_size);
  if (way < kAnyBytes + kAnew) return draw_anew(choices, max_size);
  std::optional<Bytes> bytes = way < kAnyBytes + kAnew + kAlongSeams
                                   ? part_changed(input, choices, max_size, reading)
                                   : program_changed(input, choices, max_size, reading);
  return bytes ? std::move(*bytes) : bytes_changed(input, choices, max_size);
}

Bytes cross(View input, View other, std::uint64_t seed, std::size_t max_size, Reading reading) {
  Choices choices = Choices::from_seed(seed);
  std::optional<Bytes> bytes;
  if (choices.below(2) == 0) bytes = part_taken(input, other, choices, max_size, reading);
  if (!bytes) bytes = programs_crossed(input, other, choices, max_size, reading);
  return bytes ? std::move(*bytes) : bytes_changed(other, choices, max_size);
}

}  // namespace regproof
