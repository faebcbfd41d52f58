#include "ssagen/mutate.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "ssagen/ssagen.h"

namespace regproof {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint32_t kInsertedBlocks = 4;  // at most, of another program
constexpr std::uint32_t kEdits = 4;           // of one step, at most
constexpr std::uint32_t kBytesInstead = 10;   // one step in so many is one of bytes

Program read(std::span<const std::uint8_t> input, Reading reading) {
  return reading == Reading::Feasible ? decode(input) : decode_unloosened(input);
}

// FNV-1a, of the first bytes: descendants with the same beginning share their swarm.
std::uint64_t swarm_of(std::span<const std::uint8_t> input) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (std::uint8_t byte : input.first(std::min<std::size_t>(input.size(), 32))) {
    hash = (hash ^ byte) * 0x100000001b3u;
  }
  return hash ^ hash >> 32;
}

// --- bytes ------------------------------------------------------------------------------------------

void change_bytes(Bytes& bytes, Choices& choices) {
  auto at = [&] { return choices.below(static_cast<std::uint32_t>(bytes.size())); };
  if (bytes.empty() || choices.below(3) == 0) {
    bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(bytes.empty() ? 0 : at()),
                 choices.byte());
    return;
  }
  switch (choices.below(4)) {
    case 0:
      bytes[at()] = choices.byte();
      break;
    case 1:
      bytes[at()] ^= static_cast<std::uint8_t>(1u << choices.below(8));
      break;
    case 2:
      bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at()));
      break;
    case 3: {
      std::uint32_t from = at(), to = at();
      std::size_t length = std::min<std::size_t>(1 + choices.below(16), bytes.size() - from);
      Bytes piece(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                  bytes.begin() + static_cast<std::ptrdiff_t>(from + length));
      bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(to), piece.begin(), piece.end());
      break;
    }
  }
}

Bytes bytes_changed(std::span<const std::uint8_t> input, Choices& choices, std::size_t max_size) {
  Bytes bytes(input.begin(), input.end());
  for (std::uint32_t n = 1 + choices.below(kEdits); n > 0; --n) change_bytes(bytes, choices);
  if (bytes.size() > max_size) bytes.resize(max_size);
  return bytes;
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

// Blocks of `from`, whose values and edges count on from those of `into`.
std::vector<SketchBlock> renumbered(const Sketch& from, std::size_t first, std::size_t count,
                                    Sketch& into) {
  auto values = static_cast<std::uint32_t>(into.classes.size());
  into.classes.insert(into.classes.end(), from.classes.begin(), from.classes.end());
  into.recipes.insert(into.recipes.end(), from.recipes.begin(), from.recipes.end());
  auto value = [&](VReg v) { return VReg(v.value() + values); };
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
  return blocks;
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

}  // namespace

std::vector<std::uint8_t> mutate(std::span<const std::uint8_t> input, std::uint64_t seed,
                                 std::size_t max_size, Reading reading) {
  Choices choices = Choices::from_seed(seed);
  if (choices.below(kBytesInstead) == 0) return bytes_changed(input, choices, max_size);
  Program program = read(input, reading);
  Sketch sketch = sketch_of(program.function.view(), program.machine);
  for (std::uint32_t n = 1 + choices.below(kEdits); n > 0; --n) {
    apply_one(sketch, swarm_of(input), choices);
  }
  std::optional<Bytes> bytes = spelled(sketch, reading, max_size);
  return bytes ? std::move(*bytes) : bytes_changed(input, choices, max_size);
}

std::vector<std::uint8_t> cross(std::span<const std::uint8_t> input,
                                std::span<const std::uint8_t> other, std::uint64_t seed,
                                std::size_t max_size, Reading reading) {
  Choices choices = Choices::from_seed(seed);
  Program a = read(input, reading), b = read(other, reading);
  Sketch sketch = sketch_of(a.function.view(), a.machine);
  Sketch second = sketch_of(b.function.view(), b.machine);
  if (choices.below(4) == 0) {
    sketch.machine = second.machine;
  } else {
    splice(sketch, second, choices);
  }
  std::optional<Bytes> bytes = spelled(sketch, reading, max_size);
  return bytes ? std::move(*bytes) : bytes_changed(other, choices, max_size);
}

}  // namespace regproof
