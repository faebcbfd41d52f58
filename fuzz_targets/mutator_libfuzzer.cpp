// libFuzzer's face of ssagen/mutate.h, for targets whose inputs are programs; Centipede and whoever else
// looks for these functions calls them, too. An object file of the executable, since engines refer to
// them weakly: in a static library they would be left out without a word.
//
// Half of the time the engine mutates the bytes itself, with what it knows of comparisons and from its
// dictionary; REGPROOF_MUTATOR=bytes in the environment has it do so always, for comparison.
//
// Tested by the ctest entry `engine_uses_mutator`.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "fuzz_targets/property.h"
#include "ssagen/mutate.h"

// libFuzzer's own mutations; drivers of other engines may lack it.
extern "C" __attribute__((weak)) std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size,
                                                              std::size_t max_size);

namespace {

using Bytes = std::vector<std::uint8_t>;

bool bytes_alone() {
  static const bool alone = [] {
    const char* mode = std::getenv("REGPROOF_MUTATOR");
    return mode != nullptr && std::string_view(mode) == "bytes";
  }();
  return alone;
}

regproof::Reading reading_of_target() {
  static const regproof::Target* target = regproof::find_target(REGPROOF_TARGET);
  bool unloosened = target != nullptr && target->input == regproof::InputKind::UnloosenedProgram;
  return unloosened ? regproof::Reading::Unloosened : regproof::Reading::Feasible;
}

std::size_t hand_over(const Bytes& bytes, std::uint8_t* out, std::size_t max_size) {
  std::size_t size = std::min(bytes.size(), max_size);
  std::copy_n(bytes.begin(), size, out);
  return size;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed) {
  bool engine = LLVMFuzzerMutate != nullptr && (bytes_alone() || seed % 2 == 1);
  if (engine) return LLVMFuzzerMutate(data, size, max_size);
  Bytes bytes =
      regproof::mutate({data, size}, seed, std::max<std::size_t>(max_size, 1), reading_of_target());
  return hand_over(bytes, data, max_size);
}

// Of bytes: the head of one, the tail of the other.
extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data1, std::size_t size1,
                                                 const std::uint8_t* data2, std::size_t size2,
                                                 std::uint8_t* out, std::size_t max_out_size,
                                                 unsigned int seed) {
  if (bytes_alone() || seed % 4 == 3) {
    std::size_t head = std::min(size1 == 0 ? 0 : seed / 4 % (size1 + 1), max_out_size);
    std::size_t from = size2 == 0 ? 0 : seed / 7 % (size2 + 1);
    std::size_t tail = std::min(size2 - from, max_out_size - head);
    std::copy_n(data1, head, out);
    std::copy_n(data2 + from, tail, out + head);
    return head + tail;
  }
  Bytes bytes = regproof::cross({data1, size1}, {data2, size2}, seed,
                                std::max<std::size_t>(max_out_size, 1), reading_of_target());
  return hand_over(bytes, out, max_out_size);
}
