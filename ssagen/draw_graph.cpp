// Graphs grow from one block: again and again a block is chosen and what follows it is replaced by a
// shape that ends in what followed it before. So shapes nest and stand in sequence. Arbitrary edges
// come on top; `complete` splits what is critical.
#include <algorithm>
#include <numeric>

#include "ssagen/generate.h"

namespace regproof {
namespace {

class GraphDrawer {
 public:
  GraphDrawer(Choices& choices, const Knobs& knobs) : choices_(choices), knobs_(knobs) {
    graph_.emplace_back();
  }

  DrawnGraph run() {
    std::uint32_t count = choices_.in(knobs_.expansions);
    for (std::uint32_t i = 0; i < count && graph_.size() < knobs_.most_blocks; ++i) expand();
    for (std::uint32_t i = 0; i < knobs_.extra_edges.max; ++i) {
      bool wanted = i < knobs_.extra_edges.min || choices_.chance(knobs_.extra_edge);
      if (!wanted) break;
      PartScope part(choices_, Part::Edges);
      graph_[draw_block()].push_back(draw_block());
    }
    for (std::uint32_t i = 0; i < knobs_.unreachable_blocks.max; ++i) {
      bool wanted = choices_.chance(knobs_.unreachable);
      if (!wanted) break;
      add_unreachable();
    }
    lay_out();
    return std::move(graph_);
  }

 private:
  using Shape = void (GraphDrawer::*)(std::uint32_t);

  std::uint32_t draw_block() { return choices_.below(static_cast<std::uint32_t>(graph_.size())); }
  std::uint32_t add(std::vector<std::uint32_t> successors) {
    graph_.push_back(std::move(successors));
    return static_cast<std::uint32_t>(graph_.size() - 1);
  }
  // A new block with the successors that `block` had.
  std::uint32_t tail_of(std::uint32_t block) {
    std::vector<std::uint32_t> successors = std::move(graph_[block]);
    graph_[block].clear();
    return add(std::move(successors));
  }

  void expand() {
    PartScope part(choices_, Part::Edges);
    struct Weighted {
      std::uint32_t weight;
      Shape shape;
    };
    const Weighted shapes[] = {
        {knobs_.weight_diamond, &GraphDrawer::diamond},
        {knobs_.weight_loop, &GraphDrawer::loop},
        {knobs_.weight_straight, &GraphDrawer::straight},
        {knobs_.weight_self_loop, &GraphDrawer::self_loop},
        {knobs_.weight_switch, &GraphDrawer::switch_over},
        {knobs_.weight_irreducible, &GraphDrawer::two_entries},
        {knobs_.weight_return, &GraphDrawer::early_return},
        {knobs_.weight_to_entry, &GraphDrawer::to_entry},
    };
    std::uint32_t total = 0;
    for (const Weighted& shape : shapes) total += shape.weight;
    std::uint32_t drawn = choices_.below(total);
    std::uint32_t block = draw_block();
    for (const Weighted& shape : shapes) {
      if (drawn < shape.weight) return (this->*shape.shape)(block);
      drawn -= shape.weight;
    }
  }

  void straight(std::uint32_t block) { graph_[block] = {tail_of(block)}; }

  void diamond(std::uint32_t block) {
    std::uint32_t join = tail_of(block);
    std::uint32_t left = add({join}), right = add({join});
    graph_[block] = {left, right};
  }

  // The header is tested first, or the body runs first and tests itself.
  void loop(std::uint32_t block) {
    std::uint32_t exit = tail_of(block);
    std::uint32_t header = add({});
    graph_[block] = {header};
    if (choices_.chance({128})) {
      std::uint32_t body = add({header});
      graph_[header] = {body, exit};
    } else {
      std::uint32_t latch = add({header}), leave = add({exit});
      graph_[header] = {latch, leave};
    }
  }

  void self_loop(std::uint32_t block) {
    std::uint32_t rest = tail_of(block);
    std::uint32_t forever = add({});
    graph_[forever] = {forever};
    std::uint32_t way = add({forever});
    graph_[block] = {way, rest};
  }

  void switch_over(std::uint32_t block) {
    std::uint32_t join = tail_of(block);
    std::uint32_t count = choices_.in(knobs_.switch_targets);
    for (std::uint32_t i = 0; i < count; ++i) {
      std::uint32_t arm = choices_.chance({40}) ? add({}) : add({join});
      graph_[block].push_back(arm);
    }
  }

  void two_entries(std::uint32_t block) {
    std::uint32_t exit = tail_of(block);
    std::uint32_t first = add({}), second = add({});
    std::uint32_t to_first = add({first}), to_second = add({second});
    std::uint32_t across = add({second}), back = add({first});
    graph_[block] = {to_first, to_second};
    graph_[first] = {across, exit};
    graph_[second] = {back};
  }

  void early_return(std::uint32_t block) {
    std::uint32_t rest = tail_of(block), leave = add({});
    graph_[block] = {rest, leave};
  }

  void to_entry(std::uint32_t block) {
    std::uint32_t rest = tail_of(block), again = add({0});
    graph_[block] = {rest, again};
  }

  // Its own successor, another unreachable block, a block that is reached, several, or none.
  void add_unreachable() {
    PartScope part(choices_, Part::Edges);
    std::uint32_t block = add({});
    for (int i = 0; i < 3 && choices_.chance({170}); ++i) graph_[block].push_back(draw_block());
  }

  void lay_out() {
    std::vector<std::uint32_t> order(graph_.size());  // block by place
    std::iota(order.begin(), order.end(), 0u);
    bool shuffled = choices_.chance(knobs_.shuffled_layout);
    for (std::uint32_t i = 1; i + 1 < order.size(); ++i) {
      auto rest = static_cast<std::uint32_t>(order.size()) - i;
      if (shuffled) {
        std::swap(order[i], order[i + choices_.below(rest)]);
      } else if (choices_.chance(knobs_.swapped_layout)) {
        std::swap(order[i], order[i + 1]);
      }
    }
    std::vector<std::uint32_t> place(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) place[order[i]] = i;
    DrawnGraph laid_out(graph_.size());
    for (std::uint32_t b = 0; b < graph_.size(); ++b) {
      for (std::uint32_t& to : graph_[b]) to = place[to];
      laid_out[place[b]] = std::move(graph_[b]);
    }
    graph_ = std::move(laid_out);
  }

  Choices& choices_;
  const Knobs& knobs_;
  DrawnGraph graph_;
};

}  // namespace

DrawnGraph draw_graph(Choices& choices, const Knobs& knobs) {
  return GraphDrawer(choices, knobs).run();
}

}  // namespace regproof
