// See the header. A function whose name stands twice is reported and left out, since an answer to
// it could not say which one it means.
#include "cli/program_file.h"

#include <fmt/format.h>

#include <utility>

#include "cli/source_file.h"
#include "fuzz_targets/content.h"

namespace regproof::cli {

TextPlace place_of(const FunctionText& text, Inst inst, std::uint32_t operand) {
  const SourceMap& source = text.source;
  if (!inst.valid() || inst.value() >= source.insts.size()) return source.function;
  FunctionView function = text.function.view();
  if (inst.value() < function.inst_count() && operand < function.operands(inst).size()) {
    std::size_t place = function.first_operand(inst) + std::size_t{operand};
    if (place < source.operands.size()) return source.operands[place];
  }
  return source.insts[inst.value()];
}

TextPlace place_of(const FunctionText& text, const Violation& violation) {
  if (violation.inst.valid()) return place_of(text, violation.inst, violation.operand);
  Block block = violation.block;
  bool in_block = block.valid() && block.value() < text.source.blocks.size();
  return in_block ? text.source.blocks[block.value()] : text.source.function;
}

std::string line_of(const std::string& file, const FunctionText& text, const Violation& violation) {
  return fmt::format("{}: {} [{}]", place_text(file, place_of(text, violation)), violation.message,
                     name_of(violation.rule));
}

void report_no_function(const std::string& file, const std::string& wanted,
                        const std::vector<std::string>& names, Report& report) {
  report.problem(ExitStatus::InvalidInput, fmt::format("{}: no function {}; there are:{}", file,
                                                       quoted_name(wanted), listed(names)));
}

ProgramFile::ProgramFile(const std::string& path, Report& report)
    : name_(display_name(path)), report_(report) {
  Stopwatch watch;
  Result<std::string, FileError> text = read_file(path);
  if (text) {
    open(std::move(*text));
  } else {
    report_.problem(ExitStatus::InvalidInput, text.error().message);
    failed_ = true;
  }
  seconds_ += watch.seconds();
}

ProgramFile::ProgramFile(const std::string& path, std::string text, Report& report)
    : name_(display_name(path)), report_(report) {
  open(std::move(text));
}

void ProgramFile::open(std::string text) {
  text_ = std::move(text);
  drop_byte_order_mark(text_);
  failed_ = content_of(text_) == Content::Answers;
  if (failed_) {
    report_.problem(ExitStatus::InvalidInput,
                    fmt::format("{}: an answer, expected a program; use `regproof check "
                                "PROGRAM.func {}`",
                                place_text(name_, {1, 1}), name_));
  } else {
    reader_.emplace(name_, text_);
  }
}

constexpr const char* kBytesHint =
    "; if it is an input of a fuzz target, `regproof decode TARGET FILE` makes it text";

std::optional<FunctionText> ProgramFile::read() {
  if (failed_) return std::nullopt;
  Result<std::optional<FunctionText>, TextError> item = reader_->next();
  if (!item) {
    const char* hint = function_count_ == 0 && holds_control_bytes(text_) ? kBytesHint : "";
    report_.problem(ExitStatus::InvalidInput, item.error().text() + kRestUnread + hint);
    failed_ = true;
    return std::nullopt;
  }
  return std::move(*item);
}

std::optional<FunctionText> ProgramFile::next() {
  Stopwatch watch;
  std::optional<FunctionText> function = read();
  if (function) ++function_count_;
  seconds_ += watch.seconds();
  return function;
}

std::optional<FunctionText> ProgramFile::next_legal() {
  while (std::optional<FunctionText> function = next()) {
    Stopwatch watch;
    std::vector<Violation> violations = validate(function->function.view(), function->machine);
    seconds_ += watch.seconds();
    if (violations.empty()) return function;
    ++illegal_count_;
    for (const Violation& violation : violations) {
      report_.problem(ExitStatus::InvalidInput, line_of(name_, *function, violation));
    }
  }
  if (!failed_ && function_count_ == 0) report_emptiness();
  return std::nullopt;
}

void ProgramFile::report_emptiness() {
  if (emptiness_said_) return;
  emptiness_said_ = true;
  report_.problem(ExitStatus::InvalidInput,
                  place_text(name_, {1, 1}) + ": no function in this file, expected at least one");
}

bool ProgramFile::states_something() const {
  return content_of(text_) != Content::Other;
}

}  // namespace regproof::cli
