#include "sabotage/difference.h"

#include <algorithm>
#include <span>
#include <sstream>

#include "ir/text.h"

namespace regproof::sabotage {
namespace {

// What two sequences do not share at their beginnings and ends.
template <class Item>
struct Middle {
  std::span<const Item> a;
  std::span<const Item> b;
};

template <class Item>
Middle<Item> middle_of(std::span<const Item> a, std::span<const Item> b) {
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    a = a.subspan(1);
    b = b.subspan(1);
  }
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a = a.first(a.size() - 1);
    b = b.first(b.size() - 1);
  }
  return {a, b};
}

// Calls `visit` for each item that one of the lists lacks; long lists are not compared item by item.
// Where none does, the lists differ in their order: for each item that stands elsewhere.
template <class Item, class Visit>
void for_each_difference(Middle<Item> middle, Visit&& visit) {
  constexpr std::size_t kLong = 256;
  bool any = false;
  auto visit_lacking = [&](std::span<const Item> items, std::span<const Item> others) {
    for (const Item& item : items) {
      bool lacks =
          others.size() > kLong || std::find(others.begin(), others.end(), item) == others.end();
      if (lacks) visit(item);
      any = any || lacks;
    }
  };
  visit_lacking(middle.a, middle.b);
  visit_lacking(middle.b, middle.a);
  for (std::size_t i = 0; !any && i < middle.a.size(); ++i) {
    if (middle.a[i] != middle.b[i]) visit(middle.a[i]);
  }
}

class Places {
 public:
  explicit Places(const FunctionView& function) : function_(function) {}

  void add(Inst inst) {
    std::uint32_t last = static_cast<std::uint32_t>(function_.inst_count() - 1);
    places_.push_back(Inst(std::min(inst.value(), last)));
  }
  std::vector<Inst> spread() {
    std::sort(places_.begin(), places_.end());
    places_.erase(std::unique(places_.begin(), places_.end()), places_.end());
    if (places_.size() <= kMostPlaces) return places_;
    std::vector<Inst> some;
    for (std::size_t i = 0; i < kMostPlaces; ++i) {
      some.push_back(places_[i * (places_.size() - 1) / (kMostPlaces - 1)]);
    }
    return some;
  }

 private:
  const FunctionView& function_;
  std::vector<Inst> places_;
};

void add_differing_lists(const FunctionView& function, const Output& sound, const Output& broken,
                         Places& places) {
  const auto& first = broken.first_location;
  for (Inst inst : function.insts()) {
    std::size_t i = inst.value();
    bool readable =
        i + 1 < first.size() && first[i] <= first[i + 1] && first[i + 1] <= broken.locations.size();
    if (!readable) return places.add(inst);
    auto a = sound.locations_of(inst), b = broken.locations_of(inst);
    if (!std::equal(a.begin(), a.end(), b.begin(), b.end())) places.add(inst);
  }
}

// Where a smaller frame is missed.
void add_lost_slots(const FunctionView& function, const Output& sound, const Output& broken,
                    Places& places) {
  auto is_lost = [&](Location at) {
    return at.is_stack() && at.as_stack().value() + 16 >= broken.spillslots;
  };
  for (const Edit& edit : sound.edits) {
    if (is_lost(edit.from) || is_lost(edit.to)) places.add(edit.point.inst());
  }
  for (Inst inst : function.insts()) {
    auto list = sound.locations_of(inst);
    if (std::any_of(list.begin(), list.end(), is_lost)) places.add(inst);
  }
}

}  // namespace

std::vector<Inst> differing_places(const FunctionView& function, const Output& sound,
                                   const Output& broken) {
  Places places(function);
  add_differing_lists(function, sound, broken, places);
  for_each_difference(middle_of<Edit>(sound.edits, broken.edits),
                      [&](const Edit& edit) { places.add(edit.point.inst()); });
  for_each_difference(middle_of<DebugLocation>(sound.debug_locations, broken.debug_locations),
                      [&](const DebugLocation& label) {
                        places.add(label.from.inst());
                        places.add(label.to.inst());
                      });
  if (broken.spillslots < sound.spillslots) add_lost_slots(function, sound, broken, places);
  return places.spread();
}

std::string differing_lines(const FunctionView& function, const Output& sound,
                            const Output& broken) {
  auto lines_of = [&](const Output& output) {
    std::string text;
    print_allocation(function, output, text);
    std::istringstream in(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  };
  std::vector<std::string> before = lines_of(sound), after = lines_of(broken);
  Middle<std::string> middle = middle_of<std::string>(before, after);
  std::string text;
  for (const std::string& line : middle.a) {
    if (std::find(middle.b.begin(), middle.b.end(), line) == middle.b.end()) {
      text += "- " + line + "\n";
    }
  }
  for (const std::string& line : middle.b) {
    if (std::find(middle.a.begin(), middle.a.end(), line) == middle.a.end()) {
      text += "+ " + line + "\n";
    }
  }
  return text;
}

}  // namespace regproof::sabotage
