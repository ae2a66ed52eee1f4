#include "alerts/alert_replay.h"

#include <random>
#include <span>

#include <gmock/gmock.h>

#include "alerts/alert_fixture.h"

namespace weir {
namespace {

/// As AlertWorld has them.
AlertDirectory::Window window_of(std::uint8_t window) {
  return window == 0 ? AlertDirectory::Window{"minute", 60} : AlertDirectory::Window{"burst", 10};
}

AlertReplay make_replay(AlertSettings in_force, std::optional<AlertSettings> proposed, HourHistory& history) {
  return AlertReplay({.in_force = std::move(in_force),
                      .proposed = std::move(proposed),
                      .environment = "production",
                      .directory = {.endpoint = {}, .plan = {}, .window = window_of},
                      .history = history,
                      .warm_from = kTestStart,
                      .from = kTestStart});
}

/// Calls of an hour with a slow time, errors, refusals and a limit that is hit; they end in another order
/// than they began in.
std::vector<UsageRecord> incident_hour() {
  std::mt19937_64 random(7);
  std::vector<UsageRecord> calls;
  for (AlertSecond second = 0; second < 3600; second += 1 + static_cast<AlertSecond>(random() % 3)) {
    for (int i = 0; i < 6; ++i) {
      UsageRecord call = call_at(kTestStart + second);
      call.key = KeyId(static_cast<std::uint32_t>(1 + random() % 4));
      call.response_time = Millis(10 + random() % 900);
      if (second > 600 && second < 900) call.response_time += Seconds(2);
      if (second > 1500 && second < 1800 && random() % 4 == 0) call.status = 503;
      call.upstream_time = call.response_time;
      calls.push_back(call);
    }
    if (second > 2000 && second < 2100)
      calls.push_back(refused_at(kTestStart + second, Outcome::kUnknownKey, 401));
    if (second > 2500 && second < 2600) {
      UsageRecord limited = refused_at(kTestStart + second, Outcome::kLimited, 429);
      limited.refused_window = 0;
      calls.push_back(limited);
    }
  }
  return calls;
}

EndpointId endpoint_of(const UsageRecord& call) {
  return EndpointId(1 + call.key.value() % 2);
}

AlertSecond end_of(const UsageRecord& call) {
  return std::chrono::floor<Seconds>(call.at + call.response_time).time_since_epoch().count();
}

/// What an engine that sees each second when it is over makes of them.
std::vector<ReplayedAlert> live(const std::vector<UsageRecord>& calls, AlertSecond until) {
  AlertWorld world;
  std::multimap<AlertSecond, const UsageRecord*> by_end;
  for (const UsageRecord& call : calls) by_end.emplace(end_of(call), &call);
  for (AlertSecond second = kTestStart; second < until; ++second) {
    const auto [first, last] = by_end.equal_range(second);
    for (auto at = first; at != last; ++at) world.call(*at->second, endpoint_of(*at->second));
    world.advance(second + 1);
  }
  std::vector<ReplayedAlert> alerts;
  for (const AlertEvent& event : world.events) {
    if (event.kind != AlertEventKind::kResolved) continue;
    alerts.push_back({.type = event.alert.type,
                      .subject = event.alert.subject,
                      .severity = event.alert.severity,
                      .started_at = event.alert.started_at,
                      .resolved_at = event.alert.resolved_at,
                      .numbers = event.alert.numbers,
                      .escalated = event.alert.escalated});
    alerts.back().numbers.series.clear();
  }
  return alerts;
}

std::vector<ReplayedAlert> proposed_alerts(const AlertSettings& proposed) {
  const AlertSecond until = kTestStart + 2 * 3600;
  MemoryHourHistory history(24);
  AlertReplay replay = make_replay({}, proposed, history);
  for (const UsageRecord& call : incident_hour()) replay.add(call, endpoint_of(call));
  const auto limits = [](AlertSecond second, std::span<const KeyId> keys, std::vector<LimitUse>& uses) {
    for (const KeyId key : keys) {
      const auto used = static_cast<std::uint32_t>(second % 600 / 6);
      uses.push_back({.key = key, .window = 0, .limit = 100, .used = used, .reset_seconds = 30});
    }
  };
  replay.advance(until, limits);
  std::vector<ReplayedAlert> alerts;
  for (const ReplayedPair& pair : replay.finish().alerts) {
    if (pair.proposed) alerts.push_back(*pair.proposed);
  }
  return alerts;
}

TEST(AlertReplay, ProposedSettingsOverTheWindowsInForceSayWhatTheySayOverTheirOwn) {
  AlertSettings proposed;
  proposed.rule(AlertType::kErrorRate).warning = 0.02;
  proposed.rule(AlertType::kResponseTime).warning = 0.8;
  proposed.rule(AlertType::kResponseTime).window_seconds = 120;
  proposed.rule(AlertType::kRateLimitApproaching).warning = 0.5;
  AlertSettings alone = proposed;
  alone.error_statuses = {{500, 549}, {550, 599}};  // the same, in other words
  const std::vector<ReplayedAlert> alerts = proposed_alerts(proposed);
  EXPECT_GT(alerts.size(), 10U);
  EXPECT_EQ(alerts, proposed_alerts(alone));
}

TEST(AlertReplay, WithTheSettingsInForceGivesTheAlertsThereWere) {
  const std::vector<UsageRecord> calls = incident_hour();
  const AlertSecond until = kTestStart + 2 * 3600;
  MemoryHourHistory history(24);
  // In whatever order and however far at a time.
  for (const AlertSecond step : {1, 37, 7200}) {
    AlertReplay replay = make_replay({}, AlertSettings(), history);
    AlertSecond given = kTestStart;
    for (AlertSecond second = kTestStart; second < until; second += step) {
      for (auto call = calls.rbegin(); call != calls.rend(); ++call) {
        if (end_of(*call) >= given && end_of(*call) < second + step) replay.add(*call, endpoint_of(*call));
      }
      given = second + step;
      replay.advance(std::min(given, until), nullptr);
    }
    const AlertReplayResult result = replay.finish();
    EXPECT_EQ(result.calls, calls.size());
    EXPECT_EQ(result.late_calls, 0U);
    std::vector<ReplayedAlert> in_force;
    for (const ReplayedPair& pair : result.alerts) {
      ASSERT_TRUE(pair.in_force && pair.proposed);
      EXPECT_EQ(*pair.in_force, *pair.proposed);
      in_force.push_back(*pair.in_force);
    }
    const auto wanted = live(calls, until);
    EXPECT_GE(wanted.size(), 6U);
    EXPECT_THAT(in_force, testing::UnorderedElementsAreArray(wanted)) << step;
  }
}

TEST(AlertReplay, ShowsWhatOnlyOneSideFires) {
  AlertSettings proposed;
  proposed.rule(AlertType::kResponseTime).warning = 3.5;
  proposed.rule(AlertType::kResponseTime).critical.reset();
  proposed.rule(AlertType::kErrorRate).warning = 0.01;
  MemoryHourHistory history(24);
  AlertReplay replay = make_replay({}, proposed, history);
  for (const UsageRecord& call : incident_hour()) replay.add(call, endpoint_of(call));
  for (AlertSecond second = 0; second < 60; ++second) {
    UsageRecord call = call_at(kTestStart + 5000 + second);  // 2 % errors: enough for the proposed side only
    for (int i = 0; i < 50; ++i) {
      call.status = i == 0 ? 500 : 200;
      replay.add(call, EndpointId(9));
    }
  }
  replay.advance(kTestStart + 7200, nullptr);
  const AlertReplayResult result = replay.finish();
  const auto& slow = result.counts[static_cast<std::size_t>(AlertType::kResponseTime)];
  const auto& errors = result.counts[static_cast<std::size_t>(AlertType::kErrorRate)];
  EXPECT_GT(slow.in_force, 0U);
  EXPECT_EQ(slow.proposed, 0U);
  EXPECT_GT(errors.proposed, errors.in_force);
  EXPECT_GT(errors.both, 0U);
  EXPECT_TRUE(std::any_of(result.alerts.begin(), result.alerts.end(), [](const ReplayedPair& pair) {
    return !pair.in_force && pair.proposed->subject == AlertSubject::endpoint(EndpointId(9));
  }));
}

TEST(AlertReplay, OtherErrorStatusesAreCountedForTheirSideOnly) {
  AlertSettings proposed;
  proposed.error_statuses = {{400, 499}};
  MemoryHourHistory history(24);
  AlertReplay replay = make_replay({}, proposed, history);
  for (AlertSecond second = 0; second < 100; ++second) {
    UsageRecord call = call_at(kTestStart + second);
    call.status = 409;
    replay.add(call, EndpointId(1));
  }
  replay.advance(kTestStart + 100, nullptr);
  const auto counts = replay.finish().counts[static_cast<std::size_t>(AlertType::kErrorRate)];
  EXPECT_EQ(counts.in_force, 0U);
  EXPECT_EQ(counts.proposed, 3U);  // overall, the endpoint, the key
}

TEST(AlertReplay, AlertsThatEndBeforeItsTimeDoNotCountThoseThatLastDo) {
  MemoryHourHistory history(24);
  const auto run = [&](AlertSecond from) {
    AlertReplay replay({.in_force = {},
                        .proposed = {},
                        .environment = {},
                        .directory = {},
                        .history = history,
                        .warm_from = kTestStart,
                        .from = kTestStart + from});
    for (const UsageRecord& call : incident_hour()) replay.add(call, endpoint_of(call));
    replay.advance(kTestStart + 7200, nullptr);
    return replay.finish();
  };
  const auto slow = static_cast<std::size_t>(AlertType::kResponseTime);
  EXPECT_GT(run(700).counts[slow].in_force, 0U);
  EXPECT_EQ(run(1200).counts[slow].in_force, 0U);
}

TEST(AlertReplay, LearnsWhatIsNormalBeforeItBegins) {
  MemoryHourHistory history(400);
  const auto spikes = [&](bool learnt) {
    AlertReplay replay = make_replay({}, std::nullopt, history);
    const AlertHour hour = kTestStart / 3600;
    for (AlertHour at = hour - 48; learnt && at < hour; ++at) {
      replay.learn(at, {{.key = 0, .calls = 600, .sources = 0}, {.key = 1, .calls = 600, .sources = 1}});
    }
    for (AlertSecond second = 0; second < 600; ++second) {
      for (int i = 0; i < 5; ++i) replay.add(call_at(kTestStart + second), EndpointId(1));
    }
    replay.advance(kTestStart + 600, nullptr);
    return replay.finish().counts[static_cast<std::size_t>(AlertType::kUsageSpike)].in_force;
  };
  EXPECT_EQ(spikes(false), 0U);
  EXPECT_EQ(spikes(true), 2U);  // the key and everything
}

TEST(AlertReplay, ALimitThatStaysNearItsEndKeepsItsAlertFiringWithoutCalls) {
  MemoryHourHistory history(24);
  AlertReplay replay({.in_force = {},
                      .proposed = {},
                      .environment = {},
                      .directory = {.endpoint = {},
                                    .plan = {},
                                    .window =
                                        [](std::uint8_t) {
                                          return AlertDirectory::Window{"hour", 3600};
                                        }},
                      .history = history,
                      .warm_from = kTestStart,
                      .from = kTestStart});
  replay.add(call_at(kTestStart + 5), EndpointId(1));
  const AlertReplay::LimitsOf limits = [](AlertSecond second, std::span<const KeyId> keys,
                                          std::vector<LimitUse>& uses) {
    for (const KeyId key : keys) {
      if (second < kTestStart + 300)
        uses.push_back({.key = key, .limit = 10, .used = 9, .reset_seconds = 30});
    }
  };
  replay.advance(kTestStart + 1000, limits);
  const AlertReplayResult result = replay.finish();
  ASSERT_EQ(result.alerts.size(), 1U);
  const ReplayedAlert& alert = *result.alerts[0].in_force;
  EXPECT_EQ(alert.type, AlertType::kRateLimitApproaching);
  EXPECT_EQ(alert.started_at, at_second(kTestStart + 6));
  EXPECT_EQ(alert.resolved_at, at_second(kTestStart + 300 + 120));
}

}  // namespace
}  // namespace weir
