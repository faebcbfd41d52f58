#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace regproof {

void invariant_violated(const char* what, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: invariant violated: %s\n", file, line, what);
  std::abort();
}

}  // namespace regproof
