// Properties of the whole machine over random traffic.
#include <random>

#include <gtest/gtest.h>

#include "alerts/alert_fixture.h"

namespace weir {
namespace {

struct Call {
  UsageRecord record;
  EndpointId endpoint;
};

/// Two hours with incidents of every kind, in order of their ends.
std::vector<Call> traffic(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Call> calls;
  AlertSecond second = kTestStart;
  bool bad = false;
  while (second < kTestStart + 7200) {
    if (random() % 400 == 0) bad = !bad;
    if (random() % 300 == 0) second += static_cast<AlertSecond>(random() % 400);
    for (std::uint64_t i = 0; i < random() % 6; ++i) {
      UsageRecord record =
          random() % 8 == 0 ? refused_at(second, Outcome::kUnknownKey, 401) : call_at(second);
      if (record.key) record.key = KeyId(static_cast<std::uint32_t>(1 + random() % 5));
      if (bad && random() % 3 == 0) record.status = 500;
      record.source = IpAddress::v4(0x0A000000 + static_cast<std::uint32_t>(random() % 8));
      record.response_time = bad ? Millis(random() % 3000) : Millis(random() % 900);
      record.at += Micros(static_cast<std::int64_t>(random() % 1'000'000)) - record.response_time;
      calls.push_back({record, EndpointId(static_cast<std::uint32_t>(random() % 4))});
    }
    ++second;
  }
  std::stable_sort(calls.begin(), calls.end(), [](const Call& a, const Call& b) {
    return a.record.at + a.record.response_time < b.record.at + b.record.response_time;
  });
  return calls;
}

AlertSecond end_of(const Call& call) {
  return std::chrono::floor<Seconds>(call.record.at + call.record.response_time).time_since_epoch().count();
}

std::string line_of(const AlertEvent& event) {
  return std::string(to_string(event.kind)) + ' ' + std::string(to_string(event.alert.type)) + ' ' +
         std::to_string(event.alert.subject.id) + event.alert.subject.text + ' ' +
         std::string(to_string(event.alert.severity)) + ' ' + to_rfc3339(event.at) + ' ' +
         std::to_string(event.alert.numbers.value) + ' ' + std::to_string(event.alert.count);
}

std::vector<std::string> lines_of(const std::vector<AlertEvent>& events) {
  std::vector<std::string> lines;
  for (const AlertEvent& event : events) lines.push_back(line_of(event));
  return lines;
}

std::vector<std::string> straight(const std::vector<Call>& calls) {
  AlertWorld world;
  for (const Call& call : calls) {
    world.advance(end_of(call));
    world.call(call.record, call.endpoint);
  }
  world.advance(kTestStart + 9000);
  return lines_of(world.events);
}

TEST(AlertEngine, TheSameCallsGiveTheSameEventsHoweverTheyAreSplit) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const auto calls = traffic(seed);
    const auto expected = straight(calls);
    ASSERT_GT(expected.size(), 10U);
    EXPECT_EQ(straight(calls), expected);
    AlertWorld world;
    std::mt19937_64 random(seed);
    for (std::size_t i = 0; i < calls.size();) {
      // Calls of the coming seconds may be given before those seconds are evaluated.
      const std::size_t until = std::min(calls.size(), i + 1 + random() % 40);
      const AlertSecond before = end_of(calls[i]);
      for (; i < until; ++i) world.call(calls[i].record, calls[i].endpoint);
      if (random() % 2 == 0) static_cast<void>(world.engine.take_kept());
      world.advance(std::max(world.engine.evaluated(), before));
    }
    world.advance(kTestStart + 9000);
    EXPECT_EQ(lines_of(world.events), expected);
  }
}

TEST(AlertEngine, ContinuesAfterACrashFromWhatWasKeptAsIfNothingHappened) {
  const auto calls = traffic(4);
  const auto expected = straight(calls);
  std::vector<KeptDelta> kept;
  std::string checkpoint;
  AlertSecond checkpoint_at = 0;
  std::vector<AlertEvent> events;
  auto world = std::make_unique<AlertWorld>();
  std::mt19937_64 random(9);
  int crashes = 0;
  for (const Call& call : calls) {
    world->advance(end_of(call));
    world->call(call.record, call.endpoint);
    if (world->engine.checkpoint_due()) {
      checkpoint = world->engine.checkpoint();
      checkpoint_at = world->engine.evaluated();
    }
    if (random() % 20 != 0) continue;
    for (KeptDelta& delta : world->engine.take_kept()) kept.push_back(std::move(delta));
    auto next = std::make_unique<AlertWorld>();
    next->history = world->history;
    ASSERT_TRUE(next->engine.restore(world->engine.evaluated(), checkpoint_at, checkpoint, kept));
    next->engine.book() = world->engine.book();
    next->events = std::move(world->events);
    world = std::move(next);
    ++crashes;
  }
  world->advance(kTestStart + 9000);
  EXPECT_GT(crashes, 20);
  const auto lines = lines_of(world->events);
  const auto [ours, theirs] = std::mismatch(lines.begin(), lines.end(), expected.begin(), expected.end());
  EXPECT_EQ(lines.size(), expected.size());
  EXPECT_EQ(ours, lines.end()) << "got " << *ours << ", expected " << *theirs;
}

TEST(AlertEngine, WhereMoreKeysCallThanCanBeLookedAtEachHasItsTurn) {
  AlertWorld world;
  AlertSecond second = kTestStart + 1;
  const auto asked = [&](std::size_t max) {
    for (std::uint32_t key = 1; key <= 5; ++key) {
      UsageRecord record = call_at(second);
      record.key = KeyId(key);
      world.call(record);
    }
    std::vector<std::uint32_t> ids;
    for (const KeyId key : world.engine.limit_keys(max)) ids.push_back(key.value());
    world.advance(++second);
    return ids;
  };
  using Ids = std::vector<std::uint32_t>;
  EXPECT_EQ(asked(5), (Ids{1, 2, 3, 4, 5}));
  EXPECT_EQ(asked(2), (Ids{1, 2}));
  EXPECT_EQ(asked(2), (Ids{3, 4}));
  EXPECT_EQ(asked(2), (Ids{1, 5}));

  const LimitUse close{.key = KeyId(4), .window = 0, .limit = 100, .used = 90, .reset_seconds = 30};
  world.advance(++second, {.limits = {&close, 1}, .expiring = {}, .channels = {}});
  ASSERT_NE(world.find(AlertType::kRateLimitApproaching, AlertSubject::key(KeyId(4))), nullptr);
  EXPECT_EQ(asked(2), (Ids{2, 3, 4}));
}

TEST(AlertEngine, ACallThatComesLateIsCountedAtTheNextEvaluation) {
  AlertWorld world;
  world.advance(kTestStart + 20);
  UsageRecord slow = call_at(kTestStart + 5);
  slow.response_time = Seconds(3);
  world.call(slow);
  EXPECT_EQ(world.engine.late_calls(), 1U);
  world.advance(kTestStart + 21);
  EXPECT_NE(world.find(AlertType::kResponseTime, AlertSubject::key(KeyId(1))), nullptr);
}

TEST(AlertEngine, AClockThatIsSetBackStartsAnew) {
  AlertWorld world;
  world.advance(kTestStart + 86400);
  world.advance(kTestStart);
  UsageRecord slow = call_at(kTestStart + 1);
  slow.response_time = Seconds(3);
  world.call(slow);
  world.advance(kTestStart + 10);
  EXPECT_NE(world.find(AlertType::kResponseTime, AlertSubject::key(KeyId(1))), nullptr);
}

TEST(AlertEngine, DamagedKeptWindowsAreRefused) {
  AlertWorld world;
  world.calls(kTestStart + 1, 3);
  auto kept = world.engine.take_kept();
  ASSERT_EQ(kept.size(), 1U);
  const std::string good = kept[0].bytes;
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    kept[0].bytes = good.substr(0, cut);
    AlertWorld other;
    EXPECT_FALSE(other.engine.restore(kTestStart, 0, {}, kept)) << cut;
  }
  AlertWorld other;
  EXPECT_FALSE(other.engine.restore(kTestStart, 1, "garbage", {}));
}

TEST(AlertEngine, AMonthWithoutCallsIsPassedOver) {
  AlertWorld world;
  world.advance(kTestStart + 30 * 86400);
  EXPECT_EQ(world.engine.evaluated(), kTestStart + 30 * 86400);
  EXPECT_TRUE(world.events.empty());
}

}  // namespace
}  // namespace weir
