// The body of an allocation, and its meeting with the function that it answers.
//
// Whether an answer is right is for the checker: edits and labels keep their order, lists may have
// any length, and `none` may stand wherever a place is written. Instructions may come in any order
// too; their lists are sorted once at the end if they do.
//
// Tested by tests/ir/text_test.cpp and the `text` target.
#include <algorithm>
#include <numeric>

#include "ir/names.h"
#include "ir/text_parts.h"

namespace regproof {
namespace {

class AllocationParser {
 public:
  AllocationParser(Lexer& lexer, AllocationText& result) : lexer_(lexer), result_(result) {}

  bool parse() {
    while (lexer_.peek() != '}') {
      if (!statement() || !lexer_.end_line()) return false;
    }
    if (!has_spillslots_) {
      return lexer_.fail(
          "the allocation does not say the size of its frame, expected `spillslots`");
    }
    lexer_.accept('}');
    return order_lists() && lexer_.end_line();
  }

 private:
  bool statement() {
    if (lexer_.at_numbered("inst")) return list();
    std::string_view word = lexer_.peek_word();
    if (word == "before" || word == "after") return edit();
    if (word == "debug") return debug_location();
    if (word == "spillslots") return spillslots();
    return lexer_.unexpected("`inst0:`, `before`, `after`, `debug`, `spillslots` or `}`");
  }

  // `spillslots 47`
  bool spillslots() {
    if (has_spillslots_) {
      return lexer_.fail("`spillslots` stands a second time, expected it once");
    }
    has_spillslots_ = true;
    lexer_.take("spillslots");
    return lexer_.number(kMaxSpillSlots, "a number of units", result_.spillslots);
  }

  // `inst3: p4i, stack2, none`
  bool list() {
    AllocationText::List list;
    list.place = lexer_.place();
    list.first_location = static_cast<std::uint32_t>(result_.locations.size());
    std::uint32_t inst = 0;
    if (!lexer_.numbered("inst", kMaxInsts - 1, inst) || !lexer_.expect(':', "`:`")) return false;
    list.inst = Inst(inst);
    if (!lexer_.at_line_end()) {
      do {
        Location location;
        if (result_.locations.size() == kMaxOperands) {
          return lexer_.fail("the allocation has too many places, expected at most " +
                             std::to_string(kMaxOperands));
        }
        if (!lexer_.location(location)) return false;
        result_.locations.push_back(location);
      } while (lexer_.accept(','));
      if (!lexer_.at_line_end()) return lexer_.unexpected("`,` or the end of the line");
    }
    result_.lists.push_back(list);
    return true;
  }

  // `before inst3` or `after inst3`
  bool point(ProgPoint& result) {
    std::string_view word = lexer_.peek_word();
    if (word != "before" && word != "after") return lexer_.unexpected("`before` or `after`");
    lexer_.take(word);
    std::uint32_t inst = 0;
    if (!lexer_.numbered("inst", kMaxInsts, inst)) return false;
    result = word == "before" ? ProgPoint::before(Inst(inst)) : ProgPoint::after(Inst(inst));
    return true;
  }

  // `before inst3: move p0i -> p4i`, `after inst3: remat v7i(p4i) as v9i -> p2i`
  bool edit() {
    TextPlace place = lexer_.place();
    ProgPoint at;
    if (!point(at) || !lexer_.expect(':', "`:`")) return false;
    Edit edit;
    if (lexer_.accept_word("move")) {
      edit = Edit::move(at, Location::none(), Location::none());
      if (!lexer_.location(edit.from)) return false;
    } else if (lexer_.accept_word("remat")) {
      edit = Edit::recompute(at, VReg::none(), VReg::none(), Location::none());
      if (!rematerialization(edit)) return false;
    } else {
      return lexer_.unexpected("`move` or `remat`");
    }
    if (!lexer_.expect("->") || !lexer_.location(edit.to)) return false;
    result_.edits.push_back(edit);
    result_.edit_places.push_back(place);
    return true;
  }

  // `v7i(p4i, p15i) as v9i`
  bool rematerialization(Edit& edit) {
    AllocationText::RematClasses classes{};
    if (!lexer_.vreg(edit.remat, classes.value)) return false;
    edit.remat_as = edit.remat;
    classes.as = classes.value;
    if (lexer_.accept('(') && !remat_inputs(edit)) return false;
    if (lexer_.accept_word("as") && !lexer_.vreg(edit.remat_as, classes.as)) return false;
    result_.remat_classes.push_back(classes);
    return true;
  }

  // From behind `(` through `)`.
  bool remat_inputs(Edit& edit) {
    std::size_t count = 0;
    do {
      if (count == kMaxRecipeInputs) {
        return lexer_.fail("the remat has too many inputs, expected at most " +
                           std::to_string(kMaxRecipeInputs));
      }
      if (!lexer_.preg(edit.inputs[count++])) return false;
    } while (lexer_.accept(','));
    return lexer_.expect(')', "`,` or `)`");
  }

  // `debug 4: after inst3 .. before inst4 in p4i`
  bool debug_location() {
    TextPlace place = lexer_.place();
    lexer_.take("debug");
    DebugLocation debug;
    if (!lexer_.number(0xffffffffu, "a label's number", debug.label) ||
        !lexer_.expect(':', "`:`") || !point(debug.from) || !lexer_.expect("..") ||
        !point(debug.to) || !lexer_.expect_word("in") || !lexer_.location(debug.location)) {
      return false;
    }
    result_.debug_locations.push_back(debug);
    result_.debug_places.push_back(place);
    return true;
  }

  // Sorts the lists by instruction; an error at the second list of one instruction.
  bool order_lists() {
    using List = AllocationText::List;
    std::vector<List>& lists = result_.lists;
    auto below = [](const List& a, const List& b) { return a.inst < b.inst; };
    if (!std::is_sorted(lists.begin(), lists.end(), below)) sort_lists();
    auto twice = std::adjacent_find(lists.begin(), lists.end(),
                                    [](const List& a, const List& b) { return a.inst == b.inst; });
    if (twice == lists.end()) return true;
    return lexer_.fail_at(twice[1].place, "a second list for " + to_string(twice->inst) +
                                              ", expected one; the other is in line " +
                                              std::to_string(twice->place.line));
  }

  void sort_lists() {
    std::vector<AllocationText::List> old_lists = std::move(result_.lists);
    std::vector<Location> old_locations = std::move(result_.locations);
    std::vector<std::uint32_t> order(old_lists.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return old_lists[a].inst != old_lists[b].inst ? old_lists[a].inst < old_lists[b].inst : a < b;
    });
    result_.lists.clear();
    result_.locations.clear();
    for (std::uint32_t n : order) {
      std::size_t begin = old_lists[n].first_location;
      std::size_t end =
          n + 1 < old_lists.size() ? old_lists[n + 1].first_location : old_locations.size();
      result_.lists.push_back(old_lists[n]);
      result_.lists.back().first_location = static_cast<std::uint32_t>(result_.locations.size());
      for (std::size_t i = begin; i < end; ++i) result_.locations.push_back(old_locations[i]);
    }
  }

  Lexer& lexer_;
  AllocationText& result_;
  bool has_spillslots_ = false;
};

// Holds an answer against the function that it names.
class Meeting {
 public:
  Meeting(const AllocationText& text, const FunctionView& function)
      : text_(text), function_(function) {}

  std::optional<Lexer::Error> error() {
    lists();
    edits();
    debug_locations();
    return std::move(error_);
  }

 private:
  void lists() {
    if (text_.lists.empty()) return;
    const AllocationText::List& last = text_.lists.back();
    auto missing = [&](const AllocationText::List& list) { return !has(list.inst); };
    if (!missing(last)) return;
    auto first = std::find_if(text_.lists.begin(), text_.lists.end(), missing);
    fail(first->place, to_string(first->inst));
  }

  void edits() {
    std::size_t remat = 0;
    for (std::size_t i = 0; i < text_.edits.size(); ++i) {
      const Edit& edit = text_.edits[i];
      TextPlace place = text_.edit_places[i];
      if (!has(edit.point.inst())) fail(place, to_string(edit.point.inst()));
      if (edit.kind != EditKind::Remat) continue;
      AllocationText::RematClasses classes = text_.remat_classes[remat++];
      vreg(place, edit.remat, classes.value);
      vreg(place, edit.remat_as, classes.as);
    }
  }

  // A label may end before the instruction that would be one past the last.
  void debug_locations() {
    for (std::size_t i = 0; i < text_.debug_locations.size(); ++i) {
      const DebugLocation& debug = text_.debug_locations[i];
      TextPlace place = text_.debug_places[i];
      if (!has(debug.from.inst())) fail(place, to_string(debug.from.inst()));
      Inst end(static_cast<std::uint32_t>(function_.inst_count()));
      if (!has(debug.to.inst()) && debug.to != ProgPoint::before(end)) {
        fail(place, to_string(debug.to.inst()));
      }
    }
  }

  bool has(Inst inst) const { return inst.value() < function_.inst_count(); }

  void vreg(TextPlace place, VReg v, RegClass cls) {
    if (function_.vreg_class(v) == cls) return;
    fail(place, "v" + std::to_string(v.value()) + suffix_of(cls));
  }

  void fail(TextPlace place, const std::string& what) {
    if (error_) return;
    error_ = {place, what + " does not stand in function \"" + escape(function_.name) +
                         "\", expected a name of that function"};
  }

  const AllocationText& text_;
  const FunctionView& function_;
  std::optional<Lexer::Error> error_;
};

}  // namespace

bool read_allocation(Lexer& lexer, AllocationText& allocation) {
  return AllocationParser(lexer, allocation).parse();
}

Result<Output, TextError> to_output(const AllocationText& text, const std::string& file,
                                    const FunctionView& function) {
  if (std::optional<Lexer::Error> error = Meeting(text, function).error()) {
    return TextError{file, error->place, std::move(error->message)};
  }
  Output output;
  output.spillslots = text.spillslots;
  output.locations = text.locations;
  output.edits = text.edits;
  output.debug_locations = text.debug_locations;
  output.first_location.reserve(function.inst_count() + 1);
  std::size_t next = 0;
  for (Inst inst : function.insts()) {
    output.first_location.push_back(next < text.lists.size()
                                        ? text.lists[next].first_location
                                        : static_cast<std::uint32_t>(text.locations.size()));
    if (next < text.lists.size() && text.lists[next].inst == inst) ++next;
  }
  output.first_location.push_back(static_cast<std::uint32_t>(text.locations.size()));
  return output;
}

}  // namespace regproof
