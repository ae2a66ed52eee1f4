#include "store/outbox_store.h"
#include "store/store_contract.h"

namespace weir {
namespace {

class OutboxStoreContract : public test::StoreContract {
 protected:
  OutboxStore& outbox() { return store().outbox(); }

  static OutboxEvent event(std::uint64_t alert) {
    OutboxEvent event;
    event.type = "alert.firing";
    event.at = kNow;
    event.alert.alert_id = alert;
    return event;
  }

  static Delivery delivery(std::string channel, std::string id = "msg_1") {
    Delivery delivery;
    delivery.channel = std::move(channel);
    delivery.message.id = std::move(id);
    delivery.message.type = "alert.firing";
    delivery.message.alerts.resize(1);
    delivery.next_attempt_at = kNow;
    delivery.created_at = kNow;
    return delivery;
  }

  std::vector<Delivery> commit(std::vector<Delivery> deliveries) {
    OutboxStep step{.deliveries = std::move(deliveries)};
    EXPECT_TRUE(outbox().commit(step));
    return step.deliveries;
  }

  Delivery tried(Delivery delivery, DeliveryState state, std::uint16_t status) {
    delivery.state = state;
    ++delivery.tries;
    delivery.next_attempt_at = kNow + Seconds(5);
    if (state != DeliveryState::kPending) delivery.ended_at = kNow + Seconds(1);
    EXPECT_TRUE(outbox().record(delivery, {.at = kNow,
                                           .took = Millis(20),
                                           .delivered = state == DeliveryState::kDelivered,
                                           .status_code = status,
                                           .detail = "said so"}));
    return delivery;
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, OutboxStoreContract, test::store_backends(), test::backend_name);

TEST_P(OutboxStoreContract, GivesEventsBackInOrderUntilTheyAreDone) {
  const std::vector<OutboxEvent> sent{event(1), event(2), event(3)};
  ASSERT_TRUE(outbox().append(sent));
  const auto read = outbox().events(0, 2);
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ((*read)[0].alert.alert_id, 1U);
  EXPECT_LT((*read)[0].id, (*read)[1].id);
  OutboxStep step{.done_through = (*read)[1].id};
  ASSERT_TRUE(outbox().commit(step));
  reopen();
  const auto rest = outbox().events(0, 10);
  ASSERT_EQ(rest->size(), 1U);
  EXPECT_EQ(rest->front().alert.alert_id, 3U);
  EXPECT_TRUE(outbox().events(rest->front().id, 10)->empty());
}

TEST_P(OutboxStoreContract, NeverUsesTheIdOfADoneEventAgain) {
  const std::vector<OutboxEvent> one{event(1)};
  ASSERT_TRUE(outbox().append(one));
  const std::uint64_t first = outbox().events(0, 1)->front().id;
  OutboxStep step{.done_through = first};
  ASSERT_TRUE(outbox().commit(step));
  ASSERT_TRUE(outbox().append(one));
  EXPECT_GT(outbox().events(0, 1)->front().id, first);
}

TEST_P(OutboxStoreContract, RemembersAndForgetsGroups) {
  OutboxStep step{.groups = {{"a", 7, "{}"}, {"b", 8, "[1]"}}};
  ASSERT_TRUE(outbox().commit(step));
  OutboxStep next{.groups = {{"b", 9, "[2]"}}, .forgotten_groups = {"a"}};
  ASSERT_TRUE(outbox().commit(next));
  reopen();
  const auto groups = outbox().groups();
  ASSERT_EQ(groups->size(), 1U);
  EXPECT_EQ(groups->front(), (NotifyGroupRow{"b", 9, "[2]"}));
}

TEST_P(OutboxStoreContract, GivesAChannelItsDueDeliveriesEarliestFirst) {
  auto later = delivery("hook", "msg_later");
  later.next_attempt_at = kNow + Seconds(2);
  auto future = delivery("hook", "msg_future");
  future.next_attempt_at = kNow + Seconds(60);
  commit({later, future, delivery("hook"), delivery("mail")});
  const auto due = outbox().due("hook", kNow + Seconds(2), 10);
  ASSERT_EQ(due->size(), 2U);
  EXPECT_EQ((*due)[0].message.id, "msg_1");
  EXPECT_EQ((*due)[1].message.id, "msg_later");
  EXPECT_EQ((*due)[0].message.alerts.size(), 1U);
  EXPECT_EQ(outbox().due("hook", kNow + Seconds(2), 1)->size(), 1U);
  EXPECT_EQ(**outbox().next_due(), kNow);
}

TEST_P(OutboxStoreContract, RecordsAttemptsUntilItIsDelivered) {
  auto one = commit({delivery("hook")}).front();
  one = tried(one, DeliveryState::kPending, 503);
  EXPECT_TRUE(outbox().due("hook", kNow, 10)->empty());
  one = tried(one, DeliveryState::kDelivered, 204);
  EXPECT_FALSE(outbox().next_due()->has_value());
  reopen();
  const auto read = outbox().get(one.id);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->state, DeliveryState::kDelivered);
  EXPECT_EQ(read->tries, 2U);
  EXPECT_EQ(*read->ended_at, kNow + Seconds(1));
  ASSERT_EQ(read->attempts.size(), 2U);
  EXPECT_EQ(read->attempts[0].status_code, 503);
  EXPECT_FALSE(read->attempts[0].delivered);
  EXPECT_EQ(read->attempts[1].status_code, 204);
  EXPECT_TRUE(read->attempts[1].delivered);
  EXPECT_EQ(read->attempts[1].took, Micros(20'000));
}

TEST_P(OutboxStoreContract, KeepsTheNewestAttemptsOnly) {
  auto one = commit({delivery("hook")}).front();
  for (std::uint16_t i = 0; i < kAttemptsKept + 5; ++i) {
    one = tried(one, DeliveryState::kPending, static_cast<std::uint16_t>(100 + i));
  }
  const auto read = outbox().get(one.id);
  ASSERT_EQ(read->attempts.size(), kAttemptsKept);
  EXPECT_EQ(read->attempts.front().status_code, 105);
  EXPECT_EQ(read->attempts.back().status_code, 100 + kAttemptsKept + 4);
}

TEST_P(OutboxStoreContract, SendsADeadOneAgainWithTheIdItHad) {
  auto one = commit({delivery("hook", "msg_stable")}).front();
  EXPECT_EQ(outbox().resend(one.id, kNow).error().code, ErrorCode::kConflict);
  tried(one, DeliveryState::kDead, 500);
  const auto again = outbox().resend(one.id, kNow + Seconds(100));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->state, DeliveryState::kPending);
  const auto due = outbox().due("hook", kNow + Seconds(100), 10);
  ASSERT_EQ(due->size(), 1U);
  EXPECT_EQ(due->front().message.id, "msg_stable");
  EXPECT_EQ(due->front().tries, 0U);
  EXPECT_FALSE(due->front().ended_at);
  EXPECT_EQ(outbox().resend(DeliveryId(99), kNow).error().code, ErrorCode::kNotFound);
}

TEST_P(OutboxStoreContract, ListsNewestFirstByChannelStateAndType) {
  auto resolved = delivery("hook", "msg_3");
  resolved.message.type = "alert.resolved";
  const auto made = commit({delivery("hook", "msg_1"), delivery("mail", "msg_2"), resolved});
  tried(made[0], DeliveryState::kDead, 500);
  const auto all = outbox().list({});
  ASSERT_EQ(all->size(), 3U);
  EXPECT_EQ(all->front().message.id, "msg_3");
  EXPECT_EQ(all->back().attempts.size(), 1U);
  EXPECT_EQ(outbox().list({.channel = "hook"})->size(), 2U);
  EXPECT_EQ(outbox().list({.state = DeliveryState::kDead})->front().message.id, "msg_1");
  EXPECT_EQ(outbox().list({.channel = "hook", .type = "alert.resolved"})->size(), 1U);
  const auto page = outbox().list({.before = all->front().id, .limit = 1});
  ASSERT_EQ(page->size(), 1U);
  EXPECT_EQ(page->front().message.id, "msg_2");
}

TEST_P(OutboxStoreContract, PrunesWhatEndedLongAgo) {
  const auto made = commit({delivery("hook", "msg_1"), delivery("hook", "msg_2")});
  tried(made[0], DeliveryState::kDelivered, 200);
  EXPECT_EQ(*outbox().prune(kNow, 100), 0U);
  EXPECT_EQ(*outbox().prune(kNow + Seconds(2), 100), 1U);
  const auto left = outbox().list({});
  ASSERT_EQ(left->size(), 1U);
  EXPECT_EQ(left->front().message.id, "msg_2");
}

TEST_P(OutboxStoreContract, KnowsWhichChannelsFail) {
  const auto made = commit({delivery("hook"), delivery("mail"), delivery("chat"), delivery("fresh")});
  tried(made[0], DeliveryState::kPending, 500);
  tried(made[1], DeliveryState::kDead, 550);
  tried(made[2], DeliveryState::kDelivered, 200);
  const std::map<std::string, std::uint64_t> both{{"hook", 1}, {"mail", 1}};
  EXPECT_EQ(*outbox().failing(kNow), both);
  EXPECT_EQ(outbox().failing(kNow + std::chrono::hours(1))->size(), 1U);  // what was given up is past
}

TEST_P(OutboxStoreContract, ADisabledChannelHasNothingPending) {
  const auto made = commit({delivery("hook"), delivery("mail")});
  ASSERT_TRUE(outbox().disable_channel({"hook", kNow, "the receiver is gone (410)"}));
  reopen();
  EXPECT_TRUE(outbox().due("hook", kNow, 10)->empty());
  EXPECT_EQ(outbox().due("mail", kNow, 10)->size(), 1U);
  const auto dead = outbox().get(made[0].id);
  EXPECT_EQ(dead->state, DeliveryState::kDead);
  ASSERT_EQ(dead->attempts.size(), 1U);
  EXPECT_EQ(dead->attempts[0].detail, "the receiver is gone (410)");
  ASSERT_EQ(outbox().disabled_channels()->size(), 1U);
  EXPECT_EQ(outbox().disabled_channels()->front().since, kNow);
  ASSERT_TRUE(outbox().enable_channel("hook"));
  EXPECT_TRUE(outbox().disabled_channels()->empty());
}

TEST_P(OutboxStoreContract, GivesUpWhatIsPendingForAChannelThatIsGone) {
  const auto made = commit({delivery("gone"), delivery("mail")});
  EXPECT_EQ(outbox().pending_channels()->size(), 2U);
  ASSERT_TRUE(outbox().give_up("gone", "the channel is not configured any more", kNow));
  EXPECT_EQ(*outbox().pending_channels(), std::vector<std::string>{"mail"});
  EXPECT_EQ(outbox().get(made[0].id)->state, DeliveryState::kDead);
  EXPECT_TRUE(outbox().disabled_channels()->empty());
}

}  // namespace
}  // namespace weir
