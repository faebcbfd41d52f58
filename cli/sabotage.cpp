// `regproof sabotage`: breaks sound answers in every known way, and keeps the checker's score.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/allocators.h"
#include "cli/command.h"
#include "cli/file_walk.h"
#include "cli/measurement.h"
#include "cli/program_file.h"
#include "sabotage/campaign.h"
#include "ssagen/knobs.h"
#include "ssagen/ssagen.h"

namespace regproof::cli {

namespace {

using sabotage::Campaign;
using sabotage::Classified;
using sabotage::Effect;
using sabotage::RuleScore;
using sabotage::Score;
using sabotage::Way;
using sabotage::WayScore;

constexpr CommandHelp kHelp = {
    "sabotage", "Break sound answers and score the checker",
    R"(Has allocators answer programs of files, or generated ones of all profiles, judges the
answers, and breaks each of them many times, in all known ways. A break is visible if the
interpreter sees it on some path (value), or if the contract of docs/text.md, restated by
brute force, forbids it (contract). The checker has to refuse each visible break, and no sound
answer. Prints a table of the ways, and one of the checker's rules: how many visible breaks
each finds, and how many it alone finds, which would pass were it switched off.

  unseen     refused for values, and no path has shown why
  undecided  accepted, and no path has come to what was changed
  disputed   refused by a rule of the contract that its restatement denies

--json prints an object with `sound`, `sound_refused`, `total`, `ways`, `rules`, `dead_rules`
and `messages`.)",
    R"(  regproof sabotage --count 200
  regproof sabotage --allocator reference --way edit-dropped corpus/seeds/*.func)",
    R"(  0  every visible break is refused, every sound answer accepted
  1  a visible break was accepted, a sound answer refused, or a refusal is disputed
  2  a file cannot be read, a function in it is not legal, or there was no answer to judge)"};

struct Options {
  std::vector<std::string> files;
  std::uint64_t seed = 1;
  std::uint64_t count = 100;
  std::string profile;
  std::string allocator;
  std::string way;
  std::string show;
  std::size_t most_shown = 3;
  std::size_t largest = 1000;
  sabotage::CampaignOptions campaign;
  bool list_ways = false;
  bool json = false;
};

constexpr Effect kEffects[] = {Effect::Value, Effect::Contract, Effect::Harmless, Effect::Unseen,
                               Effect::Undecided};

// Asks each allocator for an answer, which the campaign breaks.
class Saboteur {
 public:
  Saboteur(const Options& options, Report& report)
      : options_(options), report_(report), campaign_(options.seed, options.campaign, observer()) {
    for (const AllocatorChoice& choice : all_allocators()) {
      if (options.allocator.empty() || choice.name == options.allocator) {
        allocators_.push_back(choice.make());
      }
    }
  }

  void run(const FunctionView& function, const Machine& machine) {
    if (function.inst_count() > options_.largest) return;
    for (const std::unique_ptr<Allocator>& allocator : allocators_) {
      Result<Output, AllocError> answer = allocator->allocate(function, machine);
      if (answer) campaign_.run(function, machine, *answer);
    }
    WayScore total = score().total();
    report_.progress(fmt::format("{} sound answers, {} refused; {} visible breaks, {} accepted",
                                 score().sound(), score().refused(), total.visible(),
                                 total.accepted));
  }

  const Score& score() const { return campaign_.score(); }

  void count_unread_file() { ++unread_files_; }
  std::uint64_t unread_files() const { return unread_files_; }

 private:
  Campaign::Observer observer() {
    Campaign::Observer observer;
    observer.wants = [this](const Way&, const Classified& classified) {
      if (options_.show != name_of(classified.effect) || shown_ == options_.most_shown)
        return false;
      ++shown_;
      return true;
    };
    observer.show = [this](const std::string& text) { report_.note(text); };
    return observer;
  }

  const Options& options_;
  Report& report_;
  std::size_t shown_ = 0;
  std::uint64_t unread_files_ = 0;
  std::vector<std::unique_ptr<Allocator>> allocators_;
  Campaign campaign_;
};

void break_files(const Options& options, Saboteur& saboteur, Report& report) {
  for (const std::string& path : program_files(options.files, report)) {
    ProgramFile file(path, report);
    while (std::optional<FunctionText> text = file.next_legal()) {
      saboteur.run(text->function.view(), text->machine);
    }
    if (!file.read_to_end()) saboteur.count_unread_file();
  }
}

void break_generated(const Options& options, Saboteur& saboteur) {
  std::span<const Profile> profiles = all_profiles();
  for (std::uint64_t number = 0; number < options.count; ++number) {
    const Profile* profile = options.profile.empty() ? &profiles[number % profiles.size()]
                                                     : find_profile(options.profile);
    Program program = generate(options.seed + number, profile->knobs);
    saboteur.run(program.function.view(), program.machine);
  }
}

void print_way(std::string_view name, const WayScore& way, Report& report) {
  report.note(fmt::format("{:<30} {:>9} {:>9} {:>9} {:>9} {:>8} {:>9} {:>7} {:>9} {:>8}", name,
                          way.made, way.value, way.contract, way.found, way.accepted, way.harmless,
                          way.unseen, way.undecided, way.disputed));
}

void print_ways(const Score& score, Report& report) {
  report.note(fmt::format("{:<30} {:>9} {:>9} {:>9} {:>9} {:>8} {:>9} {:>7} {:>9} {:>8}", "way",
                          "made", "value", "contract", "found", "accepted", "harmless", "unseen",
                          "undecided", "disputed"));
  auto ways = sabotage::all_ways();
  for (std::size_t w = 0; w < ways.size(); ++w) print_way(ways[w].name, score.ways()[w], report);
  print_way("all", score.total(), report);
}

std::vector<FindingKind> checker_rules() {
  std::vector<FindingKind> rules;
  for (std::size_t r = 0; r < Score::kRules; ++r) rules.push_back(static_cast<FindingKind>(r));
  return rules;
}

std::vector<std::string> dead_rules(const Score& score) {
  std::vector<std::string> dead;
  for (FindingKind rule : checker_rules()) {
    if (score.rule(rule).alone == 0) dead.emplace_back(name_of(rule));
  }
  return dead;
}

// The ways with breaks that would pass were the rule switched off, those with most first.
std::vector<std::string> ways_that_need(const Score& score, FindingKind rule) {
  std::vector<std::size_t> order;
  for (std::size_t w = 0; w < score.ways().size(); ++w) {
    if (score.alone(w, rule) > 0) order.push_back(w);
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    std::uint64_t of_a = score.alone(a, rule), of_b = score.alone(b, rule);
    return of_a != of_b ? of_a > of_b : a < b;
  });
  std::vector<std::string> names;
  for (std::size_t w : order) names.emplace_back(sabotage::all_ways()[w].name);
  return names;
}

std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  return names.size() > kShown ? fmt::format("{}, {} more", text, names.size() - kShown) : text;
}

void print_rules(const Score& score, Report& report) {
  report.note(
      fmt::format("\n{:<26} {:>9} {:>9}  {}", "rule", "finds", "alone", "without it these pass"));
  for (FindingKind rule : checker_rules()) {
    const RuleScore& counts = score.rule(rule);
    report.note(fmt::format("{:<26} {:>9} {:>9}  {}", name_of(rule), counts.found, counts.alone,
                            some_of(ways_that_need(score, rule))));
  }
  for (const std::string& rule : dead_rules(score)) {
    report.note("no break needed the rule " + rule);
  }
}

nlohmann::ordered_json json_of(const WayScore& way) {
  return {{"made", way.made},     {"value", way.value},         {"contract", way.contract},
          {"found", way.found},   {"accepted", way.accepted},   {"harmless", way.harmless},
          {"unseen", way.unseen}, {"undecided", way.undecided}, {"disputed", way.disputed}};
}

nlohmann::ordered_json json_of(const Score& score, const std::vector<std::string>& messages) {
  nlohmann::ordered_json ways = nlohmann::ordered_json::array();
  for (std::size_t w = 0; w < score.ways().size(); ++w) {
    nlohmann::ordered_json row = {{"name", sabotage::all_ways()[w].name}};
    row.update(json_of(score.ways()[w]));
    ways.push_back(std::move(row));
  }
  nlohmann::ordered_json rules = nlohmann::ordered_json::array();
  for (FindingKind rule : checker_rules()) {
    const RuleScore& counts = score.rule(rule);
    rules.push_back({{"name", name_of(rule)},
                     {"found", counts.found},
                     {"alone", counts.alone},
                     {"needed_by", ways_that_need(score, rule)}});
  }
  return {{"sound", score.sound()},
          {"sound_refused", score.refused()},
          {"total", json_of(score.total())},
          {"ways", std::move(ways)},
          {"rules", std::move(rules)},
          {"dead_rules", dead_rules(score)},
          {"messages", messages}};
}

// The line that decides the exit status.
void conclude(const Saboteur& saboteur, double seconds, Report& report) {
  const Score& score = saboteur.score();
  WayScore total = score.total();
  std::string line = fmt::format(
      "{} sound answers, {} refused; {} visible breaks, {} accepted; {} disputed; {:.1f} s{}",
      score.sound(), score.refused(), total.visible(), total.accepted, total.disputed, seconds,
      unread_text(saboteur.unread_files()));
  if (score.clean()) {
    report.note(line);
  } else {
    report.result(ExitStatus::Violation, line);
  }
}

ExitStatus sabotage_answers(const Options& options) {
  Report report(options.json ? Form::Json : Form::Text);
  Stopwatch clock;
  Saboteur saboteur(options, report);
  if (options.files.empty()) {
    break_generated(options, saboteur);
  } else {
    break_files(options, saboteur, report);
  }
  const Score& score = saboteur.score();
  bool nothing = score.sound() + score.refused() == 0;
  if (nothing && report.status() == ExitStatus::Good) {
    report.problem(
        ExitStatus::InvalidInput,
        fmt::format("no answer was judged: no function of at most {} instructions was answered",
                    options.largest));
  }
  if (options.campaign.breaks > 0 && !nothing) {
    print_ways(score, report);
    print_rules(score, report);
  }
  if (!nothing) conclude(saboteur, clock.seconds(), report);
  if (options.json) print_json(json_of(score, report.messages()));
  return report.status();
}

void list_ways() {
  for (const Way& way : sabotage::all_ways()) fmt::print("{:<32} {}\n", way.name, way.sentence);
}

template <class Items>
std::vector<std::string> names_of(const Items& items) {
  std::vector<std::string> names;
  for (const auto& item : items) names.emplace_back(item.name);
  return names;
}

void add_program_options(CLI::App& command, Options& options) {
  command.add_option("FILE", options.files,
                     "Program files, folders of them; none: generated programs");
  command.add_option("--seed", options.seed, "Seed of the first program and of the breaks")
      ->capture_default_str();
  command.add_option("--count", options.count, "How many programs are generated")
      ->check(from_one_on())
      ->capture_default_str();
  command.add_option("--profile", options.profile, "Knobs of the generator; absent: all in turn")
      ->type_name("NAME")
      ->check(CLI::IsMember(names_of(all_profiles())));
  command.add_option("--allocator", options.allocator, "Whose answers; absent: every allocator's")
      ->type_name("NAME")
      ->check(CLI::IsMember(names_of(all_allocators())));
  command.add_option("--largest", options.largest, "Leaves out functions of more instructions")
      ->capture_default_str();
}

void add_break_options(CLI::App& command, Options& options) {
  command
      .add_option("--breaks", options.campaign.breaks, "How often each answer is broken; 0: never")
      ->capture_default_str();
  command
      .add_option("--sound-paths", options.campaign.sound_paths,
                  "Paths on which the interpreter runs each sound answer")
      ->capture_default_str();
  command.add_option("--way", options.way, "One way alone; see --list-ways")
      ->type_name("NAME")
      ->check(one_of("way", names_of(sabotage::all_ways()), "--list-ways"));
  std::vector<std::string> effects;
  for (Effect effect : kEffects) effects.emplace_back(name_of(effect));
  command.add_option("--show", options.show, "Explain the first breaks of this effect")
      ->type_name("EFFECT")
      ->check(CLI::IsMember(effects));
  command.add_option("--most-shown", options.most_shown, "How many of them")->capture_default_str();
}

}  // namespace

void add_sabotage_command(CLI::App& app, ExitStatus& status) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(app, kHelp);
  add_program_options(command, *options);
  add_break_options(command, *options);
  command.add_flag("--list-ways", options->list_ways, "Print the ways and stop");
  add_json_option(command, options->json);
  command.callback([options, &status] {
    if (options->list_ways) return list_ways();
    options->campaign.only = sabotage::find_way(options->way);
    status = sabotage_answers(*options);
  });
}

}  // namespace regproof::cli
