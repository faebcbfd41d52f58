#include "ssagen/seams.h"

#include <array>

#include "ssagen/generate.h"
#include "ssagen/planted.h"
#include "ssagen/tokens.h"

namespace regproof {
namespace {

using Bytes = std::span<const std::uint8_t>;

// Tokens stand in the order of the program, each part from its own head to what ends it.
class TokenSeams {
 public:
  explicit TokenSeams(Bytes input) : tokens_(input.subspan(1)) {}

  std::vector<Seam> run() {
    std::uint32_t head = 1;
    while (tokens_.next()) {
      head = static_cast<std::uint32_t>(tokens_.place());  // the form's byte is ahead of them
      if (tokens_.head() < 0x60) {
        end(head, {Part::Operands, Part::Edges, Part::Params});
        begin(Part::Operands, head);
      } else {
        read(static_cast<Token>(tokens_.head() & 0x1f), head);
      }
      while (tokens_.has_payload()) tokens_.number();
      if (alone_) end(here(), {*alone_});
      alone_.reset();
    }
    end(here(), kInnermostFirst);
    return std::move(seams_);
  }

 private:
  using Parts = std::initializer_list<Part>;
  static constexpr Parts kInnermostFirst = {Part::Operands, Part::Edges, Part::Params,
                                            Part::Instructions, Part::Blocks};

  void read(Token token, std::uint32_t head) {
    switch (token) {
      case Token::BeginBlock:
        end(head, kInnermostFirst);
        return begin(Part::Blocks, head);
      case Token::Op:
      case Token::Branch:
      case Token::Ret:
        end(head, {Part::Operands, Part::Edges, Part::Params, Part::Instructions});
        return begin(Part::Instructions, head);
      case Token::ParamInt:
      case Token::ParamFloat:
      case Token::ParamVector:
        if (!is_open(Part::Params)) begin(Part::Params, head);
        return;
      case Token::Target:
        end(head, {Part::Operands, Part::Edges});
        return begin(Part::Edges, head);
      case Token::ClobberRun:
      case Token::ClobberSame:
        return end(head, {Part::Operands, Part::Edges});
      case Token::Label:
        return stand_alone(Part::Labels, head);
      case Token::Machine:
      case Token::Preferred:
      case Token::NonPreferred:
      case Token::FixedStack:
      case Token::Scratch:
      case Token::SlotSize:
        return stand_alone(Part::Machine, head);
      case Token::MultipleDefs:
      case Token::DefsInBothPhases:
      case Token::Name:
      case Token::Padding:
        return end(head, kInnermostFirst);
      case Token::Frequency:
      case Token::ArgumentInt:
      case Token::ArgumentFloat:
      case Token::ArgumentVector:
      case Token::Exact:
      case Token::Remat:
      case Token::Recipe:
      case Token::InRun:
        return;  // belong to what is open
    }
  }

  void stand_alone(Part part, std::uint32_t head) {
    end(head, kInnermostFirst);
    begin(part, head);
    alone_ = part;
  }

  std::uint32_t here() const { return static_cast<std::uint32_t>(tokens_.place()) + 1; }
  bool is_open(Part part) const { return open_[static_cast<std::size_t>(part)] != 0; }
  void begin(Part part, std::uint32_t head) { open_[static_cast<std::size_t>(part)] = head; }
  void end(std::uint32_t at, Parts parts) {
    for (Part part : parts) {
      std::uint32_t& from = open_[static_cast<std::size_t>(part)];
      if (from != 0) seams_.push_back({part, from, at});
      from = 0;
    }
  }

  TokenReader tokens_;
  std::vector<Seam> seams_;
  std::array<std::uint32_t, kPartCount> open_{};  // where each part began; 0 is not open
  std::optional<Part> alone_;
};

}  // namespace

std::vector<Seam> seams_of(Bytes input, Reading reading) {
  if (!input.empty() && (input[0] & kTokensForm) != 0) return TokenSeams(input).run();
  std::vector<Seam> seams;
  if (reading == Reading::Feasible) {
    RepairCounts counts;
    decode_drawn(input, counts, &seams);
  } else {
    Choices choices = Choices::from_bytes(input.empty() ? input : input.subspan(1), &seams, 1);
    plant(choices, find_profile("limit")->knobs);
  }
  return seams;
}

}  // namespace regproof
