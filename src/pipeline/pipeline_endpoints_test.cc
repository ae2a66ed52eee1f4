#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/pipeline_fixture.h"

namespace weir {
namespace {

TEST_F(PipelineTest, StoresTheEndpointOfEachCall) {
  path_ = "/v1/things/17";
  call(1);
  path_ = "/nowhere";
  call(1, 0, 404);
  drain();
  path_ = "/v1/things/18";
  call(1, 0, 404);  // settled by now
  drain();
  const auto found = rows();
  EXPECT_EQ(found.at(2).endpoint, "/v1/things/{id}");
  EXPECT_EQ(found.at(2).path, "/v1/things/17");
  EXPECT_EQ(found.at(1).endpoint, "(other)");
  EXPECT_EQ(found.at(0).endpoint, "/v1/things/{id}");
  EXPECT_EQ(endpoints_->names()->size(), 1U);
  restart();
  EXPECT_EQ(endpoints_->names()->name(EndpointId(1)), "/v1/things/{id}");
}

TEST_F(PipelineTest, NewRulesHoldForTheCallsThatFollow) {
  path_ = "/v1/things/17";
  call(1);
  drain();
  auto rules = std::make_shared<EndpointRules>();
  ASSERT_TRUE(rules->templates.add("/v1/things/{thing}"));
  pipeline_->set_endpoint_rules(rules);
  call(1);
  drain();
  EXPECT_EQ(rows().at(0).endpoint, "/v1/things/{thing}");
  EXPECT_EQ(rows().at(1).endpoint, "/v1/things/{id}");
}

TEST_F(PipelineTest, AppendsNoCallWhoseEndpointIsNotStored) {
  store_->fail_endpoints = 1;
  call(1);
  keep();
  EXPECT_FALSE(step());
  EXPECT_THAT(store_->order, ::testing::ElementsAre("endpoints"));
  drain();
  EXPECT_EQ(rows().at(0).endpoint, "/v1/things");
  expect_all_counted_once();
}

// FailingStore checks that a record read again is given the endpoint it had, whatever is in a batch with it.
TEST_F(PipelineTest, CallsReadAgainAfterAKillKeepTheirEndpoints) {
  std::mt19937 random(5);
  rules_->detected_max = 6;
  restart();
  for (int round = 0; round < 60; ++round) {
    for (std::size_t i = random() % 12; i > 0; --i) {
      path_ = {'/', static_cast<char>('a' + random() % 10)};
      call(1, random() % 2, static_cast<std::uint16_t>(random() % 2 == 0 ? 200 : 404));
      if (random() % 4 != 0) continue;
      ASSERT_TRUE(journals_[random() % 2]->keep());
    }
    store_->fail_commit = random() % 3 == 0 ? 1 : 0;
    store_->fail_append = random() % 5 == 0 ? 1 : 0;
    now_ += Millis(static_cast<int>(random() % 300));
    static_cast<void>(step());
    if (random() % 3 == 0) restart();
  }
  store_->fail_commit = store_->fail_append = 0;
  drain();
  expect_all_counted_once();
  for (const CallRow& row : rows()) {
    EndpointId id;
    EXPECT_TRUE(endpoints_->names()->find(row.endpoint, id)) << row.endpoint;
  }
  EXPECT_EQ(endpoints_->names()->size(), 6U);
}

}  // namespace
}  // namespace weir
