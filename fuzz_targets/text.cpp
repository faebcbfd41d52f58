// Property: no bytes crash the readers of either format; what they accept is printed as text that
// reads back as the same. The input is the text.
//
// Tested by its own replay in ctest and by tests/fuzz_targets/targets_test.cpp.
#include "ir/text.h"

#include <algorithm>

#include "fuzz_targets/property.h"
#include "ir/builder.h"

namespace regproof {
namespace {

// So that short inputs that name very high numbers many times stay quick.
constexpr int kMaxItems = 64;
constexpr std::uint32_t kMaxInstNumber = 4096;

std::string text_of(const FunctionText& item) {
  std::string text;
  print_machine(item.machine, text);
  print_function(item.function.view(), text);
  return text;
}

std::optional<Failure> check_function(const FunctionText& first) {
  std::string printed = text_of(first);
  auto second = FunctionReader("printed.func", printed).next();
  if (!second) return Failure{second.error().text() + "\n" + printed};
  const std::optional<FunctionText>& again = *second;
  if (again && again->machine == first.machine && text_of(*again) == printed &&
      same_program(again->function.view(), first.function.view())) {
    return std::nullopt;
  }
  return Failure{"a program changes when it is printed and read again:\n" + printed};
}

// A function that has the instructions and values that the answer names, if those are few.
Result<Function, BuildError> function_for(const AllocationText& answer) {
  Inst last(0);
  auto see = [&](Inst inst) { last = std::max(last, inst); };
  FunctionBuilder builder(answer.name);
  for (const AllocationText::List& list : answer.lists) see(list.inst);
  std::size_t remat = 0;
  for (const Edit& edit : answer.edits) {
    see(edit.point.inst());
    if (edit.kind != EditKind::Remat) continue;
    AllocationText::RematClasses classes = answer.remat_classes[remat++];
    builder.declare(edit.remat, classes.value);
    builder.declare(edit.remat_as, classes.as);
  }
  for (const DebugLocation& debug : answer.debug_locations) {
    see(std::max(debug.from.inst(), debug.to.inst()));
  }
  if (last.value() > kMaxInstNumber) return BuildError{"too long to build"};
  builder.begin_block();
  for (Inst inst(0); inst < last; inst = inst.next()) builder.op(std::initializer_list<Operand>{});
  builder.ret(std::initializer_list<Operand>{});
  return std::move(builder).finish();
}

std::optional<Failure> check_allocation(const AllocationText& first) {
  Result<Function, BuildError> function = function_for(first);
  if (!function) return std::nullopt;
  FunctionView view = function->view();
  Result<Output, TextError> output = to_output(first, "input.alloc", view);
  if (!output) return Failure{output.error().text() + "\n"};
  std::string printed;
  print_allocation(view, *output, printed);
  auto second = AllocationReader("printed.alloc", printed).next();
  if (!second) return Failure{second.error().text() + "\n" + printed};
  if (!second->has_value()) return Failure{"nothing stands in the printed text:\n" + printed};
  Result<Output, TextError> again = to_output(**second, "printed.alloc", view);
  if (!again) return Failure{again.error().text() + "\n" + printed};
  std::string printed_again;
  print_allocation(view, *again, printed_again);
  if (*again == *output && printed_again == printed) return std::nullopt;
  return Failure{"an answer changes when it is printed and read again:\n" + printed};
}

}  // namespace

std::optional<Failure> text_property(std::span<const std::uint8_t> input) {
  std::string_view text(reinterpret_cast<const char*>(input.data()), input.size());
  FunctionReader functions("input.func", text);
  for (int n = 0; n < kMaxItems; ++n) {
    auto read = functions.next();
    if (!read || !read->has_value()) break;
    if (std::optional<Failure> failure = check_function(**read)) return failure;
  }
  AllocationReader allocations("input.alloc", text);
  for (int n = 0; n < kMaxItems; ++n) {
    auto read = allocations.next();
    if (!read || !read->has_value()) break;
    if (std::optional<Failure> failure = check_allocation(**read)) return failure;
  }
  return std::nullopt;
}

}  // namespace regproof
