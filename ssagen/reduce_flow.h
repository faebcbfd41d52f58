// The dimensions of ssagen/reduce.h that change control flow: blocks, edges, joins, parameters. Each is a count of
// things and what makes one of them go (ssagen/reduce_dimensions.h).
#pragma once

#include <cstddef>

#include "ssagen/sketch.h"

namespace regproof {

// Edges to the block lead to its first target instead, with what that one receives from it. Of the entry: the block
// behind it becomes the entry, unless something leads back to the old one.
std::size_t count_blocks(const Sketch& sketch);
void drop_block(Sketch& sketch, std::size_t gone);

// A branch without targets becomes a `ret`.
std::size_t count_edges(const Sketch& sketch);
void drop_edge(Sketch& sketch, std::size_t thing);

// Blocks with one target, which has no other way in, take that block up.
std::size_t count_joins(const Sketch& sketch);
void join_with_next(Sketch& sketch, std::size_t thing);

// Blocks that no edge leads to go behind the last block ahead of them that ends in a `ret`, whose `ret` goes.
std::size_t count_unreached(const Sketch& sketch);
void join_unreached(Sketch& sketch, std::size_t thing);

// What a block holds goes to the end of the entry, where all that it defines can be used everywhere.
std::size_t count_hoistable(const Sketch& sketch);
void hoist_block(Sketch& sketch, std::size_t thing);

// Parameters, with their arguments.
std::size_t count_params(const Sketch& sketch);
void drop_param(Sketch& sketch, std::size_t thing);

}  // namespace regproof
