// Property: twice the program is about twice the work. The input is a pattern: two bytes say how copies
// of it stand and hang together, the rest is what `decode` of ssagen reads. n log n passes, and so does a
// start that is dear; what grows like the square does not.
#include "fuzz_targets/growth.h"

#include <algorithm>
#include <cmath>

#include "allocator/allocator.h"
#include "base/work.h"
#include "checker/lifetimes.h"
#include "fuzz_targets/property.h"
#include "fuzz_targets/state_counters.h"
#include "ir/cfg.h"
#include "ir/text.h"

namespace regproof {
namespace {

std::string describe(const Pattern& pattern, std::span<const Sample> samples) {
  std::string text = "growth: steps grow with exponent " +
                     std::to_string(exponent_of(samples.subspan(1))) + " (" +
                     name_of(pattern.arrangement) + ", link " + name_of(pattern.link) + ")\n";
  for (const Sample& s : samples) {
    text += "  size " + std::to_string(s.size) + ", " + std::to_string(s.work) + " steps\n";
  }
  text += "\n# the pattern\n";
  print_machine(pattern.program.machine, text);
  print_function(pattern.program.function.view(), text);
  return text;
}

}  // namespace

Pattern decode_pattern(std::span<const std::uint8_t> input) {
  Pattern pattern;
  if (input.size() >= 2) {
    pattern.arrangement = kArrangements[input[0] % kArrangements.size()];
    pattern.link = kLinks[input[1] % kLinks.size()];
    input = input.subspan(2);
  }
  pattern.program = decode(input);
  return pattern;
}

std::uint64_t count_loop_pairs(const FunctionView& function) {
  Cfg cfg = analyze_cfg(function);
  std::uint64_t pairs = 0;
  for (Block b : function.blocks()) {
    for (Loop l = cfg.innermost_loop[b]; l.valid(); l = cfg.loops[l].parent) {
      pairs += function.insts(b).size();
    }
  }
  return pairs;
}

std::uint64_t count_live_pairs(const FunctionView& function) {
  Lifetimes lifetimes(function);
  std::uint64_t pairs = 0;
  for (std::uint32_t v = 0; v < function.vreg_count(); ++v) pairs += lifetimes.of(VReg(v)).size();
  return pairs;
}

double exponent_of(std::span<const Sample> samples) {
  if (samples.size() < 2) return 0;
  double x = 0, y = 0, xx = 0, xy = 0, n = static_cast<double>(samples.size());
  for (const Sample& s : samples) {
    double size = std::log(static_cast<double>(s.size) + 1);
    double work = std::log(static_cast<double>(s.work) + 1);
    x += size;
    y += work;
    xx += size * size;
    xy += size * work;
  }
  double spread = n * xx - x * x;
  return spread <= 0 ? 0 : (n * xy - x * y) / spread;
}

std::uint64_t work_of_engine(const Program& program) {
  AllocatorContext context;
  std::uint64_t before = work_done;
  auto answer = allocate(program.function.view(), program.machine, AllocatorOptions(), context);
  return work_done - before;
}

std::vector<Sample> sample(const Pattern& pattern, const Work& work, std::uint64_t most_insts) {
  std::vector<Sample> samples;
  for (std::uint32_t times : {4u, 8u, 16u, 32u}) {
    if (pattern.program.function.view().inst_count() * times > most_insts) break;
    Program program = repeat(pattern.program, pattern.arrangement, pattern.link, times);
    FunctionView function = program.function.view();
    std::uint64_t size =
        function.inst_count() + count_live_pairs(function) + count_loop_pairs(function);
    samples.push_back({size, work(program)});
  }
  return samples;
}

bool grows_too_fast(std::span<const Sample> samples) {
  if (samples.size() < 3 || samples.back().work < kLeastWork) return false;
  return exponent_of(samples.subspan(1)) > kMostExponent;
}

std::optional<Failure> growth_property(std::span<const std::uint8_t> input) {
  Pattern pattern = decode_pattern(input);
  std::vector<Sample> samples = sample(pattern, work_of_engine, kMostInsts);
  if (!samples.empty() && samples.back().work >= kLeastWork) {
    count_growth(exponent_of(std::span(samples).subspan(1)));
  }
  if (grows_too_fast(samples)) return Failure{describe(pattern, samples)};
  return std::nullopt;
}

}  // namespace regproof
