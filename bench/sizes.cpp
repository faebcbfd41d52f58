// `regproof_sizes`: time and memory of allocation by shape and size of the program (bench/shapes.h).
//
//   regproof_sizes                  every shape at every size
//   regproof_sizes calls remats     these shapes
//   regproof_sizes --check          smallest sizes: legal, allocated, and the answers proven
//   regproof_sizes --write FOLDER   the programs as FOLDER/SHAPE-SIZE.func, for `regproof_compare`
//
// Each program is measured in a process of its own, so that memory is its own: the peak of what is
// resident during allocation, less what was resident at the start and the program's arrays. Seconds are processor time, the median of the
// repeats, the context reused as embedders do. `growth` is the exponent of the time between a size
// and the one before it: 1 is linear, 2 quadratic.
//
// The check is a test of ctest; ci/bench --sizes prints the table.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "allocator/allocator.h"
#include "bench/clock.h"
#include "bench/shapes.h"
#include "checker/judge.h"
#include "ir/cost.h"
#include "ir/text.h"
#include "ir/validate.h"

namespace {

using namespace regproof;
using namespace regproof::bench;

struct Options {
  std::vector<std::string> shapes;
  std::string folder;
  bool check = false;
  bool json = false;
  unsigned repeats = 5;
  unsigned limit = 300;       // seconds of processor time for one program
  double enough_seconds = 5;  // no further repeat after this
  std::size_t largest = ~std::size_t{0};
};

// What the child hands to its parent; plain bytes through a pipe.
struct Measurement {
  std::uint64_t insts = 0;
  std::uint64_t edits = 0;
  double seconds = 0;
  double program_mb = 0;  // the program's arrays
  double peak_mb = 0;     // beside them, during the allocation
  bool good = false;
  char fault[200] = {};
};

// A line such as "VmHWM:   1234 kB" of this process's status, in MB; 0 where there is none.
double status_mb(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(key, 0) == 0) return std::strtod(line.c_str() + key.size(), nullptr) / 1024;
  }
  return 0;
}

// Lets the peak start anew from what is resident now, where the system can do that.
void reset_peak() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

template <class... Vectors>
double megabytes_of(const Vectors&... vectors) {
  std::size_t bytes = (... + (vectors.capacity() * sizeof(typename Vectors::value_type)));
  return static_cast<double>(bytes) / 1048576;
}

double megabytes_of_program(const Function& f) {
  return megabytes_of(f.block_records, f.inst_records, f.edge_records, f.operands, f.predecessors,
                      f.params, f.arguments, f.reg_sets, f.vreg_classes, f.rematerializable,
                      f.recipes, f.recipe_inputs);
}

void set_fault(Measurement& m, const std::string& text) {
  m.good = false;
  std::strncpy(m.fault, text.c_str(), sizeof m.fault - 1);
}

Measurement measure(const Shape& shape, std::size_t size, const Options& options) {
  Measurement m;
  double empty_mb = status_mb("VmRSS:");
  Machine machine = shape.machine();
  Function function = shape.make(size);
  FunctionView view = function.view();
  m.insts = view.inst_count();
  std::vector<Violation> violations = validate(view, machine);
  if (!violations.empty()) {
    set_fault(m, "not legal: " + violations.front().message);
    return m;
  }
  reset_peak();
  m.program_mb = megabytes_of_program(function);
  clock_seconds();
  AllocatorContext context;
  std::vector<double> seconds;
  double total = 0;
  while (seconds.size() < options.repeats && (seconds.empty() || total < options.enough_seconds)) {
    double start = processor_seconds();
    Result<Output, AllocError> answer = allocate(view, machine, {}, context);
    seconds.push_back(processor_seconds_since(start));
    total += seconds.back();
    if (!answer) {
      set_fault(m, "refused: " + answer.error().message);
      return m;
    }
    m.edits = answer->edits.size();
    if (!options.check) continue;
    Verdict verdict = judge_output(view, machine, *answer);
    if (!verdict.proven()) {
      set_fault(m, "wrong: " + verdict.findings.front().message);
      return m;
    }
  }
  m.peak_mb = std::max(0.0, status_mb("VmHWM:") - empty_mb - m.program_mb);
  m.seconds = median(seconds);
  m.good = true;
  return m;
}

Measurement measure_in_child(const Shape& shape, std::size_t size, const Options& options) {
  Measurement m;
  int ends[2];
  if (pipe(ends) != 0) return m;
  std::fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    rlimit limit{options.limit, options.limit};
    setrlimit(RLIMIT_CPU, &limit);
    Measurement mine = measure(shape, size, options);
    ssize_t written = write(ends[1], &mine, sizeof mine);
    _exit(written == sizeof mine ? 0 : 1);
  }
  close(ends[1]);
  if (child < 0 || read(ends[0], &m, sizeof m) != sizeof m) m = Measurement();
  close(ends[0]);
  int status = 0;
  if (child > 0) waitpid(child, &status, 0);
  if (child > 0 && WIFSIGNALED(status)) {
    int signal = WTERMSIG(status);
    bool slow = signal == SIGXCPU || signal == SIGKILL;
    set_fault(m, slow ? fmt::format("more than {} s, or out of memory", options.limit)
                      : fmt::format("ended by signal {}", signal));
  }
  return m;
}

struct Row {
  const Shape* shape;
  Measurement m;
  std::optional<double> growth;
};

void print_row(const Row& row) {
  const Measurement& m = row.m;
  if (!m.good) {
    fmt::print("{:<14} {:>9}  FAULT: {}\n", row.shape->name, m.insts, m.fault);
    return;
  }
  auto insts = static_cast<double>(m.insts);
  fmt::print("{:<14} {:>9} {:>9.0f} {:>10.4f} {:>7} {:>9.2f} {:>10.1f} {:>9.1f} {:>11.0f}\n",
             row.shape->name, m.insts, m.seconds * 1e9 / insts, m.seconds,
             row.growth ? fmt::format("{:.2f}", *row.growth) : "",
             static_cast<double>(m.edits) / insts, m.program_mb, m.peak_mb,
             m.peak_mb * 1048576 / insts);
}

nlohmann::ordered_json json_of(const Row& row) {
  nlohmann::ordered_json json;
  json["shape"] = row.shape->name;
  json["instructions"] = row.m.insts;
  json["seconds"] = row.m.seconds;
  json["edits"] = row.m.edits;
  json["program_mb"] = row.m.program_mb;
  json["peak_mb"] = row.m.peak_mb;
  if (row.growth) json["growth"] = *row.growth;
  if (!row.m.good) json["fault"] = row.m.fault;
  return json;
}

std::vector<std::size_t> sizes_of(const Shape& shape, const Options& options) {
  std::vector<std::size_t> sizes = shape.sizes;
  auto larger = [&](std::size_t size) { return size > options.largest; };
  sizes.erase(std::remove_if(sizes.begin(), sizes.end(), larger), sizes.end());
  if (options.check && sizes.size() > 1) sizes.resize(1);
  return sizes;
}

bool write_programs(const Shape& shape, const Options& options) {
  for (std::size_t size : sizes_of(shape, options)) {
    std::string text;
    Function function = shape.make(size);
    print_machine(shape.machine(), text);
    print_function(function.view(), text);
    std::string path = fmt::format("{}/{}-{}.func", options.folder, shape.name, size);
    std::ofstream file(path, std::ios::binary);
    file << text;
    if (!file.flush()) {
      fmt::print(stderr, "regproof_sizes: cannot write {}\n", path);
      return false;
    }
  }
  return true;
}

// True if all is well.
bool run_shape(const Shape& shape, const Options& options, std::vector<Row>& rows) {
  bool good = true;
  std::optional<Measurement> smaller;
  for (std::size_t size : sizes_of(shape, options)) {
    Row row{&shape, measure_in_child(shape, size, options), std::nullopt};
    if (smaller && smaller->good && row.m.good) {
      row.growth = std::log(row.m.seconds / smaller->seconds) /
                   std::log(static_cast<double>(row.m.insts) / static_cast<double>(smaller->insts));
    }
    if (!options.json) print_row(row);
    good = good && row.m.good;
    smaller = row.m;
    rows.push_back(row);
  }
  return good;
}

int run(const Options& options) {
  if (!options.json && options.folder.empty()) {
    fmt::print("{:<14} {:>9} {:>9} {:>10} {:>7} {:>9} {:>10} {:>9} {:>11}\n", "shape", "insts",
               "ns/inst", "seconds", "growth", "edits/ins", "program MB", "peak MB", "bytes/inst");
  }
  bool good = true;
  std::vector<Row> rows;
  for (const Shape& shape : all_shapes()) {
    bool wanted = options.shapes.empty() ||
                  std::count(options.shapes.begin(), options.shapes.end(), shape.name) != 0;
    if (!wanted) continue;
    good = (options.folder.empty() ? run_shape(shape, options, rows)
                                   : write_programs(shape, options)) &&
           good;
  }
  if (options.json) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const Row& row : rows) json.push_back(json_of(row));
    fmt::print("{}\n", json.dump(1));
  }
  return good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Time and memory of allocation by shape and size of the program");
  std::vector<std::string> names;
  for (const Shape& shape : all_shapes()) names.emplace_back(shape.name);
  app.add_option("SHAPE", options.shapes, "Shapes; all if none is named")
      ->check(CLI::IsMember(names));
  app.add_flag("--check", options.check, "Smallest sizes only, answers judged");
  app.add_option("--write", options.folder, "Write the programs there instead")
      ->check(CLI::ExistingDirectory);
  app.add_option("--repeat", options.repeats, "Allocations of each program, at most")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--largest", options.largest, "Leave out programs with more instructions");
  app.add_option("--limit", options.limit, "Seconds that one program may take")
      ->capture_default_str();
  app.add_flag("--json", options.json, "Machine-readable");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return run(options);
}
