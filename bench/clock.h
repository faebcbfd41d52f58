// What every measurement here needs: a clock, a median, a file's text.
//
// Held by ci/bench.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace regproof::bench {

// Processor time of the calling thread: other work on the machine does not count, though it still
// takes caches and clock frequency.
double processor_seconds();

// What two readings with nothing between them lie apart: half a microsecond where the clock is a
// system call, a tenth of the time that a tiny function takes. Measured once, then remembered.
double clock_seconds();

// Since `start`, the clock's own time taken off.
double processor_seconds_since(double start);

// Of an even number, the mean of the middle two; 0 of none.
double median(std::vector<double> values);

std::optional<std::string> read_whole_file(const std::string& path);

}  // namespace regproof::bench
