#include "usage/endpoint_table.h"

#include <random>

#include <gtest/gtest.h>

namespace weir {
namespace {

SharedEndpointRules rules_of(std::initializer_list<std::string_view> templates = {},
                             std::uint32_t detected_max = 100) {
  auto rules = std::make_shared<EndpointRules>();
  rules->detected_max = detected_max;
  for (const std::string_view text : templates) EXPECT_TRUE(rules->templates.add(text).value());
  return rules;
}

std::string forwarded(EndpointTable& table, std::string_view path, std::uint16_t status = 200) {
  return std::string(table.name(table.classify(path, status, Outcome::kForwarded)));
}

TEST(EndpointTable, LearnsFromAnswersThatShowAnEndpoint) {
  EndpointTable table(rules_of(), {});
  EXPECT_EQ(forwarded(table, "/v1/orders/17"), "/v1/orders/{id}");
  EXPECT_EQ(forwarded(table, "/v1/orders/18/", 500), "/v1/orders/{id}");
  EXPECT_EQ(table.classify("/v1/orders/19", 200, Outcome::kForwarded), EndpointId(1));
  ASSERT_EQ(table.unsaved().size(), 1U);
  EXPECT_EQ(table.unsaved()[0].name, "/v1/orders/{id}");
  EXPECT_TRUE(table.unsaved()[0].detected);
  table.saved();
  EXPECT_TRUE(table.unsaved().empty());
}

TEST(EndpointTable, AScannerAddsNoName) {
  EndpointTable table(rules_of(), {});
  for (const std::uint16_t status : std::initializer_list<std::uint16_t>{400, 401, 403, 404, 405, 410, 501}) {
    EXPECT_EQ(forwarded(table, "/wp-admin", status), "(other)");
  }
  for (const Outcome outcome :
       {Outcome::kMissingKey, Outcome::kUnknownKey, Outcome::kLimited, Outcome::kNoRoute,
        Outcome::kBadRequest, Outcome::kUpstreamUnavailable, Outcome::kUpstreamTimeout}) {
    EXPECT_EQ(table.classify("/wp-admin", 200, outcome), EndpointId());
  }
  EXPECT_EQ(table.classify("/x", 499, Outcome::kClientClosed), EndpointId());
  EXPECT_NE(table.classify("/x", 200, Outcome::kClientClosed), EndpointId());
  EXPECT_EQ(forwarded(table, "*"), "(other)");
  EXPECT_EQ(table.unsaved().size(), 1U);
}

TEST(EndpointTable, RefusedCallsBelongToNamesThatAreSettled) {
  EndpointTable table(rules_of(), {});
  EXPECT_EQ(forwarded(table, "/v1/orders"), "/v1/orders");
  EXPECT_EQ(forwarded(table, "/v1/orders", 404), "(other)");
  table.settle();
  EXPECT_EQ(forwarded(table, "/v1/orders", 404), "/v1/orders");
  EXPECT_EQ(table.name(table.classify("/v1/orders", 429, Outcome::kLimited)), "/v1/orders");
}

TEST(EndpointTable, BeyondTheBoundNewNamesAreOther) {
  EndpointTable table(rules_of({"/configured/{x}"}, 2), {});
  EXPECT_EQ(forwarded(table, "/a"), "/a");
  EXPECT_EQ(forwarded(table, "/b"), "/b");
  EXPECT_EQ(table.crowded_out(), 0U);
  EXPECT_EQ(forwarded(table, "/c"), "(other)");
  EXPECT_EQ(forwarded(table, "/c", 404), "(other)");  // would not have been added either way
  EXPECT_EQ(table.crowded_out(), 1U);
  EXPECT_EQ(forwarded(table, "/a"), "/a");
  EXPECT_EQ(forwarded(table, "/configured/1"), "/configured/{x}");  // those have room of their own
  table.set_rules(rules_of({}, 3));
  EXPECT_EQ(forwarded(table, "/c"), "/c");
}

TEST(EndpointTable, ConfiguredTemplatesNameWhateverTheyMatch) {
  EndpointTable table(rules_of({"/v1/users/{user}"}), {});
  EXPECT_EQ(forwarded(table, "/v1/users/joe", 404), "/v1/users/{user}");
  EXPECT_EQ(forwarded(table, "/v1/users/1"), "/v1/users/{user}");
  EXPECT_EQ(forwarded(table, "/v1/users"), "/v1/users");
  EXPECT_FALSE(table.unsaved()[0].detected);
}

TEST(EndpointTable, KeepsIdsOverAStartAndAChangeOfRules) {
  const StoredEndpoints stored{{{EndpointId(1), "/a", true}, {EndpointId(2), "/b/{x}", false}},
                               EndpointId(1)};
  EndpointTable table(rules_of({"/b/{x}"}), stored);
  EXPECT_TRUE(table.unsaved().empty());
  EXPECT_EQ(table.classify("/b/1", 200, Outcome::kForwarded), EndpointId(2));
  EXPECT_EQ(table.classify("/a", 404, Outcome::kForwarded), EndpointId(1));
  table.set_rules(rules_of({"/a"}));
  EXPECT_EQ(table.classify("/a", 200, Outcome::kForwarded), EndpointId(1));
  EXPECT_EQ(table.classify("/b/1", 200, Outcome::kForwarded), EndpointId(3));  // detected now: "/b/{id}"
}

TEST(EndpointTable, PublishesItsNames) {
  EndpointTable table(rules_of(), {});
  (void)table.classify("/a", 200, Outcome::kForwarded);
  EXPECT_EQ(table.names()->size(), 0U);
  table.publish();
  const auto names = table.names();
  EXPECT_EQ(names->name(EndpointId(1)), "/a");
  EXPECT_EQ(names->name(EndpointId()), "(other)");
  EXPECT_EQ(names->name(EndpointId(2)), "(other)");
  EndpointId id(9);
  EXPECT_TRUE(names->find("/a", id));
  EXPECT_EQ(id, EndpointId(1));
  EXPECT_TRUE(names->find("(other)", id));
  EXPECT_EQ(id, EndpointId());
  EXPECT_FALSE(names->find("/b", id));
}

struct TestCall {
  std::string path;
  std::uint16_t status = 200;
};

/// A crash: what was stored is there, settling is as of the last commit, and the calls since are read again.
TEST(EndpointTable, CallsReadAgainAfterACrashGetWhatTheyGot) {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    std::vector<TestCall> calls(60);
    for (TestCall& call : calls) {
      call.path = {'/', static_cast<char>('a' + random() % 12)};
      call.status = static_cast<std::uint16_t>(random() % 2 == 0 ? 200 : 404);
    }
    const auto rules = rules_of({}, 6);
    const std::size_t committed = random() % calls.size();
    EndpointTable table(rules, {});
    std::vector<EndpointId> got;
    StoredEndpoints stored;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      if (i == committed) {
        table.settle();
        stored.settled = table.settled();
      }
      got.push_back(table.classify(calls[i].path, calls[i].status, Outcome::kForwarded));
    }
    for (const EndpointRow& row : table.unsaved()) stored.rows.push_back(row);

    // Read again in another order, as when journals are merged in other batches.
    EndpointTable again(rules, stored);
    std::vector<std::size_t> order;
    for (std::size_t i = committed; i < calls.size(); ++i) order.push_back(i);
    std::shuffle(order.begin(), order.end(), random);
    for (const std::size_t i : order) {
      ASSERT_EQ(again.classify(calls[i].path, calls[i].status, Outcome::kForwarded), got[i]);
    }
    ASSERT_TRUE(again.unsaved().empty());
  }
}

}  // namespace
}  // namespace weir
