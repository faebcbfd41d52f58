// The body of a `machine` statement. Its lines may come in any order; a class without a line has no
// allocatable registers. What a set of registers cannot hold (one register twice in a list) is an
// error here; whether the lists fit together is for validate_machine to say.
//
// Tested by tests/ir/text_test.cpp and the `text` target.
#include <array>

#include "ir/names.h"
#include "ir/text_parts.h"

namespace regproof {
namespace {

class MachineParser {
 public:
  MachineParser(Lexer& lexer, Machine& machine) : lexer_(lexer), machine_(machine) {}

  bool parse() {
    while (!lexer_.accept('}')) {
      if (!statement() || !lexer_.end_line()) return false;
    }
    return lexer_.end_line();
  }

 private:
  bool statement() {
    std::string_view word = lexer_.peek_word();
    for (RegClass cls : kClasses) {
      if (word == name_of(cls)) return class_line(cls);
    }
    if (word == "scratch") return scratch();
    if (word == "fixed_stack") {
      lexer_.take(word);
      return registers(machine_.fixed_stack, RegClass::None) ||
             lexer_.unexpected("a physical register (`p32i`)");
    }
    if (word == "spillslot_size") return slot_sizes();
    if (word == "spillslot_named_by") return slot_name();
    return lexer_.unexpected(
        "`int`, `float`, `vector`, `scratch`, `fixed_stack`, `spillslot_size`, "
        "`spillslot_named_by` or `}`");
  }

  // Statements that stand at most once.
  bool only_once(bool& seen, std::string_view word) {
    if (seen) {
      return lexer_.fail("`" + std::string(word) +
                         "` stands a second time in this machine, expected it once");
    }
    seen = true;
    lexer_.take(word);
    return true;
  }

  // `int p0i..p11i | p12i..p14i`
  bool class_line(RegClass cls) {
    if (!only_once(seen_class_[index_of(cls)], name_of(cls))) return false;
    registers(machine_.preferred, cls);
    if (lexer_.error()) return false;
    if (!lexer_.expect('|', "a physical register or `|`")) return false;
    registers(machine_.non_preferred, cls);
    return !lexer_.error();
  }

  // One register or more, each new to `set`; all of class `cls` if that is one. False without an
  // error if there is no register.
  bool registers(RegSet& set, RegClass cls) {
    bool any = false;
    while (lexer_.peek() == 'p') {
      TextPlace place = lexer_.place();
      PReg first, last;
      if (!lexer_.preg_range(first, last)) return false;
      if (cls != RegClass::None && class_of(first) != cls) {
        return lexer_.fail_at(place, to_string(first) + " is of another class, expected " +
                                         name_of(cls) + " registers");
      }
      for (PReg reg = first; reg <= last; reg = reg.next()) {
        if (set.contains(reg)) {
          return lexer_.fail_at(
              place, to_string(reg) + " stands a second time in this list, expected it once");
        }
        set.add(reg);
      }
      any = true;
    }
    return any;
  }

  // `scratch p15i p15f`
  bool scratch() {
    lexer_.take("scratch");
    do {
      TextPlace place = lexer_.place();
      PReg reg;
      if (!lexer_.preg(reg)) return false;
      PReg& known = machine_.scratch[index_of(class_of(reg))];
      if (known.valid()) {
        return lexer_.fail_at(place, to_string(known) + " is the scratch register of class " +
                                         name_of(class_of(reg)) +
                                         " already, expected at most one per class");
      }
      known = reg;
    } while (lexer_.peek() == 'p');
    return true;
  }

  // `spillslot_size int 1 float 1 vector 2`
  bool slot_sizes() {
    if (!only_once(seen_slot_size_, "spillslot_size")) return false;
    std::array<bool, kClassCount> seen{};
    do {
      std::string_view word = lexer_.peek_word();
      RegClass cls = RegClass::None;
      for (RegClass candidate : kClasses) {
        if (word == name_of(candidate)) cls = candidate;
      }
      if (cls == RegClass::None) return lexer_.unexpected("`int`, `float` or `vector`");
      if (!only_once(seen[index_of(cls)], word) ||
          !lexer_.number(kMaxSpillSlots, "a number of units", machine_.slot_size[index_of(cls)])) {
        return false;
      }
    } while (!lexer_.at_line_end());
    return true;
  }

  // `spillslot_named_by last`
  bool slot_name() {
    if (!only_once(seen_slot_name_, "spillslot_named_by")) return false;
    std::string_view word = lexer_.peek_word();
    if (word != "first" && word != "last") return lexer_.unexpected("`first` or `last`");
    machine_.slot_named_by_last = word == "last";
    lexer_.take(word);
    return true;
  }

  Lexer& lexer_;
  Machine& machine_;
  std::array<bool, kClassCount> seen_class_{};
  bool seen_slot_size_ = false;
  bool seen_slot_name_ = false;
};

}  // namespace

bool read_machine(Lexer& lexer, Machine& machine) {
  return MachineParser(lexer, machine).parse();
}

}  // namespace regproof
