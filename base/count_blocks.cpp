// What `-fsanitize-coverage=trace-pc` has every basic block call: it is a step, so that no loop is
// missed. Linked where REGPROOF_COUNT_BLOCKS is on; this file is compiled without the flag.
#include "base/work.h"

extern "C" void __sanitizer_cov_trace_pc();
extern "C" void __sanitizer_cov_trace_pc() {
  ++regproof::work_done;
}
