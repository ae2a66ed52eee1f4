#include "usage/path_form.h"

#include <random>

#include <gtest/gtest.h>

namespace weir {
namespace {

std::string normal(std::string_view path) {
  std::string buffer;
  return std::string(normal_path(path, buffer));
}

TEST(PathForm, PathsThatMeanTheSameReadTheSame) {
  EXPECT_EQ(normal("/v1/orders"), "/v1/orders");
  EXPECT_EQ(normal("/v1/orders/"), "/v1/orders");
  EXPECT_EQ(normal("//v1///orders//"), "/v1/orders");
  EXPECT_EQ(normal("/"), "/");
  EXPECT_EQ(normal("///"), "/");
  EXPECT_EQ(normal("/orders;jsessionid=1/items;v=2"), "/orders/items");
  EXPECT_EQ(normal("/;a/x"), "/x");
}

TEST(PathForm, EscapesHaveOneSpelling) {
  EXPECT_EQ(normal("/%6frders/%7Eme"), "/orders/~me");
  EXPECT_EQ(normal("/caf%c3%a9"), "/caf%C3%A9");
  EXPECT_EQ(normal("/caf\xC3\xA9"), "/caf%C3%A9");
  EXPECT_EQ(normal("/a%2fb"), "/a%2Fb");
  EXPECT_EQ(normal("/100%"), "/100%25");
  EXPECT_EQ(normal("/a%zz"), "/a%25zz");
  EXPECT_EQ(normal("/a b\"<>"), "/a%20b%22%3C%3E");
}

TEST(PathForm, NoPathLooksLikeATemplate) {
  EXPECT_EQ(normal("/orders/{id}"), "/orders/%7Bid%7D");
  EXPECT_EQ(normal("/orders/%7bid%7d"), "/orders/%7Bid%7D");
}

TEST(PathForm, WhatIsNoPathHasNone) {
  EXPECT_EQ(normal(""), "");
  EXPECT_EQ(normal("*"), "");
  EXPECT_EQ(normal("example.org:443"), "");
}

TEST(PathForm, IsItsOwnNormalForm) {
  std::mt19937 random(1);
  constexpr std::string_view kSome = "/ab%2F;{}\x80z.~7eE";
  for (int round = 0; round < 100'000; ++round) {
    std::string path = "/";
    for (std::size_t i = random() % 16; i > 0; --i) path += kSome[random() % kSome.size()];
    const std::string once = normal(path);
    ASSERT_EQ(normal(once), once) << path;
  }
}

}  // namespace
}  // namespace weir
