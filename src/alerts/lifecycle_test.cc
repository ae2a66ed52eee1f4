#include <gtest/gtest.h>

#include "alerts/alert_fixture.h"
#include "alerts/escalation.h"
#include "alerts/silences.h"

namespace weir {
namespace {

constexpr AlertSecond kNow = kTestStart;
const AlertSubject kOverall = AlertSubject::overall();
constexpr auto kType = AlertType::kErrorRate;

/// A world where errors overall fire; keys and endpoints are left out.
class Lifecycle : public testing::Test {
 protected:
  void errors(AlertSecond second, int count) {
    for (int i = 0; i < count; ++i) {
      UsageRecord record = call_at(second);
      record.key = {};
      record.status = 500;
      world.call(record, EndpointId());
    }
  }
  const Alert* alert() const { return world.find(kType, kOverall); }
  AlertAction by(std::string name, AlertSecond second, std::string text = {}) {
    return {.by = std::move(name), .text = std::move(text), .at = at_second(second)};
  }
  AlertWorld world;
};

TEST_F(Lifecycle, AnAlertFiresOnceAndCountsAndResolvesAMinuteAfterItsConditionEnded) {
  errors(kNow + 1, 30);
  world.advance(kNow + 2);
  ASSERT_NE(alert(), nullptr);
  EXPECT_EQ(alert()->id, AlertId(1));
  world.advance(kNow + 300);
  ASSERT_NE(alert(), nullptr);
  EXPECT_EQ(alert()->count, 31U);
  EXPECT_EQ(alert()->last_seen, at_second(kNow + 300));
  world.advance(kNow + 369);
  EXPECT_NE(alert(), nullptr);
  world.advance(kNow + 370);
  EXPECT_EQ(alert(), nullptr);
  ASSERT_EQ(world.events.size(), 2U);
  EXPECT_EQ(world.events[1].kind, AlertEventKind::kResolved);
  EXPECT_EQ(world.events[1].at, at_second(kNow + 370));
  EXPECT_EQ(world.events[1].alert.state, AlertState::kResolved);
}

TEST_F(Lifecycle, JustBelowTheThresholdItNeitherFiresNorResolves) {
  // 4.8 %: below 5 %, above 90 % of it.
  const auto mixed = [&](AlertSecond second) {
    errors(second, 12);
    for (int i = 0; i < 238; ++i) {
      UsageRecord record = call_at(second);
      record.key = {};
      world.call(record, EndpointId());
    }
  };
  mixed(kNow + 1);
  world.advance(kNow + 2);
  EXPECT_EQ(alert(), nullptr);
  errors(kNow + 3, 10);
  world.advance(kNow + 5);
  ASSERT_NE(alert(), nullptr);
  for (AlertSecond second = kNow + 10; second < kNow + 900; second += 10) {
    mixed(second);
    world.advance(second + 1);
  }
  EXPECT_NE(alert(), nullptr);
  EXPECT_EQ(world.count(AlertEventKind::kFired, kType), 1U);
}

TEST_F(Lifecycle, AWarningBecomesCriticalInPlaceAndStaysSo) {
  for (int i = 0; i < 94; ++i) {
    UsageRecord record = call_at(kNow + 1);
    record.key = {};
    world.call(record, EndpointId());
  }
  errors(kNow + 1, 6);
  world.advance(kNow + 2);
  EXPECT_EQ(alert()->severity, AlertSeverity::kWarning);
  errors(kNow + 11, 10);
  world.advance(kNow + 12);
  EXPECT_EQ(alert()->severity, AlertSeverity::kCritical);
  EXPECT_EQ(alert()->id, AlertId(1));
  for (int i = 0; i < 50; ++i) {
    UsageRecord record = call_at(kNow + 21);
    record.key = {};
    world.call(record, EndpointId());
  }
  world.advance(kNow + 40);
  EXPECT_EQ(alert()->severity, AlertSeverity::kCritical);
  EXPECT_EQ(world.count(AlertEventKind::kWorsened, kType), 1U);
}

TEST_F(Lifecycle, AConditionMustHoldForItsMinimumDuration) {
  AlertSettings settings;
  settings.rule(kType).for_seconds = 60;
  world.engine.set_settings(settings);
  errors(kNow + 1, 30);
  world.advance(kNow + 61);
  EXPECT_EQ(alert(), nullptr);
  world.advance(kNow + 70);
  EXPECT_NE(alert(), nullptr);
}

TEST_F(Lifecycle, AnAcknowledgementEndsAtItsTimeAndTheAlertFiresAgain) {
  errors(kNow + 1, 30);
  world.advance(kNow + 2);
  const auto event =
      acknowledge(world.engine.book(), AlertId(1), by("ann", kNow + 5, "looking"), at_second(kNow + 100));
  ASSERT_TRUE(event);
  EXPECT_EQ(event->alert.acknowledgement->by, "ann");
  EXPECT_EQ(alert()->state, AlertState::kAcknowledged);
  EXPECT_EQ(alert()->comments.size(), 1U);
  world.advance(kNow + 99);
  EXPECT_EQ(alert()->state, AlertState::kAcknowledged);
  world.advance(kNow + 100);
  EXPECT_EQ(alert()->state, AlertState::kFiring);
  EXPECT_EQ(world.count(AlertEventKind::kAcknowledgementEnded, kType), 1U);
}

TEST_F(Lifecycle, ResolvedByHandItStaysQuietWhileItsConditionHoldsUnlessItWorsens) {
  errors(kNow + 1, 30);
  world.advance(kNow + 2);
  ASSERT_TRUE(resolve(world.engine.book(), AlertId(1), by("ann", kNow + 5)));
  world.advance(kNow + 200);
  EXPECT_EQ(alert(), nullptr);
  world.advance(kNow + 400);  // its condition ended
  errors(kNow + 401, 30);
  world.advance(kNow + 402);
  ASSERT_NE(alert(), nullptr);
  EXPECT_EQ(alert()->id, AlertId(2));
}

TEST_F(Lifecycle, ActionsOnWhatIsNotThereAreRefused) {
  EXPECT_EQ(acknowledge(world.engine.book(), AlertId(9), by("ann", kNow), {}).error().code,
            ErrorCode::kNotFound);
  EXPECT_EQ(resolve(world.engine.book(), AlertId(9), by("ann", kNow)).error().code, ErrorCode::kNotFound);
  errors(kNow + 1, 30);
  world.advance(kNow + 2);
  EXPECT_EQ(acknowledge(world.engine.book(), AlertId(1), by("ann", kNow), at_second(kNow - 1)).error().code,
            ErrorCode::kInvalid);
  EXPECT_EQ(
      acknowledge(world.engine.book(), AlertId(1), by("ann", kNow, std::string(2001, 'x')), {}).error().code,
      ErrorCode::kInvalid);
}

TEST_F(Lifecycle, ASilencedAlertFiresMutedAndSpeaksWhenTheSilenceEnds) {
  Silence silence;
  silence.types = {kType};
  silence.from = at_second(kNow);
  silence.to = at_second(kNow + 50);
  world.engine.book().silences = {silence};
  errors(kNow + 1, 30);
  world.advance(kNow + 2);
  EXPECT_TRUE(alert()->silenced);
  EXPECT_TRUE(world.events[0].alert.silenced);
  world.advance(kNow + 50);
  EXPECT_FALSE(alert()->silenced);
  EXPECT_EQ(world.count(AlertEventKind::kSilenceEnded, kType), 1U);
}

TEST_F(Lifecycle, EscalationStepsComeWithTheirDelayUntilSomebodyAcknowledges) {
  AlertSettings settings;
  EscalationPolicy policy;
  policy.name = "on call";
  for (const std::uint32_t after : {0U, 60U, 120U})
    policy.steps.push_back({.after_seconds = after, .channels = {"pager"}, .recipients = {}});
  settings.escalation = {policy};
  ASSERT_TRUE(validate(settings));
  world.engine.set_settings(settings);
  errors(kNow + 1, 30);
  world.advance(kNow + 2);
  world.advance(kNow + 10);
  EXPECT_EQ(world.count(AlertEventKind::kEscalated, kType), 1U);
  world.advance(kNow + 70);
  EXPECT_EQ(world.count(AlertEventKind::kEscalated, kType), 2U);
  ASSERT_TRUE(acknowledge(world.engine.book(), AlertId(1), by("ann", kNow + 71), {}));
  world.advance(kNow + 250);
  EXPECT_EQ(world.count(AlertEventKind::kEscalated, kType), 2U);
}

TEST(Silences, MatchAllThatIsGiven) {
  Alert alert;
  alert.type = AlertType::kErrorRate;
  alert.severity = AlertSeverity::kWarning;
  alert.subject = AlertSubject::key(KeyId(4));
  Silence silence;
  silence.from = at_second(kNow);
  silence.to = at_second(kNow + 10);
  EXPECT_TRUE(matches(silence, alert));
  EXPECT_FALSE(validate(silence)) << "mutes everything without saying why";
  silence.subject = AlertSubject::key(KeyId(4));
  EXPECT_TRUE(validate(silence));
  silence.severity = AlertSeverity::kCritical;
  EXPECT_FALSE(matches(silence, alert));
  silence.severity.reset();
  EXPECT_TRUE(is_silenced({silence}, alert, at_second(kNow + 9)));
  EXPECT_FALSE(is_silenced({silence}, alert, at_second(kNow + 10)));
  silence.to = silence.from;
  EXPECT_FALSE(validate(silence));
}

}  // namespace
}  // namespace weir
