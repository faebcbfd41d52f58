#include "checker/definitions.h"

namespace regproof {

Definitions::Definitions(const FunctionView& function)
    : function_(function), cfg_(analyze_cfg(function)), places_(function.vreg_count()) {
  auto note = [&](VReg value, Block block, ProgPoint from) {
    if (value.value() < places_.size()) places_[value.value()] = {block, from};
  };
  for (Block block : function.blocks()) {
    ProgPoint head = ProgPoint::before(function.insts(block).front());
    for (VReg param : function.params(block)) note(param, block, head);
    for (Inst inst : function.insts(block)) {
      for (Operand op : function.operands(inst)) {
        if (!op.is_pin() && op.is_def()) note(op.vreg(), block, ProgPoint::after(inst));
      }
    }
  }
}

bool Definitions::dominate(VReg value, ProgPoint point) const {
  Block block = function_.block_of(point.inst());
  if (!cfg_.is_reachable(block)) return true;
  if (value.value() >= places_.size()) return false;
  const Place& place = places_[value.value()];
  if (place.block == block) return place.from <= point;
  return place.block.valid() && cfg_.dominates(place.block, block);
}

}  // namespace regproof
