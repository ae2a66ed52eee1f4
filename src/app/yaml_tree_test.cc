#include "app/yaml_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using testing::HasSubstr;

std::string problem_of(std::string_view text) {
  const auto tree = parse_yaml(text, "f");
  return tree ? "no problem" : tree.error().detail;
}

TEST(YamlTree, KeepsTheLineOfEveryNode) {
  const auto tree = parse_yaml("a: 1\nb:\n  - x\n  - {c: d}\n", "f");
  ASSERT_TRUE(tree);
  ASSERT_EQ((*tree)->entries.size(), 2U);
  EXPECT_EQ((*tree)->entries[1].line, 2);
  const auto& list = *(*tree)->entries[1].value;
  EXPECT_EQ(list.items[0]->line, 3);
  EXPECT_EQ(list.items[1]->entries[0].value->line, 4);
}

TEST(YamlTree, TellsQuotedTextFromPlain) {
  const auto tree = parse_yaml("{a: 5, b: '5'}", "f");
  ASSERT_TRUE(tree);
  EXPECT_FALSE((*tree)->entries[0].value->quoted);
  EXPECT_TRUE((*tree)->entries[1].value->quoted);
}

TEST(YamlTree, AliasesStandForWhatTheyName) {
  const auto tree = parse_yaml("a: &x [1, 2]\nb: *x\n", "f");
  ASSERT_TRUE(tree);
  EXPECT_EQ((*tree)->entries[1].value->items.size(), 2U);
}

TEST(YamlTree, ABombOfAliasesIsRefused) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += std::string(j == 0 ? "" : ", ") + "*a" + std::to_string(i - 1);
    bomb += "]\n";
  }
  EXPECT_THAT(problem_of(bomb), HasSubstr("more than 20000 values"));
}

TEST(YamlTree, AnAliasOfItsOwnListIsRefused) {
  EXPECT_THAT(problem_of("a: &x [*x]\n"), HasSubstr("f:1: "));
}

TEST(YamlTree, DeepNestingIsRefused) {
  EXPECT_THAT(problem_of(std::string(200, '[') + std::string(200, ']')),
              HasSubstr("nested deeper than 32 levels"));
}

TEST(YamlTree, AHugeFileIsRefused) {
  EXPECT_THAT(problem_of(std::string(kYamlBytesMax + 1, ' ')), HasSubstr("at most 262144 bytes"));
}

TEST(YamlTree, ASecondDocumentIsRefused) {
  EXPECT_THAT(problem_of("a: 1\n---\nb: 2\n"), HasSubstr("f:3: "));
}

TEST(YamlTree, BrokenYamlNamesItsLine) {
  EXPECT_THAT(problem_of("a: 1\nb: [1, 2\n"), HasSubstr("f:3: "));
}

TEST(YamlTree, TagsAreRefused) {
  EXPECT_THAT(problem_of("a: !!binary aGk=\n"), HasSubstr("f:1: the tag"));
}

TEST(YamlTree, ALoneTabOrBinaryRubbishIsNoCrash) {
  EXPECT_NE(problem_of(std::string("\x00\xff\xfe{\x01", 5)), "");
}

}  // namespace
}  // namespace weir
