// The annotated listing: what stands in it, and that the page holds the same.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/cli/fixture.h"

namespace regproof::tests {
namespace {

// Without tags, and with what they escape.
std::string text_of_page(const std::string& page) {
  std::string text;
  bool in_tag = false;
  for (char c : page) {
    in_tag = in_tag || c == '<';
    if (!in_tag) text += c;
    if (c == '>') in_tag = false;
  }
  for (std::size_t at = text.find("&gt;"); at != std::string::npos; at = text.find("&gt;", at)) {
    text.replace(at, 4, ">");
  }
  return text;
}

TEST_F(Cli, ExplainShowsEachOperandsPlace) {
  expect(0, {"explain", "good.func"});
  expect_out("function \"add\" ");
  expect_out("\n  block0()\n    inst0    op def v0i fixed(p0i) [p0i], def v1i fixed(p1i) [p1i]\n");
  expect_out("\n    inst1    branch use v0i reg [p0i] -> block1(), block2()");
  expect_out("# 1 live\n");
  expect_out("  # enter: v0i\n");
  expect(0, {"explain", "good.func", "--function", "add"});
  EXPECT_FALSE(contains(ended.out, "\"choose\"")) << ended.out;
}

TEST_F(Cli, ExplainShowsEditsAndLabelsWhereTheyAre) {
  shop.write(
      "label.func",
      std::string(kProgram).substr(0, std::string(kProgram).find("function")) +
          "function \"labels\" {\n  debug v0i inst1..inst2 = 7\n  block0():\n    op def v0i reg\n"
          "    op use v0i reg\n    ret use v0i reg\n"
          "}\n");
  expect(0, {"explain", "label.func"});
  expect_out("\n      label 7 in p0i until before inst2\n");
  expect(0, {"explain", "--allocator", "reference", "good.func"});
  expect_out("\n      before inst1: move stack");
}

TEST_F(Cli, ExplainWritesThePageOfTheSameListing) {
  expect(0, {"explain", "good.func"});
  std::string listing = ended.out;
  expect(0, {"explain", "good.func", "--html", "page.html"});
  EXPECT_EQ(ended.out, "");
  std::string page = shop.read("page.html");
  EXPECT_EQ(page.rfind("<!DOCTYPE html>", 0), 0u);
  EXPECT_FALSE(contains(page, "http")) << "nothing beside it is needed";
  EXPECT_TRUE(contains(page, "<b style=\"background:hsl("));
  std::string text = text_of_page(page);
  for (const std::string part : {"op def v0i fixed(p0i) [p0i], def v1i fixed(p1i) [p1i]",
                                 "branch use v0i reg [p0i] -> block1(), block2()"}) {
    EXPECT_TRUE(contains(listing, part)) << part << "\n" << listing;
    EXPECT_TRUE(contains(text, part)) << part << "\n" << text;
  }
}

TEST_F(Cli, ExplainShowsAnswersFromAnywhere) {
  expect(0, {"explain", "good.func"});
  std::string listing = ended.out;
  expect(0, {"allocate", "good.func", "-o", "good.alloc"});
  expect(0, {"explain", "good.func", "good.alloc"});
  EXPECT_EQ(ended.out, listing);
  std::string answers = shop.read("good.alloc");
  std::size_t at = answers.find("p0i");
  ASSERT_NE(at, std::string::npos) << answers;
  shop.write("bad.alloc", answers.replace(at, 3, "p1i"));
  expect(1, {"explain", "good.func", "bad.alloc", "--function", "add"});
  expect_out("(answer at bad.alloc:");
  expect_out("[p1i]");
}

TEST_F(Cli, ExplainSaysWhichAnswersDoNotFit) {
  expect(0, {"allocate", "good.func", "-o", "good.alloc"});
  expect(2, {"explain", "-", "-"});
  expect(2, {"explain", "good.func", "good.func"});
  expect_err("good.func:1:1: a program, expected answers");
  std::string answers = shop.read("good.alloc");
  std::size_t at = answers.find("\"add\"");
  ASSERT_NE(at, std::string::npos) << answers;
  shop.write("other.alloc", answers.replace(at, 5, "\"sub\""));
  expect(2, {"explain", "good.func", "other.alloc"});
  expect_out("function \"add\" has no answer");
  expect_err("an answer for function \"sub\", which good.func does not have");
}

TEST_F(Cli, ExplainSaysWhatItCannotShow) {
  expect(3, {"explain", "impossible.func"});
  expect_out("impossible.func:8:5: impossible: ");
  expect(2, {"explain", "illegal.func"});
  expect(2, {"explain", "good.func", "--function", "nope"});
  expect_err("no function \"nope\"; there are:");
  expect(2, {"explain", "good.func", "--html", "no/such/page.html"});
}

}  // namespace
}  // namespace regproof::tests
