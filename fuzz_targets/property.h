// The properties that the fuzz targets test, each a function of the input's bytes. The same
// functions run under libFuzzer, under AFL++, in the plain replayers, in ctest and in
// `regproof replay`; none of them needs an engine.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ir/function.h"

namespace regproof {

// What is wrong, for people: the finding, then the program and the answer as text.
struct Failure {
  std::string message;
};

using Property = std::optional<Failure> (*)(std::span<const std::uint8_t> input);

// One per fuzz target, in the sources of this folder.
std::optional<Failure> checker_property(std::span<const std::uint8_t> input);
std::optional<Failure> ion_checker_property(std::span<const std::uint8_t> input);
std::optional<Failure> reference_checker_property(std::span<const std::uint8_t> input);
std::optional<Failure> ssagen_property(std::span<const std::uint8_t> input);
std::optional<Failure> domtree_property(std::span<const std::uint8_t> input);
std::optional<Failure> feasible_property(std::span<const std::uint8_t> input);
std::optional<Failure> growth_property(std::span<const std::uint8_t> input);
std::optional<Failure> moves_property(std::span<const std::uint8_t> input);
std::optional<Failure> remat_property(std::span<const std::uint8_t> input);
std::optional<Failure> reuse_context_property(std::span<const std::uint8_t> input);
std::optional<Failure> text_property(std::span<const std::uint8_t> input);

// What an input is.
enum class InputKind : std::uint8_t {
  Text,
  Bytes,              // what only the property itself reads
  Program,            // what `decode` of ssagen reads
  UnloosenedProgram,  // what `decode_unloosened` reads: it may have no answer
};

struct Target {
  std::string_view name;
  std::string_view promise;  // one sentence
  Property property;
  InputKind input;
  // What the property adds to its program before it looks at it, which the program may state itself; false if nothing. Null: it
  // adds nothing to any.
  bool (*add_to)(Function&) = nullptr;

  bool reads_program() const {
    return input == InputKind::Program || input == InputKind::UnloosenedProgram;
  }
};

// In the order of their names.
std::span<const Target> all_targets();
// Null if there is none of that name.
const Target* find_target(std::string_view name);

}  // namespace regproof
