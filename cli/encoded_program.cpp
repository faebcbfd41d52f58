// The generator's own tests ask the same question of generated programs; here it is asked of the
// user's.
#include "cli/encoded_program.h"

#include <fmt/format.h>

#include "cli/program_file.h"
#include "ir/feasible.h"
#include "ssagen/ssagen.h"

namespace regproof::cli {

std::optional<std::vector<std::uint8_t>> encode_exactly(const std::string& file,
                                                        const FunctionText& text, Report& report) {
  FunctionView function = text.function.view();
  if (std::optional<Infeasibility> reason = find_infeasible(function, text.machine)) {
    report.problem(
        ExitStatus::Impossible,
        fmt::format("{}: {}: {}", place_text(file, place_of(text, reason->inst, kNoOperand)),
                    reason->proven ? "impossible" : "undecided", reason->message));
    return std::nullopt;
  }
  std::vector<std::uint8_t> bytes = encode(function, text.machine);
  Program again = decode(bytes);
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
