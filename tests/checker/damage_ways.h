// The ways of damage.h, by name.
#pragma once

#include "tests/checker/damage.h"

namespace regproof::testing {

struct NamedWay {
  const char* name;
  Damager::Way way;
};

inline constexpr NamedWay kWays[] = {
    {"swap operands", &Damager::swap_operands},
    {"other place", &Damager::other_place},
    {"other register", &Damager::other_register},
    {"place of another operand", &Damager::place_of_another_operand},
    {"clobbered operand", &Damager::clobbered_operand},
    {"register of wrong class", &Damager::register_of_wrong_class},
    {"reserved register", &Damager::reserved_register},
    {"shifted operand slot", &Damager::shifted_operand_slot},
    {"no location", &Damager::no_location},
    {"dropped location", &Damager::dropped_location},
    {"dropped edit", &Damager::dropped_edit},
    {"moved edit", &Damager::moved_edit},
    {"copied edit", &Damager::copied_edit},
    {"swapped edits", &Damager::swapped_edits},
    {"unsorted edits", &Damager::unsorted_edits},
    {"redirected source", &Damager::redirected_source},
    {"redirected destination", &Damager::redirected_destination},
    {"reversed edit", &Damager::reversed_edit},
    {"shifted edit slot", &Damager::shifted_edit_slot},
    {"added edit", &Damager::added_edit},
    {"edit to another class", &Damager::edit_to_another_class},
    {"parked in scratch", &Damager::parked_in_scratch},
    {"added recipe", &Damager::added_recipe},
    {"recomputed", &Damager::recomputed},
    {"joined slots", &Damager::joined_slots},
    {"joined registers", &Damager::joined_registers},
    {"shrunk frame", &Damager::shrunk_frame},
    {"moved label", &Damager::moved_label},
    {"stretched label", &Damager::stretched_label},
};

}  // namespace regproof::testing
