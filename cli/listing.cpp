#include "cli/listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <tuple>

#include "checker/lifetimes.h"
#include "cli/report.h"
#include "ir/cost.h"
#include "ir/names.h"

namespace regproof::cli {

namespace {

// What lives where: by block on entry, by instruction how many.
class Living {
 public:
  explicit Living(const FunctionView& function)
      : entering_(function.block_count()), change_(function.inst_count() + 1) {
    Lifetimes lifetimes(function);
    for (std::size_t v = 0; v < function.vreg_count(); ++v) {
      VReg value(static_cast<std::uint32_t>(v));
      for (const Stretch& stretch : lifetimes.of(value)) note(function, value, stretch);
    }
    for (std::size_t i = 1; i < change_.size(); ++i) change_[i] += change_[i - 1];
  }

  // Parameters are not among them.
  const std::vector<VReg>& entering(Block block) const { return entering_[block.value()]; }
  // Ahead of the instruction.
  std::int64_t count(Inst inst) const { return change_[inst.value()]; }

 private:
  static std::size_t first_from(ProgPoint point) { return (point.bits() + 1) / 2; }

  void note(const FunctionView& function, VReg value, const Stretch& stretch) {
    ++change_[first_from(stretch.from)];
    --change_[first_from(stretch.to)];
    Inst inst = stretch.from.inst();
    if (stretch.from.is_after() || inst.value() >= function.inst_count()) return;
    Block block = function.block_of(inst);
    auto params = function.params(block);
    bool is_param = std::find(params.begin(), params.end(), value) != params.end();
    bool at_start = function.insts(block).front() == inst;
    if (at_start && !is_param) entering_[block.value()].push_back(value);
  }

  std::vector<std::vector<VReg>> entering_;  // by block
  std::vector<std::int64_t> change_;         // by instruction, then sums
};

// The first few of a long list.
std::string names_of(const std::vector<VReg>& values, const FunctionView& function) {
  constexpr std::size_t kShown = 16;
  std::string names;
  for (std::size_t k = 0; k < std::min(values.size(), kShown); ++k) {
    names += (k == 0 ? "" : " ") + to_string(values[k], function);
  }
  return values.size() > kShown ? fmt::format("{}, {} more", names, values.size() - kShown) : names;
}

std::string params_text(std::span<const VReg> values, const FunctionView& function) {
  std::string text;
  for (VReg v : values) text += (text.empty() ? "" : ", ") + to_string(v, function);
  return "(" + text + ")";
}

class Lister {
 public:
  Lister(const FunctionView& function, const Machine& machine, const Output& output,
         const Verdict& verdict)
      : function_(function),
        machine_(machine),
        output_(output),
        verdict_(verdict),
        living_(function),
        labels_(output.debug_locations) {
    auto earlier = [](const DebugLocation& a, const DebugLocation& b) {
      return std::tie(a.from, a.label, a.to, a.location) <
             std::tie(b.from, b.label, b.to, b.location);
    };
    std::sort(labels_.begin(), labels_.end(), earlier);
  }

  std::vector<ListedLine> run() {
    list_head();
    list_findings(Inst::none());
    for (Block block : function_.blocks()) {
      list_block(block);
      for (Inst inst : function_.insts(block)) {
        list_edits(ProgPoint::before(inst));
        list_labels(ProgPoint::before(inst));
        list_inst(block, inst);
        list_findings(inst);
        list_edits(ProgPoint::after(inst));
        list_labels(ProgPoint::after(inst));
      }
    }
    return std::move(lines_);
  }

 private:
  using Kind = ListedLine::Kind;

  ListedLine& add(Kind kind, std::string text) {
    ListedLine line;
    line.kind = kind;
    line.words.push_back({std::move(text), Location::none()});
    lines_.push_back(std::move(line));
    return lines_.back();
  }

  void list_head() {
    Cost cost = cost_of(function_, machine_, analyze_cfg(function_), output_);
    ListedLine& line = add(Kind::Function, "function " + quoted_name(function_.name));
    line.remark = fmt::format(
        "{} instructions, {} moves, {} loads, {} stores, {} remats, {} slots, weighted cost {:.1f}",
        function_.inst_count(), cost.moves, cost.loads, cost.stores, cost.remats, cost.spillslots,
        cost.weighted_cost);
  }

  void list_block(Block block) {
    std::string text = to_string(block) + params_text(function_.params(block), function_);
    if (function_.frequency(block) != 0) {
      text += fmt::format(" frequency {}", function_.frequency(block));
    }
    ListedLine& line = add(Kind::Block, text);
    const std::vector<VReg>& entering = living_.entering(block);
    if (!entering.empty()) line.remark = "enter: " + names_of(entering, function_);
  }

  void list_inst(Block block, Inst inst) {
    InstKind kind = function_.kind(inst);
    const char* word = kind == InstKind::Op ? "op" : kind == InstKind::Branch ? "branch" : "ret";
    ListedLine& line = add(Kind::Inst, fmt::format("{:<8} {}", to_string(inst), word));
    auto operands = function_.operands(inst);
    auto places = output_.locations_of(inst);
    for (std::size_t k = 0; k < operands.size(); ++k) {
      std::string text = (k == 0 ? " " : ", ") + to_string(operands[k], function_) + " ";
      line.words.push_back({std::move(text), Location::none()});
      Location place = k < places.size() ? places[k] : Location::none();
      line.words.push_back({"[" + to_string(place) + "]", place});
    }
    if (kind == InstKind::Branch) line.words.push_back({targets_text(block), Location::none()});
    const RegSet& clobbers = function_.clobbers(inst);
    if (!clobbers.empty()) {
      line.words.push_back({" ; clobber " + to_string(clobbers), Location::none()});
    }
    if (living_.count(inst) > 0) line.remark = fmt::format("{} live", living_.count(inst));
  }

  std::string targets_text(Block block) const {
    std::string text;
    for (Edge edge : function_.successors(block)) {
      text += (text.empty() ? " -> " : ", ") + to_string(function_.target(edge)) +
              params_text(function_.arguments(edge), function_);
    }
    return text;
  }

  // Edits stand in the order of their points.
  void list_edits(ProgPoint point) {
    while (next_edit_ < output_.edits.size() && output_.edits[next_edit_].point <= point) {
      const Edit& edit = output_.edits[next_edit_++];
      ListedLine& line = add(Kind::Edit, to_string(edit.point) + ": ");
      if (edit.kind == EditKind::Move) {
        line.words.push_back({"move ", Location::none()});
        line.words.push_back({to_string(edit.from), edit.from});
      } else {
        list_remat(edit, line);
      }
      line.words.push_back({" -> ", Location::none()});
      line.words.push_back({to_string(edit.to), edit.to});
    }
  }

  // Up to its result.
  void list_remat(const Edit& edit, ListedLine& line) {
    line.words.push_back({"remat " + to_string(edit.remat, function_), Location::none()});
    for (std::size_t k = 0; k < edit.input_count(); ++k) {
      Location input = Location::reg(edit.inputs[k]);
      line.words.push_back({k == 0 ? "(" : ", ", Location::none()});
      line.words.push_back({to_string(input), input});
    }
    std::string rest = edit.input_count() == 0 ? "" : ")";
    if (edit.remat_as != edit.remat) rest += " as " + to_string(edit.remat_as, function_);
    line.words.push_back({rest, Location::none()});
  }

  void list_labels(ProgPoint point) {
    while (next_label_ < labels_.size() && labels_[next_label_].from <= point) {
      const DebugLocation& label = labels_[next_label_++];
      ListedLine& line = add(Kind::Label, fmt::format("label {} in ", label.label));
      line.words.push_back({to_string(label.location), label.location});
      line.words.push_back({" until " + to_string(label.to), Location::none()});
    }
  }

  // Findings are few.
  void list_findings(Inst inst) {
    for (const Finding& finding : verdict_.findings) {
      if (finding.inst != inst) continue;
      add(Kind::Finding, fmt::format("{}: {}", name_of(finding.kind), finding.message));
    }
  }

  FunctionView function_;
  const Machine& machine_;
  const Output& output_;
  const Verdict& verdict_;
  Living living_;
  std::size_t next_edit_ = 0;
  std::vector<DebugLocation> labels_;  // by the point where they begin
  std::size_t next_label_ = 0;
  std::vector<ListedLine> lines_;
};

std::size_t indent_of(ListedLine::Kind kind) {
  switch (kind) {
    case ListedLine::Kind::Function:
      return 0;
    case ListedLine::Kind::Block:
      return 2;
    case ListedLine::Kind::Inst:
      return 4;
    case ListedLine::Kind::Edit:
    case ListedLine::Kind::Label:
    case ListedLine::Kind::Finding:
      break;
  }
  return 6;
}

constexpr std::size_t kRemarkColumn = 76;

}  // namespace

std::vector<ListedLine> list_answer(const FunctionView& function, const Machine& machine,
                                    const Output& output, const Verdict& verdict) {
  return Lister(function, machine, output, verdict).run();
}

std::string text_of(const std::vector<ListedLine>& lines) {
  std::string text;
  for (const ListedLine& line : lines) {
    std::string row(indent_of(line.kind), ' ');
    for (const ListedWord& word : line.words) row += word.text;
    if (!line.remark.empty()) row = fmt::format("{:<{}}  # {}", row, kRemarkColumn, line.remark);
    text += printable(row) + "\n";
  }
  return text;
}

namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// Neighbouring registers far apart in the circle of colours, classes by their strength; memory grey.
std::string style_of(Location place) {
  if (!place.is_reg()) return "background:#ddd";
  constexpr std::array<unsigned, kClassCount> kLightness = {82, 72, 90};
  unsigned hue = number_of(place.as_reg()) * 137 % 360;
  return fmt::format("background:hsl({},70%,{}%)", hue,
                     kLightness[index_of(class_of(place.as_reg()))]);
}

const char* css_class(ListedLine::Kind kind) {
  constexpr const char* kNames[] = {"function", "block", "inst", "edit", "label", "finding"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string row_of(const ListedLine& line) {
  std::string row = fmt::format("<div class=\"{}\">", css_class(line.kind));
  for (const ListedWord& word : line.words) {
    std::string text = escaped(printable(word.text));
    row += word.place.is_none() ? text
                                : fmt::format("<b style=\"{}\">{}</b>", style_of(word.place), text);
  }
  if (!line.remark.empty()) row += "<i>" + escaped(printable(line.remark)) + "</i>";
  return row + "</div>\n";
}

constexpr const char* kStyle = R"(<style>
body { font: 13px/1.5 monospace; margin: 2em; color: #222; background: #fff; }
div { white-space: pre-wrap; padding-left: 4ch; }
b { font-weight: normal; border-radius: 3px; padding: 0 2px; }
i { color: #777; margin-left: 4ch; }
.function { padding: 0; margin-top: 2em; font-weight: bold; }
.function i { font-weight: normal; }
.block { padding-left: 2ch; margin-top: .5em; font-weight: bold; }
.edit, .label { padding-left: 8ch; color: #555; }
.finding { padding-left: 8ch; color: #b00; }
</style>
)";

}  // namespace

std::string html_of(const std::string& title,
                    const std::vector<std::vector<ListedLine>>& sections) {
  std::string name = escaped(printable(title));
  std::string page = "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>" +
                     name + "</title>\n" + kStyle + "<h1>" + name + "</h1>\n";
  for (const std::vector<ListedLine>& lines : sections) {
    for (const ListedLine& line : lines) page += row_of(line);
  }
  return page + "</html>\n";
}

}  // namespace regproof::cli
