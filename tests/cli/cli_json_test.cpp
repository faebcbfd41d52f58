// What --json promises: one object, its keys exactly, plain numbers, whatever the input.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/cli/fixture.h"

namespace regproof::tests {
namespace {

using nlohmann::json;
using Keys = std::set<std::string>;

const Keys kRowKeys = {"name",
                       "instructions",
                       "operands",
                       "blocks",
                       "moves",
                       "loads",
                       "stores",
                       "remats",
                       "spillslots",
                       "weighted_moves",
                       "weighted_cost",
                       "label_points",
                       "label_points_given",
                       "findings",
                       "seconds"};

Keys keys_of(const json& object) {
  Keys keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  return keys;
}

class CliJson : public Cli {
 protected:
  json run(int status, const std::vector<std::string>& arguments) {
    expect(status, arguments);
    json parsed = json::parse(ended.out, nullptr, false);
    EXPECT_TRUE(parsed.is_object()) << ended.out;
    return parsed;
  }
};

void expect_numbers(const json& row) {
  for (const auto& [key, value] : row.items()) {
    bool text = key == "name" || key == "file";
    EXPECT_EQ(value.is_string(), text) << key;
    EXPECT_EQ(value.is_number(), !text) << key;
  }
}

TEST_F(CliJson, RunHasExactlyTheseKeys) {
  json object = run(0, {"run", "--json", "good.func"});
  EXPECT_EQ(keys_of(object), (Keys{"functions", "total", "messages", "timing"}));
  ASSERT_EQ(object["functions"].size(), 2u);
  for (const json& row : object["functions"]) {
    EXPECT_EQ(keys_of(row), kRowKeys);
    expect_numbers(row);
  }
  EXPECT_EQ(keys_of(object["total"]), kRowKeys);
  EXPECT_EQ(keys_of(object["timing"]), (Keys{"read_seconds", "allocate_seconds", "judge_seconds"}));
  EXPECT_EQ(object["functions"][0]["name"], "add");
  EXPECT_EQ(object["functions"][0]["instructions"], 3);
  EXPECT_EQ(object["functions"][0]["operands"], 6);
  EXPECT_EQ(object["functions"][1]["blocks"], 4);
  EXPECT_TRUE(object["messages"].empty());
}

TEST_F(CliJson, TotalsAreSums) {
  json object = run(0, {"stats", "--json", "--allocator", "reference", "good.func"});
  EXPECT_EQ(keys_of(object), (Keys{"functions", "total", "messages"}));
  for (const std::string& key : kRowKeys) {
    if (key == "name") continue;
    double sum = 0;
    for (const json& row : object["functions"]) sum += row[key].get<double>();
    EXPECT_NEAR(object["total"][key].get<double>(), sum, 1e-9 * (1 + sum)) << key;
  }
  EXPECT_GT(object["total"]["stores"].get<int>(), 0) << "the reference stores each value";
}

// But for the seconds, which nobody can promise.
TEST_F(CliJson, ThreadsChangeNothing) {
  std::string program = kProgram;
  std::string many = program.substr(0, program.find("function"));
  for (int k = 0; k < 100; ++k) {
    many += "function \"f" + std::to_string(k) + "\" {\n  block0():\n";
    for (int n = 0; n < k; ++n) many += "    op def v" + std::to_string(n) + "i reg\n";
    many += "    ret\n}\n";
  }
  shop.write("many.func", many);
  auto run_with = [&](const std::string& jobs) {
    json object = run(0, {"run", "--json", "--jobs", jobs, "many.func"});
    object.erase("timing");
    object["total"].erase("seconds");
    for (json& row : object["functions"]) row.erase("seconds");
    return object;
  };
  json one = run_with("1");
  EXPECT_EQ(one["functions"].size(), 100u);
  EXPECT_EQ(one, run_with("3"));
}

TEST_F(CliJson, SeveralFilesAreToldApart) {
  shop.write("copy.func", kProgram);
  json object = run(0, {"run", "--json", "good.func", "copy.func"});
  ASSERT_EQ(object["functions"].size(), 4u);
  Keys with_file = kRowKeys;
  with_file.insert("file");
  std::set<std::pair<std::string, std::string>> names;
  for (const json& row : object["functions"]) {
    EXPECT_EQ(keys_of(row), with_file);
    expect_numbers(row);
    names.emplace(row["file"], row["name"]);
  }
  EXPECT_EQ(names.size(), 4u);
  EXPECT_EQ(keys_of(object["total"]), kRowKeys);
}

TEST_F(CliJson, WhatHasNoAnswerHasNoRow) {
  json object = run(2, {"run", "--json", "impossible.func", "illegal.func", "broken.func"});
  EXPECT_TRUE(object["functions"].empty());
  ASSERT_EQ(object["messages"].size(), 3u);
  EXPECT_EQ(object["messages"][0].get<std::string>().rfind("impossible.func:8:", 0), 0u);
  EXPECT_EQ(object["messages"][1].get<std::string>().rfind("illegal.func:9:8: ", 0), 0u);
  EXPECT_EQ(object["messages"][2].get<std::string>().rfind("broken.func:8:", 0), 0u);
}

TEST_F(CliJson, CheckListsItsFindings) {
  json proven = run(0, {"check", "--json", "good.func", "good.alloc"});
  EXPECT_EQ(keys_of(proven), (Keys{"functions", "total", "messages"}));
  EXPECT_TRUE(proven["messages"].empty());
  EXPECT_EQ(proven["total"]["moves"], 2);
  EXPECT_EQ(proven["total"]["findings"], 0);

  json wrong = run(1, {"check", "--json", "good.func", "wrong.alloc"});
  ASSERT_EQ(wrong["functions"].size(), 1u);
  EXPECT_EQ(keys_of(wrong["functions"][0]), kRowKeys);
  EXPECT_EQ(wrong["functions"][0]["findings"], 1);
  ASSERT_EQ(wrong["messages"].size(), 2u) << "the finding, and that `choose` has no answer";
  std::string finding = wrong["messages"][0];
  EXPECT_EQ(finding.rfind("good.func:10:9: ", 0), 0u) << finding;
  EXPECT_NE(finding.find("wrong.alloc:5:3"), std::string::npos) << finding;
}

TEST_F(CliJson, InvalidInputIsStillAnObject) {
  json object = run(2, {"check", "--json", "good.func", "broken.func"});
  EXPECT_TRUE(object["functions"].empty());
  EXPECT_EQ(object["messages"].size(), 1u);
  run(2, {"run", "--json", "missing.func"});
}

TEST_F(CliJson, NamesThatAreNotUtf8AreReplaced) {
  std::string text = kProgram;
  text.replace(text.find("add"), 3, "\xff\xfe");
  shop.write("bytes.func", text);
  ended = shop.run({"run", "--json", "bytes.func"});
  ASSERT_FALSE(ended.crashed());
  EXPECT_FALSE(json::parse(ended.out, nullptr, false).is_discarded()) << ended.out;
}

TEST_F(CliJson, SabotageGivesTheScore) {
  json object = run(0, {"sabotage", "--json", "--breaks", "30", "good.func"});
  EXPECT_EQ(object["sound"], 6);
  EXPECT_EQ(object["sound_refused"], 0);
  EXPECT_GT(object["total"]["made"], 100);
  EXPECT_EQ(object["total"]["accepted"], 0);
  EXPECT_GE(object["ways"].size(), 60u);
  int made = 0;
  for (const json& way : object["ways"]) made += way["made"].get<int>();
  EXPECT_EQ(object["total"]["made"], made);
  EXPECT_EQ(object["rules"].back()["name"], "debug-wrong-value");
  EXPECT_FALSE(object["dead_rules"].empty()) << "two small programs cannot need every rule";
  EXPECT_TRUE(object["messages"].empty());
}

}  // namespace
}  // namespace regproof::tests
