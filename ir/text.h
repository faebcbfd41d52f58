// The text formats of docs/text.md: `.func` (machines and functions) and `.alloc` (answers).
//
// Reading is a pull: one item at a time, so a file of 100 MB needs memory for its text and one
// function. Errors stop the reading and name the place: FILE:LINE:COLUMN, what is wrong, what was
// expected. What is syntax (including that a block ends in its one branch or ret, that numbers of
// blocks and instructions rise by one, that a vreg has one class) is an error here; everything else
// is left to `validate`.
//
// Speed: about 290 MB/s for `.func` and 390 MB/s for `.alloc`, on one core of a shared two-core Xeon;
// linear in the text.
//
// Tested by tests/ir/text_test.cpp, text_error_test.cpp and text_files_test.cpp beside it, the `text`
// target, and every file under corpus/.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "ir/function.h"
#include "ir/machine.h"
#include "ir/output.h"

namespace regproof {

// A place in a text, both counted from 1; columns in bytes.
struct TextPlace {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct TextError {
  std::string file;
  TextPlace place;
  std::string message;  // "what is wrong, expected what"

  // "FILE:LINE:COLUMN: MESSAGE"
  std::string text() const;
};

// Where in the text the parts of a function stand.
struct SourceMap {
  TextPlace function;
  std::vector<TextPlace> blocks;    // by block
  std::vector<TextPlace> insts;     // by instruction
  std::vector<TextPlace> operands;  // by place in FunctionView::operand_array
};

struct FunctionText {
  Machine machine;  // in force for this function
  Function function;
  SourceMap source;
};

// Reads the functions of a `.func` text, in order.
class FunctionReader {
 public:
  // `text` outlives the reader; `file` is what errors call it.
  FunctionReader(std::string file, std::string_view text);
  ~FunctionReader();

  // The next function; nothing at the end of the text; or the error, after which reading is over.
  Result<std::optional<FunctionText>, TextError> next();

  // The machine of the last `machine` statement that was read; at the end of a text without
  // functions, this is how to get it.
  const Machine& machine() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// One `allocation` as it was written, before it meets its function.
struct AllocationText {
  struct List {
    Inst inst;
    std::uint32_t first_location = 0;
    TextPlace place;
  };
  std::string name;
  TextPlace place;
  std::uint32_t spillslots = 0;
  std::vector<List> lists;  // ascending by instruction; an instruction stands at most once
  std::vector<Location> locations;
  std::vector<Edit> edits;  // in the order of the text
  std::vector<TextPlace> edit_places;
  std::vector<DebugLocation> debug_locations;  // in the order of the text
  std::vector<TextPlace> debug_places;
  // The classes that the vregs of a remat were written with.
  struct RematClasses {
    RegClass value;
    RegClass as;
  };
  std::vector<RematClasses> remat_classes;  // one for each edit that is a remat, in their order
};

class AllocationReader {
 public:
  AllocationReader(std::string file, std::string_view text);
  ~AllocationReader();
  Result<std::optional<AllocationText>, TextError> next();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The answer as an Output of `function`. An error if it names an instruction or a vreg that the
// function does not have. Lists keep the length that they were written with (a missing one is
// empty), edits and labels their order: that they are right is for the checker to say.
Result<Output, TextError> to_output(const AllocationText& text, const std::string& file,
                                    const FunctionView& function);

// Printing. Reading what was printed gives the same program, machine, answer again.
void print_machine(const Machine& machine, std::string& out);
void print_function(const FunctionView& function, std::string& out);
void print_allocation(const FunctionView& function, const Output& output, std::string& out);

}  // namespace regproof
