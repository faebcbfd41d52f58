// Our own faults, made loud: `check(lambda, what)` evaluates the lambda in checked and fuzz builds
// and stops the program with file, line and `what` when it returns false. In other builds neither
// the lambda nor the text costs anything. It is a function, not a macro, so its arguments obey the
// language.
//
//   check([&] { return begin <= end; }, "a range ends before it begins");
//
// A caller's faults never come here: they are values (see ir/validate.h, base/result.h).
#pragma once

namespace regproof {

#if defined(REGPROOF_CHECKED)
inline constexpr bool kChecked = true;
#else
inline constexpr bool kChecked = false;
#endif

// Prints "FILE:LINE: invariant violated: WHAT" to the standard error output and aborts.
[[noreturn]] void invariant_violated(const char* what, const char* file, int line);

template <class Condition>
constexpr void check(Condition&& holds, const char* what, const char* file = __builtin_FILE(),
                     int line = __builtin_LINE()) {
  if constexpr (kChecked) {
    if (!holds()) invariant_violated(what, file, line);
  }
}

}  // namespace regproof
