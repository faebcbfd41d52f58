#include "bench/clock.h"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iterator>
#include <utility>

namespace regproof::bench {

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double clock_seconds() {
  static const double kSeconds = [] {
    std::vector<double> gaps(1001);
    for (double& gap : gaps) {
      double start = processor_seconds();
      gap = processor_seconds() - start;
    }
    return median(std::move(gaps));
  }();
  return kSeconds;
}

double processor_seconds_since(double start) {
  return std::max(0.0, processor_seconds() - start - clock_seconds());
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  std::size_t middle = values.size() / 2;
  if (values.size() % 2 != 0) return values[middle];
  return (values[middle - 1] + values[middle]) / 2;
}

std::optional<std::string> read_whole_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

}  // namespace regproof::bench
