// The generator's own tests ask the same question of generated programs; here it is asked of the
// user's.
#include "cli/encoded_program.h"

#include <fmt/format.h>

#include "cli/program_file.h"
#include "ir/feasible.h"

namespace regproof::cli {

namespace {

bool report_infeasible(const std::string& file, const FunctionText& text, Report& report) {
  std::optional<Infeasibility> reason = find_infeasible(text.function.view(), text.machine);
  if (!reason) return false;
  report.problem(
      ExitStatus::Impossible,
      fmt::format("{}: {}: {}", place_text(file, place_of(text, reason->inst, kNoOperand)),
                  reason->proven ? "impossible" : "undecided", reason->message));
  return true;
}

}  // namespace

Program decode_input(const Target& target, std::span<const std::uint8_t> bytes) {
  return target.input == InputKind::UnloosenedProgram ? decode_unloosened(bytes) : decode(bytes);
}

std::optional<std::vector<std::uint8_t>> encode_exactly(const Target& target,
                                                        const std::string& file,
                                                        const FunctionText& text, Report& report) {
  bool feasible_only = target.input == InputKind::Program;
  if (feasible_only && report_infeasible(file, text, report)) return std::nullopt;
  FunctionView function = text.function.view();
  std::vector<std::uint8_t> bytes = encode(function, text.machine);
  Program again = decode_input(target, bytes);
  FunctionView decoded = again.function.view();
  decoded.name = function.name;  // inputs carry no name
  if (again.machine == text.machine && same_program(function, decoded)) return bytes;
  report.problem(ExitStatus::Violation,
                 fmt::format("{}: function {} comes back from its {} bytes as another program",
                             place_text(file, text.source.function),
                             quoted_name(text.function.name), bytes.size()));
  return std::nullopt;
}

}  // namespace regproof::cli
