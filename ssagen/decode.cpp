// Bytes to drafts to programs. The token form is read into a draft, front to back; what a token
// cannot mean (an argument without a target, a set without an operand) is skipped. The choices form
// goes to the generator: byte 1 chooses the profile, three bytes switch features off, the rest are
// choices.
#include <algorithm>
#include <bit>

#include "ssagen/complete.h"
#include "ssagen/draft.h"
#include "ssagen/generate.h"
#include "ssagen/planted.h"
#include "ssagen/ssagen.h"
#include "ssagen/tokens.h"

namespace regproof {
namespace {

// The length of the UTF-8 sequence at `i`, or 0 where there is none, or a control byte.
std::size_t utf8_length(const std::string& text, std::size_t i) {
  auto byte = [&](std::size_t k) { return static_cast<std::uint8_t>(text[k]); };
  std::uint8_t lead = byte(i);
  if (lead < 0x80) return (lead < 0x20 && lead != '\t') || lead == 0x7f ? 0 : 1;
  std::size_t length = lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : 4;
  if (lead < 0xc2 || lead > 0xf4 || text.size() - i < length) return 0;
  for (std::size_t k = 1; k < length; ++k) {
    if ((byte(i + k) & 0xc0) != 0x80) return 0;
  }
  std::uint8_t second = byte(i + 1);
  bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  bool beyond = (lead == 0xed && second >= 0xa0) || (lead == 0xf4 && second >= 0x90);
  return overlong || beyond ? 0 : length;
}

// What cannot stand in a name of the text format becomes `_`.
void repair_name(std::string& name) {
  for (std::size_t i = 0; i < name.size();) {
    std::size_t length = utf8_length(name, i);
    if (length == 0) name[i] = '_';
    i += std::max<std::size_t>(length, 1);
  }
}

// More operands and parameters than there can be values are not read.
constexpr std::size_t kMostDefinitions = kMaxVRegs - 16;

class DraftReader {
 public:
  // All of the input, byte 0 too.
  explicit DraftReader(std::span<const std::uint8_t> input)
      : tokens_(input.subspan(1)), version_(version_of(input[0])) {
    draft_.number_limit = static_cast<std::uint32_t>(
        std::min<std::size_t>(kMaxVRegs, number_limit(version_, input.size() - 1)));
  }

  void read() {
    while (tokens_.next()) {
      if (draft_.operands.size() + draft_.params.size() >= kMostDefinitions) break;
      if (tokens_.head() < 0x60) {
        read_operand();
      } else {
        read_token(static_cast<Token>(tokens_.head() & 0x1f));
      }
    }
    if (!block_open_ && draft_.blocks.empty()) begin_block();
    if (block_open_ && !block_ended()) begin_inst(InstKind::Ret);
    close_block();
  }

  Draft& draft() { return draft_; }
  const Machine& machine() const { return machine_; }

 private:
  void read_token(Token token) {
    switch (token) {
      case Token::Op:
        return begin_inst(InstKind::Op);
      case Token::Branch:
        return begin_inst(InstKind::Branch);
      case Token::Ret:
        return begin_inst(InstKind::Ret);
      case Token::BeginBlock:
        return begin_block();
      case Token::Frequency:
        return read_frequency();
      case Token::ParamInt:
        return read_param(RegClass::Int);
      case Token::ParamFloat:
        return read_param(RegClass::Float);
      case Token::ParamVector:
        return read_param(RegClass::Vector);
      case Token::Target:
        return read_target();
      case Token::ArgumentInt:
        return read_argument(RegClass::Int);
      case Token::ArgumentFloat:
        return read_argument(RegClass::Float);
      case Token::ArgumentVector:
        return read_argument(RegClass::Vector);
      case Token::Exact:
        return read_exact();
      case Token::Remat:
        return mark_rematerializable();
      case Token::Recipe:
        if (version_ >= 4) read_recipe();
        return;
      case Token::ClobberRun:
        return read_clobber_run();
      case Token::ClobberSame:
        return read_clobber_same();
      case Token::InRun:
        return read_in_run();
      case Token::MultipleDefs:
        draft_.multiple_defs = true;
        return;
      case Token::DefsInBothPhases:
        if (version_ >= 3) draft_.multiple_defs = draft_.defs_in_both_phases = true;
        return;
      case Token::Name:
        return read_name();
      case Token::Label:
        return read_label();
      case Token::Machine:
      case Token::Preferred:
      case Token::NonPreferred:
      case Token::FixedStack:
      case Token::Scratch:
      case Token::SlotSize:
        return read_machine(token);
      case Token::Padding:
        return;
    }
  }

  // Blocks and instructions.

  void begin_block() {
    close_block();
    DraftBlock block;
    block.first_param = block.end_param = static_cast<std::uint32_t>(draft_.params.size());
    block.first_inst = block.end_inst = static_cast<std::uint32_t>(draft_.insts.size());
    draft_.blocks.push_back(block);
    block_open_ = true;
    last_ = Last::None;
  }

  bool block_ended() const { return in_inst() && draft_.insts.back().kind != InstKind::Op; }

  // A block that stops short leads on to the next.
  void close_block() {
    if (!block_open_) return;
    if (!block_ended()) {
      begin_inst(InstKind::Branch);
      DraftTarget next;
      next.block = static_cast<std::int64_t>(draft_.blocks.size());
      add_target(next);
    }
    draft_.blocks.back().end_inst = static_cast<std::uint32_t>(draft_.insts.size());
    block_open_ = false;
  }

  // An instruction behind its block's end begins a block of its own.
  void begin_inst(InstKind kind) {
    if (!block_open_ || block_ended()) begin_block();
    DraftInst inst;
    inst.kind = kind;
    inst.first_operand = inst.end_operand = static_cast<std::uint32_t>(draft_.operands.size());
    inst.first_target = inst.end_target = static_cast<std::uint32_t>(draft_.targets.size());
    draft_.insts.push_back(inst);
    last_ = Last::None;
  }

  bool in_inst() const {
    return block_open_ && draft_.blocks.back().first_inst < draft_.insts.size();
  }

  void read_frequency() {
    if (block_open_)
      draft_.blocks.back().frequency = std::bit_cast<double>(reversed_bits(tokens_.number()));
  }

  void read_param(RegClass cls) {
    if (!block_open_) begin_block();
    if (in_inst()) return;
    DraftDef def;
    def.cls = cls;
    def.number_step = clamp_step(tokens_.step());
    draft_.params.push_back(def);
    ++draft_.blocks.back().end_param;
    last_ = Last::Param;
  }

  static std::int32_t clamp_step(std::int64_t step) {
    constexpr std::int64_t kMost = 1 << 30;
    return static_cast<std::int32_t>(std::clamp(step, -kMost, kMost));
  }

  // Operands and what belongs to them.

  void read_operand() {
    if (!in_inst() || operands_of_last() >= kMaxOperandsOfInst) begin_inst(InstKind::Op);
    std::uint8_t head = tokens_.head();
    DraftOperand operand;
    auto cls = static_cast<RegClass>(head >> 5);
    operand.kind = static_cast<OperandKind>(head >> 4 & 1);
    operand.pos = static_cast<OperandPos>(head >> 3 & 1);
    operand.constraint = static_cast<Constraint>(head & 7);
    operand.use.cls = operand.def.cls = cls;
    bool is_pin = operand.constraint == Constraint::Pin;
    if (is_pin) operand.kind = OperandKind::Use;
    if (has_payload(operand.constraint)) operand.payload = bounded(tokens_.number());
    if (operand.constraint == Constraint::In) {
      operand.payload = known_set(operand.payload);
      filling_ = false;
    }
    if (operand.kind == OperandKind::Def) {
      operand.def.number_step = clamp_step(tokens_.step());
    } else if (!is_pin) {
      operand.use.distance = bounded(tokens_.number());
    }
    draft_.operands.push_back(operand);
    ++draft_.insts.back().end_operand;
    last_ = is_pin ? Last::None : Last::Operand;
  }

  static bool has_payload(Constraint constraint) {
    return constraint == Constraint::Fixed || constraint == Constraint::Reuse ||
           constraint == Constraint::Limit || constraint == Constraint::In ||
           constraint == Constraint::Pin;
  }
  static std::uint32_t bounded(std::uint64_t number) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(number, 0xfffffffu));
  }
  std::size_t operands_of_last() const {
    return draft_.insts.back().end_operand - draft_.insts.back().first_operand;
  }

  // 0 is the empty set, to be filled by runs; k the k-th last distinct one.
  std::uint32_t known_set(std::uint32_t back) const {
    auto count = static_cast<std::uint32_t>(draft_.sets.size());
    return back == 0 || back >= count ? 0 : count - back;
  }

  // The set with a run of registers more. A set that is being filled is the last one and grows.
  std::uint32_t add_run(std::uint32_t set) {
    RegSet grown = draft_.sets[set];
    add_registers(grown);
    if (set == 0 || set + 1 != draft_.sets.size() || !filling_) {
      draft_.sets.push_back(grown);
      filling_ = true;
      return static_cast<std::uint32_t>(draft_.sets.size() - 1);
    }
    draft_.sets[set] = grown;
    return set;
  }

  void add_registers(RegSet& set) {
    std::uint64_t first = tokens_.number() % kRegCount;
    std::uint64_t count = std::min<std::uint64_t>(tokens_.number(), kRegCount) + 1;
    for (std::uint64_t reg = first; reg < first + count && reg < kRegCount; ++reg) {
      set.add(PReg(static_cast<std::uint16_t>(reg)));
    }
  }

  void read_clobber_run() {
    if (!in_inst()) return;
    std::uint32_t& clobbers = draft_.insts.back().clobbers;
    if (clobbers == 0) filling_ = false;
    clobbers = add_run(clobbers);
  }

  void read_clobber_same() {
    if (!in_inst()) return;
    draft_.insts.back().clobbers = known_set(bounded(tokens_.number()) + 1);
    filling_ = false;
  }

  void read_in_run() {
    if (last_ != Last::Operand || draft_.operands.back().constraint != Constraint::In) return;
    std::uint32_t& set = draft_.operands.back().payload;
    if (set == 0) filling_ = false;
    set = add_run(set);
  }

  void read_exact() {
    VReg exact(static_cast<std::uint32_t>(std::min<std::uint64_t>(tokens_.number(), kMaxVRegs)));
    if (last_ == Last::Operand) draft_.operands.back().use.exact = exact;
    if (last_ == Last::Argument) draft_.arguments.back().exact = exact;
  }

  void mark_rematerializable() {
    if (last_ == Last::Operand) draft_.operands.back().def.rematerializable = true;
    if (last_ == Last::Param) draft_.params.back().rematerializable = true;
  }

  void read_recipe() {
    if (last_ != Last::Operand && last_ != Last::Param) return;
    DraftRecipe recipe;
    recipe.input_count = std::min<std::uint32_t>(bounded(tokens_.number()), kMaxRecipeInputs);
    for (std::uint32_t i = 0; i < recipe.input_count; ++i) {
      std::uint32_t number = bounded(tokens_.number());
      recipe.inputs[i] = {(number & 1) != 0, number >> 1};
    }
    recipe.cost = std::min(bounded(tokens_.number()) + 1, kMaxRecipeCost);
    recipe.reuse = bounded(tokens_.number());
    recipe.reuse = recipe.reuse == 0 ? Recipe::kNoReuse : recipe.reuse - 1;
    constexpr std::size_t kMostRuns = kRegCount / 2;
    for (std::size_t run = 0; run < kMostRuns && tokens_.has_payload(); ++run) {
      add_registers(recipe.clobbers);
    }
    draft_.recipes.push_back(recipe);
    DraftDef& def = last_ == Last::Operand ? draft_.operands.back().def : draft_.params.back();
    def.recipe = static_cast<std::uint32_t>(draft_.recipes.size());
  }

  // Branches.

  void add_target(DraftTarget target) {
    target.first_argument = target.end_argument =
        static_cast<std::uint32_t>(draft_.arguments.size());
    draft_.targets.push_back(target);
    ++draft_.insts.back().end_target;
    last_ = Last::Target;
  }

  void read_target() {
    if (!in_inst() || draft_.insts.back().kind != InstKind::Branch) return;
    DraftTarget target;
    constexpr std::int64_t kFar = std::int64_t{1} << 40;
    target.block =
        static_cast<std::int64_t>(draft_.blocks.size()) + std::clamp(tokens_.step(), -kFar, kFar);
    add_target(target);
  }

  void read_argument(RegClass cls) {
    if (last_ != Last::Target && last_ != Last::Argument) return;
    DraftRef argument;
    argument.cls = cls;
    argument.distance = bounded(tokens_.number());
    draft_.arguments.push_back(argument);
    ++draft_.targets.back().end_argument;
    last_ = Last::Argument;
  }

  // Beside the code.

  void read_name() {
    draft_.name.clear();
    while (tokens_.has_payload()) {
      draft_.name.push_back(static_cast<char>(static_cast<std::uint8_t>(tokens_.number())));
    }
    repair_name(draft_.name);
  }

  void read_label() {
    DraftLabel label;
    constexpr std::int64_t kFar = std::int64_t{1} << 40;
    label.vreg = label_.vreg + std::clamp(tokens_.step(), -kFar, kFar);
    label.from = label_.from + std::clamp(tokens_.step(), -kFar, kFar);
    label.to = label.from + 1 + bounded(tokens_.number());
    label.label = static_cast<std::uint32_t>(tokens_.number());
    constexpr std::int64_t kWrap = std::int64_t{1} << 41;
    label.vreg %= kWrap;
    label.from %= kWrap;
    draft_.labels.push_back(label);
    label_ = label;
  }

  // The first of these tokens clears the machine that stands where none is stated.
  void read_machine(Token token) {
    if (!machine_stated_) machine_ = Machine();
    machine_stated_ = true;
    if (token == Token::Machine) machine_.slot_named_by_last = (tokens_.number() & 1) != 0;
    if (token == Token::Preferred) add_registers(machine_.preferred);
    if (token == Token::NonPreferred) add_registers(machine_.non_preferred);
    if (token == Token::FixedStack) add_registers(machine_.fixed_stack);
    if (token == Token::Scratch) {
      PReg reg(static_cast<std::uint16_t>(tokens_.number() % kRegCount));
      machine_.scratch[index_of(class_of(reg))] = reg;
    }
    if (token == Token::SlotSize) {
      std::uint64_t cls = tokens_.number() % kClassCount;
      machine_.slot_size[cls] = bounded(tokens_.number());
    }
  }

  static Machine small_machine() {
    Machine machine;
    machine.preferred.set_bits(RegClass::Int, 0x3f);
    machine.non_preferred.set_bits(RegClass::Int, 0xc0);
    machine.preferred.set_bits(RegClass::Float, 0x0f);
    machine.preferred.set_bits(RegClass::Vector, 0x03);
    return machine;
  }

  enum class Last : std::uint8_t { None, Param, Operand, Target, Argument };

  TokenReader tokens_;
  unsigned version_;
  Draft draft_;
  Machine machine_ = small_machine();
  bool machine_stated_ = false;
  bool block_open_ = false;
  bool filling_ = false;  // the last set belongs to the token before
  Last last_ = Last::None;
  DraftLabel label_;
};

}  // namespace

DrawnProgram decode_drawn(std::span<const std::uint8_t> bytes, RepairCounts& counts,
                          std::vector<Seam>* seams) {
  if (bytes.empty() || (bytes[0] & kTokensForm) == 0) {
    unsigned version = bytes.empty() ? 0 : version_of(bytes[0]);
    Choices choices = Choices::from_bytes(bytes.empty() ? bytes : bytes.subspan(1), seams, 1);
    Knobs knobs = swarmed_knobs(choices, version);
    return draw_program(choices, knobs, counts);
  }
  DraftReader reader(bytes);
  reader.read();
  DrawnProgram drawn;
  drawn.program.machine = repair_machine(reader.machine());
  drawn.program.function = complete(std::move(reader.draft()), drawn.program.machine, &counts);
  return drawn;
}

Program decode_unloosened(std::span<const std::uint8_t> bytes) {
  if (bytes.empty() || (bytes[0] & kTokensForm) == 0) {
    Choices choices = Choices::from_bytes(bytes.empty() ? bytes : bytes.subspan(1));
    return plant(choices, find_profile("limit")->knobs).program;
  }
  DraftReader reader(bytes);
  reader.read();
  RepairCounts counts;
  Machine machine = repair_machine(reader.machine());
  Function function = complete_unloosened(std::move(reader.draft()), machine, counts);
  return {machine, std::move(function)};
}

Program decode_counted(std::span<const std::uint8_t> bytes, RepairCounts& counts) {
  return decode_drawn(bytes, counts).program;
}

Program decode(std::span<const std::uint8_t> bytes) {
  RepairCounts counts;
  return decode_counted(bytes, counts);
}

}  // namespace regproof
