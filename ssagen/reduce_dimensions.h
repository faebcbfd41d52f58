// The dimensions along which `reduce` shrinks a program: ssagen/reduce.h says what each does.
#pragma once

#include <cstddef>
#include <span>

#include "ssagen/sketch.h"

namespace regproof {

struct Dimension {
  const char* name;
  // How many things there are to simplify, and simplifying one of them. Things with smaller numbers
  // keep them. Both are total on what `sketch_of` makes, and on what other calls made of it.
  std::size_t (*count)(const Sketch&);
  void (*simplify)(Sketch&, std::size_t thing);
};

std::span<const Dimension> reduce_dimensions();

}  // namespace regproof
