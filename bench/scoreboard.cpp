// See scoreboard.h. One table of columns drives heads, rows, means and JSON.
#include "bench/scoreboard.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

namespace regproof::bench {

namespace {

// Sums over functions, of a file or of all.
struct Sums {
  std::string file;
  std::uint64_t functions = 0;
  std::uint64_t insts = 0;
  Figures ours;
  Figures theirs;

  void add(const FunctionResult& function) {
    ++functions;
    insts += function.insts;
    ours += function.ours;
    theirs += function.theirs;
  }
};

// What is compared, as a number of one side.
struct Column {
  const char* head;  // of the text
  const char* key;   // of the JSON
  int width;
  double (*value)(const Sums& sums, const Figures& side);
  bool smooth;  // a count, so one can be added
};

double insts_per_second(const Sums& sums, const Figures& side) {
  return side.seconds > 0 ? static_cast<double>(sums.insts) / side.seconds : 0;
}

constexpr std::array kColumns = {
    Column{"kinst/s", "instructions_per_second", 7, insts_per_second, false},
    Column{"moves", "moves", 7,
           [](const Sums&, const Figures& f) { return static_cast<double>(f.cost.moves); }, true},
    Column{"loads", "loads", 7,
           [](const Sums&, const Figures& f) { return static_cast<double>(f.cost.loads); }, true},
    Column{"stores", "stores", 7,
           [](const Sums&, const Figures& f) { return static_cast<double>(f.cost.stores); }, true},
    Column{"slots", "spillslots", 6,
           [](const Sums&, const Figures& f) { return static_cast<double>(f.cost.spillslots); },
           true},
    Column{"w.moves", "weighted_moves", 9,
           [](const Sums&, const Figures& f) { return f.cost.weighted_moves; }, true},
    Column{"w.cost", "weighted_cost", 9,
           [](const Sums&, const Figures& f) { return f.cost.weighted_cost; }, true},
};
constexpr std::size_t kSpeed = 0;
constexpr std::size_t kWeightedMoves = 5;
constexpr std::size_t kWeightedCost = 6;
constexpr int kNameWidth = 24;

double ratio_of(const Column& column, const Sums& sums) {
  double ours = column.value(sums, sums.ours);
  double theirs = column.value(sums, sums.theirs);
  if (column.smooth && (ours == 0 || theirs == 0)) {
    ++ours;
    ++theirs;
  }
  return theirs > 0 ? ours / theirs : 0;
}

std::string base_name(const std::string& path) {
  std::string name = path.substr(path.find_last_of('/') + 1);
  std::size_t dot = name.rfind(".func");
  return dot == std::string::npos ? name : name.substr(0, dot);
}

Sums sums_of(const Contest& contest) {
  Sums sums;
  sums.file = base_name(contest.file);
  for (const FunctionResult& function : contest.functions) sums.add(function);
  return sums;
}

std::vector<Sums> sums_by_file(const Scoreboard& board) {
  std::vector<Sums> rows;
  for (const Contest& contest : board.contests) {
    if (!contest.functions.empty()) rows.push_back(sums_of(contest));
  }
  return rows;
}

Sums total_of(const std::vector<Sums>& rows) {
  Sums total;
  total.file = "total";
  for (const Sums& row : rows) {
    total.functions += row.functions;
    total.insts += row.insts;
    total.ours += row.ours;
    total.theirs += row.theirs;
  }
  return total;
}

double geometric_mean(const Column& column, const std::vector<Sums>& rows) {
  double logs = 0;
  for (const Sums& row : rows) logs += std::log(std::max(ratio_of(column, row), 1e-9));
  return rows.empty() ? 0 : std::exp(logs / static_cast<double>(rows.size()));
}

// A number in the width of a column: whole, or with an exponent where it is long.
std::string number_text(double value, int width) {
  std::string text = fmt::format("{:.0f}", value);
  if (static_cast<int>(text.size()) > width) text = fmt::format("{:.2e}", value);
  return fmt::format("{:>{}}", text, width);
}

std::string row_text(const Sums& row, bool with_peer) {
  std::string line = fmt::format("{:<{}} {:>7}", row.file, kNameWidth, row.insts);
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    const Column& column = kColumns[i];
    double unit = i == kSpeed ? 1e-3 : 1;
    line += "  " + number_text(column.value(row, row.ours) * unit, column.width);
    if (!with_peer) continue;
    line += " " + number_text(column.value(row, row.theirs) * unit, column.width);
    line += fmt::format(" {:>5.2f}", ratio_of(column, row));
  }
  return line + fmt::format("  {:>6}\n", row.ours.cost.remats);
}

std::string head_text(bool with_peer) {
  std::string line = fmt::format("{:<{}} {:>7}", "file", kNameWidth, "insts");
  for (const Column& column : kColumns) {
    line += fmt::format("  {:>{}}", column.head, column.width);
    if (with_peer) line += fmt::format(" {:>{}} {:>5}", "theirs", column.width, "ratio");
  }
  return line + fmt::format("  {:>6}\n", "remats");
}

std::string means_text(const std::vector<Sums>& rows) {
  std::string line = fmt::format("{:<{}} {:>7}", "geometric mean", kNameWidth, "");
  for (const Column& column : kColumns) {
    line += fmt::format("  {:>{}} {:>{}} {:>5.2f}", "", column.width, "", column.width,
                        geometric_mean(column, rows));
  }
  return line + "\n";
}

// The files where we look worst, by speed and by the two weighted figures.
std::string worst_files_text(const std::vector<Sums>& rows) {
  std::string text;
  for (std::size_t i : {kSpeed, kWeightedMoves, kWeightedCost}) {
    const Column& column = kColumns[i];
    auto less = [&](const Sums& a, const Sums& b) {
      double sign = i == kSpeed ? 1 : -1;
      return sign * ratio_of(column, a) < sign * ratio_of(column, b);
    };
    const Sums& worst = *std::min_element(rows.begin(), rows.end(), less);
    text +=
        fmt::format("worst {}: {:.2f} ({})\n", column.head, ratio_of(column, worst), worst.file);
  }
  return text;
}

// --- by size of function ---------------------------------------------------------------------------

struct SizeClass {
  std::uint64_t below;
  const char* name;
};
constexpr std::array kSizes = {
    SizeClass{10, "below 10"},          SizeClass{50, "10 to 50"},
    SizeClass{150, "50 to 150"},        SizeClass{500, "150 to 500"},
    SizeClass{1500, "500 to 1500"},     SizeClass{5000, "1500 to 5000"},
    SizeClass{50000, "5000 to 50,000"}, SizeClass{~std::uint64_t{0}, "50,000 and more"},
};

std::vector<Sums> sums_by_size(const Scoreboard& board) {
  std::vector<Sums> rows(kSizes.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].file = kSizes[i].name;
  for (const Contest& contest : board.contests) {
    for (const FunctionResult& function : contest.functions) {
      auto size = std::find_if(kSizes.begin(), kSizes.end(),
                               [&](const SizeClass& s) { return function.insts < s.below; });
      rows[static_cast<std::size_t>(size - kSizes.begin())].add(function);
    }
  }
  rows.erase(
      std::remove_if(rows.begin(), rows.end(), [](const Sums& row) { return row.functions == 0; }),
      rows.end());
  return rows;
}

double ns_per_inst(const Sums& row, const Figures& side) {
  return side.seconds * 1e9 / static_cast<double>(row.insts);
}

std::string sizes_text(const Scoreboard& board, bool with_peer) {
  std::string text = fmt::format("\n{:<16} {:>9} {:>8}  {:>8}", "insts of function", "functions",
                                 "insts", "ns/inst");
  if (with_peer) {
    text += fmt::format(" {:>8} {:>6}  {:>7} {:>7}", "theirs", "speed", "w.moves", "w.cost");
  }
  text += "\n";
  for (const Sums& row : sums_by_size(board)) {
    text += fmt::format("{:<17} {:>9} {:>8}  {:>8.0f}", row.file, row.functions, row.insts,
                        ns_per_inst(row, row.ours));
    if (with_peer) {
      text += fmt::format(" {:>8.0f} {:>6.2f}  {:>7.2f} {:>7.2f}", ns_per_inst(row, row.theirs),
                          ratio_of(kColumns[kSpeed], row), ratio_of(kColumns[kWeightedMoves], row),
                          ratio_of(kColumns[kWeightedCost], row));
    }
    text += "\n";
  }
  return text;
}

// --- functions where we lose most ------------------------------------------------------------------

// In shares of the peer's sum over the file, so that no hot file hides the others.
std::string worst_functions_text(const Scoreboard& board, std::size_t count) {
  struct Loss {
    double share;
    const FunctionResult* function;
  };
  std::vector<Loss> losses;
  for (const Contest& contest : board.contests) {
    double sum = std::max(sums_of(contest).theirs.cost.weighted_cost, 1.0);
    for (const FunctionResult& function : contest.functions) {
      double excess = function.ours.cost.weighted_cost - function.theirs.cost.weighted_cost;
      losses.push_back({excess / sum, &function});
    }
  }
  count = std::min(count, losses.size());
  std::partial_sort(losses.begin(), losses.begin() + static_cast<std::ptrdiff_t>(count),
                    losses.end(), [](const Loss& a, const Loss& b) { return a.share > b.share; });
  losses.resize(count);
  std::string text = fmt::format("\n{:>9} {:>7} {:>9} {:>9} {:>9} {:>9}  function\n", "w.cost +",
                                 "insts", "w.cost", "theirs", "w.moves", "theirs");
  for (const Loss& loss : losses) {
    const FunctionResult& f = *loss.function;
    text += fmt::format("{:>8.2f}% {:>7} {:>9.3g} {:>9.3g} {:>9.3g} {:>9.3g}  {} \"{}\"\n",
                        loss.share * 100, f.insts, f.ours.cost.weighted_cost,
                        f.theirs.cost.weighted_cost, f.ours.cost.weighted_moves,
                        f.theirs.cost.weighted_moves, base_name(f.file), f.name);
  }
  return text;
}

std::string peer_checker_text(const Scoreboard& board) {
  std::uint64_t accepted = 0;
  std::uint64_t silent = 0;
  for (const Contest& contest : board.contests) {
    accepted += contest.accepted_by_peer;
    silent += contest.not_judged_by_peer;
  }
  if (accepted + silent == 0) return "";
  return fmt::format("checker of {}: {} of our answers accepted, {} beyond its means\n", board.peer,
                     accepted, silent);
}

nlohmann::ordered_json json_of_side(const Sums& sums, const Figures& side) {
  nlohmann::ordered_json json;
  for (const Column& column : kColumns) json[column.key] = column.value(sums, side);
  json["remats"] = side.cost.remats;
  json["seconds"] = side.seconds;
  return json;
}

nlohmann::ordered_json json_of_row(const Sums& row, bool with_peer) {
  nlohmann::ordered_json json;
  json["file"] = row.file;
  json["functions"] = row.functions;
  json["instructions"] = row.insts;
  json["ours"] = json_of_side(row, row.ours);
  if (with_peer) {
    json["theirs"] = json_of_side(row, row.theirs);
    for (const Column& column : kColumns) json["ratio"][column.key] = ratio_of(column, row);
  }
  return json;
}

}  // namespace

std::vector<std::string> Scoreboard::faults() const {
  std::vector<std::string> all;
  for (const Contest& contest : contests) {
    all.insert(all.end(), contest.faults.begin(), contest.faults.end());
  }
  return all;
}

std::string table_of(const Scoreboard& board, std::size_t worst) {
  bool with_peer = !board.peer.empty();
  std::vector<Sums> rows = sums_by_file(board);
  std::string text = head_text(with_peer);
  for (const Sums& row : rows) text += row_text(row, with_peer);
  if (rows.empty()) return text;
  text += row_text(total_of(rows), with_peer);
  if (with_peer) text += means_text(rows) + "\n" + worst_files_text(rows);
  text += peer_checker_text(board);
  text += sizes_text(board, with_peer);
  if (with_peer && worst > 0) text += worst_functions_text(board, worst);
  for (const Contest& contest : board.contests) {
    for (const std::string& note : contest.notes) text += note + "\n";
  }
  return text;
}

nlohmann::ordered_json json_of(const Scoreboard& board) {
  bool with_peer = !board.peer.empty();
  std::vector<Sums> rows = sums_by_file(board);
  nlohmann::ordered_json json;
  json["peer"] = board.peer;
  json["files"] = nlohmann::ordered_json::array();
  for (const Sums& row : rows) json["files"].push_back(json_of_row(row, with_peer));
  json["total"] = json_of_row(total_of(rows), with_peer);
  if (with_peer) {
    for (const Column& column : kColumns) {
      json["geometric_mean"][column.key] = geometric_mean(column, rows);
    }
  }
  json["sizes"] = nlohmann::ordered_json::array();
  for (const Sums& row : sums_by_size(board)) json["sizes"].push_back(json_of_row(row, with_peer));
  json["functions"] = nlohmann::ordered_json::array();
  json["notes"] = nlohmann::ordered_json::array();
  std::uint64_t accepted = 0;
  std::uint64_t silent = 0;
  for (const Contest& contest : board.contests) {
    accepted += contest.accepted_by_peer;
    silent += contest.not_judged_by_peer;
    for (const FunctionResult& function : contest.functions) {
      Sums sums;
      sums.add(function);
      sums.file = base_name(function.file);
      nlohmann::ordered_json row = json_of_row(sums, with_peer);
      row["name"] = function.name;
      json["functions"].push_back(std::move(row));
    }
    for (const std::string& note : contest.notes) json["notes"].push_back(note);
  }
  json["accepted_by_peer"] = accepted;
  json["not_judged_by_peer"] = silent;
  json["faults"] = board.faults();
  return json;
}

}  // namespace regproof::bench
