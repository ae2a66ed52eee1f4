#include "usage/template_trie.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

TemplateTrie trie_of(std::initializer_list<std::string_view> templates) {
  TemplateTrie trie;
  for (const std::string_view text : templates) EXPECT_TRUE(trie.add(text).value()) << text;
  return trie;
}

std::string match(const TemplateTrie& trie, std::string_view path) {
  const auto found = trie.match(path);
  return found ? trie.names()[*found] : "";
}

std::string refusal(std::string_view text) {
  TemplateTrie trie;
  const auto added = trie.add(text);
  return added ? "" : added.error().detail;
}

TEST(TemplateTrie, TheMostLiteralWins) {
  const TemplateTrie trie = trie_of({"/{rest*}", "/orders/{order}", "/orders/{order}.pdf", "/orders/latest",
                                     "/orders/{order}/items", "/{kind}/latest/items"});
  EXPECT_EQ(match(trie, "/orders/latest"), "/orders/latest");
  EXPECT_EQ(match(trie, "/orders/17"), "/orders/{order}");
  EXPECT_EQ(match(trie, "/orders/17.pdf"), "/orders/{order}.pdf");
  EXPECT_EQ(match(trie, "/orders/.pdf"), "/orders/{order}");
  EXPECT_EQ(match(trie, "/orders/latest/items"),
            "/orders/{order}/items");  // "latest" leads nowhere: back one step
  EXPECT_EQ(match(trie, "/carts/latest/items"), "/{kind}/latest/items");
  EXPECT_EQ(match(trie, "/orders"), "/{rest*}");
  EXPECT_EQ(match(trie, "/orders/1/2/3"), "/{rest*}");
  EXPECT_EQ(match(trie, "/"), "");
}

TEST(TemplateTrie, SegmentsMayHoldSeveralParameters) {
  const TemplateTrie trie = trie_of({"/tiles/{z},{x},{y}.png", "/files/v{version}/{name}:download"});
  EXPECT_EQ(match(trie, "/tiles/1,2,3.png"), "/tiles/{z},{x},{y}.png");
  EXPECT_EQ(match(trie, "/tiles/1,2.png"), "");
  EXPECT_EQ(match(trie, "/tiles/,2,3.png"), "");
  EXPECT_EQ(match(trie, "/tiles/1,2,.png"), "");
  EXPECT_EQ(match(trie, "/files/v2/a:download"), "/files/v{version}/{name}:download");
  EXPECT_EQ(match(trie, "/files/v/a:download"), "");
}

TEST(TemplateTrie, TemplatesAreInNormalForm) {
  const TemplateTrie trie = trie_of({"/caf\xC3\xA9/{id}/", "/", "/%6frders"});
  EXPECT_EQ(trie.names(), (std::vector<std::string>{"/caf%C3%A9/{id}", "/", "/orders"}));
  EXPECT_EQ(match(trie, "/caf%C3%A9/1"), "/caf%C3%A9/{id}");
  EXPECT_EQ(match(trie, "/"), "/");
  EXPECT_EQ(match(trie, "/orders"), "/orders");
  EXPECT_EQ(match(trie, ""), "");
}

TEST(TemplateTrie, OneThatMatchesTheSameIsNotTakenTwice) {
  TemplateTrie trie = trie_of({"/orders/{order}", "/files/{path*}", "/a{b}c"});
  EXPECT_FALSE(trie.add("/orders/{id}/").value());
  EXPECT_FALSE(trie.add("/files/{rest*}").value());
  EXPECT_FALSE(trie.add("/a{x}c").value());
  EXPECT_TRUE(trie.add("/files/{path}").value());
  EXPECT_EQ(trie.names().size(), 4U);
}

TEST(TemplateTrie, SaysWhatIsWrongWithATemplate) {
  EXPECT_EQ(refusal("orders"), "must begin with '/'");
  EXPECT_EQ(refusal(""), "must begin with '/'");
  EXPECT_EQ(refusal("/a?b=1"), "has a '?', '#' or ';': it is a path only");
  EXPECT_EQ(refusal("/a//b"), "has an empty segment ('//')");
  EXPECT_EQ(refusal("/a/{b"), "has a '{' without a '}'");
  EXPECT_EQ(refusal("/a/b}"), "has a '}' without a '{'");
  EXPECT_EQ(refusal("/a/{}"), "has a parameter whose name is not 1 to 64 letters, digits and _-.$: ''");
  EXPECT_EQ(refusal("/a/{b}{c}"), "has two parameters with nothing between them");
  EXPECT_EQ(refusal("/a/{b*}/c"), "has a segment behind the {name*} that stands for all that follow");
  EXPECT_EQ(refusal("/a/x{b*}"), "has a parameter whose name is not 1 to 64 letters, digits and _-.$: 'b*'");
  EXPECT_EQ(refusal(fmt::format("/{:a<300}", "")), "is at most 256 bytes long, not 301");
}

}  // namespace
}  // namespace weir
