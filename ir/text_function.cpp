// The body of a function: lines about values, then blocks. Goes straight into a FunctionBuilder;
// what the builder would refuse is found here first, where the place in the text is known.
//
// Tested by tests/ir/text_test.cpp and the `text` target.
#include <unordered_set>
#include <vector>

#include "ir/builder.h"
#include "ir/names.h"
#include "ir/text_parts.h"

namespace regproof {
namespace {

// Numbers in `reuse` and `limit` end here; which of them mean something is for validate to say.
constexpr std::uint32_t kMaxNumberInOperand = kMaxOperandsOfInst;

class FunctionParser {
 public:
  FunctionParser(Lexer& lexer, std::string name, SourceMap& source)
      : lexer_(lexer), builder_(std::move(name)), source_(source) {}

  bool parse(Function& function) {
    if (!head()) return false;
    while (!lexer_.accept('}')) {
      if (!block()) return false;
    }
    Result<Function, BuildError> built = std::move(builder_).finish();
    if (!built) return lexer_.fail_at(source_.function, built.error().message);
    function = *std::move(built);
    return lexer_.end_line();
  }

 private:
  // --- Beside the code -------------------------------------------------------------------------

  bool head() {
    while (!lexer_.at_numbered("block")) {
      std::string_view word = lexer_.peek_word();
      if (word == "rematerializable") {
        if (!rematerializable()) return false;
      } else if (word == "recipe") {
        if (!recipe()) return false;
      } else if (word == "debug") {
        if (!debug_label()) return false;
      } else if (word == "multiple_defs") {
        lexer_.take(word);
        builder_.allow_multiple_defs();
      } else if (lexer_.peek() == '}') {
        return lexer_.fail("the function has no block, expected `block0():`");
      } else {
        return lexer_.unexpected(
            "`rematerializable`, `recipe`, `debug`, `multiple_defs` or `block0():`");
      }
      if (!lexer_.end_line()) return false;
    }
    return true;
  }

  // `rematerializable v2i v5f`
  bool rematerializable() {
    lexer_.take("rematerializable");
    do {
      VReg v;
      if (!vreg(v)) return false;
      builder_.rematerializable(v);
    } while (lexer_.peek() == 'v');
    return true;
  }

  // `recipe v9i = (v3i, p15i) cost 3 clobbers p2i p7i reuse 0`
  bool recipe() {
    lexer_.take("recipe");
    TextPlace place = lexer_.place();
    VReg value;
    if (!vreg(value)) return false;
    if (!recipes_.insert(value.value()).second) {
      return lexer_.fail_at(
          place, "a second recipe of v" + std::to_string(value.value()) + ", expected one");
    }
    std::uint32_t cost = 1, reuse = Recipe::kNoReuse;
    RegSet clobbers;
    if (!lexer_.expect('=', "`=`") || !lexer_.expect('(', "`(`") || !recipe_inputs()) return false;
    if (lexer_.accept_word("cost") && !recipe_cost(cost)) return false;
    if (lexer_.accept_word("clobbers")) {
      if (!lexer_.preg_ranges(clobbers)) return false;
      if (clobbers.empty()) return lexer_.unexpected("a physical register (`p3i`)");
    }
    if (lexer_.accept_word("reuse") &&
        !lexer_.number(kMaxRecipeInputs - 1, "the number of an input", reuse)) {
      return false;
    }
    char behind = lexer_.peek();
    if (behind >= 'a' && behind <= 'z') {
      return lexer_.unexpected("`cost`, `clobbers`, `reuse` in this order, or the end of the line");
    }
    builder_.recipe(value, operands_, cost, clobbers, static_cast<std::uint8_t>(reuse));
    return true;
  }

  // From behind `(` through `)`, into `operands_`.
  bool recipe_inputs() {
    operands_.clear();
    if (lexer_.accept(')')) return true;
    do {
      if (operands_.size() == kMaxRecipeInputs) {
        return lexer_.fail("the recipe has too many inputs, expected at most " +
                           std::to_string(kMaxRecipeInputs));
      }
      VReg v;
      PReg reg;
      if (lexer_.peek() == 'p' ? !lexer_.preg(reg) : !vreg(v)) return false;
      operands_.push_back(reg.valid() ? Operand::pin(reg) : Operand::use(v, Constraint::Reg));
    } while (lexer_.accept(','));
    return lexer_.expect(')', "`,` or `)`");
  }

  bool recipe_cost(std::uint32_t& cost) {
    TextPlace place = lexer_.place();
    if (!lexer_.number(kMaxRecipeCost, "a number of moves", cost)) return false;
    return cost > 0 || lexer_.fail_at(place, "found `0`, expected a cost of 1 to " +
                                                 std::to_string(kMaxRecipeCost) + " moves");
  }

  // `debug v3i inst2..inst6 = 4`
  bool debug_label() {
    lexer_.take("debug");
    DebugLabel label;
    std::uint32_t from = 0, to = 0;
    if (!vreg(label.vreg) || !lexer_.numbered("inst", kMaxInsts - 1, from) ||
        !lexer_.expect("..") || !lexer_.numbered("inst", kMaxInsts, to) ||
        !lexer_.expect('=', "`=`") ||
        !lexer_.number(0xffffffffu, "a label's number", label.label)) {
      return false;
    }
    label.from = Inst(from);
    label.to = Inst(to);
    builder_.debug_label(label);
    return true;
  }

  // --- Blocks ----------------------------------------------------------------------------------

  // A block's header, its instructions, its branch or ret.
  bool block() {
    if (!header()) return false;
    InstKind kind = InstKind::Op;
    while (kind == InstKind::Op) {
      if (!instruction(kind)) return false;
    }
    return true;
  }

  // `block3(v4i, v5f) frequency 8.5:`
  bool header() {
    TextPlace place = lexer_.place();
    auto expected = static_cast<std::uint32_t>(builder_.block_count());
    if (!lexer_.at_numbered("block")) {
      return lexer_.unexpected("`" + to_string(Block(expected)) + "` or `}`, since " +
                               to_string(Block(expected - 1)) + " has ended");
    }
    std::uint32_t number = 0;
    if (!lexer_.numbered("block", kMaxBlocks - 1, number)) return false;
    if (number != expected) {
      return lexer_.fail_at(place, "found `" + to_string(Block(number)) + "`, expected `" +
                                       to_string(Block(expected)) +
                                       "`: blocks are numbered in order");
    }
    double frequency = 0;
    vregs_.clear();
    if (!lexer_.expect('(', "`(`") || !vreg_list(vregs_)) return false;
    bool stated = lexer_.accept_word("frequency");
    if (stated && !lexer_.frequency(frequency)) return false;
    if (!lexer_.expect(':', stated ? "`:`" : "`frequency` or `:`")) return false;
    builder_.begin_block(vregs_, frequency);
    source_.blocks.push_back(place);
    return lexer_.end_line();
  }

  // From behind `(` through `)`. Adds to `list`.
  bool vreg_list(std::vector<VReg>& list) {
    if (lexer_.accept(')')) return true;
    do {
      VReg v;
      if (!vreg(v)) return false;
      list.push_back(v);
    } while (lexer_.accept(','));
    return lexer_.expect(')', "`,` or `)`");
  }

  // --- Instructions ----------------------------------------------------------------------------

  // `inst3: op def v3i reuse(1), use v0i reg ; clobber p5i..p7i p5f`
  bool instruction(InstKind& kind) {
    TextPlace place = lexer_.place();
    if (!inst_number() || !inst_kind(kind)) return false;
    if (builder_.inst_count() == kMaxInsts) {
      return lexer_.fail_at(place, "the function has too many instructions, expected at most " +
                                       std::to_string(kMaxInsts));
    }
    operands_.clear();
    if (!lexer_.at_line_end() && lexer_.peek() != ';' && lexer_.peek() != '-') {
      do {
        if (!operand()) return false;
      } while (lexer_.accept(','));
    }
    RegSet clobbers;
    if (!clobber_list(clobbers)) return false;
    target_count_ = 0;
    if (kind == InstKind::Branch && lexer_.accept("->") && !targets()) return false;
    if (!lexer_.at_line_end()) return unexpected_behind(kind, clobbers);
    if (kind == InstKind::Op) builder_.op(operands_, clobbers);
    if (kind == InstKind::Ret) builder_.ret(operands_, clobbers);
    if (kind == InstKind::Branch) {
      builder_.branch(operands_,
                      std::span<const FunctionBuilder::Target>(targets_).first(target_count_),
                      clobbers);
    }
    source_.insts.push_back(place);
    return lexer_.end_line();
  }

  // `inst3:`, where it stands
  bool inst_number() {
    if (!lexer_.at_numbered("inst")) return true;
    TextPlace place = lexer_.place();
    std::uint32_t number = 0;
    if (!lexer_.numbered("inst", kMaxInsts - 1, number)) return false;
    Inst expected(static_cast<std::uint32_t>(builder_.inst_count()));
    if (Inst(number) != expected) {
      return lexer_.fail_at(place, "found `" + to_string(Inst(number)) + "`, expected `" +
                                       to_string(expected) +
                                       "`: instructions are numbered through the function");
    }
    return lexer_.expect(':', "`:`");
  }

  bool inst_kind(InstKind& kind) {
    std::string_view word = lexer_.peek_word();
    if (word == "op") {
      kind = InstKind::Op;
    } else if (word == "branch") {
      kind = InstKind::Branch;
    } else if (word == "ret") {
      kind = InstKind::Ret;
    } else if (lexer_.at_numbered("block") || lexer_.peek() == '}') {
      Block open(static_cast<std::uint32_t>(builder_.block_count() - 1));
      return lexer_.fail(to_string(open) +
                         " does not end in a branch or ret, expected `op`, "
                         "`branch` or `ret`");
    } else {
      return lexer_.unexpected("`op`, `branch` or `ret`");
    }
    lexer_.take(word);
    return true;
  }

  bool unexpected_behind(InstKind kind, const RegSet& clobbers) {
    std::string expected;
    if (target_count_ > 0) {
      expected = "`,`";
    } else if (!clobbers.empty()) {
      expected = "a physical register";
    } else {
      expected = operands_.empty() ? "an operand, `;`" : "`,`, `;`";
    }
    if (kind == InstKind::Branch && target_count_ == 0) expected += ", `->`";
    return lexer_.unexpected(expected + " or the end of the line");
  }

  // `; clobber p5i..p7i p5f`, where it stands
  bool clobber_list(RegSet& clobbers) {
    if (!lexer_.accept(';')) return true;
    if (!lexer_.expect_word("clobber")) return false;
    if (!lexer_.preg_ranges(clobbers)) return false;
    return !clobbers.empty() || lexer_.unexpected("a physical register (`p3i`)");
  }

  // `block3(v3i), block4()`
  bool targets() {
    do {
      std::uint32_t block = 0;
      if (!lexer_.numbered("block", kMaxBlocks - 1, block)) return false;
      if (target_count_ == targets_.size()) targets_.emplace_back();
      FunctionBuilder::Target& target = targets_[target_count_++];
      target.block = Block(block);
      target.arguments.clear();
      if (!lexer_.expect('(', "`(`") || !vreg_list(target.arguments)) return false;
    } while (lexer_.accept(','));
    return true;
  }

  // --- Operands --------------------------------------------------------------------------------

  // `def@early v3i reg`, `pin p63i`
  bool operand() {
    TextPlace place = lexer_.place();
    if (operands_.size() == kMaxOperandsOfInst) {
      return lexer_.fail("the instruction has too many operands, expected at most " +
                         std::to_string(kMaxOperandsOfInst));
    }
    std::string_view word = lexer_.peek_word();
    if (word == "pin") {
      lexer_.take(word);
      PReg reg;
      if (!lexer_.preg(reg)) return false;
      operands_.push_back(Operand::pin(reg));
    } else {
      if (word != "use" && word != "def") return lexer_.unexpected("`use`, `def` or `pin`");
      OperandKind kind = word == "use" ? OperandKind::Use : OperandKind::Def;
      lexer_.take(word);
      OperandPos pos = kind == OperandKind::Use ? OperandPos::Early : OperandPos::Late;
      VReg v;
      if (!position(pos) || !vreg(v) || !constraint(kind, pos, v)) return false;
    }
    source_.operands.push_back(place);
    return true;
  }

  // `@early` or `@late`, where it stands
  bool position(OperandPos& pos) {
    if (!lexer_.accept('@')) return true;
    std::string_view word = lexer_.peek_word();
    if (word != "early" && word != "late") return lexer_.unexpected("`early` or `late`");
    pos = word == "early" ? OperandPos::Early : OperandPos::Late;
    lexer_.take(word);
    return true;
  }

  bool constraint(OperandKind kind, OperandPos pos, VReg v) {
    Constraint constraint = Constraint::Any;
    std::uint32_t payload = 0;
    std::string_view word = lexer_.peek_word();
    if (word == "reg") {
      constraint = Constraint::Reg;
      lexer_.take(word);
    } else if (word == "any") {
      lexer_.take(word);
    } else if (word == "stack") {
      constraint = Constraint::Stack;
      lexer_.take(word);
    } else if (word == "fixed" || word == "reuse" || word == "limit" || word == "in") {
      lexer_.take(word);
      if (!lexer_.expect('(', "`(`") || !payload_of(word, constraint, payload) ||
          !lexer_.expect(')', word == "in" ? "a physical register or `)`" : "`)`")) {
        return false;
      }
    } else {
      return lexer_.unexpected("`any`, `reg`, `stack`, `fixed(`, `reuse(`, `limit(` or `in(`");
    }
    operands_.push_back(Operand::make(kind, pos, v, constraint, payload));
    return true;
  }

  // What stands in the parentheses of a constraint.
  bool payload_of(std::string_view word, Constraint& constraint, std::uint32_t& payload) {
    if (word == "fixed") {
      constraint = Constraint::Fixed;
      PReg reg;
      if (!lexer_.preg(reg)) return false;
      payload = reg.value();
      return true;
    }
    if (word == "in") {
      constraint = Constraint::In;
      RegSet set;
      if (!lexer_.preg_ranges(set)) return false;
      payload = builder_.intern(set).value();
      return true;
    }
    constraint = word == "reuse" ? Constraint::Reuse : Constraint::Limit;
    return lexer_.number(kMaxNumberInOperand,
                         word == "reuse" ? "the number of an operand" : "a number of registers",
                         payload);
  }

  // A vreg, with the class that it has everywhere else in the function.
  bool vreg(VReg& v) {
    TextPlace place = lexer_.place();
    RegClass cls = RegClass::None;
    if (!lexer_.vreg(v, cls)) return false;
    RegClass known = builder_.vreg_class(v);
    if (known == cls) return true;
    if (known != RegClass::None) {
      std::string name = "v" + std::to_string(v.value());
      return lexer_.fail_at(place, "found `" + name + suffix_of(cls) + "`, expected `" + name +
                                       suffix_of(known) + "`: a number has one class");
    }
    builder_.declare(v, cls);
    return true;
  }

  Lexer& lexer_;
  FunctionBuilder builder_;
  SourceMap& source_;
  // Of the line that is being read; kept for their memory.
  std::vector<Operand> operands_;
  std::vector<VReg> vregs_;
  std::vector<FunctionBuilder::Target> targets_;
  std::unordered_set<std::uint32_t> recipes_;  // values that have had theirs
  std::size_t target_count_ = 0;
};

}  // namespace

bool read_function(Lexer& lexer, std::string_view spelling, TextPlace place, Function& function,
                   SourceMap& source) {
  source.function = place;
  return FunctionParser(lexer, unescape(spelling), source).parse(function);
}

}  // namespace regproof
